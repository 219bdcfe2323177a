package umbrella.storm.redis;

import org.apache.storm.redis.bolt.RedisStoreBolt;
import org.apache.storm.redis.common.config.JedisPoolConfig;
import org.apache.storm.redis.common.mapper.RedisStoreMapper;
import org.apache.storm.tuple.Tuple;

/** storm-redis's RedisStoreBolt, but a tuple that cannot be stored fails instead of ending the worker. */
public final class StoreBolt extends RedisStoreBolt {
    private static final long serialVersionUID = 1L;

    /** See RedisStoreBolt. */
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
