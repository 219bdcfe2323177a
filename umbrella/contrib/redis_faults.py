"""Checks of the options of the Redis spouts and bolts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Union
from urllib.parse import urlsplit

from umbrella.dsl.streams import stream_spec, streams_of
from umbrella.errors import DeclarationError, explain

PORT = 6379

# Encodings that Java has too, by Python's names. cp932, cp949 and cp950 are different encodings there.
ENCODINGS = re.compile(
    r"ascii|utf-(8|16|32)|iso8859-([1-9]|13|15)|koi8-[ru]|tis-620|big5(hkscs)?|gb(2312|k|18030)|euc_(jp|kr)|johab|"
    r"shift_jis|cp(037|273|424|437|500|775|85[02578]|86[0-69]|1026|1140|125[0-8])"
)

_OF_LISTS = ("end", "group", "dead_letters", "max_pending")
_WITH_CONTAINER = ("hash", "sorted_set", "geo")  # RedisDataTypeDescription


def names(given: Union[str, Sequence[str]]) -> Any:
    """Return a list of names; a single name may be given as a string."""
    return [given] if isinstance(given, str) else [*given]


def fields(component: Any) -> Any:
    """Return the fields of a component's ``Default`` stream."""
    return [*stream_spec(streams_of(type(component))["Default"]).fields]


def refuse(*faults: Iterator[str]) -> None:
    """Raise one error that lists all problems, if there are any.

    Raises:
        DeclarationError: there are problems.
    """
    texts = [*chain(*faults)]
    if texts:
        ended = [text if text.endswith((".", "?")) else f"{text}." for text in texts[:-1]]
        raise DeclarationError(" ".join([*ended, texts[-1]]))


def spout_faults(spout: Any, base: type) -> Iterator[str]:
    """Yield the problems of a RedisSpout.

    Args:
        spout: the spout.
        base: the class that has the defaults.
    """
    name = type(spout).__name__
    url_faults = [*_url_faults(spout, ("redis", "rediss"))]
    yield from url_faults
    host = "" if url_faults else str(urlsplit(spout.url).hostname)
    if not re.fullmatch(r"[a-z0-9.:%-]*", host):
        what = f"{name}: java.net.URI takes no such host, but letters, digits and -"
        yield explain(what, given=repr(host), hint="Give that server another name, or its address.")
    sources = {"list": spout.list, "channels": names(spout.channels), "patterns": names(spout.patterns)}
    if len([one for one in sources.values() if one]) != 1:
        given = ", ".join(f"{option}={value!r}" for option, value in sources.items() if value) or "none of them"
        yield explain(f"{name} reads a list, or channels, or channels by patterns", given=given, valid=['list="jobs"'])
    else:
        yield from _list_faults(spout, base, next(option for option, value in sources.items() if value))
    streams = streams_of(type(spout))
    if list(streams) != ["Default"] or len(fields(spout)) not in (1, 2):
        given = ", ".join(f"{one}: {stream_spec(stream).fields}" for one, stream in streams.items()) or "no stream"
        valid = ['fields = "text"', 'fields = "channel", "text"']
        yield explain(f"{name} emits on its stream Default alone, one field or two", given=given, valid=valid)
    yield from _number_faults(spout, ("max_pending",))
    try:
        if not ENCODINGS.fullmatch(codecs.lookup(spout.encoding).name):
            yield explain(f"{name}: Java has no such encoding", given=repr(spout.encoding), valid=["utf-8", "latin-1"])
    except (LookupError, ValueError):
        yield explain(f"{name}: there is no such encoding", given=repr(spout.encoding), valid=["utf-8", "latin-1"])
    if spout.max_failures is not None and spout.max_failures < 1:
        yield explain(f"{name}: max_failures is 1 or more, or None", given=repr(spout.max_failures))
    for option in ("retry_seconds", "max_retry_seconds"):
        if getattr(spout, option) < 0:
            yield explain(f"{name}: {option} is 0 or more", given=repr(getattr(spout, option)))


def _list_faults(spout: Any, base: type, source: str) -> Iterator[str]:
    name = type(spout).__name__
    if source == "list":
        if spout.dead_letters == spout.list:
            what = f"{name}: dead_letters is another list than the one that is read"
            yield explain(what, given=repr(spout.dead_letters), valid=[repr(f"{spout.list}:dead")])
        return
    given = {option: getattr(spout, option) for option in _OF_LISTS}
    shown = [f"{option}={value!r}" for option, value in given.items() if value != getattr(base, option)]
    if shown:
        hint = "Redis keeps nothing of what is published: take them away."
        yield explain(f"{name}: {source} have no options of a list", given=", ".join(shown), hint=hint)


def bolt_faults(bolt: Any) -> Iterator[str]:
    """Yield the problems of a storm-redis bolt."""
    name = type(bolt).__name__
    url_faults = [*_url_faults(bolt, ("redis",))]
    yield from url_faults
    if not url_faults and urlsplit(bolt.url).username:
        hint = "Use the default user's password (redis://:password@host), or redis-py in a bolt of your own."
        yield explain(f"{name}: storm-redis knows no user names", hint=hint)
    if bolt.type in _WITH_CONTAINER and not bolt.container:
        yield explain(f"{name}: a {bolt.type} has a key of its own", given="no container", valid=['container="places"'])
    if bolt.type not in _WITH_CONTAINER and bolt.container:
        valid = [f"type={one!r}" for one in _WITH_CONTAINER]
        yield explain(f"{name}: a {bolt.type} has no container", given=repr(bolt.container), valid=valid)
    yield from _number_faults(bolt, ("timeout_seconds",))


def lookup_faults(bolt: Any) -> Iterator[str]:
    """Yield the problems of the streams of a RedisLookupBolt."""
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
    """Yield the problems of the URL, without revealing a password in it."""
    name = type(component).__name__
    try:
        url = urlsplit(component.url)
        sound = url.scheme in schemes and bool(url.hostname) and (url.port is None or url.port > 0)
        sound = sound and (url.path.strip("/") or "0").isdigit() and "@" not in url.query + url.fragment
    except ValueError:
        sound = False
    if not sound:
        valid = [f"{scheme}://host:{PORT}/0" for scheme in schemes]
        hint = "A # / or ? in a password is written %23, %2F or %3F." if "@" in component.url else ""
        yield explain(
            f"{name}: this is no URL of a Redis server", given=repr(_masked(component.url)), valid=valid, hint=hint
        )
    elif url.query or url.fragment:
        database = re.search(r"\bdb=(\d+)", url.query)
        valid = [f"{url.scheme}://host:{PORT}/{database[1] if database else 0}"]
        given = _masked(url._replace(scheme="", netloc="", path="").geturl())
        yield explain(f"{name}: a URL of Redis ends with the database", given=repr(given), valid=valid)


def _masked(url: str) -> str:
    """Return a URL without anything that is, or could be, a user name or password."""
    return re.sub(r"(?<=password=)[^&]*", "***", re.sub(r"(?s)^(\w+://)?.*@", r"\1***@", url))
