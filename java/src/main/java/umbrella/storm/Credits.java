package umbrella.storm;

/**
 * How far a spout may be asked ahead.
 *
 * <p>Each answer that is asked for before Storm wants it saves a wait for the child; but acks wait behind it, and the
 * topology may be deactivated meanwhile. So it is one at first, more while answers come full and quick, and one again
 * when a call of next_tuple had nothing to emit. No I/O here.
 */
final class Credits {
    private static final int MOST = 256; // answers
    private static final int MOST_TUPLES = 1024;
    private static final long TIME = 5_000_000; // nanoseconds of the child's work that may be ahead of Storm

    private int allowed = 1;
    private int answers; // since the last time that some were asked for
    private long tuples;
    private long since;

    /** Notes an answer, by the number of its tuples. */
    void answered(int emits) {
        if (emits == 0) {
            stop();
        } else {
            answers++;
            tuples += emits;
        }
    }

    /** One at a time, from now on. */
    void stop() {
        allowed = 1;
        answers = 0;
        tuples = 0;
    }

    /**
     * Returns how many answers to ask for.
     *
     * @param ahead how many are asked for and not handed to Storm yet
     * @param now by System.nanoTime
     */
    int toAsk(int ahead, long now) {
        if (ahead > allowed / 2) { // asking for several at a time is one write for them all
            return 0;
        }
        if (answers > 0) {
            long quick = TIME * answers / Math.max(1, now - since);
            long small = MOST_TUPLES * answers / tuples;
            allowed = (int) Math.max(1, Math.min(Math.min(2L * allowed, MOST), Math.min(quick, small)));
        }
        answers = 0;
        tuples = 0;
        since = now;
        return Math.max(0, allowed - ahead);
    }
}
