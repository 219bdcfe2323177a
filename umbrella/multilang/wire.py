"""The interface of a wire (JSON or MessagePack) to the channel and the collectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Protocol

from umbrella.multilang.messages import FromStorm, Schemas, ToStorm


class Reader(Protocol):
    """Splits a stream of bytes into messages; the result does not depend on chunk boundaries."""

    @property
    def rest(self) -> bytes:
        """The bytes received of an incomplete message."""

    def feed(self, data: bytes) -> list[Any]:
        """Add bytes; returns what they complete: messages, or input for ``Codec.decode``."""


class Codec(Protocol):
    """Bytes <-> messages. No I/O.

    Attributes:
        wire: the name of the wire, for the log.
        schemas: the fields of the input streams, known after the handshake.
        plain: types that are passed on without validation.
        sync: the encoded sync that ends a spout's answer.
        alive: the encoded heartbeat of a bolt.
        answers_every_command: whether, under Umbrella's Java half, a sync ends a spout's answer to every command, or
            only to next.
        decode: turns the reader's output into a message, or raises ProtocolError; None if the reader returns messages.
    """

    wire: str
    schemas: Schemas
    plain: frozenset[type]
    sync: bytes
    alive: bytes
    answers_every_command: bool

    @property
    def decode(self) -> Callable[[Any], FromStorm] | None:
        """See the class."""

    @property
    def name(self) -> str:
        """The library in use, for the log."""

    def serve(self, as_spout: bool) -> None:
        """Set whether a spout or a bolt emits; called before the first emit."""

    def reader(self) -> Reader:
        """Return the reader that splits Storm's bytes into messages."""

    def joined(self, messages: list[bytes]) -> bytes:
        """Return encoded messages as they are written to the wire together."""

    def encode(self, message: ToStorm) -> bytes:
        """Return a message encoded."""

    def encode_emit(
        self,
        values: Sequence[Any],
        stream: str,
        id: str | int | None,
        anchors: Sequence[Any],
        task: int | None,
        need_task_ids: bool,
    ) -> bytes:
        """Return an encoded Emit without creating a message object: this is the hot path.

        Raises:
            UnicodeEncodeError: a string in it is not valid Unicode.
            ValueError: an integer in it has too many digits.
        """

    def encode_emits(
        self, rows: Sequence[Sequence[Any]], stream: str, ids: Sequence[str | int] | None, anchors: Sequence[Any] | None
    ) -> bytes:
        """Return many encoded Emits; anchors are None for a spout, ids for a bolt."""

    def encode_acks(self, ids: Sequence[Any]) -> bytes:
        """Return encoded AckTuples; there is at least one."""

    def repaired(self, row: Sequence[Any]) -> Sequence[Any] | None:
        """Return a row with non-plain values converted for this wire; None if it cannot be sent."""
