package bare;

import java.util.function.Consumer;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.TupleImpl;

/** A tuple given to a bolt: it knows its number, and whom to tell how it was settled. */
final class Given extends TupleImpl {
    final int number;
    final Consumer<Boolean> settled;

    Given(Tuple tuple, int number, Consumer<Boolean> settled) {
        super(tuple);
        this.number = number;
        this.settled = settled;
    }
}
