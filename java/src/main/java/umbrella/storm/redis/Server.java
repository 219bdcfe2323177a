package umbrella.storm.redis;

import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** One connection to Redis, opened on demand and reopened after it broke. For one thread, except for errors. */
final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(RedisSpout.class);
    private static final int TIMEOUT_MS = 5000;
    private static final double FIRST_PAUSE = 0.1;
    private static final double LONGEST_PAUSE = 5;

    private final URI url;
    private final String what;
    private final String meanwhile;
    private final AtomicReference<RedisException> error = new AtomicReference<>();
    private volatile Jedis connection;
    private double pause = FIRST_PAUSE;
    private long downSince;

    /**
     * Names a server.
     *
     * @param url redis://[[user:]password@]host:port[/database], or rediss:// for TLS
     * @param what is read from it, for errors: "list 'jobs'"
     * @param meanwhile what happens to entries while it is down
     */
    Server(String url, String what, String meanwhile) {
        this.url = URI.create(url);
        this.what = what;
        this.meanwhile = meanwhile;
    }

    /**
     * The connection; throws an exception of Jedis's if there is no server.
     *
     * <p>While it is being opened, {@link #disconnect} has nothing to close, so check afterwards whether it is still
     * wanted.
     */
    Jedis connection() {
        Jedis open = connection;
        if (open == null) {
            open = new Jedis(url, TIMEOUT_MS, TIMEOUT_MS);
            open.connect();
            connection = open;
        }
        return open;
    }

    /** A call has succeeded. */
    void works() {
        if (downSince != 0) {
            LOG.info("Redis at {} answers again after {} s", address(), (System.nanoTime() - downSince) / 1_000_000_000);
            downSince = 0;
            pause = FIRST_PAUSE;
        }
    }

    /** A call has failed: reports it the first time, and returns how many milliseconds to wait. */
    long failed(RuntimeException cause) {
        disconnect();
        if (downSince == 0) {
            downSince = System.nanoTime();
            tell(text(cause));
            LOG.debug("the cause", cause);
        }
        long milliseconds = (long) (pause * 1000);
        pause = Math.min(LONGEST_PAUSE, pause * 2);
        return milliseconds;
    }

    /** An error to report, only once; on any thread. */
    RedisException error() {
        return error.get() == null ? null : error.getAndSet(null);
    }

    void tell(String text) {
        error.set(new RedisException(text));
        LOG.error(text);
    }

    /** Closes the connection; on any thread. A call that is blocked on another thread fails. */
    void disconnect() {
        Jedis open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (JedisException broken) {
                LOG.debug("closing a broken connection", broken);
            }
        }
    }

    String address() {
        return url.getHost() + ":" + (url.getPort() < 0 ? 6379 : url.getPort());
    }

    private String text(RuntimeException cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root.getMessage() == null ? root.toString() : root.getMessage();
        String told = cause instanceof JedisConnectionException
            ? "no connection to Redis at " + address() + " for " + what + ": " + reason
            : "Redis at " + address() + " does not give " + what + ": " + reason;
        return told + "; trying again until it works, and " + meanwhile + ". " + hint(reason);
    }

    private static String hint(String reason) {
        if (reason.startsWith("WRONGTYPE")) {
            return "The key, or the one of its dead letters, holds something else: name another.";
        }
        if (reason.startsWith("ERR AUTH")) {
            return "That Redis has no password: leave the one in url out (redis://host:port).";
        }
        if (reason.startsWith("NOAUTH") || reason.startsWith("WRONGPASS") || reason.startsWith("NOPERM")) {
            return "Are the user and password in url right (redis://user:password@host:port), and the user's rights?";
        }
        return "If it never worked: is url right, and that server reachable from the workers?";
    }
}
