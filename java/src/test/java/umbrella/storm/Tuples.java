package umbrella.storm;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.storm.generated.StormTopology;
import org.apache.storm.task.GeneralTopologyContext;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.TupleImpl;

/** Tuples as Storm makes them. */
final class Tuples {
    private static final int MOST_FIELDS = 12;

    private Tuples() {
    }

    /** A tuple of the component "source", on its default stream. */
    static Tuple of(Object... values) {
        return of("source", 3, "default", values);
    }

    static Tuple of(String component, int task, String stream, Object... values) {
        Map<Integer, String> names = new HashMap<>();
        names.put(task, component);
        Map<String, Map<String, Fields>> fields = new HashMap<>();
        fields.put(component, Collections.singletonMap(stream, fields(values.length)));
        GeneralTopologyContext context = new GeneralTopologyContext(new StormTopology(), new HashMap<>(),
            names, new HashMap<>(), fields, "id");
        return new TupleImpl(context, Arrays.asList(values), component, task, stream);
    }

    private static Fields fields(int count) {
        List<String> names = Arrays.asList("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
        return new Fields(names.subList(0, Math.min(count, MOST_FIELDS)));
    }
}
