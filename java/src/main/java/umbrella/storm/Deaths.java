package umbrella.storm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.storm.utils.ObjectReader;

/** Counts the deaths of a task's children: whether there are too many, and how long to wait before a restart. */
final class Deaths {
    static final String RESTARTS = "umbrella.restarts";
    static final String WINDOW = "umbrella.restarts.window.secs";
    private static final long FIRST_PAUSE = 100; // milliseconds, like all times here
    private static final long LONGEST_PAUSE = 5000;
    private static final long HEALTHY = 10_000;

    private final int most;
    private final long window;
    private final Deque<Long> times = new ArrayDeque<>();
    private long pause;
    private int total;

    Deaths(Map<String, Object> conf) {
        most = ObjectReader.getInt(conf.get(RESTARTS), 10);
        window = 1000L * ObjectReader.getInt(conf.get(WINDOW), 300);
    }

    /**
     * Records the death of a child.
     *
     * @param now milliseconds of a monotonic clock
     * @param lived how long that child lived
     */
    void add(long now, long lived) {
        times.add(now);
        total++;
        while (now - times.peek() > window) {
            times.remove();
        }
        pause = pause == 0 || lived >= HEALTHY ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
    }

    boolean areTooMany() {
        return times.size() > most;
    }

    /** How long to wait before the next child starts. */
    long pause() {
        return pause;
    }

    /** "death 2 within 300 s, of which 10 are allowed (umbrella.restarts)". */
    String words() {
        String all = total > times.size() ? ", and " + total + " since the worker started" : "";
        return "death " + times.size() + " within " + window / 1000 + " s, of which " + most + " are allowed ("
            + RESTARTS + ")" + all;
    }
}
