package umbrella.storm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.storm.utils.Utils;

/** One JSON message of a child; for its keys see JsonSerializer.readShellMsg. Reused for the next message. */
final class JsonMessage {
    static final String VALID = "a JSON object with a command: emit, ack, fail, sync, log, error or metrics";
    private static final NameTable COMMANDS =
        new NameTable(Arrays.asList("emit", "ack", "fail", "sync", "log", "error", "metrics"));

    private static final int INFO = 2; // ShellMsg.ShellLogLevel

    private final NameTable streams;
    private final String validStreams;
    private final long[] oneAnchor = new long[1];
    private String command;
    private String stream;
    private Object messageId;
    private long tupleId;
    private List<Object> values;
    private int usualSize = 4;
    private long[] anchors;
    private int task;
    private boolean needTaskIds;
    private String text;
    private int level;
    private String name;
    private Object params;

    JsonMessage(List<String> streams) {
        this.streams = new NameTable(streams);
        validStreams = "the streams of this component, " + streams;
    }

    void read(JsonParser parser) throws IOException, Wrong {
        clear();
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new Wrong("a message is a JSON object", VALID);
        }
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            field(key, parser, parser.nextToken());
        }
        if (command == null) {
            throw new Wrong("a message has no command", VALID);
        }
        check();
    }

    private void clear() {
        command = null;
        stream = Utils.DEFAULT_STREAM_ID;
        messageId = null;
        tupleId = JsonValues.NO_TUPLE_ID;
        values = null;
        anchors = null;
        task = 0;
        needTaskIds = true;
        text = "";
        level = INFO;
        name = null;
        params = null;
    }

    private void field(String key, JsonParser parser, JsonToken token) throws IOException, Wrong {
        switch (key) {
            case "command":
                command = known(parser, token, COMMANDS, "command", VALID);
                break;
            case "tuple":
                values = tuple(parser, token);
                break;
            case "id":
                id(parser, token);
                break;
            case "anchors":
                anchors = anchors(parser, token);
                break;
            case "stream":
                if (token != JsonToken.VALUE_NULL) {
                    stream = known(parser, token, streams, "stream", validStreams);
                }
                break;
            case "task":
                task = token == JsonToken.VALUE_NULL ? 0 : task(parser, token);
                break;
            case "need_task_ids":
                needTaskIds = token != JsonToken.VALUE_FALSE;
                require(token == JsonToken.VALUE_NULL || token.isBoolean(), "need_task_ids", "true or false");
                break;
            case "msg":
                text = token == JsonToken.VALUE_NULL ? "" : parser.getText();
                require(token == JsonToken.VALUE_NULL || token == JsonToken.VALUE_STRING, "msg", "a text");
                break;
            case "level":
                level = token == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : level;
                parser.skipChildren();
                break;
            case "name":
                name = token == JsonToken.VALUE_STRING ? parser.getText() : null;
                parser.skipChildren();
                break;
            case "params":
                params = JsonValues.value(parser, token);
                break;
            default:
                parser.skipChildren();
        }
    }

    private static String known(JsonParser parser, JsonToken token, NameTable names, String what, String valid)
        throws IOException, Wrong {
        require(token == JsonToken.VALUE_STRING, what, "a text");
        String found = names.find(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        if (found == null) {
            throw new Wrong("unknown " + what + " '" + parser.getText() + "'", valid);
        }
        return found;
    }

    private List<Object> tuple(JsonParser parser, JsonToken token) throws IOException, Wrong {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        require(token == JsonToken.START_ARRAY, "tuple", "a list of values");
        List<Object> tuple = JsonValues.list(parser, usualSize);
        usualSize = Math.min(Math.max(tuple.size(), 1), 64);
        return tuple;
    }

    /** In a bolt's ack or fail, the id is a tuple's; in a spout's emit, it is any value, and its type is kept. */
    private void id(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
            tupleId = JsonValues.tupleId(parser);
        }
        if (command == null || command.equals("emit")) {
            messageId = JsonValues.value(parser, token);
        } else {
            parser.skipChildren();
        }
    }

    private long[] anchors(JsonParser parser, JsonToken token) throws IOException, Wrong {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.START_ARRAY) { // JsonSerializer accepts a single one, too
            oneAnchor[0] = anchor(parser, token);
            return oneAnchor;
        }
        long[] found = oneAnchor;
        int count = 0;
        for (JsonToken one = parser.nextToken(); one != JsonToken.END_ARRAY; one = parser.nextToken()) {
            if (count == found.length) {
                found = Arrays.copyOf(found, 4 * count);
            }
            found[count++] = anchor(parser, one);
        }
        return count == 0 ? null : count == found.length ? found : Arrays.copyOf(found, count);
    }

    private static long anchor(JsonParser parser, JsonToken token) throws IOException, Wrong {
        require(token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT, "anchor", "a tuple's id");
        long id = JsonValues.tupleId(parser);
        require(id != JsonValues.NO_TUPLE_ID, "anchor", "a tuple's id");
        return id;
    }

    /** Umbrella's workers add 2**32, because stock Storm casts to Long. */
    private static int task(JsonParser parser, JsonToken token) throws IOException, Wrong {
        require(token == JsonToken.VALUE_NUMBER_INT, "task", "a number");
        return (int) parser.getLongValue();
    }

    private void check() throws Wrong {
        switch (command) {
            case "emit":
                require(values != null, "emit", "an emit has a tuple, which is a list of values");
                break;
            case "ack":
            case "fail":
                require(tupleId != JsonValues.NO_TUPLE_ID, "id", "ack and fail have the id of a tuple, as it was given");
                break;
            case "metrics":
                require(name != null && !name.isEmpty(), "metrics", "metrics have a name, which is a text");
                break;
            default:
        }
    }

    private static void require(boolean fulfilled, String what, String valid) throws Wrong {
        if (!fulfilled) {
            throw new Wrong("wrong " + what, valid);
        }
    }

    void handTo(Replies replies) throws BadMessage {
        switch (command) {
            case "emit":
                replies.emit(stream, values, anchors, messageId, task, needTaskIds);
                break;
            case "ack":
                replies.ack(tupleId);
                break;
            case "fail":
                replies.fail(tupleId);
                break;
            case "sync":
                replies.sync();
                break;
            case "log":
                replies.log(level, text);
                break;
            case "error":
                replies.error(text);
                break;
            default:
                replies.metrics(name, params);
        }
    }

    /** A message is malformed. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;
        final String valid;

        Wrong(String what, String valid) {
            super(what);
            this.valid = valid;
        }
    }
}
