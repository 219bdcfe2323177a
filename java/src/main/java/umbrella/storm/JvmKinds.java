package umbrella.storm;

import java.util.Map;
import org.apache.storm.ICredentialsListener;
import org.apache.storm.spout.ISpout;
import org.apache.storm.task.IBolt;
import org.apache.storm.topology.BasicBoltExecutor;
import org.apache.storm.topology.IBasicBolt;
import org.apache.storm.topology.IComponent;
import org.apache.storm.topology.IStatefulComponent;
import org.apache.storm.topology.IWindowedBolt;
import org.apache.storm.topology.WindowedBoltExecutor;

/** Which Java objects are spouts and bolts, and how Storm runs each kind (TopologyBuilder.setBolt and setSpout). */
final class JvmKinds {
    private static final String BOLTS = "IRichBolt, IBasicBolt or IWindowedBolt";

    private JvmKinds() {
    }

    /**
     * Why a class cannot be that of a spout or bolt, or null if it can.
     *
     * @param kind "spout" or "bolt"
     */
    static String fault(Class<?> type, String kind) {
        if (kind.equals("spout")) {
            return ISpout.class.isAssignableFrom(type) ? null
                : type.getName() + " is no spout; valid: a class that implements IRichSpout" + other(isBolt(type), "bolt");
        }
        if (IStatefulComponent.class.isAssignableFrom(type)) {
            return type.getName() + " keeps its state by Storm's checkpoints, which topologies of Umbrella do not have; "
                + "valid: a class that implements " + BOLTS;
        }
        return isBolt(type) ? null : type.getName() + " is no bolt; valid: a class that implements " + BOLTS
            + other(ISpout.class.isAssignableFrom(type), "spout");
    }

    /** Why an object, which may be null, cannot be a spout or bolt; or null if it can. */
    static String faultOf(Object made, String kind) {
        return made == null ? "the Java object of the " + kind + " is null" : fault(made.getClass(), kind);
    }

    static IBolt bolt(Object made) {
        check(made, "bolt");
        if (made instanceof IBolt) {
            return (IBolt) made;
        }
        return made instanceof IBasicBolt
            ? new BasicBoltExecutor((IBasicBolt) made) : new WindowedBoltExecutor((IWindowedBolt) made);
    }

    static ISpout spout(Object made) {
        check(made, "spout");
        return (ISpout) made;
    }

    /** The object if it accepts credentials, or null. */
    static ICredentialsListener listener(Object made) {
        return made instanceof ICredentialsListener ? (ICredentialsListener) made : null;
    }

    /** The class's own configuration; may be null. */
    static Map<String, Object> configuration(Object made) {
        return made instanceof IComponent ? ((IComponent) made).getComponentConfiguration() : null;
    }

    /** What declares the streams: for a windowed bolt the executor that Storm runs, which adds that of late tuples. */
    static Object declaring(Object made) {
        return made instanceof IWindowedBolt && configuration(made) != null ? bolt(made) : made;
    }

    private static void check(Object made, String kind) {
        String fault = faultOf(made, kind);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    private static boolean isBolt(Class<?> type) {
        return IBolt.class.isAssignableFrom(type) || IBasicBolt.class.isAssignableFrom(type)
            || IWindowedBolt.class.isAssignableFrom(type);
    }

    private static String other(boolean known, String kind) {
        return known ? ". It is a " + kind + ": declare it as one." : "";
    }
}
