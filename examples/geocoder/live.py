"""Runs the live topology on the embedded Storm until it is interrupted or its time is over."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from examples.geocoder.live_topology import LiveGeocoder
from umbrella import Topology
from umbrella.cli.run_display import display
from umbrella.contrib.redis import RedisSpout
from umbrella.dsl import spec_of
from umbrella.storm.artifacts import resolve
from umbrella.storm.run import Run
from umbrella.target import target_of


class Live(NamedTuple):
    """Where a live run reads from, and where it shows what it finds."""

    redis: str
    list: str
    port: int
    database: Path


def run_live(live: Live, seconds: float | None) -> int:
    """Run, and return the exit code; without seconds until Ctrl-C."""
    import websockets.sync.server  # noqa: F401 - missing ones are told here, not by a worker

    spec = spec_of(topology(live))
    print(f"lines are taken from the list {live.list!r}; the page: http://127.0.0.1:{live.port}/", flush=True)
    with display(spec) as shown:
        jars = resolve(RedisSpout.artifacts, shown.step)
        root = target_of(LiveGeocoder).root
        once = Run(spec, paths=[root], jars=jars, on_log=shown.log, on_stats=shown.stats, on_step=shown.step)
        report = once.run(seconds)
    shown.report(report)
    return report.exit_code


def topology(live: Live) -> type[Topology]:
    """Return the topology for these places."""

    class LiveRun(LiveGeocoder):
        lines = LiveGeocoder.lines.replace(url=live.redis, list=live.list)
        locate = LiveGeocoder.locate.replace(database=str(live.database))
        push = LiveGeocoder.push.replace(port=live.port)

        class Config:
            name = LiveGeocoder.__name__

    return LiveRun
