package umbrella.storm;

/**
 * What a spout's children were told and have not shown yet that they have handled; in order, and under one lock.
 *
 * <p>A sync answers one command: with JSON whichever it is, with MessagePack a next, and shows that what was said before
 * is handled too. What a child has not handled when it dies is said to the next one, but for the nexts.
 */
final class Commands {
    private static final byte NEXT = 1;
    private static final byte ACK = 2;
    private static final byte FAIL = 3;
    private static final byte OTHER = 4;

    private final boolean eachIsAnswered;
    private byte[] kinds = new byte[64];
    private Object[] messageIds = new Object[64];
    private long first; // counted up; the place in the arrays is what their length leaves of it
    private long sent; // from here on, no child was told
    private long end;

    Commands(boolean eachIsAnswered) {
        this.eachIsAnswered = eachIsAnswered;
    }

    /** The child was asked for a tuple. */
    void next() {
        add(NEXT, null);
        sent = end;
    }

    /** The child was told something that the next one need not know. */
    void other() {
        add(OTHER, null);
        sent = end;
    }

    /** A tuple was acked; the codec is null if there is no child to tell. */
    void ack(Object messageId, Codec codec) {
        add(ACK, messageId);
        if (codec != null) {
            codec.ack(messageId);
            sent = end;
        }
    }

    /** A tuple failed; the codec is null if there is no child to tell. */
    void fail(Object messageId, Codec codec) {
        add(FAIL, messageId);
        if (codec != null) {
            codec.fail(messageId);
            sent = end;
        }
    }

    private void add(byte kind, Object messageId) {
        if (end - first == kinds.length) {
            grow();
        }
        int place = place(end++);
        kinds[place] = kind;
        messageIds[place] = messageId;
    }

    private int place(long number) {
        return (int) number & kinds.length - 1;
    }

    private void grow() {
        byte[] moreKinds = new byte[2 * kinds.length];
        Object[] moreIds = new Object[2 * kinds.length];
        for (long one = first; one < end; one++) {
            int to = (int) one & moreKinds.length - 1;
            moreKinds[to] = kinds[place(one)];
            moreIds[to] = messageIds[place(one)];
        }
        kinds = moreKinds;
        messageIds = moreIds;
    }

    /**
     * Notes that a command is answered, and tells whether that was a next.
     *
     * @throws BadMessage nothing was asked
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

    /** How many syncs are to come, those included that have come and were not noted here yet. */
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
     * The child died: what it has not answered is unsaid again.
     *
     * @param answers how many of its syncs are not noted here yet
     * @return how many acks and fails it had been told and may not have handled
     */
    int died(long answers) {
        long keep = first;
        for (long left = answers; left > 0 && keep < sent; keep++) {
            if (eachIsAnswered || kinds[place(keep)] == NEXT) {
                left--;
            }
        }
        long to = keep;
        int unhandled = 0;
        for (long one = keep; one < end; one++) {
            byte kind = kinds[place(one)];
            if (kind == ACK || kind == FAIL) {
                unhandled += one < sent ? 1 : 0;
                kinds[place(to)] = kind;
                messageIds[place(to++)] = messageIds[place(one)];
            }
        }
        for (long one = to; one < end; one++) {
            messageIds[place(one)] = null;
        }
        sent = keep;
        end = to;
        return unhandled;
    }

    /** Tells a new child what none was told, after its activation if there is one. */
    void tell(Codec codec, boolean active) {
        int unsaid = (int) (end - sent);
        byte[] theirKinds = new byte[unsaid];
        Object[] theirIds = new Object[unsaid];
        for (int one = 0; one < unsaid; one++) {
            theirKinds[one] = kinds[place(sent + one)];
            theirIds[one] = messageIds[place(sent + one)];
        }
        end = sent;
        if (active) {
            codec.activate();
            other();
        }
        for (int one = 0; one < unsaid; one++) {
            if (theirKinds[one] == ACK) {
                ack(theirIds[one], codec);
            } else {
                fail(theirIds[one], codec);
            }
        }
    }
}
