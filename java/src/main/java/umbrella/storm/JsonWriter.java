package umbrella.storm;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Values in JSON, as Storm's JsonSerializer writes them. */
final class JsonWriter extends ValueWriter {
    private final JsonGenerator json;

    JsonWriter(JsonGenerator json) {
        this.json = json;
    }

    @Override
    void nothing() throws IOException {
        json.writeNull();
    }

    @Override
    void truth(boolean value) throws IOException {
        json.writeBoolean(value);
    }

    @Override
    void integer(long value) throws IOException {
        json.writeNumber(value);
    }

    @Override
    void integer(BigInteger value) throws IOException {
        json.writeNumber(value);
    }

    @Override
    void real(double value) throws IOException {
        json.writeNumber(value);
    }

    @Override
    void decimal(BigDecimal value) throws IOException {
        json.writeNumber(value.toString());
    }

    @Override
    void text(String value) throws IOException {
        json.writeString(value);
    }

    @Override
    void bytes(byte[] value) throws IOException {
        json.writeStartArray();
        for (byte one : value) {
            json.writeNumber(one);
        }
        json.writeEndArray();
    }

    @Override
    void startList(int size) throws IOException {
        json.writeStartArray();
    }

    @Override
    void endList() throws IOException {
        json.writeEndArray();
    }

    @Override
    void startMap(int size) throws IOException {
        json.writeStartObject();
    }

    @Override
    void key(String key) throws IOException {
        json.writeFieldName(key);
    }

    @Override
    void endMap() throws IOException {
        json.writeEndObject();
    }
}
