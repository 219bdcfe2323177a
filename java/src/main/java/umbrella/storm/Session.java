package umbrella.storm;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.storm.Config;

/** One child with its codec, and the two threads that write to it and read from it. */
final class Session {
    private static final long STEP = 10; // milliseconds between two checks whether the reader has stopped
    private static final long EXIT = 1000; // milliseconds that the child has to end after the end of its output
    private static final int LOOKS_AFTER_END = 2;

    private final Child child;
    private final Codec codec;
    private final Outbox outbox;
    private final Replies replies;
    private final int silenceLimit;
    private final ChildOutput output;
    private final Thread reader;
    private final Thread writer;
    private Throwable end; // guarded by this
    private volatile IOException writeFailure;
    private int looksAfterEnd;

    /**
     * Prepares the threads of a child that has sent its pid.
     *
     * @param silenceLimit how many checks in a row may find it silent
     */
    Session(Child child, Codec codec, Outbox outbox, Replies replies, int silenceLimit, String name) {
        this.child = child;
        this.codec = codec;
        this.outbox = outbox;
        this.replies = replies;
        this.silenceLimit = silenceLimit;
        output = new ChildOutput(child.output(), replies::hasRoom);
        reader = daemon(this::read, name + "-reader");
        writer = daemon(this::write, name + "-writer");
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        reader.start();
        writer.start();
    }

    private void read() {
        try {
            while (true) {
                codec.read(output, replies);
            }
        } catch (Throwable e) { // whatever it is, nobody reads from the child any more
            end(e);
        }
    }

    private void write() {
        OutputStream input = child.input();
        try {
            for (Codec.Outgoing next = outbox.take(codec); next != null; next = outbox.take(codec)) {
                next.writeTo(input);
                input.flush();
            }
        } catch (IOException e) {
            // The child is ending, or a later check will end it; what it wrote before that is still read.
            writeFailure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void end(Throwable why) {
        end = why;
        notifyAll();
    }

    /** Waits until nothing more is read from it, or until the timeout; returns the reason, or null. */
    synchronized Throwable awaitEnd(long milliseconds) throws InterruptedException {
        if (end == null) {
            wait(milliseconds);
        }
        return end;
    }

    /**
     * Health check, once a second; returns the reason to stop, or null.
     *
     * @param awaited whether a healthy child would send something
     */
    Throwable look(boolean awaited) {
        boolean ended = !child.isAlive() || writeFailure != null;
        looksAfterEnd = ended ? looksAfterEnd + 1 : 0;
        if (looksAfterEnd >= LOOKS_AFTER_END) {
            // It is gone, and a process that it has started holds its output open; or it no longer reads.
            return child.isAlive() ? writeFailure : new EOFException();
        }
        if (output.look(awaited) > silenceLimit) {
            return new IOException("it has said nothing for " + silenceLimit + " s ("
                + Config.TOPOLOGY_SUBPROCESS_TIMEOUT_SECS + ")");
        }
        return null;
    }

    /** Makes sure that the child is gone, and that nothing more of its output will be handed over. */
    Death bury(Throwable why) throws InterruptedException {
        boolean closed = why instanceof EOFException;
        boolean ended = closed && child.awaitEnd(EXIT);
        child.kill();
        close();
        boolean ours = !(why instanceof IOException);
        String fault = closed ? "it has closed its output" : ours ? why.toString() : why.getMessage();
        String how = ended ? child.howItEnded() : "was killed: " + fault;
        if (closed && why.getMessage() != null) {
            how += "; " + why.getMessage();
        }
        return new Death("its process (pid " + child.pid() + ") " + how, child, ended,
            ended && child.hasEndedInOrder(), ours ? why : null);
    }

    private void close() throws InterruptedException {
        output.close();
        while (reader.isAlive() && !output.isReading()) {
            reader.join(STEP); // it may be in the middle of an emit that waits for room downstream
        }
    }
}
