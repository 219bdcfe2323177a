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

/** The topics that a spout reads, by name or by a pattern, and what was found of them last. */
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

    /** Those of these names. */
    public static Topics named(List<String> names) {
        return new Topics(names, "", new NamedTopicFilter(new HashSet<>(names)));
    }

    /** All whose whole name matches a regular expression of Java's, those that come later too. */
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

    /** Says that the spout has taken up what was found. */
    void settle() {
        taken = found;
    }

    /**
     * Takes back a change of partitions in whose midst the spout may have failed, so that its next look begins it anew.
     *
     * <p>KafkaSpout compares what it finds with what the consumer has (TopicAssigner), and so would take a change that it
     * never finished for done. Those partitions that the consumer keeps keep their position; of those that it gave up,
     * KafkaSpout may know nothing any more.
     */
    void unsettle() {
        if (!found.equals(taken)) {
            found = taken;
            assigned.retainAll(consumer.assignment());
            consumer.assign(assigned);
        }
    }

    /** What is not there of the topics, in words; "" if all are. */
    String missing() {
        return missing;
    }

    /** The consumer of the spout, once it has looked for topics. */
    Consumer<?, ?> consumer() {
        return consumer;
    }

    /** Asks Kafka now and then what only it knows: polls bring nothing when it is away, and topics are remembered. */
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
