package umbrella.storm.redis;

import org.apache.storm.redis.bolt.RedisStoreBolt;
import org.apache.storm.redis.common.config.JedisPoolConfig;
import org.apache.storm.redis.common.mapper.RedisStoreMapper;
import org.apache.storm.tuple.Tuple;

/** storm-redis's RedisStoreBolt, which fails a tuple that cannot be stored, where that one ends the worker. */
public final class StoreBolt extends RedisStoreBolt {
    private static final long serialVersionUID = 1L;

    /** As the one of RedisStoreBolt. */
    public StoreBolt(JedisPoolConfig pool, RedisStoreMapper mapper) {
        super(pool, mapper);
    }

    @Override
    public void process(Tuple input) {
        try {
            super.process(input);
        } catch (RedisException refused) {
            collector.reportError(refused);
            collector.fail(input);
        }
    }
}
