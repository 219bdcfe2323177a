package umbrella.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.storm.generated.StreamInfo;

/** Compares the streams that a Java class declares with those that Python declares for it. */
final class JvmStreams {
    private final String className;
    private final Map<String, StreamInfo> ofClass;

    JvmStreams(Class<?> type, Map<String, StreamInfo> ofClass) {
        this.className = type.getName();
        this.ofClass = new TreeMap<>(ofClass);
    }

    /** @param ofPython as in the description: {@code {name: {"fields": [...], "direct": bool}}} */
    List<String> faults(Map<?, ?> ofPython) {
        List<String> faults = new ArrayList<>();
        ofClass.forEach((name, stream) -> {
            if (!ofPython.containsKey(name)) {
                faults.add("stream '" + name + "' of " + className + " is not declared in Python, and its first tuple would end "
                    + "the worker; valid: a nested class with fields = " + shown(stream.get_output_fields()));
            }
        });
        for (Object name : new TreeSet<>(ofPython.keySet())) {
            StreamInfo stream = ofClass.get(name);
            if (stream == null) {
                faults.add("stream '" + name + "' is not declared by " + className + "; valid: "
                    + (ofClass.isEmpty() ? "no stream at all" : String.join(", ", ofClass.keySet())));
            } else {
                compare((String) name, stream, (Map<?, ?>) ofPython.get(name), faults);
            }
        }
        return faults;
    }

    /** Names as written in Python. */
    private static String shown(List<?> fields) {
        return fields.stream().map(one -> "\"" + one + "\"").collect(Collectors.joining(", "));
    }

    private void compare(String name, StreamInfo stream, Map<?, ?> ofPython, List<String> faults) {
        if (!stream.get_output_fields().equals(ofPython.get("fields"))) {
            faults.add("stream '" + name + "' has other fields in " + className + "; given: "
                + shown((List<?>) ofPython.get("fields")) + "; valid: " + shown(stream.get_output_fields()));
        }
        if (stream.is_direct() != (Boolean) ofPython.get("direct")) {
            faults.add("stream '" + name + "' is " + (stream.is_direct() ? "" : "not ") + "direct in " + className
                + "; valid: direct = " + (stream.is_direct() ? "True" : "False"));
        }
    }
}
