"""What is wrong with a component's class itself is a problem of the topology that declares it."""

from __future__ import annotations

import functools
from typing import Callable, Optional

import pytest

from umbrella import (
    AutoAckBolt,
    BatchingBolt,
    DeclarationError,
    DRPCAggregator,
    ReliableSpout,
    ShuffleGrouping,
    Spout,
    Stream,
    Topology,
    TopologyError,
    testing,
)
from umbrella.dsl import spec_of
from umbrella.dsl.component_faults import class_faults
from umbrella.multilang.component import is_hook


class Words(Spout):
    class Default(Stream):
        fields = "word"

    def next_tuple(self):
        pass


class Silent(Spout):
    class Default(Stream):
        fields = "word"


class Deaf(AutoAckBolt):
    def excute(self, tup):
        pass


class Unready(BatchingBolt):
    pass


class Unfetched(ReliableSpout):
    class Default(Stream):
        fields = "word"


class WrongDefaults(AutoAckBolt):
    window: int = "60"
    title: str = None
    tick_seconds = "5"
    right: Optional[int] = None
    ratio: float = 1
    key: Callable[[str], str] = str.lower  # no plain data: never given, so never judged
    given: int = "1"

    def execute(self, tup):
        pass


def problems_of(**components) -> list[str]:
    with pytest.raises(TopologyError) as caught:
        spec_of(type("Wrong", (Topology,), components))
    return [str(problem) for problem in caught.value.problems]


def test_a_spout_without_next_tuple_and_a_bolt_without_execute_are_told():
    silent = Silent(1)
    deaf = Deaf(1, inputs=[ShuffleGrouping(silent)])
    assert problems_of(silent=silent, deaf=deaf) == [
        "Wrong.silent: Silent has no next_tuple(self). Every tuple comes from there.",
        "Wrong.deaf: Deaf has no execute(self, tup); given: excute. Did you mean 'excute' to be it?",
    ]


def test_bases_with_hooks_of_their_own_need_those():
    unfetched = Unfetched(1)
    unready = Unready(1, inputs=[ShuffleGrouping(unfetched)])
    texts = problems_of(unfetched=unfetched, unready=unready)
    assert texts[0].startswith("Wrong.unfetched: Unfetched has no fetch(self, count)")
    assert texts[1].startswith("Wrong.unready: Unready has no execute_batch(self, batch)")


def test_defaults_of_the_wrong_type_are_told():
    words = Words(1)
    wrong = WrongDefaults(1, given=2, inputs=[ShuffleGrouping(words)])
    texts = problems_of(words=words, wrong=wrong)
    assert [text for text in texts if "tick" not in text] == [
        "Wrong.wrong: WrongDefaults: the default of option 'window' of type int is not of that type; given: '60'",
        "Wrong.wrong: WrongDefaults: the default of option 'title' of type str is not of that type; given: None. "
        "Annotate it as Optional[...] if None is meant.",
    ]
    assert any("option 'tick_seconds'" in text for text in texts)
    assert not [text for text in texts if any(name in text for name in ("'right'", "'ratio'", "'key'", "'given'"))]


def faults_of(**body) -> list[str]:
    """Return the problems of a bolt with these methods and attributes, and an ``execute`` unless they have one."""
    words = Words(1)
    body = {"execute": lambda self, tup: None, "__module__": __name__, **body}
    bolt = type("Count", (AutoAckBolt,), body)(1, inputs=[ShuffleGrouping(words)])
    try:
        spec_of(type("Wrong", (Topology,), {"words": words, "count": bolt}))
    except TopologyError as exc:
        return [str(problem).partition(": ")[2] for problem in exc.problems]
    return []


async def coroutine(self, *args):
    pass


async def async_generator(self, *args):
    yield 1


def generator(self, *args):
    yield 1


HOOKS = [
    (base, name)
    for base in (AutoAckBolt, BatchingBolt, DRPCAggregator, Spout, ReliableSpout)
    for name in dir(base)
    if any(is_hook(vars(one).get(name)) for one in base.__mro__)
]


@pytest.mark.parametrize(("base", "name"), HOOKS)
def test_a_hook_that_a_call_does_not_run_is_a_fault(base, name):
    for function, word in ((coroutine, "async def"), (async_generator, "async def"), (generator, "yield")):
        component = type("Mine", (base,), {name: function, "__module__": __name__})
        (fault,) = class_faults(component)
        assert f"Mine.{name} " in fault
        assert word in fault
        assert f"valid: def {name}(self" in fault
        with pytest.raises(DeclarationError, match=word):
            testing.open(component)


@pytest.mark.parametrize(("base", "name"), HOOKS)
def test_a_hook_with_other_parameters_is_a_fault(base, name):
    def none_at_all():
        pass

    def too_many(self, one, two, three, four):
        pass

    def by_name_alone(self, *args, needed):
        pass

    for function in (none_at_all, too_many, by_name_alone, staticmethod(by_name_alone)):
        (fault,) = class_faults(type("Mine", (base,), {name: function, "__module__": __name__}))
        assert f"Mine.{name} has the wrong parameters: Umbrella calls {name}(" in fault
        assert f"valid: def {name}(self" in fault


@pytest.mark.parametrize(("base", "name"), HOOKS)
def test_a_hook_that_is_not_a_function_is_a_fault(base, name):
    for value in (5, "text", {}, type("Nested", (), {}), property(lambda self: 1)):
        (fault,) = class_faults(type("Mine", (base,), {name: value, "__module__": __name__}))
        assert f"Mine.{name}: {name} is called by Umbrella" in fault


def test_right_hooks_are_no_fault_however_they_are_written():
    def wrapped(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            return function("a database", *args, **kwargs)

        return call

    assert faults_of(execute=wrapped(lambda database, self, tup: None)) == []
    assert faults_of(execute=staticmethod(lambda tup: None)) == []
    assert faults_of(execute=functools.partialmethod(lambda self, tup, more: None, more=1)) == []
    assert faults_of(execute=lambda self, tup, *more, default=1: None) == []
    assert faults_of(close=lambda self, now=False: None) == []


def test_hooks_of_other_libraries_are_told_with_their_names_here():
    def method(self, *args):
        pass

    for name, right in [
        ("initialize", "open(self)"),
        ("prepare", "open(self)"),
        ("process_tick", "tick(self)"),
        ("cleanup", "close(self)"),
        ("Open", "open(self)"),
        ("declareOutputFields", "a nested class Default(Stream)"),
    ]:
        (fault,) = faults_of(**{name: method})
        assert fault.startswith(f"Count.{name} is never called")
        assert right in fault
    (fault,) = faults_of(next_tuple=method)
    assert "that is a hook of Spout; given: a class derived from AutoAckBolt" in fault


def test_a_helper_that_the_class_calls_may_have_any_other_name():
    def execute(self, tup):
        return self.process(tup)

    assert faults_of(execute=execute, process=lambda self, tup: None) == []


def test_tick_without_tick_seconds_is_told_unless_the_topology_ticks():
    (fault,) = faults_of(tick=lambda self: None)
    assert fault == "Count.tick is never called: Count has no tick_seconds. Set tick_seconds = 5, for example."
    assert faults_of(tick=lambda self: None, tick_seconds=5) == []
    words = Words(1)
    ticking = type("Ticking", (AutoAckBolt,), {"execute": lambda self, tup: None, "tick": lambda self: None})
    config = type("Config", (), {"tick_tuple_freq_secs": 1})
    body = {"words": words, "count": ticking(1, inputs=[ShuffleGrouping(words)]), "Config": config}
    spec_of(type("Ticked", (Topology,), body))


def test_a_batch_that_would_wait_for_ever_is_told():
    words = Words(1)
    batching = type("Batches", (BatchingBolt,), {"execute_batch": lambda self, batch: None})
    (text,) = problems_of(words=words, batches=batching(1, tick_seconds=None, inputs=[ShuffleGrouping(words)]))
    assert "Batches has no tick_seconds, so a batch that does not fill up is never handled" in text


def test_a_method_of_umbrella_is_overridden_by_one_that_takes_the_same_and_calls_it():
    def other_parameters(self, word):
        pass

    def does_not_call(self, *values, stream=None, anchors=None, task=None, need_task_ids=False, **fields):
        pass

    def calls(self, *values, **more):
        return super(AutoAckBolt, self).emit(*values, **more)

    (fault,) = faults_of(emit=other_parameters)
    assert "Count.emit has the wrong parameters: emit is a method of Bolt; given: def emit(self, word)" in fault
    (fault,) = faults_of(emit=does_not_call)
    assert "Count.emit replaces what Bolt.emit does. Call super().emit(" in fault
    assert faults_of(emit=calls) == []


def test_what_a_base_does_in_a_hook_is_called_by_an_override():
    body = {"execute": lambda self, tup: None, "execute_batch": lambda self, batch: None}
    batching = type("B", (BatchingBolt,), body)
    (fault,) = class_faults(batching)
    assert "B.execute replaces what BatchingBolt.execute does. Call super().execute(tup) in it." in fault


def test_log_conf_and_context_cannot_be_class_attributes():
    for name in ("log", "conf", "context"):
        (fault,) = faults_of(**{name: 5})
        assert f"Count.{name}: self.{name} is set by Umbrella; given: 5" in fault


@pytest.mark.parametrize(
    "value", ["text", {}, print, property(lambda self: 1)], ids=["text", "dict", "function", "property"]
)
def test_options_of_the_base_classes_have_their_types(value):
    words = Words(1)
    for name in ("batch_size", "tick_seconds"):
        body = {"execute_batch": lambda self, batch: None, name: value}
        batching = type("Batches", (BatchingBolt,), body)(1, inputs=[ShuffleGrouping(words)])
        texts = problems_of(words=words, batches=batching)
        assert any(f"option '{name}' of type" in text for text in texts)
    assert faults_of(batch_size=value) == []  # of a bolt that gathers no batches it is the user's own
