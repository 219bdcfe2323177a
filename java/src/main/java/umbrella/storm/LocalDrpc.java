package umbrella.storm;

import java.util.HashMap;
import java.util.Map;
import org.apache.storm.Config;
import org.apache.storm.LocalDRPC;
import org.apache.storm.generated.DistributedRPC;
import org.apache.storm.security.auth.ThriftConnectionType;
import org.apache.storm.security.auth.ThriftServer;
import org.apache.storm.utils.ConfigUtils;

/** Storm's LocalDRPC, with access for other processes of this machine: Thrift, on loopback only. */
public final class LocalDrpc implements AutoCloseable {
    private final LocalDRPC drpc = new LocalDRPC();
    private final ThriftServer server;

    /** Serves on a free port until it is closed. */
    public LocalDrpc() {
        Map<String, Object> conf = new HashMap<>(ConfigUtils.readStormConfig());
        conf.put(Config.DRPC_PORT, 0);
        conf.put(Config.STORM_THRIFT_TRANSPORT_PLUGIN, LoopbackTransport.class.getName());
        server = new ThriftServer(conf, new DistributedRPC.Processor<>(drpc), ThriftConnectionType.DRPC);
        Thread thread = new Thread(server::serve, "local-drpc");
        thread.setDaemon(true);
        thread.start();
    }

    /** The port, on 127.0.0.1. */
    public int port() {
        return server.getPort();
    }

    /** The id by which spouts of this JVM find it, umbrella.drpc.local in the conf. */
    public String service() {
        return drpc.getServiceId();
    }

    @Override
    public void close() {
        server.stop();
        drpc.close();
    }
}
