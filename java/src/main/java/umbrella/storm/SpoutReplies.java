package umbrella.storm;

import java.util.List;

/** Handles the messages of a spout's child: tuples are queued for Storm's thread, the rest is handled at once. */
final class SpoutReplies implements Replies {
    private final Answers answers;
    private final Reporting reporting;
    private volatile boolean worked;
    private volatile BadMessage refused;

    SpoutReplies(Answers answers, Reporting reporting) {
        this.answers = answers;
        this.reporting = reporting;
    }

    /** Whether any command has been answered so far. */
    boolean hasWorked() {
        return worked;
    }

    /** Storm has rejected a tuple: the child's next message ends the child. */
    void refuse(BadMessage why) {
        refused = why;
    }

    /** There is a new child. */
    void startAnew() {
        refused = null;
    }

    @Override
    public void emit(String stream, List<Object> values, long[] anchors, Object messageId, int task,
            boolean needTaskIds) throws BadMessage {
        check();
        answers.emit(stream, values, messageId, task, needTaskIds && task == 0);
    }

    @Override
    public void sync() throws BadMessage {
        check();
        if (!worked) {
            worked = true;
        }
        answers.sync();
    }

    private void check() throws BadMessage {
        BadMessage why = refused;
        if (why != null) {
            throw why;
        }
    }

    @Override
    public void emitAndAck(long id, String stream, List<Object> values) throws BadMessage {
        throw ofABolt("an emit with an ack", id);
    }

    @Override
    public void ack(long id) throws BadMessage {
        throw ofABolt("an ack", id);
    }

    @Override
    public void fail(long id) throws BadMessage {
        throw ofABolt("a fail", id);
    }

    private static BadMessage ofABolt(String what, long id) {
        return new BadMessage("a spout's child has sent " + what + ", which is a bolt's; given: id " + id
            + "; valid: emit, sync, log, error, metrics");
    }

    @Override
    public void alive() {
        // receiving anything is enough
    }

    @Override
    public void log(int level, String text) {
        reporting.log(level, text);
    }

    @Override
    public void error(String text) {
        reporting.error(text);
    }

    @Override
    public void metrics(String name, Object values) {
        reporting.metrics(name, values);
    }
}
