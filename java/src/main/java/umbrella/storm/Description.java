package umbrella.storm;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.tuple.Fields;
import org.apache.storm.utils.Utils;

/**
 * The description of a Python component: parsed from the one JSON text that PythonBolt and PythonSpout are built from.
 *
 * <pre>
 * {"command": ["python3", "-mumbrella.multilang"],      the only required key
 *  "env": {"NAME": "value"},                            added to the worker's environment
 *  "directory": "resources",                            or "worker", or an absolute path
 *  "serializer": "json",                                or "msgpack"
 *  "streams": {"default": {"fields": ["word"], "direct": false}},
 *  "conf": {"topology.tick.tuple.freq.secs": 5},        the component's own configuration
 *  "metrics": [],
 *  "cycle": false}                                      whether what a bolt emits may come back to it
 * </pre>
 */
final class Description {
    static final String JSON = "json";
    static final String MSGPACK = "msgpack";
    private static final String RESOURCES = "resources";
    private static final String WORKER = "worker";
    private static final List<String> KEYS =
        Arrays.asList("command", "conf", "cycle", "directory", "env", "metrics", "serializer", "streams");

    final List<String> command;
    private final Map<String, String> environment;
    final String serializer;
    /** Streams by name; their index is their number in MessagePack. */
    final Map<String, Stream> streams;
    final Map<String, Object> conf;
    final List<?> metrics;
    final boolean cycle;
    private final String directory;

    /** A stream that the component emits to. */
    static final class Stream {
        final List<String> fields;
        final boolean direct;

        Stream(List<String> fields, boolean direct) {
            this.fields = fields;
            this.direct = direct;
        }
    }

    private Description(Map<String, Object> given) {
        for (String key : new TreeSet<>(given.keySet())) {
            check(KEYS.contains(key), "no such key", key, "one of " + KEYS);
        }
        command = texts("command", given.get("command"));
        check(!command.isEmpty(), "command is empty", command, "the program and its arguments");
        environment = environment(given.get("env"));
        directory = (String) orElse(given.get("directory"), RESOURCES);
        check(directory.equals(RESOURCES) || directory.equals(WORKER) || new File(directory).isAbsolute(),
            "directory", directory, "\"resources\", \"worker\" or an absolute path");
        serializer = (String) orElse(given.get("serializer"), JSON);
        check(serializer.equals(JSON) || serializer.equals(MSGPACK), "serializer", serializer,
            "\"json\" or \"msgpack\"");
        streams = streams(given.get("streams"));
        conf = map("conf", given.get("conf"));
        cycle = flag("cycle", given.get("cycle"));
        metrics = list("metrics", orElse(given.get("metrics"), Collections.emptyList()));
    }

    /**
     * Parses a description.
     *
     * @throws IllegalArgumentException saying what is wrong, what was given and what is valid
     */
    static Description of(String json) {
        Object given;
        try {
            // Storm's own parser, because the library behind it changed with Storm 2.6.
            given = Utils.parseJson(json);
        } catch (RuntimeException e) {
            throw wrong("it is no JSON object (" + e.getMessage() + ")", json, "{\"command\": [...], ...}");
        }
        try {
            return new Description(map("the whole", given));
        } catch (ClassCastException e) {
            throw wrong("a value is of the wrong type (" + e.getMessage() + ")", json, "texts and lists of texts");
        }
    }

    /** The folder that the child starts in; null for the worker's own folder. */
    File folder(TopologyContext context) {
        if (directory.equals(WORKER)) {
            return null;
        }
        return new File(directory.equals(RESOURCES) ? context.getCodeDir() : directory);
    }

    /** Those of its variables that this JVM's locale can pass to the process as it starts; or else the others. */
    Map<String, String> environment(boolean carried) {
        Map<String, String> some = new TreeMap<>(environment);
        some.entrySet().removeIf(one -> carried != LocaleCharset.carries(one.getKey() + one.getValue()));
        return some;
    }

    void declareOutputFields(OutputFieldsDeclarer declarer) {
        streams.forEach((name, stream) -> declarer.declareStream(name, stream.direct, new Fields(stream.fields)));
    }

    private static Map<String, String> environment(Object given) {
        Map<String, String> environment = new HashMap<>();
        map("env", given).forEach((name, value) -> environment.put(name, text("env." + name, value)));
        return environment;
    }

    private static Map<String, Stream> streams(Object given) {
        Map<String, Stream> streams = new LinkedHashMap<>();
        new TreeMap<>(map("streams", given)).forEach((name, value) -> {
            String where = "streams." + name;
            Map<String, Object> stream = map(where, value);
            boolean direct = flag(where + ".direct", stream.get("direct"));
            streams.put(name, new Stream(texts(where + ".fields", stream.get("fields")), direct));
        });
        return Collections.unmodifiableMap(streams);
    }

    private static List<String> texts(String where, Object given) {
        List<String> texts = new ArrayList<>();
        for (Object one : list(where, given)) {
            texts.add(text(where, one));
        }
        return texts;
    }

    private static String text(String where, Object given) {
        check(given instanceof String, where, given, "a text");
        return (String) given;
    }

    private static boolean flag(String where, Object given) {
        Object flag = orElse(given, false);
        check(flag instanceof Boolean, where, flag, "true or false");
        return (Boolean) flag;
    }

    private static List<?> list(String where, Object given) {
        check(given instanceof List, where, given, "a list");
        return (List<?>) given;
    }

    private static Map<String, Object> map(String where, Object given) {
        check(given == null || given instanceof Map, where, given, "an object with texts as keys");
        Map<String, Object> map = new LinkedHashMap<>();
        if (given != null) {
            ((Map<?, ?>) given).forEach((key, value) -> map.put((String) key, value));
        }
        return map;
    }

    private static Object orElse(Object given, Object otherwise) {
        return given == null ? otherwise : given;
    }

    private static void check(boolean right, String what, Object given, String valid) {
        if (!right) {
            throw wrong(what, given, valid);
        }
    }

    private static IllegalArgumentException wrong(String what, Object given, String valid) {
        return new IllegalArgumentException("wrong description of a Python component: " + what + "; given: " + given
            + "; valid: " + valid);
    }
}
