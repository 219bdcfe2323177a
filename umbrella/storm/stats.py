"""Statistics of a topology from Nimbus, per component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import six

from umbrella.multilang.spout_loop import EXHAUSTED_STREAM
from umbrella.spec import TopologySpec

TIMEOUTS = "umbrella.timeouts"  # the metric of a Python spout in which umbrella.storm.Timeouts counts

_ALL_TIME = ":all-time"  # Storm's key for the window since the executor started


@dataclass(frozen=True)
class ComponentStats:
    """The statistics of one component since it started.

    Attributes:
        name: the component.
        kind: "spout" or "bolt".
        executors: the number of threads that Storm runs it in.
        emitted: tuples emitted to all its streams.
        executed: tuples a bolt received, without ticks; 0 for a spout.
        acked: tuples acked by a bolt, or fully processed tuple trees of a spout.
        failed: failed tuples or tuple trees.
        latency_ms: a bolt's mean time from receipt to ack, a spout's mean time until a tree is complete.
        finished: tasks of a spout that have nothing more to emit (``umbrella run`` only).
        errors: the errors that Storm stores for it, latest last.
    """

    name: str
    kind: str
    executors: int = 0
    emitted: int = 0
    executed: int = 0
    acked: int = 0
    failed: int = 0
    latency_ms: float = 0.0
    finished: int = 0
    errors: tuple[str, ...] = ()


def component_stats(spec: TopologySpec, info: Any) -> list[ComponentStats]:
    """Return the statistics of every component of a topology.

    Args:
        spec: the topology.
        info: Storm's TopologyInfo.
    """
    return [_component(component.name, component.kind, info) for component in spec.components]


def timeout_lines(
    failed: Mapping[str, int],
    by_bolts: int,
    conf: Mapping[str, Any],
    counted: Mapping[str, int] = MappingProxyType({}),
) -> list[str]:
    """Return how many tuples of which spout timed out, and what to change; empty if none did.

    Storm counts failed tuples, but not why they failed. If the Java half has not counted the timeouts, failed tuples
    that no bolt has failed are reported as timed out.

    Args:
        failed: failed tuples, by spout.
        by_bolts: the number of tuples that bolts have failed.
        conf: the topology's configuration.
        counted: timed-out tuples, by spout.
    """
    lines = [f"{name}: {count} of {failed.get(name, 0)} failed by timeout" for name, count in counted.items() if count]
    others = {name: count for name, count in failed.items() if count and name not in counted}
    rest = sum(others.values()) - by_bolts
    if rest > 0:
        lines.append(
            f"{', '.join(others)}: about {rest} of {sum(others.values())} failed by timeout: no bolt failed them"
        )
    if not lines:
        return []
    timeout, pending = conf.get("topology.message.timeout.secs", 30), conf.get("topology.max.spout.pending", "no limit")
    return [
        *lines,
        f"Not acked within message_timeout_secs ({timeout}), they count as failed, though bolts may still work on them."
        f" Lower max_spout_pending ({pending}), raise message_timeout_secs, or give the slowest bolt more executors.",
    ]


def held_line(stats: Iterable[ComponentStats]) -> str:
    """Return which bolts received tuples that they have neither acked nor failed; "" if none did."""
    held = {one.name: one.executed - one.acked - one.failed for one in stats if one.kind == "bolt"}
    told = ", ".join(f"{name} {count}" for name, count in held.items() if count > 0)
    return f"given to a bolt, and neither acked nor failed by it: {told}" if told else ""


def started(info: Any) -> bool:
    """Whether any executor has sent statistics yet."""
    return any(executor.stats is not None for executor in info.executors)


def _component(name: str, kind: str, info: Any) -> ComponentStats:
    executors = [executor for executor in info.executors if executor.component_id == name]
    stats = [executor.stats for executor in executors if executor.stats is not None]
    emitted: dict[str, int] = {}
    for one in stats:
        for stream, count in one.emitted.get(_ALL_TIME, {}).items():
            emitted[stream] = emitted.get(stream, 0) + count
    parts = [one.specific.spout if kind == "spout" else one.specific.bolt for one in stats]
    acked = sum(_total(part.acked) for part in parts)
    means = "complete_ms_avg" if kind == "spout" else "process_ms_avg"
    weighted = sum(_weighted(getattr(part, means), part.acked) for part in parts)
    errors = sorted(info.errors.get(name, ()), key=lambda error: int(error.error_time_secs))
    return ComponentStats(
        name=name,
        kind=kind,
        executors=len(executors),
        emitted=sum(count for stream, count in emitted.items() if _is_users(stream)),
        executed=0 if kind == "spout" else sum(_total(part.executed) for part in parts),
        acked=acked,
        failed=sum(_total(part.failed) for part in parts),
        latency_ms=weighted / acked if acked else 0.0,
        finished=emitted.get(EXHAUSTED_STREAM, 0),
        # thriftpy2 leaves text that is not UTF-8 as bytes.
        errors=tuple(six.ensure_text(error.error, errors="replace") for error in errors),
    )


def _pairs(windows: Mapping[str, Mapping[Any, Any]]) -> Iterable[tuple[Any, Any]]:
    """Yield the all-time counts, without those of Storm's own streams (ticks, metrics)."""
    for key, value in windows.get(_ALL_TIME, {}).items():
        stream = key if isinstance(key, str) else key.streamId
        if _is_users(stream):
            yield key, value


def _is_users(stream: str) -> bool:
    return not stream.startswith("__") and stream != EXHAUSTED_STREAM


def _total(windows: Mapping[str, Mapping[Any, int]]) -> int:
    return sum(count for _, count in _pairs(windows))


def _weighted(means: Mapping[str, Mapping[Any, float]], counts: Mapping[str, Mapping[Any, int]]) -> float:
    count_of = dict(_pairs(counts))
    return float(sum(mean * count_of.get(key, 0) for key, mean in _pairs(means)))
