package umbrella.storm;

import java.io.IOException;

/** A child could not be started, or did not shake hands; the text says why, with the child's last words. */
final class StartFailed extends IOException {
    private static final long serialVersionUID = 1L;

    StartFailed(String text, Throwable cause) {
        super(text, cause);
    }
}
