package umbrella.storm;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A child has written an invalid message; the text says what came and what would be valid. */
final class BadMessage extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 200; // characters

    BadMessage(String text) {
        super(text);
    }

    /** @param charset how to show the bytes; ASCII for binary data, whose other bytes are shown in hex */
    BadMessage(String what, String valid, byte[] bytes, int from, int to, Charset charset) {
        super(what + "; given: " + shown(bytes, from, to, charset) + "; valid: " + valid);
    }

    /** The beginning of a message as text. */
    static String shown(byte[] bytes, int from, int to, Charset charset) {
        boolean ascii = charset == StandardCharsets.US_ASCII;
        String given = new String(bytes, from, Math.min(to - from, 4 * SHOWN),
            ascii ? StandardCharsets.ISO_8859_1 : charset);
        StringBuilder text = new StringBuilder();
        int shown = Math.min(given.length(), SHOWN);
        for (int place = 0; place < shown; place++) {
            char one = given.charAt(place);
            if (one < ' ' || one >= 0x7f && (ascii || one < 0xa0)) {
                text.append("\\x").append(Character.forDigit(one >> 4, 16)).append(Character.forDigit(one & 15, 16));
            } else {
                text.append(one);
            }
        }
        if (shown < given.length() || to - from > 4 * SHOWN) {
            text.append("... (").append(to - from).append(" bytes)");
        }
        return text.toString();
    }
}
