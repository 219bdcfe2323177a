package umbrella.storm.redis;

/** One entry to emit, and the message id of its tuple. Failures are counted only by the executor's thread. */
final class Entry {
    private final String from;
    private final byte[] value;
    private int failures;

    Entry(String from, byte[] value) {
        this.from = from;
        this.value = value;
    }

    /** The list or channel that it came from. */
    String from() {
        return from;
    }

    byte[] value() {
        return value;
    }

    int failures() {
        return failures;
    }

    void failed() {
        failures++;
    }
}
