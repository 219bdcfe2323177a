package umbrella.storm.redis;

import java.util.Map;
import org.apache.storm.Config;
import org.apache.storm.task.TopologyContext;

/** Identifies a task of a component; the same after a restart. */
final class Place {
    final String topology;
    final String component;
    final int index;
    final int tasks;

    Place(String topology, String component, int index, int tasks) {
        this.topology = topology;
        this.component = component;
        this.index = index;
        this.tasks = tasks;
    }

    static Place of(Map<String, Object> conf, TopologyContext context) {
        String component = context.getThisComponentId();
        int tasks = context.getComponentTasks(component).size();
        return new Place(String.valueOf(conf.get(Config.TOPOLOGY_NAME)), component, context.getThisTaskIndex(), tasks);
    }

    @Override
    public String toString() {
        return topology + "." + component + "[" + index + "]";
    }
}
