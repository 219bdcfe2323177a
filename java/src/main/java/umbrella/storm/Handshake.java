package umbrella.storm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.storm.multilang.JsonSerializer;
import org.apache.storm.multilang.NoOutputException;
import org.apache.storm.task.TopologyContext;

/** The first message in each direction, in JSON whatever the codec is: Storm's setup, and the child's pid. */
final class Handshake {
    private static final String END = "\nend\n";
    private static final String ANY_ANSWER = "{\"pid\":0}" + END;
    private static final Pattern PID =
        Pattern.compile("\\s*\\{.*\"pid\"\\s*:\\s*(\\d{1,18})\\b.*}\\s*", Pattern.DOTALL);
    private static final int LONGEST_ANSWER = 1 << 16;
    private static final int SHOWN = 200;

    private final byte[] setup;

    /** Prepares Storm's setup message, with additions for Umbrella's children. */
    Handshake(Map<String, Object> conf, TopologyContext context, Description description) throws IOException {
        String storms = setupOfStorm(conf, context);
        String ours = "\"umbrella\":{\"serializer\":" + quoted(description.serializer) + ",\"streams\":"
            + list(description.streams.keySet()) + ",\"env\":" + object(description.environment(false)) + "},";
        setup = ("{" + ours + storms.substring(1)).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Sends the setup and waits for the pid.
     *
     * @throws IOException the child has ended, or its first output is not a pid
     */
    long shake(OutputStream out, InputStream in) throws IOException {
        out.write(setup);
        out.flush();
        String answer = answer(in);
        Matcher pid = PID.matcher(answer);
        if (!pid.matches()) {
            throw new BadMessage("the first thing that the process wrote is not its pid; given: " + shortened(answer)
                + "; valid: {\"pid\": 1234} and a line \"end\"");
        }
        return Long.parseLong(pid.group(1));
    }

    /** JsonSerializer's own message, because its content differs between versions of Storm. */
    private static String setupOfStorm(Map<String, Object> conf, TopologyContext context) throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        JsonSerializer serializer = new JsonSerializer();
        serializer.initialize(written, new ByteArrayInputStream(ANY_ANSWER.getBytes(StandardCharsets.UTF_8)));
        try {
            serializer.connect(conf, context);
        } catch (NoOutputException e) {
            throw new IOException(e);
        }
        return new String(written.toByteArray(), StandardCharsets.UTF_8);
    }

    /** Reads byte by byte, because what follows belongs to a codec. */
    private static String answer(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (answer.size() < LONGEST_ANSWER) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the process ended before it told its pid"
                    + (answer.size() == 0 ? "" : "; it wrote: " + shortened(text(answer))));
            }
            answer.write(next);
            if (next == '\n' && text(answer).endsWith(END)) {
                String text = text(answer);
                return text.substring(0, text.length() - END.length());
            }
        }
        return text(answer);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static String list(Collection<String> texts) {
        StringBuilder list = new StringBuilder("[");
        for (String text : texts) {
            list.append(list.length() > 1 ? "," : "").append(quoted(text));
        }
        return list.append(']').toString();
    }

    private static String object(Map<String, String> texts) {
        StringBuilder object = new StringBuilder("{");
        texts.forEach((name, value) ->
            object.append(object.length() > 1 ? "," : "").append(quoted(name)).append(':').append(quoted(value)));
        return object.append('}').toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            if (one == '"' || one == '\\' || one < ' ' || one > '~') {
                quoted.append(String.format("\\u%04x", (int) one));
            } else {
                quoted.append(one);
            }
        }
        return quoted.append('"').toString();
    }
}
