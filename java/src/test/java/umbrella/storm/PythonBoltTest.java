package umbrella.storm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.storm.generated.StreamInfo;
import org.apache.storm.topology.OutputFieldsGetter;
import org.junit.jupiter.api.Test;

class PythonBoltTest {
    private static final String DESCRIPTION = "{\"command\": [\"python3\"], \"conf\": {\"a\": 1},"
        + " \"streams\": {\"b\": {\"fields\": [\"x\", \"y\"]}, \"a\": {\"fields\": [\"z\"], \"direct\": true}}}";

    @Test
    void itCrossesTheWireAsFluxSendsIt() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(written)) {
            out.writeObject(new PythonBolt(DESCRIPTION));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(written.toByteArray()))) {
            PythonBolt bolt = (PythonBolt) in.readObject();
            assertEquals(1, bolt.getComponentConfiguration().get("a"));
        }
    }

    @Test
    void itDeclaresItsStreams() {
        OutputFieldsGetter declarer = new OutputFieldsGetter();
        new PythonBolt(DESCRIPTION).declareOutputFields(declarer);
        Map<String, StreamInfo> expected = new HashMap<>();
        expected.put("b", new StreamInfo(Arrays.asList("x", "y"), false));
        expected.put("a", new StreamInfo(Arrays.asList("z"), true));
        assertEquals(expected, declarer.getFieldsDeclaration());
    }

    @Test
    void aCleanupBeforeAPrepareDoesNothing() {
        assertDoesNotThrow(new PythonBolt("{}")::cleanup);
    }
}
