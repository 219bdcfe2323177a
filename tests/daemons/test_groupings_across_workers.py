"""Figure F24, and equal values: two workers, so that tuples go through Kryo and the network."""

from __future__ import annotations

from collections import Counter

import pytest

from daemons.oracle import PATIENCE
from daemons.running import placed, submitted, told_of_spout, wait_until
from daemons.values import assert_values_arrive_equal
from forms import FORMS
from topologies.crossing import groupings_between_workers
from topologies.recording import records

pytestmark = pytest.mark.storm

COUNT = 700
KEYS = 7
EXPECTED = {
    "shuffle": COUNT,
    "fields": COUNT,
    "everyone": 3 * COUNT,
    "one": COUNT,
    "none": COUNT,
    "direct": COUNT,
    "local": COUNT,
    "partial": COUNT,
    "custom": COUNT,
    "odd": COUNT // 2,
}
CROSSING = ["shuffle", "fields", "everyone", "one", "none", "direct", "partial", "custom"]


class Seen:
    """What the tasks have recorded, and which worker each of them is on."""

    def __init__(self, directory, places):
        self.directory = directory
        self.places = places
        self.port = {task: port for of in places.values() for task, port in of.items()}

    def __call__(self, component):
        return records(self.directory, component)

    def tasks(self, component):
        return sorted(self.places[component])

    def crossed(self, component):
        """Return how many tuples came from the other worker."""
        return sum(self.port[one["from_task"]] != self.port[one["task"]] for one in self(component))


@pytest.fixture(scope="module")
def seen(daemons, tmp_path_factory):
    directory = tmp_path_factory.mktemp("records")
    topology = groupings_between_workers(directory)
    with submitted(daemons, topology, "topologies.crossing", tmp_path_factory.mktemp("jar"), "bare_jvm") as client:
        wait_until(lambda: told_of_spout(client, topology, "numbers") == (COUNT, COUNT, 0), PATIENCE)
        yield Seen(directory, placed(client, topology))


def test_the_emitting_bolt_is_on_both_workers(seen):
    assert len(set(seen.places["route"].values())) == 2
    assert {one["from_task"] for one in seen("shuffle")} == set(seen.places["route"])


@pytest.mark.parametrize(("component", "count"), EXPECTED.items())
def test_exactly_so_many_tuples_arrive(seen, component, count):
    assert len(seen(component)) == count


@pytest.mark.parametrize("component", CROSSING)
def test_tuples_come_from_the_other_worker(seen, component):
    assert 0 < seen.crossed(component) < EXPECTED[component]


@pytest.mark.parametrize("component", ["shuffle", "fields", "one", "none", "direct", "local", "partial", "custom"])
def test_every_tuple_reaches_one_task(seen, component):
    assert sorted(one["values"][0] for one in seen(component)) == list(range(COUNT))


def test_shuffle_grouping_gives_each_task_the_same(seen):
    counts = Counter((one["from_task"], one["task"]) for one in seen("shuffle"))
    for source in seen.tasks("route"):
        given = [counts[source, task] for task in seen.tasks("shuffle")]
        assert max(given) - min(given) <= 1
    assert len({task for _, task in counts}) == 3


def test_fields_grouping_chooses_the_task_by_the_hash_of_the_key(seen):
    tasks = seen.tasks("fields")
    expected = Counter(tasks[task_index(f"key{number % KEYS}", 3)] for number in range(COUNT))
    assert Counter(one["task"] for one in seen("fields")) == expected
    assert all(one["task"] == tasks[task_index(one["values"][1], 3)] for one in seen("fields"))
    assert len(expected) > 1


def task_index(key: str, tasks: int) -> int:
    """Return what TupleUtils.chooseTaskIndex does: Arrays.deepHashCode of one text."""
    code = 0
    for char in key:
        code = (31 * code + ord(char)) % 2**32
    code = (31 + code) % 2**32
    return (code - 2**32 if code >= 2**31 else code) % tasks


def test_all_grouping_reaches_each_task(seen):
    assert Counter(one["task"] for one in seen("everyone")) == dict.fromkeys(seen.tasks("everyone"), COUNT)


def test_global_grouping_reaches_the_first_task(seen):
    assert Counter(one["task"] for one in seen("one")) == {seen.tasks("one")[0]: COUNT}


def test_direct_grouping_reaches_the_task_that_was_named(seen):
    tasks = seen.tasks("direct")
    assert all(one["task"] == tasks[one["values"][0] % 3] for one in seen("direct"))
    assert Counter(one["task"] for one in seen("direct")) == Counter(tasks[n % 3] for n in range(COUNT))
    assert {one["stream"] for one in seen("direct")} == {"chosen"}


def test_local_or_shuffle_grouping_stays_in_the_worker(seen):
    assert len(set(seen.places["local"].values())) == 2
    assert seen.crossed("local") == 0


@pytest.mark.parametrize(("component", "key"), [("partial", 1), ("custom", 0)])
def test_partial_key_grouping_has_at_most_two_tasks_for_a_key(seen, component, key):
    tasks = {}
    for one in seen(component):
        tasks.setdefault(one["values"][key], Counter())[one["task"]] += 1
    assert all(len(of_key) <= 2 for of_key in tasks.values())
    assert {task for of_key in tasks.values() for task in of_key} == set(seen.tasks(component))


def test_a_named_stream_carries_only_its_own_tuples(seen):
    assert sorted(one["values"][0] for one in seen("odd")) == list(range(1, COUNT, 2))
    assert {one["stream"] for one in seen("odd")} == {"odd"}


def test_figure_of_groupings(seen, figure):
    crossed = sum(seen.crossed(component) for component in EXPECTED)
    total = sum(EXPECTED.values())
    figure(
        "F24 | Every grouping, named and direct streams, a cycle, on 2 workers",
        f"{total:,} tuples: exact counts at each destination; {crossed:,} of them between workers",
    )


@pytest.mark.parametrize("form", FORMS)
def test_values_and_doubles_arrive_equal_at_another_worker(daemons, tmp_path, full, figure, form):
    count = 200_000 if full else 20_000
    odd = assert_values_arrive_equal(daemons, tmp_path, count, form)
    figure(
        f"F10 | Doubles to a bolt on the spout's worker and to one on another, {form}",
        f"{count:,} to each: all equal bit by bit; {odd} odd values equal too",
    )
