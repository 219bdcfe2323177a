package umbrella.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.storm.spout.ShellSpout;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;

/**
 * One task of a spout: requests answers from its child in advance, and hands Storm one answer for each nextTuple.
 *
 * <p>Only Storm's executor thread emits, because SpoutExecutor's map of open tuples is made for that thread only. So it
 * takes from the queue of answers what the reader puts in. Acks and fails are written without waiting for an answer.
 */
final class SpoutTask implements Keeper.Component {
    private static final long PATIENCE = 1_000_000; // nanoseconds; SpoutExecutor sleeps as long for an idle spout
    private static final int MANY = 1 << 13; // bytes

    private final SpoutOutputCollector collector;
    private final Outbox outbox = new Outbox();
    private final Answers answers = new Answers();
    private final Reporting reporting;
    private final Timeouts timeouts;
    private final SpoutReplies replies;
    private final Keeper keeper;
    private final Credits credits = new Credits();

    private final Commands commands; // guarded by the outbox's lock, like all fields up to here
    private boolean active;
    private long noted; // syncs that are recorded in commands
    private int deaths;

    private int ahead; // answers requested and not handed over; the executor thread's, like all fields from here on
    private int emits; // in the answer that is being handed over
    private int cuts;
    private long asked; // by System.nanoTime, when the writer was last woken

    SpoutTask(Description description, Map<String, Object> conf, TopologyContext context,
            SpoutOutputCollector collector) {
        this.collector = collector;
        commands = new Commands(Codecs.of(description, conf).answersEveryCommand());
        List<Object> metrics = new ArrayList<>(description.metrics);
        metrics.add(Timeouts.METRIC);
        reporting = new Reporting(conf, context, collector, ShellSpout.class, metrics);
        timeouts = new Timeouts(reporting, conf);
        replies = new SpoutReplies(answers, reporting);
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
        keeper.stop();
        reporting.close();
    }

    void activate() {
        outbox.lock();
        try {
            active = true;
            if (outbox.codec() != null) {
                outbox.codec().activate();
                commands.other();
                outbox.filled();
            }
        } finally {
            outbox.unlock();
        }
    }

    void deactivate() {
        outbox.lock();
        try {
            active = false;
            if (outbox.codec() != null) {
                outbox.codec().deactivate();
                commands.other();
                outbox.filled();
            }
        } finally {
            outbox.unlock();
        }
    }

    /** May be called within an emit, if there are no ackers. */
    void ack(Object messageId) {
        outbox.lock();
        try {
            commands.ack(messageId, outbox.codec());
            fillUnlessAskedSoon();
        } finally {
            outbox.unlock();
        }
    }

    void fail(Object messageId) {
        timeouts.failed();
        outbox.lock();
        try {
            commands.fail(messageId, outbox.codec());
            fillUnlessAskedSoon();
        } finally {
            outbox.unlock();
        }
    }

    /** Acks and fails go out with the next requests, but do not wait for requests that may not come. */
    private void fillUnlessAskedSoon() {
        if (!active || System.nanoTime() - asked > PATIENCE) {
            fill();
        }
    }

    private void fill() {
        outbox.filled();
        asked = System.nanoTime();
    }

    /** Hands over one answer, or the part of it that has come; a short wait for one saves SpoutExecutor's sleep. */
    void nextTuple() {
        ask();
        while (!handOver() && ahead > 0) {
            answers.await(PATIENCE);
            int before = emits;
            if (handOver() || emits == before) {
                return;
            }
        }
    }

    private void ask() {
        outbox.lock();
        try {
            outbox.check();
            Codec codec = outbox.codec();
            if (codec == null || cuts != deaths) { // what the dead child has sent comes first
                return;
            }
            long now = System.nanoTime();
            int count = credits.toAsk(ahead, now);
            for (int left = count; left > 0; left--) {
                codec.next();
                commands.next();
            }
            ahead += count;
            if (count > 0 || codec.size() > MANY || codec.size() > 0 && now - asked > PATIENCE) {
                fill();
            }
        } finally {
            outbox.unlock();
        }
    }

    /** Emits the part of the answer that is available; returns whether that was all of it. */
    private boolean handOver() {
        while (true) {
            switch (answers.take()) {
                case Answers.EMIT:
                    emits++;
                    emit();
                    break;
                case Answers.SYNC:
                    if (wasNext()) {
                        ahead--;
                        credits.answered(emits);
                        emits = 0;
                        return true;
                    }
                    break;
                case Answers.CUT:
                    cuts++;
                    ahead = 0;
                    credits.stop();
                    emits = 0;
                    return true;
                default:
                    return false;
            }
        }
    }

    private boolean wasNext() {
        outbox.lock();
        try {
            noted++;
            return commands.answered();
        } catch (BadMessage unasked) {
            refuse(unasked);
            return false;
        } finally {
            outbox.unlock();
        }
    }

    /** Ends the child that has sent this, if it is still alive: a dead child's answers may be handed over later. */
    private void refuse(BadMessage why) {
        outbox.lock();
        try {
            if (cuts == deaths) {
                replies.refuse(why);
            }
        } finally {
            outbox.unlock();
        }
    }

    private void emit() {
        String stream = answers.stream;
        List<Object> values = answers.values;
        Object messageId = answers.messageId;
        int task = answers.task;
        boolean needTaskIds = answers.needTaskIds; // saved, although an ack within the emit should take nothing out
        try {
            if (task != 0) {
                collector.emitDirect(task, stream, values, messageId);
                return;
            }
            List<Integer> tasks = collector.emit(stream, values, messageId);
            if (needTaskIds) {
                answer(tasks);
            }
        } catch (IllegalArgumentException e) {
            refuse(new BadMessage("it emits what Storm refuses (" + e.getMessage() + "); given: stream " + stream
                + ", values " + values));
            if (messageId != null) {
                fail(messageId);
            }
        }
    }

    /** The child waits for them: no other request may be ahead. */
    private void answer(List<Integer> tasks) {
        credits.stop();
        outbox.lock();
        try {
            Codec codec = outbox.codec();
            if (codec != null && cuts == deaths) {
                codec.taskIds(tasks);
                fill();
            }
        } finally {
            outbox.unlock();
        }
    }

    @Override
    public Replies replies() {
        return replies;
    }

    @Override
    public void started(Codec codec) {
        replies.startAnew();
        outbox.lock();
        try {
            outbox.open(codec);
            commands.tell(codec, active);
            outbox.filled();
        } finally {
            outbox.unlock();
        }
    }

    /** What {@link #fillUnlessAskedSoon} has held back is written at the next check at the latest. */
    @Override
    public void look() {
        timeouts.look();
        outbox.lock();
        try {
            Codec codec = outbox.codec();
            String level = codec == null ? null : reporting.levelToTell();
            if (level != null) {
                codec.logLevel(level);
            }
            if (codec != null && codec.size() > 0) {
                outbox.filled();
            }
        } finally {
            outbox.unlock();
        }
    }

    @Override
    public boolean awaitsWord() {
        outbox.lock();
        try {
            return commands.awaited() > answers.syncs() - noted;
        } finally {
            outbox.unlock();
        }
    }

    @Override
    public boolean hasWorked() {
        return replies.hasWorked();
    }

    /** What it has sent is still emitted; what it may not have handled is sent to the next child. */
    @Override
    public String died() {
        outbox.lock();
        try {
            deaths++;
            answers.cut();
            return commands.died(answers.syncs() - noted);
        } finally {
            outbox.unlock();
        }
    }
}
