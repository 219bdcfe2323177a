package umbrella.storm;

import java.util.UUID;

/**
 * One connection over which a spout fetches calls from a DRPC server, and which rounds its answering tasks know.
 *
 * <p>The ids of a restarted server begin at 1 again, so an answer over a connection to it might reach another call.
 * Therefore the spout announces its connection to all tasks of DrpcResults in numbered rounds; each task opens its own
 * connection to the same server, and acks. A call that is fetched after that shows that the spout's connection has been
 * open all the while, so the tasks' connections lead to the very server that the call came from. No clocks are
 * compared.
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

    /** The last round that every task has acked; 0 before the first one: nothing may be fetched yet. */
    int known() {
        return known;
    }

    /** Returns the number of a round to announce now, or 0. Called only by the spout's executor. */
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

    /** A call has failed, perhaps for lack of a connection: a task may have restarted, or lost its connection. */
    void doubt() {
        wanted = true;
    }

    @Override
    public String toString() {
        return text;
    }
}
