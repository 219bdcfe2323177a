package umbrella.storm.jvm;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** Refuses to open channels; public because java.nio creates it by name. */
public final class NoChannels extends SelectorProvider {
    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        throw new IOException(NoNetwork.REFUSAL);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        throw new IOException(NoNetwork.REFUSAL);
    }

    @Override
    public Pipe openPipe() throws IOException {
        throw new IOException(NoNetwork.REFUSAL);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        throw new IOException(NoNetwork.REFUSAL);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        throw new IOException(NoNetwork.REFUSAL);
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        throw new IOException(NoNetwork.REFUSAL);
    }
}
