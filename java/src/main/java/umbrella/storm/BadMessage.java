package umbrella.storm;

import java.io.IOException;

/** What a child wrote is no message; the text says what came and what would be valid. */
final class BadMessage extends IOException {
    private static final long serialVersionUID = 1L;

    BadMessage(String text) {
        super(text);
    }
}
