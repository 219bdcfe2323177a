"""Writes an access log as a server on the open internet has it, the same bytes each time.

One line in fifty is malformed; one in twenty is unusual but well-formed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Union

from examples.geocoder.log_lines import MAX_LENGTH, MONTHS
from examples.geocoder.places import CITIES

SEED = 20240229
BEGIN = datetime(2024, 2, 29, 21, 0, tzinfo=timezone.utc)  # into a leap day's midnight
HOURS = 6.0
ZONES = (0, 60, -300, 330, 765, -210)  # minutes east of Greenwich; 12:45 is the Chatham Islands'

Network = Union[IPv4Network, IPv6Network]

_NETWORKS = [ip_network(text) for city in CITIES for text in city.networks]
_NETWORKS += [ip_network(text) for text in ("203.0.113.192/26", "10.0.0.0/8", "2001:db8:f000::/36")]  # nowhere
_WEIGHTS = [1 + (7 * number) % 11 for number in range(len(_NETWORKS))]  # some places are busier than others
_PATHS = ("/", "/index.html", "/about", "/api/v1/items?page=3", "/img/logo.svg", "/caf%C3%A9", "/robots.txt")
_STATUSES = (200, 200, 200, 200, 304, 301, 404, 500)
_REFERERS = ("-", "https://example.com/", "https://example.org/search?q=umbrella")
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15",
    "curl/8.6.0",
    "-",
)


def write_log(path: Path, lines: int, seed: int = SEED) -> None:
    """Write an access log of so many lines; the last has no line end, as in a file that is being written to."""
    with path.open("wb") as file:
        file.writelines(log_lines(lines, seed))


def log_lines(lines: int, seed: int = SEED) -> Iterator[bytes]:
    """Yield the lines of an access log, with their line ends."""
    rng = random.Random(seed)
    for number in range(lines):
        moment = BEGIN + timedelta(seconds=int(HOURS * 3600 * number / lines) - rng.randrange(3))
        if number == lines - 1:
            yield _usual(rng, moment)
        elif rng.random() < 0.02:
            yield rng.choice(MALFORMED)(rng, moment) + b"\n"
        elif rng.random() < 0.05:
            yield rng.choice(UNUSUAL)(rng, moment) + b"\n"
        else:
            yield _usual(rng, moment) + b"\n"


def _address(rng: random.Random) -> str:
    network: Network = rng.choices(_NETWORKS, _WEIGHTS)[0]
    return str(network[rng.randrange(min(network.num_addresses, 1 << 20))])


def _time(moment: datetime, zone: int = 0) -> str:
    local = moment + timedelta(minutes=zone)
    sign = "-" if zone < 0 else "+"
    day = f"{local.day:02}/{MONTHS[local.month - 1]}/{local.year}"  # strftime's %b depends on the locale
    return f"{day}:{local:%H:%M:%S} {sign}{abs(zone) // 60:02}{abs(zone) % 60:02}"


def _line(
    rng: random.Random, moment: datetime, *, address: str = "", time: str = "", user: str = "-", request: str = "",
    agent: str = "",
) -> bytes:  # fmt: skip
    address = address or _address(rng)
    time = time or _time(moment)
    request = request or f"GET {rng.choice(_PATHS)} HTTP/1.1"
    status, size = rng.choice(_STATUSES), rng.choice(("-", str(rng.randrange(100_000))))
    agent = agent or rng.choice(_AGENTS)
    return f'{address} - {user} [{time}] "{request}" {status} {size} "{rng.choice(_REFERERS)}" "{agent}"'.encode()


def _usual(rng: random.Random, moment: datetime) -> bytes:
    return _line(rng, moment)


def _cut(rng: random.Random, moment: datetime) -> bytes:
    line = _usual(rng, moment)
    return line[: rng.randrange(1, line.rindex(b'"'))]


Maker = Callable[[random.Random, datetime], bytes]

UNUSUAL: tuple[Maker, ...] = (
    lambda rng, moment: _line(rng, moment, time=_time(moment, rng.choice(ZONES))),
    lambda rng, moment: _line(rng, moment, address=f"::ffff:{_NETWORKS[0][rng.randrange(64)]}"),
    lambda rng, moment: _line(rng, moment, address="2001:0DB8:1000:0000:0000:0000:0000:00FF"),
    lambda rng, moment: _line(rng, moment, address="fe80::1%eth0"),
    lambda rng, moment: _line(rng, moment, user="ann e. user"),
    lambda rng, moment: _line(rng, moment, request="-"),
    lambda rng, moment: _line(rng, moment, request=r"\x16\x03\x01\x02"),  # TLS sent to a plain port
    lambda rng, moment: _line(rng, moment, agent=r"said \"hello\" \\ and left"),
    lambda rng, moment: _line(rng, moment, agent="\N{UMBRELLA} \u2028 \x85 \x0b \0 end"),  # no line ends
    lambda rng, moment: _line(rng, moment, agent="cafe").replace(b"cafe", "café".encode("latin-1")),
    lambda rng, moment: _line(rng, moment, agent="cut here").replace(b"here", b"\xe2\x82"),  # half a euro sign
    lambda rng, moment: _line(rng, moment, agent="lone").replace(b"lone", b"\xed\xa0\x80"),  # a surrogate in UTF-8
    lambda rng, moment: _line(rng, moment) + b' "198.51.100.7" 0.013',  # fields of the server's own
    lambda rng, moment: _line(rng, moment) + b"\r",
    lambda rng, moment: _line(rng, moment, request=f"GET /?q={'x' * 8000} HTTP/1.1"),
)

MALFORMED: tuple[Maker, ...] = (
    _cut,
    lambda rng, moment: b"",
    lambda rng, moment: b"   ",
    lambda rng, moment: bytes(rng.randrange(256) for _ in range(60)).replace(b"\n", b"?").replace(b"\r", b"?"),
    lambda rng, moment: b'{"remote_addr": "192.0.2.1", "status": 200}',
    lambda rng, moment: b"Feb 29 21:00:00 web1 sshd[412]: Connection closed by 192.0.2.9 port 40022",
    lambda rng, moment: _line(rng, moment, address="crawler.example.net"),
    lambda rng, moment: _line(rng, moment, address="192.0.2.300"),
    lambda rng, moment: _line(rng, moment, time="31/Feb/2024:10:00:00 +0000"),
    lambda rng, moment: _line(rng, moment, time="29/Feb/2024:24:00:00 +0000"),
    lambda rng, moment: _line(rng, moment, time="2024-02-29T21:00:00Z"),
    lambda rng, moment: _line(rng, moment, time="01/Mar/2024:10:00:00 +9900"),
    lambda rng, moment: _line(rng, moment, request='GET /?q=" HTTP/1.1'),
    lambda rng, moment: _line(rng, moment).replace(b'"', b"'"),
    lambda rng, moment: _line(rng, moment, request=f"GET /?q={'y' * MAX_LENGTH} HTTP/1.1"),
)
