package parts;

import org.apache.storm.state.KeyValueState;
import org.apache.storm.topology.base.BaseStatefulBolt;
import org.apache.storm.tuple.Tuple;

/** An IStatefulBolt. */
public class Keeping extends BaseStatefulBolt<KeyValueState<String, Long>> {
    private static final long serialVersionUID = 1L;

    @Override
    public void initState(KeyValueState<String, Long> state) {
    }

    @Override
    public void execute(Tuple input) {
    }
}
