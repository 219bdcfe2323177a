"""DRPC topologies on the embedded Storm: results, errors, aggregation, and what is lost."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator

import pytest

from topologies.served import TWEETERS, Acting, Gathering, Hanging, Packed, Reach, Stock, reach
from umbrella import DRPCClient, DRPCTopology
from umbrella.dsl import spec_of
from umbrella.errors import DRPCFailedError, DRPCTimeoutError

pytestmark = pytest.mark.storm


@pytest.fixture(scope="module")
def served(storm_cluster) -> Iterator[int]:
    """The port where the functions of these topologies are served."""
    port = storm_cluster.serve_drpc()
    topologies: list[type[DRPCTopology]] = [Reach, Acting, Hanging, Gathering, Packed, Stock]
    for topology in topologies:
        storm_cluster.submit(spec_of(topology))
    yield port
    for topology in topologies:
        storm_cluster.kill(topology.__name__)
    storm_cluster.wait_for_end(storm_cluster.children())


@pytest.fixture
def client(served) -> Iterator[DRPCClient]:
    with DRPCClient("127.0.0.1", port=served, timeout_seconds=60) as one:
        yield one


@pytest.fixture
def reported(storm_cluster):
    """The log of the JVM meanwhile, as texts."""
    texts = []
    with storm_cluster.log.heard_by(lambda event: texts.append(event.text)):
        yield texts


def test_a_fan_out_is_gathered_per_request(client):
    assert {link: int(client.execute("reach", link)) for link in TWEETERS} == {link: reach(link) for link in TWEETERS}


def test_many_callers_at_once_get_each_their_own(served):
    wrong: list[object] = []
    links = list(TWEETERS)

    def call(number: int) -> None:
        with DRPCClient("127.0.0.1", port=served, timeout_seconds=60) as one:
            for turn in range(25):
                link = links[(number + turn) % len(links)]
                result = one.execute("reach", link)
                if int(result) != reach(link):
                    wrong.append((link, result))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_threads_that_share_a_client_get_each_their_own(client):
    wrong: list[object] = []

    def call(number: int) -> None:
        for turn in range(10):
            text = f"{number} of {turn}"
            result = client.execute("act", f"shout {text}")
            if result != f"{text.upper()}!":
                wrong.append((text, result))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_text_comes_back_as_it_is(client):
    assert client.execute("act", "shout straße 😀") == "STRASSE 😀!"


def test_plain_data_comes_back_as_json(client):
    assert json.loads(client.execute("act", "json hello")) == {"text": "hello", "numbers": [1, 2.5, None]}


def test_the_caller_gets_the_error_of_the_bolt(client):
    with pytest.raises(DRPCFailedError) as caught:
        client.execute("act", "raise the roof")
    text = str(caught.value)
    assert text.startswith("function 'act' failed: acting: Traceback (most recent call last):")
    assert "topologies/served.py" in text
    assert text.endswith("LookupError: no such thing: the roof")


def test_the_error_of_a_batch_reaches_the_caller(client):
    with pytest.raises(DRPCFailedError, match="batches: Traceback[^~]*RuntimeError: the batch is bad$"):
        client.execute("act", "batch")


def test_a_tuple_failed_by_hand_tells_its_reason(client):
    with pytest.raises(DRPCFailedError, match="by_hand: Traceback[^~]*ValueError: the reason$"):
        client.execute("act", "fail with reason")
    with pytest.raises(DRPCFailedError, match="by_hand: it failed a tuple of the request, and gave no reason$"):
        client.execute("act", "fail")


def test_a_function_that_returns_nothing_fails_at_once(client):
    with pytest.raises(DRPCFailedError, match="no bolt called return_result for this request$"):
        client.execute("act", "silent")


def test_the_first_of_two_results_counts_and_the_second_is_reported(client, reported):
    assert client.execute("act", "twice") == "first"
    what = "acting called return_result for a request that has its result already"
    wait_until(lambda: any(what in text for text in reported))


def test_a_result_that_is_too_long_fails_with_the_limit(client):
    assert len(client.execute("act", "big 900000")) == 900_000
    with pytest.raises(DRPCFailedError, match=r"the result has 1100000 bytes.*raise drpc\.max_buffer_size"):
        client.execute("act", "big 1100000")
    assert client.execute("act", "shout on") == "ON!"


def test_a_killed_process_fails_the_call_it_was_at_and_the_next_one_is_answered(client):
    with pytest.raises(DRPCFailedError, match="a tuple of the request failed, or was not acked within 5 s"):
        client.execute("act", "die")
    assert client.execute("act", "shout on") == "ON!"


def test_the_caller_is_told_of_a_bolt_that_hangs(client):
    with pytest.raises(DRPCFailedError) as caught:
        client.execute("hang", "slow 600")
    text = str(caught.value)
    assert ": execute has taken 2 s, now at " in text
    assert "(time.sleep(float(seconds))); the limit is 2 s (umbrella.execute.timeout.secs); this process ends" in text
    assert text.startswith("function 'hang' failed: acting: acting[")
    assert text.endswith("time.sleep(float(seconds))")


def test_what_is_left_of_gathered_parts_is_no_answer(client):
    whole = str(list(range(20)))
    assert client.execute("gather", "x") == whole
    with pytest.raises(DRPCFailedError, match="a tuple of the request failed|gather: what gather had gathered"):
        client.execute("gather", "die")
    assert [client.execute("gather", "x") for _ in range(5)] == [whole] * 5


def test_a_tuple_of_a_call_without_anchors_fails_the_call(client):
    with pytest.raises(DRPCFailedError, match="EmitError: parts emits a tuple of a call to stream 'default', and the"):
        client.execute("gather", "loose")


@pytest.mark.parametrize("form", ["gather", "packed", "stock"])
def test_each_form_of_python_components_gathers_and_tells_errors(client, form):
    assert client.execute(form, "x") == str(list(range(20)))
    with pytest.raises(DRPCFailedError, match="parts: Traceback[^~]*LookupError: no parts$"):
        client.execute(form, "raise")


def test_a_call_that_takes_longer_than_its_time(client):
    with pytest.raises(DRPCTimeoutError, match=r"^'act' gave no result within 0\.5 s\. "):
        client.execute("act", "slow 1", timeout_seconds=0.5)
    assert client.execute("act", "shout again") == "AGAIN!"  # not the late answer of the call before


def test_a_function_that_nobody_serves(client):
    with pytest.raises(DRPCTimeoutError, match="is this the function of a topology that is running and active"):
        client.execute("nobody", timeout_seconds=0.5)


def wait_until(check, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it has not come so far in time"
        time.sleep(0.1)


def test_close_of_a_client_twice(client):
    client.execute("act", "shout x")
    client.close()
    with contextlib.closing(client):
        assert client.execute("act", "shout y") == "Y!"
