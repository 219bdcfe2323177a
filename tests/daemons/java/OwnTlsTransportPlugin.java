package umbrella.tests;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.security.auth.Subject;
import org.apache.storm.security.auth.ITransportPlugin;
import org.apache.storm.security.auth.ReqContext;
import org.apache.storm.security.auth.SingleUserPrincipal;
import org.apache.storm.security.auth.ThriftConnectionType;
import org.apache.storm.security.auth.tls.ReloadableTsslTransportFactory;
import org.apache.storm.thrift.TProcessor;
import org.apache.storm.thrift.protocol.TBinaryProtocol;
import org.apache.storm.thrift.protocol.TProtocol;
import org.apache.storm.thrift.server.TServer;
import org.apache.storm.thrift.server.TThreadPoolServer;
import org.apache.storm.thrift.transport.TServerSocket;
import org.apache.storm.thrift.transport.TSocket;
import org.apache.storm.thrift.transport.TTransport;

/** Storm's TlsTransportPlugin with getPeerCertificates in place of what JDK 15 took away, as Storm 2.8.7 has it. */
public class OwnTlsTransportPlugin implements ITransportPlugin {
    private ThriftConnectionType type;
    private Map<String, Object> conf;
    private int port;

    @Override
    public void prepare(ThriftConnectionType type, Map<String, Object> conf) {
        this.type = type;
        this.conf = conf;
    }

    @Override
    public TServer getServer(TProcessor processor) throws IOException {
        TServerSocket socket;
        try {
            InetAddress address = InetAddress.getLoopbackAddress();
            socket = ReloadableTsslTransportFactory.getServerSocket(type.getPort(conf), 60_000, address, type, conf);
        } catch (Exception e) {
            throw new IOException(e);
        }
        SSLServerSocket listening = (SSLServerSocket) socket.getServerSocket();
        listening.setNeedClientAuth(type.isClientAuthRequired(conf)); // the factory's setWantClientAuth takes it back
        port = listening.getLocalPort();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(8, 8, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        return new TThreadPoolServer(new TThreadPoolServer.Args(socket)
            .processor(new WithUser(processor))
            .protocolFactory(new TBinaryProtocol.Factory(false, true))
            .executorService(threads));
    }

    @Override
    public TTransport connect(TTransport transport, String host, String asUser) {
        return transport;
    }

    @Override
    public int getPort() {
        return port;
    }

    @Override
    public boolean areWorkerTokensSupported() {
        return false;
    }

    private static final class WithUser implements TProcessor {
        private final TProcessor wrapped;

        WithUser(TProcessor wrapped) {
            this.wrapped = wrapped;
        }

        @Override
        public void process(TProtocol in, TProtocol out) throws org.apache.storm.thrift.TException {
            SSLSocket socket = (SSLSocket) ((TSocket) in.getTransport()).getSocket();
            String user = "CN=ANONYMOUS";
            try {
                X509Certificate peer = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                user = peer.getSubjectX500Principal().getName();
            } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
                // no certificate, and none is required
            }
            Subject subject = new Subject();
            subject.getPrincipals().add(new SingleUserPrincipal(user));
            ReqContext.context().setSubject(subject);
            wrapped.process(in, out);
        }
    }
}
