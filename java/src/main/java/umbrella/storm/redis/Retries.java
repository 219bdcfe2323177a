package umbrella.storm.redis;

import java.util.PriorityQueue;

/** Retries of failed entries; the pause before each retry doubles with every failure. For one thread only. */
final class Retries {
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
    private final int maxFailures;
    private final double firstSeconds;
    private final double longestSeconds;

    Retries(Settings settings) {
        maxFailures = settings.whole("max_failures");
        firstSeconds = settings.seconds("retry_seconds");
        longestSeconds = settings.seconds("max_retry_seconds");
    }

    /** Records a failure, and returns whether to send the entry again. */
    boolean again(Entry entry) {
        entry.failed();
        if (maxFailures > 0 && entry.failures() >= maxFailures) {
            return false;
        }
        double pause = Math.min(longestSeconds, firstSeconds * Math.pow(2, entry.failures() - 1));
        waiting.add(new Waiting(entry, System.nanoTime() + (long) (pause * 1e9)));
        return true;
    }

    /** An entry whose pause is over, or null. */
    Entry due() {
        Waiting first = waiting.peek();
        if (first == null || first.nanos - System.nanoTime() > 0) {
            return null;
        }
        return waiting.poll().entry;
    }

    private static final class Waiting implements Comparable<Waiting> {
        final Entry entry;
        final long nanos;

        Waiting(Entry entry, long nanos) {
            this.entry = entry;
            this.nanos = nanos;
        }

        @Override
        public int compareTo(Waiting other) {
            return Long.signum(nanos - other.nanos);
        }
    }
}
