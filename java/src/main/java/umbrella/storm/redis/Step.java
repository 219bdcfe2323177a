package umbrella.storm.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * One exchange with Redis: settles entries, gives some back, and takes new ones.
 *
 * <p>Its number lets Redis recognize a step that is retried because its answer was lost.
 */
final class Step {
    final long number;
    final int take;
    final List<byte[]> done = new ArrayList<>();
    final List<byte[]> dead = new ArrayList<>();
    final List<byte[]> back = new ArrayList<>();

    Step(long number, int take) {
        this.number = number;
        this.take = take;
    }

    static void drain(Queue<Entry> from, List<byte[]> into, int most) {
        for (int count = 0; count < most; count++) {
            Entry entry = from.poll();
            if (entry == null) {
                return;
            }
            into.add(entry.value());
        }
    }

    int settled() {
        return done.size() + dead.size() + back.size();
    }

    List<byte[]> arguments(byte[] owner, String end) {
        List<byte[]> arguments = new ArrayList<>(7 + settled());
        arguments.add(owner);
        arguments.add(ListKeys.bytes(end));
        arguments.add(ListKeys.bytes(number));
        arguments.add(ListKeys.bytes(take));
        arguments.add(ListKeys.bytes(done.size()));
        arguments.add(ListKeys.bytes(dead.size()));
        arguments.add(ListKeys.bytes(back.size()));
        arguments.addAll(done);
        arguments.addAll(dead);
        arguments.addAll(back);
        return arguments;
    }
}
