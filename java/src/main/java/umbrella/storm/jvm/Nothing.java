package umbrella.storm.jvm;

import java.lang.reflect.Type;

/** Python's None: Java's null. */
final class Nothing implements Argument {
    @Override
    public int distance(Type type) {
        return Types.raw(type).isPrimitive() ? NEVER : 0;
    }

    @Override
    public Object as(Type type) {
        return null;
    }

    @Override
    public String shown() {
        return "None";
    }
}
