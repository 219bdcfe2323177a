package umbrella.storm.jvm;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Creates the objects. */
final class RealHands implements Hands {
    @Override
    public Made call(Executable chosen, Made on, Class<?> seen, List<Argument> arguments) {
        try {
            Object[] values = new Overloads(seen).values(chosen, arguments);
            if (chosen instanceof Constructor) {
                open(chosen);
                return Made.object(((Constructor<?>) chosen).newInstance(values), chosen.getDeclaringClass());
            }
            Method method = declaredByPublicClass((Method) chosen, chosen.getDeclaringClass());
            open(method);
            Object result = method.invoke(on == null ? null : on.value(), values);
            return method.getReturnType() == void.class ? null : Made.object(result, Types.boxed(method.getReturnType()));
        } catch (InvocationTargetException | ExceptionInInitializerError e) {
            throw failed(chosen, e);
        } catch (LinkageError e) {
            throw Classes.unusable(seen.getName(), e);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw failed(chosen, e);
        }
    }

    @Override
    public Made read(Field constant) {
        try {
            open(constant);
            return Made.object(constant.get(null), constant.getType());
        } catch (ExceptionInInitializerError e) {
            throw failed(constant, e);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw failed(constant, e);
        }
    }

    @Override
    public void set(Field field, Made on, Argument value) {
        try {
            open(field);
            field.set(on.value(), value.as(Types.in(on.type(), field.getGenericType())));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw failed(field, e);
        }
    }

    /** The method as a public superclass or interface declares it, if its own class is not public. */
    private static Method declaredByPublicClass(Method method, Class<?> in) {
        if (in == null) {
            return method;
        }
        for (Method one : in.getDeclaredMethods()) {
            if (one.getName().equals(method.getName()) && Modifier.isPublic(in.getModifiers())
                && Arrays.equals(one.getParameterTypes(), method.getParameterTypes())) {
                return one;
            }
        }
        for (Class<?> implemented : in.getInterfaces()) {
            Method found = declaredByPublicClass(method, implemented);
            if (found != method) {
                return found;
            }
        }
        return declaredByPublicClass(method, in.getSuperclass());
    }

    /** Makes public members of a class that is not public itself, such as a builder's, callable. */
    private static <M extends AccessibleObject & Member> void open(M member) {
        if (!Modifier.isPublic(member.getDeclaringClass().getModifiers())) {
            member.setAccessible(true);
        }
    }

    private static WrongObject failed(Member member, Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null
            && (cause instanceof InvocationTargetException || cause instanceof ExceptionInInitializerError)) {
            cause = cause.getCause();
        }
        Class<?> type = member.getDeclaringClass();
        String name = member instanceof Executable
            ? new Overloads(type).signature((Executable) member) : member.getName();
        String what = type.getName() + ": " + name + " failed: " + cause;
        return new WrongObject(what, "", Collections.emptyList(), "", "", cause);
    }
}
