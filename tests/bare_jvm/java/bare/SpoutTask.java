package bare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.storm.Config;
import org.apache.storm.spout.ISpout;
import org.apache.storm.spout.ISpoutOutputCollector;
import org.apache.storm.spout.ShellSpout;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.utils.ObjectReader;

/** One task of a Python spout: what Storm makes of its code, asked as Storm's executor asks it, all on one thread. */
public final class SpoutTask implements ISpoutOutputCollector {
    private final World world;
    private final String component;
    private final Output output;
    private final ISpout spout;
    private final int maxPending;
    private final Map<Integer, Object> pending = new HashMap<>();
    private final ConcurrentLinkedQueue<int[]> settled = new ConcurrentLinkedQueue<>(); // number, 1 for acked
    private volatile String failing = "";
    private volatile boolean hold;
    private volatile boolean stopped;
    private boolean active;
    private int number;

    public SpoutTask(World world, String component) throws Exception {
        this.world = world;
        this.component = component;
        output = new Output(world, world.firstTask(component));
        maxPending = ObjectReader.getInt(world.conf(component).get(Config.TOPOLOGY_MAX_SPOUT_PENDING), Integer.MAX_VALUE);
        spout = (ISpout) Code.made(world.topology().get_spouts().get(component).get_spout_object(), ShellSpout::new);
    }

    public void start() throws Exception {
        spout.open(world.conf(component), output.context(), new SpoutOutputCollector(this));
    }

    public void stop() {
        stopped = true;
        spout.close();
    }

    public Notes notes() {
        return output.notes;
    }

    /** Fail every tuple whose first value this pattern matches; others that nobody reads are acked at once. */
    public void fail(String pattern) {
        failing = pattern;
    }

    /** Neither ack nor fail what is emitted. */
    public void hold(boolean yes) {
        hold = yes;
    }

    /** Settle what is held: fail the tuples whose message id this pattern matches, ack the others. */
    public void settleHeld(String pattern) {
        pending.forEach((mine, id) -> settled.add(new int[] {mine, String.valueOf(id).matches(pattern) ? 0 : 1}));
    }

    public void activate() {
        guarded(spout::activate);
        active = true;
    }

    public void deactivate() {
        active = false;
        guarded(spout::deactivate);
    }

    public void turns(int count) {
        for (int turn = 0; turn < count; turn++) {
            turn();
        }
    }

    public boolean untilEmitted(long count, double seconds) throws InterruptedException {
        return until(() -> output.notes.emittedCount() >= count, seconds);
    }

    public boolean untilSettled(long count, double seconds) throws InterruptedException {
        return until(() -> output.notes.settledCount() >= count, seconds);
    }

    private boolean until(BooleanSupplier reached, double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!reached.getAsBoolean() && !stopped && System.nanoTime() < end) {
            long before = output.notes.emittedCount();
            turn();
            if (output.notes.emittedCount() == before) {
                Thread.sleep(1); // Storm's wait strategy after an empty next
            }
        }
        return reached.getAsBoolean();
    }

    private void turn() {
        for (int[] one = settled.poll(); one != null; one = settled.poll()) {
            Object id = pending.remove(one[0]);
            boolean good = one[1] == 1;
            output.notes.settled(one[0], good);
            guarded(() -> {
                if (good) {
                    spout.ack(id);
                } else {
                    spout.fail(id);
                }
            });
        }
        if (active && pending.size() < maxPending) {
            guarded(spout::nextTuple);
        }
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException thrown) {
            output.notes.fault(thrown); // Storm's executor would end the worker: ReportErrorAndDie
            throw thrown;
        }
    }

    @Override
    public List<Integer> emit(String stream, List<Object> values, Object id) {
        Consumer<Boolean> told = noted(values, id);
        List<Integer> tasks = output.emit(stream, values, id, List.of(), told);
        settleIfUnread(tasks, values, told);
        return tasks;
    }

    @Override
    public void emitDirect(int task, String stream, List<Object> values, Object id) {
        Consumer<Boolean> told = noted(values, id);
        settleIfUnread(output.emitDirect(task, stream, values, id, List.of(), told), values, told);
    }

    private Consumer<Boolean> noted(List<Object> values, Object id) {
        if (id == null) {
            return null;
        }
        int mine = number++;
        pending.put(mine, id);
        return good -> settled.add(new int[] {mine, good && !matches(values) ? 1 : 0});
    }

    private void settleIfUnread(List<Integer> tasks, List<Object> values, Consumer<Boolean> told) {
        if (told != null && !hold && tasks.stream().noneMatch(world.running::containsKey)) {
            told.accept(true);
        }
    }

    private boolean matches(List<Object> values) {
        return !failing.isEmpty() && String.valueOf(values.get(0)).matches(failing);
    }

    @Override
    public void reportError(Throwable error) {
        output.notes.error(error);
    }

    @Override
    public long getPendingCount() {
        return pending.size();
    }

    @Override
    public void flush() {
        // nothing is kept back
    }
}
