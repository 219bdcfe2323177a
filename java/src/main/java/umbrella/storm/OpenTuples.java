package umbrella.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.storm.tuple.Tuple;

/**
 * The tuples that a bolt's child has received and has not settled, by ascending numbers.
 *
 * <p>A ring buffer, because almost all are settled soon; one that is still open when its place is needed again moves to
 * a map.
 */
final class OpenTuples {
    private static final int PLACES = 1 << 13;

    private final Tuple[] ring = new Tuple[PLACES];
    private final long[] ids = new long[PLACES];
    private final TreeMap<Long, Tuple> slow = new TreeMap<>();
    private long last;
    private int count;

    /** Adds a tuple, and returns its number. */
    synchronized long add(Tuple tuple) {
        long id = ++last;
        int place = place(id);
        if (ring[place] != null) {
            slow.put(ids[place], ring[place]);
        }
        ring[place] = tuple;
        ids[place] = id;
        count++;
        return id;
    }

    /** Returns the tuple with a number; null if it is not open. */
    synchronized Tuple get(long id) {
        int place = place(id);
        return ids[place] == id ? ring[place] : slow.get(id);
    }

    /** Removes and returns the tuple with a number; null if it was not open. */
    synchronized Tuple remove(long id) {
        int place = place(id);
        Tuple tuple;
        if (ids[place] == id) {
            tuple = ring[place];
            ring[place] = null;
        } else {
            tuple = slow.remove(id);
        }
        if (tuple != null) {
            count--;
        }
        return tuple;
    }

    synchronized int size() {
        return count;
    }

    /** Removes and returns all tuples, the oldest first. */
    synchronized List<Map.Entry<Long, Tuple>> removeAll() {
        for (int place = 0; place < PLACES; place++) {
            if (ring[place] != null) {
                slow.put(ids[place], ring[place]);
                ring[place] = null;
            }
        }
        List<Map.Entry<Long, Tuple>> all = new ArrayList<>(slow.entrySet());
        slow.clear();
        count = 0;
        return all;
    }

    private static int place(long id) {
        return (int) (id & (PLACES - 1));
    }
}
