package umbrella.benchmarks;

import java.util.Map;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseRichSpout;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Values;

/** A reliable spout: 100-byte strings that begin with the nanosecond of their emit, as fast as Storm asks or paced. */
public class Source extends BaseRichSpout {
    static final int STAMP = 20;
    static final String PADDING = "x".repeat(100 - STAMP);

    private final int perSecond;
    private final int perNext;
    private transient SpoutOutputCollector collector;
    private transient long due;

    /** Emits {@code perNext} tuples each time Storm asks, and at most {@code perSecond}; 0 for no limit. */
    public Source(Integer perSecond, Integer perNext) {
        this.perSecond = perSecond;
        this.perNext = perNext;
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector collector) {
        this.collector = collector;
        this.due = System.nanoTime();
    }

    @Override
    public void nextTuple() {
        long now = System.nanoTime();
        if (perSecond > 0) {
            if (now < due) {
                return;
            }
            due = Math.max(due + 1_000_000_000L / perSecond, now - 100_000_000L);
        }
        for (int i = 0; i < perNext; i++) {
            emitOne();
        }
    }

    private void emitOne() {
        Long now = System.nanoTime();
        collector.emit(new Values(text(now)), now);
    }

    private static String text(long now) {
        String digits = Long.toString(now);
        return "0".repeat(STAMP - digits.length()) + digits + PADDING;
    }

    @Override
    public void ack(Object id) {
        Figures.ACKED.incrementAndGet();
        if (perSecond > 0) {
            Figures.TO_ACK.add(System.nanoTime() - (Long) id);
        }
    }

    @Override
    public void fail(Object id) {
        Figures.FAILED.incrementAndGet();
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        declarer.declare(new Fields("text"));
    }
}
