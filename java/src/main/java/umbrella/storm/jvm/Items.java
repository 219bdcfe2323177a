package umbrella.storm.jvm;

import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A Python list or tuple: a list, set, queue or array in Java. */
final class Items implements Argument {
    // ArrayList for every type that it implements, and so on.
    private static final Class<?>[] KINDS = {ArrayList.class, LinkedHashSet.class, TreeSet.class, LinkedList.class};
    private final List<Argument> items;

    Items(List<Argument> items) {
        this.items = items;
    }

    @Override
    public int distance(Type type) {
        Class<?> raw = Types.raw(type);
        if (raw == Object.class) {
            return ANYTHING;
        }
        int kind = raw.isArray() ? KINDS.length : kind(raw);
        if (kind == NEVER) {
            return NEVER;
        }
        int farthest = 0;
        for (Argument item : items) {
            int distance = item.distance(Types.part(type, 0));
            if (distance == NEVER) {
                return NEVER;
            }
            farthest = Math.max(farthest, distance);
        }
        return 2 * kind + farthest;
    }

    @Override
    public Object as(Type type) {
        Type part = Types.part(type, 0);
        if (Types.raw(type).isArray()) {
            Object array = Array.newInstance(Types.raw(part), items.size());
            for (int i = 0; i < items.size(); i++) {
                Array.set(array, i, items.get(i).as(part));
            }
            return array;
        }
        Collection<Object> made = empty(kind(Types.raw(type)));
        for (Argument item : items) {
            made.add(item.as(part));
        }
        return made;
    }

    @Override
    public String shown() {
        return items.isEmpty() ? "empty list" : listOf(Argument::shown);
    }

    @Override
    public String shownFor(Type type) {
        boolean holds = Types.raw(type).isArray() || kind(Types.raw(type)) != NEVER;
        return items.isEmpty() || !holds ? shown() : listOf(item -> item.shownFor(Types.part(type, 0)));
    }

    private String listOf(Function<Argument, String> shown) {
        return "list of " + items.stream().map(shown).distinct().collect(Collectors.joining(" and "));
    }

    private static int kind(Class<?> raw) {
        for (int i = 0; i < KINDS.length; i++) {
            if (raw.isAssignableFrom(KINDS[i])) {
                return i;
            }
        }
        return NEVER;
    }

    private static Collection<Object> empty(int kind) {
        switch (kind) {
            case 1:
                return new LinkedHashSet<>();
            case 2:
                return new TreeSet<>();
            case 3:
                return new LinkedList<>();
            default:
                return new ArrayList<>();
        }
    }
}
