package umbrella.storm;

import java.util.List;
import java.util.Map;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.task.ShellBolt;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.utils.ObjectReader;
import org.apache.storm.utils.TupleUtils;

/** One task of a bolt: sends tuples to its child, and settles them when the child says so or when it has died. */
final class BoltTask implements Keeper.Component {
    private static final int WARN = 3; // ShellMsg.ShellLogLevel
    static final String MAX_IN_FLIGHT = "umbrella.max.in.flight";

    private final OutputCollector collector;
    private final Outbox outbox = new Outbox();
    private final OpenTuples open = new OpenTuples();
    private final Reporting reporting;
    private final Backlog<?> backlog;
    private final BoltReplies replies;
    private final Keeper keeper;
    private final int maxInFlight; // 0 for no limit except the outbox's

    BoltTask(Description description, Map<String, Object> conf, TopologyContext context, OutputCollector collector) {
        this.collector = collector;
        maxInFlight = ObjectReader.getInt(conf.get(MAX_IN_FLIGHT), 0);
        reporting = new Reporting(conf, context, collector, ShellBolt.class, description.metrics);
        backlog = Transfer.in(collector, conf, reporting.task() + "-backlog",
            description.cycle ? Backlog.NONE : Backlog.USUAL, this::tellBacklog);
        replies = new BoltReplies(outbox, open, collector, reporting, backlog, maxInFlight > 0);
        keeper = new Keeper(description, conf, context, outbox, reporting, this);
    }

    void start() {
        try {
            keeper.start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Storm ends the task before it has started
        }
    }

    void stop() {
        backlog.stop();
        keeper.stop();
        reporting.close();
    }

    private void tellBacklog(long count) {
        reporting.log(WARN, count + " tuples of " + reporting.task() + " wait for room in the queues of their receivers."
            + " It is part of a cycle, where memory alone bounds them. To have fewer, lower topology.max.spout.pending,"
            + " or give the slowest bolt of the cycle more executors.");
    }

    /** Sends a tuple to the child; blocks until there is a child and room: that is Storm's back-pressure. */
    void execute(Tuple tuple) {
        try {
            give(tuple);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Storm ends the task, and will replay the tuple
        } catch (BadValue e) {
            collector.reportError(e);
            collector.fail(tuple);
        }
    }

    private void give(Tuple tuple) throws InterruptedException {
        outbox.lock();
        try {
            Codec codec = awaitRoom(tuple);
            long id = open.add(tuple);
            try {
                codec.tuple(id, tuple);
            } catch (RuntimeException e) {
                open.remove(id);
                throw e;
            }
            outbox.filled();
        } finally {
            outbox.unlock();
        }
    }

    /** A tick always gets through: it may be what makes a bolt settle the tuples that it holds. */
    private Codec awaitRoom(Tuple tuple) throws InterruptedException {
        Codec codec = outbox.awaitRoom();
        while (maxInFlight > 0 && open.size() >= maxInFlight && !TupleUtils.isTick(tuple)) {
            outbox.awaitChange();
            codec = outbox.awaitRoom();
        }
        return codec;
    }

    @Override
    public Replies replies() {
        return replies;
    }

    @Override
    public void started(Codec codec) {
        outbox.open(codec);
    }

    /** ShellBolt's heartbeat: a tuple on a separate stream, which any child answers with a sync. */
    @Override
    public void look() {
        outbox.lock();
        try {
            Codec codec = outbox.codec();
            if (codec != null && codec.size() < Outbox.FULL) {
                codec.heartbeat();
                String level = reporting.levelToTell();
                if (level != null) {
                    codec.logLevel(level);
                }
                outbox.filled();
            }
        } finally {
            outbox.unlock();
        }
    }

    @Override
    public boolean awaitsWord() {
        return true;
    }

    @Override
    public boolean hasWorked() {
        return replies.hasWorked();
    }

    @Override
    public String died() {
        List<Map.Entry<Long, Tuple>> lost = open.removeAll();
        for (Map.Entry<Long, Tuple> one : lost) {
            collector.fail(one.getValue());
        }
        if (lost.isEmpty()) {
            return "; no tuple was open";
        }
        Tuple oldest = lost.get(0).getValue();
        return "; it was probably at tuple " + lost.get(0).getKey() + ", from " + oldest.getSourceComponent() + "["
            + oldest.getSourceTask() + "] on " + oldest.getSourceStreamId() + ", message id " + oldest.getMessageId()
            + "; open tuples failed: " + lost.size();
    }
}
