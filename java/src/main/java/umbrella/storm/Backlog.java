package umbrella.storm;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * What a bolt has emitted and its receivers' queues have no room for yet, in order.
 *
 * <p>Storm keeps such tuples in a queue of the executor, and executes nothing while there are any: bolts that send to
 * each other in a cycle then wait for each other for good. Here they are handed on by a thread of their own, while the
 * executor goes on. Memory is bounded by reading no more from the child while there is no room; in a cycle, where that
 * would be the same standstill one step further, by what the spouts may have pending.
 *
 * @param <T> what is handed on
 */
final class Backlog<T> {
    /** So many tuples at most wait for a bolt that is in no cycle. */
    static final int USUAL = 1 << 13;
    /** No bound, for a bolt in a cycle. */
    static final int NONE = 0;
    private static final long FIRST_WORD = 100_000; // tuples, then each time there are twice as many
    private static final long PAUSE = 1_000_000; // nanoseconds between two tries; Storm's own back-pressure waits as long

    private final String name;
    private final int most;
    private final Predicate<T> receivers;
    private final LongConsumer grown;
    private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong count = new AtomicLong();
    private volatile boolean stopped;
    private Thread thread; // of the one thread that gives
    private long nextWord = FIRST_WORD;

    /**
     * Makes an empty one.
     *
     * @param name of its thread
     * @param most so many, or {@link #NONE}
     * @param receivers takes one, or returns false if there is no room for it now
     * @param grown called with how many wait, when that is a lot
     */
    Backlog(String name, int most, Predicate<T> receivers, LongConsumer grown) {
        this.name = name;
        this.most = most;
        this.receivers = receivers;
        this.grown = grown;
    }

    /** Hands one on, now or later; true for now. Never waits. For one thread. */
    boolean give(T one) {
        if (count.get() == 0 && receivers.test(one)) {
            return true;
        }
        if (stopped) {
            return false; // Storm ends the topology, and its receivers
        }
        waiting.add(one);
        long now = count.incrementAndGet();
        if (now == 1) {
            wake();
        } else if (now >= nextWord) {
            nextWord *= 2;
            grown.accept(now);
        }
        return false;
    }

    private void wake() {
        if (thread == null) { // most bolts never need it
            thread = new Thread(this::handOn, name);
            thread.setDaemon(true);
            thread.start();
        }
        LockSupport.unpark(thread);
    }

    private void handOn() {
        while (!stopped) {
            T head = waiting.peek();
            if (head == null) {
                LockSupport.park(this);
            } else if (receivers.test(head)) {
                waiting.poll();
                count.decrementAndGet(); // only now: what is given meanwhile must not get ahead of it
            } else {
                LockSupport.parkNanos(this, PAUSE);
            }
        }
    }

    /** Whether more may be given. */
    boolean hasRoom() {
        return most == NONE || count.get() < most || stopped;
    }

    /** Hands nothing on any more. */
    void stop() {
        stopped = true;
        waiting.clear();
        LockSupport.unpark(thread);
    }
}
