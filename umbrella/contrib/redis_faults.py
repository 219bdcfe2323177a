"""What is wrong with the options of spouts and bolts for Redis."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from typing import Any, Union
from urllib.parse import urlsplit

from umbrella.dsl.streams import stream_spec, streams_of
from umbrella.errors import DeclarationError, explain

PORT = 6379

_WITH_CONTAINER = ("hash", "sorted_set", "geo")  # RedisDataTypeDescription


def names(given: Union[str, Sequence[str]]) -> Any:
    """Return a list of names that may be given as one."""
    return [given] if isinstance(given, str) else [*given]


def fields(component: Any) -> Any:
    """Return the fields of a component's stream ``Default``."""
    return [*stream_spec(streams_of(type(component))["Default"]).fields]


def refuse(faults: Iterator[str]) -> None:
    """Raise the first fault, if there is one.

    Raises:
        DeclarationError: there is.
    """
    fault = next(faults, "")
    if fault:
        raise DeclarationError(fault)


def spout_faults(spout: Any) -> Iterator[str]:
    """Yield what is wrong with a RedisSpout."""
    name = type(spout).__name__
    yield from _url_faults(spout, ("redis", "rediss"))
    sources = {"list": spout.list, "channels": names(spout.channels), "patterns": names(spout.patterns)}
    if len([one for one in sources.values() if one]) != 1:
        given = ", ".join(f"{option}={value!r}" for option, value in sources.items() if value) or "none of them"
        yield explain(f"{name} reads a list, or channels, or channels by patterns", given=given, valid=['list="jobs"'])
    streams = streams_of(type(spout))
    if list(streams) != ["Default"] or len(fields(spout)) not in (1, 2):
        given = ", ".join(f"{one}: {stream_spec(stream).fields}" for one, stream in streams.items()) or "no stream"
        valid = ['fields = "text"', 'fields = "channel", "text"']
        yield explain(f"{name} emits on its stream Default alone, one field or two", given=given, valid=valid)
    yield from _number_faults(spout, ("max_pending",))
    try:
        codecs.lookup(spout.encoding)
    except LookupError:
        yield explain(f"{name}: there is no such encoding", given=repr(spout.encoding), valid=["utf-8", "latin-1"])
    if spout.max_failures is not None and spout.max_failures < 1:
        yield explain(f"{name}: max_failures is 1 or more, or None", given=repr(spout.max_failures))
    for option in ("retry_seconds", "max_retry_seconds"):
        if getattr(spout, option) < 0:
            yield explain(f"{name}: {option} is 0 or more", given=repr(getattr(spout, option)))


def bolt_faults(bolt: Any) -> Iterator[str]:
    """Yield what is wrong with a bolt of storm-redis."""
    name = type(bolt).__name__
    yield from _url_faults(bolt, ("redis",))
    if urlsplit(bolt.url).username:
        hint = "Use the default user's password (redis://:password@host), or redis-py in a bolt of your own."
        yield explain(f"{name}: storm-redis knows no user names", hint=hint)
    if bolt.type in _WITH_CONTAINER and not bolt.container:
        yield explain(f"{name}: a {bolt.type} has a key of its own", given="no container", valid=['container="places"'])
    if bolt.type not in _WITH_CONTAINER and bolt.container:
        valid = [f"type={one!r}" for one in _WITH_CONTAINER]
        yield explain(f"{name}: a {bolt.type} has no container", given=repr(bolt.container), valid=valid)
    yield from _number_faults(bolt, ("timeout_seconds",))


def lookup_faults(bolt: Any) -> Iterator[str]:
    """Yield what is wrong with the streams of a RedisLookupBolt."""
    name, streams = type(bolt).__name__, streams_of(type(bolt))
    if list(streams) != ["Default"]:
        hint = "The last field is for what was found; those before it are the input's."
        given = ", ".join(streams) or "no stream"
        valid = [f"a class derived from {name} with: class Default(Stream): fields = 'word', 'count'"]
        yield explain(f"{name} emits on a stream Default alone", given=given, valid=valid, hint=hint)


def _number_faults(component: Any, options: Sequence[str]) -> Iterator[str]:
    for option in options:
        value = getattr(component, option)
        if value <= 0:
            yield explain(f"{type(component).__name__}: {option} is more than 0", given=repr(value))


def _url_faults(component: Any, schemes: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with the URL, without a password that may be in it."""
    name = type(component).__name__
    valid = [f"{scheme}://host:{PORT}/0" for scheme in schemes]
    try:
        url = urlsplit(component.url)
        sound = url.scheme in schemes and bool(url.hostname) and (url.port is None or url.port > 0)
        sound = sound and (url.path.strip("/") or "0").isdigit()
    except ValueError:
        yield explain(f"{name}: url is malformed", valid=valid)
        return
    if not sound:
        shown = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
        yield explain(f"{name}: this is no URL of a Redis server", given=repr(shown), valid=valid)
