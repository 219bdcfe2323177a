package umbrella.storm;

import java.util.Map;
import org.apache.storm.daemon.drpc.DRPC;
import org.apache.storm.daemon.drpc.DRPCThrift;
import org.apache.storm.generated.DistributedRPC;
import org.apache.storm.generated.DistributedRPCInvocations;
import org.apache.storm.metric.StormMetricsRegistry;
import org.apache.storm.security.auth.ThriftConnectionType;
import org.apache.storm.security.auth.ThriftServer;
import org.apache.storm.utils.ConfigUtils;
import org.apache.storm.utils.Utils;

/**
 * Storm's DRPC server as a daemon, over Thrift only.
 *
 * <p>Storm's own main class, org.apache.storm.daemon.drpc.DRPCServer, is in storm-webapp, which is not published; what
 * it starts is in storm-server.
 */
public final class DrpcServer {
    private DrpcServer() {
    }

    /** Serves drpc.port and drpc.invocations.port of storm.yaml until the process ends. */
    public static void main(String[] arguments) {
        Utils.setupDefaultUncaughtExceptionHandler();
        Map<String, Object> conf = ConfigUtils.readStormConfig();
        DRPC drpc = new DRPC(new StormMetricsRegistry(), conf);
        DRPCThrift service = new DRPCThrift(drpc);
        ThriftServer calls =
            new ThriftServer(conf, new DistributedRPC.Processor<>(service), ThriftConnectionType.DRPC);
        ThriftServer invocations = new ThriftServer(
            conf, new DistributedRPCInvocations.Processor<>(service), ThriftConnectionType.DRPC_INVOCATIONS);
        Utils.addShutdownHookWithForceKillIn1Sec(() -> {
            calls.stop();
            invocations.stop();
            drpc.close();
        });
        new Thread(invocations::serve, "drpc-invocations").start();
        calls.serve();
    }
}
