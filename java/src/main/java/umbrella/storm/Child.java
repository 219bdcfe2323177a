package umbrella.storm;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.utils.ObjectReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One child process, from its start to its last output. */
final class Child {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);
    static final String START_TIMEOUT = "umbrella.start.timeout.secs";
    private static final int START_TIMEOUT_SECONDS = 60;
    private static final String PYTHON_PATH = "PYTHONPATH";
    private static final long REAP_SECONDS = 5;
    private static final long TAIL_MILLISECONDS = 500;

    private final Process process;
    private final Stderr stderr;
    private final String pidDirectory;
    private final long processId;
    private volatile long pid;

    private Child(Process process, TopologyContext context) {
        this.process = process;
        processId = pid = ProcessGroup.pid(process);
        pidDirectory = context.getPIDDir();
        stderr = new Stderr(process.getErrorStream(), context.getThisComponentId());
    }

    /** Starts the process of a description, without sending anything to it yet. */
    static Child start(Description description, TopologyContext context) throws StartFailed {
        File folder = description.folder(context);
        ProcessBuilder builder = new ProcessBuilder(description.command).directory(folder);
        description.environment(true).forEach((name, value) -> add(builder.environment(), name, value));
        if (!new File(context.getCodeDir()).equals(folder)) {
            importFrom(context.getCodeDir(), builder.environment());
        }
        if (folder != null && !folder.isDirectory()) {
            throw new StartFailed("the folder to start in is not there; given: " + folder
                + LocaleCharset.advice(folder), null);
        }
        try {
            return new Child(builder.start(), context);
        } catch (IOException e) {
            throw new StartFailed("the command cannot be started (" + e.getMessage() + "); given: "
                + description.command + " in " + (folder == null ? "the worker's own folder" : folder)
                + "; valid: a program on the worker's PATH (" + builder.environment().get("PATH")
                + ") or an absolute path. Set python in the topology's Config"
                + LocaleCharset.advice(description.command), e);
        }
    }

    /** ShellProcess.modifyEnvironment: a PATH is appended to the worker's. */
    private static void add(Map<String, String> environment, String name, String value) {
        String before = environment.get(name);
        environment.put(name, name.equals("PATH") && before != null ? before + File.pathSeparatorChar + value : value);
    }

    /** Python finds the modules of the jar in its working folder; in another folder, it needs PYTHONPATH. */
    private static void importFrom(String folder, Map<String, String> environment) {
        environment.merge(PYTHON_PATH, folder, (before, last) -> before + File.pathSeparatorChar + last);
    }

    /**
     * The handshake: sends Storm's setup and waits for the child's pid; kills a child that does not answer in time.
     *
     * @throws StartFailed with the reason and the child's last output
     */
    void shakeHands(Map<String, Object> conf, TopologyContext context, Description description)
            throws StartFailed, InterruptedException {
        int seconds = ObjectReader.getInt(conf.get(START_TIMEOUT), START_TIMEOUT_SECONDS);
        FutureTask<Long> shaking = new FutureTask<>(
            () -> new Handshake(conf, context, description).shake(input(), output()));
        Thread thread = new Thread(shaking, context.getThisComponentId() + "-handshake");
        thread.setDaemon(true);
        thread.start();
        try {
            pid = shaking.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw startFailed(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw startFailed("no pid came within " + seconds + " s (" + START_TIMEOUT + ")", null);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
    }

    private StartFailed startFailed(String why, Throwable cause) throws InterruptedException {
        // A process that ended by itself gets time to leave its exit code.
        boolean ended = process.waitFor(TAIL_MILLISECONDS, TimeUnit.MILLISECONDS);
        kill();
        String words = (ended ? "it " + howItEnded() : "it was killed") + stderrTail();
        return new StartFailed("its process did not start: " + why + "; " + words, cause);
    }

    long pid() {
        return pid;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The child's stdin. */
    OutputStream input() {
        return process.getOutputStream();
    }

    /** The child's stdout. */
    InputStream output() {
        return process.getInputStream();
    }

    /**
     * Asks the child to end: by SIGTERM, and by the end of its input in case it ignores the signal.
     *
     * <p>Does not use Process.destroy, which also closes the child's output: what it logs in its close() would be lost.
     */
    void terminate() {
        if (process.isAlive()) {
            ProcessGroup.terminate(processId);
        }
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the child has closed its input", e);
        }
    }

    boolean awaitEnd(long milliseconds) throws InterruptedException {
        return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Kills the child and everything that it has started in its process group, reaps it and removes its pid file. */
    void kill() throws InterruptedException {
        ProcessGroup.kill(processId, process.isAlive());
        if (pid != processId) {
            ProcessGroup.kill(pid, false);
        }
        if (!process.waitFor(REAP_SECONDS, TimeUnit.SECONDS)) {
            LOG.error("process {} does not end, {} s after SIGKILL", processId, REAP_SECONDS);
            process.destroyForcibly();
            return;
        }
        removePidFile(processId);
        removePidFile(pid);
    }

    /** The supervisor kills any process whose number it finds there. */
    private void removePidFile(long number) {
        File file = new File(pidDirectory, Long.toString(number));
        if (number > 0 && file.isFile() && !file.delete()) {
            LOG.warn("cannot delete {}, the file of a process that has ended", file);
        }
    }

    /** "was killed by signal 9 (SIGKILL)..." or "ended with exit code 3"; for a child that has ended. */
    String howItEnded() {
        return ExitCode.words(process.exitValue());
    }

    /** Whether it ended like a child that was asked to; false while it is alive. */
    boolean hasEndedInOrder() {
        return !process.isAlive() && ExitCode.isOrderly(process.exitValue());
    }

    /** The last lines of stderr, after a text that introduces them; empty if there are none. */
    String stderrTail() throws InterruptedException {
        String tail = stderr.tail(TAIL_MILLISECONDS);
        return tail.isEmpty() ? "" : "; the last lines of its stderr:\n" + tail;
    }
}
