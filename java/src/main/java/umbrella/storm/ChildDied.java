package umbrella.storm;

/** What Storm is told of a child's death: its text says all, and a stack of the JVM would only hide it. */
final class ChildDied extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChildDied(String text, Throwable cause) {
        super(text, cause, false, false);
    }
}
