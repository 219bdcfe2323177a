package umbrella.benchmarks;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the spouts and bolts of the benchmarks count, for the one topology that runs at a time; read through Py4J. */
public final class Figures {
    static final AtomicLong ACKED = new AtomicLong();
    static final AtomicLong FAILED = new AtomicLong();
    static final AtomicLong SUNK = new AtomicLong();
    static final AtomicLong WRONG = new AtomicLong();
    static final Samples TO_SINK = new Samples();
    static final Samples TO_ACK = new Samples();

    private Figures() {
    }

    /** Sets all counters to zero and forgets all samples. */
    public static void reset() {
        for (AtomicLong counter : new AtomicLong[] {ACKED, FAILED, SUNK, WRONG}) {
            counter.set(0);
        }
        forgetSamples();
    }

    /** Forgets the samples taken so far. */
    public static void forgetSamples() {
        TO_SINK.clear();
        TO_ACK.clear();
    }

    /** Returns, at one moment: nanoseconds, trees acked at a Java spout, failed there, tuples at the sink, wrong ones. */
    public static String read() {
        return System.nanoTime() + " " + ACKED + " " + FAILED + " " + SUNK + " " + WRONG;
    }

    /** Returns the nanoseconds from emit to the sink, sorted, space-separated. */
    public static String nanosToSink() {
        return TO_SINK.sorted();
    }

    /** Returns the nanoseconds from emit to the ack at the spout, sorted, space-separated. */
    public static String nanosToAck() {
        return TO_ACK.sorted();
    }

    /** A fixed number of samples; what comes beyond is not kept. */
    static final class Samples {
        private final long[] values = new long[1 << 20];
        private final AtomicInteger count = new AtomicInteger();

        void add(long value) {
            int index = count.getAndIncrement();
            if (index < values.length) {
                values[index] = value;
            }
        }

        void clear() {
            count.set(0);
        }

        String sorted() {
            long[] copy = Arrays.copyOf(values, Math.min(count.get(), values.length));
            Arrays.sort(copy);
            StringBuilder text = new StringBuilder();
            for (long value : copy) {
                text.append(value).append(' ');
            }
            return text.toString().trim();
        }
    }
}
