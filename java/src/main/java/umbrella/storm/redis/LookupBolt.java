package umbrella.storm.redis;

import org.apache.storm.redis.bolt.RedisLookupBolt;
import org.apache.storm.redis.common.config.JedisPoolConfig;
import org.apache.storm.redis.common.mapper.RedisLookupMapper;
import org.apache.storm.tuple.Tuple;

/** storm-redis's RedisLookupBolt, which fails a tuple without a key to look up, where that one ends the worker. */
public final class LookupBolt extends RedisLookupBolt {
    private static final long serialVersionUID = 1L;

    /** As the one of RedisLookupBolt. */
    public LookupBolt(JedisPoolConfig pool, RedisLookupMapper mapper) {
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
