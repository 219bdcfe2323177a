package umbrella.storm;

/** What a user ought to know of a DRPC server; the text says all, so it has no stack trace. */
final class DrpcServerException extends Exception {
    private static final long serialVersionUID = 1L;

    DrpcServerException(String text) {
        super(text, null, false, false);
    }
}
