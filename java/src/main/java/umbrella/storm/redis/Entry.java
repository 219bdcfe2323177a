package umbrella.storm.redis;

/** One thing to emit, and the message id of its tuple. Failures are counted by the executor's thread alone. */
final class Entry {
    private final String from;
    private final byte[] value;
    private int failures;

    Entry(String from, byte[] value) {
        this.from = from;
        this.value = value;
    }

    /** The list or channel it came from. */
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
