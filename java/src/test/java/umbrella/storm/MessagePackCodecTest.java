package umbrella.storm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** The other side is a child as docs/architecture.md describes it; the real one is tested from Python. */
class MessagePackCodecTest {
    private static final List<String> STREAMS = Arrays.asList("default", "other");
    private final MessagePackCodec codec = new MessagePackCodec(STREAMS, Incoming.LARGEST);

    /** The messages of each frame that is unwritten. */
    private List<Object> sent() throws IOException {
        return sent(JsonCodecTest.written(codec));
    }

    private static List<Object> sent(byte[] bytes) throws IOException {
        List<Object> messages = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            byte[] frame = new byte[rest.getInt()];
            rest.get(frame);
            MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(frame);
            MessagePackValues values = new MessagePackValues(unpacker);
            values.startFrame(frame.length);
            messages.addAll(values.list(0));
            assertEquals(frame.length, unpacker.getTotalReadBytes());
        }
        return messages;
    }

    private static Object values(Object message) {
        return ((List<?>) message).get(3);
    }

    /** What a child writes in one frame. */
    private static byte[] frame(Object... messages) throws IOException {
        MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
        MessagePackWriter writer = new MessagePackWriter(packer);
        for (Object message : messages) {
            writer.value(message);
        }
        return framed(packer.toByteArray());
    }

    private static byte[] framed(byte[] content) {
        return ByteBuffer.allocate(4 + content.length).putInt(content.length).put(content).array();
    }

    private static List<Object> message(Object... parts) {
        return Arrays.asList(parts);
    }

    private static Heard heard(byte[] bytes, int most) throws IOException {
        Heard heard = new Heard();
        InputStream in = new Trickle(bytes, most);
        MessagePackCodec fresh = new MessagePackCodec(STREAMS, Incoming.LARGEST);
        while (in.available() > 0) {
            fresh.read(in, heard);
        }
        return heard;
    }

    @Test
    void tuplesArriveAndTheirSourcesAreSaidOnce() throws IOException {
        RandomValues random = new RandomValues(4);
        List<Object> expected = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long id = 0; id < 300; id++) {
            List<Object> tuple = random.tuple();
            int task = random.below(100);
            String source = "component" + task % 3 + " " + task;
            if (!sources.contains(source)) {
                expected.add(message(1L, (long) sources.size(), source, "default", (long) task));
                sources.add(source);
            }
            expected.add(message(0L, id, (long) sources.indexOf(source), tuple));
            codec.tuple(id, Tuples.of(source, task, "default", tuple.toArray()));
            if (random.below(9) == 0) {
                out.write(JsonCodecTest.written(codec));
            }
        }
        out.write(JsonCodecTest.written(codec));
        List<Object> sent = sent(out.toByteArray());
        assertEquals(expected.size(), sent.size());
        for (int place = 0; place < sent.size(); place++) {
            assertEquals(Typed.sorted(expected.get(place)), Typed.sorted(sent.get(place)));
        }
    }

    @Test
    void valuesOfJavaComponentsAreWhatTheyAreInJson() throws IOException {
        codec.tuple(7, Tuples.of(new Object[] {1, (short) 2, (byte) -3, 4.5f, 0.1f}, new int[] {1, 2},
            new double[] {0.5}, new String[] {"a", null}, Collections.singleton('x'), TimeUnit.SECONDS,
            new BigDecimal("1.10"), new BigDecimal("1E+3"), new BigDecimal("12"), BigInteger.TEN,
            Collections.singletonMap(5, null), Double.NaN));
        assertEquals(Typed.shown(message(message(1L, 2L, -3L, 4.5, 0.1), message(1L, 2L), message(0.5),
            message("a", null), message("x"), "SECONDS", 1.1, 1000.0, 12L, 10L, Collections.singletonMap("5", null),
            Double.NaN)).replace("SingletonMap", "LinkedHashMap").replace("ArrayList", "List"),
            Typed.shown(values(sent().get(1))).replace("ArrayList", "List"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 511, 512, 65_535, 65_536, 200_000})
    void bytesAndTextsOfAnyLengthArrive(int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        String text = new String(new char[length]).replace('\0', '\u00e9');
        codec.tuple(1, Tuples.of("before"));
        codec.tuple(2, Tuples.of(bytes, text, ByteBuffer.wrap(bytes)));
        codec.tuple(3, Tuples.of("after"));
        List<?> tuple = (List<?>) values(sent().get(2));
        assertArrayEquals(bytes, (byte[]) tuple.get(0));
        assertEquals(text, tuple.get(1));
        assertArrayEquals(bytes, (byte[]) tuple.get(2));
        Heard heard = heard(frame(message(4, 0, message(bytes, text), null, 0, false)), 1 << 20);
        assertArrayEquals(bytes, (byte[]) heard.tuples.get(0).get(0));
        assertEquals(text, heard.tuples.get(0).get(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 600, 100_000})
    void halfOfASurrogatePairIsAQuestionMark(int length) throws IOException {
        String filler = new String(new char[length]).replace('\0', 'x');
        codec.tuple(1, Tuples.of(filler + "\ud800" + filler));
        assertEquals(message(filler + "?" + filler), values(sent().get(1)));
    }

    @Test
    void aValueThatCannotBeSentIsNamedAndLeavesNothingBehind() throws IOException {
        codec.tuple(1, Tuples.of("first"));
        int size = codec.size();
        BadValue bad = assertThrows(BadValue.class,
            () -> codec.tuple(2, Tuples.of(new byte[100_000], Arrays.asList(1, new Object()))));
        assertTrue(bad.getMessage().startsWith("field 'b' of a tuple from 'source', stream 'default', cannot be sent"),
            bad.getMessage());
        assertEquals(size, codec.size());
        codec.tuple(3, Tuples.of("last"));
        List<Object> messages = sent();
        assertEquals(3, messages.size());
        assertEquals(message("last"), values(messages.get(2)));
    }

    @Test
    void commandsAreThoseOfTheTable() throws IOException {
        codec.activate();
        codec.next();
        codec.ack("a");
        codec.ack(5L);
        codec.fail(6L);
        codec.ack(message("b", 1L));
        codec.next();
        codec.taskIds(Arrays.asList(4, 5));
        codec.heartbeat();
        codec.deactivate();
        codec.fail("c");
        codec.logLevel("DEBUG");
        assertEquals(Typed.sorted(message(message(7L), message(4L), message(5L, message("a", 5L)),
            message(6L, message(6L)), message(5L, message(message("b", 1L))), message(4L),
            message(3L, message(4L, 5L)), message(2L), message(8L), message(6L, message("c")), message(9L, "DEBUG"))), Typed.sorted(sent()));
        assertEquals(0, codec.size());
        assertEquals(null, codec.take());
    }

    @Test
    void thousandsOfAcksAreOneMessage() throws IOException {
        List<Object> ids = new ArrayList<>();
        for (long id = 0; id < 5000; id++) {
            codec.ack(id);
            ids.add(id);
        }
        assertTrue(codec.size() >= 5000);
        assertEquals(message(message(5L, ids)), sent());
    }

    @Test
    void messagesAreUnderstood() throws IOException {
        BigInteger big = BigInteger.ONE.shiftLeft(70);
        BigInteger unsigned = BigInteger.ONE.shiftLeft(63);
        Heard heard = heard(frame(message(0, 5), message(1, 6), message(2, 1, message(1, 2.5), message(7, 8), 0, true),
            message(2, 0, message(), null, 4, false), message(2, 0, message(), message(), 0, false),
            message(3, 9, 0, message("x", big, unsigned)), message(4, 0, message(true), "id", 3, false), message(5),
            message(6, 4, "hi"), message(7, "oh"), message(8, Collections.singletonMap("counters", null)), message(9),
            message(10, 1, message(message(1), message(2)), message(7)),
            message(11, 0, message(message("a"), message("b")), message(1, "2")),
            message(11, 0, message(message("c")), null)), 1 << 20);
        assertEquals(Arrays.asList("ack 5", "fail 6", "emit other ArrayList[Long(1)Double(2.5)] [7, 8] null 0 true",
            "emit default ArrayList[] null null 4 false", "emit default ArrayList[] null null 0 false",
            "emit and ack 9 default ArrayList[String(x)BigInteger(" + big + ")BigInteger(" + unsigned + ")]",
            "emit default ArrayList[Boolean(true)] null String(id) 3 false", "sync", "log 4 hi", "error oh",
            "metrics umbrella LinkedHashMap{String(counters)=null}", "alive",
            "emit other ArrayList[Long(1)] [7] null 0 false", "emit other ArrayList[Long(2)] [7] null 0 false",
            "emit default ArrayList[String(a)] null Long(1) 0 false",
            "emit default ArrayList[String(b)] null String(2) 0 false",
            "emit default ArrayList[String(c)] null null 0 false"), heard.lines);
    }

    @Test
    void repliesAreTheSameHoweverTheBytesAreCut() throws IOException {
        RandomValues random = new RandomValues(5);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int left = 100; left > 0; left--) {
            List<Object> messages = new ArrayList<>();
            for (int more = random.below(5); more >= 0; more--) {
                List<Object> tuple = random.tuple();
                expected.add(Typed.shown(tuple));
                messages.add(message(3, 1, 0, tuple));
            }
            out.write(frame(messages.toArray()));
        }
        Heard whole = heard(out.toByteArray(), 1 << 20);
        List<String> tuples = new ArrayList<>();
        whole.tuples.forEach(one -> tuples.add(Typed.shown(one)));
        assertEquals(expected, tuples);
        for (int most : new int[] {1, 2, 3, 7, 1000, 70_000}) {
            assertEquals(whole.lines, heard(out.toByteArray(), most).lines);
        }
    }

    @Test
    void whatIsNoMessageIsShown() throws IOException {
        shown(frame("hello"), "not a message: Expected Array, but got String");
        shown(frame(message()), "not a message: kind -1 in an array of 0; given: \\x90; valid: an array of a kind");
        shown(frame(message(12)), "not a message: kind 12 in an array of 1");
        shown(frame(message(0)), "not a message: kind 0 in an array of 1");
        shown(frame(message(0, "x")), "not a message: Expected Integer, but got String");
        shown(frame(message(3, 1, 2, message())), "not a message: stream 2 of 2");
        shown(frame(message(3, 1, -1, message())), "not a message: stream -1 of 2");
        shown(frame(message(11, 0, message(message(1)), message())), "not a message: 1 tuples with 0 ids");
        shown(frame(message(11, 0, message(1), null)), "not a message: something that is no list");
        shown(frame(message(8, 5)), "not a message: metrics that are no map");
        shown(framed(new byte[] {(byte) 0x94, 3, 1, 0, (byte) 0xdd, 0x7f, 0, 0, 0}),
            "not a message: something of 2130706432 parts or bytes, but the frame ends before");
        shown(framed(new byte[] {(byte) 0x94, 3, 1, 0, (byte) 0x91, (byte) 0xd4, 5, 0}),
            "not a message: extension type 5 of 1 bytes");
        shown(framed(new byte[] {(byte) 0x94, 3, 1}), "not a message: ");
        shown("{\"command\":\"sync\"}\nend\n".getBytes(),
            "a frame says that it has 2065851247 bytes; given: {\"command\":\"sync\"}\\x0aend\\x0a; valid: 4 bytes");
    }

    private static void shown(byte[] bytes, String expected) {
        BadMessage bad = assertThrows(BadMessage.class, () -> heard(bytes, 1 << 20));
        assertTrue(bad.getMessage().startsWith(expected), bad.getMessage());
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        byte[] content = new byte[5000];
        Arrays.fill(content, (byte) 0x91);
        content[0] = (byte) 0x94;
        content[1] = 3;
        content[2] = 0;
        content[3] = 0;
        shown(framed(content), "not a message: nested more than 1000 deep");
    }

    @Test
    void theEndOfTheOutputShowsWhatHadCome() {
        EOFException end = assertThrows(EOFException.class, () -> {
            InputStream in = new Trickle(new byte[] {0, 0, 0, 9, (byte) 0x91, 5}, 100);
            while (true) {
                codec.read(in, new Heard());
            }
        });
        assertEquals("its output ended within a message: \\x00\\x00\\x00\\x09\\x91\\x05", end.getMessage());
    }

    @Test
    void noiseIsAMessageOrABadMessage() throws IOException {
        Random random = new Random(6);
        byte[] good = frame(message(4, 0, message(1, 2.5, "\u00e9", null, Collections.singletonMap("a", message(true))),
            "id", 0, false), message(5));
        int refused = 0;
        for (int left = 20_000; left > 0; left--) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[4 + random.nextInt(bytes.length - 4)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                heard(bytes, 1 << 16);
            } catch (BadMessage bad) {
                refused++;
            }
        }
        assertTrue(refused > 5000, "refused " + refused);
    }
}
