package umbrella.storm;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageFormatException;
import org.msgpack.core.MessageTypeException;
import org.msgpack.core.MessageUnpacker;

/** MessagePack values as plain Java types: those of JsonValues, and byte[]. */
final class MessagePackValues {
    private static final int DEEPEST = 1000; // like Jackson's limit
    private final MessageUnpacker unpacker;
    private int frame;

    MessagePackValues(MessageUnpacker unpacker) {
        this.unpacker = unpacker;
    }

    /** @param bytes the size of the unpacker's input: no list or text in it can be longer */
    void startFrame(int bytes) {
        frame = bytes;
    }

    Object value(int depth) throws IOException {
        MessageFormat format = unpacker.getNextFormat();
        switch (format) {
            case FIXSTR:
            case STR8:
            case STR16:
            case STR32:
                return unpacker.unpackString();
            case POSFIXINT:
            case NEGFIXINT:
            case INT8:
            case INT16:
            case INT32:
            case INT64:
            case UINT8:
            case UINT16:
            case UINT32:
                return unpacker.unpackLong();
            case UINT64:
                return plain(unpacker.unpackBigInteger());
            case FLOAT32:
            case FLOAT64:
                return unpacker.unpackDouble();
            case NIL:
                unpacker.unpackNil();
                return null;
            case BOOLEAN:
                return unpacker.unpackBoolean();
            default:
                return longer(format, depth + 1);
        }
    }

    private Object longer(MessageFormat format, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new MessageTypeException("nested more than " + DEEPEST + " deep");
        }
        switch (format) {
            case FIXARRAY:
            case ARRAY16:
            case ARRAY32:
                return list(depth);
            case FIXMAP:
            case MAP16:
            case MAP32:
                return map(depth);
            case BIN8:
            case BIN16:
            case BIN32:
                return unpacker.readPayload(inFrame(unpacker.unpackBinaryHeader()));
            default:
                return bigInteger(unpacker.unpackExtensionTypeHeader());
        }
    }

    List<Object> list(int depth) throws IOException {
        int size = inFrame(unpacker.unpackArrayHeader());
        List<Object> values = new ArrayList<>(size);
        for (int place = 0; place < size; place++) {
            values.add(value(depth));
        }
        return values;
    }

    private Map<String, Object> map(int depth) throws IOException {
        int size = inFrame(unpacker.unpackMapHeader());
        Map<String, Object> values = new LinkedHashMap<>();
        for (int place = 0; place < size; place++) {
            String key = unpacker.unpackString();
            values.put(key, value(depth));
        }
        return values;
    }

    private Object bigInteger(ExtensionTypeHeader header) throws IOException {
        if (header.getType() != MessagePackWriter.BIG_INTEGER || header.getLength() == 0) {
            throw new MessageTypeException("extension type " + header.getType() + " of " + header.getLength()
                + " bytes, where type " + MessagePackWriter.BIG_INTEGER + ", an integer, is known");
        }
        return plain(new BigInteger(unpacker.readPayload(inFrame(header.getLength()))));
    }

    private static Object plain(BigInteger value) {
        if (value.bitLength() < 64) {
            return value.longValue();
        }
        return value;
    }

    /** Never allocates room for what cannot be in the frame. */
    int inFrame(int size) {
        if (size > frame - unpacker.getTotalReadBytes()) {
            throw new MessageFormatException("something of " + size + " parts or bytes, but the frame ends before");
        }
        return size;
    }
}
