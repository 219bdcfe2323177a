package umbrella.storm;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.storm.generated.DRPCRequest;
import org.apache.storm.thrift.TException;

/**
 * Fetches the calls of one function from one DRPC server, on a separate thread, and reports failed calls to the server.
 *
 * <p>So a server that hangs or is down blocks neither the executor nor the other servers. Retries go on forever, twice
 * a second.
 */
final class DrpcPoller implements Runnable {
    private static final int READY = 8; // fetched requests that the executor has not taken yet
    private static final int RECONNECT_MILLIS = 500;
    private static final int BRISK = 200; // polls with a pause of 1 ms, before the pauses become longer
    private static final int LONGEST_PAUSE_MILLIS = 10;

    private final Map<String, Object> conf;
    private final String function;
    private final String host;
    private final int port;
    private final BlockingQueue<Fetched> fetched;
    private final Consumer<String> report;
    private final DelayQueue<Failure> failures = new DelayQueue<>();
    private final Set<DrpcRequest> open = ConcurrentHashMap.newKeySet();
    private volatile DrpcSource source;
    private volatile boolean active;
    private volatile boolean closed;
    private boolean told;

    /**
     * Creates an inactive poller.
     *
     * @param fetched the queue for the requests
     * @param report called with messages for the user, one line each
     */
    DrpcPoller(
        Map<String, Object> conf, String function, String host, int port,
        BlockingQueue<Fetched> fetched, Consumer<String> report) {
        this.conf = conf;
        this.function = function;
        this.host = host;
        this.port = port;
        this.fetched = fetched;
        this.report = report;
    }

    /** Starts or stops fetching. */
    void setActive(boolean now) {
        active = now;
    }

    /** The connection that it fetches over; null while there is none. */
    DrpcSource source() {
        return source;
    }

    /**
     * Sends an error to the caller of a request, unless the caller gets an answer before the delay is over.
     *
     * @param afterMillis how long to wait for a better answer
     */
    void fail(DrpcRequest request, String text, long afterMillis) {
        failures.add(new Failure(request, text, afterMillis));
    }

    /** Fails the open requests, and ends. */
    void close() {
        closed = true;
    }

    @Override
    public void run() {
        while (!closed) {
            try (DrpcConnection connection = DrpcConnection.open(conf, host, port)) {
                if (told) {
                    report.accept("DRPC server " + place() + " is back; function \"" + function + "\" is served again");
                    told = false;
                }
                source = new DrpcSource(host, port);
                serve(connection, source);
            } catch (TException | RuntimeException e) {
                source = null;
                tell(e);
                // The callers that used that server have lost it as well.
                open.clear();
                pause(RECONNECT_MILLIS);
            }
        }
    }

    private void serve(DrpcConnection connection, DrpcSource source) throws TException {
        int idle = 0;
        while (!closed) {
            sendFailures(connection);
            int round = source.known();
            if (active && round > 0 && fetched.size() < READY) {
                DRPCRequest call = connection.calls.fetchRequest(function);
                if (!call.get_request_id().isEmpty()) {
                    DrpcRequest request = DrpcRequest.fetched(source, round, call.get_request_id());
                    open.add(request);
                    fetched.add(new Fetched(request, call.get_func_args(), this, source));
                    idle = 0;
                    continue;
                }
            }
            idle++;
            pause(idle < BRISK ? 1 : LONGEST_PAUSE_MILLIS);
        }
        for (DrpcRequest request : open) {
            connection.fail(
                request, "the worker that had fetched this call of \"" + function + "\" ended before it was answered");
        }
    }

    private void sendFailures(DrpcConnection connection) throws TException {
        for (Failure due = failures.poll(); due != null; due = failures.poll()) {
            if (open.remove(due.request)) {
                connection.fail(due.request, due.text);
            }
        }
    }

    private void tell(Exception thrown) {
        if (!told && !closed) {
            report.accept(
                "DRPC server " + place() + " cannot be reached: " + DrpcConnection.rootText(thrown)
                    + ". Function \"" + function + "\" is not served there until it is; it is tried again all the time."
                    + " Is it up, and are drpc.servers and drpc.invocations.port right?");
            told = true;
        }
    }

    private String place() {
        return conf.containsKey(DrpcConnection.LOCAL) ? "of this run" : host + ":" + port;
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A request with its arguments, and the poller that fetched it. */
    static final class Fetched {
        final DrpcRequest request;
        final String arguments;
        final DrpcPoller poller;
        final DrpcSource source;

        Fetched(DrpcRequest request, String arguments, DrpcPoller poller, DrpcSource source) {
            this.request = request;
            this.arguments = arguments;
            this.poller = poller;
            this.source = source;
        }
    }

    private static final class Failure implements Delayed {
        final DrpcRequest request;
        final String text;
        private final long due;

        Failure(DrpcRequest request, String text, long afterMillis) {
            this.request = request;
            this.text = text;
            this.due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(afterMillis);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.signum(due - ((Failure) other).due);
        }
    }
}
