package umbrella.storm.jvm;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** Disables the network for this process: no socket can be opened, by java.net or by java.nio. */
public final class NoNetwork {
    static final String REFUSAL = "connections are not allowed while a topology is checked: open them in open() or prepare()";
    private static final String NIO = "java.nio.channels.spi.SelectorProvider";

    private NoNetwork() {
    }

    /** Call it before any socket is opened. */
    @SuppressWarnings("deprecation") // works without a security manager, which new JVMs no longer have
    public static void install() throws IOException {
        System.setProperty(NIO, NoChannels.class.getName());
        Socket.setSocketImplFactory(() -> {
            throw new IllegalStateException(REFUSAL);
        });
        ServerSocket.setSocketFactory(() -> {
            throw new IllegalStateException(REFUSAL);
        });
    }
}
