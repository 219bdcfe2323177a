package umbrella.storm;

import com.codahale.metrics.Counter;
import java.util.List;
import java.util.Map;
import org.apache.storm.metric.api.IMetric;
import org.apache.storm.metric.api.rpc.IShellMetric;
import org.apache.storm.multilang.ShellMsg;
import org.apache.storm.task.IErrorReporter;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.utils.ShellLogHandler;
import org.apache.storm.utils.ShellProcess;
import org.apache.storm.utils.ShellUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines, errors and metrics of a child, taken as ShellBolt and ShellSpout take them; and the child's death. */
final class Reporting {
    private static final Logger LOG = LoggerFactory.getLogger(Reporting.class);
    private static final String OWN_METRICS = "umbrella";

    private final TopologyContext context;
    private final IErrorReporter reporter;
    private final Class<?> owner;
    private final ShellLogHandler handler;
    private final Metrics metrics;
    private volatile int errors;

    /**
     * @param owner ShellBolt or ShellSpout: the logger of a component's lines is named by it
     * @param metrics as the description declares them
     */
    Reporting(Map<String, Object> conf, TopologyContext context, IErrorReporter reporter, Class<?> owner,
            List<?> metrics) {
        this.context = context;
        this.reporter = reporter;
        this.owner = owner;
        this.metrics = new Metrics(context, metrics);
        handler = ShellUtils.getLogHandler(conf);
    }

    /** Nothing is said any more. */
    void close() {
        metrics.close();
    }

    /** "count[5]" */
    String task() {
        return context.getThisComponentId() + "[" + context.getThisTaskId() + "]";
    }

    /** A counter that was declared, whatever the child says. */
    Counter counter(String name) {
        return metrics.counter(name);
    }

    /** From now on, lines are from the child of that pid. */
    void started(long pid) {
        LOG.info("{}: launched subprocess with pid {}", task(), pid);
        ShellProcess process = new ShellProcess(new String[0]); // log handlers want one, for its pid and its name
        process.pid = pid;
        process.componentName = context.getThisComponentId();
        handler.setUpContext(owner, process, context);
        errors = 0;
    }

    void log(int level, String text) {
        ShellMsg message = new ShellMsg();
        message.setCommand("log");
        message.setMsg(text);
        message.setLogLevel(level);
        handler.log(message);
    }

    /** ShellBolt.handleError. */
    void error(String text) {
        errors++;
        reporter.reportError(new Exception("Shell Process Exception: " + text));
    }

    /** How many errors the living child has told. */
    int errors() {
        return errors;
    }

    /** Tells Storm of a child's death; Storm's ReportError writes it to the log as well. */
    void death(Throwable death) {
        reporter.reportError(death);
    }

    /** As ShellBolt.handleMetrics; but a name that nobody knows is no reason to end a worker. */
    @SuppressWarnings("deprecation") // of Storm's first metrics, which ShellBolt serves
    void metrics(String name, Object values) {
        if (OWN_METRICS.equals(name)) {
            metrics.update(values);
            return;
        }
        IMetric metric = context.getRegisteredMetricByName(name);
        if (metric instanceof IShellMetric) {
            try {
                ((IShellMetric) metric).updateMetricFromRPC(values);
            } catch (Exception e) {
                LOG.warn("{}: metric {} does not take {}", task(), name, values, e);
            }
        } else {
            LOG.warn("{}: no metric for the child's values; given: {}; valid: a name that the topology has registered,"
                + " of an IShellMetric", task(), name);
        }
    }
}
