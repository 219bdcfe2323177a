package umbrella.storm;

import java.util.ArrayList;
import java.util.List;

/** The codec that a description asks for. */
final class Codecs {
    private Codecs() {
    }

    static Codec of(Description description) {
        List<String> streams = new ArrayList<>(description.streams.keySet());
        return description.serializer.equals(Description.MSGPACK) ? new MessagePackCodec(streams) : new JsonCodec(streams);
    }
}
