package umbrella.storm.redis;

/** What went wrong with Redis, in words for whoever looks at Storm's UI. */
final class RedisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisException(String text, Throwable cause) {
        super(text, cause);
    }
}
