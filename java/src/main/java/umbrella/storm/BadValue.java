package umbrella.storm;

/** A value of a tuple cannot be sent to a child; the text names component, stream, field and class. */
final class BadValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadValue(String text) {
        super(text);
    }
}
