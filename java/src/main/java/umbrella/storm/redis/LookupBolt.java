package umbrella.storm.redis;

import org.apache.storm.redis.bolt.RedisLookupBolt;
import org.apache.storm.redis.common.config.JedisPoolConfig;
import org.apache.storm.redis.common.mapper.RedisLookupMapper;
import org.apache.storm.tuple.Tuple;

/** storm-redis's RedisLookupBolt, but a tuple without a key to look up fails instead of ending the worker. */
public final class LookupBolt extends RedisLookupBolt {
    private static final long serialVersionUID = 1L;

    /** See RedisLookupBolt. */
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
