"""What the channel and the collectors need of a wire: JSON as any multilang program speaks it, or MessagePack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Protocol

from umbrella.multilang.messages import FromStorm, Schemas, ToStorm


class Reader(Protocol):
    """Cuts a stream of bytes into messages; the same ones come out however the bytes are cut."""

    @property
    def rest(self) -> bytes:
        """What has come in of a message that is not complete."""

    def feed(self, data: bytes) -> list[Any]:
        """Take bytes in and return what they complete: messages, or what ``Codec.decode`` makes messages of."""


class Codec(Protocol):
    """Bytes <-> messages. No I/O.

    Attributes:
        wire: its name, for the log.
        schemas: the fields of the streams that are read, known from the handshake on.
        plain: the types of values that need no look into them.
        sync: the end of a spout's answer, encoded.
        alive: a bolt's sign of life, encoded.
        answers_every_command: whether under Umbrella's Java half a sync ends a spout's answer to each command, or to a
            next alone.
        decode: makes a message of what a reader returned, or raises ProtocolError; None if a reader returns messages.
    """

    wire: str
    schemas: Schemas
    plain: frozenset[type]
    sync: bytes
    alive: bytes
    answers_every_command: bool

    @property
    def decode(self) -> Callable[[Any], FromStorm] | None:
        """See above."""

    @property
    def name(self) -> str:
        """The library in use, for the log."""

    def serve(self, as_spout: bool) -> None:
        """Learn whether a spout or a bolt emits; before the first emit."""

    def reader(self) -> Reader:
        """Return what cuts the bytes from Storm into messages."""

    def joined(self, messages: list[bytes]) -> bytes:
        """Return encoded messages as they go over the wire together."""

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
        """Return an Emit encoded, without an object for the message: this is the hot path.

        Raises:
            UnicodeEncodeError: a text in it is not valid Unicode.
            ValueError: an integer in it has too many digits.
        """

    def encode_emits(
        self, rows: Sequence[Sequence[Any]], stream: str, ids: Sequence[str | int] | None, anchors: Sequence[Any] | None
    ) -> bytes:
        """Return many Emits encoded; anchors are None for a spout's, ids for a bolt's."""

    def encode_acks(self, ids: Sequence[Any]) -> bytes:
        """Return AckTuples encoded; there is one at least."""

    def repaired(self, row: Sequence[Any]) -> Sequence[Any] | None:
        """Return a row that is not all plain as this wire takes it; None if it cannot be sent."""
