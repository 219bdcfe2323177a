package bare;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.storm.executor.error.ReportError;
import org.apache.storm.shade.net.minidev.json.JSONValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a component did: counters always, the emitted tuples themselves only where a test wants them. */
public final class Notes {
    private static final Logger REPORTS = LoggerFactory.getLogger(ReportError.class);

    private final BitSet acked = new BitSet();
    private final BitSet failed = new BitSet();
    private final Map<String, Long> emitted = new HashMap<>();
    private final List<Map<String, Object>> tuples = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private long settled;
    private long changed;
    private boolean keeping;
    private Throwable fault;

    public synchronized void keepTuples() {
        keeping = true;
    }

    synchronized void emitted(String stream, List<Object> values, Object id, List<Integer> anchors, int direct,
            List<Object> crossed) {
        emitted.merge(stream, 1L, Long::sum);
        if (!Plain.equal(values, crossed)) {
            changed++;
        }
        if (keeping) {
            Map<String, Object> tuple = new LinkedHashMap<>();
            tuple.put("stream", stream);
            tuple.put("values", Plain.json(crossed));
            tuple.put("types", crossed.stream().map(Plain::type).toList());
            tuple.put("id", id);
            tuple.put("anchors", anchors);
            tuple.put("direct", direct);
            tuple.put("seconds", System.nanoTime() / 1e9);
            tuples.add(tuple);
        }
        notifyAll();
    }

    /** Note that a tuple was acked or failed; a second time is what Storm's own map of inputs refuses before. */
    synchronized void settled(int number, boolean good) {
        if (acked.get(number) || failed.get(number)) {
            throw new IllegalStateException("settled twice: " + number);
        }
        (good ? acked : failed).set(number);
        settled++;
        notifyAll();
    }

    /** As Storm's ReportError, which logs each one. */
    synchronized void error(Throwable error) {
        REPORTS.error("Error", error);
        errors.add(String.valueOf(error.getMessage()));
        notifyAll();
    }

    synchronized void fault(Throwable thrown) {
        fault = thrown;
        notifyAll();
    }

    public synchronized long settledCount() {
        return settled;
    }

    public synchronized long emittedCount() {
        return emitted.values().stream().mapToLong(Long::longValue).sum();
    }

    public synchronized int errorCount() {
        return errors.size();
    }

    public boolean awaitSettled(long count, double seconds) throws InterruptedException {
        return await(() -> settled >= count, seconds);
    }

    public boolean awaitEmitted(long count, double seconds) throws InterruptedException {
        return await(() -> emittedCount() >= count, seconds);
    }

    public boolean awaitErrors(int count, double seconds) throws InterruptedException {
        return await(() -> errors.size() >= count, seconds);
    }

    private synchronized boolean await(BooleanSupplier reached, double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!reached.getAsBoolean() && fault == null) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return reached.getAsBoolean();
    }

    /** All notes as a JSON object; the tuples in it are kept no longer. */
    public synchronized String take() {
        String json = asJson();
        tuples.clear();
        return json;
    }

    /** All notes as a JSON object. */
    public synchronized String asJson() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("acked", acked.cardinality());
        all.put("failed", failed.stream().boxed().toList());
        all.put("settled", settled);
        all.put("emitted", emitted);
        all.put("changed", changed);
        all.put("errors", errors);
        all.put("tuples", tuples);
        all.put("fault", fault == null ? "" : fault.toString());
        return JSONValue.toJSONString(all);
    }
}
