package umbrella.storm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Framing of the JSON wire: splits a child's output at {@code end} lines, and parses the JSON text before each. */
final class JsonReader {
    private static final JsonFactory FACTORY = JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxNumberLength(100_000) // Python stays below this limit: worker.py
            .build())
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build();

    private final Incoming incoming = new Incoming(StandardCharsets.UTF_8);
    private final Window window = new Window();
    private final JsonMessage message;
    private final ByteArrayOutputStream trailing = new ByteArrayOutputStream();
    private JsonParser parser; // one for all messages: creating one costs more than parsing most messages
    private final int largest;
    private int searched;

    JsonReader(List<String> streams, int largest) {
        this.largest = largest;
        message = new JsonMessage(streams);
    }

    void read(InputStream in, Replies replies) throws IOException {
        incoming.fill(in);
        byte[] bytes = incoming.bytes;
        int end = incoming.end;
        int begin = 0;
        int found = findEnd(bytes, Math.max(0, searched - 5), end);
        while (found >= 0) {
            parse(bytes, begin, found, replies);
            begin = found + (bytes[found + 4] == '\n' ? 5 : 6);
            found = findEnd(bytes, begin, end);
        }
        incoming.drop(begin);
        searched = incoming.end;
        if (searched > largest) {
            throw new BadMessage("a message is longer than " + largest + " bytes", "at most so many",
                incoming.bytes, 0, searched, StandardCharsets.UTF_8);
        }
    }

    /**
     * Finds a line "end" and the line break before it, by checking every fourth byte where that is enough.
     *
     * @return the index of the line break before it, or -1
     */
    static int findEnd(byte[] bytes, int from, int to) {
        int place = from + 3;
        while (place < to - 1) {
            byte one = bytes[place];
            if (one == 'd') {
                if (bytes[place - 1] == 'n' && bytes[place - 2] == 'e' && bytes[place - 3] == '\n'
                    && closesLine(bytes, place + 1, to)) {
                    return place - 3;
                }
                place += 4;
            } else {
                place += one == 'n' ? 1 : one == 'e' ? 2 : one == '\n' ? 3 : 4;
            }
        }
        return -1;
    }

    private static boolean closesLine(byte[] bytes, int place, int to) {
        return bytes[place] == '\n' || bytes[place] == '\r' && place + 1 < to && bytes[place + 1] == '\n';
    }

    private void parse(byte[] bytes, int from, int to, Replies replies) throws IOException {
        window.set(bytes, from, to);
        try {
            if (parser == null) {
                parser = FACTORY.createParser(window);
            }
            message.read(parser);
            checkWhole();
        } catch (JacksonException wrong) {
            throw new BadMessage("not a JSON message: " + wrong.getOriginalMessage(), JsonMessage.VALID, bytes, from, to,
                StandardCharsets.UTF_8);
        } catch (JsonMessage.Wrong wrong) {
            throw new BadMessage(wrong.getMessage(), wrong.valid, bytes, from, to, StandardCharsets.UTF_8);
        }
        message.handTo(replies);
    }

    /** Checks that there is nothing but the message before the end line. */
    private void checkWhole() throws IOException, JsonMessage.Wrong {
        if (parser.releaseBuffered(trailing) > 0 || window.hasMore()) {
            boolean blank = new String(trailing.toByteArray(), StandardCharsets.UTF_8).trim().isEmpty();
            trailing.reset();
            if (!blank || window.hasMore()) {
                throw new JsonMessage.Wrong("something follows a message before the line 'end'", "one JSON object");
            }
        }
    }
}
