package umbrella.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.TupleImpl;
import org.junit.jupiter.api.Test;

class OpenTuplesTest {
    private static final Tuple ONE = Tuples.of("value");
    private static final int MANY = 100_000; // far more than there are places

    private final OpenTuples open = new OpenTuples();

    private static Tuple tuple() {
        return new TupleImpl(ONE);
    }

    @Test
    void aTupleIsOpenUntilItIsRemoved() {
        Tuple tuple = tuple();
        long id = open.add(tuple);
        assertSame(tuple, open.get(id));
        assertSame(tuple, open.remove(id));
        assertNull(open.get(id));
        assertNull(open.remove(id));
        assertEquals(0, open.size());
    }

    @Test
    void numbersThatWereNeverGivenAreNotOpen() {
        open.add(tuple());
        for (long id : new long[] {0, -1, 2, 1 + (1 << 13), Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertNull(open.get(id));
            assertNull(open.remove(id));
        }
        assertEquals(1, open.size());
    }

    @Test
    void asManyAsWantedMayBeOpenAndTheOldestComesFirst() {
        List<Tuple> given = new ArrayList<>();
        for (int count = 0; count < MANY; count++) {
            given.add(tuple());
            assertEquals(count + 1, open.add(given.get(count)));
        }
        assertEquals(MANY, open.size());
        List<Map.Entry<Long, Tuple>> all = open.removeAll();
        assertEquals(MANY, all.size());
        for (int count = 0; count < MANY; count++) {
            assertEquals(count + 1, all.get(count).getKey());
            assertSame(given.get(count), all.get(count).getValue());
        }
        assertEquals(0, open.size());
        assertTrue(open.removeAll().isEmpty());
    }

    @Test
    void itIsAMapInAnyOrder() {
        Random random = new Random(1);
        TreeMap<Long, Tuple> model = new TreeMap<>();
        for (int step = 0; step < MANY; step++) {
            if (model.isEmpty() || random.nextInt(100) < 55) {
                Tuple tuple = tuple();
                model.put(open.add(tuple), tuple);
            } else {
                Long id = model.ceilingKey(model.firstKey() + (long) (random.nextDouble() * model.size()));
                id = id == null ? model.firstKey() : id;
                assertSame(model.get(id), open.get(id));
                assertSame(model.remove(id), open.remove(id));
                assertNull(open.get(id));
            }
            assertEquals(model.size(), open.size());
        }
        assertEquals(new ArrayList<>(model.entrySet()), open.removeAll());
    }
}
