package umbrella.storm.kafka;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.storm.kafka.spout.subscription.NamedTopicFilter;
import org.apache.storm.kafka.spout.subscription.PatternTopicFilter;
import org.apache.storm.kafka.spout.subscription.TopicFilter;

/** The topics that a spout reads, by name or by pattern, and which of them were found last. */
public final class Topics implements TopicFilter {
    private static final long serialVersionUID = 1L;
    private static final long ASK_NANOS = 10_000_000_000L;

    private final ArrayList<String> names;
    private final String pattern;
    private final TopicFilter filter;
    private HashSet<TopicPartition> taken = new HashSet<>();
    private HashSet<TopicPartition> found = new HashSet<>();
    private String missing = "";
    private transient Set<TopicPartition> assigned;
    private transient long asked;
    private transient Consumer<?, ?> consumer;

    private Topics(List<String> names, String pattern, TopicFilter filter) {
        this.names = new ArrayList<>(names);
        this.pattern = pattern;
        this.filter = filter;
    }

    /** The topics with these names. */
    public static Topics named(List<String> names) {
        return new Topics(names, "", new NamedTopicFilter(new HashSet<>(names)));
    }

    /** All topics whose whole name matches a Java regular expression, including those that are created later. */
    public static Topics matching(String pattern) {
        return new Topics(new ArrayList<>(), pattern, new PatternTopicFilter(Pattern.compile(pattern)));
    }

    @Override
    public Set<TopicPartition> getAllSubscribedPartitions(Consumer<?, ?> consumer) {
        this.consumer = consumer;
        ask();
        HashSet<TopicPartition> now = new HashSet<>(filter.getAllSubscribedPartitions(consumer));
        missing = isWhole(now) ? "" : lack(now, consumer);
        assigned = new HashSet<>(consumer.assignment());
        found = now;
        return now;
    }

    @Override
    public String getTopicsString() {
        return pattern.isEmpty() ? String.join(", ", names) : "/" + pattern + "/";
    }

    /** Records that the spout has taken up what was found. */
    void settle() {
        taken = found;
    }

    /**
     * Reverts a change of partitions during which the spout may have failed, so that its next check starts it again.
     *
     * <p>KafkaSpout compares what it finds with what the consumer has (TopicAssigner), so it would take an unfinished
     * change for finished. Partitions that the consumer keeps retain their position; those that it gave up may be
     * unknown to KafkaSpout.
     */
    void unsettle() {
        if (!found.equals(taken)) {
            found = taken;
            assigned.retainAll(consumer.assignment());
            consumer.assign(assigned);
        }
    }

    /** Describes the topics that do not exist; "" if all exist. */
    String missing() {
        return missing;
    }

    /** The consumer of the spout, once it has looked for topics. */
    Consumer<?, ?> consumer() {
        return consumer;
    }

    /** Asks Kafka at intervals for what only it knows: polls return nothing when it is down, and topics are cached. */
    private void ask() {
        long now = System.nanoTime();
        if (consumer.assignment().isEmpty()) {
            asked = now;
        } else if (now - asked > ASK_NANOS) {
            asked = now;
            consumer.committed(consumer.assignment());
        }
    }

    private boolean isWhole(Set<TopicPartition> now) {
        return pattern.isEmpty() ? topicsOf(now).containsAll(names) : !now.isEmpty();
    }

    private String lack(Set<TopicPartition> now, Consumer<?, ?> consumer) {
        TreeSet<String> known = new TreeSet<>(consumer.listTopics().keySet());
        known.removeIf(name -> name.startsWith("__"));
        String there = known.isEmpty() ? "there are none" : "there are " + String.join(", ", known);
        if (!pattern.isEmpty()) {
            return "no topic matches " + getTopicsString() + "; " + there;
        }
        TreeSet<String> lacking = new TreeSet<>(names);
        lacking.removeAll(topicsOf(now));
        return "no topic " + String.join(", ", lacking) + "; " + there;
    }

    private static Set<String> topicsOf(Set<TopicPartition> partitions) {
        Set<String> topics = new HashSet<>();
        for (TopicPartition one : partitions) {
            topics.add(one.topic());
        }
        return topics;
    }
}
