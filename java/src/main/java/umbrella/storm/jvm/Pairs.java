package umbrella.storm.jvm;

import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A Python dict: a map or Properties in Java. */
final class Pairs implements Argument {
    private static final Class<?>[] KINDS =
        {LinkedHashMap.class, TreeMap.class, ConcurrentHashMap.class, Properties.class};
    private final List<Argument[]> pairs;

    Pairs(List<Argument[]> pairs) {
        this.pairs = pairs;
    }

    @Override
    public int distance(Type type) {
        Class<?> raw = Types.raw(type);
        int kind = kind(raw);
        if (raw == Object.class || kind == NEVER) {
            return raw == Object.class ? ANYTHING : NEVER;
        }
        int farthest = 0;
        for (Argument[] pair : pairs) {
            for (int i = 0; i < 2; i++) {
                int distance = pair[i].distance(part(type, i));
                if (distance == NEVER) {
                    return NEVER;
                }
                farthest = Math.max(farthest, distance);
            }
        }
        return 2 * kind + farthest;
    }

    @Override
    public Object as(Type type) {
        Map<Object, Object> made = empty(kind(Types.raw(type)));
        for (Argument[] pair : pairs) {
            Object value = pair[1].as(part(type, 1));
            made.put(pair[0].as(part(type, 0)), made instanceof Properties ? asProperty(value) : value);
        }
        return made;
    }

    @Override
    public String shown() {
        return "dict";
    }

    @Override
    public String shownFor(Type type) {
        Set<String> unfit = new LinkedHashSet<>();
        for (Argument[] pair : kind(Types.raw(type)) == NEVER ? Collections.<Argument[]>emptyList() : pairs) {
            for (int i = 0; i < 2; i++) {
                if (pair[i].distance(part(type, i)) == NEVER) {
                    unfit.add(pair[i].shownFor(part(type, i)));
                }
            }
        }
        return unfit.isEmpty() ? shown() : "dict with " + String.join(" and ", unfit);
    }

    /** Numbers and booleans as text: Properties.getProperty ignores anything else. */
    private static Object asProperty(Object value) {
        return value instanceof Number || value instanceof Boolean ? value.toString() : value;
    }

    private static Type part(Type type, int number) {
        return Types.raw(type) == Properties.class ? Object.class : Types.part(type, number);
    }

    private static int kind(Class<?> raw) {
        for (int i = 0; i < KINDS.length; i++) {
            if (raw.isAssignableFrom(KINDS[i])) {
                return i;
            }
        }
        return NEVER;
    }

    private static Map<Object, Object> empty(int kind) {
        switch (kind) {
            case 1:
                return new TreeMap<>();
            case 2:
                return new ConcurrentHashMap<>();
            case 3:
                return new Properties();
            default:
                return new LinkedHashMap<>();
        }
    }
}
