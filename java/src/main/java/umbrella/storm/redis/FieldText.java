package umbrella.storm.redis;

import java.util.Collection;
import java.util.Map;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import org.apache.storm.tuple.ITuple;

/** A field of a tuple as it is in Redis: text, a number or boolean as Java shows it, a list or map as JSON. */
final class FieldText {
    private FieldText() {
    }

    /** The text of a field; throws a RedisException if the tuple has no such field. */
    static String of(ITuple tuple, String field) {
        Object value = tuple.getValueByField(field);
        if (value == null || value instanceof byte[]) {
            throw new RedisException("Redis is given text, numbers, lists and maps, and field '" + field
                + "' of the tuple is " + (value == null ? "None (null)" : "bytes") + "; the tuple fails. "
                + (value == null ? "Leave such tuples out, or emit a text for None." : "Decode them to text."));
        }
        boolean nested = value instanceof Collection || value instanceof Map || value.getClass().isArray();
        return nested ? JSONValue.toJSONString(value, JSONStyle.LT_COMPRESS) : value.toString();
    }
}
