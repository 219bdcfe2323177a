"""When a reliable spout replays, gives up and commits, by the clock of a test."""

from __future__ import annotations

import types

import pytest

from umbrella import Item, ReliableSpout, Stream, testing
from umbrella.multilang import reliable

SPREAD = (0.75, 1.25)  # of the pause: before the first no replay comes, after the second it has come


@pytest.fixture
def clock(monkeypatch):
    """What the spout takes for the time, in seconds."""
    made = types.SimpleNamespace(now=1000.0)
    monkeypatch.setattr(reliable, "time", types.SimpleNamespace(monotonic=lambda: made.now))
    return made


class Entries(ReliableSpout):
    """Two entries of a source that goes on; a dead letter cannot be kept as often as told."""

    class Default(Stream):
        fields = "number"

    lost_letters: int = 0

    def open(self):
        self.rest = [0, 1]
        self.committed, self.dead = [], []

    def fetch(self, count):
        numbers, self.rest = self.rest[:count], self.rest[count:]
        return [Item(number, (number,)) for number in numbers]

    def commit(self, position):
        self.committed.append(position)

    def dead_letter(self, item, failures):
        self.dead.append((item.position, failures))
        if len(self.dead) <= self.lost_letters:
            raise OSError("the place for dead letters is away")


@pytest.mark.parametrize("longest", [60.0, 4.0])
def test_the_pause_doubles_with_each_failure_up_to_the_longest(clock, longest):
    with testing.open(Entries, retry_seconds=1.0, max_retry_seconds=longest) as entries:
        entries.next_tuple()
        for pause in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0):
            entries.fail(0)
            failed = clock.now
            least, most = (share * min(pause, longest) for share in SPREAD)
            clock.now = failed + 0.99 * least
            assert entries.next_tuple().emits == []
            clock.now = failed + 1.01 * most
            assert entries.next_tuple().emits == [(0,)]
        assert entries.component.committed == []


def test_pauses_are_spread(clock):
    class Many(Entries):
        def open(self):
            super().open()
            self.rest = list(range(50))

    with testing.open(Many, retry_seconds=1.0) as many:
        many.next_tuple()
        for number in range(50):
            many.fail(number)
        clock.now += 1.0
        early = len(many.next_tuple().emits)
        clock.now += 0.26
        assert 0 < early < 50
        assert early + len(many.next_tuple().emits) == 50


def test_replays_go_before_new_entries_and_within_the_batch(clock):
    class Many(Entries):
        def open(self):
            super().open()
            self.rest = list(range(6))

    with testing.open(Many, batch_size=2, retry_seconds=1.0) as many:
        assert many.next_tuple().emits == [(0,), (1,)]
        many.fail(0)
        clock.now += 2.0
        assert many.next_tuple().emits == [(0,), (2,)]
        for number in (0, 1, 2):
            many.fail(number)
        clock.now += 10.0
        assert len(many.next_tuple().emits) == 2
        replayed = many.next_tuple().emits
        assert len(replayed) == 2
        assert replayed[1] == (3,)


def test_an_entry_is_a_dead_letter_after_so_many_failures_and_not_before(clock):
    with testing.open(Entries, retry_seconds=1.0, max_failures=3) as entries:
        entries.next_tuple()
        for _ in range(2):
            entries.fail(0)
            assert entries.component.dead == []
            clock.now += 100.0
            assert entries.next_tuple().emits == [(0,)]
        entries.fail(0)
        assert entries.component.dead == [(0, 3)]
        assert entries.component.committed == [0]
        clock.now += 100.0
        assert entries.next_tuple().emits == []


def test_a_dead_letter_that_could_not_be_kept_is_not_done_and_comes_again(clock):
    with testing.open(Entries, retry_seconds=1.0, max_failures=1, lost_letters=2, raise_errors=False) as entries:
        entries.next_tuple()
        entries.ack(1)
        for failures in (1, 2):
            turn = entries.fail(0)
            assert isinstance(turn.exception, OSError)
            assert entries.component.dead[-1] == (0, failures)
            assert entries.component.committed == []
            clock.now += 100.0
            assert entries.next_tuple().emits == [(0,)]
        entries.fail(0)
        assert entries.component.dead[-1] == (0, 3)
        assert entries.component.committed == [1]


def test_what_is_committed_is_done_without_a_gap(clock):
    with testing.open(Entries, retry_seconds=1.0) as entries:
        entries.next_tuple()
        entries.ack(1)
        assert entries.component.committed == []
        entries.ack(0)
        assert entries.component.committed == [1]
