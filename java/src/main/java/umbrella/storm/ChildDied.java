package umbrella.storm;

/** Reports a child's death to Storm: its text says everything, and a JVM stack trace would only hide it. */
final class ChildDied extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChildDied(String text, Throwable cause) {
        super(text, cause, false, false);
    }
}
