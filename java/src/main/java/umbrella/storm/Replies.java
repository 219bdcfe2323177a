package umbrella.storm;

import java.util.List;
import java.util.Map;

/** The messages of a child; called by the reading thread. BadMessage is for what no healthy child would send. */
interface Replies {
    /** Whether there is room to read more messages from the child. */
    default boolean hasRoom() {
        return true;
    }

    /**
     * A tuple to emit.
     *
     * @param stream one of the component's own streams
     * @param anchors ids of tuples that were sent to the child, or null; the array may be reused after the call
     * @param messageId the id of a spout's reliable tuple, or null
     * @param task the task of a direct emit, or 0
     */
    void emit(String stream, List<Object> values, long[] anchors, Object messageId, int task, boolean needTaskIds)
        throws BadMessage;

    /** A tuple that is anchored to one other tuple, which is acked after it. */
    void emitAndAck(long id, String stream, List<Object> values) throws BadMessage;

    void ack(long id) throws BadMessage;

    void fail(long id) throws BadMessage;

    void sync() throws BadMessage;

    void alive();

    void log(int level, String text);

    void error(String text);

    /** @param name the name of a metric registered by a Java component of the user, or "umbrella" */
    void metrics(String name, Object values);
}
