package umbrella.storm.jvm;

import java.lang.reflect.Type;

/** A value given to a constructor or method: which types of parameters it fits, and how well. */
interface Argument {
    /** A distance for what does not fit. */
    int NEVER = -1;
    /** The distance of a type that every value fits, such as Object. */
    int ANYTHING = 50;

    /** How far it is from a type: 0 is what one would expect, {@link #NEVER} does not fit. */
    int distance(Type type);

    /** The value as that type, which it fits. */
    Object as(Type type);

    /** Its type in the words of who wrote it, never its value: that may be a password. */
    String shown();

    /** The same, with what keeps this very value from that type if others of its kind do fit. */
    default String shownFor(Type type) {
        return shown();
    }
}
