"""Metrics as class attributes, each object with values of its own."""

from __future__ import annotations

import threading

import pytest

from umbrella import AutoAckBolt, Bolt, Counter, DeclarationError, Gauge, Histogram, Timer
from umbrella.multilang.metrics import MOST_VALUES, MetricSpec, gather, metrics_of


class Base(Bolt):
    hits = Counter()
    depth = Gauge("queue.depth")


class Measured(Base):
    size = Histogram()
    took = Timer()


def new(component):
    return component.__new__(component)


def test_the_metrics_of_a_class_are_known_without_an_object():
    assert metrics_of(Measured) == [
        MetricSpec("hits", "counter"),
        MetricSpec("queue.depth", "gauge"),
        MetricSpec("size", "histogram"),
        MetricSpec("took", "timer"),
    ]
    assert metrics_of(AutoAckBolt) == []


def test_a_subclass_replaces_or_removes_a_metric():
    class Other(Measured):
        hits = None
        size = Counter("sizes")

    assert [tuple(one) for one in metrics_of(Other)] == [
        ("queue.depth", "gauge"),
        ("sizes", "counter"),
        ("took", "timer"),
    ]


def test_two_metrics_of_one_name_are_refused():
    class Twice(Bolt):
        one = Counter("n")
        two = Gauge("n")

    with pytest.raises(DeclarationError, match="two metrics of Twice are called 'n'; given: one and two"):
        metrics_of(Twice)


@pytest.mark.parametrize("name", ["", "a b", "ä", 3, "a/b"])
def test_a_name_is_made_of_letters_digits_and_some_signs(name):
    with pytest.raises(DeclarationError, match="the name of a Counter is made of letters, digits and _ . -; given"):
        Counter(name)


def test_each_object_has_values_of_its_own_and_they_are_gathered_as_increases():
    one, two = new(Measured), new(Measured)
    one.hits.inc()
    one.hits.inc(5)
    one.hits.dec()
    two.hits.inc()
    one.depth.set(3)
    one.size.update(12)
    one.size.update(1.5)
    one.took.update(0.25)
    assert gather(one) == {
        "counters": {"hits": 5},
        "gauges": {"queue.depth": 3},
        "histograms": {"size": [12, 1.5]},
        "timers": {"took": [0.25]},
    }
    assert gather(one) == {}
    one.hits.inc()
    one.depth.set(3)
    assert gather(one) == {"counters": {"hits": 1}}
    assert gather(two) == {"counters": {"hits": 1}}


def test_a_timer_measures_a_block_also_one_that_raises():
    bolt = new(Measured)
    with bolt.took.time():
        pass
    with pytest.raises(ValueError, match="x"), bolt.took.time():
        raise ValueError("x")
    (values,) = gather(bolt)["timers"].values()
    assert len(values) == 2
    assert all(0 <= value < 60 for value in values)


def test_of_many_values_a_uniform_sample_is_kept_and_their_number():
    bolt = new(Measured)
    for value in range(20 * MOST_VALUES):
        bolt.size.update(value)
    found = gather(bolt)
    sample = found["histograms"]["size"]
    assert (len(sample), found["counts"]) == (MOST_VALUES, {"size": 20 * MOST_VALUES})
    late = sum(value >= 10 * MOST_VALUES for value in sample)
    assert 0.4 * MOST_VALUES < late < 0.6 * MOST_VALUES  # a chance of 1e-10 to be outside
    assert len(set(sample)) == MOST_VALUES
    assert "counts" not in gather(bolt)


def taken(found):
    return found.get("counts", {}).get("took") or len(found.get("timers", {}).get("took", ()))


def test_threads_lose_no_count():
    bolt = new(Measured)
    total = 0

    def count():
        for _ in range(20_000):
            bolt.hits.inc()
            bolt.hits.inc(2)
            bolt.took.update(1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    measured = 0
    while any(thread.is_alive() for thread in threads):
        found = gather(bolt)
        total += found.get("counters", {}).get("hits", 0)
        measured += taken(found)
    found = gather(bolt)
    total += found.get("counters", {}).get("hits", 0)
    measured += taken(found)
    assert (total, measured) == (4 * 20_000 * 3, 4 * 20_000)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", None])
def test_what_is_no_finite_number_is_refused(value):
    bolt = new(Measured)
    with pytest.raises(
        ValueError, match="the Gauge 'queue.depth' takes a finite number, as Java's double has them; given"
    ):
        bolt.depth.set(value)
    with pytest.raises(
        ValueError, match="the Histogram 'size' takes a finite number, as Java's double has them; given"
    ):
        bolt.size.update(value)
    with pytest.raises(TypeError):
        bolt.hits.inc(value)
    assert gather(bolt) == {}


def test_an_integer_that_no_double_holds_is_refused():
    bolt = new(Measured)
    with pytest.raises(ValueError, match="as Java's double has them"):
        bolt.depth.set(10**400)
    assert gather(bolt) == {}


def test_a_metric_of_a_class_counts_nothing():
    with pytest.raises(RuntimeError, match=r"the Counter 'hits' of a class counts nothing. Use that of an object"):
        Measured.hits.inc()
    with pytest.raises(RuntimeError, match=r"Use that of an object: self.depth"):
        Measured.depth.set(1)
