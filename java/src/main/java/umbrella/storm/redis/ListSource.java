package umbrella.storm.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A Redis list, whose entries are held in a separate list of this task until they are acked.
 *
 * <p>A thread takes one step after the other: each settles what was acked, and takes as many entries as there is room
 * for. An instance that opens the same place later (after a restart, or while this one is disconnected) owns it from
 * then on: the held entries go back to the list, and this instance is rejected until the place is free again.
 */
final class ListSource implements Source, Runnable {
    private static final int STEP_SIZE = 500;
    private static final int AHEAD = 1000;
    private static final long LONGEST_IDLE_MS = 50;
    private static final long REPLACED_MS = 2000;
    private static final long CLOSING_MS = 3000;

    private final Server server;
    private final ListKeys keys;
    private final Place place;
    private final String name;
    private final String end;
    private final int maxPending;
    private final byte[] owner = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);

    private final Queue<Entry> taken = new ConcurrentLinkedQueue<>();
    private final Queue<Entry> done = new ConcurrentLinkedQueue<>();
    private final Queue<Entry> dead = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean active;
    private volatile boolean closing;

    private long steps;
    private int held;
    private Step open;
    private boolean owns;
    private boolean replaced;

    ListSource(Settings settings, Place place) {
        this.place = place;
        name = settings.text("list");
        end = settings.text("end");
        maxPending = settings.whole("max_pending");
        server = new Server(settings.text("url"), "list '" + name + "'", "nothing is lost");
        keys = new ListKeys(settings, place);
        thread = new Thread(this, "redis-spout-" + place);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Entry poll() {
        return active ? taken.poll() : null;
    }

    @Override
    public void done(Entry entry) {
        done.add(entry);
    }

    @Override
    public void dead(Entry entry) {
        dead.add(entry);
    }

    @Override
    public String deadText() {
        return "it goes to the list '" + new String(keys.deadLetters, StandardCharsets.UTF_8) + "'";
    }

    @Override
    public RedisException error() {
        return server.error();
    }

    @Override
    public void activate() {
        active = true;
        wake();
    }

    @Override
    public void deactivate() {
        active = false;
        wake();
    }

    @Override
    public void close() {
        active = false;
        closing = true;
        wake();
        try {
            thread.join(CLOSING_MS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        server.disconnect();
    }

    @Override
    public void run() {
        long idle = 1;
        while (true) {
            try {
                boolean moved = turn();
                server.works();
                if (closing && !moved) {
                    release();
                    return;
                }
                idle = moved ? 1 : Math.min(LONGEST_IDLE_MS, idle * 2);
                rest(replaced ? REPLACED_MS : moved ? 0 : idle);
            } catch (RuntimeException failed) {
                long pause = server.failed(failed);
                if (closing) {
                    return; // held entries go back when this place is opened again
                }
                rest(pause);
            }
        }
    }

    /** Takes one step, and returns whether anything was settled or taken. */
    private boolean turn() {
        if (!owns) {
            claim();
        }
        if (open == null) {
            open = next();
        }
        List<?> answer = (List<?>) Script.STEP.run(server.connection(), keys(), open.arguments(owner, end));
        String verdict = new String((byte[]) answer.get(0), StandardCharsets.US_ASCII);
        if (verdict.equals("replaced")) {
            stepAside();
            return false;
        }
        if (verdict.equals("unknown")) {
            owns = false; // Redis was emptied, or restored to an earlier state
            return true;
        }
        for (Object value : answer.subList(1, answer.size())) {
            taken.add(new Entry(name, (byte[]) value));
        }
        int count = answer.size() - 1;
        boolean moved = count > 0 || open.settled() > 0;
        replaced = false;
        held += count - open.settled();
        steps = open.number;
        open = null;
        return moved;
    }

    private Step next() {
        int room = Math.min(AHEAD - taken.size(), maxPending - held);
        Step step = new Step(steps + 1, active ? Math.max(0, Math.min(STEP_SIZE, room)) : 0);
        Step.drain(done, step.done, STEP_SIZE);
        Step.drain(dead, step.dead, STEP_SIZE);
        if (!active) {
            Step.drain(taken, step.back, STEP_SIZE);
        }
        return step;
    }

    private void claim() {
        List<byte[]> arguments = Arrays.asList(
            owner, ListKeys.bytes(end), ListKeys.bytes(place.index), ListKeys.bytes(place.tasks));
        Script.CLAIM.run(server.connection(), keys(), arguments);
        owns = true;
        steps = 0;
        if (open != null) { // it takes nothing yet: only what was settled is sent again
            done.addAll(entries(open.done));
            dead.addAll(entries(open.dead));
            held -= open.back.size();
            open = null;
        }
        forgetTaken();
    }

    /** Another instance has this place, and has received the entries that were taken here. */
    private void stepAside() {
        forgetTaken();
        if (!replaced) {
            replaced = true;
            server.tell("another spout holds the entries of list '" + name + "' as " + place + " now, and this one takes"
                + " none; if both are meant to run, set another group for one of them");
        }
    }

    private void forgetTaken() {
        for (Entry entry = taken.poll(); entry != null; entry = taken.poll()) {
            held--;
        }
    }

    private List<Entry> entries(List<byte[]> values) {
        List<Entry> entries = new ArrayList<>();
        for (byte[] value : values) {
            entries.add(new Entry(name, value));
        }
        return entries;
    }

    private void release() {
        List<byte[]> arguments = Arrays.asList(owner, ListKeys.bytes(end), ListKeys.bytes(place.index));
        Script.RELEASE.run(server.connection(), keys(), arguments);
    }

    private List<byte[]> keys() {
        String holder = new String(keys.group, StandardCharsets.UTF_8) + ":" + place.index;
        return Arrays.asList(
            keys.list, ListKeys.bytes(holder), ListKeys.bytes(holder + ":state"), keys.deadLetters, keys.group);
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void rest(long milliseconds) {
        try {
            if (milliseconds > 0 && !closing) {
                wait(milliseconds);
            }
        } catch (InterruptedException stopped) {
            closing = true;
        }
    }
}
