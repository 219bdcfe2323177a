package umbrella.storm.jvm;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** The constants of enums, and public static fields of other classes. */
final class Constants {
    private Constants() {
    }

    /** The enum constant with this name, or null. */
    static Object of(Class<?> type, String name) {
        for (Object one : type.getEnumConstants()) {
            if (((Enum<?>) one).name().equals(name)) {
                return one;
            }
        }
        return null;
    }

    /** The public static field with that name, or null. */
    static Field field(Class<?> type, String name) {
        for (Field one : type.getFields()) {
            if (one.getName().equals(name) && Modifier.isStatic(one.getModifiers())) {
                return one;
            }
        }
        return null;
    }

    static List<String> names(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Field one : type.getFields()) {
            if (type.isEnum() ? one.isEnumConstant() : Modifier.isStatic(one.getModifiers())) {
                names.add(one.getName());
            }
        }
        return names;
    }
}
