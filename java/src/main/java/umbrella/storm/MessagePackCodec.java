package umbrella.storm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.storm.tuple.Tuple;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** Frames of many messages in MessagePack; docs/architecture.md has the table of messages. */
final class MessagePackCodec implements Codec {
    private static final int TUPLE = 0;
    private static final int SOURCE = 1;
    private static final int HEARTBEAT = 2;
    private static final int TASK_IDS = 3;
    private static final int NEXT = 4;
    private static final int ACKED = 5;
    private static final int FAILED = 6;
    private static final int ACTIVATE = 7;
    private static final int DEACTIVATE = 8;
    private static final int LOG_LEVEL = 9;
    private static final int LARGEST_ID = 9; // bytes of a number; roughly the size of a text

    private final MessagePackFrame frame = new MessagePackFrame();
    private final MessagePacker packer = MessagePack.newDefaultPacker(frame);
    private final MessagePackWriter writer = new MessagePackWriter(packer);
    private final SourceTable<Integer> sources = new SourceTable<>(this::source);
    private final MessagePackReader reader;
    private final Settled settled = new Settled();
    private long packedBefore; // the packer counts all bytes that it has ever packed
    private int sourceCount;
    private int messages;

    /**
     * Creates the codec of a child.
     *
     * @param streams the streams that it may emit to
     * @param largest the maximum size of its messages in bytes
     */
    MessagePackCodec(List<String> streams, int largest) {
        reader = new MessagePackReader(streams, largest);
    }

    @Override
    public void tuple(long id, Tuple tuple) {
        int source = sources.of(tuple);
        int before = size();
        try {
            begin(TUPLE, 4);
            packer.packLong(id);
            packer.packInt(source);
            writer.values(tuple);
        } catch (BadValue bad) {
            cutBack(before);
            throw bad;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private int source(Tuple tuple) {
        try {
            begin(SOURCE, 5);
            packer.packInt(sourceCount);
            packer.packString(tuple.getSourceComponent());
            packer.packString(tuple.getSourceStreamId());
            packer.packInt(tuple.getSourceTask());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return sourceCount++;
    }

    private void cutBack(int size) {
        flush();
        frame.truncate(size);
        messages--;
    }

    @Override
    public void heartbeat() {
        alone(HEARTBEAT);
    }

    @Override
    public void taskIds(List<Integer> tasks) {
        try {
            begin(TASK_IDS, 2);
            writer.value(tasks);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void next() {
        alone(NEXT);
    }

    @Override
    public void ack(Object messageId) {
        settle(ACKED, messageId);
    }

    @Override
    public void fail(Object messageId) {
        settle(FAILED, messageId);
    }

    /** Consecutive ids go into one message. */
    private void settle(int kind, Object messageId) {
        if (settled.count > 0 && settled.kind != kind) {
            writeSettled();
        }
        settled.kind = kind;
        settled.add(messageId);
    }

    private void writeSettled() {
        int count = settled.count;
        settled.count = 0; // now, because begin() would come back here
        try {
            begin(settled.kind, 2);
            packer.packArrayHeader(count);
            for (int place = 0; place < count; place++) {
                writer.value(settled.ids[place]);
                settled.ids[place] = null;
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void activate() {
        alone(ACTIVATE);
    }

    @Override
    public void deactivate() {
        alone(DEACTIVATE);
    }

    private void alone(int kind) {
        try {
            begin(kind, 1);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void begin(int kind, int length) throws IOException {
        if (settled.count > 0) {
            writeSettled();
        }
        packer.packArrayHeader(length);
        packer.packInt(kind);
        messages++;
    }

    @Override
    public void logLevel(String level) {
        try {
            begin(LOG_LEVEL, 2);
            packer.packString(level);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public boolean answersEveryCommand() {
        return false;
    }

    @Override
    public int size() {
        return frame.size() + (int) (packer.getTotalWrittenBytes() - packedBefore) + settled.count * LARGEST_ID;
    }

    @Override
    public Outgoing take() {
        if (settled.count > 0) {
            writeSettled();
        }
        if (messages == 0) {
            return null;
        }
        flush();
        Outgoing taken = frame.take(messages);
        messages = 0;
        return taken;
    }

    private void flush() {
        try {
            packer.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        packedBefore = packer.getTotalWrittenBytes();
    }

    @Override
    public void read(InputStream in, Replies replies) throws IOException {
        reader.read(in, replies);
    }

    /** Ids that wait to be written in one message. */
    private static final class Settled {
        private Object[] ids = new Object[64];
        private int count;
        private int kind;

        void add(Object id) {
            if (count == ids.length) {
                ids = java.util.Arrays.copyOf(ids, 2 * count);
            }
            ids[count++] = id;
        }
    }
}
