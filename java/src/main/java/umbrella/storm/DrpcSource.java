package umbrella.storm;

import java.util.UUID;

/**
 * One connection by which a spout fetches calls from a DRPC server, and how far those who answer know of it.
 *
 * <p>Ids of a server that was started anew begin at 1 again, and an answer by a connection to that one might reach
 * another call. So the spout tells all tasks of DrpcResults of its connection, in numbered rounds; each opens one of
 * its own to the same server, and acks. A call that is fetched after that shows that the spout's connection has held
 * all the while: theirs lead to the very server that the call came from. No clock is compared.
 */
final class DrpcSource {
    private static final long PAUSE = 1_000_000_000L; // nanoseconds between two rounds

    final String host;
    final int port;
    private final String text;
    private volatile int known;
    private volatile boolean wanted = true;
    private int told;
    private long toldAt;

    DrpcSource(String host, int port) {
        this.host = host;
        this.port = port;
        text = UUID.randomUUID().toString().substring(0, 8) + "|" + port + "|" + host;
    }

    /** The last round that every task has acked; 0 before the first: nothing may be fetched yet. */
    int known() {
        return known;
    }

    /** Returns the number of a round that is to be told now, or 0. Called by the spout's executor alone. */
    int roundToTell(long now) {
        if (!wanted || told > 0 && now - toldAt < PAUSE) {
            return 0;
        }
        toldAt = now;
        return ++told;
    }

    /** Every task has acked that round. */
    void acked(int round) {
        known = Math.max(known, round);
        if (round == told) {
            wanted = false;
        }
    }

    /** A call has failed, perhaps for want of a way back: a task may have been started anew, or lost its connection. */
    void doubt() {
        wanted = true;
    }

    @Override
    public String toString() {
        return text;
    }
}
