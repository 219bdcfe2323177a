package umbrella.storm;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process group that a child leads: the child itself, and everything that it has started. */
final class ProcessGroup {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessGroup.class);
    private static final long SECONDS = 5;

    private ProcessGroup() {
    }

    /**
     * Kills the group with that number, if it exists. The JVM's own group is spared: a child may have reported a number
     * that is not its own.
     *
     * @param alone whether to kill the process with that number too, which may not lead a group.
     *     Process.destroyForcibly would also close the child's stdin, and block while someone is writing there
     */
    static void kill(long leader, boolean alone) {
        if (leader > 1) {
            // Uses a shell, because `kill` is built into each one and need not be installed.
            String isOwn = "[ \"$(ps -o pgid= -p $PPID | tr -d ' ')\" = " + leader + " ]";
            String group = isOwn + " || kill -s KILL -- -" + leader;
            run(alone ? group + "; kill -s KILL " + leader : group);
        }
    }

    /** Sends SIGTERM to one process. */
    static void terminate(long process) {
        if (process > 1) {
            run("kill -s TERM " + process);
        }
    }

    /** The pid of a process, by Process.pid() of Java 9 or, on Java 8, from the field that holds it; 0 if unknown. */
    static long pid(Process process) {
        try {
            return (Long) Process.class.getMethod("pid").invoke(process);
        } catch (ReflectiveOperationException e) {
            return pidOnJava8(process);
        }
    }

    private static long pidOnJava8(Process process) {
        try {
            Field field = process.getClass().getDeclaredField("pid");
            field.setAccessible(true);
            return field.getInt(process);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return 0;
        }
    }

    private static void run(String script) {
        File nowhere = new File("/dev/null");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script)
            .redirectInput(nowhere).redirectOutput(nowhere).redirectError(nowhere);
        try {
            builder.start().waitFor(SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            LOG.warn("cannot signal processes: {}", script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
