"""How a component is opened for a test, and what it then sees of its topology."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest

import umbrella.testing
from umbrella import AutoAckBolt, Bolt, FieldsGrouping, JVMBolt, JVMSpout, ShuffleGrouping, Stream, Topology, testing
from umbrella.errors import OptionError, TargetError


class Words(JVMSpout):
    class Default(Stream):
        fields = "word"

    jvm_class = "com.example.Words"


class Count(AutoAckBolt):
    class Default(Stream):
        fields = "word", "count"

    window: int
    database: str = "counts.db"
    hosts: tuple = ("a", "b")

    def open(self):
        self.seen = (self.window, self.database, self.conf.get("my.own"), self.context.task_id)

    def execute(self, tup):
        self.emit(tup.word, 1)


class TalkStyle(Bolt):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doubled = kwargs["depth"] * 2


class Text(Topology):
    words = Words(3)
    count = Count(2, window=60, config={"my.own": 1}, inputs=[FieldsGrouping(words, "word")])
    again = Count(1, window=5, inputs=[ShuffleGrouping(count)])

    class Config:
        max_spout_pending = 7


def test_options_defaults_settings_and_the_task_are_there_in_open():
    with testing.open(Count, window=60, config={"my.own": 2}, task_id=9) as count:
        assert count.component.seen == (60, "counts.db", 2, 9)
        assert type(count.component) is Count


def test_options_are_of_the_types_they_are_declared_with():
    with testing.open(Count, window=1, hosts=["c"]) as count:
        assert count.component.hosts == ("c",)


def test_a_components_own_init_runs_with_its_options():
    with testing.open(TalkStyle, depth=7) as talk:
        assert (talk.component.depth, talk.component.doubled) == (7, 14)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "Count needs option 'window' of type int"),
        ({"window": "60"}, "Count: option 'window' of type int; given: '60'"),
        ({"window": 60, "databse": "x"}, "no option 'databse'"),
        ({"window": 60, "hosts": [{1, 2}]}, "options are plain data"),
    ],
)
def test_options_are_checked_as_where_it_is_declared(options, text):
    with pytest.raises(OptionError) as caught:
        testing.open(Count, **options)
    assert text in str(caught.value)


def test_a_component_of_a_topology_is_as_it_is_there():
    with testing.open(Text.again) as again:
        context = again.component.context
        assert (context.component, context.task_id) == ("again", 1)
        assert [context.tasks(name) for name in ("again", "count", "words")] == [[1], [2, 3], [4, 5, 6]]
        assert context.inputs == {("count", "default"): ("word", "count")}
        assert (again.component.window, again.component.conf["topology.max.spout.pending"]) == (5, 7)
        fed = again.feed("x", 3)
        assert (fed.component, fed.task, fed.count) == ("count", 2, 3)
    with testing.open(Text.count, task_id=3, conf={"my.own": 5}) as count:
        assert count.component.seen == (60, "counts.db", 5, 3)
        assert count.feed("rain").component == "words"


def test_a_declared_component_of_no_topology_is_opened_too():
    with testing.open(Count(window=2), name="other") as count:
        assert (count.component.window, count.component.context.component) == (2, "other")
    with pytest.raises(testing.HarnessError, match=r"with its options already; .* Text.count.replace\(window=...\)"):
        testing.open(Text.count, window=3)


def test_an_option_named_as_an_argument_is_given_where_it_is_declared():
    class Named(Bolt):
        task_id: str

    with pytest.raises(testing.HarnessError, match=r"option 'task_id' .* open\(Named\(task_id=...\)\)"):
        testing.open(Named, task_id="x")
    with testing.open(Named(task_id="x")) as named:
        assert named.component.task_id == "x"


class Java(JVMBolt):
    jvm_class = "com.example.Count"


@pytest.mark.parametrize(
    ("component", "text"),
    [(Java, "Java is written in Java"), (Text.words, "Words is written in Java"), (3, "no component; given: 3")],
)
def test_what_is_no_component_in_python_is_refused(component, text):
    with pytest.raises(testing.HarnessError, match=text):
        testing.open(component)


def test_a_task_that_is_not_the_components_is_refused():
    with pytest.raises(testing.HarnessError, match="task 4 is none of again's; valid: 1"):
        testing.open(Text.again, task_id=4)


def test_the_settings_of_umbrella_are_checked_as_on_a_worker():
    with pytest.raises(TargetError, match="umbrella.max.frame.bytes takes 0 to 1,073,741,824 bytes"):
        testing.open(Count, window=1, conf={"umbrella.max.frame.bytes": "much"})


class Closing(Bolt):
    fails = False

    def open(self):
        self.closed = 0

    def close(self):
        self.closed += 1
        self.log.info("closed")
        if self.fails:
            raise OSError("cannot close")


def test_close_is_called_once_and_what_was_done_can_be_read_after_it():
    with testing.open(Closing) as bolt:
        pass
    bolt.close()
    assert bolt.component.closed == 1
    assert bolt.logs == [("INFO", "closed")]
    with pytest.raises(testing.HarnessError, match="this harness of Closing is closed"):
        bolt.feed(word="x")


def test_an_exception_in_close_is_raised_or_reported():
    class Bad(Closing):
        fails = True

    with pytest.raises(OSError, match="cannot close"):
        testing.open(Bad).close()
    with testing.open(Bad, raise_errors=False) as bad:
        pass
    assert "cannot close" in bad.errors[0]
    assert isinstance(bad.exceptions[0], OSError)


def test_an_exception_in_open_is_raised_whatever_is_asked():
    class Bad(Closing):
        def open(self):
            raise OSError("no such file")

    for raise_errors in (True, False):
        with pytest.raises(OSError, match="no such file"):
            testing.open(Bad, raise_errors=raise_errors)


def test_nothing_is_left_open():
    def left():
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    class Bad(Closing):
        def open(self):
            raise OSError("no such file")

    before = left()
    for _ in range(20):
        with testing.open(Closing):
            pass
        with pytest.raises(OSError, match="no such file"):
            testing.open(Bad)
    assert left() == before


def test_every_public_name_can_be_imported():
    assert sorted(umbrella.testing.__all__) == sorted(umbrella.testing._HOMES)
    for name in umbrella.testing.__all__:
        assert getattr(umbrella.testing, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'opn'"):
        umbrella.testing.opn  # noqa: B018
