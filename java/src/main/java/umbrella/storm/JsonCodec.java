package umbrella.storm;

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.storm.shade.net.minidev.json.*;
import org.apache.storm.tuple.Tuple;

/** Throw-away. */
final class JsonCodec implements Codec {
    private StringBuilder out = new StringBuilder();
    private BufferedReader reader;

    JsonCodec(List<String> streams) { }
    private void put(Object o) { out.append(JSONValue.toJSONString(o)).append("\nend\n"); }
    private void tup(String id, String comp, String stream, long task, List<?> values) {
        Map<String, Object> m = new HashMap<>();
        m.put("id", id); m.put("comp", comp); m.put("stream", stream); m.put("task", task); m.put("tuple", values);
        put(m);
    }
    public void tuple(long id, Tuple t) { tup("" + id, t.getSourceComponent(), t.getSourceStreamId(), t.getSourceTask(), t.getValues()); }
    public void heartbeat() { tup("0", null, "__heartbeat", -1, new ArrayList<>()); }
    public void taskIds(List<Integer> tasks) { put(tasks); }
    public void next() { }
    public void ack(Object messageId) { }
    public void fail(Object messageId) { }
    public void activate() { }
    public void deactivate() { }
    public boolean answersEveryCommand() { return true; }
    public int size() { return out.length(); }
    public Outgoing take() { byte[] b = out.toString().getBytes(StandardCharsets.UTF_8); out = new StringBuilder(); return o -> o.write(b); }
    @SuppressWarnings("unchecked")
    public void read(InputStream in, Replies r) throws IOException {
        if (reader == null) reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        StringBuilder text = new StringBuilder();
        for (String line = reader.readLine(); !"end".equals(line); line = reader.readLine()) {
            if (line == null) throw new EOFException();
            text.append(line).append('\n');
        }
        Object parsed;
        try { parsed = JSONValue.parseStrict(text.toString()); } catch (Exception e) { throw new BadMessage("no JSON; given: " + text); }
        if (!(parsed instanceof Map)) throw new BadMessage("no object; given: " + text);
        Map<String, Object> m = (Map<String, Object>) parsed;
        String id = m.get("id") == null ? "0" : m.get("id").toString();
        switch (String.valueOf(m.get("command"))) {
            case "ack": r.ack(Long.parseLong(id)); break;
            case "fail": r.fail(Long.parseLong(id)); break;
            case "sync": r.alive(); break;
            case "log": r.log(((Number) m.get("level")).intValue(), (String) m.get("msg")); break;
            case "error": r.error((String) m.get("msg")); break;
            case "metrics": r.metrics((String) m.get("name"), m.get("params")); break;
            case "emit":
                List<Object> a = (List<Object>) m.get("anchors");
                long[] anchors = a == null ? null : a.stream().mapToLong(x -> Long.parseLong(x.toString())).toArray();
                Object t = m.get("task"); Object n = m.get("need_task_ids");
                r.emit((String) m.getOrDefault("stream", "default"), (List<Object>) m.get("tuple"), anchors, null, t == null ? 0 : (int) ((Number) t).longValue(), n == null || (Boolean) n);
                break;
            default: throw new BadMessage("unknown command; given: " + text);
        }
    }
}
