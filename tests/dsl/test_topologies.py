"""Topology classes: wiring, inheritance, and all problems at once."""

from __future__ import annotations

import pytest

from umbrella import (
    AllGrouping,
    AutoAckBolt,
    DirectGrouping,
    FieldsGrouping,
    GlobalGrouping,
    JVMSpout,
    ShuffleGrouping,
    Spout,
    Stream,
    Topology,
    TopologyError,
)
from umbrella.dsl import spec_of
from umbrella.dsl.validate import cycle_notes
from umbrella.errors import DeclarationError, FrozenInputsError
from umbrella.spec import GroupingSpec, InputSpec, JvmCode, PythonCode, StreamSpec


class Words(Spout):
    class Default(Stream):
        fields = "word"

    def next_tuple(self):
        pass


class Split(AutoAckBolt):
    class Default(Stream):
        fields = "word", "length"

    class TooLong(Stream):
        fields = "word"

    class ToTask(Stream):
        fields = ("word",)
        direct = True

    def execute(self, tup):
        pass


class Count(AutoAckBolt):
    window: int = 10
    tick_seconds = 5

    def execute(self, tup):
        pass


class Better(Split):
    pass


class Poorer(AutoAckBolt):
    class Default(Stream):
        fields = "text"

    def execute(self, tup):
        pass


class Comma(Spout):
    class Default(Stream):
        fields = "ip, path"

    def next_tuple(self):
        pass


class Quiet(Split):
    TooLong = None


class Nested(Topology):
    class Inner(Words):
        pass

    words = Inner(1)
    count = Count(1, inputs=[ShuffleGrouping(words)])


class Base(Topology):
    words = Words(1)
    split = Split(2, inputs=[ShuffleGrouping(words)])
    count = Count(2, window=60, tasks=4)

    count.inputs.append(FieldsGrouping(split, "word"))

    class Config:
        workers = 2
        extra = {"my.setting": [1]}


def inputs_of(topology, name):
    return spec_of(topology).component(name).inputs


def problems_of(topology):
    with pytest.raises(TopologyError) as caught:
        spec_of(topology)
    return [str(problem) for problem in caught.value.problems]


def test_a_topology_becomes_plain_values():
    spec = spec_of(Base)
    assert (spec.name, spec.reference) == ("Base", f"{__name__}:Base")
    assert spec.config == {"topology.workers": 2, "my.setting": [1]}
    assert [one.name for one in spec.components] == ["words", "split", "count"]
    count = spec.component("count")
    assert (count.kind, count.executors, count.tasks) == ("bolt", 2, 4)
    assert count.config == {"topology.tick.tuple.freq.secs": 5}
    assert count.code == PythonCode(__name__, "Count", {"window": 60})
    assert count.inputs == (InputSpec("split", "default", GroupingSpec("fields", ("word",))),)
    assert spec.component("split").streams == (
        StreamSpec("default", ("word", "length")),
        StreamSpec("too_long", ("word",)),
        StreamSpec("to_task", ("word",), direct=True),
    )


def test_a_tick_period_can_be_given_where_the_bolt_is_declared():
    class Ticking(Base):
        count = Base.count.replace(tick_seconds=7)

    assert spec_of(Ticking).component("count").config == {"topology.tick.tuple.freq.secs": 7}


def test_a_named_stream_is_read_by_attribute_or_by_name():
    class Named(Base):
        long = Count(1, inputs=[ShuffleGrouping(Base.split.TooLong)])
        again = Count(1, inputs=[ShuffleGrouping(Base.split, stream="too_long")])
        by_class = Count(1, inputs=[ShuffleGrouping(Base.split, stream=Split.TooLong)])

    for name in ("long", "again", "by_class"):
        assert inputs_of(Named, name) == (InputSpec("split", "too_long", GroupingSpec("shuffle")),)


def test_a_jvm_component_needs_its_class_and_arguments():
    class Source(JVMSpout):
        class Default(Stream):
            fields = "line"

        jvm_class = "com.example.Source"
        jvm_args = ("localhost", 6379)

    class WithJvm(Topology):
        source = Source(1)
        count = Count(1, inputs=[ShuffleGrouping(source)])

    assert spec_of(WithJvm).component("source").code == JvmCode("com.example.Source", ("localhost", 6379))


def test_a_subclass_inherits_and_may_add():
    class More(Base):
        extra = Count(1, inputs=[GlobalGrouping(Base.split)])

        class Config:
            max_spout_pending = 5

    assert [one.name for one in spec_of(More).components] == ["words", "split", "count", "extra"]
    assert spec_of(More).config["topology.workers"] == 2
    assert spec_of(More).config["topology.max.spout.pending"] == 5
    assert spec_of(Base).component("extra") is None


def test_an_override_is_followed_and_takes_over_the_inputs_of_what_it_replaces():
    class Replaced(Base):
        split = Better(8)

    assert spec_of(Replaced).component("split").code.qualname.endswith("Better")
    assert inputs_of(Replaced, "split") == inputs_of(Base, "split")
    assert inputs_of(Replaced, "count") == inputs_of(Base, "count")
    assert spec_of(Base).component("split").executors == 2


def test_an_overrides_fields_are_checked_again():
    class Replaced(Base):
        split = Poorer(1)

    (problem,) = problems_of(Replaced)
    assert problem == "Replaced.count: stream 'default' of 'split' has no field 'word' to group by; valid: text"


def test_replace_changes_a_copy():
    class Changed(Base):
        count = Base.count.replace(executors=4, window=5, add_inputs=[AllGrouping(Base.words)])

    changed, before = spec_of(Changed).component("count"), spec_of(Base).component("count")
    assert (changed.executors, changed.tasks, changed.code.options) == (4, 4, {"window": 5})
    assert [one.component for one in changed.inputs] == ["split", "words"]
    assert (before.executors, before.code.options, len(before.inputs)) == (2, {"window": 60}, 1)


def test_none_removes_a_component_with_its_groupings():
    class Fewer(Base):
        other = Count(1, inputs=[ShuffleGrouping(Base.words), ShuffleGrouping(Base.count)])
        count = None

    assert spec_of(Fewer).component("count") is None
    assert [one.component for one in inputs_of(Fewer, "other")] == ["words"]


def test_inputs_are_frozen_after_the_class_body():
    with pytest.raises(FrozenInputsError, match=r"count = Base.count.replace\(add_inputs=\[...\]\)"):
        Base.count.inputs.append(ShuffleGrouping(Base.words))
    for change in (Base.count.inputs.clear, Base.count.inputs.pop):
        with pytest.raises(FrozenInputsError):
            change()
    assert len(Base.count.inputs) == 1
    with pytest.raises(FrozenInputsError):
        Base.count.inputs = [ShuffleGrouping(Base.words)]
    assert len(Base.count.inputs) == 1


def test_inputs_may_be_assigned_in_a_class_body():
    class Assigned(Topology):
        words = Words()
        count = Count(window=60)
        count.inputs = [ShuffleGrouping(words)]
        others = Words()
        count.inputs += [FieldsGrouping(others, "word")]

    assert [one.grouping.kind for one in spec_of(Assigned).component("count").inputs] == ["shuffle", "fields"]
    with pytest.raises(DeclarationError, match="an input is a grouping around its source"):
        Count(window=60).inputs = [Words()]


def test_cycles_are_allowed():
    class Loop(Topology):
        words = Words(1)
        split = Split(1)
        back = Split(1, inputs=[ShuffleGrouping(split)])
        split.inputs += [ShuffleGrouping(words), ShuffleGrouping(back)]

    assert [one.component for one in inputs_of(Loop, "split")] == ["words", "back"]


class Cyclic(Topology):
    words = Words(1)
    split = Split(1)
    back = Split(1, inputs=[ShuffleGrouping(split)])
    split.inputs += [ShuffleGrouping(words), ShuffleGrouping(back)]


class StockCyclic(Cyclic):
    class Config:
        shell = "stock"


class LargeQueues(StockCyclic):
    class Config:
        executor_receive_buffer_size = 1 << 20


class HalfStock(StockCyclic):
    back = StockCyclic.back.replace(config={"umbrella.shell": "umbrella"})


def test_a_cycle_of_storms_own_bolts_is_a_problem_unless_its_queues_are_chosen():
    (problem,) = problems_of(StockCyclic)
    assert problem.startswith("StockCyclic.Config: the cycle split -> back -> split may stop for good")
    assert "Set it above the number of tuples that can be under way at once" in problem
    for sound in (Cyclic, LargeQueues, HalfStock):
        assert spec_of(sound)


def test_cycles_are_found_and_noted():
    spec = spec_of(Cyclic)
    assert [spec.cycle(one) for one in ("words", "split", "back")] == [(), ("split", "back"), ("back", "split")]
    assert spec.cycle("split", frozenset({"split", "words"})) == ()
    (note,) = cycle_notes(spec)
    assert note.startswith("split -> back -> split is a cycle: only memory bounds the tuples under way in it")
    assert cycle_notes(spec_of(Nested)) == []


def test_a_component_class_inside_the_topology_is_no_mistake():
    assert [one.name for one in spec_of(Nested).components] == ["words", "count"]
    assert spec_of(Nested).component("words").code.qualname == "Nested.Inner"


def test_all_problems_are_reported_at_once():
    class Other(Topology):
        words = Words(1)

    class Wrong(Topology):
        words = Words(1, inputs=[ShuffleGrouping(Other.words)])
        split = Split(1, inputs=[ShuffleGrouping(words, stream="defalt")])
        split = Split(2, inputs=[ShuffleGrouping(words, stream="defalt")])
        count = Count(1, inputs=[FieldsGrouping(split, "wrod")])
        lonely = Count(1)
        forgotten = Count
        alias = count
        direct = Count(1, inputs=[ShuffleGrouping(split.ToTask), DirectGrouping(split)])
        twice = Count(1, inputs=[ShuffleGrouping(words), AllGrouping(words)])
        few = Count(4, tasks=2, inputs=[ShuffleGrouping(words)])
        settings = Count(1, inputs=[ShuffleGrouping(words)], config={"topology.workers": 1, "topology.debgu": True})

        class Config:
            max_spout_pendin = 1
            workers = "2"

    expected = [
        "Wrong.split: the name is bound twice",
        "Wrong.forgotten: this is the class Count, not a component. Call it: forgotten = Count(1).",
        "Wrong.alias: the same component is bound to 'count' too",
        "Wrong.Config.max_spout_pendin: Storm has no topology setting 'max_spout_pendin'. Did you mean 'max_",
        "Wrong.words: the input ShuffleGrouping(Other.words, stream='default') is from a component that is not of this",
        "Wrong.Config: topology.workers takes a whole number; given: '2'",
        "Wrong.split: stream 'defalt' is not declared by 'words'; valid: default. Did you mean 'default'?",
        "Wrong.count: stream 'default' of 'split' has no field 'wrod' to group by; valid: word, length. Did you mean",
        "Wrong.lonely: a bolt has inputs; given: none",
        "Wrong.direct: stream 'to_task' of 'split' is direct; given: shuffle grouping; valid: DirectGrouping",
        "Wrong.direct: DirectGrouping reads a direct stream, and stream 'default' of 'split' is not",
        "Wrong.twice: it reads stream 'default' of 'words' twice",
        "Wrong.few: an executor runs at least one task; given: 4 executors, 2 tasks",
        "Wrong.settings: Storm ignores topology.workers on a single component",
        "Wrong.settings: Storm has no setting 'topology.debgu'. Did you mean 'topology.debug'?",
    ]
    found = problems_of(Wrong)
    assert len(found) == len(expected)
    for start in expected:
        assert any(one.startswith(start) for one in found), f"{start!r} is not among {found}"


def test_umbrellas_own_settings_are_checked_as_storms_are():
    class Wrong(Topology):
        words = Words(1, config={"umbrella.restart": 1})

        class Config:
            extra = {
                "umbrella.execute.timeout.sec": 5,
                "umbrella.open.timeout.secs": "5",
                "umbrella.max.frame.bytes": 1 << 31,
                "umbrella.exceptions.until.restart": 5,
                "my.own": 5,
            }

    assert problems_of(Wrong) == [
        "Wrong.Config: Umbrella has no setting 'umbrella.execute.timeout.sec'. "
        "Did you mean 'umbrella.execute.timeout.secs'?",
        "Wrong.Config: umbrella.open.timeout.secs takes a number of 0 or more; given: '5'",
        "Wrong.Config: umbrella.max.frame.bytes takes 0 to 1,073,741,824 bytes; given: 2147483648",
        "Wrong.words: Umbrella has no setting 'umbrella.restart'. Did you mean 'umbrella.restarts'?",
    ]


def test_settings_that_a_jar_with_compiled_code_is_given_are_no_problems():
    class Carried(Topology):
        words = Words(1)

        class Config:
            extra = {"umbrella.python": "3.11", "umbrella.platform": "x86_64"}

    assert spec_of(Carried).config["umbrella.python"] == "3.11"


def test_a_spout_with_inputs_is_a_problem():
    class Wrong(Topology):
        words = Words(1)
        more = Words(1, inputs=[ShuffleGrouping(words)])

    assert problems_of(Wrong) == [
        "Wrong.more: a spout has no inputs; given: inputs from words. Make it a bolt, or take them away."
    ]


def test_a_topology_without_a_spout_is_a_problem():
    class Empty(Topology):
        pass

    assert problems_of(Empty) == ["Empty: a topology has at least one spout; given: no components"]


def test_a_field_name_with_a_comma_is_a_problem():
    class Wrong(Topology):
        source = Comma(1)
        count = Count(1, inputs=[ShuffleGrouping(source)])

    (problem,) = problems_of(Wrong)
    assert "a field name has no comma or blank; given: 'ip, path'; valid: ('ip', 'path')" in problem


def test_a_class_inside_a_function_cannot_be_imported_on_a_worker():
    def make():
        class Local(Words):
            pass

        return Local

    class Wrong(Topology):
        words = make()(1)

    (problem,) = problems_of(Wrong)
    assert "is inside a function, where a worker cannot import it" in problem


def test_a_subclass_of_a_stream_less_bolt_can_remove_a_stream():
    class Wrong(Base):
        split = Quiet(1)
        long = Count(1, inputs=[ShuffleGrouping(Base.split.TooLong)])

    (problem,) = problems_of(Wrong)
    assert problem.startswith("Wrong.long: stream 'too_long' is not declared by 'split'; valid: default, to_task")
