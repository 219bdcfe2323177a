package umbrella.storm;

import java.io.InputStream;

/** A part of an array as a stream that ends where the part ends, and can then be set to another part. */
final class Window extends InputStream {
    private byte[] bytes;
    private int at;
    private int end;

    void set(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        at = from;
        end = to;
    }

    boolean hasMore() {
        return at < end;
    }

    @Override
    public int read() {
        return at < end ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        int count = Math.min(length, end - at);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        System.arraycopy(bytes, at, target, from, count);
        at += count;
        return count;
    }
}
