package umbrella.storm;

import java.io.ByteArrayInputStream;

/** A pipe that gives a few bytes at a time. */
final class Trickle extends ByteArrayInputStream {
    private final int most;

    Trickle(byte[] bytes, int most) {
        super(bytes);
        this.most = most;
    }

    @Override
    public synchronized int read(byte[] target, int from, int length) {
        return super.read(target, from, Math.min(length, most));
    }
}
