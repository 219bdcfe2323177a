package umbrella.storm.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.storm.redis.common.mapper.RedisDataTypeDescription;
import org.apache.storm.redis.common.mapper.RedisDataTypeDescription.RedisDataType;
import org.apache.storm.redis.common.mapper.RedisLookupMapper;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.ITuple;
import org.apache.storm.tuple.Values;
import redis.clients.jedis.GeoCoordinate;

/** Tells storm-redis's RedisLookupBolt which field holds the key, and what to emit: fields of the input, then the value. */
public final class LookupMapper implements RedisLookupMapper {
    private static final long serialVersionUID = 1L;

    private final RedisDataTypeDescription type;
    private final String key;
    private final ArrayList<String> fields;

    /**
     * Names the fields.
     *
     * @param type the type of what is looked into
     * @param container the hash, sorted set or geo set that is looked into; null for the other types
     * @param key the field with the key, or with the member of {@code container}
     * @param fields the fields to emit; the last is for the value, those before it are the input's
     */
    public LookupMapper(RedisDataType type, String container, String key, List<String> fields) {
        this.type = new RedisDataTypeDescription(type, container);
        this.key = key;
        this.fields = new ArrayList<>(fields);
    }

    @Override
    public RedisDataTypeDescription getDataTypeDescription() {
        return type;
    }

    @Override
    public String getKeyFromTuple(ITuple tuple) {
        return FieldText.of(tuple, key);
    }

    @Override
    public String getValueFromTuple(ITuple tuple) {
        throw new UnsupportedOperationException("a look-up has no value to store");
    }

    @Override
    public List<Values> toTuple(ITuple input, Object value) {
        Values values = new Values();
        for (String field : fields.subList(0, fields.size() - 1)) {
            values.add(input.getValueByField(field));
        }
        values.add(plain(value));
        return Collections.singletonList(values);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
        declarer.declare(new Fields(fields));
    }

    /** A position as [longitude, latitude], which other components can read. */
    private static Object plain(Object value) {
        if (!(value instanceof List)) {
            return value;
        }
        Object first = ((List<?>) value).isEmpty() ? null : ((List<?>) value).get(0);
        if (!(first instanceof GeoCoordinate)) {
            return first;
        }
        GeoCoordinate position = (GeoCoordinate) first;
        return new ArrayList<>(Arrays.asList(position.getLongitude(), position.getLatitude()));
    }
}
