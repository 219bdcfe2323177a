package umbrella.storm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.storm.Config;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.base.BaseRichSpout;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Values;
import org.apache.storm.utils.ObjectReader;

/**
 * Emits the calls of a DRPC function as tuples; replaces Storm's DRPCSpout, PrepareRequest, CoordinatedBolt,
 * KeyedFairBolt and JoinResult.
 *
 * <p>Before any call is fetched from a server, the connection is announced to the answering tasks: see {@link
 * DrpcSource}.
 *
 * <p>A call goes through phases, and Storm's acker reports the end of each phase, when all of its tuples are acked.
 * First, if there are aggregators, each is informed that a request begins; then the request itself is emitted; then the
 * aggregators of the first level are asked to finish, then those of the second, and so on. So only the acker counts
 * tuples.
 */
public final class DrpcSpout extends BaseRichSpout {
    static final String REQUEST = "request";
    static final String LINK_STREAM = "drpc_link";
    static final String BEGIN_STREAM = "drpc_begin";
    static final String FINISH_STREAM = "drpc_finish_";

    private static final long serialVersionUID = 1L;
    private static final int BEGIN = -1;
    private static final int CALL = 0;
    // A bolt's own error takes a different path than the acker's report of a failure, so it may arrive a little later.
    private static final int FAILURE_MILLIS = 1000;

    private final String function;
    private final int levels;
    private transient SpoutOutputCollector collector;
    private transient BlockingQueue<DrpcPoller.Fetched> fetched;
    private transient List<DrpcPoller> pollers;
    private transient int timeoutSeconds;
    private transient Map<Phase, Long> dueAt; // in the order of their start, and so of their due time

    /**
     * Serves a function.
     *
     * @param function its name
     * @param levels the number of levels of aggregators, in digits
     */
    public DrpcSpout(String function, String levels) {
        this.function = function;
        this.levels = Integer.parseInt(levels);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        declarer.declare(new Fields(REQUEST, "args"));
        declarer.declareStream(LINK_STREAM, new Fields("source", "round"));
        if (levels > 0) {
            declarer.declareStream(BEGIN_STREAM, new Fields(REQUEST));
        }
        for (int level = 1; level <= levels; level++) {
            declarer.declareStream(FINISH_STREAM + level, new Fields(REQUEST));
        }
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector collector) {
        this.collector = collector;
        fetched = new LinkedBlockingQueue<>();
        pollers = new ArrayList<>();
        dueAt = new LinkedHashMap<>();
        timeoutSeconds = ObjectReader.getInt(conf.get(Config.TOPOLOGY_MESSAGE_TIMEOUT_SECS), 30);
        int port = ObjectReader.getInt(conf.get(Config.DRPC_INVOCATIONS_PORT), 3773);
        for (String server : servers(conf, context)) {
            // reportError may be called on any thread; Storm's DRPCSpout does so too.
            DrpcPoller poller = new DrpcPoller(
                conf, function, server, port, fetched, text -> collector.reportError(new DrpcServerException(text)));
            Thread thread = new Thread(poller, "drpc-" + function + "-" + server);
            thread.setDaemon(true);
            thread.start();
            pollers.add(poller);
        }
        // Nothing is fetched before activate(): a worker that is not ready yet would only keep callers waiting.
    }

    /** The servers of this task: all of them, unless there is a task for each one (DRPCSpout.open). */
    private List<String> servers(Map<String, Object> conf, TopologyContext context) {
        if (conf.containsKey(DrpcConnection.LOCAL)) {
            return Collections.singletonList("local");
        }
        List<String> servers = ObjectReader.getStrings(conf.get(Config.DRPC_SERVERS));
        if (servers.isEmpty()) {
            collector.reportError(new DrpcServerException(
                "no DRPC server is known to this worker, so function \"" + function + "\" is not served."
                    + " Set drpc.servers in the storm.yaml of the supervisors, or in the topology's Config.extra."));
            return servers;
        }
        int tasks = context.getComponentTasks(context.getThisComponentId()).size();
        if (tasks < servers.size()) {
            return servers;
        }
        return Collections.singletonList(servers.get(context.getThisTaskIndex() % servers.size()));
    }

    @Override
    public void activate() {
        pollers.forEach(poller -> poller.setActive(true));
    }

    @Override
    public void deactivate() {
        pollers.forEach(poller -> poller.setActive(false));
    }

    @Override
    public void close() {
        pollers.forEach(DrpcPoller::close);
    }

    @Override
    public void nextTuple() {
        long now = System.nanoTime();
        pollers.forEach(poller -> tellOf(poller.source(), now));
        failWhatIsDue(now);
        DrpcPoller.Fetched call = fetched.poll();
        if (call != null) {
            emit(new Phase(call, levels > 0 ? BEGIN : CALL));
        }
    }

    private void tellOf(DrpcSource source, long now) {
        int round = source == null ? 0 : source.roundToTell(now);
        if (round > 0) {
            collector.emit(LINK_STREAM, new Values(source.toString(), round), new Round(source, round));
        }
    }

    /** Storm fails a tuple only after one to two timeouts (RotatingMap); the caller should not wait that long. */
    private void failWhatIsDue(long now) {
        Iterator<Map.Entry<Phase, Long>> oldest = dueAt.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Phase, Long> entry = oldest.next();
            if (now - entry.getValue() < 0) {
                return;
            }
            oldest.remove();
            fail(entry.getKey());
        }
    }

    @Override
    public void ack(Object id) {
        if (id instanceof Round) {
            ((Round) id).source.acked(((Round) id).number);
            return;
        }
        Phase done = (Phase) id;
        if (dueAt.remove(done) == null) {
            return; // the timeout has already been reported to the caller
        }
        if (done.number < levels) {
            emit(new Phase(done.call, done.number + 1));
            return;
        }
        // An answer comes before the ack of the tuple that it was in: if there was one, this failure is too late to
        // matter.
        done.call.poller.fail(done.call.request, "no bolt called return_result for this request", 0);
    }

    @Override
    public void fail(Object id) {
        if (id instanceof Round) {
            return; // it is announced again
        }
        Phase failed = (Phase) id;
        dueAt.remove(failed);
        failed.call.source.doubt();
        String text = "a tuple of the request failed, or was not acked within " + timeoutSeconds
            + " s (topology.message.timeout.secs); the log of the workers has more";
        failed.call.poller.fail(failed.call.request, text, FAILURE_MILLIS);
    }

    private void emit(Phase phase) {
        dueAt.put(phase, System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds));
        String request = phase.call.request.toString();
        if (phase.number == BEGIN) {
            collector.emit(BEGIN_STREAM, new Values(request), phase);
        } else if (phase.number == CALL) {
            collector.emit(new Values(request, phase.call.arguments), phase);
        } else {
            collector.emit(FINISH_STREAM + phase.number, new Values(request), phase);
        }
    }

    /** The id of a tuple that announces a source. */
    private static final class Round {
        final DrpcSource source;
        final int number;

        Round(DrpcSource source, int number) {
            this.source = source;
            this.number = number;
        }
    }

    /** The phase that a call has reached; the id of the tuple that it is in. */
    private static final class Phase {
        final DrpcPoller.Fetched call;
        final int number;

        Phase(DrpcPoller.Fetched call, int number) {
            this.call = call;
            this.number = number;
        }
    }
}
