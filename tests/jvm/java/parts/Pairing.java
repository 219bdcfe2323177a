package parts;

import java.util.Map;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseWindowedBolt;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.Values;
import org.apache.storm.windowing.TupleWindow;

/** An IWindowedBolt. */
public class Pairing extends BaseWindowedBolt {
    private static final long serialVersionUID = 1L;
    private transient OutputCollector collector;

    @Override
    public void prepare(Map<String, Object> conf, TopologyContext context, OutputCollector given) {
        collector = given;
    }

    @Override
    public void execute(TupleWindow window) {
        StringBuilder joined = new StringBuilder();
        for (Tuple one : window.get()) {
            joined.append(joined.length() == 0 ? "" : "+").append(one.getString(0));
        }
        collector.emit(new Values(joined.toString()));
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        declarer.declare(new Fields("pair"));
    }
}
