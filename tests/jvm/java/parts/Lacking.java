package parts;

import org.apache.storm.topology.BasicOutputCollector;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseBasicBolt;
import org.apache.storm.tuple.Tuple;

/** Cannot be used without a class that the tests leave out of the jar. */
public class Lacking extends BaseBasicBolt {
    private static final long serialVersionUID = 1L;

    public Lacking(Absent needed) {
    }

    @Override
    public void execute(Tuple input, BasicOutputCollector collector) {
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
    }
}
