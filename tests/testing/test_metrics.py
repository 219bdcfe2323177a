"""What a harness shows of metrics and of many emits at once."""

from __future__ import annotations

from umbrella import AutoAckBolt, BatchingBolt, Counter, Gauge, Histogram, Spout, Stream, Timer, testing


class Measured(AutoAckBolt):
    hits = Counter()
    depth = Gauge("queue.depth")
    size = Histogram()
    took = Timer()

    def execute(self, tup):
        with self.took.time():
            self.hits.inc(2)
            self.depth.set(tup.value)
            self.size.update(tup.value)


class Gathers(BatchingBolt):
    class Default(Stream):
        fields = "value", "double"

    batch_size = 2

    def execute_batch(self, inputs):
        self.emit_many([(tup.value, 2 * tup.value) for tup in inputs])


class Numbers(Spout):
    class Default(Stream):
        fields = "number"

    def next_tuple(self):
        self.emit_many([(number,) for number in range(3)], message_ids=["a", "b", "c"])


def test_metrics_are_read_by_name():
    with testing.open(Measured) as bolt:
        assert bolt.metrics == {"hits": 0, "queue.depth": None, "size": [], "took": []}
        for value in (1, 5):
            bolt.feed(value=value)
        assert bolt.metrics["hits"] == 4
        assert bolt.metrics["queue.depth"] == 5
        assert bolt.metrics["size"] == [1, 5]
        bolt.feed(value=7)
        assert bolt.metrics["size"] == [1, 5, 7]
        assert len(bolt.metrics["took"]) == 3
        assert bolt.logs == []


def test_many_emits_of_a_bolt_are_seen_one_by_one():
    with testing.open(Gathers) as bolt:
        fed = [bolt.feed(value=value) for value in (1, 2)]
        assert bolt.emits == [(1, 2), (2, 4)]
        assert [one.anchors for one in bolt.emits] == [fed, fed]
        bolt.assert_settled()


def test_many_emits_of_a_spout_are_seen_one_by_one():
    with testing.open(Numbers) as spout:
        turn = spout.next_tuple()
        assert turn.emits == [(0,), (1,), (2,)]
        assert spout.pending == ["a", "b", "c"]
        spout.ack("b")
        assert spout.pending == ["a", "c"]
