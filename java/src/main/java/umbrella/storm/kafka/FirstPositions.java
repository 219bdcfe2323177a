package umbrella.storm.kafka;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.storm.kafka.spout.KafkaSpoutConfig.ProcessingGuarantee;
import org.apache.storm.kafka.spout.KafkaSpoutMessageId;
import org.apache.storm.kafka.spout.KafkaTupleListener;
import org.apache.storm.kafka.spout.internal.CommitMetadataManager;
import org.apache.storm.task.TopologyContext;

/**
 * Commits where a spout starts, before it emits anything.
 *
 * <p>A spout that starts at the latest record commits nothing until the first records are acked. If its worker dies
 * before that, the next one starts at the latest record again (KafkaSpout.doSeek), and those in between are lost.
 */
public final class FirstPositions implements KafkaTupleListener {
    private static final long serialVersionUID = 1L;

    private final Topics topics;
    private final ProcessingGuarantee guarantee;
    private transient CommitMetadataManager metadata;
    private transient Set<TopicPartition> held;

    /**
     * @param topics the topic filter of the same spout
     * @param guarantee the guarantee of the same spout
     */
    public FirstPositions(Topics topics, ProcessingGuarantee guarantee) {
        this.topics = topics;
        this.guarantee = guarantee;
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context) {
        metadata = new CommitMetadataManager(context, guarantee);
        held = new HashSet<>();
    }

    @Override
    public void onPartitionsReassigned(Collection<TopicPartition> partitions) {
        Consumer<?, ?> consumer = topics.consumer();
        Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
        for (TopicPartition one : partitions) {
            // If it has read the partition already, the position is past the records in progress.
            if (!held.contains(one) && !isOurs(one, consumer)) {
                first.put(one, new OffsetAndMetadata(consumer.position(one), metadata.getCommitMetadata()));
            }
        }
        if (!first.isEmpty()) {
            consumer.commitSync(first);
        }
        held = new HashSet<>(partitions);
    }

    @Override
    public void onEmit(List<Object> tuple, KafkaSpoutMessageId id) {
        // Nothing starts here.
    }

    @Override
    public void onAck(KafkaSpoutMessageId id) {
        // Nothing starts here.
    }

    @Override
    public void onRetry(KafkaSpoutMessageId id) {
        // Nothing starts here.
    }

    @Override
    public void onMaxRetryReached(KafkaSpoutMessageId id) {
        // Nothing starts here.
    }

    private boolean isOurs(TopicPartition one, Consumer<?, ?> consumer) {
        OffsetAndMetadata committed = consumer.committed(Collections.singleton(one)).get(one);
        return committed != null && metadata.isOffsetCommittedByThisTopology(one, committed, Collections.emptyMap());
    }
}
