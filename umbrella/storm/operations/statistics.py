"""Statistics of a topology: per component, per worker, and per executor and stream of one component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.operations.names import checked_component, components, is_storms, text
from umbrella.storm.stats import timeout_lines

# Users' names for Storm's windows, which are keys in seconds.
WINDOWS = {"10m": "600", "3h": "10800", "1d": "86400", "all": ":all-time"}

_FREQUENCY = "executor.metrics.frequency.secs"
_SAMPLE_RATE = "topology.stats.sample.rate"
_REPORTERS = "topology.metrics.reporters"


@dataclass(frozen=True)
class Figures:
    """Statistics; a value that Storm does not count for a spout, a bolt or an executor is None.

    Attributes:
        emitted: tuples emitted to all streams.
        transferred: the same, counted once for each receiving task.
        executed: tuples a bolt received.
        acked: tuples acked by a bolt, or fully processed tuple trees of a spout.
        failed: failed tuples or tuple trees.
        complete_ms: a spout's mean time until a tree is complete.
        execute_ms: a bolt's mean time in execute; for a Python bolt, until Storm has handed over the tuple.
        process_ms: a bolt's mean time from receipt to ack.
        capacity: the fraction of the last ten minutes in which a bolt's threads were busy, 0 to 1.
    """

    emitted: int | None = None
    transferred: int | None = None
    executed: int | None = None
    acked: int | None = None
    failed: int | None = None
    complete_ms: float | None = None
    execute_ms: float | None = None
    process_ms: float | None = None
    capacity: float | None = None


@dataclass(frozen=True)
class ComponentRow:
    """One component: its statistics and the last error it reported, if any."""

    name: str
    kind: str
    executors: int
    tasks: int
    figures: Figures
    last_error: str | None = None


@dataclass(frozen=True)
class WorkerRow:
    """One worker process, and how many tasks of each component it runs."""

    host: str
    port: int
    uptime_secs: int | None
    executors: int
    tasks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Freshness:
    """How current and how exact the statistics are.

    Attributes:
        seconds: how often workers report them, so their maximum age (from Nimbus's configuration).
        sample_rate: the fraction of tuples that Storm samples; the counts are scaled up.
        reported: whether any worker has reported yet.
        reporters: the classes in topology.metrics.reporters; only they receive custom metrics.
    """

    seconds: int
    sample_rate: float
    reported: bool
    reporters: tuple[str, ...] = ()


@dataclass(frozen=True)
class TopologyFigures:
    """A topology with its components and workers.

    Attributes:
        timeouts: lines on tuples that timed out, with advice; empty if there are none.
    """

    name: str
    id: str
    status: str
    uptime_secs: int
    window: str
    scheduler: str | None
    components: list[ComponentRow]
    workers: list[WorkerRow]
    freshness: Freshness
    timeouts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ExecutorRow:
    """One executor of a component: its tasks, where it runs, and its statistics."""

    tasks: str
    host: str
    port: int
    uptime_secs: int
    figures: Figures


@dataclass(frozen=True)
class StreamRow:
    """One stream of a component, as input (with its source) or as output."""

    stream: str
    source: str | None
    figures: Figures


@dataclass(frozen=True)
class ComponentFigures:
    """One component with its executors and streams."""

    topology: str
    status: str
    window: str
    component: ComponentRow
    executors: list[ExecutorRow]
    inputs: list[StreamRow]
    outputs: list[StreamRow]
    freshness: Freshness


def topology_figures(client: NimbusClient, name: str, window: str = "all") -> TopologyFigures:
    """Return the statistics of a topology.

    Args:
        client: a client of its cluster.
        name: the topology.
        window: one of WINDOWS.

    Raises:
        NotAliveError: there is no such topology.
    """
    topology_id = client.topology_id(name)
    page = client.page(topology_id, WINDOWS[window])
    kinds = components(client, topology_id)
    rows = _component_rows(page, kinds)
    workers = worker_rows(page)
    return TopologyFigures(
        name=name,
        id=topology_id,
        status=page.status,
        uptime_secs=page.uptime_secs or 0,
        window=window,
        scheduler=page.sched_status,
        components=rows,
        workers=workers,
        freshness=_freshness(client, topology_id, any(worker.uptime_secs for worker in workers)),
        timeouts=_timeouts(client, topology_id, rows),
    )


def _timeouts(client: NimbusClient, topology_id: str, rows: list[ComponentRow]) -> list[str]:
    failed = {row.name: row.figures.failed or 0 for row in rows if row.kind == "spout"}
    by_bolts = sum(row.figures.failed or 0 for row in rows if row.kind != "spout")
    # Both are scaled-up samples: a small difference means nothing.
    return timeout_lines(failed, by_bolts, client.conf(topology_id)) if sum(failed.values()) > 2 * by_bolts else []


def component_figures(client: NimbusClient, name: str, component: str, window: str = "all") -> ComponentFigures:
    """Return the statistics of one component of a topology.

    Raises:
        NotAliveError: there is no such topology.
        UnknownNameError: the topology has no such component.
    """
    topology_id = client.topology_id(name)
    kinds = components(client, topology_id)
    checked_component(component, name, list(kinds))
    page = client.component_page(topology_id, component, WINDOWS[window])
    whole = (page.window_to_stats or {}).get(WINDOWS[window])
    executors = [_executor_row(one) for one in page.exec_stats or ()]
    return ComponentFigures(
        topology=name,
        status=page.topology_status,
        window=window,
        component=ComponentRow(
            component,
            kinds[component],
            page.num_executors or 0,
            page.num_tasks or 0,
            _summed(figures_of(whole), [row.figures for row in executors]),
            _last_error(page.errors[0]) if page.errors else None,
        ),
        executors=sorted(executors, key=lambda row: int(row.tasks.split("-")[0])),
        inputs=[
            StreamRow(text(key.streamId), text(key.componentId), figures_of(one))
            for key, one in (page.gsid_to_input_stats or {}).items()
            if not is_storms(key.streamId)
        ],
        outputs=[
            StreamRow(text(key), None, figures_of(one))
            for key, one in sorted((page.sid_to_output_stats or {}).items())
            if not is_storms(key)
        ],
        freshness=_freshness(client, topology_id, bool(executors)),
    )


def worker_rows(page: Any) -> list[WorkerRow]:
    """Return the workers of a topology by host and port, from Storm's TopologyPageInfo."""
    rows = [
        WorkerRow(
            host=text(one.host),
            port=one.port,
            uptime_secs=one.uptime_secs,
            executors=one.num_executors or 0,
            tasks={text(name): count for name, count in sorted((one.component_to_num_tasks or {}).items())},
        )
        for one in page.workers or ()
    ]
    return sorted(rows, key=lambda row: (row.host, row.port))


def figures_of(stats: Any) -> Figures:
    """Return the statistics in Storm's ComponentAggregateStats, or empty ones for None."""
    if stats is None:
        return Figures()
    common = stats.common_stats
    spout = stats.specific_stats.spout if stats.specific_stats else None
    bolt = stats.specific_stats.bolt if stats.specific_stats else None
    return Figures(
        emitted=common.emitted if common else None,
        transferred=common.transferred if common else None,
        executed=bolt.executed if bolt else None,
        acked=common.acked if common else None,
        failed=common.failed if common else None,
        complete_ms=spout.complete_latency_ms if spout else None,
        execute_ms=bolt.execute_latency_ms if bolt else None,
        process_ms=bolt.process_latency_ms if bolt else None,
        capacity=bolt.capacity if bolt else None,
    )


def _component_rows(page: Any, kinds: Mapping[str, str]) -> list[ComponentRow]:
    """Return a row for each component, including those that no worker has reported on yet."""
    given = {**(page.id_to_spout_agg_stats or {}), **(page.id_to_bolt_agg_stats or {})}
    return [_component_row(name, kind, given.get(name)) for name, kind in kinds.items()]


def _component_row(name: str, kind: str, stats: Any) -> ComponentRow:
    common = stats.common_stats if stats else None
    error = stats.last_error if stats else None
    return ComponentRow(
        name=name,
        kind=kind,
        executors=(common.num_executors or 0) if common else 0,
        tasks=(common.num_tasks or 0) if common else 0,
        figures=figures_of(stats),
        last_error=_last_error(error) if error else None,
    )


def _executor_row(one: Any) -> ExecutorRow:
    summary = one.exec_summary
    first, last = summary.executor_info.task_start, summary.executor_info.task_end
    return ExecutorRow(
        tasks=f"{first}-{last}" if last != first else str(first),
        host=text(summary.host),
        port=summary.port,
        uptime_secs=summary.uptime_secs,
        figures=figures_of(one.stats),
    )


def _summed(whole: Figures, parts: list[Figures]) -> Figures:
    """Return the whole with the busiest executor's capacity: a component's page has only the executors' capacities."""
    capacities = [part.capacity for part in parts if part.capacity is not None]
    return replace(whole, capacity=max(capacities)) if capacities else whole


def _last_error(error: Any) -> str:
    return text(error.error)


def _freshness(client: NimbusClient, topology_id: str, reported: bool) -> Freshness:
    conf = {**client.nimbus_conf(), **client.conf(topology_id)}
    return Freshness(
        # Only the daemons' configuration counts here, and the supervisors' may differ from Nimbus's.
        seconds=int(client.nimbus_conf().get(_FREQUENCY) or 60),
        sample_rate=float(conf.get(_SAMPLE_RATE) or 0.05),
        reported=reported,
        reporters=tuple(str(one.get("class")) for one in conf.get(_REPORTERS) or ()),
    )
