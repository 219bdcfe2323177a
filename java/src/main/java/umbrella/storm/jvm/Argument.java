package umbrella.storm.jvm;

import java.lang.reflect.Type;

/** A value for a constructor or method: which parameter types it fits, and how well. */
interface Argument {
    /** The distance of a type that does not fit. */
    int NEVER = -1;
    /** The distance of a type that every value fits, such as Object. */
    int ANYTHING = 50;

    /** The distance to a type: 0 for the most natural one, {@link #NEVER} for one that does not fit. */
    int distance(Type type);

    /** The value as that type, which it must fit. */
    Object as(Type type);

    /** Its type in the user's terms, never its value: that may be a password. */
    String shown();

    /** Like {@link #shown}, with the reason why this very value does not fit a type that others of its kind fit. */
    default String shownFor(Type type) {
        return shown();
    }
}
