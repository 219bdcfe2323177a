package umbrella.storm.kafka;

import java.util.Map;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.storm.kafka.spout.KafkaSpout;
import org.apache.storm.kafka.spout.KafkaSpoutConfig;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;

/**
 * storm-kafka-client's spout, which lives on while Kafka does not answer, and says so.
 *
 * <p>KafkaSpout lets the exceptions of its consumer end the worker, with everything else that runs there, again and
 * again until Kafka is back. Its own state is whole after them (a poll brings nothing, a commit is made later), but in
 * the midst of a change of partitions, which is then begun anew.
 */
public final class LastingKafkaSpout<K, V> extends KafkaSpout<K, V> {
    private static final long serialVersionUID = 1L;
    private static final long SAY_AGAIN_NANOS = 300_000_000_000L;

    private final Topics topics;
    private final String servers;
    private transient String said;
    private transient String saidMissing;
    private transient long saidAt;

    /** @param config its topic filter is a {@link Topics} */
    public LastingKafkaSpout(KafkaSpoutConfig<K, V> config) {
        super(config);
        topics = (Topics) config.getTopicFilter();
        servers = String.valueOf(config.getKafkaProps().get("bootstrap.servers"));
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector collector) {
        said = "";
        saidMissing = "";
        super.open(conf, context, collector);
    }

    @Override
    public void activate() {
        attempt(super::activate, "It tries again until it is.");
    }

    @Override
    public void nextTuple() {
        attempt(super::nextTuple, "It goes on when it is.");
    }

    @Override
    public void deactivate() {
        attempt(super::deactivate, "What is acked is committed after the next activation.");
    }

    @Override
    public void close() {
        attempt(super::close, "What is acked and not committed comes again.");
    }

    private void attempt(Runnable step, String then) {
        try {
            step.run();
            topics.settle();
            sayWhatIsMissing();
        } catch (RetriableException | AuthenticationException | AuthorizationException e) {
            topics.unsettle();
            say(refusal(e), "The spout waits for Kafka: see that it is running, that bootstrap_servers names it and that "
                + "the properties are right. " + then, e);
        }
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

    /** Reports an error to Storm; the same one not again for a while. */
    private void say(String what, String hint, Exception cause) {
        long now = System.nanoTime();
        if (!what.equals(said) || now - saidAt >= SAY_AGAIN_NANOS) {
            said = what;
            saidAt = now;
            collector.reportError(new IllegalStateException(what + ". " + hint, cause));
        }
    }
}
