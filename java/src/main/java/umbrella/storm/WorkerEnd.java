package umbrella.storm;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.storm.task.TopologyContext;

/**
 * The shutdown of all tasks of one worker.
 *
 * <p>Storm cleans up one task after the other, and gives the worker 3 s for all of them
 * (supervisor.worker.shutdown.sleep.secs). So the first cleanup asks every child to end, and each cleanup waits for its
 * own child until a shared deadline: what a child logs in its close() is still read.
 */
public final class WorkerEnd {
    private static final long SHARED = 2500; // milliseconds; worker.py gives close() 2 s
    private static final Map<Object, WorkerEnd> ENDS = new WeakHashMap<>(); // by an object that only its tasks share
    private static final Set<Keeper> RUNNING = new HashSet<>(); // of all workers in this JVM; guarded by the class

    private final Set<Keeper> keepers = new HashSet<>(); // guarded by the class
    private long begun; // by System.nanoTime; guarded by the class
    private boolean ending; // guarded by the class

    private WorkerEnd() {
    }

    /** The instance that all tasks of a worker share. Outside a worker, as in tests, each task has its own. */
    static WorkerEnd of(TopologyContext context) {
        Object worker = context.getSharedExecutor();
        synchronized (WorkerEnd.class) {
            return worker == null ? new WorkerEnd() : ENDS.computeIfAbsent(worker, key -> new WorkerEnd());
        }
    }

    /** A task has a child from now on. */
    void join(Keeper keeper) {
        synchronized (WorkerEnd.class) {
            keepers.add(keeper);
            RUNNING.add(keeper);
        }
    }

    /** The last child of a task has ended, and all of its output has been handed over. */
    void leave(Keeper keeper) {
        synchronized (WorkerEnd.class) {
            keepers.remove(keeper);
            RUNNING.remove(keeper);
            WorkerEnd.class.notifyAll();
        }
    }

    /** Asks all children of the worker to end, and waits for that of one task until the shared deadline. */
    void await(Keeper keeper) throws InterruptedException {
        begin();
        synchronized (WorkerEnd.class) {
            for (long left = left(SHARED); left > 0 && keepers.contains(keeper); left = left(SHARED)) {
                WorkerEnd.class.wait(left);
            }
        }
    }

    private void begin() {
        Set<Keeper> all;
        synchronized (WorkerEnd.class) {
            if (ending) {
                return;
            }
            ending = true;
            begun = System.nanoTime();
            all = new HashSet<>(keepers);
        }
        all.forEach(Keeper::askToEnd);
    }

    private long left(long milliseconds) {
        return milliseconds - (System.nanoTime() - begun) / 1_000_000;
    }

    /**
     * Waits until no task in this JVM has a child any more, or until the timeout: then all of their output is in the
     * log. Called by umbrella run.
     *
     * @return false after a timeout
     */
    public static boolean awaitAll(long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + milliseconds * 1_000_000;
        synchronized (WorkerEnd.class) {
            for (long left = milliseconds; left > 0 && !RUNNING.isEmpty(); left = (end - System.nanoTime()) / 1_000_000) {
                WorkerEnd.class.wait(left);
            }
            return RUNNING.isEmpty();
        }
    }
}
