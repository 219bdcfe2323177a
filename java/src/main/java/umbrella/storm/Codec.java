package umbrella.storm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.storm.tuple.Tuple;

/**
 * How messages look between the JVM and its child: the multilang wire in JSON, or frames of MessagePack.
 *
 * <p>The methods for messages to the child append to what is unwritten; whoever calls them holds one lock. Reading is
 * done by one thread, which needs none. Each child has a codec of its own, made with the names of the streams that the
 * handshake told it: {@link Codecs}.
 */
interface Codec {
    /** @throws BadValue a value cannot be sent; nothing of the tuple is left in what is unwritten */
    void tuple(long id, Tuple tuple);

    void heartbeat();

    void taskIds(List<Integer> tasks);

    void next();

    void ack(Object messageId);

    void fail(Object messageId);

    void activate();

    void deactivate();

    /** @param level a level of Python's logging, or "" for that of the topology's settings */
    void logLevel(String level);

    /** Whether a spout's child answers each command by a sync, in order, or {@link #next} alone. */
    boolean answersEveryCommand();

    /** How many bytes are unwritten. */
    int size();

    /**
     * Gives what is unwritten away, to be written without the lock; null when there is nothing. What was given away
     * before must be written by then: two buffers take turns.
     */
    Outgoing take();

    /**
     * Waits for input, and hands every whole message of it to {@code replies}.
     *
     * @throws java.io.EOFException the child has closed its output
     * @throws BadMessage a message is malformed; its text shows it
     */
    void read(InputStream in, Replies replies) throws IOException;

    /** Bytes on their way to the child. */
    interface Outgoing {
        void writeTo(OutputStream out) throws IOException;
    }
}
