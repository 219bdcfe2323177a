package umbrella.storm;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Metric;
import com.codahale.metrics.Timer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.apache.storm.task.TopologyContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics that a Python component declares, in Storm's metrics registry (v2), updated with what its child sends.
 *
 * <p>They belong to the task, not to the child: a restarted child continues the counts.
 */
final class Metrics {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MOST = 1_000_000; // values of one message: they take a tenth of a second of this thread

    private final Map<String, Metric> registered = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final LocalMetrics.Task shown;

    /**
     * Registers them.
     *
     * @param context the task's context
     * @param declared for each metric, a map with its name and its kind: counter, gauge, histogram or timer
     */
    Metrics(TopologyContext context, List<?> declared) {
        for (Object one : declared) {
            Map<?, ?> metric = (Map<?, ?>) one;
            String name = (String) metric.get("name");
            registered.put(name, register(context, name, (String) metric.get("kind")));
        }
        shown = LocalMetrics.show(context.getThisComponentId(), context.getThisTaskId(), registered);
    }

    private static Metric register(TopologyContext context, String name, String kind) {
        switch (kind) {
            case "counter":
                return context.registerCounter(name);
            case "gauge":
                Latest latest = new Latest();
                context.registerGauge(name, latest);
                return latest;
            case "histogram":
                return context.registerHistogram(name);
            case "timer":
                return context.registerTimer(name);
            default:
                String valid = "counter, gauge, histogram, timer";
                throw new IllegalArgumentException("a metric has no kind " + kind + "; valid: " + valid);
        }
    }

    /**
     * Applies the values that a child sends.
     *
     * <p>What does not fit is logged once and ignored: no metric is worth a crash.
     *
     * @param values increases under "counters", values under "gauges", lists of them under "histograms" and "timers"
     *     (seconds), each by the metric's name; if such a list is a sample, "counts" has the true number of values
     */
    synchronized void update(Object values) {
        if (!(values instanceof Map)) {
            refuse("metrics", values);
            return;
        }
        Map<?, ?> kinds = (Map<?, ?>) values;
        each(kinds.get("counters"), (name, metric, increase) -> increase(metric, increase));
        each(kinds.get("gauges"), (name, metric, value) -> set(metric, value));
        Object counts = kinds.get("counts");
        each(kinds.get("histograms"), (name, metric, sample) -> measure(metric, sample, count(counts, name)));
        each(kinds.get("timers"), (name, metric, sample) -> time(metric, sample, count(counts, name)));
    }

    /** The counter with a name that was declared as a counter. */
    Counter counter(String name) {
        return (Counter) registered.get(name);
    }

    /** Drops the metrics; closing Storm's registry is up to Storm. */
    void close() {
        shown.hide();
    }

    private void each(Object byName, Update update) {
        if (byName instanceof Map) {
            ((Map<?, ?>) byName).forEach((name, value) -> {
                if (!update.apply(name, registered.get(name), value)) {
                    refuse(String.valueOf(name), value);
                }
            });
        } else if (byName != null) {
            refuse("metrics", byName);
        }
    }

    private long count(Object counts, Object name) {
        Object count = counts instanceof Map ? ((Map<?, ?>) counts).get(name) : null;
        long values = count instanceof Number ? ((Number) count).longValue() : 0;
        if (values > MOST && refused.add("count of " + name)) {
            LOG.warn("metric {} has had {} values within one report; at most {} of each are counted", name, values, MOST);
        }
        return Math.min(values, MOST);
    }

    private static boolean increase(Metric metric, Object value) {
        if (!(metric instanceof Counter) || !(value instanceof Number)) {
            return false;
        }
        ((Counter) metric).inc(((Number) value).longValue());
        return true;
    }

    private static boolean set(Metric metric, Object value) {
        if (!(metric instanceof Latest) || !(value instanceof Number)) {
            return false;
        }
        ((Latest) metric).value = (Number) value;
        return true;
    }

    private static boolean measure(Metric metric, Object values, long count) {
        if (!(metric instanceof Histogram) || !areNumbers(values)) {
            return false;
        }
        repeat((Collection<?>) values, count, value -> ((Histogram) metric).update(Math.round(value)));
        return true;
    }

    private static boolean time(Metric metric, Object values, long count) {
        if (!(metric instanceof Timer) || !areNumbers(values)) {
            return false;
        }
        repeat((Collection<?>) values, count,
            value -> ((Timer) metric).update(Math.round(value * NANOS), TimeUnit.NANOSECONDS));
        return true;
    }

    private static boolean areNumbers(Object values) {
        if (!(values instanceof Collection)) {
            return false;
        }
        for (Object value : (Collection<?>) values) {
            if (!(value instanceof Number)) {
                return false;
            }
        }
        return true;
    }

    /** Repeats a sample up to the true count, so that counts, rates and the distribution come out right. */
    private static void repeat(Collection<?> sample, long count, DoubleConsumer one) {
        long left = Math.max(count, sample.size());
        while (left > 0 && !sample.isEmpty()) {
            for (Object value : sample) {
                if (left-- <= 0) {
                    return;
                }
                one.accept(((Number) value).doubleValue());
            }
        }
    }

    private void refuse(String name, Object value) {
        if (refused.add(name)) {
            LOG.warn("not a value of a declared metric: {} = {}; declared: {}", name, value, registered.keySet());
        }
    }

    /** Applies a value to a metric, or returns false if they do not fit. */
    private interface Update {
        boolean apply(Object name, Metric metric, Object value);
    }

    /** The value last set. */
    static final class Latest implements Gauge<Number> {
        private volatile Number value = 0L;

        @Override
        public Number getValue() {
            return value;
        }
    }
}
