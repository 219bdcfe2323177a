package umbrella.storm.redis;

/** A failure of Redis, for Storm's UI; the text says everything, so there is no stack trace. */
final class RedisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisException(String text) {
        super(text, null, false, false);
    }
}
