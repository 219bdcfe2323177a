package umbrella.storm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.storm.generated.StreamInfo;
import org.apache.storm.topology.IComponent;
import org.apache.storm.topology.OutputFieldsGetter;
import org.apache.storm.utils.Utils;
import umbrella.storm.jvm.Assembly;
import umbrella.storm.jvm.NoNetwork;
import umbrella.storm.jvm.Unknown;
import umbrella.storm.jvm.WrongObject;

/**
 * Checks the Java components of a topology against their classes, on the machine where it is compiled.
 *
 * <p>Reads {@code {"components": [{"name", "kind", "description"}]}} from stdin, and writes lines in the format of
 * {@link Findings}. First, the signatures are checked without building anything. Then the object is built to ask it for
 * its streams, in this process, which has no network access.
 */
public final class CheckJvm {
    private static final String TICKS = "topology.tick.tuple.freq.secs";

    private final Findings findings;

    private CheckJvm(Findings findings) {
        this.findings = findings;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err); // what constructors print is not a finding
        NoNetwork.install();
        Map<?, ?> given = Utils.parseJson(read(System.in));
        CheckJvm check = new CheckJvm(new Findings(out));
        for (Object component : (List<?>) given.get("components")) {
            check.component((Map<?, ?>) component);
        }
        check.findings.end();
        out.flush();
        System.exit(0); // does not wait for threads that an object has started
    }

    private void component(Map<?, ?> given) {
        String name = (String) given.get("name");
        String kind = (String) given.get("kind");
        findings.begin(name);
        JvmDescription description = JvmDescription.of((Map<?, ?>) given.get("description"));
        try {
            Class<?> type = Assembly.check(description.object);
            String fault = type.isInterface() ? null : JvmKinds.fault(type, kind);
            if (fault == null) {
                built(name, kind, description);
            } else {
                findings.fault(name, fault);
            }
        } catch (WrongObject e) {
            findings.fault(name, e);
        } catch (LinkageError | TypeNotPresentException e) {
            findings.fault(name, "a class cannot be used: " + e);
        } catch (Unknown e) {
            findings.note(name, "not checked further: " + e.getMessage());
        }
    }

    private void built(String name, String kind, JvmDescription description) {
        Object made;
        Map<String, StreamInfo> streams;
        Map<String, Object> configuration;
        try {
            made = description.build();
            String fault = JvmKinds.faultOf(made, kind);
            if (fault != null) {
                findings.fault(name, fault);
                return;
            }
            OutputFieldsGetter declared = new OutputFieldsGetter();
            if (made instanceof IComponent) {
                ((IComponent) JvmKinds.declaring(made)).declareOutputFields(declared);
            }
            streams = declared.getFieldsDeclaration();
            configuration = JvmKinds.configuration(made);
        } catch (Exception | LinkageError e) {
            findings.note(name, "its streams were not checked, for it could not be built here: " + reason(e));
            return;
        }
        if (!(made instanceof IComponent)) {
            findings.note(name, "its streams were not checked, for " + made.getClass().getName() + " declares none");
            return;
        }
        List<String> faults = new JvmStreams(made.getClass(), streams).faults(description.streams);
        faults.forEach(fault -> findings.fault(name, fault));
        if (faults.isEmpty()) {
            findings.fits(name);
        }
        configured(name, made, configuration, description);
    }

    /** What a class configures for itself, such as ticks, reaches Storm only through Java's own TopologyBuilder. */
    private void configured(String name, Object made, Map<String, Object> ofClass, JvmDescription description) {
        List<String> lost = new ArrayList<>();
        for (String key : new TreeMap<>(ofClass == null ? new TreeMap<>() : ofClass).keySet()) {
            boolean read = key.startsWith("topology.") && !key.startsWith("topology.bolts.");
            if (read && !description.conf.containsKey(key)) {
                lost.add(key + "=" + ofClass.get(key));
            }
        }
        if (!lost.isEmpty()) {
            findings.note(name, made.getClass().getName() + " sets " + String.join(", ", lost)
                + " for itself, which Storm takes from the declaration alone: give it there as config={...}"
                + (lost.toString().contains(TICKS) ? " (its ticks do not come otherwise)" : ""));
        }
    }

    private static String reason(Throwable thrown) {
        return thrown instanceof WrongObject ? thrown.getMessage() : thrown.toString();
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        for (int length = in.read(part); length >= 0; length = in.read(part)) {
            all.write(part, 0, length);
        }
        return new String(all.toByteArray(), StandardCharsets.UTF_8);
    }
}
