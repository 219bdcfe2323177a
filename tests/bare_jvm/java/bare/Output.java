package bare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.storm.generated.Grouping;
import org.apache.storm.serialization.KryoTupleDeserializer;
import org.apache.storm.serialization.KryoTupleSerializer;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.TupleImpl;

/** Where a task's tuples go: through Kryo, as between two workers, to the tasks that run here, by Storm's rules. */
final class Output {
    final Notes notes = new Notes();
    private final World world;
    private final TopologyContext context;
    private final TopologyContext systemContext;
    private final KryoTupleSerializer serializer;
    private final KryoTupleDeserializer deserializer;
    private int turn;

    Output(World world, int task) throws Exception {
        this.world = world;
        context = world.context(task);
        systemContext = world.systemContext(task);
        Map<String, Object> conf = world.conf(world.component(task));
        serializer = new KryoTupleSerializer(conf, systemContext);
        deserializer = new KryoTupleDeserializer(conf, systemContext);
    }

    TopologyContext context() {
        return context;
    }

    synchronized List<Integer> emit(String stream, List<Object> values, Object id, List<Integer> anchors,
            Consumer<Boolean> settled) {
        return send(stream, values, id, anchors, 0, chosen(stream), settled);
    }

    synchronized List<Integer> emitDirect(int task, String stream, List<Object> values, Object id,
            List<Integer> anchors, Consumer<Boolean> settled) {
        Map<String, Grouping> targets = context.getThisTargets().getOrDefault(stream, Map.of());
        Grouping grouping = targets.get(world.component(task));
        if (grouping != null && !grouping.is_set_direct()) {
            throw new IllegalArgumentException("Cannot emitDirect to a task expecting a regular grouping");
        }
        return send(stream, values, id, anchors, task, grouping == null ? List.of() : List.of(task), settled);
    }

    /** The rules of Storm's Task.getOutgoingTasks; each reading component gets the tuple in one of its tasks. */
    private List<Integer> chosen(String stream) {
        if (!context.getThisStreams().contains(stream)) {
            throw new IllegalArgumentException("Unknown stream ID: " + stream);
        }
        List<Integer> tasks = new ArrayList<>();
        turn++;
        context.getThisTargets().getOrDefault(stream, Map.of()).forEach((component, grouping) -> {
            if (grouping.is_set_direct()) {
                throw new IllegalArgumentException("Cannot do regular emit to direct stream");
            }
            List<Integer> all = context.getComponentTasks(component);
            tasks.add(all.get(turn % all.size()));
        });
        return tasks;
    }

    private List<Integer> send(String stream, List<Object> values, Object id, List<Integer> anchors, int direct,
            List<Integer> targets, Consumer<Boolean> settled) {
        String component = context.getThisComponentId();
        Tuple tuple = new TupleImpl(systemContext, values, component, context.getThisTaskId(), stream);
        Tuple crossed = deserializer.deserialize(serializer.serialize(tuple));
        notes.emitted(stream, values, id, anchors, direct, crossed.getValues());
        for (int target : targets) {
            BoltTask here = world.running.get(target);
            if (here != null) {
                here.give(crossed, settled);
            }
        }
        return targets;
    }
}
