"""How the processes of Python components are run: class Config, single components, and what cannot go together."""

from __future__ import annotations

import pytest

from umbrella import AutoAckBolt, JVMSpout, ShuffleGrouping, Spout, Stream, Topology, TopologyError
from umbrella.dsl import spec_of
from umbrella.multilang.metrics import Counter, Timer
from umbrella.process import PythonProcess, process_of


class Words(Spout):
    class Default(Stream):
        fields = "word"

    def next_tuple(self):
        pass


class JavaWords(JVMSpout):
    class Default(Stream):
        fields = "word"

    jvm_class = "com.example.Words"


class Count(AutoAckBolt):
    def execute(self, tup):
        pass


def topology(config=None, of_count=None, source=Words, of_words=None):
    words = source(1, config=of_words or {})
    body = {
        "__module__": __name__,
        "words": words,
        "count": Count(1, inputs=[ShuffleGrouping(words)], config=of_count or {}),
        "Config": type("Config", (), config or {}),
    }
    return type("Counted", (Topology,), body)


def process(component, **given):
    spec = spec_of(topology(**given))
    return process_of(spec, spec.component(component))


def test_without_settings_it_is_our_shell_over_json():
    assert process("count") == PythonProcess("umbrella", "json", (), {}, "resources")


def test_a_topologys_config_is_for_all_its_components():
    config = {
        "serializer": "msgpack",
        "env": {"LANG": "C"},
        "python_arguments": ["-X", "dev"],
        "directory": "worker",
    }
    expected = PythonProcess("umbrella", "msgpack", ("-X", "dev"), {"LANG": "C"}, "worker")
    assert process("words", config=config) == process("count", config=config) == expected
    assert process("count", config={"shell": "stock"}).shell == "stock"


def test_a_component_may_have_it_otherwise_and_its_environment_is_added():
    config = {"serializer": "msgpack", "env": {"LANG": "C", "MODE": "a"}, "directory": "/srv"}
    own = {
        "umbrella.serializer": "json",
        "umbrella.python.env": {"MODE": "b"},
        "umbrella.python.arguments": ["-O"],
        "umbrella.python.directory": "resources",
    }
    expected = PythonProcess("umbrella", "json", ("-O",), {"LANG": "C", "MODE": "b"}, "resources")
    assert process("count", config=config, of_count=own) == expected
    assert process("words", config=config, of_count=own).env == {"LANG": "C", "MODE": "a"}


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        (
            {"config": {"shell": "stcok"}},
            ['Counted.Config: umbrella.shell takes "umbrella" or "stock"; given: \'stcok\''],
        ),
        (
            {"config": {"serializer": "yaml"}},
            ['Counted.Config: umbrella.serializer takes "json" or "msgpack"; given: \'yaml\''],
        ),
        (
            {"config": {"env": {"A": 1}}},
            ["Counted.Config: umbrella.python.env takes a dict of texts, without = or NUL in a name; given: {'A': 1}"],
        ),
        ({"config": {"env": {"A=B": "1"}}}, ["Counted.Config: umbrella.python.env takes a dict of texts"]),
        (
            {"config": {"python_arguments": "-O"}},
            ["Counted.Config: umbrella.python.arguments takes a list of texts; given: '-O'"],
        ),
        (
            {"config": {"directory": "data"}},
            [
                'Counted.Config: umbrella.python.directory takes "resources", "worker" or an absolute path; '
                "given: 'data'"
            ],
        ),
        (
            {"config": {"python_log_level": "debug"}},
            [
                'Counted.Config: umbrella.python.log.level takes one of "DEBUG", "INFO", "WARNING", "ERROR", '
                "\"CRITICAL\"; given: 'debug'"
            ],
        ),
        (
            {"config": {"extra": {"umbrella.restarts": -1}}, "of_count": {"umbrella.max.in.flight": "9"}},
            [
                "Counted.Config: umbrella.restarts takes a whole number of 0 or more; given: -1",
                "Counted.count: umbrella.max.in.flight takes a whole number of 0 or more; given: '9'",
            ],
        ),
        (
            {"config": {"shel": "stock"}},
            ["Counted.Config.shel: Storm has no topology setting 'shel'. Did you mean 'shell'?"],
        ),
        (
            {"config": {"shell": "stock", "serializer": "msgpack", "env": {"A": "b"}}},
            [
                "Counted.Config: umbrella.serializer needs umbrella.shell umbrella: Storm's own shell components know "
                'no such thing; given: "msgpack" with umbrella.shell stock; valid: "json". Take it away, or set '
                "umbrella.shell to umbrella.",
                "Counted.Config: umbrella.python.env needs umbrella.shell umbrella: Storm's own shell components know "
                'no such thing; given: {"A": "b"} with umbrella.shell stock; valid: {}. Take it away',
            ],
        ),
        (
            {"config": {"shell": "stock", "python_arguments": ["-O"], "directory": "worker"}},
            ["Counted.Config: umbrella.python.arguments needs", "Counted.Config: umbrella.python.directory needs"],
        ),
        (
            {"config": {"serializer": "msgpack"}, "of_count": {"umbrella.shell": "stock"}},
            ["Counted.count: umbrella.serializer needs umbrella.shell umbrella"],
        ),
        (
            {"source": JavaWords, "of_words": {"umbrella.python.env": {"A": "b"}}},
            ["Counted.words: these settings are for components in Python; given: umbrella.python.env"],
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(given, problems):
    with pytest.raises(TopologyError) as caught:
        spec_of(topology(**given))
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(problems), found
    for problem, start in zip(found, problems):
        assert problem.startswith(start), problem


class Measured(Count):
    hits = Counter()
    took = Timer("count.seconds")


class MeasuredTwice(Measured):
    other = Counter("hits")


def test_the_metrics_of_a_class_are_in_the_spec():
    words = Words(1)
    measured = Measured(1, inputs=[ShuffleGrouping(words)])
    spec = spec_of(type("Counted", (Topology,), {"__module__": __name__, "words": words, "measured": measured}))
    assert spec.component("measured").code.metrics == (("hits", "counter"), ("count.seconds", "timer"))
    assert spec.component("words").code.metrics == ()


def test_two_metrics_of_one_name_are_a_problem():
    words = Words(1)
    measured = MeasuredTwice(1, inputs=[ShuffleGrouping(words)])
    with pytest.raises(TopologyError, match="two metrics of MeasuredTwice are called 'hits'; given: hits and other"):
        spec_of(type("Counted", (Topology,), {"__module__": __name__, "words": words, "measured": measured}))
