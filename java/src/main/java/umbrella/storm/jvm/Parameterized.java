package umbrella.storm.jvm;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A generic type such as {@code List<Long>}, whose parameters are not known from its own declaration. */
final class Parameterized implements ParameterizedType {
    private final Class<?> raw;
    private final Type[] parts;

    Parameterized(Class<?> raw, Type[] parts) {
        this.raw = raw;
        this.parts = parts;
    }

    @Override
    public Type[] getActualTypeArguments() {
        return parts.clone();
    }

    @Override
    public Type getRawType() {
        return raw;
    }

    @Override
    public Type getOwnerType() {
        return raw.getDeclaringClass();
    }

    @Override
    public String getTypeName() {
        String start = raw.getTypeName() + "<";
        return Arrays.stream(parts).map(Type::getTypeName).collect(Collectors.joining(", ", start, ">"));
    }
}
