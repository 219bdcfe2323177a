package umbrella.storm.jvm;

import java.util.Collections;

/** Finds classes by the names that users write. */
final class Classes {
    private final ClassLoader loader;

    Classes(ClassLoader loader) {
        this.loader = loader;
    }

    /** The loader of the topology's classes. */
    static Classes ofTopology() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return new Classes(ofThread == null ? Classes.class.getClassLoader() : ofThread);
    }

    /**
     * Finds a class; a nested one by {@code a.b.Outer.Inner} or {@code a.b.Outer$Inner}.
     *
     * @throws WrongObject there is no such class, or it cannot be loaded
     */
    Class<?> find(String name) {
        for (String one = name; ; one = nested(one)) {
            try {
                return Class.forName(one, false, loader);
            } catch (ClassNotFoundException e) {
                if (nested(one) == null) {
                    String what = "there is no class " + name;
                    String hint = "Is its jar among --jars or --artifacts?";
                    throw new WrongObject(what, "", Collections.emptyList(), name, hint);
                }
            } catch (LinkageError e) {
                throw unusable(name, e);
            }
        }
    }

    boolean has(String name) {
        try {
            find(name);
            return true;
        } catch (WrongObject e) {
            return false;
        }
    }

    /** The error for a class that exists but cannot be used. */
    static WrongObject unusable(String name, LinkageError error) {
        if (error instanceof UnsupportedClassVersionError) {
            String what = name + " was compiled for a newer Java than this one (" + System.getProperty("java.version") + ")";
            return new WrongObject(what, error.getMessage(), Collections.emptyList(), "", "", error);
        }
        String lacking = String.valueOf(error.getMessage()).replace('/', '.');
        String what = name + " cannot be used without a class that is not there";
        return new WrongObject(what, lacking, Collections.emptyList(), "",
            "Is the jar with it among --jars or --artifacts?", error);
    }

    private static String nested(String name) {
        int dot = name.lastIndexOf('.');
        boolean top = dot < 0 || name.indexOf('.') == dot && name.indexOf('$') > dot;
        return top ? null : name.substring(0, dot) + '$' + name.substring(dot + 1);
    }
}
