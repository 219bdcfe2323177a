"""The notes of ``umbrella check`` on a valid topology: it runs, but perhaps not as intended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from umbrella.dsl.topology import Topology, declared_in
from umbrella.multilang.batching import BatchingBolt
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.spout_collector import SpoutCollector
from umbrella.process import LIMITS, STOCK, process_of
from umbrella.spec import ComponentSpec, PythonCode, TopologySpec

_MAX_SPOUT_PENDING = "topology.max.spout.pending"
_SHELLBOLT_PENDING = "topology.shellbolt.max.pending"


def notes_of(topology: type[Topology], spec: TopologySpec, default_pending: int) -> Iterator[str]:
    """Yield notes on a topology without problems.

    Args:
        topology: the topology class.
        spec: the topology in plain values.
        default_pending: the value of ``topology.max.spout.pending`` if the topology does not set it.
    """
    python = [one for one in spec.components if isinstance(one.code, PythonCode)]
    for component in python:
        yield from _fields(component)
    yield from _batches(topology, spec, default_pending)
    stock = {process_of(spec, one).shell == STOCK for one in python}
    if stock == {False} and _SHELLBOLT_PENDING in spec.config:
        yield f'{_SHELLBOLT_PENDING} is for shell = "stock" alone; here umbrella.max.in.flight is the limit'
    if stock == {True}:
        for key in LIMITS:
            if key in spec.config:
                yield f'{key} is for shell = "umbrella" alone; Storm\'s own shell components do not read it'


def _fields(component: ComponentSpec) -> Iterator[str]:
    collector: Any = SpoutCollector if component.kind == "spout" else BoltCollector
    for stream in component.streams:
        taken = [name for name in stream.fields if name in collector.arguments]
        if taken:
            fields = ", ".join(stream.fields)
            where = f"{component.name}, stream {stream.name!r}"
            what = f"{', '.join(taken)} {'is an argument' if len(taken) == 1 else 'are arguments'} of emit too"
            yield f"{where}: {what}, so its values go by position: emit({fields})"


def _batches(topology: type[Topology], spec: TopologySpec, default_pending: int) -> Iterator[str]:
    """Yield bolts whose batches are larger than all spouts' pending tuples: only a tick completes such a batch."""
    setting = spec.config.get(_MAX_SPOUT_PENDING, default_pending)
    spouts = [one for one in spec.components if one.kind == "spout"]
    limits = [one.config.get(_MAX_SPOUT_PENDING, setting) for one in spouts]
    if not all(isinstance(one, int) and one > 0 for one in limits):  # None or 0 means no limit
        return
    most = sum(limit * _tasks(one) for limit, one in zip(limits, spouts))
    for name, declared in declared_in(topology).items():
        component = spec.component(name)
        if component is None or not issubclass(declared.component, BatchingBolt):
            continue
        size = declared.options.get("batch_size", declared.component.batch_size)
        if size * _tasks(component) > most:
            yield (
                f"{name}: {_tasks(component)} tasks with a batch_size of {size} wait for {size * _tasks(component):,} "
                f"tuples, and spouts may have {most:,} open (max_spout_pending): if each gives one tuple here, batches "
                "end only at ticks. Lower batch_size, or raise max_spout_pending"
            )


def _tasks(component: ComponentSpec) -> int:
    return component.tasks or component.executors
