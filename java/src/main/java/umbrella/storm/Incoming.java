package umbrella.storm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;

/** Bytes from the child that make no whole message yet. */
final class Incoming {
    /** The most bytes that one message may have. */
    static final int LARGEST = 64 << 20;
    private static final int USUAL = 1 << 16; // a Linux pipe holds as much
    private static final int KEPT = 1 << 20;
    byte[] bytes = new byte[USUAL];
    int end;
    private final Charset charset;

    Incoming(Charset charset) {
        this.charset = charset;
    }

    /**
     * Waits for some bytes more.
     *
     * @throws EOFException there will be none; the text shows what has come of a message
     */
    void fill(InputStream in) throws IOException {
        if (end == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        int count = in.read(bytes, end, bytes.length - end);
        if (count < 0) {
            throw new EOFException(end == 0 ? "its output ended"
                : "its output ended within a message: " + BadMessage.shown(bytes, 0, end, charset));
        }
        end += count;
    }

    /** Forgets what has been read. */
    void drop(int count) {
        end -= count;
        if (end == 0 && bytes.length > KEPT) {
            bytes = new byte[USUAL];
        } else if (end > 0 && count > 0) {
            System.arraycopy(bytes, count, bytes, 0, end);
        }
    }
}
