package umbrella.storm;

import java.util.HashMap;
import java.util.Map;

/** The meaning of Java's exit value of a process: above 128, 128 plus the number of the signal that killed it. */
final class ExitCode {
    private static final int HUNG = 124; // in watch.py; user code hardly ever ends with it
    private static final int SIGNALS = 128;
    private static final Map<Integer, String> NAMES = new HashMap<>();

    static {
        NAMES.put(1, "SIGHUP");
        NAMES.put(2, "SIGINT");
        NAMES.put(3, "SIGQUIT");
        NAMES.put(4, "SIGILL");
        NAMES.put(6, "SIGABRT");
        NAMES.put(8, "SIGFPE");
        NAMES.put(9, "SIGKILL: by hand, or by the kernel for want of memory");
        NAMES.put(11, "SIGSEGV");
        NAMES.put(13, "SIGPIPE");
        NAMES.put(15, "SIGTERM");
    }

    private ExitCode() {
    }

    static String words(int exitValue) {
        int signal = exitValue - SIGNALS;
        if (signal <= 0) {
            return "ended with exit code " + exitValue + (exitValue == HUNG ? ": a call took too long, see the error before" : "");
        }
        return "was killed by signal " + signal + (NAMES.containsKey(signal) ? " (" + NAMES.get(signal) + ")" : "");
    }

    /** Whether a child ends like this when it is asked to, as Storm's supervisor does when a topology is killed. */
    static boolean isOrderly(int exitValue) {
        return exitValue == 0 || exitValue == SIGNALS + 15;
    }
}
