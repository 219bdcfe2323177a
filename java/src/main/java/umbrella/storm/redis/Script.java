package umbrella.storm.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import redis.clients.jedis.Jedis;

/** A Lua script of this package, which Redis executes atomically. */
enum Script {
    CLAIM, STEP, RELEASE;

    private final byte[] text = read(name().toLowerCase(java.util.Locale.ROOT) + ".lua");

    Object run(Jedis connection, List<byte[]> keys, List<byte[]> arguments) {
        return connection.eval(text, keys, arguments);
    }

    private static byte[] read(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            byte[] part = new byte[4096];
            for (int size = in.read(part); size >= 0; size = in.read(part)) {
                whole.write(part, 0, size);
            }
            return whole.toByteArray();
        } catch (IOException broken) {
            throw new ExceptionInInitializerError(broken);
        }
    }
}
