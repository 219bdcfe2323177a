package umbrella.storm;

import java.io.IOException;
import java.io.OutputStream;

/** One child with its codec, and the two threads that write to it and read from it. */
final class Session {
    private static final long STEP = 10; // milliseconds between two looks whether the reader has come to rest

    final Child child;
    private final Codec codec;
    private final Outbox outbox;
    private final Replies replies;
    private final ChildOutput output;
    private final Thread reader;
    private final Thread writer;
    private Throwable end;
    private volatile IOException writeFailure;

    Session(Child child, Codec codec, Outbox outbox, Replies replies, String name) {
        this.child = child;
        this.codec = codec;
        this.outbox = outbox;
        this.replies = replies;
        output = new ChildOutput(child.output());
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

    /** How often in a row a look has found the child silent: nothing came, though the reader waits. */
    int silentLooks(boolean awaited) {
        return output.look(awaited);
    }

    /** Why nothing can be written to the child any more; null if it can. */
    IOException writeFailure() {
        return writeFailure;
    }

    /** Ends it; the first reason counts. */
    synchronized void end(Throwable why) {
        if (end == null) {
            end = why;
            notifyAll();
        }
    }

    /** Waits so long, or until it has ended; returns why it has, or null. */
    synchronized Throwable awaitEnd(long milliseconds) throws InterruptedException {
        if (end == null) {
            wait(milliseconds);
        }
        return end;
    }

    /** Returns once nothing that this child wrote will be handed over any more. */
    void close() throws InterruptedException {
        output.close();
        while (reader.isAlive() && !output.isReading()) {
            reader.join(STEP);
        }
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
            // The child is ending, or will be ended; what it wrote before that is still read.
            writeFailure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
