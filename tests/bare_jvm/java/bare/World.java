package bare;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.storm.Config;
import org.apache.storm.daemon.StormCommon;
import org.apache.storm.generated.ComponentCommon;
import org.apache.storm.generated.StormTopology;
import org.apache.storm.metrics2.StormMetricRegistry;
import org.apache.storm.shade.net.minidev.json.JSONValue;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.tuple.Fields;
import org.apache.storm.utils.ThriftTopologyUtils;
import org.apache.storm.utils.Utils;
import org.apache.storm.validation.ConfigValidation;

/** A topology without a cluster: its conf, its tasks by number and what each of them is told. */
public final class World {
    /** Component settings that Storm's Executor lets through; every other key that Storm knows it removes. */
    private static final Set<String> OF_COMPONENTS =
        Set.of(Config.TOPOLOGY_DEBUG, Config.TOPOLOGY_MAX_SPOUT_PENDING, Config.TOPOLOGY_TICK_TUPLE_FREQ_SECS);
    private static final long SECONDS_TO_SHUT_DOWN = 3; // supervisor.worker.shutdown.sleep.secs

    final Map<Integer, BoltTask> running = new ConcurrentHashMap<>();
    private final StormTopology topology;
    private final StormTopology systemTopology;
    private final Map<String, Object> conf;
    private final Map<Integer, String> components;
    private final Path folder;

    static {
        // As in Storm's worker (Utils.addShutdownHookWithDelayedForceKill): an exit that does not end is cut short.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Thread halt = new Thread(World::haltLater);
            halt.setDaemon(true);
            halt.start();
        }));
    }

    public World(byte[] topology, String conf, String folder) throws Exception {
        this.topology = Utils.thriftDeserialize(StormTopology.class, topology);
        this.folder = Path.of(folder);
        this.conf = Utils.readStormConfig();
        this.conf.put(Config.STORM_CLUSTER_MODE, "distributed"); // ShellBolt.die then really ends the JVM
        this.conf.putAll(parsed(conf));
        this.conf.put("storm.id", "bare-1-1");
        systemTopology = StormCommon.systemTopology(this.conf, this.topology);
        components = StormCommon.stormTaskInfo(this.topology, this.conf);
        Files.createDirectories(this.folder.resolve("resources"));
        Files.createDirectories(this.folder.resolve("pids"));
    }

    /** The context of Storm's own view, which knows the system's streams too. */
    TopologyContext systemContext(int task) throws IOException {
        return context(systemTopology, task);
    }

    TopologyContext context(int task) throws IOException {
        return context(topology, task);
    }

    private TopologyContext context(StormTopology seen, int task) throws IOException {
        Map<String, List<Integer>> tasks = new HashMap<>();
        components.keySet().stream().sorted()
            .forEach(one -> tasks.computeIfAbsent(components.get(one), name -> new ArrayList<>()).add(one));
        return new TopologyContext(seen, conf, components, tasks, fields(), new HashMap<>(), "bare-1-1",
            folder.resolve("resources").toString(), folder.resolve("pids").toString(), task, 6700,
            new ArrayList<>(components.keySet()), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(),
            new AtomicBoolean(false), new StormMetricRegistry());
    }

    private Map<String, Map<String, Fields>> fields() {
        Map<String, Map<String, Fields>> found = new HashMap<>();
        for (String name : ThriftTopologyUtils.getComponentIds(systemTopology)) {
            Map<String, Fields> streams = new HashMap<>();
            common(name).get_streams().forEach((id, info) -> streams.put(id, new Fields(info.get_output_fields())));
            found.put(name, streams);
        }
        return found;
    }

    private ComponentCommon common(String component) {
        return ThriftTopologyUtils.getComponentCommon(systemTopology, component);
    }

    int firstTask(String component) {
        return components.entrySet().stream().filter(one -> one.getValue().equals(component))
            .mapToInt(Map.Entry::getKey).min().orElseThrow(() -> new IllegalArgumentException(component));
    }

    String component(int task) {
        return components.get(task);
    }

    StormTopology topology() {
        return topology;
    }

    /** The topology's conf with the component's own merged in, as Storm's Executor does. */
    Map<String, Object> conf(String component) throws ReflectiveOperationException {
        Map<String, Object> own = parsed(common(component).get_json_conf());
        own.keySet().removeAll(stormsKeys());
        Map<String, Object> merged = new HashMap<>(conf);
        merged.putAll(own);
        return merged;
    }

    private static Set<String> stormsKeys() throws ReflectiveOperationException {
        Set<String> keys = new HashSet<>();
        for (Class<?> holder : ConfigValidation.getConfigClasses()) {
            for (Field field : holder.getFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                    keys.add((String) field.get(null));
                }
            }
        }
        keys.removeAll(OF_COMPONENTS);
        return keys;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> parsed(String json) {
        return json == null ? new HashMap<>() : (Map<String, Object>) JSONValue.parse(json);
    }

    private static void haltLater() {
        try {
            Thread.sleep(1000 * SECONDS_TO_SHUT_DOWN);
        } catch (InterruptedException ignored) {
            // nobody interrupts it
        }
        Runtime.getRuntime().halt(20);
    }
}
