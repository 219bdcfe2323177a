package umbrella.storm;

/**
 * How many answers may be requested from a spout's child in advance.
 *
 * <p>Each answer that is requested before Storm wants it saves a round trip to the child. But acks wait behind it, and
 * the topology may be deactivated in the meantime. So the number is one at first, grows while answers are full and
 * quick, and is one again after a call of next_tuple had nothing to emit. No I/O here.
 */
final class Credits {
    private static final int MOST = 256; // answers
    private static final int MOST_TUPLES = 1024;
    private static final long TIME = 5_000_000; // nanoseconds of work that the child may be ahead of Storm

    private int allowed = 1;
    private int answers; // since the last request
    private long tuples;
    private long since;

    /** Records an answer with its number of tuples. */
    void answered(int emits) {
        if (emits == 0) {
            stop();
        } else {
            answers++;
            tuples += emits;
        }
    }

    /** One at a time from now on. */
    void stop() {
        allowed = 1;
        answers = 0;
        tuples = 0;
    }

    /**
     * Returns how many answers to request.
     *
     * @param ahead how many were requested and not handed to Storm yet
     * @param now by System.nanoTime
     */
    int toAsk(int ahead, long now) {
        if (ahead > allowed / 2) { // request several at a time: one write for all of them
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
