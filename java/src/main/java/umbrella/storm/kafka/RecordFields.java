package umbrella.storm.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.storm.kafka.spout.RecordTranslator;
import org.apache.storm.tuple.Fields;

/** Builds a tuple from the wanted parts of a record, each under its own field name. */
public final class RecordFields<K, V> implements RecordTranslator<K, V> {
    private static final long serialVersionUID = 1L;

    private enum Part {
        TOPIC, PARTITION, OFFSET, TIMESTAMP, KEY, VALUE, HEADERS
    }

    private final Fields fields;
    private final ArrayList<Part> parts = new ArrayList<>();
    private long made;

    /**
     * @param names the fields of the tuple
     * @param parts for each field "topic", "partition", "offset", "timestamp" (milliseconds), "key", "value" or
     *     "headers" (a list of [name, text])
     */
    public RecordFields(List<String> names, List<String> parts) {
        if (names.size() != parts.size()) {
            throw new IllegalArgumentException(names.size() + " fields for " + parts.size() + " parts of a record");
        }
        fields = new Fields(names);
        for (String part : parts) {
            this.parts.add(Part.valueOf(part.toUpperCase(Locale.ROOT)));
        }
    }

    @Override
    public List<Object> apply(ConsumerRecord<K, V> record) {
        List<Object> values = new ArrayList<>(parts.size());
        for (Part part : parts) {
            values.add(of(record, part));
        }
        made++;
        return values;
    }

    /** How many tuples it has built, which is how many were emitted. */
    long made() {
        return made;
    }

    @Override
    public Fields getFieldsFor(String stream) {
        return fields;
    }

    private static Object of(ConsumerRecord<?, ?> record, Part part) {
        switch (part) {
            case TOPIC:
                return record.topic();
            case PARTITION:
                return record.partition();
            case OFFSET:
                return record.offset();
            case TIMESTAMP:
                return record.timestamp();
            case KEY:
                return record.key();
            case VALUE:
                return record.value();
            default:
                return headers(record);
        }
    }

    /** A list, not a map: a name may occur twice. */
    private static List<Object> headers(ConsumerRecord<?, ?> record) {
        List<Object> found = new ArrayList<>();
        for (Header header : record.headers()) {
            byte[] value = header.value();
            String text = value == null ? null : new String(value, StandardCharsets.UTF_8);
            found.add(new ArrayList<Object>(Arrays.asList(header.key(), text)));
        }
        return found;
    }
}
