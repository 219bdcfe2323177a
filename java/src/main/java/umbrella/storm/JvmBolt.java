package umbrella.storm;

import java.util.Map;
import org.apache.storm.ICredentialsListener;
import org.apache.storm.task.IBolt;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.IRichBolt;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.tuple.Tuple;

/** A bolt written in Java and declared in Python: built on the worker from one text, and delegated every call. */
public final class JvmBolt implements IRichBolt, ICredentialsListener {
    private static final long serialVersionUID = 1L;

    private final String text;
    private transient JvmDescription description;
    private transient IBolt bolt;
    private transient ICredentialsListener listener;
    private transient Map<String, String> credentials;

    /** @param description in the format of {@link JvmDescription} */
    public JvmBolt(String description) {
        this.text = description;
        description(); // errors in it show when the topology is submitted
    }

    @Override
    public void prepare(Map<String, Object> topoConf, TopologyContext context, OutputCollector collector) {
        Object made = description().build();
        listener = JvmKinds.listener(made);
        bolt = JvmKinds.bolt(made);
        if (credentials != null) {
            setCredentials(credentials);
        }
        bolt.prepare(description().merged(topoConf, JvmKinds.configuration(made)), context, collector);
    }

    @Override
    public void execute(Tuple input) {
        bolt.execute(input);
    }

    @Override
    public void cleanup() {
        if (bolt != null) {
            bolt.cleanup();
        }
    }

    /** Called before prepare as well (BoltExecutor.init). */
    @Override
    public void setCredentials(Map<String, String> given) {
        credentials = given;
        if (listener != null) {
            listener.setCredentials(given);
        }
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        description().declareOutputFields(declarer);
    }

    @Override
    public Map<String, Object> getComponentConfiguration() {
        return description().conf;
    }

    private JvmDescription description() {
        if (description == null) {
            description = JvmDescription.of(text);
        }
        return description;
    }
}
