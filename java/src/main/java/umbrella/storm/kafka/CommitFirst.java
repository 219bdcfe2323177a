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
 * The steps of a spout that commits before it emits: what it polled and could not commit, it polls again.
 *
 * <p>KafkaSpout drops those records and goes on behind them (pollKafkaBroker). They may be polled again, though the
 * commit may have reached Kafka and only its answer been lost: none of them was emitted, by nobody else either, for no
 * other task reads the partition, and each is emitted only after a later commit that holds it.
 */
final class CommitFirst {
    private final Topics topics;
    private final RecordFields<?, ?> fields;

    /**
     * @param topics the filter of the spout
     * @param fields the translator of the spout
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
            whole = fields.made() > made || isCommitted(places);
        } finally {
            if (!whole) {
                goBack(places);
            }
        }
    }

    /**
     * Tells records whose commit failed, of which KafkaSpout only logs that it timed out, from places without a record,
     * such as the ends of transactions. Kafka is asked only if the consumer has moved on and nothing was emitted.
     */
    private boolean isCommitted(Map<TopicPartition, Long> places) {
        Map<TopicPartition, Long> now = places();
        if (now.equals(places)) {
            return true;
        }
        for (Map.Entry<TopicPartition, OffsetAndMetadata> one : topics.consumer().committed(now.keySet()).entrySet()) {
            if (one.getValue() == null || one.getValue().offset() < now.get(one.getKey())) {
                return false;
            }
        }
        return true;
    }

    /** Partitions that came in this step are given back, for the spout to take them up anew. */
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
