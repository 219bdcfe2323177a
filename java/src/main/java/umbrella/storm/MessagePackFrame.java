package umbrella.storm;

import java.io.IOException;
import org.msgpack.core.buffer.MessageBuffer;
import org.msgpack.core.buffer.MessageBufferOutput;

/** One frame that grows in one array: a length of 4 bytes, the header of an array, and the messages in it. */
final class MessagePackFrame implements MessageBufferOutput {
    private static final int LENGTH = 4; // bytes
    private static final int HEADER = LENGTH + 5; // the array header always has this size
    private final Unwritten unwritten = new Unwritten();

    MessagePackFrame() {
        unwritten.size = HEADER;
    }

    int size() {
        return unwritten.size - HEADER;
    }

    void truncate(int size) {
        unwritten.size = size + HEADER;
    }

    Codec.Outgoing take(int messages) {
        byte[] bytes = unwritten.bytes;
        putInt(bytes, 0, unwritten.size - LENGTH);
        bytes[LENGTH] = (byte) 0xdd; // array 32
        putInt(bytes, LENGTH + 1, messages);
        Codec.Outgoing taken = unwritten.take();
        unwritten.size = HEADER;
        return taken;
    }

    private static void putInt(byte[] bytes, int place, int value) {
        for (int byteNumber = 0; byteNumber < 4; byteNumber++) {
            bytes[place + byteNumber] = (byte) (value >>> 24 - 8 * byteNumber);
        }
    }

    @Override
    public MessageBuffer next(int minimumSize) {
        unwritten.room(minimumSize);
        return MessageBuffer.wrap(unwritten.bytes, unwritten.size, unwritten.bytes.length - unwritten.size);
    }

    @Override
    public void writeBuffer(int length) {
        unwritten.size += length;
    }

    @Override
    public void write(byte[] source, int from, int length) {
        unwritten.write(source, from, length);
    }

    @Override
    public void add(byte[] source, int from, int length) {
        unwritten.write(source, from, length);
    }

    @Override
    public void close() {
        // nothing to close
    }

    @Override
    public void flush() throws IOException {
        // whoever takes the frame writes it
    }
}
