package umbrella.storm;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Pending bytes for the child. Two buffers take turns: one is appended to while the other is being written. */
final class Unwritten extends OutputStream {
    private static final int USUAL = 1 << 16;
    private static final int KEPT = 1 << 20; // a buffer that one large message has grown beyond this is released
    byte[] bytes = new byte[USUAL];
    int size;
    private byte[] other = new byte[USUAL];

    @Override
    public void write(int one) {
        room(1);
        bytes[size++] = (byte) one;
    }

    @Override
    public void write(byte[] source, int from, int length) {
        room(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }

    /** Makes room for that many more bytes. */
    void room(int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + length, 2 * bytes.length));
        }
    }

    Codec.Outgoing take() {
        Taken taken = new Taken(bytes, size);
        bytes = other.length > KEPT ? new byte[USUAL] : other;
        other = taken.bytes;
        size = 0;
        return taken;
    }

    private static final class Taken implements Codec.Outgoing {
        private final byte[] bytes;
        private final int size;

        Taken(byte[] bytes, int size) {
            this.bytes = bytes;
            this.size = size;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(bytes, 0, size);
            out.flush();
        }
    }
}
