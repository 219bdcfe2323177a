package umbrella.storm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.tuple.Tuple;

/** Passes the messages of a bolt's child to Storm. What ends the worker under ShellBolt only ends the child here. */
final class BoltReplies implements Replies {
    private final Outbox outbox;
    private final OpenTuples open;
    private final OutputCollector collector;
    private final Reporting reporting;
    private final Backlog<?> backlog;
    private final boolean someoneMayWait;
    private volatile boolean worked;

    /**
     * @param backlog receives what the collector emits
     * @param someoneMayWait whether execute may be waiting for tuples to be settled
     */
    BoltReplies(Outbox outbox, OpenTuples open, OutputCollector collector, Reporting reporting, Backlog<?> backlog,
            boolean someoneMayWait) {
        this.outbox = outbox;
        this.open = open;
        this.collector = collector;
        this.reporting = reporting;
        this.backlog = backlog;
        this.someoneMayWait = someoneMayWait;
    }

    @Override
    public boolean hasRoom() {
        return backlog.hasRoom();
    }

    /** Whether any tuple has been settled or emitted so far. */
    boolean hasWorked() {
        return worked;
    }

    @Override
    public void emit(String stream, List<Object> values, long[] anchors, Object messageId, int task,
            boolean needTaskIds) throws BadMessage {
        noteWork();
        List<Tuple> tuples = anchors == null ? Collections.emptyList() : open(anchors);
        if (task != 0) {
            emitDirect(task, stream, tuples, values);
            return;
        }
        List<Integer> tasks = emit(stream, tuples, values);
        if (needTaskIds) {
            answer(tasks);
        }
    }

    private List<Tuple> open(long[] anchors) throws BadMessage {
        if (anchors.length == 1) {
            return Collections.singletonList(open(anchors[0]));
        }
        List<Tuple> tuples = new ArrayList<>(anchors.length);
        for (long anchor : anchors) {
            tuples.add(open(anchor));
        }
        return tuples;
    }

    private Tuple open(long anchor) throws BadMessage {
        Tuple tuple = open.get(anchor);
        if (tuple == null) {
            throw notOpen("an emit is anchored to", anchor);
        }
        return tuple;
    }

    /** Task.getOutgoingTasks throws exceptions for a stream or task that the component does not have. */
    private List<Integer> emit(String stream, List<Tuple> anchors, List<Object> values) throws BadMessage {
        try {
            return collector.emit(stream, anchors, values);
        } catch (IllegalArgumentException e) {
            throw refused(stream, values, e);
        }
    }

    private void emitDirect(int task, String stream, List<Tuple> anchors, List<Object> values) throws BadMessage {
        try {
            collector.emitDirect(task, stream, anchors, values);
        } catch (IllegalArgumentException e) {
            throw refused(stream, values, e);
        }
    }

    private static BadMessage refused(String stream, List<Object> values, IllegalArgumentException why) {
        return new BadMessage("it emits what Storm refuses (" + why.getMessage() + "); given: stream " + stream
            + ", values " + values);
    }

    private void answer(List<Integer> tasks) {
        outbox.lock();
        try {
            Codec codec = outbox.codec();
            if (codec != null) {
                codec.taskIds(tasks);
                outbox.filled();
            }
        } finally {
            outbox.unlock();
        }
    }

    @Override
    public void emitAndAck(long id, String stream, List<Object> values) throws BadMessage {
        noteWork();
        Tuple tuple = settle("an emit and ack of", id);
        try {
            emit(stream, Collections.singletonList(tuple), values);
        } catch (BadMessage | RuntimeException e) {
            collector.fail(tuple); // it is no longer one of the open tuples, which fail with the child
            throw e;
        }
        collector.ack(tuple);
    }

    @Override
    public void ack(long id) throws BadMessage {
        noteWork();
        collector.ack(settle("an ack of", id));
    }

    @Override
    public void fail(long id) throws BadMessage {
        noteWork();
        collector.fail(settle("a fail of", id));
    }

    private Tuple settle(String what, long id) throws BadMessage {
        Tuple tuple = open.remove(id);
        if (tuple == null) {
            throw notOpen("there is " + what, id);
        }
        if (someoneMayWait) {
            outbox.changed();
        }
        return tuple;
    }

    private static BadMessage notOpen(String what, long id) {
        return new BadMessage(what + " a tuple that is not open; given: id " + id
            + "; valid: an id that was sent to it and is neither acked nor failed yet");
    }

    private void noteWork() {
        if (!worked) {
            worked = true;
        }
    }

    @Override
    public void sync() {
        // the answer of a bolt to a heartbeat, or a sign of life
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
