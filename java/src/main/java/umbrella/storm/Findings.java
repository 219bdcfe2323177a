package umbrella.storm;

import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import umbrella.storm.jvm.WrongObject;

/**
 * Writes the findings of CheckJvm: lines of {@code umbrella: } and JSON, {@code {"component", "kind", "what", "given",
 * "valid", "wrong", "hint"}}.
 *
 * <p>The kind is begin before a component is checked; then fault, note and fits; and end after all of them. Other lines
 * are what constructors wrote by other means than System.out.
 */
final class Findings {
    private final PrintStream out;

    Findings(PrintStream out) {
        this.out = out;
    }

    void begin(String component) {
        write(component, "begin", "", "", Collections.emptyList(), "", "");
        out.flush();
    }

    void fits(String component) {
        write(component, "fits", "", "", Collections.emptyList(), "", "");
    }

    void end() {
        write("", "end", "", "", Collections.emptyList(), "", "");
    }

    void fault(String component, WrongObject e) {
        write(component, "fault", e.what(), e.given(), e.valid(), e.wrong(), e.hint());
    }

    void fault(String component, String text) {
        write(component, "fault", text, "", Collections.emptyList(), "", "");
    }

    void note(String component, String text) {
        write(component, "note", text, "", Collections.emptyList(), "", "");
    }

    private void write(
        String component, String kind, String what, String given, List<String> valid, String wrong, String hint) {
        StringBuilder line = new StringBuilder("\numbrella: {"); // on a separate line, whatever was written before
        pair(line, "component", component).append(',');
        pair(line, "kind", kind).append(',');
        pair(line, "what", what).append(',');
        pair(line, "given", given).append(',');
        pair(line, "wrong", wrong).append(',');
        pair(line, "hint", hint).append(",\"valid\":[");
        for (int i = 0; i < valid.size(); i++) {
            quote(line.append(i == 0 ? "" : ","), valid.get(i));
        }
        out.println(line.append("]}"));
    }

    private static StringBuilder pair(StringBuilder line, String key, String value) {
        return quote(quote(line, key).append(':'), value);
    }

    private static StringBuilder quote(StringBuilder line, String text) {
        line.append('"');
        for (char one : text.toCharArray()) {
            boolean plain = one >= ' ' && one < 0x7f && one != '"' && one != '\\';
            line.append(plain ? String.valueOf(one) : String.format("\\u%04x", (int) one));
        }
        return line.append('"');
    }
}
