"""When a submitted topology counts as up, by the clock of a test."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from thriftpy2.thrift import TApplicationException

from tests.storm.nimbus.peers import HOST, answering
from umbrella.compile.idl import storm
from umbrella.errors import NimbusFailedError, TopologyFailedError
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.waiting import wait_until_up

ID = "Small-1-1"


def info(up: int, count: int, *errors: str) -> Any:
    """Return the TopologyInfo of a topology with so many executors, some of them up."""
    executors = [
        storm.ExecutorSummary(
            executor_info=storm.ExecutorInfo(task_start=1, task_end=1),
            component_id="split",
            host="h",
            port=6700,
            uptime_secs=1,
            stats=storm.ExecutorStats(
                emitted={},
                transferred={},
                specific=storm.ExecutorSpecificStats(
                    bolt=storm.BoltStats(acked={}, failed={}, process_ms_avg={}, executed={}, execute_ms_avg={})
                ),
                rate=0.0,
            )
            if number < up
            else None,
        )
        for number in range(count)
    ]
    told = [storm.ErrorInfo(error=text, error_time_secs=1, host="h", port=6700) for text in errors]
    return storm.TopologyInfo(
        id=ID, name="Small", uptime_secs=1, executors=executors, status="ACTIVE", errors={"split": told}
    )


@pytest.fixture
def wait(clock):
    """Wait for a topology whose state is a function of the seconds since the beginning; return how many it took."""

    def wait_for(state: Callable[[float], Any], seconds: float = 60.0, settle_seconds: float = 10.0) -> float:
        cluster = storm.ClusterSummary(supervisors=[], topologies=[], nimbuses=[])
        answers = {"getTopologyInfo": lambda topology_id: state(clock.now), "getClusterInfo": cluster}
        with answering(**answers) as (port, _):
            settings = NimbusSettings((f"{HOST}:{port}",), timeout_seconds=10, connect_timeout_seconds=10)
            with NimbusClient(settings) as client:
                wait_until_up(client, ID, seconds, settle_seconds=settle_seconds)
        return clock.now

    return wait_for


def test_a_topology_is_up_once_no_error_came_for_a_while_after_its_last_executor(wait):
    assert wait(lambda now: info(2, 2)) == 10.0


def test_where_workers_are_slow_to_start_errors_are_waited_for_as_long(wait):
    # Without a slot until 20, two of two executors up at 50: so it settles at 80.
    assert wait(lambda now: info(0, 0) if now < 20 else info(1 if now < 50 else 2, 2)) == 80.0


@pytest.mark.parametrize("at", [1, 10])
def test_an_error_while_it_settles_is_told(wait, at):
    with pytest.raises(TopologyFailedError, match="split on h:6700: ImportError: no module named words"):
        wait(lambda now: info(2, 2, *(["ImportError: no module named words"] if now >= at else [])))


def test_an_executor_that_is_lost_again_begins_the_wait_anew(wait):
    assert wait(lambda now: info(1 if now == 5 else 2, 2)) == 16.0


def test_what_is_not_up_in_time_is_told_with_how_many_are(wait):
    with pytest.raises(TopologyFailedError, match=f"1 of 2 executors of {ID} are up after 60 s"):
        wait(lambda now: info(1, 2))
    with pytest.raises(TopologyFailedError, match=f"{ID} has no worker after 60 s"):
        wait(lambda now: info(0, 0))


def test_the_last_executor_may_come_up_just_in_time(wait):
    assert wait(lambda now: info(1 if now < 59 else 2, 2), settle_seconds=10.0) == 118.0


def test_an_outage_of_nimbus_is_waited_out_up_to_a_limit(wait, clock):
    def failing(until: float) -> Callable[[float], Any]:
        def state(now: float) -> Any:
            if now < until:
                raise TApplicationException(TApplicationException.INTERNAL_ERROR, "Internal error processing")
            return info(1, 1)

        return state

    assert wait(failing(30)) >= 40
    clock.now = 0.0
    with pytest.raises(NimbusFailedError):
        wait(failing(1000))
    assert 70 <= clock.now <= 75
