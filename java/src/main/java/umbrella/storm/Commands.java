package umbrella.storm;

/**
 * The commands that were sent to a spout's children and that no child has shown to have handled yet; in order, and
 * under one lock.
 *
 * <p>A sync answers one command (with JSON any command, with MessagePack a next), and shows that everything sent before
 * it has been handled too. An ack or fail that a child may not have handled when it dies is sent again to the next
 * child, but never to a third: it may be what crashes them.
 */
final class Commands {
    private static final byte NEXT = 1;
    private static final byte ACK = 2;
    private static final byte FAIL = 3;
    private static final byte OTHER = 4;
    private static final int MOST_CHILDREN = 2;

    private final boolean eachIsAnswered;
    private byte[] kinds = new byte[64];
    private Object[] messageIds = new Object[64];
    private byte[] deaths = new byte[64]; // of children that received it and may have been handling it
    private long first; // counts up; the index in the arrays is this number modulo their length
    private long sent; // from here on, no child has received anything
    private long end;

    Commands(boolean eachIsAnswered) {
        this.eachIsAnswered = eachIsAnswered;
    }

    /** The child was asked for a tuple. */
    void next() {
        add(NEXT, null, 0);
        sent = end;
    }

    /** The child was sent something that the next one need not know. */
    void other() {
        add(OTHER, null, 0);
        sent = end;
    }

    /** A tuple was acked; the codec is null if there is no child to send it to. */
    void ack(Object messageId, Codec codec) {
        settle(ACK, messageId, 0, codec);
    }

    /** A tuple failed; the codec is null if there is no child to send it to. */
    void fail(Object messageId, Codec codec) {
        settle(FAIL, messageId, 0, codec);
    }

    private void settle(byte kind, Object messageId, int deathsOfIt, Codec codec) {
        add(kind, messageId, deathsOfIt);
        if (codec == null) {
            return;
        }
        if (kind == ACK) {
            codec.ack(messageId);
        } else {
            codec.fail(messageId);
        }
        sent = end;
    }

    private void add(byte kind, Object messageId, int deathsOfIt) {
        if (end - first == kinds.length) {
            grow();
        }
        int place = place(end++);
        kinds[place] = kind;
        messageIds[place] = messageId;
        deaths[place] = (byte) deathsOfIt;
    }

    private int place(long number) {
        return (int) number & kinds.length - 1;
    }

    private void grow() {
        byte[] moreKinds = new byte[2 * kinds.length];
        Object[] moreIds = new Object[2 * kinds.length];
        byte[] moreDeaths = new byte[2 * kinds.length];
        for (long one = first; one < end; one++) {
            int to = (int) one & moreKinds.length - 1;
            moreKinds[to] = kinds[place(one)];
            moreIds[to] = messageIds[place(one)];
            moreDeaths[to] = deaths[place(one)];
        }
        kinds = moreKinds;
        messageIds = moreIds;
        deaths = moreDeaths;
    }

    /**
     * Records the answer to a command, and returns whether that was a next.
     *
     * @throws BadMessage no command was waiting for an answer
     */
    boolean answered() throws BadMessage {
        while (first < sent) {
            int place = place(first++);
            messageIds[place] = null;
            if (eachIsAnswered || kinds[place] == NEXT) {
                return kinds[place] == NEXT;
            }
        }
        throw new BadMessage("there is a sync that answers nothing; valid: one for each command that is to be answered");
    }

    /** How many syncs are still to come, including those that have come but are not recorded here yet. */
    int awaited() {
        int awaited = 0;
        for (long one = first; one < sent; one++) {
            if (eachIsAnswered || kinds[place(one)] == NEXT) {
                awaited++;
            }
        }
        return awaited;
    }

    /**
     * The child died: what it has not answered counts as not sent.
     *
     * @param answers how many of its syncs are not recorded here yet
     * @return a text about it for the error
     */
    String died(long answers) {
        long keep = first;
        for (long left = answers; left > 0 && keep < sent; keep++) {
            if (eachIsAnswered || kinds[place(keep)] == NEXT) {
                left--;
            }
        }
        long to = keep;
        int again = 0;
        int givenUp = 0;
        for (long one = keep; one < end; one++) {
            int place = place(one);
            if (kinds[place] != ACK && kinds[place] != FAIL) {
                continue;
            }
            if (one < sent && ++deaths[place] >= MOST_CHILDREN) {
                givenUp++;
                continue;
            }
            again += one < sent ? 1 : 0;
            move(place, place(to++));
        }
        for (long one = to; one < end; one++) {
            messageIds[place(one)] = null;
        }
        sent = keep;
        end = to;
        return "; acks and fails that it may not have handled are told to the next one: " + again
            + (givenUp == 0 ? "" : "; not told again, for another one died at them too: " + givenUp);
    }

    private void move(int from, int to) {
        kinds[to] = kinds[from];
        messageIds[to] = messageIds[from];
        deaths[to] = deaths[from];
    }

    /** Sends a new child what none has received, after its activation if there is one. */
    void tell(Codec codec, boolean active) {
        Commands unsaid = new Commands(eachIsAnswered);
        for (long one = sent; one < end; one++) {
            int place = place(one);
            unsaid.add(kinds[place], messageIds[place], deaths[place]);
        }
        end = sent;
        if (active) {
            codec.activate();
            other();
        }
        for (long one = unsaid.first; one < unsaid.end; one++) {
            int place = unsaid.place(one);
            settle(unsaid.kinds[place], unsaid.messageIds[place], unsaid.deaths[place], codec);
        }
    }
}
