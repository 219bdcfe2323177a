package umbrella.storm.redis;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * Settings as lines of {@code name=value}; a name may come more than once where many values are allowed.
 *
 * <p>One text, for a topology sent over Thrift gives a Java object plain constructor arguments only.
 */
final class Settings implements Serializable {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, ArrayList<String>> values = new LinkedHashMap<>();

    /**
     * Reads settings.
     *
     * @param text with the names: url; list or channel or pattern; end ("right" or "left", where a list's next entry
     *     is); field (once or twice); encoding; max_failures (0 for no limit), retry_seconds, max_retry_seconds;
     *     max_pending (entries taken and not settled), group (of the lists that hold what is taken), dead_letters
     */
    Settings(String text) {
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("settings are lines of name=value; given: " + line);
            }
            values.computeIfAbsent(line.substring(0, equals), name -> new ArrayList<>()).add(line.substring(equals + 1));
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    List<String> all(String name) {
        List<String> found = values.get(name);
        return found == null ? Collections.<String>emptyList() : found;
    }

    String text(String name) {
        List<String> found = all(name);
        if (found.size() != 1) {
            throw new IllegalArgumentException("'" + name + "' is given once; given: " + found + ", of " + names());
        }
        return found.get(0);
    }

    int whole(String name) {
        return Integer.parseInt(text(name));
    }

    double seconds(String name) {
        return Double.parseDouble(text(name));
    }

    /** The names, without the values: a URL may hold a password. */
    private Set<String> names() {
        return values.keySet();
    }
}
