"""The harness of bolts, with bolts as users write them."""

from __future__ import annotations

import logging
import threading

import pytest

from umbrella import AutoAckBolt, BatchingBolt, Bolt, EmitError, Stream, TupleStateError, testing


class Split(AutoAckBolt):
    """Acks by itself; has a named and a direct stream."""

    class Default(Stream):
        fields = "word", "length"

    class Empty(Stream):
        fields = "line"

    class Chosen(Stream):
        fields = "word"
        direct = True

    def execute(self, tup):
        words = tup.line.split()
        if not words:
            self.emit(tup.line, stream=self.Empty)
        for word in words:
            self.emit(word, len(word))
        if words:
            self.emit(words[0], stream=self.Chosen, task=self.context.tasks("sink")[-1])


class Held(Bolt):
    """Acks by hand, at a tick."""

    class Default(Stream):
        fields = "together"

    tick_seconds = 2

    def open(self):
        self.held = []

    def execute(self, tup):
        if tup.word == "bad":
            self.fail(tup)
        else:
            self.held.append(tup)

    def tick(self):
        self.emit([tup.word for tup in self.held], anchors=self.held)
        for tup in self.held:
            self.ack(tup)
        self.held = []


class Asks(AutoAckBolt):
    class Default(Stream):
        fields = "value"

    def execute(self, tup):
        self.log.info("went to %s", self.emit(tup.value, need_task_ids=True))


@pytest.fixture
def split():
    with testing.open(Split, tasks={"sink": [7, 8]}) as split:
        yield split


@pytest.fixture
def held():
    with testing.open(Held, inputs={"words": "word"}) as held:
        yield held


def bolt_of(execute, *, base=Bolt, fields="value", raise_errors=True):
    """A harness of a bolt whose execute is the given function of itself and a tuple."""
    streams = {"Default": type("Default", (Stream,), {"fields": fields, "__module__": __name__})}
    return testing.open(type("Made", (base,), {**streams, "execute": execute}), raise_errors=raise_errors)


def test_what_an_auto_ack_bolt_emits_is_anchored_and_its_input_acked(split):
    fed = split.feed(line="in the rain")
    assert split.emits.on("default") == [("in", 2), ("the", 3), ("rain", 4)]
    assert [emitted.anchors for emitted in split.emits] == [[fed]] * 4
    assert split.emits[0].word == split.emits[0]["word"] == split.emits[0][0] == "in"
    assert split.acked == [fed]
    assert (fed.acked, fed.failed, fed.is_open) == (True, False, False)
    split.assert_settled()


def test_a_named_stream_is_read_by_its_class_or_name(split):
    fed = split.feed(line=" ")
    assert fed.emits == [(" ",)]
    assert split.emits.on(Split.Empty) == split.emits.on("empty") == [[" "]]
    assert split.emits[0].stream == "empty"
    with pytest.raises(testing.HarnessError, match="no stream 'emty'; valid: default, empty, chosen. Did you mean"):
        split.emits.on("emty")


def test_a_direct_emit_names_its_task(split):
    emitted = split.feed(line="a").emits.on(Split.Chosen)[0]
    assert (emitted.task, emitted.need_task_ids, emitted.message_id) == (8, False, None)


def test_what_is_emitted_belongs_to_the_call_it_came_from(split):
    first, second = split.feed(line="a"), split.feed(line="b c")
    assert first.emits.on("default") == [("a", 1)]
    assert len(second.emits.on("default")) == 2
    assert len(split.emits) == 5
    assert split.inputs == [first, second]


def test_acks_by_hand_come_at_the_tick(held):
    one, bad, two = (held.feed(word) for word in ("one", "bad", "two"))
    assert (one.is_open, bad.failed, two.is_open) == (True, True, True)
    turn = held.tick()
    assert turn.acked == [one, two]
    assert turn.emits == [(["one", "two"],)]
    assert turn.emits[0].anchors == [one, two]
    assert held.failed == [bad]
    held.assert_settled()


def test_a_tick_is_no_input(held):
    held.tick()
    assert held.acked == []
    held.assert_settled()


def test_inputs_that_are_open_are_listed(held):
    held.feed("one")
    held.feed("bad")
    with pytest.raises(AssertionError) as caught:
        held.assert_settled()
    assert str(caught.value) == "1 of 2 tuples are not acked or failed once:\n  open: Fed(words.default: word='one')"


def test_a_bolt_that_storm_never_ticks_is_not_ticked(split):
    with pytest.raises(testing.HarnessError, match="Storm never ticks Split. Set tick_seconds"):
        split.tick()


def test_the_period_of_ticks_may_be_an_option_or_a_setting():
    for arguments in ({"tick_seconds": 9}, {"conf": {"topology.tick.tuple.freq.secs": 9}}):
        with testing.open(Held, **arguments) as held:
            held.tick()


def test_heartbeats_are_answered(split, held):
    assert split.heartbeat().syncs == 1
    held.heartbeat()


def test_a_batch_is_acked_together():
    class Store(BatchingBolt):
        def execute_batch(self, batch):
            if any(tup.row == "poison" for tup in batch):
                raise ValueError("poison")

    with testing.open(Store, batch_size=2, raise_errors=False) as store:
        one, two, three, four = (store.feed(row=row) for row in ("a", "b", "c", "poison"))
        assert store.acked == [one, two]
        assert store.failed == [three, four]
        assert three.exception is None
        assert isinstance(four.exception, ValueError)
        last = store.feed(row="d")
        assert store.tick().acked == [last]
        store.assert_settled()


def test_asked_task_ids_are_scripted_or_some_task():
    with testing.open(Asks, inputs={"words": "value"}, tasks={"words": [1], "asks": [4]}, name="asks") as asks:
        asks.task_ids = [[7], []]
        for value in range(3):
            asks.feed(value)
        assert [line.text for line in asks.logs] == ["went to [7]", "went to []", "went to [5]"]
        assert asks.emits[0].need_task_ids
        assert asks.task_ids == []


def test_some_task_is_one_of_a_reader_if_the_test_names_one():
    with testing.open(Asks, inputs={"words": "value"}, tasks={"words": [1], "sink": [8, 9]}) as asks:
        assert asks.feed(1).logs == [("INFO", "went to [8]")]


def test_large_tuples_go_through(split):
    fed = split.feed(line="x" * 300_000)
    assert fed.emits[0].length == 300_000


@pytest.mark.parametrize(
    "value", [2**70, -(2**63), 1e300, -0.0, 0.1 + 0.2, True, None, "\u2028 \nend\n \N{DROPLET} / \\", [[], {"a": [1]}]]
)
def test_values_arrive_equal(value):
    with bolt_of(lambda self, tup: self.emit(tup.value), base=AutoAckBolt) as bolt:
        emitted = bolt.feed(value=value).emits[0].value
        assert (type(emitted), emitted) == (type(value), value)


def test_a_tuple_within_a_value_arrives_as_a_list():
    with bolt_of(lambda self, tup: self.emit((tup.value, (tup.value,))), base=AutoAckBolt) as bolt:
        fed = bolt.feed(value=(1, 2))
        assert fed.emits == [([[1, 2], [[1, 2]]],)]


def test_a_value_that_emit_refuses_is_the_components_error():
    with bolt_of(lambda self, tup: self.emit(b"raw"), base=AutoAckBolt) as bolt:
        with pytest.raises(EmitError, match="field 'value': b'raw' is bytes"):
            bolt.feed(number=1)
        assert bolt.emits == []
        assert bolt.failed == bolt.inputs


@pytest.mark.parametrize("value", [b"raw", float("nan"), {1: 2}, "\ud800"])
def test_a_value_that_no_tuple_holds_is_not_fed(split, value):
    with pytest.raises(testing.HarnessError, match="no tuple holds this: field 'line'"):
        split.feed(line=value)
    assert split.inputs == []


def ack_twice(self, tup):
    self.ack(tup)
    self.ack(tup)


def fail_then_ack(self, tup):
    self.fail(tup)
    self.ack(tup)


def anchor_to_acked(self, tup):
    self.ack(tup)
    self.emit(1, anchors=tup)


@pytest.mark.parametrize("execute", [ack_twice, fail_then_ack, anchor_to_acked])
def test_misuse_of_a_settled_tuple_is_an_error_in_the_test_and_settles_it_once(execute):
    with bolt_of(execute) as bolt:
        with pytest.raises(TupleStateError, match="settled already"):
            bolt.feed(word="x")
        assert bolt.emits == []
        bolt.assert_settled()


def test_a_subclass_redeclares_a_direct_stream_or_removes_it():
    class Chooses(Bolt):
        class Chosen(Stream):
            fields = "word"
            direct = True

    class Spreads(Chooses):
        class Chosen(Stream):
            fields = "word"

        def execute(self, tup):
            self.emit(tup.value, stream="chosen")

    class Drops(Chooses):
        Chosen = None

        class Picked(Stream):
            stream_name = "chosen"
            fields = "word"

        def execute(self, tup):
            self.emit(tup.value, stream="chosen")

    for component in (Spreads, Drops):
        with testing.open(component) as bolt:
            assert bolt.feed(value="a").emits.on("chosen") == [("a",)]


def test_a_direct_stream_without_a_task_and_a_task_without_a_direct_stream_are_refused():
    class Lost(Bolt):
        class Default(Stream):
            fields = "value"

        class Chosen(Stream):
            fields = "value"
            direct = True

        def execute(self, tup):
            self.emit(tup.value, **({"stream": self.Chosen} if tup.value else {"task": 3}))

    with testing.open(Lost) as lost:
        with pytest.raises(
            EmitError, match="stream 'chosen' of Lost is direct: an emit names its task; given: no task"
        ):
            lost.feed(value=1)
        with pytest.raises(EmitError, match="stream 'default' of Lost is not direct; given: task=3; valid: 'chosen'"):
            lost.feed(value=0)


def divide(self, tup):
    self.emit(1 / tup.value)


def test_an_exception_is_raised_in_the_test_after_the_tuple_is_failed_and_the_bolt_goes_on():
    with bolt_of(divide, base=AutoAckBolt) as bolt:
        with pytest.raises(ZeroDivisionError):
            bolt.feed(value=0)
        assert bolt.failed == bolt.inputs
        assert bolt.feed(value=2).emits == [(0.5,)]
        bolt.assert_settled()


def test_an_exception_can_be_left_to_what_a_worker_does():
    with bolt_of(divide, base=AutoAckBolt, raise_errors=False) as bolt:
        fed = bolt.feed(value=0)
        assert isinstance(fed.exception, ZeroDivisionError)
        assert bolt.exceptions == [fed.exception]
        assert fed.failed
        assert fed.errors[0].startswith("Made[1]: Traceback (most recent call last):\n")
        assert fed.errors[0].endswith("ZeroDivisionError: division by zero")
        assert "umbrella" not in fed.errors[0].replace(__file__, "")
        assert fed.logs == []  # Storm writes what is reported to the log by itself
        assert bolt.feed(value=1).exception is None


def test_an_exit_is_kept_but_ctrl_c_and_pytests_outcomes_always_reach_the_test():
    for raised, seen in ((SystemExit, False), (KeyboardInterrupt, True), (pytest.skip.Exception, True)):

        def execute(self, tup, raised=raised):
            raise raised("x")

        with bolt_of(execute, raise_errors=False) as bolt:
            if seen:
                with pytest.raises(raised):
                    bolt.feed(value=1)
            else:
                assert isinstance(bolt.feed(value=1).exception, raised)


def test_a_reported_error_is_no_exception():
    def execute(self, tup):
        try:
            raise ValueError("seen to")
        except ValueError as exc:
            self.report_error(exc)
        self.report_error("by text")

    with bolt_of(execute, base=AutoAckBolt) as bolt:
        fed = bolt.feed(value=1)
        assert fed.exception is None
        assert fed.acked
        assert ["seen to" in text for text in bolt.errors] == [True, False]
        assert bolt.errors[1] == "Made[1]: by text"


def test_logs_are_what_the_worker_would_log():
    def execute(self, tup):
        self.log.warning("own %d", 1)
        logging.getLogger("library").error("its")
        self.log.debug("too low")
        logging.getLogger().setLevel(logging.DEBUG)

    before = list(logging.getLogger().handlers), logging.getLogger().level
    with bolt_of(execute) as bolt:
        assert bolt.feed(value=1).logs == [("WARN", "own 1"), ("ERROR", "library: its")]
        logging.getLogger("library").error("of the test")
        assert bolt.feed(value=1).logs[-1] == ("DEBUG", "too low")
        assert (list(logging.getLogger().handlers), logging.getLogger().level) == before


def test_two_harnesses_do_not_see_each_others_lines(split, held):
    with bolt_of(lambda self, tup: self.log.info("mine")) as bolt:
        bolt.feed(value=1)
        assert len(bolt.logs) == 1
        assert split.logs == held.logs == []


def test_what_a_thread_of_the_bolt_does_later_is_seen():
    def execute(self, tup):
        self.thread = threading.Thread(target=lambda: (self.emit(1, anchors=tup), self.ack(tup)))

    with bolt_of(execute) as bolt:
        fed = bolt.feed(value=1)
        bolt.component.thread.start()
        bolt.component.thread.join()
        assert bolt.acked == [fed]
        assert bolt.emits[0].anchors == [fed]
        assert fed.emits == []


def test_input_is_given_by_name_by_position_or_as_one_tuple(split):
    with testing.open(Held, inputs={("a", "x"): ("word", "other")}) as held:
        for fed in (held.feed("w", 1), held.feed(("w", 1)), held.feed(["w", 1]), held.feed(other=1, word="w")):
            assert (fed.component, fed.stream, fed.fields, fed.values) == ("a", "x", ("word", "other"), ["w", 1])
    fed = split.feed("a b", fields="line", component="file", stream="raw", task=44)
    assert (fed.component, fed.stream, fed.task, fed.line) == ("file", "raw", 44, "a b")
    assert split.component.context.fields("file", "raw") == ("line",)


def test_what_one_harness_emits_is_fed_to_another(split, held):
    emitted = split.feed(line="rain").emits[0]
    fed = held.feed(emitted)
    assert (fed.component, fed.stream, fed.fields, fed.word) == ("Split", "default", ("word", "length"), "rain")


def test_a_stream_class_tells_its_fields(held):
    assert held.feed("x", 1, stream=Split.Default, component="split").length == 1


@pytest.mark.parametrize(
    ("values", "named", "text"),
    [
        ((), {"ward": "x"}, "words.default has no field 'ward'; valid: word. Did you mean 'word'?"),
        (("a", "b"), {}, "words.default has the fields word; given: 2 values"),
        (("a",), {"word": "b"}, "by position or by name, not both"),
        ((), {}, "words.default has the fields word; given: 0 values"),
        (("a",), {"stream": "other"}, "the fields of source.other are not known. Feed by name, say fields="),
        (("a",), {"fields": "x"}, "words.default has the fields word; given: fields=x"),
    ],
)
def test_input_that_is_not_one_tuple_of_one_stream_is_refused(held, values, named, text):
    with pytest.raises(testing.HarnessError) as caught:
        held.feed(*values, **named)
    assert text in str(caught.value)


def test_the_component_has_to_be_said_where_two_are_read():
    with testing.open(Held, inputs={"a": "word", "b": "word"}) as held:
        with pytest.raises(testing.HarnessError, match="does not say which component .* component='a', component='b'"):
            held.feed("x")
        assert held.feed("x", component="b").component == "b"


def test_a_known_streams_fields_do_not_change(split):
    split.feed(line="x")
    with pytest.raises(testing.HarnessError, match="source.default has no field 'text'"):
        split.feed(text="x")


def test_an_unknown_field_of_what_was_fed_names_the_fields(split):
    fed = split.feed(line="x")
    with pytest.raises(AttributeError, match="has no field 'lien'; valid: line. Did you mean 'line'?"):
        fed.lien  # noqa: B018
    with pytest.raises(KeyError, match="has no field 'lien'"):
        fed["lien"]
    assert (fed["line"], fed[:], len(fed), list(fed)) == ("x", ["x"], 1, ["x"])
