"""Counts words: each sentence is replayed until every word of it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

from umbrella import AutoAckBolt, FieldsGrouping, Item, ReliableSpout, ShuffleGrouping, Stream, Topology, Tuple

LINES = ["the cow jumped over the moon", "an apple a day keeps the doctor away", "four score and seven years ago"]


class Sentences(ReliableSpout):
    class Default(Stream):
        fields = "sentence"

    repeat: int = 1000

    def open(self) -> None:
        self.items = (Item(position, (line,)) for position, line in enumerate(LINES * self.repeat))

    def fetch(self, count: int) -> Iterable[Item] | None:
        return list(islice(self.items, count)) or None  # None: there are no more


class Split(AutoAckBolt):
    class Default(Stream):
        fields = "word"

    def execute(self, tup: Tuple) -> None:
        for word in tup.sentence.split():
            self.emit(word)


class Count(AutoAckBolt):
    tick_seconds = 1

    def open(self) -> None:
        self.counts = Counter[str]()

    def execute(self, tup: Tuple) -> None:
        self.counts[tup.word] += 1

    def tick(self) -> None:
        self.log.info("counted %s", dict(self.counts.most_common(5)))


class WordCount(Topology):
    sentences = Sentences(1)
    split = Split(2, inputs=[ShuffleGrouping(sentences)])
    count = Count(2, inputs=[FieldsGrouping(split, "word")])
