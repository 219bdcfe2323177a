package umbrella.storm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.core.buffer.ArrayBufferInput;

/** Framing of the MessagePack wire: splits what a child writes into frames, and reads the messages in each. */
final class MessagePackReader {
    private static final int LENGTH = 4; // bytes
    private final Incoming incoming = new Incoming(StandardCharsets.US_ASCII);
    private final ArrayBufferInput input = new ArrayBufferInput(new byte[0]);
    private final MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(input);
    private final MessagePackMessages messages;
    private final int largest;

    MessagePackReader(List<String> streams, int largest) {
        this.largest = largest;
        messages = new MessagePackMessages(unpacker, streams);
    }

    void read(InputStream in, Replies replies) throws IOException {
        incoming.fill(in);
        byte[] bytes = incoming.bytes;
        int end = incoming.end;
        int begin = 0;
        while (end - begin >= LENGTH) {
            int length = length(bytes, begin);
            if (length < 0 || length > largest) {
                throw new BadMessage("a frame says that it has " + (length & 0xffffffffL) + " bytes",
                    "4 bytes of length, big-endian, of at most " + largest + ", then the messages",
                    bytes, begin, end, StandardCharsets.US_ASCII);
            }
            if (end - begin - LENGTH < length) {
                break;
            }
            begin += LENGTH;
            frame(bytes, begin, length, replies);
            begin += length;
        }
        incoming.drop(begin);
    }

    private static int length(byte[] bytes, int place) {
        return bytes[place] << 24 | (bytes[place + 1] & 0xff) << 16 | (bytes[place + 2] & 0xff) << 8
            | bytes[place + 3] & 0xff;
    }

    private void frame(byte[] bytes, int from, int length, Replies replies) throws IOException {
        input.reset(bytes, from, length);
        unpacker.reset(input);
        messages.startFrame(length);
        int begin = 0;
        try {
            while (begin < length) {
                messages.hand(replies);
                begin = (int) unpacker.getTotalReadBytes();
            }
        } catch (MessagePackException | MessagePackMessages.Wrong wrong) {
            throw new BadMessage("not a message: " + wrong.getMessage(), MessagePackMessages.VALID, bytes, from + begin,
                from + length, StandardCharsets.US_ASCII);
        }
    }
}
