package umbrella.storm;

import org.apache.storm.grouping.PartialKeyGrouping;
import org.apache.storm.tuple.Fields;

/**
 * Storm's partial key grouping, made from one string.
 *
 * <p>A topology sent over Thrift names a custom grouping by class and plain constructor arguments, so the
 * {@code Fields} that {@link PartialKeyGrouping} wants cannot be given to it.
 */
public final class PartialKey extends PartialKeyGrouping {
    private static final long serialVersionUID = 1L;

    /**
     * Keys tuples on the named fields.
     *
     * @param fields the field names, with a newline between two names
     */
    public PartialKey(String fields) {
        super(new Fields(fields.split("\n", -1)));
    }
}
