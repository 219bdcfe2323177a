package umbrella.storm;

import java.util.List;
import java.util.Map;

/** What a child says; called by the thread that reads. A BadMessage is for what no healthy child would say. */
interface Replies {
    /** Whether more may be read from the child: what it says is to go on. */
    default boolean hasRoom() {
        return true;
    }

    /**
     * A tuple to emit.
     *
     * @param stream one of the component's own streams
     * @param anchors ids of tuples given to the child, or null; the array may be filled anew after the call
     * @param messageId of a spout's reliable tuple, or null
     * @param task the task of a direct emit, or 0
     */
    void emit(String stream, List<Object> values, long[] anchors, Object messageId, int task, boolean needTaskIds)
        throws BadMessage;

    /** A tuple anchored to one other, which is acked after it. */
    void emitAndAck(long id, String stream, List<Object> values) throws BadMessage;

    void ack(long id) throws BadMessage;

    void fail(long id) throws BadMessage;

    void sync() throws BadMessage;

    void alive();

    void log(int level, String text);

    void error(String text);

    /** @param name of a metric registered by a Java component of the user, or "umbrella" */
    void metrics(String name, Object values);
}
