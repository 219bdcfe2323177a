"""What stands in the wrong place or form is told with the right one; what is the user's own is left alone."""

from __future__ import annotations

import pytest

from umbrella import (
    AutoAckBolt,
    BatchingBolt,
    DRPCTopology,
    JVMBolt,
    ShuffleGrouping,
    Spout,
    Stream,
    Topology,
    TopologyError,
)
from umbrella.dsl import spec_of
from umbrella.dsl.config_keys import BY_ATTRIBUTE
from umbrella.dsl.declaration import Declaration
from umbrella.dsl.notes import notes_of
from umbrella.dsl.options import _OF_DECLARATIONS
from umbrella.errors import DeclarationError, OptionError
from umbrella.process import BY_ATTRIBUTE as OF_PYTHON


class Words(Spout):
    class Default(Stream):
        fields = "word"

    def next_tuple(self):
        pass


class Count(AutoAckBolt):
    def execute(self, tup):
        pass


class Windowed(JVMBolt):
    jvm_class = "com.example.Windowed"


def problems_of(topology):
    with pytest.raises(TopologyError) as caught:
        spec_of(topology)
    return [str(problem) for problem in caught.value.problems]


def in_body(**attributes):
    return type("Wrong", (Topology,), {"words": Words(1), **attributes})


@pytest.mark.parametrize("name", [*BY_ATTRIBUTE, *OF_PYTHON, "name", "python", "extra"])
def test_every_setting_in_a_topologys_body_is_told_where_it_belongs(name):
    (problem,) = problems_of(in_body(**{name: 3}))
    assert problem.startswith(f"Wrong.{name}: {name} is a setting, and settings are in class Config; given: {name} = 3")
    assert f"Write class Config: {name} = 3;" in problem


@pytest.mark.parametrize("name", ["config", "conf", "Conf", "CONFIG", "configuration", "storm_config"])
@pytest.mark.parametrize("value", [{"topology.workers": 4}, {"workers": 4}, type("config", (), {"workers": 4})])
def test_a_dict_or_class_of_settings_is_to_be_class_config(name, value):
    (problem,) = problems_of(in_body(**{name: value}))
    assert problem == (
        f"Wrong.{name}: the settings of a topology are in class Config, not in {name}. Write class Config: workers = 4."
    )


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Confg", type("Confg", (), {}), "Did you mean 'Config'?"),
        ("Settings", type("Settings", (), {"workers": 1}), "Write class Config: workers = 1."),
        (
            "message_timeout_sec",
            30,
            "Did you mean 'message_timeout_secs'? Write class Config: message_timeout_secs = 30",
        ),
        ("worker", 3, "Did you mean 'workers'?"),
    ],
)
def test_what_is_close_to_a_known_name_is_told(name, value, text):
    (problem,) = problems_of(in_body(**{name: value}))
    assert text in problem


@pytest.mark.parametrize("kind", [list, tuple, lambda found: {"a": found[0], "b": [found[1]]}])
def test_components_in_a_container_are_told(kind):
    class Wrong(Topology):
        words = Words(1)
        bolts = kind([Count(1, inputs=[ShuffleGrouping(words)]), Count(2, inputs=[ShuffleGrouping(words)])])

    (problem,) = problems_of(Wrong)
    assert problem.startswith("Wrong.bolts: components in a ")
    assert "are not in the topology; given: Count(...), Count(...). Assign each to a name of its own" in problem


def test_a_setting_with_a_type_and_no_value_is_told():
    class Wrong(Topology):
        words = Words(1)

        class Config:
            workers: int
            debug: bool = True

    assert problems_of(Wrong) == ["Wrong.Config.workers: the setting has a type and no value. Write workers = ..."]


def test_a_component_that_is_assigned_to_no_name_is_told():
    class Wrong(Topology):
        words = Words(1)
        Count(1, inputs=[ShuffleGrouping(words)])
        Words(1)

    first, second = problems_of(Wrong)
    assert first.startswith("Wrong: Count(...) in line ")
    assert first.endswith(" is assigned to no name, so it is not in the topology. Write count = Count(...).")
    assert second.startswith("Wrong: Words(...) in line ")


def test_a_problem_of_a_body_is_told_for_a_subclass_too():
    class Wrong(Topology):
        words = Words(1)
        workers = 3

    class Derived(Wrong):
        pass

    assert problems_of(Derived) == problems_of(Wrong)


def made(source):
    return Count(1, inputs=[ShuffleGrouping(source)])


class Sound(Topology):
    """A topology with constants, helpers and nested classes of its own."""

    LIMIT = 5
    hosts = ("a", "b")
    users_by_name = {"a": 1}
    group = "a"
    user = "b"
    pattern = object()
    conf = None

    class Inner(Count):
        pass

    class Failure(Exception):
        pass

    class Options:
        depth = 3

    words = Words(1)
    workers = made(words)  # a component may be called like a setting
    first = Count(1, inputs=[ShuffleGrouping(words)]).replace(executors=LIMIT)
    inner = Inner(1)
    inner.inputs.append(ShuffleGrouping(words))
    in_order = [words, first]
    in_order.append(in_order)
    unused = Count(1)
    del unused
    completed = made(words)
    for number in range(2):
        locals()[f"count_{number}"] = made(words)

    def helper(self):
        return self.LIMIT

    @property
    def debug(self):
        return False


class Derived(Sound):
    first = Sound.first.replace(tasks=8)


def test_what_is_the_users_own_is_no_problem():
    names = ["words", "workers", "first", "inner", "completed", "count_0", "count_1"]
    assert [one.name for one in spec_of(Sound).components] == names
    assert spec_of(Derived).component("first").tasks == 8


def test_a_drpc_topology_keeps_its_own_attributes():
    class Answering(DRPCTopology):
        function = "f"
        words = Words(1)

    (problem,) = problems_of(Answering)
    assert "no bolt that a call comes to can return a result" in problem


ATTRIBUTES = {
    "outputs": "Nest a class: class Default(Stream)",
    "OUTPUT_FIELDS": "Nest a class: class Default(Stream)",
    "fields": "Nest a class: class Default(Stream)",
    "Default": "Nest a class: class Default(Stream)",
    "auto_ack": "derive from Bolt to do it by hand",
    "auto_anchor": "derive from Bolt to do it by hand",
    "auto_fail": "derive from Bolt to do it by hand",
    "OPTIONS": "An option is an annotated attribute of its own",
    "executors": "Given(2)",
    "par": "Given(2)",
    "tasks": "Given(2, tasks=4)",
    "config": "Given(1, config=",
    "inputs": "Given(1, inputs=[ShuffleGrouping(...)])",
    "tick_freq_secs": "tick_seconds = 5",
    "tick_second": "Did you mean 'tick_seconds'?",
    "batchsize": "Did you mean 'batch_size'?",
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes_of_other_libraries_on_a_component_are_told(name):
    given = type("Given", (BatchingBolt,), {name: [1], "execute_batch": lambda self, batch: None})
    words = Words(1)
    (problem,) = problems_of(
        type("Wrong", (Topology,), {"words": words, "given": given(1, inputs=[ShuffleGrouping(words)])})
    )
    assert problem.startswith(f"Wrong.given: {name} = [1] in Given ")
    assert ATTRIBUTES[name] in problem


def test_streams_that_are_none_and_their_stray_attributes_are_told():
    class Odd(Words):
        class Bad:
            fields = "word"

        class Late(Stream):
            field = "word"

        class Extra(Stream):
            fields = "word"
            name = "other"

        class Config:
            debug = True

    problems = problems_of(type("Wrong", (Topology,), {"odd": Odd(1)}))
    assert [one for one in problems if "is inside a function" not in one] == [
        "Wrong.odd: class Bad in Odd has fields, and is no stream. Derive it from Stream: class Bad(Stream).",
        "Wrong.odd: field = 'word' in the stream Late of Odd does nothing. Did you mean 'fields'?",
        "Wrong.odd: name = 'other' in the stream Extra of Odd does nothing. stream_name = \"...\" names a stream.",
        "Wrong.odd: class Config in Odd does nothing: settings of one component are given in its call. "
        'Declare it as Odd(1, config={"topology.debug": True}).',
        "Wrong.odd: stream 'late' declares no fields. Add fields = \"name\".",
    ]


def test_a_stream_is_not_called():
    with pytest.raises(DeclarationError, match=r"given: Stream\(fields=\['word'\]\); valid: class Default\(Stream\)"):
        Stream(fields=["word"])


WINDOW = "topology.bolts.window.length.count"


def test_window_settings_are_for_bolts_in_java():
    words = Words(1)
    java = Windowed(1, config={WINDOW: 10}, inputs=[ShuffleGrouping(words)])
    python = Count(1, config={WINDOW: 10}, inputs=[ShuffleGrouping(words)])
    config = type("Config", (), {"bolts_window_length_count": 10})
    (own,) = problems_of(type("Wrong", (Topology,), {"words": words, "java": java, "python": python, "Config": config}))
    assert own.startswith(f"Wrong.python: {WINDOW} is for Storm's windowed bolts in Java. Python bolts have no windows")
    (whole,) = problems_of(in_body(Config=config))
    assert whole.startswith(f"Wrong.Config: {WINDOW} is for Storm's windowed bolts in Java, and this topology has no")
    assert "BatchingBolt" in whole


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("topology.bolts.tumbling.window.length.count", "Python bolts have no windows"),
        ("topology.python.path", 'class Config: python = "/usr/bin/python3"'),
        ("pystorm.log.level", "is in the worker's log already"),
        ("streamparse.log.path", "is in the worker's log already"),
        ("pyleus.something", "Settings begin with topology. or umbrella."),
        ("workers", "Did you mean 'topology.workers'?"),
        ("max.spout.pending", "Did you mean 'topology.max.spout.pending'?"),
        ("shell", "Did you mean 'umbrella.shell'?"),
    ],
)
def test_settings_that_nobody_reads_are_told_in_extra_and_on_a_component(key, text):
    (in_extra,) = problems_of(in_body(Config=type("Config", (), {"extra": {key: 1}})))
    (on_component,) = problems_of(type("Wrong", (Topology,), {"words": Words(1, config={key: 1})}))
    assert in_extra.startswith("Wrong.Config: ")
    assert on_component.startswith("Wrong.words: ")
    for problem in (in_extra, on_component):
        assert repr(key) in problem
        assert text in problem


def test_the_multilang_serializer_is_read_by_the_stock_shell_alone():
    mine = {"multilang_serializer": "com.example.Mine"}
    (problem,) = problems_of(in_body(Config=type("Config", (), mine)))
    assert "topology.multilang.serializer is read by Storm's own shell components alone" in problem
    assert spec_of(in_body(Config=type("Config", (), {**mine, "shell": "stock"})))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"par": 2}, "Did you mean 'executors'?"),
        ({"parallelism_hint": 2}, "Did you mean 'executors'?"),
        ({"num_tasks": 2}, "Did you mean 'tasks'?"),
        ({"name": "count"}, "A component's name is that of the attribute it is assigned to."),
        ({"inputs": {"a": "b"}}, "valid: inputs=[ShuffleGrouping(source)]"),
    ],
)
def test_arguments_of_other_libraries_are_told_in_the_users_line(given, text):
    with pytest.raises(OptionError) as caught:
        Count(1, **given)
    assert text in str(caught.value)


def test_streamparses_spec_is_told():
    with pytest.raises(AttributeError, match=r"Count has no 'spec'\. A component is declared by a call: Count\(2\)\."):
        Count.spec(par=2)  # type: ignore[attr-defined]
    assert not hasattr(Count, "anything")


def test_no_option_can_be_called_like_an_attribute_of_a_declaration():
    there = {name for name in (*vars(Count(1)), *vars(Declaration)) if not name.startswith("_")}
    assert there <= {*_OF_DECLARATIONS, "executors", "tasks", "config", "inputs"}


class Batched(BatchingBolt):
    batch_size = 300

    def execute_batch(self, batch):
        pass


@pytest.mark.parametrize(
    ("spouts", "tasks", "size", "pending", "noted"),
    [
        (1, 2, 500, 500, True),
        (1, 2, 500, 1000, False),
        (2, 2, 500, 500, False),
        (1, 4, None, None, True),  # 4 * 300 of the default 1000
        (1, 3, None, None, False),
        (1, 2, 500, 0, False),
    ],
)
def test_batches_that_the_spouts_cannot_fill_are_noted(spouts, tasks, size, pending, noted):
    options = {} if size is None else {"batch_size": size}
    words = Words(spouts)
    batched = Batched(1, tasks=tasks, inputs=[ShuffleGrouping(words)], **options)
    config = type("Config", (), {} if pending is None else {"max_spout_pending": pending})
    topology = type("Noted", (Topology,), {"words": words, "batched": batched, "Config": config})
    notes = list(notes_of(topology, spec_of(topology), 1000))
    assert [
        note.startswith(f"batched: {tasks} tasks with a batch_size of {size or 300} wait for") for note in notes
    ] == ([True] if noted else [])


def test_limits_that_the_shell_does_not_read_are_noted():
    config = type("Config", (), {"shell": "stock", "extra": {"umbrella.restarts": 3}})
    stock = in_body(Config=config)
    assert list(notes_of(stock, spec_of(stock), 1000)) == [
        'umbrella.restarts is for shell = "umbrella" alone; Storm\'s own shell components do not read it'
    ]
    ours = in_body(Config=type("Config", (), {"shellbolt_max_pending": 3}))
    (note,) = notes_of(ours, spec_of(ours), 1000)
    assert "here umbrella.max.in.flight is the limit" in note
