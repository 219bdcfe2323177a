package umbrella.storm.jvm;

import java.lang.reflect.Type;
import java.util.Locale;

/** An argument that can become one of several Java values, depending on the class that is wanted. */
abstract class Plain implements Argument {
    private final String shown;

    /** @param shown the type's name in Python */
    Plain(String shown) {
        this.shown = shown;
    }

    @Override
    public final int distance(Type type) {
        Class<?> raw = Types.raw(type);
        int distance = distanceTo(Types.boxed(type));
        // Prefers f(int) to f(Integer).
        return distance == NEVER ? NEVER : 2 * distance + (raw.isPrimitive() ? 0 : 1);
    }

    @Override
    public final Object as(Type type) {
        return valueAs(Types.boxed(type));
    }

    @Override
    public final String shown() {
        return shown;
    }

    @Override
    public final String shownFor(Type type) {
        Class<?> wanted = Types.boxed(type);
        String fault = distanceTo(wanted) == NEVER ? fault(wanted) : "";
        return fault.isEmpty() ? shown : shown + " " + fault;
    }

    /** Why the value does not fit a class that others of its kind fit, in words that follow its type; or "". */
    abstract String fault(Class<?> wanted);

    /** The distance of the value to a class that is not primitive. */
    abstract int distanceTo(Class<?> wanted);

    /** The value as that class. */
    abstract Object valueAs(Class<?> wanted);

    /** The {@link #fault} of a number. */
    static String notHeld(Class<?> wanted) {
        String name = wanted == Integer.class ? "int" : wanted.getSimpleName().toLowerCase(Locale.ROOT);
        return "that Java's " + name + " does not hold";
    }

    /** The distance of a class, by its place in a list of classes, or of one that the value's own class extends. */
    static int place(Class<?> wanted, Class<?> own, Class<?>... inOrder) {
        for (int i = 0; i < inOrder.length; i++) {
            if (wanted == inOrder[i]) {
                return i;
            }
        }
        if (!wanted.isAssignableFrom(own)) {
            return NEVER;
        }
        return wanted == Object.class ? ANYTHING : inOrder.length;
    }
}
