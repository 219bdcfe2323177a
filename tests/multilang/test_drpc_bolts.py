"""Bolts of DRPC topologies in-process: what they gather, return and refuse."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy
import pytest

from umbrella import AutoAckBolt, BatchingBolt, Bolt, DRPCAggregator, DRPCBolt, EmitError, Stream, testing
from umbrella.errors import RequestLostError
from umbrella.multilang import drpc


class Echo(DRPCBolt):
    def execute(self, tup):
        self.return_result(tup.request, tup.value)


class Collect(DRPCAggregator):
    class Default(Stream):
        fields = "request", "values"

    def finish(self, request, gathered):
        self.emit(request, [tup.value for tup in gathered])


class Answer(DRPCAggregator):
    def initial(self):
        return {"sum": 0}

    def add(self, gathered, tup):
        gathered["sum"] += tup.value

    def finish(self, request, gathered):
        self.return_result(request, gathered)


def begin(bolt, request):
    return bolt.feed(component="requests", stream="drpc_begin", request=request)


def finish(bolt, request):
    return bolt.feed(component="requests", stream="drpc_finish_1", request=request)


def give(bolt, request, value):
    return bolt.feed(component="source", request=request, value=value)


@pytest.mark.parametrize("value", ["a text", "", "é😀", '"quoted"'])
def test_a_text_is_returned_as_it_is(value):
    with testing.open(Echo) as echo:
        fed = give(echo, "r", value)
        assert [tuple(one) for one in echo.emits.on("drpc_result")] == [("r", value)]
        assert fed.emits[0].anchors == [fed]


@pytest.mark.parametrize("value", [0, None, True, 1.5, [1, [2]], {"a": None}, Counter(a=1), numpy.int64(3)])
def test_plain_data_is_returned_as_json(value):
    with testing.open(Echo) as echo:
        give(echo, "r", value)
        [(_, result)] = echo.emits.on("drpc_result")
        assert json.loads(result) == value


def test_what_is_no_plain_data_is_refused():
    class Odd(DRPCBolt):
        def execute(self, tup):
            self.return_result(tup.request, {1, 2} if tup.value == "set" else float(tup.value))

    with testing.open(Odd, raise_errors=True) as odd:
        for value in ("set", "nan"):
            with pytest.raises(EmitError, match="a result is a text or plain data; ") as caught:
                give(odd, "r", value)
            assert caught.value.__context__ is None  # the lines of json's code say nothing


def test_the_arguments_in_the_wrong_order_are_told():
    class Turned(DRPCBolt):
        def execute(self, tup):
            self.return_result(7, tup.request)

    with testing.open(Turned) as turned, pytest.raises(EmitError) as caught:
        give(turned, "r", 1)
    assert str(caught.value) == (
        "return_result takes the request that it answers, and the result; given: 7; "
        "valid: self.return_result(tup.request, ...)"
    )


def test_requests_are_gathered_apart():
    with testing.open(Collect) as collect:
        begin(collect, "one")
        give(collect, "one", 1)
        begin(collect, "two")
        give(collect, "two", 2)
        give(collect, "one", 3)
        finish(collect, "one")
        finish(collect, "two")
        assert [tuple(one) for one in collect.emits.on("default")] == [("one", [1, 3]), ("two", [2])]
        assert all(fed.acked for fed in collect.inputs)


def test_a_request_with_nothing_gathered_is_finished_too():
    with testing.open(Answer) as answer:
        begin(answer, "r")
        finish(answer, "r")
        assert [tuple(one) for one in answer.emits.on("drpc_result")] == [("r", '{"sum": 0}')]


def test_what_is_emitted_in_finish_is_anchored_to_the_word_to_finish():
    with testing.open(Collect) as collect:
        begin(collect, "r")
        fed = finish(collect, "r")
        assert fed.emits[0].anchors == [fed]


@pytest.mark.parametrize("last", [give, finish])
def test_a_process_that_did_not_see_the_begin_does_not_answer(last):
    with testing.open(Answer, raise_errors=False) as answer:
        fed = last(answer, "r", 1) if last is give else last(answer, "r")
        assert fed.failed
        assert not answer.emits
    with testing.open(Answer) as answer, pytest.raises(RequestLostError) as caught:
        finish(answer, "r")
    assert str(caught.value) == (
        "what Answer had gathered of this request is lost. "
        "Its process was started anew meanwhile, the request took too long, "
        "or a bolt emitted to it without anchors; call again."
    )


def test_requests_that_nobody_waits_for_are_let_go(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(drpc.time, "monotonic", lambda: now[0])
    with testing.open(Answer, conf={"topology.message.timeout.secs": 10, drpc.LEVELS: 1}) as answer:
        begin(answer, "old")
        now[0] += 29
        begin(answer, "young")
        now[0] += 2
        begin(answer, "new")
        finish(answer, "young")
        with pytest.raises(RequestLostError):
            finish(answer, "old")


def test_a_task_that_has_a_share_does_not_return_the_result_of_the_whole():
    with testing.open(Answer, conf={drpc.ALONE: False}) as answer:
        begin(answer, "r")
        with pytest.raises(EmitError) as caught:
            finish(answer, "r")
    assert str(caught.value) == (
        "Answer finishes each call in all of its tasks, and a call has one result. "
        "Emit the parts to another DRPCAggregator, or group all inputs by 'request' alone."
    )


class Failing(AutoAckBolt):
    class Failure(Stream):
        stream_name = drpc.FAILURE_STREAM  # as to_spec adds it
        fields = "request", "error"

    def execute(self, tup):
        if tup.value == "surrogate":
            raise ValueError("\ud800 is half a character")
        raise LookupError(tup.value)


def test_the_caller_is_told_of_an_exception():
    with testing.open(Failing, raise_errors=False) as failing:
        fed = give(failing, "r", "gone")
        [(request, text)] = failing.emits.on(drpc.FAILURE_STREAM)
        assert (request, fed.failed) == ("r", True)
        assert text.startswith("Failing: Traceback (most recent call last):")
        assert text.endswith("LookupError: gone")
        assert failing.emits[0].anchors == []


def test_a_text_that_cannot_be_sent_as_it_is_is_sent_as_far_as_it_can_be():
    with testing.open(Failing, raise_errors=False) as failing:
        give(failing, "r", "surrogate")
        [(_, text)] = failing.emits.on(drpc.FAILURE_STREAM)
        assert text.endswith("ValueError: ? is half a character")


def test_a_long_text_keeps_the_bolt_the_traceback_and_the_end():
    with testing.open(Failing, raise_errors=False) as failing:
        give(failing, "r", "y" * 200_000 + "END")
        [(_, text)] = failing.emits.on(drpc.FAILURE_STREAM)
        assert text.startswith("Failing: Traceback (most recent call last):\n")
        assert "raise LookupError(tup.value)\nLookupError: yyy" in text
        assert re.search(r"yyy\n\.\.\. [\d,]+ more characters \.\.\.\nyyy", text)
        assert text.endswith("yyyEND")
        assert len(text) < 1 << 16  # DrpcResults cuts what is longer, the bolt's name first


def test_a_tuple_without_request_is_no_call():
    with testing.open(Failing, raise_errors=False) as failing:
        assert failing.feed(value="gone").failed
        assert not failing.emits


class Streams:
    """What to_spec gives a bolt that calls come to."""

    class Default(Stream):
        fields = "request", "value"

    class Failure(Stream):
        stream_name = drpc.FAILURE_STREAM
        fields = "request", "error"

    class Beside(Stream):
        fields = ("value",)


class Forgetful(Streams, Bolt):
    def execute(self, tup):
        if tup.value == "beside":
            self.emit(tup.value, stream=self.Beside)
        elif tup.value == "many":
            self.emit_many([(tup.request, 1), (tup.request, 2)])
        elif tup.value == "anchored":
            self.emit(tup.request, 1, anchors=tup)
            self.emit_many([(tup.request, 2)], anchors=tup)
        else:
            self.emit(tup.request, tup.value)
        self.ack(tup)


@pytest.mark.parametrize("value", ["one", "many"])
def test_a_tuple_of_a_call_without_anchors_is_refused_and_the_call_fails(value):
    with testing.open(Forgetful, raise_errors=False) as bolt:
        fed = give(bolt, "r", value)
        assert fed.failed
        assert not bolt.emits.on("default")
        [(_, text)] = bolt.emits.on(drpc.FAILURE_STREAM)
        assert text.endswith(
            "EmitError: Forgetful emits a tuple of a call to stream 'default', and the call may be over before it "
            "comes; given: no anchors; valid: anchors=tup, a tuple of the call that is not acked yet. "
            "To emit it later, derive from BatchingBolt."
        )


def test_anchored_tuples_of_a_call_and_those_of_none_are_sent():
    with testing.open(Forgetful) as bolt:
        fed = give(bolt, "r", "anchored")
        assert [one.anchors for one in bolt.emits.on("default")] == [[fed], [fed]]
        give(bolt, "r", "beside")
        assert [tuple(one) for one in bolt.emits.on(Forgetful.Beside)] == [("beside",)]


def test_what_was_acked_on_return_cannot_be_sent_on_in_a_tick():
    class Later(Streams, AutoAckBolt):
        tick_seconds = 1

        def open(self):
            self.kept = []

        def execute(self, tup):
            self.kept.append(tup)

        def tick(self):
            for tup in self.kept:
                self.emit(tup.request, tup.value)

    with testing.open(Later) as bolt:
        give(bolt, "r", 1)
        with pytest.raises(EmitError, match="the call may be over before it comes; given: no anchors; valid: "):
            bolt.tick()


def test_a_batch_is_sent_on_in_a_tick():
    class Batched(Streams, BatchingBolt):
        tick_seconds = 1

        def execute_batch(self, batch):
            self.emit_many([(tup.request, tup.value) for tup in batch])

    with testing.open(Batched) as bolt:
        give(bolt, "r", 1)
        bolt.tick()
        assert [tuple(one) for one in bolt.emits.on("default")] == [("r", 1)]


def test_a_result_is_returned_where_its_tuple_is_executed():
    class Threaded(Streams, DRPCBolt):
        def execute(self, tup):
            self.emit(tup.request, "x", stream="drpc_result", anchors=())

    with testing.open(Threaded) as bolt, pytest.raises(EmitError) as caught:
        give(bolt, "r", 1)
    assert str(caught.value) == (
        "Threaded returns a result, and the call may be over before it comes; given: no anchors; "
        "valid: anchors=tup, a tuple of the call that is not acked yet. "
        "Call return_result within execute or finish, on their thread."
    )
