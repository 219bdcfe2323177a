package umbrella.storm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.tuple.Fields;
import org.apache.storm.utils.Utils;
import umbrella.storm.jvm.Assembly;

/**
 * The description of a component written in Java: parsed from the one JSON text that JvmBolt and JvmSpout are built
 * from.
 *
 * <pre>
 * {"object": {"new": "a.b.C", "args": [...]},          as {@link Assembly} reads it
 *  "streams": {"default": {"fields": ["word"], "direct": false}},
 *  "conf": {"topology.tick.tuple.freq.secs": 5}}       the component's own configuration, from Python
 * </pre>
 */
final class JvmDescription {
    final Object object;
    final Map<String, Object> conf = new HashMap<>();
    final Map<?, ?> streams;

    private JvmDescription(Map<?, ?> given) {
        object = given.get("object");
        streams = (Map<?, ?>) given.get("streams");
        ((Map<?, ?>) given.get("conf")).forEach((key, value) -> conf.put((String) key, value));
    }

    static JvmDescription of(String json) {
        return of((Map<?, ?>) parsed(json));
    }

    static JvmDescription of(Map<?, ?> given) {
        if (!(given.get("object") instanceof Map && given.get("streams") instanceof Map && given.get("conf") instanceof Map)) {
            throw new IllegalArgumentException("wrong description of a Java component; given: the keys " + given.keySet()
                + "; valid: object, streams and conf, each an object");
        }
        return new JvmDescription(given);
    }

    /** Builds the component's object on the worker. */
    Object build() {
        return Assembly.build(object);
    }

    void declareOutputFields(OutputFieldsDeclarer declarer) {
        streams.forEach((name, stream) -> declarer.declareStream(
            (String) name, (Boolean) ((Map<?, ?>) stream).get("direct"), new Fields(fields(stream))));
    }

    /**
     * The configuration that the component is prepared with. As in TopologyBuilder, the class's own settings override
     * the topology's, and Python's settings for the component override both.
     */
    Map<String, Object> merged(Map<String, Object> topology, Map<String, Object> ofClass) {
        Map<String, Object> merged = new HashMap<>(topology);
        if (ofClass != null) {
            ofClass.forEach((key, value) -> {
                if (!conf.containsKey(key)) {
                    merged.put(key, value);
                }
            });
        }
        return merged;
    }

    private static List<String> fields(Object stream) {
        List<String> fields = new ArrayList<>();
        ((List<?>) ((Map<?, ?>) stream).get("fields")).forEach(field -> fields.add((String) field));
        return fields;
    }

    private static Object parsed(String json) {
        try {
            // Storm's own parser, because the library behind it changed with Storm 2.6.
            return Utils.parseJson(json);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("the description of a Java component is no JSON object", e);
        }
    }
}
