package umbrella.storm.redis;

/** Where entries come from. All methods are called by the executor's thread, and none waits for Redis but close. */
interface Source {
    /** The next entry, or null if there is none now. */
    Entry poll();

    /** The entry's tuple tree is acked. */
    void done(Entry entry);

    /** The entry has failed too often. */
    void dead(Entry entry);

    /** What becomes of entries that failed too often, for the error that is reported. */
    String deadText();

    /** An error that nobody has been told of yet, or null. */
    RedisException error();

    void activate();

    void deactivate();

    /** Settles what can be settled in a few seconds, and ends. */
    void close();
}
