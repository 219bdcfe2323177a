package umbrella.storm;

import java.io.IOException;

/** A child could not be started, or the handshake failed; the text has the reason and the child's last output. */
final class StartFailed extends IOException {
    private static final long serialVersionUID = 1L;

    StartFailed(String text, Throwable cause) {
        super(text, cause);
    }
}
