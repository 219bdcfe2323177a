"""One task of a component in this process, created as umbrella.multilang.worker creates it on a worker."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator
from typing import Any, Callable

from umbrella.multilang import long_numbers
from umbrella.multilang.channel import Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.component import Component, bound
from umbrella.multilang.loading import OPTIONS_KEY, Loaded
from umbrella.multilang.logs import StormHandler
from umbrella.multilang.loops import loop_for
from umbrella.multilang.messages import Handshake, Pid
from umbrella.multilang.protocol import Protocol
from umbrella.multilang.settings import read_settings
from umbrella.multilang.spout_collector import SpoutCollector
from umbrella.multilang.tuples import tuple_class
from umbrella.testing.storm_side import StormSide


class Task:
    """A component object with its loop and collector, connected to the pipes of a StormSide.

    Args:
        component: the component's class.
        handshake: Storm's handshake.
        storm: the other end of the pipes.
        on_raised: called with each exception of user code that the loop catches.

    Attributes:
        component: the component object.
        context: its context, even if user code replaces ``self.context``.
    """

    def __init__(
        self,
        component: type[Component[Any]],
        handshake: dict[str, Any],
        storm: StormSide,
        on_raised: Callable[[BaseException], None],
    ) -> None:
        long_numbers.allow()  # as on a worker; the component's code may rely on it
        self._storm = storm
        self._channel = Channel(storm.wire_in, storm.wire_out, JsonCodec())
        self._protocol = Protocol()
        shake = self._greet(handshake)
        self._source_fields = shake.context["source->stream->fields"]
        # Not load_component: a test may use a class that no worker can import, such as one defined in a function.
        self._loaded = Loaded(component.__new__(component), json.loads(shake.conf[OPTIONS_KEY]))
        self.component: Component[Any] = self._loaded.component
        settings = read_settings(shake.conf)
        self._loop = loop_for(self.component, shake, self._channel, self._protocol, settings, on_raised)
        collector = self._loop.collector
        if isinstance(collector, SpoutCollector):
            collector.on_refused = on_raised
        self.context = self.component.context
        name = self.context.component
        self.component.log = logging.getLogger(name)
        self._handler = StormHandler(collector, name)
        self._level = logging.INFO

    def open(self) -> None:
        """Call the component's ``__init__`` with its options, then its ``open``."""
        with self._logging_to_storm():
            self._loaded.open()

    def close(self) -> None:
        """Call the component's ``close``."""
        with self._logging_to_storm():
            self._loop.collector.check_returned("close", bound(self.component, "close")())

    def take(self, message: Any) -> None:
        """Send a message from Storm's end and handle it."""
        written = self._storm.send(message)
        taken = self._channel.read()
        written()
        assert taken is not None
        with self._logging_to_storm():
            self._loop.handle(taken)

    def received(self) -> list[dict[str, Any]]:
        """Return the messages received at Storm's end since the last call."""
        return self._storm.received(self._write_frame)

    def know_input(self, component: str, stream: str, fields: tuple[str, ...]) -> None:
        """Register the fields of an input stream."""
        self._source_fields.setdefault(component, {})[stream] = list(fields)
        self._channel.codec.schemas = {**self._channel.codec.schemas, (component, stream): tuple_class(fields)}

    def _greet(self, handshake: dict[str, Any]) -> Handshake:
        written = self._storm.send(handshake)
        shake = self._channel.read()
        written()
        assert isinstance(shake, Handshake)
        self._protocol.move(Handshake)
        self._protocol.move(Pid)
        self._channel.write(Pid(os.getpid()))
        return shake

    def _write_frame(self, frame: bytes) -> None:
        self._channel.write_frame(frame)
        self._channel.flush()

    @contextlib.contextmanager
    def _logging_to_storm(self) -> Iterator[None]:
        """Do what bridge_logging does while the component's code runs, and undo it for the rest of the test."""
        root = logging.getLogger()
        outer_level = root.level
        root.addHandler(self._handler)
        root.setLevel(self._level)
        try:
            yield
        finally:
            self._level = root.level  # the component may have changed it
            root.setLevel(outer_level)
            root.removeHandler(self._handler)
