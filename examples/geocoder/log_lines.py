"""Reads lines of a web server's access log in the combined format.

    192.0.2.7 - ann [10/Mar/2024:13:55:36 +0100] "GET /a HTTP/1.1" 200 2326 "https://example.com/" "Mozilla/5.0"

What a server adds after the user agent is passed over.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import NamedTuple

MAX_LENGTH = 1 << 15  # characters; Apache's three long fields have 8190 each at most

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_QUOTED = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_FIELDS = {
    "address": r"(?P<address>[^ ]+)",
    "identity": r" [^ ]+",
    "user": r" [^\[]+",
    "time": r" \[(?P<time>[^\]]*)\]",
    "request": rf" (?P<request>{_QUOTED})",
    "status": r" (?P<status>[0-9]{3})",
    "size": r" (?:[0-9]+|-)",
    "referer": rf" {_QUOTED}",
    "user agent": rf" {_QUOTED}(?: .*)?",
}
_LINE = re.compile("".join(_FIELDS.values()))
_TIME = re.compile(r"([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})")
_IPV4_MAPPED = bytes(10) + b"\xff\xff"  # ::ffff:192.0.2.1
_EPOCH = datetime(1970, 1, 1)
_FURTHEST = timedelta(hours=14)  # Kiribati


class Hit(NamedTuple):
    """One request: who asked, when (seconds since 1970, UTC), what, and what was answered."""

    address: str
    time: int
    request: str
    status: int


class MalformedLine(ValueError):
    """A line that is not in the combined format; the text says why."""


def text_of(raw: bytes) -> str:
    """Return a line of a log file as text, whatever its bytes are: those that are not UTF-8 become ``\\xe9``."""
    return raw.decode("utf-8", "backslashreplace").rstrip("\r\n")


def parse(text: str) -> Hit:
    """Return the request that a line tells of.

    Raises:
        MalformedLine: the line is not in the combined format.
    """
    if not text:
        raise MalformedLine("empty line")
    if len(text) > MAX_LENGTH:
        raise MalformedLine(f"longer than {MAX_LENGTH} characters")
    match = _LINE.fullmatch(text)
    if match is None:
        raise MalformedLine(f"no {_first_missing(text)}")
    return Hit(_address(match["address"]), _time(match["time"]), match["request"][1:-1], int(match["status"]))


def _first_missing(text: str) -> str:
    """Return the name of the first field that is not where it should be."""
    pattern = ""
    for name, field in _FIELDS.items():
        pattern += field
        if re.match(pattern, text) is None:
            return name
    return name


def _address(text: str) -> str:
    """Return an address in its usual spelling; an IPv4 address that came in through IPv6 is one of IPv4."""
    family = AF_INET6 if ":" in text else AF_INET
    try:
        packed = inet_pton(family, text.partition("%")[0])  # fe80::1%eth0
    except (OSError, ValueError):
        raise MalformedLine(f"not an IP address: {text[:80]!r}") from None
    if packed.startswith(_IPV4_MAPPED):
        return inet_ntop(AF_INET, packed[len(_IPV4_MAPPED) :])
    return inet_ntop(family, packed)


@lru_cache(maxsize=4096)  # a busy server writes many lines in a second
def _time(text: str) -> int:
    match = _TIME.fullmatch(text)
    if match is None:
        raise MalformedLine(f"no time: {text[:80]!r}")
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    zone = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        local = datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
        moment = local - zone if sign == "+" else local + zone
    except (ValueError, OverflowError):
        raise MalformedLine(f"no such time: {text!r}") from None
    if moment < _EPOCH or zone > _FURTHEST or int(zone_minutes) > 59:
        raise MalformedLine(f"no such time: {text!r}")
    return int((moment - _EPOCH).total_seconds())
