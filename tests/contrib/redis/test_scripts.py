"""What RedisSpout's scripts do in Redis, step by step: above all when an answer is lost and a step comes again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from redis_server import RedisServer

SCRIPTS = Path(__file__).parents[3] / "java/src/main/resources/umbrella/storm/redis"


class Spout:
    """One task of a spout on the list "jobs", as its scripts know it."""

    def __init__(self, client, owner: str, index: int = 0, tasks: int = 1, end: str = "right") -> None:
        self.client, self.owner, self.index, self.tasks, self.end = client, owner, index, tasks, end
        self.held = f"group:{index}"

    def run(self, script: str, *arguments):
        keys = ["jobs", self.held, f"{self.held}:state", "dead", "group"]
        text = (SCRIPTS / f"{script}.lua").read_text()
        return self.client.eval(text, len(keys), *keys, self.owner, self.end, *arguments)

    def claim(self) -> None:
        self.run("claim", self.index, self.tasks)

    def step(self, number: int, take: int = 0, done=(), dead=(), back=()):
        return self.run("step", number, take, len(done), len(dead), len(back), *done, *dead, *back)

    def release(self) -> None:
        self.run("release", self.index)


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    """A database of its own: the spouts of another test may not have ended yet."""
    with redis.Redis(port=redis_server.port, db=1, decode_responses=True) as client:
        client.flushdb()
        yield client


@pytest.fixture
def spout(client) -> Spout:
    client.lpush("jobs", "a", "b", "c", "d")
    spout = Spout(client, "me")
    spout.claim()
    return spout


def test_entries_are_taken_from_the_end_and_held(spout: Spout, client):
    assert spout.step(1, take=3) == ["ok", "a", "b", "c"]
    assert client.lrange("jobs", 0, -1) == ["d"]
    assert client.lrange("group:0", 0, -1) == ["c", "b", "a"]
    assert spout.step(2, take=3, done=["b"]) == ["ok", "d"]
    assert client.lrange("group:0", 0, -1) == ["d", "c", "a"]


def test_a_step_whose_answer_was_lost_is_answered_again_and_done_once(spout: Spout, client):
    client.lpush("jobs", "a", "a")
    spout.step(1, take=6)
    assert spout.step(2, take=1, done=["a"]) == ["ok"]
    client.lpush("jobs", "e", "f", "g")
    assert spout.step(3, take=2, done=["b"]) == ["ok", "e", "f"]
    assert spout.step(3, take=2, done=["b"]) == ["ok", "e", "f"]
    assert client.lrange("group:0", 0, -1) == ["f", "e", "a", "a", "d", "c"]
    assert client.lrange("jobs", 0, -1) == ["g"]


def test_one_of_equal_entries_is_settled_at_a_time(spout: Spout, client):
    client.delete("jobs")
    client.lpush("jobs", "same", "same", "same")
    spout.step(1, take=3)
    spout.step(2, done=["same"])
    assert client.lrange("group:0", 0, -1) == ["same", "same"]


def test_a_dead_letter_is_moved(spout: Spout, client):
    spout.step(1, take=2)
    spout.step(2, dead=["a"])
    assert client.lrange("group:0", 0, -1) == ["b"]
    assert client.lrange("dead", 0, -1) == ["a"]


@pytest.mark.parametrize("end", ["right", "left"])
def test_what_is_given_back_is_next_in_its_old_order(client, end: str):
    spout = Spout(client, "me", end=end)
    (client.lpush if end == "right" else client.rpush)("jobs", "a", "b", "c", "d")
    spout.claim()
    assert spout.step(1, take=3) == ["ok", "a", "b", "c"]
    spout.step(2, back=["b", "c"])
    assert spout.step(3, take=9) == ["ok", "b", "c", "d"]
    spout.release()
    assert client.keys() == ["jobs"]
    spout.claim()
    assert spout.step(1, take=9) == ["ok", "a", "b", "c", "d"]


def test_the_next_owner_takes_over_and_the_one_before_is_refused(spout: Spout, client):
    spout.step(1, take=2)
    successor = Spout(client, "successor")
    successor.claim()
    assert spout.step(2, take=1, done=["a"]) == ["replaced"]
    spout.release()
    assert successor.step(1, take=9) == ["ok", "a", "b", "c", "d"]


def test_tasks_that_there_are_no_more_are_shared_among_the_others(client):
    for index in range(5):
        client.lpush("jobs", f"of {index}")
        task = Spout(client, f"old {index}", index, tasks=5)
        task.claim()
        task.step(1, take=1)
    first, second = Spout(client, "new 0", 0, tasks=2), Spout(client, "new 1", 1, tasks=2)
    first.claim()
    assert sorted(first.step(1, take=9)[1:]) == ["of 0", "of 2", "of 4"]
    second.claim()
    assert sorted(second.step(1, take=9)[1:]) == ["of 1", "of 3"]


@pytest.mark.parametrize("number", [1, 4])
def test_a_redis_at_another_state_says_so(spout: Spout, client, number: int):
    for step in (1, 2):
        spout.step(step, take=1)
    assert spout.step(number, take=1) == ["unknown"]
    client.flushdb()
    assert spout.step(3) == ["unknown"]


@pytest.mark.parametrize("key", ["jobs", "dead"])
def test_a_wrong_type_of_key_changes_nothing(spout: Spout, client, key: str):
    spout.step(1, take=2)
    client.delete(key)
    client.set(key, "no list")
    with pytest.raises(Exception, match="WRONGTYPE"):
        spout.step(2, take=1, done=["a"], dead=["b"])
    assert client.lrange("group:0", 0, -1) == ["b", "a"]
    assert client.hgetall("group:0:state") == {"owner": "me", "step": "1", "taken": "2"}
