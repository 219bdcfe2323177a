package umbrella.storm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Shows values with their classes, so that 1L and 1 are not the same. */
final class Typed {
    private Typed() {
    }

    static String shown(Object value) {
        StringBuilder text = new StringBuilder();
        show(value, text);
        return text.toString();
    }

    /** The same for maps whose order says nothing. */
    static String sorted(Object value) {
        return shown(inOrder(value));
    }

    private static Object inOrder(Object value) {
        if (value instanceof List) {
            List<Object> values = new ArrayList<>();
            ((List<?>) value).forEach(one -> values.add(inOrder(one)));
            return values;
        }
        if (value instanceof Map) {
            Map<String, Object> values = new TreeMap<>();
            ((Map<?, ?>) value).forEach((key, one) -> values.put((String) key, inOrder(one)));
            return values;
        }
        return value;
    }

    private static void show(Object value, StringBuilder text) {
        if (value == null) {
            text.append("null");
        } else if (value instanceof List) {
            text.append(value.getClass().getSimpleName()).append('[');
            ((List<?>) value).forEach(one -> show(one, text));
            text.append(']');
        } else if (value instanceof Map) {
            text.append(value.getClass().getSimpleName()).append('{');
            ((Map<?, ?>) value).forEach((key, one) -> {
                show(key, text);
                text.append('=');
                show(one, text);
            });
            text.append('}');
        } else if (value instanceof byte[]) {
            text.append("bytes").append(Arrays.toString((byte[]) value));
        } else {
            text.append(value.getClass().getSimpleName()).append('(').append(value).append(')');
        }
    }
}
