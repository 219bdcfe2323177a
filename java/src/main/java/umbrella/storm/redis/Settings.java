package umbrella.storm.redis;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The settings of a RedisSpout, by name. */
final class Settings implements Serializable {
    private static final long serialVersionUID = 1L;

    private final HashMap<String, Object> values;

    Settings(Map<String, Object> values) {
        this.values = new HashMap<>(values);
    }

    /** Whether a non-empty value is given. */
    boolean has(String name) {
        Object value = values.get(name);
        return value != null && !value.equals("") && !(value instanceof List && ((List<?>) value).isEmpty());
    }

    String text(String name) {
        return String.valueOf(value(name, String.class));
    }

    int whole(String name) {
        return ((Number) value(name, Number.class)).intValue();
    }

    double seconds(String name) {
        return ((Number) value(name, Number.class)).doubleValue();
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object text : (List<?>) value(name, List.class)) {
            texts.add((String) text);
        }
        return texts;
    }

    /** Errors name settings without their values: a URL may contain a password. */
    private Object value(String name, Class<?> type) {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("RedisSpout needs the setting '" + name + "', a " + type.getSimpleName()
                + "; given: " + new TreeSet<>(values.keySet()));
        }
        return value;
    }
}
