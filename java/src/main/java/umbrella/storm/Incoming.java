package umbrella.storm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Map;
import org.apache.storm.utils.ObjectReader;

/** Bytes from the child that are not a complete message yet. */
final class Incoming {
    /** The maximum size of a message in bytes, unless the topology sets another one. */
    static final int LARGEST = 64 << 20;
    private static final String MAX_FRAME = "umbrella.max.frame.bytes";
    private static final int AROUND = 1 << 20; // bytes that are sent together with a large message
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final int USUAL = 1 << 16; // the capacity of a Linux pipe
    private static final int KEPT = 1 << 20;
    byte[] bytes = new byte[USUAL];
    int end;
    private final Charset charset;

    Incoming(Charset charset) {
        this.charset = charset;
    }

    /**
     * Returns the maximum size of a message in a topology: what its Python components may emit, and some more.
     *
     * <p>They refuse a larger tuple themselves; a child must never die of what it was allowed to send.
     */
    static int largest(Map<String, Object> conf) {
        long told = ObjectReader.getLong(conf.get(MAX_FRAME), (long) LARGEST);
        return (int) Math.min(Math.max(told, LARGEST) + AROUND, LONGEST_ARRAY);
    }

    /**
     * Blocks for more bytes.
     *
     * @throws EOFException there will be no more; its text, if it has one, shows the part of a message that has arrived
     */
    void fill(InputStream in) throws IOException {
        if (end == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(2L * bytes.length, LONGEST_ARRAY));
        }
        int count = in.read(bytes, end, bytes.length - end);
        if (count < 0) {
            throw end == 0 ? new EOFException()
                : new EOFException("its output ended within a message: " + BadMessage.shown(bytes, 0, end, charset));
        }
        end += count;
    }

    /** Discards bytes that have been read. */
    void drop(int count) {
        end -= count;
        if (end == 0 && bytes.length > KEPT) {
            bytes = new byte[USUAL];
        } else if (end > 0 && count > 0) {
            System.arraycopy(bytes, count, bytes, 0, end);
        }
    }
}
