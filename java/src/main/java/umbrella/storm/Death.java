package umbrella.storm;

/** What is known of the end of a child. */
final class Death {
    /** "its process (pid 7) was killed by signal 9 (SIGKILL)", to be read after the task's name. */
    final String how;
    /** Whether it ended, rather than did what children are killed for, or never started. */
    final boolean byItself;
    /** Whether it ended as one does that was asked to. */
    final boolean inOrder;
    /** What has a stack of the JVM's own to show; null for all that a child did. */
    final Throwable cause;
    private final Child child; // null for one that never started

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

    /** Of a child that did not start; the text of the failure has all of its last words. */
    static Death atStart(StartFailed failure) {
        return new Death(failure.getMessage(), null, false, false, null);
    }
}
