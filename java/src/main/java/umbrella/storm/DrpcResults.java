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

/**
 * Returns results and errors to the callers of a DRPC function; the place of Storm's ReturnResults.
 *
 * <p>Reads (request, result) on streams named drpc_result, and (request, error) on those named drpc_failure. The first
 * answer counts. An answer is sent once: if the connection breaks, the caller's has broken as well.
 */
public final class DrpcResults extends BaseRichBolt {
    private static final long serialVersionUID = 1L;
    private static final String FAILURE_STREAM = "drpc_failure";
    private static final int REMEMBERED = 10_000;
    private static final int LINKS = 64;
    private static final int OVERHEAD_BYTES = 1024; // of the call around a result
    private static final int LONGEST_ERROR = 64 * 1024; // characters

    private transient Map<String, Object> conf;
    private transient OutputCollector collector;
    private transient int limit;
    private transient Map<String, Link> links;
    private transient Map<String, Boolean> answered;

    @Override
    public void prepare(Map<String, Object> conf, TopologyContext context, OutputCollector collector) {
        this.conf = conf;
        this.collector = collector;
        limit = ObjectReader.getInt(conf.get(Config.DRPC_MAX_BUFFER_SIZE), 1024 * 1024) - OVERHEAD_BYTES;
        links = new Recent<>(LINKS, Link::drop);
        answered = new Recent<>(REMEMBERED, answer -> { });
    }

    @Override
    public void execute(Tuple tuple) {
        boolean failure = tuple.getSourceStreamId().equals(FAILURE_STREAM);
        try {
            DrpcRequest request = DrpcRequest.parse(tuple.getString(0));
            Boolean before = answered.putIfAbsent(request.toString(), failure);
            if (before == null) {
                answer(request, tuple.getString(1), failure);
            } else if (!before && !failure) {
                report(tuple.getSourceComponent() + " called return_result for a request that has its result already;"
                    + " the caller got the first one. A request is answered once: gather parts in a DRPCAggregator.");
            }
        } catch (IllegalArgumentException | ClassCastException e) {
            report(tuple.getSourceComponent() + ": " + e.getMessage());
            collector.fail(tuple);
            return;
        }
        collector.ack(tuple);
    }

    private void answer(DrpcRequest request, String text, boolean failure) {
        Link link = links.computeIfAbsent(request.source(), source -> new Link());
        try {
            DrpcConnection connection = link.to(request);
            if (failure) {
                connection.fail(request, cut(text));
            } else {
                sendResult(connection, request, text);
            }
        } catch (AuthorizationException e) {
            report("the DRPC server at " + request.host + ":" + request.port + " does not let this topology answer: "
                + e.get_msg());
        } catch (TException e) {
            link.drop();
            report("a caller got no answer, for DRPC server " + request.host + ":" + request.port
                + " was lost meanwhile: " + DrpcConnection.rootText(e) + ". The caller sees that, and may call again.");
        }
    }

    private void sendResult(DrpcConnection connection, DrpcRequest request, String text) throws TException {
        // The server neither answers nor refuses a longer message: it would hang this bolt.
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
        // The end of a traceback says more than its begin.
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

    /**
     * The way to one server, for what a spout fetched by one connection.
     *
     * <p>Ids of a server that was started anew begin at 1: an answer might reach another call. As long as the spout's
     * connection holds, the server is the same one.
     */
    private final class Link {
        private DrpcConnection connection;
        private long brokenAt;

        /** The connection, if the request may be answered by it. */
        DrpcConnection to(DrpcRequest request) throws TException {
            if (request.fetchedAt <= brokenAt) {
                throw new TException("the connection broke after the request had come");
            }
            if (connection == null) {
                connection = DrpcConnection.open(conf, request.host, request.port);
            }
            return connection;
        }

        void drop() {
            brokenAt = System.currentTimeMillis();
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }

    /** So many entries at most; the one that was asked for longest ago goes first. */
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
