package umbrella.storm;

/** What a user should know about a DRPC server; the text says everything, so there is no stack trace. */
final class DrpcServerException extends Exception {
    private static final long serialVersionUID = 1L;

    DrpcServerException(String text) {
        super(text, null, false, false);
    }
}
