package umbrella.storm;

import java.util.Map;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.task.ShellBolt;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.IRichBolt;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.tuple.Tuple;

/**
 * A bolt whose work is done by a child process: ShellBolt's guarantees, kept by different loops.
 *
 * <p>Built from one text, both by Thrift's JavaObject and by Flux's constructorArgs; see {@link Description}.
 */
public final class PythonBolt extends ShellBolt implements IRichBolt {
    private static final long serialVersionUID = 1L;

    private final String description;
    private transient BoltTask task;

    /**
     * Creates a bolt; errors in the description are reported when it is used.
     *
     * @param description a JSON object
     */
    public PythonBolt(String description) {
        super(new String[0]);
        this.description = description;
    }

    @Override
    public void prepare(Map<String, Object> conf, TopologyContext context, OutputCollector collector) {
        task = new BoltTask(Description.of(description), conf, context, collector);
        task.start();
    }

    @Override
    public void execute(Tuple input) {
        task.execute(input);
    }

    @Override
    public void cleanup() {
        if (task != null) { // Storm also cleans up after a failed prepare
            task.stop();
        }
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
