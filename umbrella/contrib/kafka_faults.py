"""Checks of the options of the Kafka spout."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any

from umbrella.dsl.streams import stream_spec, streams_of
from umbrella.errors import explain

PARTS = ("topic", "partition", "offset", "timestamp", "key", "value", "headers")
DESERIALIZERS = {
    "text": "StringDeserializer",
    "latin-1": "StringDeserializer",
    "bytes": "ByteArrayDeserializer",
    "int32": "IntegerDeserializer",
    "int64": "LongDeserializer",
    "double": "DoubleDeserializer",
}

# Consumer properties that the spout sets from its own options, or that KafkaSpoutConfig refuses.
_TAKEN = {
    "bootstrap.servers": "bootstrap_servers",
    "group.id": "group",
    "key.deserializer": "key_format",
    "value.deserializer": "value_format",
    "enable.auto.commit": "guarantee",
}
_SERVER = re.compile(r"(?:[\w.+-]+://)?(?:[\w.%-]+|\[[\w.:%]+\]):(\d{1,5})", re.ASCII)
_TOPIC = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,249}")  # Kafka's Topic.validate
_SECONDS = (0.001, 365 * 86_400)  # Storm counts milliseconds
_BOUNDS = {"commit_seconds": _SECONDS, "refresh_seconds": _SECONDS, "max_uncommitted": (1, 2**31 - 1)}
# Python's error messages for patterns that Java refuses too.
_NO_PATTERN = ("missing ), unterminated subpattern", "unbalanced parenthesis", "unterminated character set")


def names_of(spout: Any) -> list[str]:
    """Return the topic names; a single name may be given as a string."""
    return [spout.topics] if spout.topics and isinstance(spout.topics, str) else [*spout.topics]


def parts_of(spout: Any) -> dict[str, str]:
    """Return the part of a record for each field, in field order."""
    fields = stream_spec(streams_of(type(spout))["Default"]).fields
    return {field: spout.record.get(field, field) for field in fields}


def faults(spout: Any) -> Iterator[str]:
    """Yield the problems of a KafkaSpout."""
    name = type(spout).__name__
    yield from _server_faults(spout)
    if not spout.group:
        yield explain(f"{name}: group is empty", valid=["traffic"])
    yield from _topic_faults(spout)
    for option in ("key_format", "value_format"):
        form = getattr(spout, option)
        if form not in DESERIALIZERS and "." not in form:
            valid = [*DESERIALIZERS, "the full name of a Deserializer"]
            yield explain(f"{name}: {option} is no known format", given=repr(form), valid=valid, wrong=form)
    for option, (least, most) in _BOUNDS.items():
        if not least <= getattr(spout, option) <= most:
            given = repr(getattr(spout, option))
            yield explain(f"{name}: {option} is a number from {least} to {most}", given=given)
    for key in spout.properties.keys() & _TAKEN.keys():
        yield explain(f"{name}: the property {key!r} is given by an option", valid=[_TAKEN[key]])
    yield from _field_faults(spout)


def _server_faults(spout: Any) -> Iterator[str]:
    what = f"{type(spout).__name__}: bootstrap_servers names brokers as host:port, several with commas between"
    given, valid = repr(spout.bootstrap_servers), ["localhost:9092", "kafka1:9092,kafka2:9092", "[::1]:9092"]
    servers = [one.strip() for one in spout.bootstrap_servers.split(",") if one.strip()]
    if not servers:
        yield explain(what, given=given, valid=valid)
    for server in servers:
        found = _SERVER.fullmatch(server)
        if not found or not 1 <= int(found[1]) <= 65_535:
            hint = (
                f"Write the port after the host: {server}:9092."
                if ":" not in server
                else f"{server!r} is not of that form."
            )
            yield explain(what, given=given, valid=valid, hint=hint)


def _topic_faults(spout: Any) -> Iterator[str]:
    name, names = type(spout).__name__, names_of(spout)
    if bool(names) == bool(spout.topic_pattern):
        given = f"topics={spout.topics!r}, topic_pattern={spout.topic_pattern!r}"
        what = f"{name} reads either topics by name or those that match a pattern"
        yield explain(what, given=given, valid=['topics=["orders"]', 'topic_pattern="orders-.*"'])
    for topic in names:
        if not _TOPIC.fullmatch(topic):
            what = f"{name}: a topic's name is 1 to 249 of the characters A-Z a-z 0-9 . _ -, and not . or .."
            several = ", ".join(f'"{one.strip()}"' for one in topic.split(",") if one.strip())
            hint = f"Give several as a list: topics=[{several}]." if "," in topic else ""
            yield explain(what, given=repr(topic), hint=hint)
    wrong = _pattern_fault(spout.topic_pattern)
    if wrong:
        what = f"{name}: topic_pattern is no regular expression: {wrong}"
        yield explain(what, given=repr(spout.topic_pattern), valid=["orders-.*", "(orders|returns)"])


def _pattern_fault(pattern: str) -> str:
    """Return why Java would refuse a pattern too, or "" if Python's re cannot tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # about nested sets, which Java reads differently
        try:
            re.compile(pattern)
        except re.error as exc:
            return str(exc) if exc.msg in _NO_PATTERN else ""
        except Warning:
            return ""
    return ""


def _field_faults(spout: Any) -> Iterator[str]:
    name, streams = type(spout).__name__, streams_of(type(spout))
    if list(streams) != ["Default"]:
        yield explain(f"{name} emits on its stream Default alone", given=", ".join(streams) or "no stream")
        return
    parts = parts_of(spout)
    for field, part in parts.items():
        if part not in PARTS:
            hint = f"Say which part it is: record={{{field!r}: 'value'}}." if field == part else ""
            what = f"{name}: the field {field!r} is no part of a record"
            yield explain(what, given=repr(part), valid=PARTS, wrong=part, hint=hint)
    for field in spout.record.keys() - parts.keys():
        yield explain(f"{name}: record names a field that the stream has not", given=repr(field), valid=list(parts))
