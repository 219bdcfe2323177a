"""Works out which tuple the arguments of ``feed`` stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from umbrella.errors import explain
from umbrella.multilang.collector import StreamName, stream_name
from umbrella.multilang.values import explain_refusal, sendable
from umbrella.testing.errors import HarnessError
from umbrella.testing.records import Emitted, Row
from umbrella.testing.surroundings import SOURCE, Fields, fields_of


def row_of(
    known: Mapping[tuple[str, str], tuple[str, ...]],
    values: Sequence[Any],
    named: Mapping[str, Any],
    *,
    fields: Fields | None,
    stream: StreamName | None,
    component: str | None,
) -> Row:
    """Return the tuple to feed.

    Args:
        known: the fields of the streams that the bolt reads.
        values: the values by position, as one tuple, or one tuple emitted in another harness.
        named: the values by field name.
        fields: the field names, if they are not known.
        stream: the stream it arrives on.
        component: the component it comes from.

    Raises:
        HarnessError: the arguments do not make one tuple of one stream, or a component cannot emit one of the values.
    """
    if len(values) == 1 and isinstance(values[0], Emitted):
        emitted = values[0]
        return Row(component or emitted.component, emitted.stream, emitted.fields, list(emitted.values))
    source, name = _source(known, stream, component)
    names = _names(known.get((source, name)), fields or _own_fields(stream), named, f"{source}.{name}")
    if named and values:
        raise HarnessError(f"feed takes the values of {source}.{name} by position or by name, not both")
    if named:
        return _row(source, name, names, _in_order(names, named, f"{source}.{name}"))
    if len(values) == 1 and len(names) != 1 and isinstance(values[0], (tuple, list)):
        values = values[0]
    if len(values) != len(names):
        what = f"{source}.{name} has the fields {', '.join(names)}"
        raise HarnessError(explain(what, given=f"{len(values)} values: {list(values)!r}"))
    return _row(source, name, names, list(values))


def _row(component: str, stream: str, fields: tuple[str, ...], values: list[Any]) -> Row:
    """Return a tuple with its values as they arrive after another component has emitted them."""
    fault = explain_refusal(values, fields)
    if fault:
        raise HarnessError(f"no tuple holds this: {fault}")
    return Row(component, stream, fields, list(sendable(values) or ()))


def _source(
    known: Mapping[tuple[str, str], object], stream: StreamName | None, component: str | None
) -> tuple[str, str]:
    """Return the one matching component and stream; what is not given must be unambiguous."""
    name = stream_name(stream) if stream is not None else None
    found = [key for key in known if component in (None, key[0]) and name in (None, key[1])]
    if stream is None and len(found) > 1:
        found = [key for key in found if key[1] == "default"]
    if len(found) > 1:
        what = "feed does not say which component the tuple comes from"
        raise HarnessError(explain(what, valid=[f"component={key[0]!r}" for key in found]))
    if found:
        return found[0]
    return component or SOURCE, name or "default"


def _own_fields(stream: StreamName | None) -> Fields | None:
    """Return the fields of a stream that is given as a class."""
    return getattr(stream, "fields", None)


def _names(
    known: tuple[str, ...] | None, fields: Fields | None, named: Mapping[str, Any], where: str
) -> tuple[str, ...]:
    if known is None:
        if fields is None and not named:
            what = f"the fields of {where} are not known"
            hint = 'Feed by name, say fields=("ip", "path"), or open with inputs={...}.'
            raise HarnessError(explain(what, hint=hint))
        return tuple(named) if fields is None else fields_of(fields)
    if fields is not None and fields_of(fields) != known:
        raise HarnessError(
            explain(f"{where} has the fields {', '.join(known)}", given=f"fields={', '.join(fields_of(fields))}")
        )
    return known


def _in_order(names: tuple[str, ...], named: Mapping[str, Any], where: str) -> list[Any]:
    for name in named:
        if name not in names:
            raise HarnessError(explain(f"{where} has no field {name!r}", valid=names, wrong=name))
    missing = [name for name in names if name not in named]
    if missing:
        raise HarnessError(explain(f"{where} has the fields {', '.join(names)}", given=f"no {', '.join(missing)}"))
    return [named[name] for name in names]
