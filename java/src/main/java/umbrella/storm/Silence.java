package umbrella.storm;

import java.io.IOException;

/** A child has said nothing for longer than it may. */
final class Silence extends IOException {
    private static final long serialVersionUID = 1L;

    Silence(String text) {
        super(text);
    }
}
