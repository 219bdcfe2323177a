package umbrella.storm.jvm;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the methods and properties of an object or class, and uses them. */
final class Members {
    private final Hands hands;

    Members(Hands hands) {
        this.hands = hands;
    }

    /** Calls a static method; null if it returns nothing. */
    Made callStatic(Class<?> type, String name, List<Argument> arguments) {
        List<Method> found = methods(type, one -> isStatic(one) && one.getName().equals(name));
        String what = type.getName() + " has no static method " + name;
        if (found.isEmpty()) {
            throw new WrongObject(what, "", names(type, Members::isStatic), name, "");
        }
        return hands.call(new Overloads(type).choose(found, arguments, what), null, type, arguments);
    }

    /** Calls a method of an object; null if it returns nothing. */
    Made call(Made on, String name, List<Argument> arguments) {
        Class<?> type = on.type();
        List<Method> found = methods(type, one -> one.getName().equals(name));
        String what = type.getName() + " has no method " + name;
        if (found.isEmpty()) {
            throw on.isExact() ? new WrongObject(what, "", names(type, one -> true), name, "") : unknown(type, name);
        }
        return hands.call(new Overloads(type).choose(found, arguments, what), on, type, arguments);
    }

    /** Sets a property; returns the builder to continue with, which is the object itself if its setter returns none. */
    Made set(Made on, String name, Argument value) {
        Class<?> type = on.type();
        List<Argument> arguments = Collections.singletonList(value);
        String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (String setter : Arrays.asList("set" + capital, name, "with" + capital)) {
            List<Method> found = methods(type, one -> one.getName().equals(setter) && one.getParameterCount() == 1);
            if (!found.isEmpty()) {
                String what = type.getName() + " has no " + setter;
                Made result = hands.call(new Overloads(type).choose(found, arguments, what), on, type, arguments);
                return result != null && isBuilder(type, result.type()) ? result : on;
            }
        }
        return setField(on, name, value);
    }

    /** The static methods that create objects of their class or builders for it, for hints. */
    List<String> factories(Class<?> type) {
        return new Overloads(type).signatures(methods(type, one -> isStatic(one)
            && (type.isAssignableFrom(one.getReturnType()) || one.getReturnType().getEnclosingClass() == type)));
    }

    private Made setField(Made on, String name, Argument value) {
        for (Field field : on.type().getFields()) {
            boolean fixed = Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers());
            if (field.getName().equals(name) && !fixed) {
                Type type = Types.in(on.type(), field.getGenericType());
                if (value.distance(type) == Argument.NEVER) {
                    String what = on.type().getName() + ": the field " + name + " takes another type";
                    throw new WrongObject(what, value.shownFor(type), Collections.singletonList(Types.shown(type)), "", "");
                }
                hands.set(field, on, value);
                return on;
            }
        }
        if (!on.isExact()) {
            throw unknown(on.type(), name);
        }
        String what = on.type().getName() + " has no property " + name;
        throw new WrongObject(what, "", properties(on.type()), name, "");
    }

    private static boolean isBuilder(Class<?> type, Class<?> returned) {
        return type.isAssignableFrom(returned) || returned != Object.class && returned.isAssignableFrom(type);
    }

    private static Unknown unknown(Class<?> type, String name) {
        return new Unknown(type.getName() + " is what the method returns, and it has no " + name
            + "; whether the object itself has one shows when it is made");
    }

    private static List<String> names(Class<?> type, Predicate<Method> wanted) {
        return methods(type, one -> wanted.test(one) && one.getDeclaringClass() != Object.class).stream()
            .map(Method::getName).sorted().distinct().collect(Collectors.toList());
    }

    private static List<String> properties(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Method one : methods(type, one -> one.getParameterCount() == 1 && !isStatic(one))) {
            String name = one.getName();
            if (name.matches("(set|with)[A-Z].*")) {
                int start = name.startsWith("set") ? 3 : 4;
                // setHost is host, but setURL is URL, because url would be setUrl.
                boolean capitals = name.length() > start + 1 && Character.isUpperCase(name.charAt(start + 1));
                names.add(capitals ? name.substring(start)
                    : Character.toLowerCase(name.charAt(start)) + name.substring(start + 1));
            }
        }
        return names.stream().sorted().distinct().collect(Collectors.toList());
    }

    private static boolean isStatic(Method method) {
        return Modifier.isStatic(method.getModifiers());
    }

    /** The public methods that match; for a bridge method, which javac generates for the JVM, its target. */
    private static List<Method> methods(Class<?> type, Predicate<Method> wanted) {
        List<Method> found = new ArrayList<>();
        try {
            for (Method one : type.getMethods()) {
                if (wanted.test(one) && !(one.isBridge() && leadsToAnother(type, one))) {
                    found.add(one);
                }
            }
        } catch (LinkageError e) {
            throw Classes.unusable(type.getName(), e);
        }
        return found;
    }

    private static boolean leadsToAnother(Class<?> type, Method bridge) {
        for (Method one : type.getMethods()) {
            if (!one.isBridge() && one.getName().equals(bridge.getName())
                && one.getParameterCount() == bridge.getParameterCount()) {
                return true;
            }
        }
        return false;
    }
}
