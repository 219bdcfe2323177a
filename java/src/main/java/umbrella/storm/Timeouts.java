package umbrella.storm;

import com.codahale.metrics.Counter;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.storm.Config;
import org.apache.storm.utils.RotatingMap;

/**
 * Counts the tuples of a spout that time out, and logs a warning.
 *
 * <p>Storm tells a spout that a tuple has failed, but not why. However, a timeout comes from within the map of pending
 * tuples (SpoutExecutor's RotatingMap), and any other failure from a message of the acker.
 */
final class Timeouts {
    private static final String NAME = "umbrella.timeouts"; // umbrella/storm/stats.py has it too
    private static final int FRAMES = 8; // from a spout's fail to the map: 3 in Storm 2
    private static final int WARN = 3; // ShellMsg.ShellLogLevel
    private static final long BETWEEN = TimeUnit.SECONDS.toNanos(30);

    /** The metric, in the format of a component's description. */
    static final Map<String, Object> METRIC;

    static {
        Map<String, Object> metric = new HashMap<>();
        metric.put("name", NAME);
        metric.put("kind", "counter");
        METRIC = Collections.unmodifiableMap(metric);
    }

    private final Reporting reporting;
    private final Counter counter;
    private final Map<String, Object> conf;
    private long told;
    private long toldAt;

    Timeouts(Reporting reporting, Map<String, Object> conf) {
        this.reporting = reporting;
        this.conf = conf;
        counter = reporting.counter(NAME);
    }

    /** Call it within the spout's fail. */
    void failed() {
        // Takes some 10 microseconds, only for failed tuples.
        StackTraceElement[] stack = new Throwable().getStackTrace();
        boolean byTime = Arrays.stream(stack).limit(FRAMES)
            .anyMatch(frame -> frame.getClassName().equals(RotatingMap.class.getName()));
        if (byTime) {
            counter.inc();
        }
    }

    /** Reports new timeouts at intervals; call it once a second, on one thread. */
    void look() {
        long count = counter.getCount();
        long now = System.nanoTime();
        if (count == told || told > 0 && now - toldAt < BETWEEN) {
            return;
        }
        Object limit = conf.get(Config.TOPOLOGY_MESSAGE_TIMEOUT_SECS);
        reporting.log(WARN, (count - told) + " tuples of " + reporting.task() + " have failed as they were not acked within "
            + limit + " s (" + Config.TOPOLOGY_MESSAGE_TIMEOUT_SECS + "); " + count + " so far. Lower "
            + Config.TOPOLOGY_MAX_SPOUT_PENDING + " (" + conf.get(Config.TOPOLOGY_MAX_SPOUT_PENDING)
            + "), raise the timeout, or give the slowest bolt more executors");
        told = count;
        toldAt = now;
    }
}
