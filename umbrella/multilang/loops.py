"""Sets up a component on the worker: its context, its collector, and its main loop."""

from __future__ import annotations

from typing import Any, Union

from umbrella.multilang.bolt import Bolt
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.bolt_loop import BoltLoop
from umbrella.multilang.channel import Channel
from umbrella.multilang.collector import Outputs
from umbrella.multilang.component import Component, give_collector
from umbrella.multilang.context import Context
from umbrella.multilang.loop import OnRaised
from umbrella.multilang.messages import Handshake
from umbrella.multilang.protocol import Protocol
from umbrella.multilang.settings import Settings
from umbrella.multilang.spout import Spout
from umbrella.multilang.spout_collector import SpoutCollector
from umbrella.multilang.spout_loop import SpoutLoop
from umbrella.multilang.tuples import tuple_class

AnyLoop = Union[BoltLoop, SpoutLoop]


def loop_for(
    component: Component[Any],
    shake: Handshake,
    channel: Channel,
    protocol: Protocol,
    settings: Settings,
    on_raised: OnRaised | None = None,
) -> AnyLoop:
    """Tell a component where it is, give it its collector, and return the loop that drives it.

    Args:
        component: the object, not initialised yet.
        shake: Storm's handshake.
        channel: the way to Storm.
        protocol: the conversation, at the point where the pid is answered.
        settings: Umbrella's own.
        on_raised: called with every exception of user code that is caught, before it is reported.
    """
    component.conf = shake.conf
    component.context = context = Context(shake.context)
    channel.codec.schemas = {key: tuple_class(fields) for key, fields in context.inputs.items()}
    as_spout, asks_ahead = isinstance(component, Spout), shake.parent is not None
    protocol.loaded(as_spout, asks_ahead)
    channel.codec.serve(as_spout)
    direct = {name: context.readers(name) for name in direct_streams(type(component))}
    outputs = Outputs(
        context.component, context.streams, direct, settings.max_frame, task=context.task_id, conf=shake.conf
    )
    if isinstance(component, Bolt):
        bolt_collector = _bolt_collector(channel, outputs)
        give_collector(component, bolt_collector)
        return BoltLoop(component, bolt_collector, channel, protocol, settings, on_raised)
    assert isinstance(component, Spout)
    spout_collector = SpoutCollector(channel, outputs)
    give_collector(component, spout_collector)
    if asks_ahead:
        from umbrella.multilang.asked_spout_loop import AskedSpoutLoop

        return AskedSpoutLoop(component, spout_collector, channel, protocol, settings, on_raised)
    return SpoutLoop(component, spout_collector, channel, protocol, settings, on_raised)


def _bolt_collector(channel: Channel, outputs: Outputs) -> BoltCollector:
    if "drpc_failure" in outputs.streams:
        from umbrella.multilang.drpc import DRPCBoltCollector  # in DRPC topologies alone

        return DRPCBoltCollector(channel, outputs)
    return BoltCollector(channel, outputs)


def direct_streams(component: type) -> list[str]:
    """Return the names of a component's streams that are declared for direct emits."""
    nested = [value for base in component.__mro__ for value in vars(base).values() if isinstance(value, type)]
    return [
        stream.stream_name for stream in nested if hasattr(stream, "stream_name") and getattr(stream, "direct", False)
    ]
