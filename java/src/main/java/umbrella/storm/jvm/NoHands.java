package umbrella.storm.jvm;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;

/** Builds nothing, and returns only the type of what would be built. */
final class NoHands implements Hands {
    @Override
    public Made call(Executable chosen, Made on, Class<?> seen, List<Argument> arguments) {
        if (chosen instanceof Constructor) {
            return Made.only(chosen.getDeclaringClass());
        }
        Method method = (Method) chosen;
        if (method.getReturnType() == void.class) {
            return null;
        }
        return Made.only(Types.raw(Types.in(seen, method.getGenericReturnType())));
    }

    @Override
    public Made read(Field constant) {
        return Made.only(constant.getType());
    }

    @Override
    public void set(Field field, Made on, Argument value) {
    }
}
