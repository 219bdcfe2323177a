package umbrella.storm;

/** An error that a component has reported: its text is Python's, and a JVM stack trace would only hide it. */
final class PythonError extends Exception {
    private static final long serialVersionUID = 1L;

    PythonError(String text) {
        super(text, null, false, false);
    }
}
