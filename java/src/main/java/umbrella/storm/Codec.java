package umbrella.storm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.storm.tuple.Tuple;

/**
 * Encodes the messages between the JVM and its child: the multilang wire in JSON, or frames of MessagePack.
 *
 * <p>The methods for messages to the child append to the pending buffer; their callers hold one lock. Reading is done
 * by one thread, which needs no lock. Each child has its own codec, created with the stream names from the handshake:
 * {@link Codecs}.
 */
interface Codec {
    /** @throws BadValue a value cannot be sent; nothing of the tuple is left in the pending buffer */
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

    /** Whether a spout's child answers each command with a sync, in order, or only {@link #next}. */
    boolean answersEveryCommand();

    /** The size of the pending buffer in bytes. */
    int size();

    /**
     * Swaps out the pending buffer so it can be written without holding the lock; null if it is empty. The previous one
     * must have been written by then: two buffers take turns.
     */
    Outgoing take();

    /**
     * Blocks for input, and passes every complete message to {@code replies}.
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
