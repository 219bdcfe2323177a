package umbrella.storm;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is unwritten: any thread appends to it by the living child's codec, and that child's writer takes it.
 *
 * <p>So batches form while the writer is busy, and an idle stream waits for nothing. Nobody waits with the lock held.
 */
final class Outbox {
    static final int FULL = 1 << 16; // bytes; a Linux pipe holds as much again
    private static final int SPINS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition(); // for those who wait for a child or for room
    private Codec codec;
    private Thread waiting; // the writer that waits for content
    private Thread woken; // the one to be woken once the lock is free
    private RuntimeException end;

    void lock() {
        lock.lock();
    }

    /** Wakes the writer only now: were it awake earlier, it would have to wait again, for the lock. */
    void unlock() {
        Thread writer = woken;
        woken = null;
        lock.unlock();
        if (writer != null) {
            LockSupport.unpark(writer);
        }
    }

    /** The living child's codec, null if there is none; to be used under the lock, and followed by {@link #filled}. */
    Codec codec() {
        return codec;
    }

    /** Lets the writer take what was appended. To be called under the lock. */
    void filled() {
        if (waiting != null) {
            woken = waiting;
            waiting = null;
        }
    }

    /**
     * Waits until there is a child, and room for more; to be called under the lock.
     *
     * @throws RuntimeException there will be no child any more
     */
    Codec awaitRoom() throws InterruptedException {
        while (codec == null || codec.size() >= FULL) {
            awaitChange();
        }
        return codec;
    }

    /** Throws if there will be no child any more; to be called under the lock. */
    void check() {
        if (end != null) {
            throw new IllegalStateException(end.getMessage(), end);
        }
    }

    /** Waits until there is another child, more room, or {@link #changed} is called; to be called under the lock. */
    void awaitChange() throws InterruptedException {
        check();
        change.await();
    }

    /** Wakes those who wait for a change. */
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

    /** There is no child for the moment. */
    void close() {
        set(null, null);
    }

    /** There will be no child any more: whoever waits for one gets this exception. */
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

    /** Waits for content and takes it; null once the child of that codec is no longer the living one. */
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

    /** Others hold the lock for less than a microsecond: a thread that parks for it costs them more than one that spins. */
    private void lockSoon() throws InterruptedException {
        for (int tries = 0; tries < SPINS; tries++) {
            if (lock.tryLock()) {
                return;
            }
        }
        lock.lockInterruptibly();
    }
}
