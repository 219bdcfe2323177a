package umbrella.storm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A child's stdout, which tells how long its reader has been waiting, and can be closed while the reader waits.
 *
 * <p>Closing a pipe wakes nobody who waits for it, and a process that the child left behind may hold it open for ever.
 * Here a reader that wakes after the closing gets the end of the stream, whatever came.
 */
final class ChildOutput extends InputStream {
    private static final long PAUSE = 1_000_000; // nanoseconds between two looks for room

    private final InputStream in;
    private final BooleanSupplier room;
    private boolean reading;
    private boolean closed;
    private int looks;

    /** @param room whether to read more; while not, the child waits once the pipe is full */
    ChildOutput(InputStream in, BooleanSupplier room) {
        this.in = in;
        this.room = room;
    }

    @Override
    public int read() throws IOException {
        enter();
        try {
            return in.read();
        } finally {
            leave();
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        enter();
        try {
            return in.read(bytes, offset, length);
        } finally {
            leave();
        }
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    private void enter() throws EOFException {
        while (!room.getAsBoolean()) {
            check();
            LockSupport.parkNanos(this, PAUSE);
        }
        begin();
    }

    private synchronized void begin() throws EOFException {
        check();
        reading = true;
        looks = 0;
    }

    private synchronized void leave() throws EOFException {
        reading = false;
        check();
    }

    private synchronized void check() throws EOFException {
        if (closed) {
            throw new EOFException("closed");
        }
    }

    /**
     * Tells how many looks, this one included, have found the reader waiting for the same bytes.
     *
     * @param awaited whether something should come; if not, it has not been waited for
     * <p>Counted and not timed: while the JVM itself was stopped, nobody was waiting.
     */
    synchronized int look(boolean awaited) {
        looks = reading && awaited ? looks + 1 : 0;
        return looks;
    }

    /** Whether the reader waits; after {@link #close} it will hand nothing over then. */
    synchronized boolean isReading() {
        return reading;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
