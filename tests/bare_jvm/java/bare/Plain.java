package bare;

import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Values of tuples: as JSON may say them, the classes they are of, whether they are equal. */
final class Plain {
    private Plain() {
    }

    /** The value with {"base64": text} in place of a byte array, which JSON has no word for. */
    static Object json(Object value) {
        if (value instanceof byte[]) {
            return Map.of("base64", Base64.getEncoder().encodeToString((byte[]) value));
        }
        if (value instanceof Map) {
            Map<Object, Object> shown = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((key, one) -> shown.put(key, json(one)));
            return shown;
        }
        if (value instanceof Collection) {
            return Arrays.asList(((Collection<?>) value).stream().map(Plain::json).toArray());
        }
        return value;
    }

    /** "Long"; "ArrayList[Long, null]" for a list; "LinkedHashMap[Double]" for a map with such values. */
    static String type(Object value) {
        if (value == null) {
            return "null";
        }
        String name = value.getClass().getSimpleName();
        Collection<?> inner = value instanceof Map ? ((Map<?, ?>) value).values()
            : value instanceof Collection ? (Collection<?>) value : null;
        return inner == null ? name : name + inner.stream().map(Plain::type).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Whether two values are equal, byte arrays by what is in them. */
    static boolean equal(Object one, Object other) {
        if (one instanceof List && other instanceof List) {
            Iterator<?> others = ((List<?>) other).iterator();
            return ((List<?>) one).size() == ((List<?>) other).size()
                && ((List<?>) one).stream().allMatch(item -> equal(item, others.next()));
        }
        if (one instanceof Map && other instanceof Map) {
            Map<?, ?> others = (Map<?, ?>) other;
            return ((Map<?, ?>) one).keySet().equals(others.keySet())
                && ((Map<?, ?>) one).entrySet().stream().allMatch(item -> equal(item.getValue(), others.get(item.getKey())));
        }
        return one instanceof byte[] && other instanceof byte[] ? Arrays.equals((byte[]) one, (byte[]) other)
            : one == null ? other == null : one.equals(other);
    }
}
