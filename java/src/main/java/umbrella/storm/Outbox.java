package umbrella.storm;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pending output: any thread appends to it with the living child's codec, and that child's writer takes it.
 *
 * <p>So batches form while the writer is busy, and on an idle stream nothing waits. Nobody blocks while holding the
 * lock.
 */
final class Outbox {
    static final int FULL = 1 << 16; // bytes; a Linux pipe holds as much again
    private static final int SPINS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition(); // for threads that wait for a child or for room
    private Codec codec;
    private Thread waiting; // the writer that waits for content
    private Thread woken; // the one to wake once the lock is free
    private RuntimeException end;

    void lock() {
        lock.lock();
    }

    /** Wakes the writer only now: if it were awake earlier, it would have to wait again, for the lock. */
    void unlock() {
        Thread writer = woken;
        woken = null;
        lock.unlock();
        if (writer != null) {
            LockSupport.unpark(writer);
        }
    }

    /** The living child's codec, or null; use it under the lock, and then call {@link #filled}. */
    Codec codec() {
        return codec;
    }

    /** Lets the writer take what was appended. Call it under the lock. */
    void filled() {
        if (waiting != null) {
            woken = waiting;
            waiting = null;
        }
    }

    /**
     * Blocks until there is a child, and room for more; call it under the lock.
     *
     * @throws RuntimeException there will be no other child
     */
    Codec awaitRoom() throws InterruptedException {
        while (codec == null || codec.size() >= FULL) {
            awaitChange();
        }
        return codec;
    }

    /** Throws if there will be no other child; call it under the lock. */
    void check() {
        if (end != null) {
            throw new IllegalStateException(end.getMessage(), end);
        }
    }

    /** Blocks until there is another child, more room, or {@link #changed} is called; call it under the lock. */
    void awaitChange() throws InterruptedException {
        check();
        change.await();
    }

    /** Wakes the threads that wait for a change. */
    void changed() {
        lock.lock();
        try {
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There is a child now. */
    void open(Codec next) {
        set(next, null);
    }

    /** There is no child at the moment. */
    void close() {
        set(null, null);
    }

    /** There will be no other child: threads that wait for one get this exception. */
    void end(RuntimeException why) {
        set(null, why);
    }

    private void set(Codec next, RuntimeException why) {
        lock.lock();
        try {
            codec = next;
            end = why;
            change.signalAll();
            filled(); // the writer sees that its child is no longer the living one
        } finally {
            unlock();
        }
    }

    /** Blocks for content and takes it; null once the child of that codec is no longer the living one. */
    Codec.Outgoing take(Codec mine) throws InterruptedException {
        while (true) {
            lockSoon();
            try {
                if (codec != mine) {
                    return null;
                }
                if (codec.size() > 0) {
                    Codec.Outgoing taken = codec.take();
                    change.signalAll();
                    return taken;
                }
                waiting = Thread.currentThread();
            } finally {
                unlock();
            }
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Others hold the lock for less than a microsecond: a thread that parks costs them more than one that spins. */
    private void lockSoon() throws InterruptedException {
        for (int tries = 0; tries < SPINS; tries++) {
            if (lock.tryLock()) {
                return;
            }
        }
        lock.lockInterruptibly();
    }
}
