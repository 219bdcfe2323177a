package umbrella.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeathsTest {
    private static Deaths deaths(int most, int seconds) {
        Map<String, Object> conf = new HashMap<>();
        conf.put(Deaths.RESTARTS, most);
        conf.put(Deaths.WINDOW, seconds);
        return new Deaths(conf);
    }

    @Test
    void thePauseDoublesUpToFiveSeconds() {
        Deaths deaths = deaths(100, 300);
        for (long pause : new long[] {100, 200, 400, 800, 1600, 3200, 5000, 5000}) {
            deaths.add(0, 9_999);
            assertEquals(pause, deaths.pause());
        }
    }

    @Test
    void aChildThatLivedWellIsReplacedSoon() {
        Deaths deaths = deaths(100, 300);
        deaths.add(0, 0);
        deaths.add(0, 0);
        deaths.add(0, 10_000);
        assertEquals(100, deaths.pause());
    }

    @Test
    void oneMoreThanAllowedIsTooMany() {
        Deaths deaths = new Deaths(Collections.emptyMap());
        for (int count = 0; count < 10; count++) {
            deaths.add(count, 0);
            assertFalse(deaths.areTooMany());
        }
        deaths.add(10, 0);
        assertTrue(deaths.areTooMany());
        assertEquals("death 11 within 300 s, of which 10 are allowed (umbrella.restarts)", deaths.words());
    }

    @Test
    void thoseBeforeTheWindowDoNotCount() {
        Deaths deaths = deaths(1, 2);
        deaths.add(0, 0);
        deaths.add(2001, 0);
        assertFalse(deaths.areTooMany());
        deaths.add(4001, 0);
        assertTrue(deaths.areTooMany());
        assertEquals("death 2 within 2 s, of which 1 are allowed (umbrella.restarts), and 3 since the worker started",
            deaths.words());
    }
}
