package umbrella.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a spout keeps between Storm and its child: answers, commands, credits. */
class AskingAheadTest {
    private static final Pattern COMMAND = Pattern.compile("\\{\"command\":\"(\\w+)\",\"id\":(?:\"\"|(\\d+))}\nend\n");
    private static final long MILLISECOND = 1_000_000;

    @Test
    void answersComeOutAsTheyWentIn() throws InterruptedException {
        Answers answers = new Answers();
        int count = 100_000;
        Thread reader = new Thread(() -> {
            for (int number = 0; number < count; number++) {
                if (number % 3 == 0) {
                    answers.sync();
                } else {
                    answers.emit("s" + number, Collections.singletonList(number), number, number, number % 2 == 0);
                }
            }
            answers.cut();
        });
        reader.start();
        for (int number = 0; number < count; number++) {
            int kind = taken(answers);
            assertEquals(number % 3 == 0 ? Answers.SYNC : Answers.EMIT, kind);
            if (kind == Answers.EMIT) {
                assertEquals("s" + number, answers.stream);
                assertEquals(Collections.singletonList(number), answers.values);
                assertEquals(number, answers.messageId);
                assertEquals(number, answers.task);
                assertEquals(number % 2 == 0, answers.needTaskIds);
            }
        }
        assertEquals(Answers.CUT, taken(answers));
        assertEquals(Answers.NOTHING, answers.take());
        assertEquals((count + 2) / 3, answers.syncs());
        reader.join();
    }

    private static int taken(Answers answers) {
        int kind = answers.take();
        while (kind == Answers.NOTHING) {
            answers.await(50 * MILLISECOND);
            kind = answers.take();
        }
        return kind;
    }

    /** A child that handles some commands and dies, again and again, against a list of what it is told. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNoChildHasHandledIsToldAgain(boolean json) throws BadMessage {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Commands commands = new Commands(json);
            Model model = new Model(json);
            for (int step = 0; step < 200; step++) {
                switch (random.nextInt(10)) {
                    case 0:
                        model.die(commands, random);
                        break;
                    case 1:
                    case 2:
                        model.answer(commands);
                        break;
                    case 3:
                    case 4:
                        model.next(commands);
                        break;
                    default:
                        model.settle(commands, step, random.nextBoolean());
                }
                assertEquals(model.awaited(), commands.awaited());
            }
        }
    }

    private static final class Model {
        private final boolean json;
        private Deque<String> told = new ArrayDeque<>();
        private final List<String> deaths = new ArrayList<>();
        private Deque<String> unsaid = new ArrayDeque<>();
        private Codec child;

        Model(boolean json) {
            this.json = json;
        }

        void next(Commands commands) {
            if (child != null) {
                commands.next();
                told.add("next");
            }
        }

        void settle(Commands commands, int id, boolean good) {
            String command = (good ? "ack " : "fail ") + id;
            (child == null ? unsaid : told).add(command);
            if (good) {
                commands.ack(id, child);
            } else {
                commands.fail(id, child);
            }
            if (child != null) {
                assertEquals(Collections.singletonList(command), told(child));
            }
        }

        int awaited() {
            return json ? told.size() : Collections.frequency(told, "next");
        }

        void answer(Commands commands) throws BadMessage {
            if (awaited() == 0) {
                return;
            }
            String command = told.remove();
            while (!json && !command.equals("next")) {
                command = told.remove();
            }
            assertEquals(command.equals("next"), commands.answered());
        }

        void die(Commands commands, Random random) throws BadMessage {
            int answers = awaited() == 0 ? 0 : random.nextInt(awaited() + 1);
            commands.died(answers);
            Deque<String> all = told;
            told = new ArrayDeque<>();
            for (int left = answers; left > 0; ) {
                String command = all.remove();
                told.add(command);
                left -= json || command.equals("next") ? 1 : 0;
            }
            List<String> again = new ArrayList<>();
            for (String command : all) {
                boolean suspect = deaths.contains(command);
                if (!command.equals("next") && !command.equals("activate") && !suspect) {
                    deaths.add(command);
                    again.add(command);
                }
            }
            again.addAll(unsaid);
            unsaid.clear();
            child = new JsonCodec(Collections.singletonList("default"), Incoming.LARGEST);
            boolean active = random.nextBoolean();
            commands.tell(child, active);
            if (active) {
                again.add(0, "activate");
            }
            assertEquals(again, told(child));
            told.addAll(again);
        }
    }

    /** What is written to a child: "activate", "ack 5" and so on. */
    private static List<String> told(Codec codec) {
        List<String> commands = new ArrayList<>();
        try {
            String text = new String(JsonCodecTest.written(codec), StandardCharsets.UTF_8);
            Matcher matcher = COMMAND.matcher(text);
            while (matcher.find()) {
                commands.add((matcher.group(1) + " " + (matcher.group(2) == null ? "" : matcher.group(2))).trim());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return commands;
    }

    @Test
    void aSyncThatAnswersNothingIsRefused() throws BadMessage {
        Commands commands = new Commands(true);
        commands.next();
        assertTrue(commands.answered());
        assertThrows(BadMessage.class, commands::answered);
    }

    @Test
    void aSpoutIsAskedAheadWhileItsAnswersComeFullAndQuick() {
        Credits credits = new Credits();
        List<Integer> asked = new ArrayList<>();
        long now = 0;
        int ahead = 0;
        while (asked.size() < 11) {
            int count = credits.toAsk(ahead, now);
            if (count > 0) {
                asked.add(count);
            }
            ahead += count - 1;
            credits.answered(1);
            now += 10_000;
        }
        assertEquals(Arrays.asList(1, 2, 3, 6, 12, 24, 48, 96, 192, 128, 128), asked);
        credits.answered(0);
        assertEquals(0, credits.toAsk(1, now));
        assertEquals(1, credits.toAsk(0, now));
    }

    @Test
    void aSlowOrFullAnswerIsNotAskedForFarAhead() {
        assertEquals(1, flowing(10 * MILLISECOND, 1));
        assertEquals(5, flowing(MILLISECOND, 1));
        assertEquals(10, flowing(1000, 100));
        assertEquals(1, flowing(1000, 100_000));
    }

    /** How many are ahead, at most, of a spout whose answers all take so long and hold so many tuples. */
    private static int flowing(long nanoseconds, int emits) {
        Credits credits = new Credits();
        int ahead = 0;
        int most = 0;
        for (long now = 0, left = 1000; left > 0; now += nanoseconds, left--) {
            ahead += credits.toAsk(ahead, now);
            most = Math.max(most, ahead);
            credits.answered(emits);
            ahead--;
        }
        return most;
    }
}
