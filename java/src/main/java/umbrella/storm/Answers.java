package umbrella.storm;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The queue of what a spout's child has sent and Storm has not received yet, in order. One thread writes, one reads.
 *
 * <p>No lock and no object per item, because every tuple passes through here.
 */
final class Answers {
    /** Nothing is available at the moment. */
    static final int NOTHING = 0;
    /** A tuple; it is in the fields below. */
    static final int EMIT = 1;
    /** The answer to a command is complete. */
    static final int SYNC = 2;
    /** The child died here; what follows is from the next one. */
    static final int CUT = 3;

    /** The tuple of the EMIT that was taken last. */
    String stream;
    List<Object> values;
    Object messageId;
    int task;
    boolean needTaskIds;

    private Chunk tail = new Chunk(); // used by the writing thread
    private int filled;
    private volatile long syncs;
    private volatile Thread waiting;
    private Chunk head = tail; // used by the reading thread
    private int taken;

    void emit(String stream, List<Object> values, Object messageId, int task, boolean needTaskIds) {
        Chunk chunk = chunkWithRoom();
        chunk.streams[filled] = stream;
        chunk.values[filled] = values;
        chunk.messageIds[filled] = messageId;
        chunk.tasks[filled] = task;
        chunk.needTaskIds[filled] = needTaskIds;
        put(chunk, EMIT);
    }

    void sync() {
        syncs++; // only one thread writes it
        put(chunkWithRoom(), SYNC);
    }

    void cut() {
        put(chunkWithRoom(), CUT);
    }

    private Chunk chunkWithRoom() {
        if (filled == Chunk.SIZE) {
            Chunk added = new Chunk();
            tail.next = added;
            tail = added;
            filled = 0;
        }
        return tail;
    }

    private void put(Chunk chunk, int kind) {
        chunk.kinds[filled++] = (byte) kind;
        chunk.filled = filled;
        Thread waits = waiting;
        if (waits != null) {
            waiting = null;
            LockSupport.unpark(waits);
        }
    }

    /** The number of syncs that were put in so far. */
    long syncs() {
        return syncs;
    }

    /** Takes the first item and returns its kind, or NOTHING. */
    int take() {
        if (isEmpty()) {
            return NOTHING;
        }
        Chunk chunk = head;
        int place = taken++;
        int kind = chunk.kinds[place];
        if (kind == EMIT) {
            stream = chunk.streams[place];
            values = chunk.values[place];
            messageId = chunk.messageIds[place];
            task = chunk.tasks[place];
            needTaskIds = chunk.needTaskIds[place];
            chunk.values[place] = null; // what is emitted must not be kept from the garbage collector
            chunk.messageIds[place] = null;
        }
        return kind;
    }

    private boolean isEmpty() {
        if (taken < head.filled) {
            return false;
        }
        if (taken < Chunk.SIZE || head.next == null) {
            return true;
        }
        head = head.next;
        taken = 0;
        return head.filled == 0;
    }

    /** Waits until something is available, or until the timeout. */
    void await(long nanoseconds) {
        waiting = Thread.currentThread();
        if (isEmpty()) {
            LockSupport.parkNanos(this, nanoseconds);
        }
        waiting = null;
    }

    private static final class Chunk {
        private static final int SIZE = 256;
        private final byte[] kinds = new byte[SIZE];
        private final String[] streams = new String[SIZE];
        private final List<Object>[] values = lists();
        private final Object[] messageIds = new Object[SIZE];
        private final int[] tasks = new int[SIZE];
        private final boolean[] needTaskIds = new boolean[SIZE];
        private volatile int filled;
        private volatile Chunk next;

        @SuppressWarnings({"unchecked", "rawtypes"})
        private static List<Object>[] lists() {
            return new List[SIZE];
        }
    }
}
