"""Many tuples of one stream, checked and encoded together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from umbrella.errors import EmitError, explain
from umbrella.multilang.messages import shorten
from umbrella.multilang.tuples import Tuple
from umbrella.multilang.values import explain_id, explain_refusal

if TYPE_CHECKING:
    from umbrella.multilang.wire import Codec

TOGETHER = 256  # maximum rows per message: a large message must not delay others longer than this takes to write

_ROW_TYPES = frozenset({list, tuple})


class Rows:
    """The rows of one call of ``emit_many``.

    Args:
        component: the emitting component, for error messages.
        stream: the stream they go to.
        fields: the fields of that stream.
        codec: the codec of the wire.
    """

    def __init__(self, component: str, stream: str, fields: tuple[str, ...], codec: Codec) -> None:
        self._component = component
        self._stream = stream
        self._fields = fields
        self._codec = codec

    def checked(self, rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
        """Return the rows in sendable form.

        Raises:
            EmitError: one of them cannot be sent; the text gives its index, counted from 0.
        """
        found = list(rows)
        if not _ROW_TYPES.issuperset(map(type, found)):
            found = [self._listed(number, row) for number, row in enumerate(found)]
        width = len(self._fields)
        if not {width}.issuperset(map(len, found)):
            number = next(number for number, row in enumerate(found) if len(row) != width)
            what = f"a row has {width} values: {', '.join(self._fields)}"
            self._refuse(number, explain(what, given=f"{len(found[number])}: {shorten(list(found[number]))}"))
        if self._codec.plain.issuperset(map(type, chain.from_iterable(found))):
            return found
        return [self._repaired(number, row) for number, row in enumerate(found)]

    def encoded(
        self,
        rows: Sequence[Sequence[Any]],
        ids: Sequence[str | int] | None,
        anchors: Sequence[Any] | None,
        large: int,
    ) -> list[bytes]:
        """Return the encoded messages of checked rows.

        Args:
            rows: the rows.
            ids: their message ids, or None.
            anchors: the anchors of each tuple; None for a spout.
            large: the size in bytes of a message above which its rows are sent one by one.

        Raises:
            EmitError: a string in them is not valid Unicode, or an integer is too long.
        """
        messages: list[bytes] = []
        for first in range(0, len(rows), TOGETHER):
            part = rows[first : first + TOGETHER]
            part_ids = None if ids is None else ids[first : first + TOGETHER]
            try:
                message = self._codec.encode_emits(part, self._stream, part_ids, anchors)
            except ValueError as exc:
                self._refuse_encoding(first, part, exc)
            if len(message) <= large:
                messages.append(message)
            else:
                messages += self._one_by_one(part, part_ids, anchors)
        return messages

    def _one_by_one(
        self, rows: Sequence[Sequence[Any]], ids: Sequence[str | int] | None, anchors: Sequence[Any] | None
    ) -> list[bytes]:
        encode = self._codec.encode_emit
        each = [None] * len(rows) if ids is None else ids
        return [encode(row, self._stream, id, anchors or (), None, False) for row, id in zip(rows, each)]

    def _listed(self, number: int, row: Any) -> Sequence[Any]:
        if isinstance(row, (list, tuple)):
            return list(row)  # encoders disagree about subclasses
        hint = "Send rows.tolist()." if hasattr(type(row), "tolist") else ""
        if isinstance(row, Tuple):
            hint = "Send [tup.values for tup in rows]."
        what = f"a row is a tuple or list of the values of {', '.join(self._fields)}"
        self._refuse(number, explain(what, given=f"{shorten(row)} ({type(row).__name__})", hint=hint))

    def _repaired(self, number: int, row: Sequence[Any]) -> Sequence[Any]:
        repaired = self._codec.repaired(row)
        if repaired is None:
            self._refuse(number, explain_refusal(row, self._fields, self._codec.plain) or "")
        return repaired

    def _refuse_encoding(self, first: int, rows: Sequence[Sequence[Any]], cause: ValueError) -> NoReturn:
        for number, row in enumerate(rows, first):
            fault = explain_refusal(row, self._fields, self._codec.plain)
            if fault:
                self._refuse(number, fault)
        raise EmitError(f"{self._component} cannot emit rows to stream {self._stream!r}: {explain_id(cause)}")

    def _refuse(self, number: int, fault: str) -> NoReturn:
        raise EmitError(f"{self._component} cannot emit row {number} to stream {self._stream!r}: {fault}")
