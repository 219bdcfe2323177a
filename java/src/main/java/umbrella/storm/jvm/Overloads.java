package umbrella.storm.jvm;

import java.lang.reflect.Array;
import java.lang.reflect.Executable;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Overload resolution: chooses among constructors, or methods of one name, by the arguments. */
final class Overloads {
    private static final int SPREAD = 1000; // farther than any fixed number of parameters, as in Java

    private final Class<?> seen;

    /** @param seen the class that they were found in: it may know more of their types than the one that declares them */
    Overloads(Class<?> seen) {
        this.seen = seen;
    }

    /**
     * Finds the one that fits the arguments best.
     *
     * @param what the beginning of an error text, such as "a.b.C has no constructor"
     * @throws WrongObject none fits, or several fit equally well
     */
    <E extends Executable> E choose(List<E> candidates, List<Argument> arguments, String what) {
        List<E> best = new ArrayList<>();
        int least = Integer.MAX_VALUE;
        for (E one : candidates) {
            int distance = distance(one, arguments);
            if (distance == Argument.NEVER || distance > least) {
                continue;
            }
            if (distance < least) {
                best.clear();
                least = distance;
            }
            best.add(one);
        }
        List<E> left = mostSpecific(best);
        if (left.size() == 1) {
            return left.get(0);
        }
        String fault = left.isEmpty() ? what + " for these arguments" : what + " that fits better than another one";
        String hint = left.isEmpty() ? "" : "Say which is meant by a type, as in JavaObject(\"java.lang.Long\", 5).";
        throw new WrongObject(fault, shown(arguments, candidates), signatures(left.isEmpty() ? candidates : left), "", hint);
    }

    /** The arguments converted to the parameters of the chosen one. */
    Object[] values(Executable chosen, List<Argument> arguments) {
        Type[] types = types(chosen);
        Object[] values = new Object[types.length];
        boolean spread = fixed(types, arguments) == Argument.NEVER;
        int alone = spread ? types.length - 1 : types.length;
        for (int i = 0; i < alone; i++) {
            values[i] = arguments.get(i).as(types[i]);
        }
        if (spread) {
            Type part = Types.part(types[alone], 0);
            Object rest = Array.newInstance(Types.raw(part), arguments.size() - alone);
            for (int i = alone; i < arguments.size(); i++) {
                Array.set(rest, i - alone, arguments.get(i).as(part));
            }
            values[alone] = rest;
        }
        return values;
    }

    List<String> signatures(List<? extends Executable> all) {
        return all.stream().map(this::signature).sorted().distinct().collect(Collectors.toList());
    }

    String signature(Executable one) {
        Type[] types = types(one);
        List<String> parameters = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            boolean spread = one.isVarArgs() && i == types.length - 1;
            parameters.add(spread ? Types.shown(Types.part(types[i], 0)) + "..." : Types.shown(types[i]));
        }
        String name = one instanceof java.lang.reflect.Method ? one.getName() : one.getDeclaringClass().getSimpleName();
        return name + "(" + String.join(", ", parameters) + ")";
    }

    private int distance(Executable one, List<Argument> arguments) {
        Type[] types = types(one);
        int fixed = fixed(types, arguments);
        if (fixed != Argument.NEVER || !one.isVarArgs() || arguments.size() < types.length - 1) {
            return fixed;
        }
        Type part = Types.part(types[types.length - 1], 0);
        int sum = SPREAD;
        for (int i = 0; i < arguments.size(); i++) {
            int distance = arguments.get(i).distance(i < types.length - 1 ? types[i] : part);
            if (distance == Argument.NEVER) {
                return Argument.NEVER;
            }
            sum += distance;
        }
        return sum;
    }

    private static int fixed(Type[] types, List<Argument> arguments) {
        if (types.length != arguments.size()) {
            return Argument.NEVER;
        }
        int sum = 0;
        for (int i = 0; i < types.length; i++) {
            int distance = arguments.get(i).distance(types[i]);
            if (distance == Argument.NEVER) {
                return Argument.NEVER;
            }
            sum += distance;
        }
        return sum;
    }

    /** Drops those whose parameters are all supertypes of another's, as javac does. */
    private <E extends Executable> List<E> mostSpecific(List<E> found) {
        List<E> left = new ArrayList<>();
        for (E one : found) {
            boolean beaten = false;
            for (E other : found) {
                boolean narrower = isNarrower(other, one);
                boolean same = narrower && isNarrower(one, other);
                beaten |= same ? left.contains(other) : narrower;
            }
            if (!beaten) {
                left.add(one);
            }
        }
        return left;
    }

    private boolean isNarrower(Executable one, Executable other) {
        Type[] types = types(one);
        Type[] others = types(other);
        boolean narrower = types.length == others.length;
        for (int i = 0; narrower && i < types.length; i++) {
            narrower = Types.boxed(others[i]).isAssignableFrom(Types.boxed(types[i]));
        }
        return narrower;
    }

    /** Generic types; for constructors with hidden parameters, as of inner classes and enums, plain classes. */
    private Type[] types(Executable one) {
        Type[] generic = one.getGenericParameterTypes();
        Type[] types = generic.length == one.getParameterCount() ? generic : one.getParameterTypes();
        return Arrays.stream(types).map(type -> Types.in(seen, type)).toArray(Type[]::new);
    }

    private String shown(List<Argument> arguments, List<? extends Executable> candidates) {
        List<String> shown = new ArrayList<>();
        for (Argument one : arguments) {
            int place = shown.size();
            shown.add(candidates.stream().map(this::types).filter(types -> types.length == arguments.size())
                .map(types -> one.shownFor(types[place])).filter(text -> !text.equals(one.shown()))
                .findFirst().orElse(one.shown()));
        }
        return "(" + String.join(", ", shown) + ")";
    }
}
