package umbrella.storm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A child's stdout, which knows how long its reader has been blocked, and can be closed while the reader is blocked.
 *
 * <p>Closing a pipe does not wake a blocked reader, and a process that the child left behind may hold it open forever.
 * Here, a reader that wakes up after the close gets the end of the stream, whatever has arrived.
 */
final class ChildOutput extends InputStream {
    private static final long PAUSE = 1_000_000; // nanoseconds between two checks for room

    private final InputStream in;
    private final BooleanSupplier room;
    private boolean reading;
    private boolean closed;
    private int looks;

    /** @param room whether to read more; while it is false, the child blocks once the pipe is full */
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
     * Returns how many checks in a row, including this one, have found the reader waiting for the same bytes.
     *
     * @param awaited whether something should come; if not, the waiting does not count
     * <p>Checks are counted instead of time: while the JVM itself was suspended, nobody was waiting.
     */
    synchronized int look(boolean awaited) {
        looks = reading && awaited ? looks + 1 : 0;
        return looks;
    }

    /** Whether the reader is blocked; after {@link #close}, it will hand over nothing then. */
    synchronized boolean isReading() {
        return reading;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
