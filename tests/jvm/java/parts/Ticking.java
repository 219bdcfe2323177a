package parts;

import java.util.Collections;
import java.util.Map;

/** Wants ticks of its own. */
public class Ticking extends Upper {
    private static final long serialVersionUID = 1L;

    @Override
    public Map<String, Object> getComponentConfiguration() {
        return Collections.singletonMap("topology.tick.tuple.freq.secs", 5);
    }
}
