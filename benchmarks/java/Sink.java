package umbrella.benchmarks;

import java.util.Map;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseRichBolt;
import org.apache.storm.tuple.Tuple;

/** Counts and acks what comes, and looks at the length of each text. */
public class Sink extends BaseRichBolt {
    private final boolean timed;
    private transient OutputCollector collector;

    /** Keeps the time since the stamp at the beginning of each text if {@code timed}. */
    public Sink(Boolean timed) {
        this.timed = timed;
    }

    @Override
    public void prepare(Map<String, Object> conf, TopologyContext context, OutputCollector collector) {
        this.collector = collector;
    }

    @Override
    public void execute(Tuple tuple) {
        String text = tuple.getString(0);
        if (timed) {
            Figures.TO_SINK.add(System.nanoTime() - Long.parseLong(text.substring(0, Source.STAMP)));
        }
        if (text.length() != 100) {
            Figures.WRONG.incrementAndGet();
        }
        collector.ack(tuple);
        Figures.SUNK.incrementAndGet();
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        // the end of the line
    }
}
