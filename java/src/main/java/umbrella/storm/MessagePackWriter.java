package umbrella.storm;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.msgpack.core.MessagePacker;

/** Values in MessagePack. */
final class MessagePackWriter extends ValueWriter {
    /** The extension type of integers beyond 64 bits: two's complement, big-endian. */
    static final byte BIG_INTEGER = 1;
    private final MessagePacker packer;

    MessagePackWriter(MessagePacker packer) {
        this.packer = packer;
    }

    @Override
    void nothing() throws IOException {
        packer.packNil();
    }

    @Override
    void truth(boolean value) throws IOException {
        packer.packBoolean(value);
    }

    @Override
    void integer(long value) throws IOException {
        packer.packLong(value);
    }

    @Override
    void integer(BigInteger value) throws IOException {
        if (value.bitLength() < 64 || value.bitLength() == 64 && value.signum() > 0) {
            packer.packBigInteger(value);
            return;
        }
        byte[] bytes = value.toByteArray();
        packer.packExtensionTypeHeader(BIG_INTEGER, bytes.length);
        packer.writePayload(bytes);
    }

    @Override
    void real(double value) throws IOException {
        packer.packDouble(value);
    }

    /** As Python reads it in JSON: a number without a decimal point and an exponent is an integer. */
    @Override
    void decimal(BigDecimal value) throws IOException {
        if (value.scale() == 0) {
            integer(value.unscaledValue());
        } else {
            real(value.doubleValue());
        }
    }

    @Override
    void text(String value) throws IOException {
        packer.packString(value);
    }

    @Override
    void bytes(byte[] value) throws IOException {
        packer.packBinaryHeader(value.length);
        packer.writePayload(value);
    }

    @Override
    void startList(int size) throws IOException {
        packer.packArrayHeader(size);
    }

    @Override
    void endList() {
        // its length was written before
    }

    @Override
    void startMap(int size) throws IOException {
        packer.packMapHeader(size);
    }

    @Override
    void key(String key) throws IOException {
        packer.packString(key);
    }

    @Override
    void endMap() {
        // its length was written before
    }
}
