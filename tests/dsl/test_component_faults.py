"""What is wrong with a component's class itself is a problem of the topology that declares it."""

from __future__ import annotations

from typing import Callable, Optional

import pytest

from umbrella import AutoAckBolt, BatchingBolt, ReliableSpout, ShuffleGrouping, Spout, Stream, Topology, TopologyError
from umbrella.dsl import spec_of


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
