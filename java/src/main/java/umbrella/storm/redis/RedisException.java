package umbrella.storm.redis;

/** What went wrong with Redis, for whoever looks at Storm's UI; the text says all, so it has no stack trace. */
final class RedisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisException(String text) {
        super(text, null, false, false);
    }
}
