package umbrella.storm.jvm;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Creates a Java object from its description in JSON, which umbrella/compile/java_json.py writes and explains.
 *
 * <p>With {@link NoHands} it only determines the types.
 */
public final class Assembly {
    private final Classes classes;
    private final Members members;
    private final Hands hands;
    private final Map<Object, Made> numbered = new HashMap<>();

    private Assembly(Hands hands) {
        this.classes = Classes.ofTopology();
        this.hands = hands;
        this.members = new Members(hands);
    }

    /**
     * Creates the object.
     *
     * @param description as {@link org.apache.storm.utils.Utils#parseJson} returns it
     * @throws WrongObject saying what cannot be created, and what could
     */
    public static Object build(Object description) {
        return new Assembly(new RealHands()).object(map(description)).value();
    }

    /**
     * Checks that the object can be created, without creating anything.
     *
     * @return the class of the object, or what is known of it at least
     * @throws WrongObject saying what cannot be created, and what could
     */
    public static Class<?> check(Object description) {
        return new Assembly(new NoHands()).object(map(description)).type();
    }

    private Made object(Map<?, ?> given) {
        Made made = given.containsKey("static") ? ofFactory(given) : ofConstructor(given);
        Object steps = given.get("steps");
        String last = given.get("static") + "." + given.get("call");
        for (Object step : steps == null ? Collections.emptyList() : (List<?>) steps) {
            String name = name(map(step));
            if (made.isNull()) {
                throw WrongObject.of(last + " returned null, and " + name + " cannot be called on it", "");
            }
            last = made.type().getName() + "." + name;
            made = step(made, name, arguments(last, map(step).get("args")), map(step));
        }
        if (given.containsKey("number")) {
            numbered.put(number(given.get("number")), made);
        }
        return made;
    }

    private Made ofConstructor(Map<?, ?> given) {
        String name = (String) given.get("new");
        Class<?> type = classes.find(name);
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            String hint = type.isEnum() ? "Give JavaEnum(\"" + name + "\", ...)." : "Name a class that implements it.";
            throw WrongObject.of(name + " is " + (type.isInterface() ? "an interface" : "abstract")
                + ", and no object can be made of it", hint);
        }
        List<Argument> arguments = arguments(name, given.get("args"));
        try {
            List<Constructor<?>> all = Arrays.asList(type.getConstructors());
            if (all.isEmpty()) {
                String what = name + " has no public constructor";
                throw new WrongObject(what, "", members.factories(type), "", "Has it a factory: JavaClass(...).call(...)?");
            }
            Constructor<?> chosen = new Overloads(type).choose(all, arguments, name + " has no constructor");
            return hands.call(chosen, null, type, arguments);
        } catch (LinkageError e) {
            throw Classes.unusable(name, e);
        }
    }

    private Made ofFactory(Map<?, ?> given) {
        String name = (String) given.get("static");
        String method = (String) given.get("call");
        Class<?> type = classes.find(name);
        Made made = members.callStatic(type, method, arguments(name + "." + method, given.get("args")));
        if (made == null) {
            throw WrongObject.of(name + "." + method + " returns nothing (void), and so makes no object", "");
        }
        return made;
    }

    private Made step(Made on, String name, List<Argument> arguments, Map<?, ?> step) {
        if (step.containsKey("set")) {
            return members.set(on, name, arguments.get(0));
        }
        Made result = members.call(on, name, arguments);
        return result == null || step.containsKey("also") ? on : result;
    }

    private static String name(Map<?, ?> step) {
        return (String) step.get(step.containsKey("set") ? "set" : step.containsKey("also") ? "also" : "call");
    }

    private List<Argument> arguments(String where, Object given) {
        List<Argument> arguments = new ArrayList<>();
        for (Object one : (List<?>) given) {
            try {
                arguments.add(argument(one));
            } catch (WrongObject e) {
                throw e.at(where + ", argument " + (arguments.size() + 1));
            }
        }
        return arguments;
    }

    private Argument argument(Object given) {
        if (given instanceof Map) {
            return of(map(given));
        } else if (given instanceof List) {
            List<Argument> items = new ArrayList<>();
            ((List<?>) given).forEach(item -> items.add(argument(item)));
            return new Items(items);
        } else if (given instanceof String) {
            return new Text((String) given, classes);
        } else if (given instanceof Boolean) {
            return new Flag((Boolean) given);
        } else if (given == null) {
            return new Nothing();
        }
        return given instanceof BigInteger || given instanceof Long || given instanceof Integer
            ? new Whole(new BigInteger(given.toString())) : new Fraction(((Number) given).doubleValue());
    }

    private Argument of(Map<?, ?> given) {
        if (given.containsKey("map")) {
            List<Argument[]> pairs = new ArrayList<>();
            for (Object pair : (List<?>) given.get("map")) {
                pairs.add(new Argument[] {argument(((List<?>) pair).get(0)), argument(((List<?>) pair).get(1))});
            }
            return new Pairs(pairs);
        } else if (given.containsKey("enum")) {
            return constant((String) given.get("enum"), (String) given.get("constant"));
        } else if (given.containsKey("class")) {
            return Made.object(classes.find((String) given.get("class")), Class.class);
        } else if (given.containsKey("same")) {
            return numbered.get(number(given.get("same")));
        }
        return object(given);
    }

    private Argument constant(String name, String constant) {
        Class<?> type = classes.find(name);
        Field field = Constants.field(type, constant);
        if (field == null) {
            String what = name + " has no constant " + constant;
            throw new WrongObject(what, "", Constants.names(type), constant, "");
        }
        return hands.read(field);
    }

    private static Object number(Object given) {
        return ((Number) given).intValue();
    }

    private static Map<?, ?> map(Object given) {
        return (Map<?, ?>) given;
    }
}
