package umbrella.storm;

import java.util.HashMap;
import java.util.Map;
import org.apache.storm.Config;
import org.apache.storm.generated.DRPCExceptionType;
import org.apache.storm.generated.DRPCExecutionException;
import org.apache.storm.generated.DistributedRPCInvocations;
import org.apache.storm.security.auth.ThriftClient;
import org.apache.storm.security.auth.ThriftConnectionType;
import org.apache.storm.thrift.TException;
import org.apache.storm.utils.ServiceRegistry;

/**
 * A connection to one DRPC server, for answers to its calls.
 *
 * <p>Unlike Storm's DRPCInvocationsClient, it has a timeout for each call, and it never reconnects by itself: a
 * restarted server reuses ids, so an answer must not reach it over a later connection.
 */
final class DrpcConnection implements AutoCloseable {
    /** The key in the topology conf for the id of Storm's LocalDRPC, which is in the same JVM. */
    static final String LOCAL = "umbrella.drpc.local";

    private static final int CALL_MILLIS = 5000;

    /** The client that calls the server. */
    final DistributedRPCInvocations.Iface calls;
    private final Remote remote;

    private DrpcConnection(DistributedRPCInvocations.Iface calls, Remote remote) {
        this.calls = calls;
        this.remote = remote;
    }

    /**
     * Connects, with one attempt.
     *
     * @throws TException the connection failed
     */
    static DrpcConnection open(Map<String, Object> conf, String host, int port) throws TException {
        String local = (String) conf.get(LOCAL);
        if (local != null) {
            Object service = ServiceRegistry.getService(local);
            if (service == null) {
                throw new TException("the local DRPC server has ended");
            }
            return new DrpcConnection((DistributedRPCInvocations.Iface) service, null);
        }
        Map<String, Object> once = new HashMap<>(conf);
        once.put(Config.STORM_NIMBUS_RETRY_TIMES, 0);
        try {
            Remote remote = new Remote(once, host, port);
            return new DrpcConnection(remote.calls(), remote);
        } catch (RuntimeException e) {
            throw new TException(rootText(e), e);
        }
    }

    /** Sends an error to the caller of a request. */
    void fail(DrpcRequest request, String text) throws TException {
        DRPCExecutionException failure = new DRPCExecutionException(text);
        failure.set_type(DRPCExceptionType.FAILED_REQUEST);
        calls.failRequestV2(request.id, failure);
    }

    @Override
    public void close() {
        if (remote != null) {
            remote.close();
        }
    }

    /** The root cause of an exception, in few words. */
    static String rootText(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    /** Exposes the protocol, which ThriftClient makes available only to its subclasses. */
    private static final class Remote extends ThriftClient {
        Remote(Map<String, Object> conf, String host, int port) {
            super(conf, ThriftConnectionType.DRPC_INVOCATIONS, host, port, CALL_MILLIS);
        }

        DistributedRPCInvocations.Iface calls() {
            return new DistributedRPCInvocations.Client(protocol);
        }
    }
}
