package umbrella.storm;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongConsumer;
import org.apache.storm.daemon.worker.WorkerState;
import org.apache.storm.executor.ExecutorTransfer;
import org.apache.storm.task.IOutputCollector;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.tuple.AddressedTuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bolt's path to the queues of its receivers, with a {@link Backlog} in place of Storm's pending emits in the
 * executor.
 *
 * <p>Storm has no API to install it: BoltOutputCollectorImpl keeps its ExecutorTransfer in a private field, the same in
 * all of Storm 2. Acks and fails take Storm's own path, because ackers are never in a cycle.
 */
final class Transfer extends ExecutorTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final ExecutorTransfer storms;
    private final Backlog<AddressedTuple> backlog;

    private Transfer(ExecutorTransfer storms, WorkerState worker, Map<String, Object> conf,
            Backlog<AddressedTuple> backlog) {
        super(worker, conf);
        this.storms = storms;
        this.backlog = backlog;
    }

    /**
     * Installs one.
     *
     * @param collector the task's collector
     * @param name the name of the backlog's thread
     * @param most the maximum number of tuples that wait in the backlog
     * @param grown as for the backlog
     * @return the backlog; one that always has room if this version of Storm is unknown
     */
    static Backlog<AddressedTuple> in(OutputCollector collector, Map<String, Object> conf, String name, int most,
            LongConsumer grown) {
        try {
            Object inner = read(collector, IOutputCollector.class);
            Field place = field(inner, ExecutorTransfer.class);
            ExecutorTransfer storms = (ExecutorTransfer) place.get(inner);
            WorkerState worker = (WorkerState) read(storms, WorkerState.class);
            // With null for the pending emits, it reports that there is no room, and stores nothing.
            Backlog<AddressedTuple> backlog =
                new Backlog<>(name, most, tuple -> storms.tryTransfer(tuple, null), grown);
            place.set(inner, new Transfer(storms, worker, conf, backlog));
            return backlog;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("this Storm keeps what a bolt emits elsewhere ({}): a cycle of bolts may stop for good when its"
                + " queues are full, and nothing bounds what a bolt has emitted", e.toString());
            return new Backlog<>(name, Backlog.NONE, tuple -> true, grown);
        }
    }

    private static Object read(Object of, Class<?> type) throws ReflectiveOperationException {
        return field(of, type).get(of);
    }

    private static Field field(Object of, Class<?> type) throws NoSuchFieldException {
        for (Class<?> owner = of.getClass(); owner != null; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (field.getType() == type) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(of.getClass().getName() + " has no " + type.getSimpleName());
    }

    @Override
    public boolean tryTransfer(AddressedTuple tuple, Queue<AddressedTuple> pendingEmits) {
        return backlog.give(tuple);
    }

    @Override
    public void flush() throws InterruptedException {
        storms.flush();
    }
}
