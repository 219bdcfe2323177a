package umbrella.storm.redis;

/** A source of entries. All methods are called by the executor's thread, and only close waits for Redis. */
interface Source {
    /** The next entry, or null if there is none now. */
    Entry poll();

    /** The entry's tuple tree is acked. */
    void done(Entry entry);

    /** The entry has failed too many times. */
    void dead(Entry entry);

    /** What happens to entries that failed too many times, for the error that is reported. */
    String deadText();

    /** An error that has not been reported yet, or null. */
    RedisException error();

    void activate();

    void deactivate();

    /** Settles what can be settled in a few seconds, and closes. */
    void close();
}
