package umbrella.storm;

import java.util.Map;
import org.apache.storm.ICredentialsListener;
import org.apache.storm.spout.ISpout;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.IRichSpout;
import org.apache.storm.topology.OutputFieldsDeclarer;

/** A spout written in Java and declared in Python: built on the worker from one text, and delegated every call. */
public final class JvmSpout implements IRichSpout, ICredentialsListener {
    private static final long serialVersionUID = 1L;

    private final String text;
    private transient JvmDescription description;
    private transient ISpout spout;
    private transient ICredentialsListener listener;
    private transient Map<String, String> credentials;

    /** @param description in the format of {@link JvmDescription} */
    public JvmSpout(String description) {
        this.text = description;
        description(); // errors in it show when the topology is submitted
    }

    @Override
    public void open(Map<String, Object> topoConf, TopologyContext context, SpoutOutputCollector collector) {
        Object made = description().build();
        listener = JvmKinds.listener(made);
        spout = JvmKinds.spout(made);
        if (credentials != null) {
            setCredentials(credentials);
        }
        spout.open(description().merged(topoConf, JvmKinds.configuration(made)), context, collector);
    }

    @Override
    public void close() {
        if (spout != null) {
            spout.close();
        }
    }

    @Override
    public void activate() {
        spout.activate();
    }

    @Override
    public void deactivate() {
        spout.deactivate();
    }

    @Override
    public void nextTuple() {
        spout.nextTuple();
    }

    @Override
    public void ack(Object messageId) {
        spout.ack(messageId);
    }

    @Override
    public void fail(Object messageId) {
        spout.fail(messageId);
    }

    /** Called before open as well (SpoutExecutor.init). */
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
