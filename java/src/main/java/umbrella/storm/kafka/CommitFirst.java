package umbrella.storm.kafka;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The polls of a spout that commits before it emits: what it polled and could not commit, it polls again.
 *
 * <p>KafkaSpout drops those records and continues after them (pollKafkaBroker), and only logs a commit timeout.
 * Delivery is still at most once, even if the commit did reach Kafka and only its answer was lost: none of the records
 * was emitted, no other task reads the partition, and they are emitted only after another commit.
 */
final class CommitFirst {
    private final Topics topics;
    private final RecordFields<?, ?> fields;
    private Map<TopicPartition, Long> wentBackTo = Collections.emptyMap();

    /**
     * @param topics the spout's topic filter
     * @param fields the spout's record translator
     */
    CommitFirst(Topics topics, RecordFields<?, ?> fields) {
        this.topics = topics;
        this.fields = fields;
    }

    void step(Runnable nextTuple) {
        Map<TopicPartition, Long> places = places();
        long made = fields.made();
        boolean whole = false;
        try {
            nextTuple.run();
            whole = fields.made() > made || isNothingLeft(places);
        } finally {
            if (!whole) {
                goBack(places);
                wentBackTo = places;
            }
        }
    }

    /**
     * Whether a step that emitted nothing has lost nothing. Offsets without a record, such as the ends of transactions,
     * look like records whose commit failed: the step is repeated once before Kafka is asked which they are.
     */
    private boolean isNothingLeft(Map<TopicPartition, Long> places) {
        Map<TopicPartition, Long> now = places();
        return now.equals(places) || places.equals(wentBackTo) && isCommitted(now);
    }

    private boolean isCommitted(Map<TopicPartition, Long> places) {
        Map<TopicPartition, OffsetAndMetadata> committed = topics.consumer().committed(places.keySet());
        return places.entrySet().stream().allMatch(
            one -> committed.get(one.getKey()) != null && committed.get(one.getKey()).offset() >= one.getValue());
    }

    /** Gives back partitions that were assigned in this step, so that the spout takes them up again. */
    private void goBack(Map<TopicPartition, Long> places) {
        Consumer<?, ?> consumer = topics.consumer();
        if (consumer != null) {
            Set<TopicPartition> kept = new HashSet<>(consumer.assignment());
            kept.retainAll(places.keySet());
            consumer.assign(kept);
            kept.forEach(one -> consumer.seek(one, places.get(one)));
        }
    }

    private Map<TopicPartition, Long> places() {
        Consumer<?, ?> consumer = topics.consumer();
        if (consumer == null) {
            return Collections.emptyMap();
        }
        Map<TopicPartition, Long> places = new HashMap<>();
        consumer.assignment().forEach(one -> places.put(one, consumer.position(one)));
        return places;
    }
}
