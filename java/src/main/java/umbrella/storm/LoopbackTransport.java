package umbrella.storm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.storm.security.auth.ReqContext;
import org.apache.storm.security.auth.SimpleTransportPlugin;
import org.apache.storm.thrift.TProcessor;
import org.apache.storm.thrift.protocol.TBinaryProtocol;
import org.apache.storm.thrift.server.THsHaServer;
import org.apache.storm.thrift.server.TServer;
import org.apache.storm.thrift.transport.TNonblockingServerSocket;
import org.apache.storm.thrift.transport.TTransportException;

/**
 * Storm's plain Thrift transport, listening on one address instead of on all of them.
 *
 * <p>Storm has no setting for that, and anyone who can reach its Nimbus or supervisor can run code, so the daemons of a
 * development cluster have this class as storm.thrift.transport. Clients and workers keep SimpleTransportPlugin, which
 * uses the same protocol.
 */
public class LoopbackTransport extends SimpleTransportPlugin {
    /** The address to listen on; 127.0.0.1 if it is not set. */
    public static final String ADDRESS = "umbrella.cluster.address";

    private int port;

    @Override
    public TServer getServer(TProcessor processor) throws IOException, TTransportException {
        Object address = topoConf.get(ADDRESS);
        InetAddress local = InetAddress.getByName(address == null ? "127.0.0.1" : address.toString());
        TNonblockingServerSocket socket =
            new TNonblockingServerSocket(new InetSocketAddress(local, type.getPort(topoConf)));
        port = socket.getPort();
        return new THsHaServer(arguments(socket, processor, local));
    }

    @Override
    public int getPort() {
        return port;
    }

    /** The same limits as in SimpleTransportPlugin.getServer, which does not accept a socket. */
    private THsHaServer.Args arguments(TNonblockingServerSocket socket, TProcessor processor, InetAddress local) {
        int threads = type.getNumThreads(topoConf);
        int bufferBytes = type.getMaxBufferSize(topoConf);
        Integer queue = type.getQueueSize(topoConf);
        THsHaServer.Args arguments = new THsHaServer.Args(socket)
            .processor(anonymous(processor, local))
            .maxWorkerThreads(threads)
            .protocolFactory(new TBinaryProtocol.Factory(false, true, bufferBytes, -1));
        arguments.maxReadBufferBytes = bufferBytes;
        if (queue != null) {
            arguments.executorService(new ThreadPoolExecutor(
                threads, threads, 60, TimeUnit.SECONDS, new ArrayBlockingQueue<Runnable>(queue)));
        }
        return arguments;
    }

    /** Callers are anonymous: Storm's plain transport has no authentication. */
    private TProcessor anonymous(TProcessor processor, InetAddress local) {
        return (in, out) -> {
            ReqContext context = ReqContext.context();
            context.setRemoteAddress(local);
            context.setSubject(getDefaultSubject());
            processor.process(in, out);
        };
    }
}
