package umbrella.storm;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.storm.Config;
import org.apache.storm.generated.AuthorizationException;
import org.apache.storm.task.OutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.thrift.TException;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseRichBolt;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.utils.ObjectReader;
import org.apache.storm.utils.TupleUtils;

/**
 * Returns results and errors to the callers of a DRPC function; replaces Storm's ReturnResults.
 *
 * <p>Reads (request, result) on streams named drpc_result, and (request, error) on those named drpc_failure. The first
 * answer counts. An answer is sent once, and only over a connection that has been open since before the call was
 * fetched: see {@link DrpcSource}.
 */
public final class DrpcResults extends BaseRichBolt {
    private static final long serialVersionUID = 1L;
    private static final String FAILURE_STREAM = "drpc_failure";
    private static final int REMEMBERED = 10_000;
    private static final int LINKS = 64;
    private static final int OVERHEAD_BYTES = 1024; // for the call around a result
    private static final int LONGEST_ERROR = 64 * 1024; // characters

    private transient Map<String, Object> conf;
    private transient OutputCollector collector;
    private transient int limit;
    private transient Map<String, Link> links; // by the text of a source
    private transient Map<String, Boolean> unreached;
    private transient Map<String, Boolean> answered;

    @Override
    public void prepare(Map<String, Object> conf, TopologyContext context, OutputCollector collector) {
        this.conf = conf;
        this.collector = collector;
        limit = ObjectReader.getInt(conf.get(Config.DRPC_MAX_BUFFER_SIZE), 1024 * 1024) - OVERHEAD_BYTES;
        links = new Recent<>(LINKS, Link::drop);
        unreached = new Recent<>(LINKS, told -> { });
        answered = new Recent<>(REMEMBERED, answer -> { });
    }

    @Override
    public void execute(Tuple tuple) {
        if (TupleUtils.isTick(tuple)) { // from a topology that has ticks everywhere
            collector.ack(tuple);
            return;
        }
        try {
            boolean done = tuple.getSourceStreamId().equals(DrpcSpout.LINK_STREAM)
                ? link(tuple.getString(0), tuple.getInteger(1)) : settle(tuple);
            if (done) {
                collector.ack(tuple);
                return;
            }
        } catch (IllegalArgumentException | ClassCastException e) {
            report(tuple.getSourceComponent() + ": " + e.getMessage());
        }
        collector.fail(tuple); // the spout informs the caller, or announces its connection again
    }

    /** Connects to the source's server if not connected yet; returns false if that fails. */
    private boolean link(String source, int round) {
        if (links.containsKey(source)) {
            return true;
        }
        String[] parts = source.split("\\|", 3);
        try {
            links.put(source, new Link(DrpcConnection.open(conf, parts[2], Integer.parseInt(parts[1])), round));
            return true;
        } catch (TException e) {
            if (unreached.putIfAbsent(source, true) == null) {
                report("DRPC server " + parts[2] + ":" + parts[1] + " cannot be reached from here to answer its calls: "
                    + DrpcConnection.rootText(e) + ". None of its calls is taken until it can; it is tried again.");
            }
            return false;
        }
    }

    private boolean settle(Tuple tuple) {
        boolean failure = tuple.getSourceStreamId().equals(FAILURE_STREAM);
        DrpcRequest request = DrpcRequest.parse(tuple.getString(0));
        Boolean before = answered.putIfAbsent(request.toString(), failure);
        if (before == null) {
            boolean sent = answer(request, tuple.getString(1), failure);
            if (!sent) {
                answered.remove(request.toString());
            }
            return sent;
        }
        if (!before && !failure) {
            report(tuple.getSourceComponent() + " called return_result for a request that has its result already;"
                + " the caller got the first one. A request is answered once: gather parts in a DRPCAggregator.");
        }
        return true;
    }

    /** Sends an answer; returns false if it cannot be sent, or might not reach the server that the request is from. */
    private boolean answer(DrpcRequest request, String text, boolean failure) {
        Link link = links.get(request.source);
        if (link == null || request.round < link.since) {
            report("a caller got no answer, for the task that sends it was started anew, or lost its connection,"
                + " after the call had come. The caller is told, and may call again.");
            return false;
        }
        try {
            if (failure) {
                link.connection.fail(request, cut(text));
            } else {
                sendResult(link.connection, request, text);
            }
        } catch (AuthorizationException e) {
            report("the DRPC server of " + request.source + " does not let this topology answer: " + e.get_msg());
        } catch (TException e) {
            links.remove(request.source);
            link.drop();
            report("a caller got no answer, for DRPC server " + request.source + " was lost meanwhile: "
                + DrpcConnection.rootText(e) + ". The caller sees that, and may call again.");
            return false;
        }
        return true;
    }

    private void sendResult(DrpcConnection connection, DrpcRequest request, String text) throws TException {
        // The server neither answers nor rejects a larger message, so it would hang this bolt.
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limit) {
            connection.fail(request, "the result has " + bytes + " bytes, and the DRPC server takes " + limit
                + ". Return less, or raise drpc.max_buffer_size in the storm.yaml of servers and supervisors.");
        } else {
            connection.calls.result(request.id, text);
        }
    }

    private void report(String text) {
        collector.reportError(new DrpcServerException(text));
    }

    private static String cut(String text) {
        // The end of a traceback says more than its beginning.
        return text.length() <= LONGEST_ERROR ? text : "..." + text.substring(text.length() - LONGEST_ERROR);
    }

    @Override
    public void cleanup() {
        links.values().forEach(Link::drop);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        // It emits nothing.
    }

    /** A connection to one server, for what a spout has fetched over one connection. */
    private static final class Link {
        final DrpcConnection connection;
        /** The round in which it was opened. */
        final int since;

        Link(DrpcConnection connection, int since) {
            this.connection = connection;
            this.since = since;
        }

        void drop() {
            connection.close();
        }
    }

    /** A map with a maximum size, which evicts the least recently used entry. */
    private static final class Recent<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        private final int most;
        private final transient Consumer<V> end;

        Recent(int most, Consumer<V> end) {
            super(16, 0.75f, true);
            this.most = most;
            this.end = end;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            if (size() <= most) {
                return false;
            }
            end.accept(eldest.getValue());
            return true;
        }
    }
}
