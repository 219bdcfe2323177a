package umbrella.storm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values of every type that both wires carry, many of them at an edge. */
final class RandomValues {
    private static final String[] TEXTS = {
        "", "a", "end", "\nend\n", "\"quoted\" \\ / \b\f\n\r\t", "\u0000\u001f\u007f", "Grüße", "日本語", "\ud83d\ude00",
        "\u2028\u2029", "{\"command\":\"sync\"}",
    };
    private static final long[] NUMBERS = {
        0, 1, -1, 31, -32, -33, 127, 128, -128, -129, 255, 256, 65_535, 65_536, -32_768, -32_769, Integer.MAX_VALUE,
        Integer.MIN_VALUE, 1L + Integer.MAX_VALUE, (1L << 32) - 1, 1L << 32, (1L << 53) + 1, Long.MAX_VALUE,
        Long.MIN_VALUE,
    };
    private static final double[] REALS = {
        0.0, -0.0, 0.1, 1.0, -1.5, 0.30000000000000004, 1e16, 1e22, 1e-7, 4.9e-324, Double.MAX_VALUE, 123456789.125,
    };
    private final Random random;

    RandomValues(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    List<Object> tuple() {
        return list(random.nextInt(8), 0);
    }

    Object value(int depth) {
        switch (random.nextInt(depth > 3 ? 6 : 8)) {
            case 0:
                return null;
            case 1:
                return random.nextBoolean();
            case 2:
                return random.nextBoolean() ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
            case 3:
                return real();
            case 4:
                return text();
            case 5:
                return big();
            case 6:
                return list(random.nextInt(5), depth + 1);
            default:
                return map(depth + 1);
        }
    }

    private List<Object> list(int size, int depth) {
        List<Object> values = new ArrayList<>();
        for (int place = 0; place < size; place++) {
            values.add(value(depth));
        }
        return values;
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int left = random.nextInt(5); left > 0; left--) {
            values.put(text(), value(depth));
        }
        return values;
    }

    private BigInteger big() {
        BigInteger beyond = BigInteger.ONE.shiftLeft(63 + random.nextInt(200)).add(new BigInteger(63, random));
        return random.nextBoolean() ? beyond : beyond.negate().subtract(BigInteger.ONE);
    }

    private Object real() {
        double any = Double.longBitsToDouble(random.nextLong());
        boolean edge = random.nextBoolean() || Double.isNaN(any) || Double.isInfinite(any);
        return edge ? REALS[random.nextInt(REALS.length)] : any;
    }

    String text() {
        int kind = random.nextInt(20);
        if (kind < 14) {
            return TEXTS[random.nextInt(TEXTS.length)];
        }
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(kind < 19 ? 40 : 3000); left > 0; left--) {
            text.appendCodePoint(random.nextBoolean() ? ' ' + random.nextInt(90) : 0xe000 + random.nextInt(0x101fff));
        }
        return text.toString();
    }
}
