package umbrella.storm.redis;

/** Opens the source that the settings select. */
final class Sources {
    private static final String JEDIS = "redis.clients.jedis.Jedis";

    private Sources() {
    }

    static Source open(Settings settings, Place place) {
        try {
            Class.forName(JEDIS);
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException("RedisSpout speaks to Redis by Jedis, which is not in the topology's jar; "
                + "build it with --artifacts redis.clients:jedis:7.0.0", missing);
        }
        return settings.has("list") ? new ListSource(settings, place) : new ChannelSource(settings, place);
    }
}
