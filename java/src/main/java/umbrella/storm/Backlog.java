package umbrella.storm;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Tuples that a bolt has emitted and its receivers' queues have no room for yet, in order.
 *
 * <p>Storm keeps such tuples in a queue of the executor, and executes nothing while there are any, so bolts that send
 * to each other in a cycle deadlock. Here a separate thread passes them on while the executor continues. Memory is
 * bounded by back-pressure: nothing more is read from the child while there is no room. In a cycle, that would only
 * move the deadlock one step further, so there the bound is the number of tuples that the spouts may have pending.
 *
 * @param <T> the type of the tuples
 */
final class Backlog<T> {
    /** The maximum number of waiting tuples, for a bolt that is not in a cycle. */
    static final int USUAL = 1 << 13;
    /** No bound, for a bolt in a cycle. */
    static final int NONE = 0;
    private static final long FIRST_WORD = 100_000; // tuples; the next report is at twice as many
    private static final long PAUSE = 1_000_000; // nanoseconds between two retries; Storm's back-pressure waits as long

    private final String name;
    private final int most;
    private final Predicate<T> receivers;
    private final LongConsumer grown;
    private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong count = new AtomicLong();
    private volatile boolean stopped;
    private Thread thread; // used only by the thread that calls give
    private long nextWord = FIRST_WORD;

    /**
     * Creates an empty backlog.
     *
     * @param name the name of its thread
     * @param most the maximum number of tuples, or {@link #NONE}
     * @param receivers accepts a tuple, or returns false if there is no room for it now
     * @param grown called with the number of waiting tuples when it is large
     */
    Backlog(String name, int most, Predicate<T> receivers, LongConsumer grown) {
        this.name = name;
        this.most = most;
        this.receivers = receivers;
        this.grown = grown;
    }

    /** Passes a tuple on, now (returns true) or later. Never blocks. For one thread. */
    boolean give(T one) {
        if (count.get() == 0 && receivers.test(one)) {
            return true;
        }
        if (stopped) {
            return false; // Storm is ending the topology and its receivers
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
                count.decrementAndGet(); // only now: tuples given in the meantime must not overtake it
            } else {
                LockSupport.parkNanos(this, PAUSE);
            }
        }
    }

    /** Whether more may be given. */
    boolean hasRoom() {
        return most == NONE || count.get() < most || stopped;
    }

    /** Stops passing tuples on. */
    void stop() {
        stopped = true;
        waiting.clear();
        LockSupport.unpark(thread);
    }
}
