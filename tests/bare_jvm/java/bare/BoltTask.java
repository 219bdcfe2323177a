package bare;

import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.storm.Constants;
import org.apache.storm.shade.net.minidev.json.JSONValue;
import org.apache.storm.task.IBolt;
import org.apache.storm.task.IOutputCollector;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.task.ShellBolt;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.TupleImpl;

/** One task of a Python bolt: what Storm makes of its code, and in place of its executor what the test wants it to get. */
public final class BoltTask implements IOutputCollector {
    private final World world;
    private final String component;
    private final int task;
    private final Output output;
    private final IBolt bolt;
    private final AtomicInteger given = new AtomicInteger();

    public BoltTask(World world, String component) throws Exception {
        this.world = world;
        this.component = component;
        task = world.firstTask(component);
        output = new Output(world, task);
        bolt = (IBolt) Code.made(world.topology().get_bolts().get(component).get_bolt_object(), ShellBolt::new);
    }

    public void start() throws Exception {
        bolt.prepare(world.conf(component), output.context(), new OutputCollector(this));
        world.running.put(task, this);
    }

    public void stop() {
        if (world.running.remove(task) != null) {
            bolt.cleanup();
        }
    }

    public Notes notes() {
        return output.notes;
    }

    public int task() {
        return task;
    }

    /** Give tuples whose values come as a JSON list of lists. */
    public void giveRows(String from, String stream, String rows) throws Exception {
        for (Object row : (List<?>) JSONValue.parse(rows)) {
            give(tuple(from, stream, (List<?>) row), null);
        }
    }

    /** Give tuples of one number each, counted from 0. */
    public void giveNumbers(String from, String stream, int count) throws Exception {
        for (int number = 0; number < count; number++) {
            give(tuple(from, stream, List.of(number)), null);
        }
    }

    /** Give tuples of a number and a text of that many characters, random but the same for the same number. */
    public void giveTexts(String from, String stream, int count, int length) throws Exception {
        for (int number = 0; number < count; number++) {
            StringBuilder text = new StringBuilder(length);
            Random random = new Random(number);
            while (text.length() < length) {
                text.append((char) ('!' + random.nextInt(90)));
            }
            give(tuple(from, stream, List.of(text.toString())), null);
        }
    }

    /** Give a value that JSON has no word for. */
    public void giveObject(String from, String stream, Object value) throws Exception {
        give(tuple(from, stream, List.of(value)), null);
    }

    public void tick() throws Exception {
        TopologyContext context = world.systemContext(task);
        give(new TupleImpl(context, List.of((Object) 1), Constants.SYSTEM_COMPONENT_ID,
            (int) Constants.SYSTEM_TASK_ID, Constants.SYSTEM_TICK_STREAM_ID), null);
    }

    void give(Tuple tuple, Consumer<Boolean> settled) {
        try {
            bolt.execute(new Given(tuple, given.getAndIncrement(), settled));
        } catch (RuntimeException thrown) {
            output.notes.fault(thrown);
            throw thrown;
        }
    }

    @SuppressWarnings("unchecked")
    private Tuple tuple(String from, String stream, List<?> values) throws Exception {
        return new TupleImpl(world.systemContext(task), (List<Object>) values, from, world.firstTask(from), stream);
    }

    private static List<Integer> numbers(Collection<Tuple> anchors) {
        return anchors.stream().map(one -> ((Given) one).number).toList();
    }

    @Override
    public List<Integer> emit(String stream, Collection<Tuple> anchors, List<Object> values) {
        return output.emit(stream, values, null, numbers(anchors), null);
    }

    @Override
    public void emitDirect(int to, String stream, Collection<Tuple> anchors, List<Object> values) {
        output.emitDirect(to, stream, values, null, numbers(anchors), null);
    }

    @Override
    public void ack(Tuple input) {
        settle((Given) input, true);
    }

    @Override
    public void fail(Tuple input) {
        settle((Given) input, false);
    }

    private void settle(Given tuple, boolean good) {
        output.notes.settled(tuple.number, good);
        if (tuple.settled != null) {
            tuple.settled.accept(good);
        }
    }

    @Override
    public void reportError(Throwable error) {
        output.notes.error(error);
    }

    @Override
    public void resetTimeout(Tuple input) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flush() {
        // nothing is kept back
    }
}
