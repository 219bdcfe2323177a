package umbrella.storm;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageUnpacker;

/** The messages of a child in MessagePack; docs/architecture.md has the table. */
final class MessagePackMessages {
    static final String VALID = "an array of a kind, from ack (0) to many acks (12), and what belongs to it";
    private static final int ACK = 0;
    private static final int FAIL = 1;
    private static final int BOLT_EMIT = 2;
    private static final int EMIT_AND_ACK = 3;
    private static final int SPOUT_EMIT = 4;
    private static final int SYNC = 5;
    private static final int LOG = 6;
    private static final int ERROR = 7;
    private static final int METRICS = 8;
    private static final int ALIVE = 9;
    private static final int BOLT_EMITS = 10;
    private static final int SPOUT_EMITS = 11;
    private static final int ACKS = 12;
    private static final int[] LENGTHS = {2, 2, 6, 4, 6, 1, 3, 2, 2, 1, 4, 4, 2};

    private final MessageUnpacker unpacker;
    private final String[] streams;
    private final MessagePackValues values;
    private final long[] oneAnchor = new long[1];

    MessagePackMessages(MessageUnpacker unpacker, List<String> streams) {
        this.unpacker = unpacker;
        values = new MessagePackValues(unpacker);
        this.streams = streams.toArray(new String[0]);
    }

    /** @param bytes the length of the unpacker's current frame */
    void startFrame(int bytes) {
        values.startFrame(bytes);
    }

    /** Reads one message, and passes it on. */
    void hand(Replies replies) throws IOException, Wrong {
        int length = unpacker.unpackArrayHeader();
        int kind = length == 0 ? -1 : unpacker.unpackInt();
        if (kind < 0 || kind >= LENGTHS.length || LENGTHS[kind] != length) {
            throw new Wrong("kind " + kind + " in an array of " + length);
        }
        switch (kind) {
            case ACK:
                replies.ack(unpacker.unpackLong());
                break;
            case FAIL:
                replies.fail(unpacker.unpackLong());
                break;
            case BOLT_EMIT:
                boltEmit(replies);
                break;
            case EMIT_AND_ACK:
                replies.emitAndAck(unpacker.unpackLong(), stream(), values.list(0));
                break;
            case SPOUT_EMIT:
                replies.emit(stream(), values.list(0), null, values.value(0), unpacker.unpackInt(),
                    unpacker.unpackBoolean());
                break;
            case SYNC:
                replies.sync();
                break;
            case BOLT_EMITS:
                boltEmits(replies);
                break;
            case SPOUT_EMITS:
                spoutEmits(replies);
                break;
            case ACKS:
                acks(replies);
                break;
            default:
                rare(kind, replies);
        }
    }

    private void rare(int kind, Replies replies) throws IOException, Wrong {
        switch (kind) {
            case LOG:
                replies.log(unpacker.unpackInt(), unpacker.unpackString());
                break;
            case ERROR:
                replies.error(unpacker.unpackString());
                break;
            case METRICS:
                Object metrics = values.value(0);
                if (!(metrics instanceof Map)) {
                    throw new Wrong("metrics that are no map");
                }
                replies.metrics("umbrella", metrics);
                break;
            case ALIVE:
                replies.alive();
                break;
            default:
                throw new IllegalStateException("kind " + kind);
        }
    }

    private void acks(Replies replies) throws IOException {
        for (int left = values.inFrame(unpacker.unpackArrayHeader()); left > 0; left--) {
            replies.ack(unpacker.unpackLong());
        }
    }

    private void boltEmit(Replies replies) throws IOException, Wrong {
        String stream = stream();
        List<Object> tuple = values.list(0);
        long[] anchors = anchors();
        replies.emit(stream, tuple, anchors, null, unpacker.unpackInt(), unpacker.unpackBoolean());
    }

    private void boltEmits(Replies replies) throws IOException, Wrong {
        String stream = stream();
        List<Object> tuples = values.list(0);
        long[] anchors = anchors();
        for (Object tuple : tuples) {
            replies.emit(stream, listed(tuple), anchors, null, 0, false);
        }
    }

    private void spoutEmits(Replies replies) throws IOException, Wrong {
        String stream = stream();
        List<Object> tuples = values.list(0);
        Object ids = values.value(0);
        List<?> messageIds = ids == null ? null : listed(ids);
        if (messageIds != null && messageIds.size() != tuples.size()) {
            throw new Wrong(tuples.size() + " tuples with " + messageIds.size() + " ids");
        }
        for (int place = 0; place < tuples.size(); place++) {
            Object messageId = messageIds == null ? null : messageIds.get(place);
            replies.emit(stream, listed(tuples.get(place)), null, messageId, 0, false);
        }
    }

    private String stream() throws IOException, Wrong {
        int place = unpacker.unpackInt();
        if (place < 0 || place >= streams.length) {
            throw new Wrong("stream " + place + " of " + streams.length);
        }
        return streams[place];
    }

    private long[] anchors() throws IOException {
        if (unpacker.tryUnpackNil()) {
            return null;
        }
        int size = values.inFrame(unpacker.unpackArrayHeader());
        long[] anchors = size == 1 ? oneAnchor : new long[size];
        for (int place = 0; place < size; place++) {
            anchors[place] = unpacker.unpackLong();
        }
        return size == 0 ? null : anchors;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> listed(Object value) throws Wrong {
        if (value instanceof List) {
            return (List<Object>) value;
        }
        throw new Wrong("something that is no list in place of a tuple or of ids");
    }

    /** A message is malformed. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String text) {
            super(text);
        }
    }
}
