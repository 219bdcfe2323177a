package umbrella.storm.jvm;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.util.List;

/** Creates Java objects; or only determines their types, if nothing is to be built. */
interface Hands {
    /**
     * Calls a constructor or method.
     *
     * @param on the object of a method; null for a constructor or a static method
     * @param seen the class that the method was found in
     * @return its result; null for void
     */
    Made call(Executable chosen, Made on, Class<?> seen, List<Argument> arguments);

    /** Reads a static field. */
    Made read(Field constant);

    /** Sets a field of an object. */
    void set(Field field, Made on, Argument value);
}
