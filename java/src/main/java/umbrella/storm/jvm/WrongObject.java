package umbrella.storm.jvm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A Java object cannot be created as described: what is wrong, what was given, what is valid. */
public final class WrongObject extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_SHOWN = 30;

    private final String what;
    private final String given;
    private final ArrayList<String> valid;
    private final String hint;
    /** The name that was not found, to compare with the valid ones; or "". */
    private final String wrong;

    WrongObject(String what, String given, List<String> valid, String wrong, String hint) {
        this(what, given, valid, wrong, hint, null);
    }

    WrongObject(String what, String given, List<String> valid, String wrong, String hint, Throwable cause) {
        super(text(what, given, valid, hint), cause);
        this.what = what;
        this.given = given;
        this.valid = new ArrayList<>(valid);
        this.wrong = wrong;
        this.hint = hint;
    }

    /** An error with only a sentence and a hint. */
    static WrongObject of(String what, String hint) {
        return new WrongObject(what, "", Collections.emptyList(), "", hint);
    }

    /** The same error, with a place inside the description. */
    WrongObject at(String where) {
        return new WrongObject(where + ": " + what, given, valid, wrong, hint, getCause());
    }

    public String what() {
        return what;
    }

    public String given() {
        return given;
    }

    public List<String> valid() {
        return valid;
    }

    public String wrong() {
        return wrong;
    }

    public String hint() {
        return hint;
    }

    private static String text(String what, String given, List<String> valid, String hint) {
        StringBuilder text = new StringBuilder(what);
        if (!given.isEmpty()) {
            text.append("; given: ").append(given);
        }
        if (!valid.isEmpty()) {
            text.append("; valid: ").append(String.join(", ", valid.subList(0, Math.min(valid.size(), MOST_SHOWN))));
        }
        return hint.isEmpty() ? text.toString() : text.append(". ").append(hint).toString();
    }
}
