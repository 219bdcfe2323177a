package umbrella.storm;

import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import org.apache.storm.tuple.Tuple;

/**
 * Converts the values of a tuple, which any JVM component may have created, into what every wire can encode.
 *
 * <p>Like Storm's JsonSerializer, except for what that one loses or crashes on: byte arrays, characters, and objects
 * whose class does not override toString, which are refused.
 */
abstract class ValueWriter {
    private static final int DEEPEST = 500;
    private final Map<Class<?>, Boolean> shownAsText = new HashMap<>();
    private int depth;

    abstract void nothing() throws IOException;

    abstract void truth(boolean value) throws IOException;

    abstract void integer(long value) throws IOException;

    abstract void integer(BigInteger value) throws IOException;

    abstract void real(double value) throws IOException;

    abstract void decimal(BigDecimal value) throws IOException;

    abstract void text(String value) throws IOException;

    abstract void bytes(byte[] value) throws IOException;

    abstract void startList(int size) throws IOException;

    abstract void endList() throws IOException;

    abstract void startMap(int size) throws IOException;

    abstract void key(String key) throws IOException;

    abstract void endMap() throws IOException;

    /** Writes the values of a tuple as a list. */
    final void values(Tuple tuple) throws IOException {
        depth = 0;
        int place = 0;
        try {
            List<Object> values = tuple.getValues();
            int size = values.size();
            startList(size);
            for (; place < size; place++) {
                value(values.get(place));
            }
            endList();
        } catch (BadValue | ConcurrentModification reason) {
            throw bad(tuple, place, reason.getMessage());
        } catch (RuntimeException reason) {
            throw bad(tuple, place, "raised " + reason + " while it was being written");
        }
    }

    final void value(Object value) throws IOException {
        if (value instanceof String) {
            text((String) value);
        } else if (value instanceof Long || value instanceof Integer) {
            integer(((Number) value).longValue());
        } else if (value instanceof Double) {
            real((Double) value);
        } else if (value == null) {
            nothing();
        } else if (value instanceof Boolean) {
            truth((Boolean) value);
        } else if (value instanceof Collection || value instanceof Map) {
            nested(value);
        } else {
            other(value);
        }
    }

    private void nested(Object value) throws IOException {
        if (++depth > DEEPEST) {
            throw new BadValue("is nested more than " + DEEPEST + " deep");
        }
        if (value instanceof Map) {
            map((Map<?, ?>) value);
        } else if (value instanceof List && value instanceof RandomAccess) {
            list((List<?>) value);
        } else {
            collection((Collection<?>) value);
        }
        depth--;
    }

    private void list(List<?> values) throws IOException {
        int size = values.size();
        startList(size);
        for (int place = 0; place < size; place++) {
            value(values.get(place));
        }
        endList();
    }

    private void collection(Collection<?> values) throws IOException {
        int left = values.size();
        startList(left);
        for (Object value : values) {
            left--;
            value(value);
        }
        checkSize(left);
        endList();
    }

    private void map(Map<?, ?> values) throws IOException {
        int left = values.size();
        boolean texts = true;
        startMap(left);
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            left--;
            Object key = entry.getKey();
            texts &= key instanceof String;
            key(String.valueOf(key));
            value(entry.getValue());
        }
        checkSize(left);
        if (!texts) {
            checkKeys(values);
        }
        endMap();
    }

    /** Refuses a map that would lose entries in Python, where keys are texts. */
    private static void checkKeys(Map<?, ?> values) {
        Map<String, Object> seen = new HashMap<>();
        for (Object key : values.keySet()) {
            Object other = seen.put(String.valueOf(key), key == null ? "" : key);
            if (other != null) {
                throw new BadValue("has a map with two keys that are the same text: " + key);
            }
        }
    }

    private static void checkSize(int left) {
        if (left != 0) {
            throw new ConcurrentModification();
        }
    }

    private void other(Object value) throws IOException {
        if (value instanceof Number) {
            number((Number) value);
        } else if (value instanceof byte[]) {
            bytes((byte[]) value);
        } else if (value instanceof CharSequence || value instanceof Character) {
            text(value.toString());
        } else if (value instanceof Enum) {
            text(((Enum<?>) value).name());
        } else if (value.getClass().isArray()) {
            nested(elements(value));
        } else if (value instanceof Iterable) {
            nested(elements(((Iterable<?>) value).iterator()));
        } else if (value instanceof ByteBuffer) {
            bytes(bytesOf((ByteBuffer) value));
        } else if (value instanceof Optional) {
            value(((Optional<?>) value).orElse(null));
        } else if (shownAsText.computeIfAbsent(value.getClass(), ValueWriter::saysHow)) {
            text(value.toString());
        } else {
            throw new BadValue("is a " + value.getClass().getName() + ", which no wire to a child has a form for");
        }
    }

    private void number(Number value) throws IOException {
        if (value instanceof BigInteger) {
            integer((BigInteger) value);
        } else if (value instanceof Float) {
            real(Double.parseDouble(value.toString())); // 0.1f is 0.1, as in JSON
        } else if (value instanceof BigDecimal) {
            decimal((BigDecimal) value);
        } else if (value instanceof Short || value instanceof Byte || isWhole(value)) {
            integer(value.longValue());
        } else {
            real(value.doubleValue());
        }
    }

    private static boolean isWhole(Number value) { // AtomicLong, LongAdder and the like
        String text = value.toString();
        int sign = text.startsWith("-") ? 1 : 0;
        return text.length() > sign && text.length() < 19 && text.chars().skip(sign).allMatch(Character::isDigit);
    }

    private static List<Object> elements(Object array) {
        int length = Array.getLength(array);
        List<Object> elements = new ArrayList<>(length);
        for (int place = 0; place < length; place++) {
            elements.add(Array.get(array, place));
        }
        return elements;
    }

    private static List<Object> elements(Iterator<?> iterator) {
        List<Object> elements = new ArrayList<>();
        iterator.forEachRemaining(elements::add);
        return elements;
    }

    private static byte[] bytesOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** Whether a class overrides toString; Object's says nothing about the value. */
    private static boolean saysHow(Class<?> one) {
        try {
            return one.getMethod("toString").getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException impossible) {
            return false;
        }
    }

    private static BadValue bad(Tuple tuple, int place, String reason) {
        String field = "value " + place;
        try {
            field = "field '" + tuple.getFields().get(place) + "'";
        } catch (RuntimeException ignored) {
            // more values than fields, or a stream that is not declared
        }
        return new BadValue(field + " of a tuple from '" + tuple.getSourceComponent() + "', stream '"
            + tuple.getSourceStreamId() + "', cannot be sent to a child process: it " + reason
            + "; valid: null, Boolean, numbers, text, byte[], enums, arrays, collections and maps of these,"
            + " and classes with a toString of their own; try to emit one of those");
    }

    /** A collection grew or shrank while it was written. */
    private static final class ConcurrentModification extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConcurrentModification() {
            super("was changed while it was being written");
        }
    }
}
