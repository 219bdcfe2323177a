package umbrella.storm.jvm;

/** What a check that builds nothing cannot determine. */
public final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
        super(message);
    }
}
