package parts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** Says by which of its many constructors and methods it was made, and what each value arrived as. */
public class Shows {
    public String field;
    private final StringBuilder said = new StringBuilder();

    public Shows(int value) {
        say("int", value);
    }

    public Shows(long value) {
        say("long", value);
    }

    public Shows(double value) {
        say("double", value);
    }

    public Shows(String value) {
        say("String", value);
    }

    public Shows(boolean value) {
        say("boolean", value);
    }

    public Shows(Mode value) {
        say("Mode", value);
    }

    public Shows(Shows value) {
        say("Shows", value.said);
    }

    public Shows(List<?> value) {
        say("List", value);
    }

    public Shows(Map<?, ?> value) {
        say("Map", value);
    }

    public Shows(String first, Object... rest) {
        say("String, Object...", first, rest);
    }

    public Shows(String first, long second) {
        say("String, long", first, second);
    }

    private Shows() {
    }

    public static Shows nothing() {
        return new Shows();
    }

    public static void main(String[] arguments) {
    }

    public Shows longs(List<Long> value) {
        return say("longs", value);
    }

    public Shows set(Set<Mode> value) {
        return say("set", value);
    }

    public Shows bytes(byte[] value) {
        return say("bytes", value);
    }

    public Shows words(String... value) {
        return say("words", (Object) value);
    }

    public Shows names(Map<Mode, Integer> value) {
        return say("names", value);
    }

    public Shows properties(Properties value) {
        return say("properties", value);
    }

    public Shows small(short one, Byte two, float three, char four, Class<?> five) {
        return say("small", one, two, three, four, five);
    }

    public Shows any(Object value) {
        return say("any", value);
    }

    public Shows mode(Mode value) {
        return say("mode", value);
    }

    public Shows unsure(List<?> one, Object two) {
        return this;
    }

    public Shows unsure(Object one, List<?> two) {
        return this;
    }

    public void quiet(int value) {
        say("quiet", value);
    }

    public boolean add(int value) {
        say("add", value);
        return true;
    }

    public void setSpeed(int value) {
        say("setSpeed", value);
    }

    public Shows withDepth(long value) {
        return say("withDepth", value);
    }

    public Shows fails(String why) {
        throw new IllegalStateException(why);
    }

    @Override
    public String toString() {
        return field == null ? said.toString() : said + " field=" + field;
    }

    private Shows say(String what, Object... values) {
        List<String> shown = new ArrayList<>();
        for (Object value : values) {
            shown.add(shown(value));
        }
        said.append(said.length() == 0 ? "" : " ").append(what).append(shown);
        return this;
    }

    private static String shown(Object value) {
        if (value instanceof byte[]) {
            return "byte[]" + Arrays.toString((byte[]) value);
        } else if (value instanceof Object[]) {
            return value.getClass().getSimpleName() + all(Arrays.asList((Object[]) value));
        } else if (value instanceof Collection) {
            return value.getClass().getSimpleName() + all((Collection<?>) value);
        } else if (value instanceof Map) {
            Map<String, String> sorted = new TreeMap<>();
            ((Map<?, ?>) value).forEach((key, one) -> sorted.put(shown(key), shown(one)));
            return value.getClass().getSimpleName() + sorted;
        }
        return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
    }

    private static List<String> all(Collection<?> values) {
        List<String> shown = new ArrayList<>();
        values.forEach(one -> shown.add(shown(one)));
        return shown;
    }
}
