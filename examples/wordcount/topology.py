"""Counts words: the smallest topology with state."""

import random

from umbrella import AutoAckBolt, FieldsGrouping, ShuffleGrouping, Spout, Stream, Topology

LINES = ["the cow jumped over the moon", "an apple a day keeps the doctor away", "four score and seven years ago"]


class Sentences(Spout):
    class Default(Stream):
        fields = "sentence"

    def next_tuple(self):
        self.emit(random.choice(LINES))


class Split(AutoAckBolt):
    class Default(Stream):
        fields = "word"

    def execute(self, tup):
        for word in tup.sentence.split():
            self.emit(word)


class Count(AutoAckBolt):
    tick_seconds = 5

    def open(self):
        self.counts = {}

    def execute(self, tup):
        self.counts[tup.word] = self.counts.get(tup.word, 0) + 1

    def tick(self):
        self.log.info("top words: %s", sorted(self.counts.items(), key=lambda item: -item[1])[:5])


class WordCount(Topology):
    sentences = Sentences(1)
    split = Split(2, inputs=[ShuffleGrouping(sentences)])
    count = Count(2, inputs=[FieldsGrouping(split, "word")])
