package umbrella.storm.redis;

import org.apache.storm.redis.common.mapper.RedisDataTypeDescription;
import org.apache.storm.redis.common.mapper.RedisDataTypeDescription.RedisDataType;
import org.apache.storm.redis.common.mapper.RedisStoreMapper;
import org.apache.storm.tuple.ITuple;

/** Tells storm-redis's RedisStoreBolt which fields of a tuple hold the key and the value. */
public final class StoreMapper implements RedisStoreMapper {
    private static final long serialVersionUID = 1L;

    private final RedisDataTypeDescription type;
    private final String key;
    private final String value;

    /**
     * Names the fields.
     *
     * @param type the type of what the value is put into
     * @param container the hash, sorted set or geo set that it is put into; null for the other types
     * @param key the field with the key, or with the member of {@code container}
     * @param value the field with the value, the score, or the position as longitude:latitude
     */
    public StoreMapper(RedisDataType type, String container, String key, String value) {
        this.type = new RedisDataTypeDescription(type, container);
        this.key = key;
        this.value = value;
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
        return FieldText.of(tuple, value);
    }
}
