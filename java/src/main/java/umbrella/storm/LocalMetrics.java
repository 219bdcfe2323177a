package umbrella.storm;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Metric;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The metrics of all Python components of this JVM, as text: what {@code umbrella run} shows.
 *
 * <p>Storm passes metrics only to reporters. A local run has the workers in its own JVM, so it reads them here.
 */
public final class LocalMetrics {
    private static final Set<Task> TASKS = ConcurrentHashMap.newKeySet();

    private LocalMetrics() {
    }

    static Task show(String component, int number, Map<String, Metric> metrics) {
        Task task = new Task(component, number, metrics);
        TASKS.add(task);
        return task;
    }

    /**
     * Returns a line for each metric of each task: component, task, name, kind and values, separated by tabs.
     *
     * <p>A counter or gauge has one value; a histogram or timer has the count, mean, 95th percentile and maximum, for a
     * timer in seconds.
     */
    public static String read() {
        StringBuilder text = new StringBuilder();
        for (Task task : TASKS) {
            task.metrics.forEach((name, metric) ->
                text.append(task.component).append('\t').append(task.number).append('\t').append(name).append('\t')
                    .append(figures(metric)).append('\n'));
        }
        return text.toString();
    }

    private static String figures(Metric metric) {
        if (metric instanceof Counter) {
            return "counter\t" + ((Counter) metric).getCount();
        }
        if (metric instanceof Gauge) {
            return "gauge\t" + ((Gauge<?>) metric).getValue();
        }
        if (metric instanceof Histogram) {
            Histogram histogram = (Histogram) metric;
            return "histogram\t" + spread(histogram.getCount(), histogram.getSnapshot(), 1.0);
        }
        Timer timer = (Timer) metric;
        return "timer\t" + spread(timer.getCount(), timer.getSnapshot(), 1e9);
    }

    private static String spread(long count, Snapshot values, double unit) {
        return count + "\t" + values.getMean() / unit + "\t" + values.get95thPercentile() / unit + "\t"
            + values.getMax() / unit;
    }

    /** The metrics of one task. */
    static final class Task {
        private final String component;
        private final int number;
        private final Map<String, Metric> metrics;

        private Task(String component, int number, Map<String, Metric> metrics) {
            this.component = component;
            this.number = number;
            this.metrics = metrics;
        }

        void hide() {
            TASKS.remove(this);
        }
    }
}
