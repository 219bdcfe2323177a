package umbrella.storm.jvm;

import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;

/** A Java object; or only its type, if nothing is built. */
final class Made implements Argument {
    private static final int PERHAPS = 40;
    private final Class<?> type;
    private final Object value;
    private final boolean real;

    private Made(Class<?> type, Object value, boolean real) {
        this.type = type;
        this.value = value;
        this.real = real;
    }

    /** @param declared the type to use if the value is null */
    static Made object(Object value, Class<?> declared) {
        return new Made(value == null ? declared : value.getClass(), value, true);
    }

    /** An object of which only the type exists. */
    static Made only(Class<?> type) {
        return new Made(Types.boxed(type), null, false);
    }

    Class<?> type() {
        return type;
    }

    Object value() {
        return value;
    }

    boolean isNull() {
        return real && value == null;
    }

    /** Whether its class certainly has no more members than its type. */
    boolean isExact() {
        return real || !type.isInterface() && !java.lang.reflect.Modifier.isAbstract(type.getModifiers())
            && type != Object.class;
    }

    @Override
    public int distance(Type wanted) {
        Class<?> boxed = Types.boxed(wanted);
        if (isNull()) {
            return Types.raw(wanted).isPrimitive() ? NEVER : 0;
        }
        if (boxed.isAssignableFrom(type)) {
            return boxed == Object.class ? ANYTHING : levels(boxed);
        }
        return !real && (type.isAssignableFrom(boxed) || !isExact() && boxed.isInterface()) ? PERHAPS : NEVER;
    }

    @Override
    public Object as(Type wanted) {
        return value;
    }

    @Override
    public String shown() {
        return Types.shown(type);
    }

    /** How many levels above its class that type is. */
    private int levels(Class<?> wanted) {
        Deque<Class<?>> next = new ArrayDeque<>();
        next.add(type);
        for (int level = 0; level < PERHAPS; level++) {
            for (int left = next.size(); left > 0; left--) {
                Class<?> one = next.remove();
                if (one == wanted) {
                    return level;
                }
                if (one.getSuperclass() != null) {
                    next.add(one.getSuperclass());
                }
                for (Class<?> implemented : one.getInterfaces()) {
                    next.add(implemented);
                }
            }
        }
        return PERHAPS;
    }
}
