package umbrella.storm;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What the locale of this JVM can encode. A daemon that is started without a locale, by systemd or cron or in a
 * container, has ASCII, and so have its workers: Java then silently writes "?" for everything else.
 */
final class LocaleCharset {
    // The charset of text files, and of the environment of processes up to Java 17.
    private static final Charset OF_TEXT = Charset.defaultCharset();
    // The charset of file names, and of the environment of processes from Java 18 on.
    private static final Charset OF_NAMES = named(System.getProperty("sun.jnu.encoding"));

    private LocaleCharset() {
    }

    private static Charset named(String name) {
        try {
            return name == null ? OF_TEXT : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return OF_TEXT;
        }
    }

    /** Whether a process can be started with this text in its command, its folder or its environment. */
    static boolean carries(String text) {
        return OF_TEXT.newEncoder().canEncode(text) && OF_NAMES.newEncoder().canEncode(text);
    }

    /** Advice about a text that a process cannot be started with; empty if it can. */
    static String advice(Object text) {
        return carries(String.valueOf(text)) ? "" : ". The locale of this JVM (" + OF_NAMES + ") lacks some of its"
            + " characters: start Storm's daemons with LC_ALL=C.UTF-8";
    }

    /** A text that a log file can hold: characters that its charset lacks are written as in Java, \\u00fc. */
    static String printable(String text) {
        if (OF_TEXT.equals(StandardCharsets.UTF_8) || text == null || OF_TEXT.newEncoder().canEncode(text)) {
            return text;
        }
        CharsetEncoder encoder = OF_TEXT.newEncoder();
        StringBuilder printable = new StringBuilder();
        for (char one : text.toCharArray()) {
            if (encoder.canEncode(one)) {
                printable.append(one);
            } else {
                printable.append(String.format("\\u%04x", (int) one));
            }
        }
        return printable.toString();
    }
}
