package umbrella.storm.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;

/**
 * Messages published to channels, or to channels whose names match patterns.
 *
 * <p>Redis stores none of them: what is published while nobody is connected is lost. Only one task subscribes to each
 * name, so nothing is emitted twice. When nobody takes the messages, reading stops, and Redis's own limit on the output
 * to slow clients applies.
 */
final class ChannelSource extends BinaryJedisPubSub implements Source, Runnable {
    private static final int QUEUE_SIZE = 10_000;
    private static final long CLOSING_MS = 1000;

    private final Server server;
    private final boolean patterns;
    private final List<String> names = new ArrayList<>();
    private final BlockingQueue<Entry> received = new ArrayBlockingQueue<>(QUEUE_SIZE);
    private final Thread thread;
    private volatile boolean active;
    private volatile boolean closing;

    ChannelSource(Settings settings, Place place) {
        patterns = settings.has("patterns");
        List<String> all = settings.texts(patterns ? "patterns" : "channels");
        for (int index = place.index; index < all.size(); index += place.tasks) {
            names.add(all.get(index));
        }
        server = new Server(settings.text("url"), (patterns ? "channels like " : "channels ") + names,
            "what is published meanwhile is not seen");
        thread = new Thread(this, "redis-spout-" + place);
        thread.setDaemon(true);
        if (!names.isEmpty()) {
            thread.start();
        }
    }

    @Override
    public Entry poll() {
        return received.poll();
    }

    @Override
    public void done(Entry entry) {
        // Redis stores nothing that could be settled.
    }

    @Override
    public void dead(Entry entry) {
        // As above.
    }

    @Override
    public String deadText() {
        return "it is dropped";
    }

    @Override
    public RedisException error() {
        return server.error();
    }

    @Override
    public synchronized void activate() {
        active = true;
        notifyAll();
    }

    @Override
    public synchronized void deactivate() {
        active = false;
        server.disconnect();
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        server.disconnect();
        try {
            thread.join(CLOSING_MS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!closing) {
            long pause = 0;
            try {
                awaitActive();
                Jedis connection = server.connection();
                if (active && !closing) { // checked again: deactivate or close may have come too early to disconnect it
                    listen(connection);
                } else {
                    server.disconnect();
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException failed) {
                if (active && !closing) {
                    pause = server.failed(failed);
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    @Override
    public void onSubscribe(byte[] channel, int count) {
        server.works();
    }

    @Override
    public void onPSubscribe(byte[] pattern, int count) {
        server.works();
    }

    @Override
    public void onMessage(byte[] channel, byte[] message) {
        receive(channel, message);
    }

    @Override
    public void onPMessage(byte[] pattern, byte[] channel, byte[] message) {
        receive(channel, message);
    }

    private void receive(byte[] channel, byte[] message) {
        try {
            received.put(new Entry(new String(channel, StandardCharsets.UTF_8), message));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            closing = true;
            server.disconnect();
        }
    }

    private synchronized void awaitActive() throws InterruptedException {
        while (!active) {
            wait();
        }
    }

    /** Listens until the connection ends. */
    private void listen(Jedis connection) {
        byte[][] all = new byte[names.size()][];
        for (int index = 0; index < all.length; index++) {
            all[index] = ListKeys.bytes(names.get(index));
        }
        if (patterns) {
            connection.psubscribe(this, all);
        } else {
            connection.subscribe(this, all);
        }
    }
}
