package umbrella.storm;

import com.codahale.metrics.Counter;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.storm.metric.api.IMetric;
import org.apache.storm.metric.api.rpc.IShellMetric;
import org.apache.storm.multilang.ShellMsg;
import org.apache.storm.task.IErrorReporter;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.utils.DefaultShellLogHandler;
import org.apache.storm.utils.ShellLogHandler;
import org.apache.storm.utils.ShellProcess;
import org.apache.storm.utils.ShellUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles a child's log lines, errors and metrics as ShellBolt and ShellSpout do, and reports its death. */
final class Reporting {
    private static final Logger LOG = LoggerFactory.getLogger(Reporting.class);
    private static final Logger DEBUG_LINES = LoggerFactory.getLogger("umbrella.python");
    private static final String KNOB = "umbrella.component."; // followed by the component's name; log_levels.py
    private static final String AS_SET = "";
    private static final int DEBUG = 1; // ShellMsg.ShellLogLevel
    private static final String OWN_METRICS = "umbrella";

    private final TopologyContext context;
    private final IErrorReporter reporter;
    private final Class<?> owner;
    private final ShellLogHandler handler;
    private final Metrics metrics;
    private final Logger ownLog;
    private final Logger knob;
    private volatile ShellProcess process;
    private volatile int errors;
    private String told = AS_SET;

    /**
     * @param owner ShellBolt or ShellSpout: the logger of a component's lines is named after it
     * @param metrics as the description declares them
     */
    Reporting(Map<String, Object> conf, TopologyContext context, IErrorReporter reporter, Class<?> owner,
            List<?> metrics) {
        this.context = context;
        this.reporter = reporter;
        this.owner = owner;
        this.metrics = new Metrics(context, metrics);
        handler = ShellUtils.getLogHandler(conf);
        ownLog = LoggerFactory.getLogger(owner);
        knob = LoggerFactory.getLogger(KNOB + context.getThisComponentId());
    }

    /** Stops reporting. */
    void close() {
        metrics.close();
    }

    /** "count[5]" */
    String task() {
        return context.getThisComponentId() + "[" + context.getThisTaskId() + "]";
    }

    /** A declared counter, whatever the child sends. */
    Counter counter(String name) {
        return metrics.counter(name);
    }

    /** From now on, lines come from the child with that pid. */
    void started(long pid) {
        LOG.info("{}: launched subprocess with pid {}", task(), pid);
        process = new ShellProcess(new String[0]); // log handlers need one, for its pid and its name
        process.pid = pid;
        process.componentName = context.getThisComponentId();
        handler.setUpContext(owner, process, context);
        errors = 0;
        told = AS_SET;
    }

    void log(int level, String text) {
        if (level == DEBUG && handler.getClass() == DefaultShellLogHandler.class && !ownLog.isDebugEnabled()) {
            debug(text);
            return;
        }
        ShellMsg message = new ShellMsg();
        message.setCommand("log");
        message.setMsg(LocaleCharset.printable(text));
        message.setLogLevel(level);
        handler.log(message);
    }

    /** DEBUG lines from Python are wanted: otherwise it would not have sent them. */
    private void debug(String text) {
        if (!DEBUG_LINES.isDebugEnabled()) {
            Configurator.setLevel(DEBUG_LINES.getName(), Level.DEBUG);
        }
        DEBUG_LINES.debug("ShellLog {} {}", process.getProcessInfoString(), text);
    }

    /**
     * The level of Python's log to send to the child, or null if the child has it: that of the component's logger in
     * the JVM, which Nimbus can change. INFO, to which Storm resets loggers, means the topology's settings.
     */
    String levelToTell() {
        String level = knob.isDebugEnabled() ? "DEBUG" : knob.isInfoEnabled() ? AS_SET : knob.isWarnEnabled() ? "WARNING"
            : knob.isErrorEnabled() ? "ERROR" : AS_SET;
        if (level.equals(told)) {
            return null;
        }
        told = level;
        return level;
    }

    /** Like ShellBolt.handleError; Storm's ReportError also writes it to the log. */
    void error(String text) {
        errors++;
        reporter.reportError(new PythonError(text));
    }

    /** How many errors the living child has reported. */
    int errors() {
        return errors;
    }

    /** Reports a child's death to Storm; Storm's ReportError also writes it to the log. */
    void death(Throwable death) {
        reporter.reportError(death);
    }

    /** Like ShellBolt.handleMetrics, but an unknown name does not end the worker. */
    @SuppressWarnings("deprecation") // Storm's first metrics API, which ShellBolt supports
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
