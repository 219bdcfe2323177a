package parts;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseRichSpout;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Values;

/** Emits a few words, reliably, and on another stream what it was made of and what it was called with. */
public class Rows extends BaseRichSpout {
    private static final long serialVersionUID = 1L;
    private final String made;
    private final transient Queue<String> calls = new ConcurrentLinkedQueue<>();
    private final int count;
    private int emitted;
    private SpoutOutputCollector collector;

    public Rows(Settings settings, Pool one, Pool other, Mode mode, List<Long> numbers, Map<String, Integer> names, int count) {
        this.made = settings + "; " + one + (one == other ? " shared" : " twice") + "; " + mode + "; " + numbers + "; " + names
            + "; " + numbers.get(0).getClass().getSimpleName();
        this.count = count;
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector given) {
        collector = given;
        calls.add("made " + made);
        calls.add("own " + conf.get("my.own") + ", of the class " + conf.get("parts.rows"));
    }

    @Override
    public void activate() {
        calls.add("activate");
    }

    @Override
    public void nextTuple() {
        if (emitted < count) {
            emitted++;
            collector.emit(new Values("word" + emitted), emitted);
        }
        for (String call = calls.poll(); call != null; call = calls.poll()) {
            collector.emit("calls", new Values(call));
        }
    }

    @Override
    public void ack(Object messageId) {
        calls.add("ack " + messageId);
    }

    @Override
    public void fail(Object messageId) {
        calls.add("fail " + messageId);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        declarer.declare(new Fields("word"));
        declarer.declareStream("calls", new Fields("call"));
    }

    @Override
    public Map<String, Object> getComponentConfiguration() {
        Map<String, Object> conf = new java.util.HashMap<>();
        conf.put("parts.rows", "kept");
        conf.put("my.own", "of Java");
        return conf;
    }
}
