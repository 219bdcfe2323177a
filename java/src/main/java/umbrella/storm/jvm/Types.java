package umbrella.storm.jvm;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Resolves generic types. */
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

    /** The class of a type without its parameters; for a type variable, that of its bound. */
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

    /** The class, or the wrapper class of a primitive one. */
    static Class<?> boxed(Type type) {
        Class<?> raw = raw(type);
        return BOXES.getOrDefault(raw, raw);
    }

    /** The type of an array's items, or a type parameter of a collection or map; Object if it is not known. */
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

    /** The type of a member as seen in a subclass, where {@code T} of {@code Builder<T>} may be known. */
    static Type in(Class<?> subclass, Type type) {
        Map<TypeVariable<?>, Type> known = new HashMap<>();
        note(subclass, known);
        return known.isEmpty() ? type : filled(type, known);
    }

    /** A type as in source code, without packages. */
    static String shown(Type type) {
        return type.getTypeName().replaceAll("([a-z_][\\w]*\\.)+", "").replaceAll("[\\w]+\\$", "");
    }

    private static Type filled(Type type, Map<TypeVariable<?>, Type> known) {
        if (type instanceof TypeVariable) {
            return known.containsKey(type) ? filled(known.get(type), known) : type;
        }
        if (type instanceof WildcardType) { // an argument for "? super T" is a T
            Type[] lower = ((WildcardType) type).getLowerBounds();
            Type bound = lower.length > 0 ? lower[0] : ((WildcardType) type).getUpperBounds()[0];
            Type found = filled(bound, known);
            return found == bound ? type : found;
        }
        if (type instanceof ParameterizedType) {
            Type[] parts = ((ParameterizedType) type).getActualTypeArguments();
            Type[] found = Arrays.stream(parts).map(one -> filled(one, known)).toArray(Type[]::new);
            return Arrays.equals(found, parts) ? type : new Parameterized(raw(type), found);
        }
        if (type instanceof GenericArrayType) {
            Type part = filled(((GenericArrayType) type).getGenericComponentType(), known);
            return part instanceof Class ? Array.newInstance((Class<?>) part, 0).getClass() : type;
        }
        return type;
    }

    /** Records what a class and its supertypes say about the type variables of their superclasses and interfaces. */
    private static void note(Class<?> of, Map<TypeVariable<?>, Type> known) {
        List<Type> above = new ArrayList<>(Arrays.asList(of.getGenericInterfaces()));
        if (of.getGenericSuperclass() != null) {
            above.add(of.getGenericSuperclass());
        }
        for (Type one : above) {
            if (one instanceof ParameterizedType) {
                Type[] given = ((ParameterizedType) one).getActualTypeArguments();
                TypeVariable<?>[] variables = raw(one).getTypeParameters();
                for (int i = 0; i < variables.length; i++) {
                    known.put(variables[i], given[i]);
                }
            }
            note(raw(one), known);
        }
    }
}
