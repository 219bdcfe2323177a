package umbrella.storm;

import java.util.Map;
import org.apache.storm.Config;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.utils.ConfigUtils;
import org.apache.storm.utils.ObjectReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Supervises a component's child: starts it, watches it, and restarts it when it has died.
 *
 * <p>One thread does everything except the first start. When a child has died, it takes these steps in this order, so
 * that no tuple is settled twice and none is lost: the outbox closes, and nothing more is sent to the dead child; the
 * process group is killed; the reader stops, and nothing more from that child reaches Storm; the component gives up its
 * open tuples; the death is reported to Storm; after a pause, the next child starts.
 */
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final long LOOK = 1000; // milliseconds between two checks, each with a heartbeat, as in ShellBolt
    private static final long SHUTDOWN = 300; // for a JVM shutdown to show, after a child ended in order
    private static final long CLOSING = 5000; // for a child's close(), when Storm ends the task
    private static final long LAST_WORDS = 500; // for the output that a child wrote before it ended
    private static final int EXIT_CODE = 11; // ShellBolt.die

    /** What a component does about its children. */
    interface Component {
        /** Handles the messages of the child; called by its reader. */
        Replies replies();

        /** The handshake is done: opens the outbox with that codec. Nothing else has been read from the child yet. */
        void started(Codec codec);

        /** Called once a second while the child is alive: time for a heartbeat. */
        void look();

        /** Whether a healthy child would have sent something by now; if so, silence past the limit ends it. */
        boolean awaitsWord();

        /** Whether any child has done any work so far. */
        boolean hasWorked();

        /** Gives up what the dead child was working on; returns a text about it for the error. */
        String died();
    }

    private final Description description;
    private final Map<String, Object> conf;
    private final TopologyContext context;
    private final Outbox outbox;
    private final Reporting reporting;
    private final Component component;
    private final Deaths deaths;
    private final boolean local;
    private final int silenceLimit; // seconds
    private final WorkerEnd end;
    private final Thread thread;
    private boolean stopping; // guarded by this
    private Child child; // guarded by this
    private Session session;
    private long started; // by System.nanoTime
    private Death firstFailure;

    Keeper(Description description, Map<String, Object> conf, TopologyContext context, Outbox outbox,
            Reporting reporting, Component component) {
        this.description = description;
        this.conf = conf;
        this.context = context;
        this.outbox = outbox;
        this.reporting = reporting;
        this.component = component;
        deaths = new Deaths(conf);
        local = ConfigUtils.isLocalMode(conf);
        Object limit = conf.get(Config.TOPOLOGY_SUBPROCESS_TIMEOUT_SECS);
        silenceLimit = ObjectReader.getInt(limit == null ? conf.get(Config.SUPERVISOR_WORKER_TIMEOUT_SECS) : limit);
        end = WorkerEnd.of(context);
        thread = new Thread(this::keep, reporting.task() + "-keeper");
        thread.setDaemon(true);
    }

    /**
     * Starts the first child and waits for its pid. If it does not start, the keeper keeps retrying.
     *
     * @throws ChildDied only in local mode, where waiting does not help
     */
    void start() throws InterruptedException {
        Death failure = launch();
        if (failure != null && local) {
            throw new ChildDied(reporting.task() + ": " + failure.how, null);
        }
        firstFailure = failure;
        end.join(this);
        thread.start();
    }

    /**
     * Ends the child together with all others of this worker, and waits until it has ended and its output has been
     * handed over; but not longer than the time that Storm gives a worker.
     */
    void stop() {
        askToEnd();
        try {
            end.await(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the child to end, and starts no other one. Does not block. */
    void askToEnd() {
        Child last;
        synchronized (this) {
            stopping = true;
            last = child;
            notifyAll();
        }
        outbox.close();
        if (last != null) {
            // On a separate thread: it also closes the child's stdin, which blocks while someone is writing there.
            Thread ending = new Thread(last::terminate, reporting.task() + "-end");
            ending.setDaemon(true);
            ending.start();
        }
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private void keep() {
        try {
            Death death = firstFailure == null ? attend() : firstFailure;
            while (death != null && recovered(death)) {
                pause(deaths.pause());
                death = launch();
                if (death == null) {
                    death = attend();
                }
            }
            seeOff();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end.leave(this);
        }
    }

    /** Starts a child; returns why that failed, or null. */
    private Death launch() throws InterruptedException {
        started = System.nanoTime();
        session = null;
        if (isStopping()) {
            return null;
        }
        try {
            Child next = Child.start(description, context);
            adopt(next);
            next.shakeHands(conf, context, description);
            reporting.started(next.pid());
            Codec codec = Codecs.of(description, conf);
            session = new Session(next, codec, outbox, component.replies(), silenceLimit, reporting.task());
            component.started(codec);
            session.start();
            if (isStopping()) {
                outbox.close(); // stop() may have closed it just before it was opened
            }
            return null;
        } catch (StartFailed e) {
            adopt(null);
            return Death.atStart(e);
        }
    }

    /** From now on, {@link #stop} ends this child; null if it is gone. */
    private synchronized void adopt(Child next) {
        child = next;
        if (stopping && next != null) {
            next.terminate();
        }
    }

    /** Watches the child until it has died; returns null if its end was requested. */
    private Death attend() throws InterruptedException {
        while (session != null && !isStopping()) {
            Throwable end = session.awaitEnd(LOOK);
            if (end == null) {
                end = session.look(component.awaitsWord());
            }
            if (isStopping()) {
                return null;
            }
            if (end != null) {
                outbox.close();
                Death death = session.bury(end);
                adopt(null);
                return death;
            }
            component.look();
        }
        return null;
    }

    /** Gives up the dead child's work, and reports its death to Storm; false if there should be no other child. */
    private boolean recovered(Death death) throws InterruptedException {
        long now = System.nanoTime();
        if (death.inOrder) {
            pause(SHUTDOWN); // the supervisor signals both the worker and the child
        }
        String text = reporting.task() + ": " + death.how + component.died() + "; ";
        if (isStopping() || isJvmEnding()) {
            return false;
        }
        deaths.add(now / 1_000_000, (now - started) / 1_000_000);
        boolean neverWorked = local && death.byItself && !component.hasWorked() && reporting.errors() > 0;
        if (neverWorked || deaths.areTooMany() || death.cause instanceof Error) {
            String why = neverWorked ? "it has never worked" : deaths.words();
            giveUp(new ChildDied(text + "no other is started: " + why + death.tail(), death.cause));
            return false;
        }
        text += "the next one starts in " + deaths.pause() / 1000.0 + " s; " + deaths.words() + death.tail();
        reporting.death(new ChildDied(text, death.cause));
        return true;
    }

    /** Does what ShellBolt.die does. */
    private void giveUp(ChildDied why) {
        outbox.end(why);
        LOG.error("Halting process: {} died. Command: {}", reporting.task(), description.command, why);
        reporting.death(why);
        if (!local && !isStopping()) {
            System.exit(EXIT_CODE);
        }
    }

    /** Gives a child that Storm has asked to end the time to do so, and reads what it logs in its close(). */
    private void seeOff() throws InterruptedException {
        Child last;
        synchronized (this) {
            last = child;
        }
        if (last != null) {
            last.awaitEnd(CLOSING);
            last.kill();
            if (session != null) {
                session.awaitEnd(LAST_WORDS);
            }
        }
    }

    private synchronized void pause(long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + milliseconds * 1_000_000;
        for (long left = milliseconds; left > 0 && !stopping; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    /** Whether the JVM is shutting down: then it accepts no shutdown hook any more. */
    private static boolean isJvmEnding() {
        Thread probe = new Thread(() -> { });
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
