package umbrella.storm;

import java.util.function.Function;
import org.apache.storm.tuple.Tuple;

/**
 * What a codec stores for each task and stream that tuples come from.
 *
 * @param <S> the type of what is stored
 */
final class SourceTable<S> {
    private final Function<Tuple, S> make;
    private Entry<S>[] buckets = array(64);
    private int count;

    SourceTable(Function<Tuple, S> make) {
        this.make = make;
    }

    S of(Tuple tuple) {
        int task = tuple.getSourceTask();
        String stream = tuple.getSourceStreamId();
        for (Entry<S> one = buckets[task & buckets.length - 1]; one != null; one = one.next) {
            if (one.task == task && one.stream.equals(stream)) {
                return one.kept;
            }
        }
        if (++count > buckets.length) {
            grow();
        }
        Entry<S> added = new Entry<>(task, stream, make.apply(tuple));
        put(added);
        return added.kept;
    }

    private void put(Entry<S> entry) {
        int bucket = entry.task & buckets.length - 1;
        entry.next = buckets[bucket];
        buckets[bucket] = entry;
    }

    private void grow() {
        Entry<S>[] old = buckets;
        buckets = array(2 * old.length);
        for (Entry<S> first : old) {
            for (Entry<S> one = first; one != null; ) {
                Entry<S> next = one.next;
                put(one);
                one = next;
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <S> Entry<S>[] array(int length) {
        return new Entry[length];
    }

    private static final class Entry<S> {
        private final int task;
        private final String stream;
        private final S kept;
        private Entry<S> next;

        Entry(int task, String stream, S kept) {
            this.task = task;
            this.stream = stream;
            this.kept = kept;
        }
    }
}
