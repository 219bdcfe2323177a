package parts;

import org.apache.storm.topology.BasicOutputCollector;
import org.apache.storm.topology.FailedException;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseBasicBolt;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.Values;

/** An IBasicBolt: acks by itself, and fails on FailedException. */
public class Upper extends BaseBasicBolt {
    private static final long serialVersionUID = 1L;
    private String failing = "";

    public Upper failing(String word) {
        failing = word;
        return this;
    }

    public void setURL(String ignored) {
    }

    @Override
    public void execute(Tuple input, BasicOutputCollector collector) {
        if (input.getString(0).equals(failing)) {
            throw new FailedException("as asked for");
        }
        collector.emit(new Values(input.getString(0).toUpperCase()));
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        declarer.declare(new Fields("upper"));
    }
}
