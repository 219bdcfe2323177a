package umbrella.storm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.storm.multilang.BoltMsg;
import org.apache.storm.multilang.JsonSerializer;
import org.apache.storm.multilang.SpoutMsg;
import org.apache.storm.shade.net.minidev.json.JSONValue;
import org.apache.storm.tuple.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of what is written is Storm's own JsonSerializer. */
class JsonCodecTest {
    private static final List<String> STREAMS = Arrays.asList("default", "other");
    private final JsonCodec codec = new JsonCodec(STREAMS, Incoming.LARGEST);

    static byte[] written(Codec codec) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Codec.Outgoing taken = codec.take();
        if (taken != null) {
            taken.writeTo(out);
        }
        return out.toByteArray();
    }

    private static List<Object> parsed(byte[] frames) throws IOException {
        List<Object> messages = new ArrayList<>();
        JsonFactory factory = JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
        for (String text : new String(frames, UTF_8).split("\nend\n")) {
            JsonParser parser = factory.createParser(text);
            messages.add(JsonValues.value(parser, parser.nextToken()));
            assertEquals(null, parser.nextToken(), text);
        }
        return messages;
    }

    private static Map<?, ?> byStorm(long id, Tuple tuple) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonSerializer storm = new JsonSerializer();
        storm.initialize(out, new ByteArrayInputStream(new byte[0]));
        BoltMsg message = new BoltMsg();
        message.setId(Long.toString(id));
        message.setComp(tuple.getSourceComponent());
        message.setStream(tuple.getSourceStreamId());
        message.setTask(tuple.getSourceTask());
        message.setTuple(tuple.getValues());
        storm.writeBoltMsg(message);
        return (Map<?, ?>) parsed(out.toByteArray()).get(0);
    }

    private List<Object> read(byte[] bytes, int most) throws IOException {
        return new ArrayList<>(heard(bytes, most).lines);
    }

    private Heard heard(byte[] bytes, int most) throws IOException {
        Heard heard = new Heard();
        InputStream in = new Trickle(bytes, most);
        JsonCodec fresh = new JsonCodec(STREAMS, Incoming.LARGEST);
        while (in.available() > 0) {
            fresh.read(in, heard);
        }
        return heard;
    }

    private Heard heard(String... messages) throws IOException {
        return heard((String.join("\nend\n", messages) + "\nend\n").getBytes(UTF_8), 1 << 20);
    }

    @Test
    void tuplesAreWhatJsonSerializerWrites() throws IOException {
        List<Tuple> tuples = new ArrayList<>();
        RandomValues random = new RandomValues(1);
        for (int left = 300; left > 0; left--) {
            int task = random.below(200);
            tuples.add(Tuples.of("component" + task % 3, task, "stream\"" + random.below(3),
                random.tuple().toArray()));
        }
        List<Map<?, ?>> expected = new ArrayList<>();
        for (int id = 0; id < tuples.size(); id++) {
            codec.tuple(id, tuples.get(id));
            expected.add(byStorm(id, tuples.get(id)));
        }
        List<Object> messages = parsed(written(codec));
        assertEquals(expected.size(), messages.size());
        for (int id = 0; id < messages.size(); id++) {
            assertEquals(Typed.sorted(expected.get(id)), Typed.sorted(messages.get(id)));
        }
    }

    @Test
    void valuesOfJavaComponentsAreWhatJsonSerializerWrites() throws IOException {
        Tuple tuple = Tuples.of(new Object[] {1, (short) 2, (byte) -3, 4.5f, 0.1f}, new int[] {1, 2},
            new double[] {0.5}, new String[] {"a", null}, new TreeSet<>(Arrays.asList(3, 1, 2)), TimeUnit.SECONDS,
            new BigDecimal("1.10"), new BigDecimal("1E+3"), BigInteger.TEN, new Date(0),
            Collections.singletonMap(5, null), Double.NaN);
        codec.tuple(7, tuple);
        assertEquals(Typed.sorted(byStorm(7, tuple)), Typed.sorted(parsed(written(codec)).get(0)));
    }

    @Test
    void aMapWithTwoKeysThatAreTheSameTextIsRefused() {
        Map<Object, Object> map = new HashMap<>();
        map.put(1, "a number");
        map.put("1", "a text");
        BadValue refused = assertThrows(BadValue.class, () -> codec.tuple(9, Tuples.of(map)));
        assertTrue(refused.getMessage().contains("has a map with two keys that are the same text: 1"), refused.getMessage());
    }

    @Test
    void infinitiesWhichJsonSerializerMakesNullAreWritten() throws IOException {
        codec.tuple(8, Tuples.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY));
        String text = new String(written(codec), UTF_8);
        assertTrue(text.contains("[Infinity,-Infinity,Infinity]"), text);
    }

    @Test
    void whatJsonSerializerLosesOrDiesOfIsWritten() throws IOException {
        codec.tuple(1, Tuples.of(new byte[] {-1, 0, 127}, 'x', new StringBuilder("text"), new char[] {'a'},
            java.util.Optional.of(5), java.util.UUID.fromString("00000000-0000-0001-0000-000000000002"),
            java.time.Instant.EPOCH, new java.util.concurrent.atomic.AtomicLong(-6)));
        Map<?, ?> message = (Map<?, ?>) parsed(written(codec)).get(0);
        assertEquals(Arrays.asList(Arrays.asList(-1L, 0L, 127L), "x", "text", Arrays.asList("a"), 5L,
            "00000000-0000-0001-0000-000000000002", "1970-01-01T00:00:00Z", -6L), message.get("tuple"));
    }

    @Test
    void halfOfASurrogatePairIsEscaped() throws IOException {
        List<Object> values = Arrays.asList("a\ud800b", Collections.singletonMap("\udc00", "\ud83d\ude00"));
        codec.tuple(1, Tuples.of(values.toArray()));
        assertEquals(values, ((Map<?, ?>) parsed(written(codec)).get(0)).get("tuple"));
    }

    @Test
    void aValueThatCannotBeSentIsNamedAndLeavesNothingBehind() throws IOException {
        codec.tuple(1, Tuples.of("first"));
        int size = codec.size();
        BadValue bad = assertThrows(BadValue.class,
            () -> codec.tuple(2, Tuples.of("x", Arrays.asList(1, new Object()))));
        assertTrue(bad.getMessage().startsWith("field 'b' of a tuple from 'source', stream 'default', cannot be sent to a "
            + "child process: it is a java.lang.Object, which no wire to a child has a form for; valid: "), bad.getMessage());
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        bad = assertThrows(BadValue.class, () -> codec.tuple(3, Tuples.of(loop)));
        assertTrue(bad.getMessage().contains("nested more than 500 deep"), bad.getMessage());
        assertEquals(size, codec.size());
        codec.tuple(4, Tuples.of("last"));
        assertEquals(2, parsed(written(codec)).size());
    }

    @Test
    void commandsAreWhatJsonSerializerWrites() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonSerializer storm = new JsonSerializer();
        storm.initialize(out, new ByteArrayInputStream(new byte[0]));
        Object[][] commands = {
            {"activate", ""}, {"next", ""}, {"ack", "text"}, {"fail", 5L}, {"ack", Arrays.asList("a", 1L)},
            {"deactivate", ""},
        };
        for (Object[] command : commands) {
            SpoutMsg message = new SpoutMsg();
            message.setCommand((String) command[0]);
            message.setId(command[1]);
            storm.writeSpoutMsg(message);
        }
        storm.writeTaskIds(Arrays.asList(4, 5));
        storm.writeTaskIds(Collections.emptyList());
        codec.activate();
        codec.next();
        codec.ack("text");
        codec.fail(5L);
        codec.ack(Arrays.asList("a", 1L));
        codec.deactivate();
        codec.taskIds(Arrays.asList(4, 5));
        codec.taskIds(Collections.emptyList());
        assertEquals(Typed.sorted(parsed(out.toByteArray())), Typed.sorted(parsed(written(codec))));
    }

    @Test
    void aLogLevelIsACommandOfOurOwn() throws IOException {
        codec.logLevel("DEBUG");
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("command", "log_level");
        expected.put("level", "DEBUG");
        assertEquals(Collections.singletonList(expected), parsed(written(codec)));
    }

    @Test
    void aHeartbeatIsShellBolts() throws IOException {
        codec.heartbeat();
        codec.heartbeat();
        List<Object> messages = parsed(written(codec));
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("id", "-2");
        expected.put("comp", null);
        expected.put("stream", "__heartbeat");
        expected.put("task", -1L);
        expected.put("tuple", Collections.emptyList());
        assertEquals(expected, messages.get(1));
    }

    @Test
    void whatIsTakenIsNotTouchedByWhatFollows() throws IOException {
        codec.tuple(1, Tuples.of("first"));
        Codec.Outgoing first = codec.take();
        codec.tuple(2, Tuples.of("second"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        first.writeTo(out);
        codec.take().writeTo(out);
        assertEquals(2, parsed(out.toByteArray()).size());
        assertEquals(0, codec.size());
        assertEquals(null, codec.take());
    }

    @Test
    void repliesAreTheSameHoweverTheBytesAreCut() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RandomValues random = new RandomValues(2);
        List<String> expected = new ArrayList<>();
        for (int left = 200; left > 0; left--) {
            List<Object> tuple = random.tuple();
            expected.add(Typed.shown(tuple));
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("command", "emit");
            message.put("tuple", tuple);
            out.write((JSONValue.toJSONString(message) + (left % 7 == 0 ? "\r\nend\r\n" : "\nend\n")).getBytes(UTF_8));
        }
        Heard whole = heard(out.toByteArray(), 1 << 20);
        List<String> tuples = new ArrayList<>();
        whole.tuples.forEach(one -> tuples.add(Typed.shown(one)));
        assertEquals(expected, tuples);
        for (int most : new int[] {1, 2, 3, 7, 1000, 70_000}) {
            assertEquals(whole.lines, read(out.toByteArray(), most));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"command\":\"emit\",\"tuple\":[]}|emit default ArrayList[] null null 0 true",
        "{\"command\":\"emit\",\"tuple\":[1],\"need_task_ids\":false,\"stream\":\"other\"}|emit other ArrayList[Long(1)] null null 0 false",
        "{\"tuple\":[1],\"anchors\":[\"7\",8,\"9\"],\"command\":\"emit\"}|emit default ArrayList[Long(1)] [7, 8, 9] null 0 true",
        "{\"tuple\":[],\"anchors\":\"7\",\"command\":\"emit\"}|emit default ArrayList[] [7] null 0 true",
        "{\"tuple\":[],\"anchors\":[],\"command\":\"emit\",\"task\":null}|emit default ArrayList[] null null 0 true",
        "{\"tuple\":[],\"task\":4294967303,\"command\":\"emit\"}|emit default ArrayList[] null null 7 true",
        "{\"tuple\":[],\"task\":7,\"command\":\"emit\",\"id\":\"12\"}|emit default ArrayList[] null String(12) 7 true",
        "{\"id\":12,\"command\":\"emit\",\"tuple\":[]}|emit default ArrayList[] null Long(12) 0 true",
        "{\"id\":[\"a\",1.0],\"command\":\"emit\",\"tuple\":[]}|emit default ArrayList[] null ArrayList[String(a)Double(1.0)] 0 true",
        "{\"command\":\"emit\",\"tuple\":[NaN,-Infinity,1e400]}|emit default ArrayList[Double(NaN)Double(-Infinity)Double(Infinity)] null null 0 true",
        "{\"command\":\"ack\",\"id\":\"123456789012345678\"}|ack 123456789012345678",
        "{\"id\":\"0\",\"command\":\"ack\"}|ack 0",
        "{\"id\":5,\"command\":\"fail\"}|fail 5",
        "{\"command\":\"sync\",\"unknown\":{\"a\":[1]}}|sync",
        "{\"command\":\"log\",\"msg\":\"hi\"}|log 2 hi",
        "{\"command\":\"log\",\"msg\":\"hi\",\"level\":4}|log 4 hi",
        "{\"command\":\"log\",\"msg\":\"hi\",\"level\":\"high\"}|log 2 hi",
        "{\"command\":\"error\",\"msg\":\"oh\"}|error oh",
        "{\"command\":\"metrics\",\"name\":\"n\",\"params\":{\"a\":1}}|metrics n LinkedHashMap{String(a)=Long(1)}",
    })
    void messagesAreUnderstood(String message, String expected) throws IOException {
        assertEquals(Arrays.asList(expected, "sync"), heard("\n " + message + " ", "{\"command\":\"sync\"}").lines);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "hello|not a JSON message: Unrecognized token 'hello'",
        "[1]|a message is a JSON object",
        "{\"tuple\":[]}|a message has no command",
        "{\"command\":\"emitt\",\"tuple\":[]}|unknown command 'emitt'",
        "{\"command\":7}|wrong command",
        "{\"command\":\"emit\"}|wrong emit",
        "{\"command\":\"emit\",\"tuple\":{}}|wrong tuple",
        "{\"command\":\"emit\",\"tuple\":[],\"stream\":\"no\"}|unknown stream 'no'; given: {\"command\"",
        "{\"command\":\"emit\",\"tuple\":[],\"anchors\":[\"x\"]}|wrong anchor",
        "{\"command\":\"emit\",\"tuple\":[],\"anchors\":[-1]}|wrong anchor",
        "{\"command\":\"emit\",\"tuple\":[],\"task\":\"7\"}|wrong task",
        "{\"command\":\"emit\",\"tuple\":[],\"need_task_ids\":\"yes\"}|wrong need_task_ids",
        "{\"command\":\"ack\"}|wrong id",
        "{\"command\":\"ack\",\"id\":\"x\"}|wrong id",
        "{\"command\":\"log\",\"msg\":5}|wrong msg",
        "{\"command\":\"metrics\",\"params\":5}|wrong metrics",
        "{\"command\":\"sync\"} {\"command\":\"sync\"}|something follows a message before the line 'end'",
        "{\"command\":\"emit\",\"tuple\":[1,]}|not a JSON message",
        "{\"command\":\"emit\",\"tuple\":[1]|not a JSON message",
    })
    void whatIsNoMessageIsShown(String message, String expected) {
        BadMessage bad = assertThrows(BadMessage.class, () -> heard("{\"command\":\"sync\"}", message));
        assertTrue(bad.getMessage().startsWith(expected), bad.getMessage());
        assertTrue(bad.getMessage().contains("given: " + message), bad.getMessage());
        assertTrue(bad.getMessage().contains("; valid: "), bad.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7999, 8000, 8001, 100_000, 5_000_000})
    void longTextsArrive(int length) throws IOException {
        String text = new String(new char[length]).replace('\0', 'x');
        Heard heard = heard("{\"command\":\"emit\",\"tuple\":[\"" + text + "\"]}", "{\"command\":\"sync\"}");
        assertEquals(Arrays.asList(text), heard.tuples.get(0));
        codec.tuple(1, Tuples.of(text));
        assertEquals(Arrays.asList(text), ((Map<?, ?>) parsed(written(codec)).get(0)).get("tuple"));
    }

    @Test
    void aMessageWithoutAnEndIsRefusedWhenItIsTooLong() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] target, int from, int length) {
                Arrays.fill(target, from, from + length, (byte) 'x');
                return length;
            }
        };
        BadMessage bad = assertThrows(BadMessage.class, () -> {
            while (true) {
                codec.read(endless, new Heard());
            }
        });
        assertTrue(bad.getMessage().startsWith("a message is longer than 67108864 bytes; given: xxxx"), bad.getMessage());
    }

    @Test
    void theEndOfTheOutputShowsWhatHadCome() {
        EOFException end = assertThrows(EOFException.class, () -> {
            InputStream in = new Trickle("{\"command\":\"sync\"}\nend\n{\"comm".getBytes(UTF_8), 100);
            while (true) {
                codec.read(in, new Heard());
            }
        });
        assertEquals("its output ended within a message: {\"comm", end.getMessage());
    }

    @Test
    void noiseIsAMessageOrABadMessage() throws IOException {
        Random random = new Random(3);
        byte[] good = "{\"command\":\"emit\",\"tuple\":[1,2.5,\"é\",null,{\"a\":[true]}],\"anchors\":[\"5\"]}\nend\n".getBytes(UTF_8);
        int refused = 0;
        for (int left = 5000; left > 0; left--) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                heard(bytes, 1 << 16);
            } catch (BadMessage bad) {
                refused++;
            }
        }
        assertTrue(refused > 2000, "refused " + refused);
    }
}
