package umbrella.storm.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.storm.kafka.spout.KafkaSpout;
import org.apache.storm.kafka.spout.KafkaSpoutConfig;
import org.apache.storm.kafka.spout.KafkaSpoutConfig.ProcessingGuarantee;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;

/**
 * storm-kafka-client's spout, which survives an outage of Kafka, and reports it.
 *
 * <p>In KafkaSpout, exceptions of the consumer end the worker, with everything else that runs there, again and again
 * until Kafka is back. KafkaSpout's own state is consistent after such an exception (a poll brings nothing, a commit is
 * made later), except during a change of partitions, which is then started again, and before a failed commit ({@link
 * CommitFirst}).
 */
public final class LastingKafkaSpout<K, V> extends KafkaSpout<K, V> {
    private static final long serialVersionUID = 1L;
    private static final long SAY_AGAIN_NANOS = 300_000_000_000L;
    private static final long PAUSE_NANOS = 5_000_000_000L;

    private final KafkaSpoutConfig<K, V> config;
    private final Topics topics;
    private final String servers;
    private transient CommitFirst commitFirst;
    private transient Runnable opening;
    private transient long resumed;
    private transient String said;
    private transient String saidMissing;
    private transient long saidAt;

    /** @param config its topic filter is a {@link Topics}, its translator a {@link RecordFields} */
    public LastingKafkaSpout(KafkaSpoutConfig<K, V> config) {
        super(config);
        this.config = config;
        topics = (Topics) config.getTopicFilter();
        servers = String.valueOf(config.getKafkaProps().get("bootstrap.servers"));
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector collector) {
        this.collector = collector;
        said = "";
        saidMissing = "";
        resumed = System.nanoTime();
        if (config.getProcessingGuarantee() == ProcessingGuarantee.AT_MOST_ONCE) {
            commitFirst = new CommitFirst(topics, (RecordFields<?, ?>) config.getTranslator());
        }
        opening = () -> super.open(conf, context, collector);
        isOpen();
    }

    @Override
    public void activate() {
        if (isOpen()) {
            attempt(super::activate, "It tries again until it is.");
        }
    }

    @Override
    public void nextTuple() {
        if (System.nanoTime() - resumed < 0 || !isOpen()) {
            return;
        }
        if (commitFirst == null) {
            attempt(super::nextTuple, "It goes on when it is.");
        } else if (!attempt(() -> commitFirst.step(super::nextTuple), "It goes on when it is.")) {
            pause(); // otherwise it would poll the same records again at once
        }
    }

    @Override
    public void deactivate() {
        if (opening == null) {
            attempt(super::deactivate, "What is acked is committed after the next activation.");
        }
    }

    @Override
    public void close() {
        if (opening == null) {
            topics.settle(); // a closed consumer takes no partitions back
            attempt(super::close, "What is acked and not committed comes again.");
        }
    }

    /** Opens the spout if it is not open yet: its consumer cannot be created while no broker's name can be resolved. */
    private boolean isOpen() {
        if (opening != null) {
            try {
                opening.run();
                opening = null;
            } catch (KafkaException e) {
                Throwable root = root(e);
                String what = "Kafka's consumer for " + servers + " (topics " + topics.getTopicsString()
                    + ") cannot be made; " + root.getClass().getSimpleName() + ": " + root.getMessage();
                if (!isUnknownHost(root)) {
                    throw new IllegalStateException(what + ". See the properties and formats of the spout.", e);
                }
                say(what, "The spout tries again until a host is known: see that bootstrap_servers names it.", e);
                pause();
            }
        }
        return opening == null;
    }

    private boolean attempt(Runnable step, String then) {
        try {
            step.run();
            topics.settle();
            sayWhatIsMissing();
            return true;
        } catch (RetriableException | AuthenticationException | AuthorizationException e) {
            topics.unsettle();
            say(refusal(e), "The spout waits for Kafka: see that it is running, that bootstrap_servers names it and that "
                + "the properties are right. " + then, e);
        } catch (CommitFailedException e) {
            topics.unsettle();
            say("Kafka at " + servers + " commits nothing for the spout (topics " + topics.getTopicsString()
                + "): another consumer uses group '" + config.getConsumerGroupId() + "'",
                "Give each topology a group of its own. The spout commits when the other consumer is gone.", e);
        }
        return false;
    }

    private void pause() {
        resumed = System.nanoTime() + PAUSE_NANOS;
    }

    private void sayWhatIsMissing() {
        String missing = topics.missing();
        if (!missing.equals(saidMissing)) {
            saidMissing = missing;
            if (!missing.isEmpty()) {
                say("Kafka at " + servers + " has " + missing,
                    "Create the topic, or correct the topics of the spout; it looks again and again.", null);
            }
        }
    }

    private String refusal(ApiException e) {
        String verb = e instanceof RetriableException ? " does not answer" : " refuses";
        String reason = e.getMessage() == null ? "" : ": " + e.getMessage();
        return "Kafka at " + servers + verb + " (topics " + topics.getTopicsString() + "); "
            + e.getClass().getSimpleName() + reason;
    }

    /** Reports an error to Storm; the same error is not repeated for a while. */
    private void say(String what, String hint, Exception cause) {
        long now = System.nanoTime();
        if (!what.equals(said) || now - saidAt >= SAY_AGAIN_NANOS) {
            said = what;
            saidAt = now;
            collector.reportError(new IllegalStateException(what + ". " + hint, cause));
        }
    }

    private static Throwable root(Throwable thrown) {
        return thrown.getCause() == null ? thrown : root(thrown.getCause());
    }

    /** Kafka has no specific exception for it (ClientUtils.parseAndValidateAddresses). */
    private static boolean isUnknownHost(Throwable root) {
        return root instanceof ConfigException && String.valueOf(root.getMessage()).startsWith("No resolvable ");
    }
}
