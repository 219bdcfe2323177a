package umbrella.storm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Notes what a child says, a line for each message. */
final class Heard implements Replies {
    final List<String> lines = new ArrayList<>();
    final List<List<Object>> tuples = new ArrayList<>();
    final List<Object> messageIds = new ArrayList<>();

    @Override
    public void emit(String stream, List<Object> values, long[] anchors, Object messageId, int task, boolean needTaskIds) {
        tuples.add(values);
        messageIds.add(messageId);
        lines.add("emit " + stream + " " + Typed.shown(values) + " " + Arrays.toString(anchors) + " "
            + Typed.shown(messageId) + " " + task + " " + needTaskIds);
    }

    @Override
    public void emitAndAck(long id, String stream, List<Object> values) {
        tuples.add(values);
        lines.add("emit and ack " + id + " " + stream + " " + Typed.shown(values));
    }

    @Override
    public void ack(long id) {
        lines.add("ack " + id);
    }

    @Override
    public void fail(long id) {
        lines.add("fail " + id);
    }

    @Override
    public void sync() {
        lines.add("sync");
    }

    @Override
    public void alive() {
        lines.add("alive");
    }

    @Override
    public void log(int level, String text) {
        lines.add("log " + level + " " + text);
    }

    @Override
    public void error(String text) {
        lines.add("error " + text);
    }

    @Override
    public void metrics(String name, Object values) {
        lines.add("metrics " + name + " " + Typed.shown(values));
    }
}
