package umbrella.storm.jvm;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashMap;
import java.util.Map;

/** What generic types come down to. */
final class Types {
    private static final Map<Class<?>, Class<?>> BOXES = new HashMap<>();

    static {
        BOXES.put(boolean.class, Boolean.class);
        BOXES.put(byte.class, Byte.class);
        BOXES.put(char.class, Character.class);
        BOXES.put(double.class, Double.class);
        BOXES.put(float.class, Float.class);
        BOXES.put(int.class, Integer.class);
        BOXES.put(long.class, Long.class);
        BOXES.put(short.class, Short.class);
        BOXES.put(void.class, Void.class);
    }

    private Types() {
    }

    /** The class of a type without its parameters; that of a variable's bound. */
    static Class<?> raw(Type type) {
        if (type instanceof Class) {
            return (Class<?>) type;
        }
        if (type instanceof ParameterizedType) {
            return raw(((ParameterizedType) type).getRawType());
        }
        if (type instanceof GenericArrayType) {
            return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
        }
        Type[] bounds = type instanceof WildcardType
            ? ((WildcardType) type).getUpperBounds() : ((TypeVariable<?>) type).getBounds();
        return raw(bounds[0]);
    }

    /** The class, or that of the object for a primitive one. */
    static Class<?> boxed(Type type) {
        Class<?> raw = raw(type);
        return BOXES.getOrDefault(raw, raw);
    }

    /** The type of an array's items, or the type parameter of a collection or map; Object where none is known. */
    static Type part(Type type, int number) {
        if (type instanceof GenericArrayType) {
            return ((GenericArrayType) type).getGenericComponentType();
        }
        if (type instanceof ParameterizedType) {
            Type[] parts = ((ParameterizedType) type).getActualTypeArguments();
            return number < parts.length ? parts[number] : Object.class;
        }
        Class<?> raw = raw(type);
        return raw.isArray() ? raw.getComponentType() : Object.class;
    }

    /** The type of a member as it is in a subclass: there {@code T} of {@code Builder<T>} may be known. */
    static Type in(Class<?> subclass, Class<?> declaring, Type type) {
        if (!(type instanceof TypeVariable)) {
            return type;
        }
        Map<TypeVariable<?>, Type> known = new HashMap<>();
        for (Class<?> one = subclass; one != null && one != declaring; one = one.getSuperclass()) {
            note(one.getGenericSuperclass(), known);
            for (Type implemented : one.getGenericInterfaces()) {
                note(implemented, known);
            }
        }
        Type found = type;
        while (known.containsKey(found)) {
            found = known.get(found);
        }
        return found;
    }

    /** A type as in source code, without packages. */
    static String shown(Type type) {
        return type.getTypeName().replaceAll("([a-z_][\\w]*\\.)+", "").replaceAll("[\\w]+\\$", "");
    }

    private static void note(Type supertype, Map<TypeVariable<?>, Type> known) {
        if (supertype instanceof ParameterizedType) {
            Type[] given = ((ParameterizedType) supertype).getActualTypeArguments();
            TypeVariable<?>[] variables = raw(supertype).getTypeParameters();
            for (int i = 0; i < variables.length; i++) {
                known.put(variables[i], given[i]);
            }
        }
    }
}
