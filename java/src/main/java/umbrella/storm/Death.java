package umbrella.storm;

/** What is known about the end of a child. */
final class Death {
    /** "its process (pid 7) was killed by signal 9 (SIGKILL)": a text that follows the task's name. */
    final String how;
    /** Whether it ended by itself, rather than being killed for a fault or never having started. */
    final boolean byItself;
    /** Whether it ended like a child that was asked to. */
    final boolean inOrder;
    /** A cause with a JVM stack trace worth showing; null for everything that a child did. */
    final Throwable cause;
    private final Child child; // null if it never started

    Death(String how, Child child, boolean byItself, boolean inOrder, Throwable cause) {
        this.how = how;
        this.child = child;
        this.byItself = byItself;
        this.inOrder = inOrder;
        this.cause = cause;
    }

    /** Its last lines on stderr, with an introduction; empty if there are none. */
    String tail() throws InterruptedException {
        return child == null ? "" : child.stderrTail();
    }

    /** For a child that did not start; the text of the failure already contains its last output. */
    static Death atStart(StartFailed failure) {
        return new Death(failure.getMessage(), null, false, false, null);
    }
}
