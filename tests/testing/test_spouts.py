"""The harness of spouts."""

from __future__ import annotations

import pytest

from umbrella import EmitError, Item, ReliableSpout, Spout, Stream, testing
from umbrella.errors import EntriesLostError


class Numbers(Spout):
    class Default(Stream):
        fields = "number"

    count: int = 2

    def open(self):
        self.log.info("open")
        self.calls = []
        self.due = list(range(self.count))

    def activate(self):
        self.calls.append("activate")

    def deactivate(self):
        self.calls.append("deactivate")

    def next_tuple(self):
        if self.due:
            number = self.due.pop(0)
            self.emit(number, message_id=number)
        else:
            self.finish()

    def ack(self, message_id):
        self.calls.append(("ack", message_id))

    def fail(self, message_id):
        self.due.append(message_id)


@pytest.fixture
def numbers(open_numbers):
    return open_numbers()


@pytest.fixture
def open_numbers():
    opened = []

    def open_them(**arguments):
        opened.append(testing.open(Numbers, **arguments))
        return opened[-1]

    yield open_them
    for one in opened:
        one.close()


def test_a_spout_is_activated_before_it_is_asked(numbers):
    assert numbers.component.calls == ["activate"]
    assert numbers.logs == [("INFO", "open")]


def test_one_call_gives_what_that_call_emitted(numbers):
    turn = numbers.next_tuple()
    assert turn.emits == [(0,)]
    assert turn.emits[0].message_id == 0
    assert numbers.next_tuple().emits == [(1,)]
    assert numbers.emits == [(0,), (1,)]
    assert numbers.pending == [0, 1]


def test_acks_and_fails_reach_the_spout(numbers):
    first, second = numbers.next_tuple().emits[0], numbers.next_tuple().emits[0]
    numbers.ack(first)
    numbers.fail(second.message_id)
    assert numbers.component.calls[-1] == ("ack", 0)
    assert numbers.next_tuple().emits == [(1,)]
    assert numbers.pending == [1]


@pytest.mark.parametrize("message_id", ["0", True, 7])
def test_what_is_not_pending_is_neither_acked_nor_failed(numbers, message_id):
    numbers.next_tuple()
    for settle in (numbers.ack, numbers.fail):
        with pytest.raises(testing.HarnessError, match=f"no tuple with the message id {message_id!r} is pending; vali"):
            settle(message_id)
    numbers.ack(0)
    with pytest.raises(testing.HarnessError, match="is pending"):
        numbers.ack(0)


def test_finish_is_taken_back_by_a_fail(open_numbers):
    numbers = open_numbers(count=1)
    emitted = numbers.next_tuple().emits[0]
    assert not numbers.finished
    numbers.next_tuple()
    assert numbers.finished
    numbers.fail(emitted)
    assert not numbers.finished


def test_a_spout_that_is_not_active_is_not_asked(numbers):
    numbers.deactivate()
    assert numbers.component.calls == ["activate", "deactivate"]
    with pytest.raises(testing.HarnessError, match=r"not active; call activate\(\) first"):
        numbers.next_tuple()
    numbers.activate()
    assert numbers.next_tuple().emits == [(0,)]


def test_an_exception_in_any_hook_is_raised_in_the_test():
    class Broken(Numbers):
        def ack(self, message_id):
            raise KeyError(message_id)

    with testing.open(Broken) as broken:
        broken.next_tuple()
        with pytest.raises(KeyError):
            broken.ack(0)
        assert broken.pending == []
    with testing.open(Broken, raise_errors=False) as broken:
        broken.next_tuple()
        turn = broken.ack(0)
        assert isinstance(turn.exception, KeyError)
        assert "KeyError: 0" in turn.errors[0]
        assert broken.next_tuple().emits == [(1,)]


def test_an_exception_in_activate_is_raised_by_open_and_nothing_is_left_open():
    class Broken(Numbers):
        def activate(self):
            raise OSError("no network")

    with pytest.raises(OSError, match="no network"):
        testing.open(Broken)


def test_a_message_id_is_text_or_a_number():
    class Wrong(Numbers):
        def next_tuple(self):
            self.emit(1, message_id=1.5)

    with testing.open(Wrong) as wrong, pytest.raises(EmitError, match="a message id is a str or an int"):
        wrong.next_tuple()


def test_task_ids_of_a_spouts_emit():
    class Asks(Numbers):
        def next_tuple(self):
            self.tasks = self.emit(1, need_task_ids=True)

    with testing.open(Asks) as asks:
        asks.task_ids.append([4, 5])
        asks.next_tuple()
        assert asks.component.tasks == [4, 5]


def test_a_reliable_spout_replays_and_commits_in_order():
    class Entries(ReliableSpout):
        class Default(Stream):
            fields = "letter"

        def open(self):
            self.rest = list(enumerate("abc"))
            self.committed = []

        def fetch(self, count):
            found, self.rest = self.rest[:count], self.rest[count:]
            return [Item(position, (letter,)) for position, letter in found] or None

        def commit(self, position):
            self.committed.append(position)

    with testing.open(Entries, retry_seconds=0.0) as entries:
        assert entries.next_tuple().emits == [("a",), ("b",), ("c",)]
        entries.ack(1)
        entries.fail(0)
        assert entries.component.committed == []
        assert entries.next_tuple().emits == [("a",)]
        entries.ack(0)
        assert entries.component.committed == [1]
        entries.ack(2)
        assert entries.finished


def test_entries_that_cannot_be_taken_end_the_process_or_a_later_commit_would_pass_them_over():
    class Entries(ReliableSpout):
        class Default(Stream):
            fields = "number"

        def open(self):
            self.fetched = {
                "twice": [(1, (1,)), (1, (1,))],
                "none": [(1, (1,)), (2,)],
                "unhashable": [([1], (1,))],
                "broken off": ((number, (10 // number,)) for number in (2, 1, 0)),
            }

        def fetch(self, count):
            return self.fetched[self.conf["what"]]

    for what, why in (
        ("twice", "fetch returned the position 1 again"),
        ("none", "values"),
        ("unhashable", "unhashable"),
        ("broken off", "division"),
    ):
        # Whatever is asked of the harness: the loop is left, as it is on a worker, and nothing is emitted.
        with testing.open(Entries, conf={"what": what}, raise_errors=False) as entries:
            with pytest.raises(EntriesLostError, match=why):
                entries.next_tuple()
            assert entries.emits == []
            assert "fetched again from the last commit" in entries.errors[0]


def test_an_entry_that_cannot_be_sent_holds_up_none_of_the_others():
    class Entries(ReliableSpout):
        class Default(Stream):
            fields = "number"

        def open(self):
            self.rest = [0, float("nan"), 2]
            self.dead = []

        def fetch(self, count):
            numbers, self.rest = self.rest, []
            return [Item(position, (number,)) for position, number in enumerate(numbers)] or None

        def dead_letter(self, item, failures):
            self.dead.append((item.position, failures))

    with testing.open(Entries, retry_seconds=0.0, max_failures=2, raise_errors=False) as entries:
        assert entries.next_tuple().emits == [(0,), (2,)]
        entries.next_tuple()
        assert entries.component.dead == [(1, 2)]
        entries.ack(0)
        entries.ack(2)
        assert entries.next_tuple().emits == []
        assert entries.finished
