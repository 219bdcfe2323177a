"""The same counts by one plain loop, without Storm and without Umbrella: what the topology is compared with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import maxminddb

from examples.geocoder.log_lines import MalformedLine, parse, text_of


class PlainPass(NamedTuple):
    """Hits by (place, country, begin of the stretch of time), and why which line was rejected."""

    lines: int
    counts: Counter[tuple[str, str, int]]
    rejected: dict[int, str]


def plain_pass(log: Path, database: Path, bucket_seconds: int) -> PlainPass:
    """Count a log file."""
    counts: Counter[tuple[str, str, int]] = Counter()
    rejected: dict[int, str] = {}
    number = 0
    with log.open("rb") as file, maxminddb.open_database(database) as reader:
        for raw in file:
            number += 1
            try:
                hit = parse(text_of(raw))
            except MalformedLine as exc:
                rejected[number] = str(exc)
                continue
            if ":" in hit.address and reader.metadata().ip_version == 4:
                place, country = "unknown", ""
            else:
                place, country = _place(reader.get(hit.address))
            counts[place, country, hit.time // bucket_seconds * bucket_seconds] += 1
    return PlainPass(number, counts, rejected)


def _place(record: Any) -> tuple[str, str]:
    if record is None:
        return "unknown", ""
    code = record.get("country", {}).get("iso_code", "")
    for part in ("city", "country"):
        try:
            return record[part]["names"]["en"], code
        except KeyError:
            continue
    return "unknown", code
