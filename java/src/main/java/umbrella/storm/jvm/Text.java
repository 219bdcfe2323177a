package umbrella.storm.jvm;

/** A Python str: a String, a char, or the name of an enum constant or of a class. */
final class Text extends Plain {
    private final String value;
    private final Classes classes;

    Text(String value, Classes classes) {
        super("str");
        this.value = value;
        this.classes = classes;
    }

    @Override
    int distanceTo(Class<?> wanted) {
        if (wanted.isEnum()) {
            return Constants.of(wanted, value) == null ? NEVER : 3;
        }
        if (wanted == Character.class) {
            return value.length() == 1 ? 3 : NEVER;
        }
        if (wanted == Class.class) {
            return classes.has(value) ? 4 : NEVER;
        }
        return place(wanted, String.class, String.class, CharSequence.class);
    }

    @Override
    String fault(Class<?> wanted) {
        if (wanted.isEnum()) {
            return "that is none of " + String.join(", ", Constants.names(wanted));
        }
        if (wanted == Character.class) {
            return "that is no single character";
        }
        return wanted == Class.class ? "that names no class" : "";
    }

    @Override
    Object valueAs(Class<?> wanted) {
        if (wanted.isEnum()) {
            return Constants.of(wanted, value);
        }
        if (wanted == Character.class) {
            return value.charAt(0);
        }
        return wanted == Class.class ? (Object) classes.find(value) : value;
    }
}
