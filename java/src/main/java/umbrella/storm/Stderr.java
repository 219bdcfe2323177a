package umbrella.storm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a child's stderr on a separate thread, so that no child ever blocks there: each line goes into the worker's
 * log, as in ShellProcess.logErrorStream, and the last lines are kept.
 */
final class Stderr {
    private static final int LONGEST_LINE = 8192; // bytes
    private static final int LINES_KEPT = 100; // enough for the stacks of a few threads

    private final InputStream in;
    private final Logger log;
    private final Deque<String> last = new ArrayDeque<>();
    private final Thread thread;

    Stderr(InputStream in, String component) {
        this.in = in;
        log = LoggerFactory.getLogger(component); // ShellProcess.launch: a logger named after the component
        thread = new Thread(this::drain, component + "-stderr");
        thread.setDaemon(true);
        thread.start();
    }

    /** The last lines; waits a moment for those of a child that has ended. */
    String tail(long milliseconds) throws InterruptedException {
        thread.join(milliseconds);
        synchronized (last) {
            return String.join("\n", last);
        }
    }

    private void drain() {
        byte[] some = new byte[LONGEST_LINE];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                split(some, count, line);
            }
        } catch (IOException e) {
            log.debug("stderr is closed", e);
        }
        end(line);
    }

    private void split(byte[] some, int count, ByteArrayOutputStream line) {
        for (int at = 0; at < count; at++) {
            if (some[at] != '\n') {
                line.write(some[at]);
            }
            if (some[at] == '\n' || line.size() == LONGEST_LINE) {
                end(line);
            }
        }
    }

    private void end(ByteArrayOutputStream line) {
        if (line.size() == 0) {
            return;
        }
        String text = new String(line.toByteArray(), StandardCharsets.UTF_8);
        line.reset();
        log.info(LocaleCharset.printable(text));
        synchronized (last) {
            last.add(text);
            if (last.size() > LINES_KEPT) {
                last.remove();
            }
        }
    }
}
