package umbrella.storm;

import java.util.Map;
import org.apache.storm.spout.ShellSpout;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.IRichSpout;
import org.apache.storm.topology.OutputFieldsDeclarer;

/**
 * A spout whose work is done by a child process: ShellSpout's guarantees, without its wait after each command.
 *
 * <p>Built from one text, both by Thrift's JavaObject and by Flux's constructorArgs; see {@link Description}.
 */
public final class PythonSpout extends ShellSpout implements IRichSpout {
    private static final long serialVersionUID = 1L;

    private final String description;
    private transient SpoutTask task;

    /**
     * Creates a spout; errors in the description are reported when it is used.
     *
     * @param description a JSON object
     */
    public PythonSpout(String description) {
        super(new String[0]);
        this.description = description;
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector collector) {
        task = new SpoutTask(Description.of(description), conf, context, collector);
        task.start();
    }

    @Override
    public void close() {
        if (task != null) { // Storm also closes after a failed open
            task.stop();
        }
    }

    @Override
    public void activate() {
        task.activate();
    }

    @Override
    public void deactivate() {
        task.deactivate();
    }

    @Override
    public void nextTuple() {
        task.nextTuple();
    }

    @Override
    public void ack(Object messageId) {
        task.ack(messageId);
    }

    @Override
    public void fail(Object messageId) {
        task.fail(messageId);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        Description.of(description).declareOutputFields(declarer);
    }

    @Override
    public Map<String, Object> getComponentConfiguration() {
        return Description.of(description).conf;
    }
}
