package umbrella.storm.redis;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseRichSpout;
import org.apache.storm.tuple.Fields;

/**
 * Emits entries from Redis: those of a list, each until it is acked, or what is published to channels.
 *
 * <p>A tuple has one value, the entry, or two: the name of its list or channel, and the entry. A separate thread of the
 * source talks to Redis, so Storm's executor never waits for the network.
 */
public final class RedisSpout extends BaseRichSpout {
    private static final long serialVersionUID = 1L;
    private static final int ENTRIES_PER_CALL = 100;

    private final Settings settings;

    private transient SpoutOutputCollector collector;
    private transient Source source;
    private transient Retries retries;
    private transient Charset charset;
    private transient boolean named;

    /**
     * Creates a spout from its settings.
     *
     * @param settings by name: url; list, or channels or patterns; fields (one or two names); encoding; end ("right" or
     *     "left", where the next entry of a list is); group (names the lists that hold what is taken; may be empty);
     *     dead_letters (a list; may be empty); max_failures (0 for no limit); retry_seconds; max_retry_seconds;
     *     max_pending (entries of a list that are taken and not settled)
     */
    public RedisSpout(Map<String, Object> settings) {
        this.settings = new Settings(settings);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        declarer.declare(new Fields(settings.texts("fields")));
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector output) {
        collector = output;
        charset = Charset.forName(settings.text("encoding"));
        named = settings.texts("fields").size() == 2;
        retries = new Retries(settings);
        source = Sources.open(settings, Place.of(conf, context));
    }

    @Override
    public void activate() {
        source.activate();
    }

    @Override
    public void deactivate() {
        source.deactivate();
    }

    @Override
    public void nextTuple() {
        report();
        for (int count = 0; count < ENTRIES_PER_CALL; count++) {
            Entry entry = retries.due();
            if (entry == null) {
                entry = source.poll();
            }
            if (entry == null) {
                return;
            }
            collector.emit(values(entry), entry);
        }
    }

    @Override
    public void ack(Object entry) {
        source.done((Entry) entry);
    }

    @Override
    public void fail(Object message) {
        Entry entry = (Entry) message;
        if (!retries.again(entry)) {
            source.dead(entry);
            collector.reportError(new RedisException(
                "an entry failed " + entry.failures() + " times; " + source.deadText() + ": " + shown(entry)));
        }
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
    }

    /** Reports errors of the source's thread on this thread, because Storm's collector must not be shared. */
    private void report() {
        RedisException error = source.error();
        if (error != null) {
            collector.reportError(error);
        }
    }

    private List<Object> values(Entry entry) {
        List<Object> values = new ArrayList<>(2);
        if (named) {
            values.add(entry.from());
        }
        values.add(new String(entry.value(), charset));
        return values;
    }

    private String shown(Entry entry) {
        String text = new String(entry.value(), charset);
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }
}
