package umbrella.storm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of JSON as plain Java types: Boolean, Long, BigInteger, Double, String, ArrayList, LinkedHashMap. */
final class JsonValues {
    static final long NO_TUPLE_ID = -1;

    private JsonValues() {
    }

    /** Reads the value that starts at the parser's token. */
    static Object value(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case VALUE_STRING:
                return parser.getText();
            case VALUE_NUMBER_INT:
                return integer(parser);
            case VALUE_NUMBER_FLOAT:
                return parser.getDoubleValue();
            case START_ARRAY:
                return list(parser, 10);
            case START_OBJECT:
                return map(parser);
            case VALUE_TRUE:
                return Boolean.TRUE;
            case VALUE_FALSE:
                return Boolean.FALSE;
            default:
                return null;
        }
    }

    /** Reads the list that starts at the parser's token. */
    static List<Object> list(JsonParser parser, int expected) throws IOException {
        List<Object> values = new ArrayList<>(expected);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            values.add(value(parser, token));
        }
        return values;
    }

    private static Map<String, Object> map(JsonParser parser) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            values.put(key, value(parser, parser.nextToken()));
        }
        return values;
    }

    private static Object integer(JsonParser parser) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return parser.getBigIntegerValue();
        }
        return parser.getLongValue();
    }

    /** Returns the tuple id in the text or number at the parser's token, or NO_TUPLE_ID. */
    static long tupleId(JsonParser parser) throws IOException {
        char[] characters = parser.getTextCharacters();
        int from = parser.getTextOffset();
        return tupleId(characters, from, from + parser.getTextLength());
    }

    private static long tupleId(char[] characters, int from, int to) {
        if (to == from || to - from > 18) {
            return NO_TUPLE_ID;
        }
        long id = 0;
        for (int place = from; place < to; place++) {
            int digit = characters[place] - '0';
            if (digit < 0 || digit > 9) {
                return NO_TUPLE_ID;
            }
            id = 10 * id + digit;
        }
        return id;
    }
}
