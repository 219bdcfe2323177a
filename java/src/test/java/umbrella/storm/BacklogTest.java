package umbrella.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BacklogTest {
    private final ArrayBlockingQueue<Integer> receiver = new ArrayBlockingQueue<>(10);
    private final List<Long> told = Collections.synchronizedList(new ArrayList<>());
    private Backlog<Integer> backlog = backlog(Backlog.NONE);

    private Backlog<Integer> backlog(int most) {
        return new Backlog<>("test-backlog", most, receiver::offer, told::add);
    }

    @AfterEach
    void stop() {
        backlog.stop();
    }

    @Test
    void whatThereIsRoomForIsHandedOnAtOnce() {
        assertTrue(backlog.give(1));
        assertEquals(1, receiver.poll());
    }

    @Test
    void whatThereIsNoRoomForComesLaterAndInOrder() throws InterruptedException {
        int count = 100_000;
        for (int number = 0; number < count; number++) {
            backlog.give(number); // never waits, though nobody takes anything yet
        }
        for (int number = 0; number < count; number++) {
            assertEquals(number, receiver.poll(30, TimeUnit.SECONDS));
        }
        assertEquals(Collections.emptyList(), new ArrayList<>(receiver));
    }

    @Test
    void theOrderHoldsWhileSomeAreTaken() throws InterruptedException {
        int count = 200_000;
        Thread giver = new Thread(() -> {
            for (int number = 0; number < count; number++) {
                backlog.give(number);
            }
        });
        giver.start();
        for (int number = 0; number < count; number++) {
            assertEquals(number, receiver.poll(30, TimeUnit.SECONDS));
        }
        giver.join();
    }

    @Test
    void thereIsRoomUpToTheBound() throws InterruptedException {
        backlog = backlog(5);
        for (int number = 0; number < 15; number++) {
            assertTrue(backlog.hasRoom());
            backlog.give(number);
        }
        assertFalse(backlog.hasRoom());
        receiver.poll();
        while (!backlog.hasRoom()) {
            Thread.sleep(1);
        }
    }

    @Test
    void withoutABoundThereIsAlwaysRoomAndAWordWhenItGetsMany() {
        for (int number = 0; number < 250_000; number++) {
            backlog.give(number);
            assertTrue(backlog.hasRoom());
        }
        assertEquals(2, told.size());
        assertEquals(100_000L, told.get(0));
    }

    @Test
    void afterTheEndThereIsRoomAndNothingIsKept() {
        backlog = backlog(1);
        for (int number = 0; number < 20; number++) {
            backlog.give(number);
        }
        assertFalse(backlog.hasRoom());
        backlog.stop();
        assertTrue(backlog.hasRoom());
        assertFalse(backlog.give(20));
    }
}
