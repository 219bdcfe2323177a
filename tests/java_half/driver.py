"""A worker process, spoken to as Umbrella's Java half does, over pipes and without a JVM."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import msgpack

from umbrella import Bolt
from umbrella.dsl.declaration import declare
from umbrella.dsl.streams import stream_spec, streams_of
from umbrella.multilang.kinds import ACK, ACKS, ALIVE, ERROR, LOG, SOURCE, TUPLE

TESTS = Path(__file__).parents[1]
END = b"\nend\n"
PATIENCE = 20.0  # seconds


class JavaHalf:
    """One task of a component in a process of its own.

    Args:
        component: its class; importable from tests/.
        serializer: "json" or "msgpack"; None plays stock Storm.
        inputs: the fields of the stream "default" of the component "source".
        conf: settings of the topology.
        environment: of the process, on top of this one's.
        options: of the component.

    Attributes:
        heard: every message that has come, in the form of msgpack or of JSON.
    """

    def __init__(
        self,
        component: type,
        serializer: str | None = "msgpack",
        inputs: tuple[str, ...] = ("value",),
        conf: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.packed = serializer == "msgpack"
        self.heard: list[Any] = []
        self._rest = b""
        self._folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [sys.executable, "-mumbrella.multilang"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}", **(environment or {})},
            cwd=self._folder.name,
        )
        self._out = self.process.stdout.fileno()
        self._is_bolt = issubclass(component, Bolt)
        streams = [stream_spec(one) for one in streams_of(component).values()]
        names = [one.name for one in streams]
        shake = {
            "pidDir": self._folder.name,
            "conf": {
                "storm.cluster.mode": "local",
                "umbrella.component": f"{component.__module__}:{component.__qualname__}",
                "umbrella.options": json.dumps(declare(component, options).options),
                **(conf or {}),
            },
            "context": {
                "taskid": 4,
                "componentid": "task",
                "task->component": {"3": "source", "4": "task", "5": "sink"},
                "stream->outputfields": {one.name: list(one.fields) for one in streams},
                "source->stream->fields": {"source": {"default": list(inputs)}},
            },
        }
        if serializer:
            shake["umbrella"] = {"serializer": serializer, "streams": names}
        self._write(json.dumps(shake).encode() + END)
        self.pid = self._json_messages(until=1)[0]["pid"]
        if self.packed and self._is_bolt:
            self.say([SOURCE, 7, "source", "default", 3])

    def say(self, *messages: Any) -> None:
        """Send messages: all in one frame on the msgpack wire."""
        if self.packed:
            body = msgpack.packb(messages)
            self._write(len(body).to_bytes(4, "big") + body)
        else:
            self._write(b"".join(json.dumps(one).encode() + END for one in messages))

    def tuple(self, id: int, *values: Any) -> Any:
        """Return the message of a tuple from the source."""
        if self.packed:
            return [TUPLE, id, 7, values]
        return {"id": str(id), "comp": "source", "stream": "default", "task": 3, "tuple": values}

    def until(self, enough: Callable[[Any], bool]) -> Any:
        """Wait for a message, also among those that have been heard, and return the first."""
        place = 0
        limit = time.monotonic() + PATIENCE
        while True:
            for message in self.heard[place:]:
                if enough(message):
                    return message
            place = len(self.heard)
            self._hear(limit - time.monotonic())

    def until_count(self, count: int, *kinds: int) -> list[Any]:
        """Wait until as many messages of these kinds of msgpack have come, and return them."""
        self.until(lambda _: len([one for one in self.heard if one[0] in kinds]) >= count)
        return [one for one in self.heard if one[0] in kinds]

    def errors(self) -> str:
        """Wait for an error, and return its text."""
        if self.packed:
            return self.until(lambda one: one[0] == ERROR)[1]
        return self.until(lambda one: one.get("command") == "error")["msg"]

    def ended(self) -> int:
        """Wait for the end of the process, and return its exit code."""
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End it as Storm does when its pipe closes."""
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        self._folder.cleanup()

    @property
    def said(self) -> list[Any]:
        """What has come so far without log lines and signs of life, which come as time passes on a slow machine."""
        if self.packed:
            return [one for one in self.heard if one[0] not in (LOG, ALIVE)]
        alive = "sync" if self._is_bolt else None  # from a spout it is an answer
        return [one for one in self.heard if one["command"] not in ("log", alive)]

    def hear_the_end(self) -> None:
        """Close the worker's input, and hear what it says until it has ended."""
        self.process.stdin.close()
        while True:
            try:
                self._hear(PATIENCE)
            except EOFError:
                return

    def __enter__(self) -> JavaHalf:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def _hear(self, seconds: float) -> None:
        ready, _, _ = select.select([self._out], [], [], max(0.0, seconds))
        if not ready:
            raise AssertionError(f"nothing more came; heard: {self.heard[-20:]}")
        data = os.read(self._out, 1 << 16)
        if not data:
            raise EOFError(f"the worker ended; heard: {self.heard[-20:]}")
        self._rest += data
        self.heard += self._packed_messages() if self.packed else self._json_messages()

    def _packed_messages(self) -> Iterator[Any]:
        """Return what has come; acks that came together as an ACK each, in their place."""
        unpacker = msgpack.Unpacker(strict_map_key=False)
        while len(self._rest) >= 4 and len(self._rest) >= (end := 4 + int.from_bytes(self._rest[:4], "big")):
            unpacker.feed(self._rest[4:end])
            self._rest = self._rest[end:]
        found: list[Any] = []
        for one in unpacker:
            found += [[ACK, id] for id in one[1]] if one[0] == ACKS else [one]
        return found

    def _json_messages(self, until: int = 0) -> list[Any]:
        while self._rest.count(END) < until:
            data = os.read(self._out, 1 << 16)
            if not data:
                raise EOFError(self.process.stderr.read().decode())
            self._rest += data
        *frames, self._rest = self._rest.split(END, until or -1)
        return [json.loads(frame) for frame in frames]
