package umbrella.storm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.storm.Constants;
import org.apache.storm.task.ShellBolt;
import org.apache.storm.tuple.Tuple;

/** The multilang wire, as Storm's ShellBolt, ShellSpout and JsonSerializer speak it. */
final class JsonCodec implements Codec {
    private static final SerializableString BEFORE_VALUES = new SerializedString("\",\"tuple\":");
    private static final SerializableString BEFORE_HEARTBEAT = new SerializedString("{\"id\":\"");
    private static final SerializableString HEARTBEAT = new SerializedString("\",\"comp\":null,\"stream\":\""
        + ShellBolt.HEARTBEAT_STREAM_ID + "\",\"task\":" + Constants.SYSTEM_TASK_ID + ",\"tuple\":[]}\nend\n");
    private static final SerializableString NEXT = new SerializedString("{\"command\":\"next\",\"id\":\"\"}\nend\n");
    private static final SerializableString ACTIVATE =
        new SerializedString("{\"command\":\"activate\",\"id\":\"\"}\nend\n");
    private static final SerializableString DEACTIVATE =
        new SerializedString("{\"command\":\"deactivate\",\"id\":\"\"}\nend\n");
    private static final SerializableString ACK = new SerializedString("{\"command\":\"ack\",\"id\":");
    private static final SerializableString FAIL = new SerializedString("{\"command\":\"fail\",\"id\":");
    private static final SerializableString LOG_LEVEL =
        new SerializedString("{\"command\":\"log_level\",\"level\":");
    private static final SerializableString CLOSING = new SerializedString("}\nend\n");
    private static final SerializableString END = new SerializedString("\nend\n");

    // Not COMBINE_UNICODE_SURROGATES_IN_UTF8: it merges half of a surrogate pair with the next character.
    private static final JsonFactory FACTORY = JsonFactory.builder()
        .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
        .build();

    private final Unwritten unwritten = new Unwritten();
    private final SourceTable<SerializableString> sources = new SourceTable<>(JsonCodec::beforeId);
    private final JsonReader reader;
    private JsonGenerator json;
    private JsonWriter writer;
    private long heartbeats;

    /**
     * Creates the codec of a child.
     *
     * @param streams the streams that it may emit to
     * @param largest the maximum size of its messages in bytes
     */
    JsonCodec(List<String> streams, int largest) {
        reader = new JsonReader(streams, largest);
        startAnew();
    }

    @Override
    public void tuple(long id, Tuple tuple) {
        int before = unwritten.size;
        try {
            append(() -> {
                json.writeRaw(sources.of(tuple));
                json.writeNumber(id);
                json.writeRaw(BEFORE_VALUES);
                writer.values(tuple);
                json.writeRaw(CLOSING);
            });
        } catch (BadValue bad) {
            unwritten.size = before;
            startAnew();
            throw bad;
        }
    }

    @Override
    public void heartbeat() {
        append(() -> {
            json.writeRaw(BEFORE_HEARTBEAT);
            json.writeNumber(--heartbeats); // no tuple has such an id
            json.writeRaw(HEARTBEAT);
        });
    }

    @Override
    public void taskIds(List<Integer> tasks) {
        append(() -> {
            writer.value(tasks);
            json.writeRaw(END);
        });
    }

    @Override
    public void next() {
        append(() -> json.writeRaw(NEXT));
    }

    @Override
    public void ack(Object messageId) {
        settled(ACK, messageId);
    }

    @Override
    public void fail(Object messageId) {
        settled(FAIL, messageId);
    }

    @Override
    public void activate() {
        append(() -> json.writeRaw(ACTIVATE));
    }

    @Override
    public void deactivate() {
        append(() -> json.writeRaw(DEACTIVATE));
    }

    @Override
    public void logLevel(String level) {
        append(() -> {
            json.writeRaw(LOG_LEVEL);
            writer.value(level);
            json.writeRaw(CLOSING);
        });
    }

    @Override
    public boolean answersEveryCommand() {
        return true;
    }

    @Override
    public int size() {
        return unwritten.size;
    }

    @Override
    public Outgoing take() {
        return unwritten.size == 0 ? null : unwritten.take();
    }

    @Override
    public void read(InputStream in, Replies replies) throws IOException {
        reader.read(in, replies);
    }

    private void settled(SerializableString command, Object messageId) {
        append(() -> {
            json.writeRaw(command);
            writer.value(messageId);
            json.writeRaw(CLOSING);
        });
    }

    private void append(Message message) {
        try {
            message.write();
            json.flush();
        } catch (IOException impossible) { // never happens with arrays
            throw new UncheckedIOException(impossible);
        }
    }

    private void startAnew() {
        try {
            json = FACTORY.createGenerator(unwritten).setRootValueSeparator(null);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        writer = new JsonWriter(json);
    }

    private static SerializableString beforeId(Tuple tuple) {
        return new SerializedString("{\"comp\":" + quoted(tuple.getSourceComponent()) + ",\"stream\":"
            + quoted(tuple.getSourceStreamId()) + ",\"task\":" + tuple.getSourceTask() + ",\"id\":\"");
    }

    private static String quoted(String text) {
        return '"' + new String(new SerializedString(text).asQuotedChars()) + '"';
    }

    private interface Message {
        void write() throws IOException;
    }
}
