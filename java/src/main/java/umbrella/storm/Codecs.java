package umbrella.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chooses the codec that a description asks for. */
final class Codecs {
    private Codecs() {
    }

    static Codec of(Description description, Map<String, Object> conf) {
        List<String> streams = new ArrayList<>(description.streams.keySet());
        int largest = Incoming.largest(conf);
        return description.serializer.equals(Description.MSGPACK)
            ? new MessagePackCodec(streams, largest) : new JsonCodec(streams, largest);
    }
}
