package umbrella.storm.redis;

import java.nio.charset.StandardCharsets;

/** The names of the keys that the spout of a list uses in Redis. */
final class ListKeys {
    final byte[] list;
    /** A set with the indexes of all tasks that ever held entries. */
    final byte[] group;
    final byte[] deadLetters;

    ListKeys(Settings settings, Place place) {
        String name = settings.text("list");
        String holder = settings.has("group") ? settings.text("group") : place.topology + "." + place.component;
        list = bytes(name);
        group = bytes(name + ":umbrella:" + holder);
        deadLetters = bytes(settings.has("dead_letters") ? settings.text("dead_letters") : name + ":dead");
    }

    static byte[] bytes(Object text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }
}
