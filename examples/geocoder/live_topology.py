r"""Shows on a web page where the visitors of a web server come from, while they come: its log lines arrive in Redis.

    lines (Java) --> parse --> locate --> push --> WebSocket --> page/index.html
                        \--malformed--------/

``python -m examples.geocoder --source redis`` makes the database and runs it. GEOCODER_DATABASE, GEOCODER_REDIS,
GEOCODER_LIST and GEOCODER_PORT say where things are to ``umbrella run`` and ``umbrella submit``.
"""

from __future__ import annotations

import os
import time
from typing import Any

from examples.geocoder.log_lines import MalformedLine, parse, text_of
from examples.geocoder.topology import DATABASE, SHOWN, UNKNOWN, Locate, english
from umbrella import AutoAckBolt, GlobalGrouping, ShuffleGrouping, Stream, Topology
from umbrella.contrib.redis import RedisSpout

REDIS = os.environ.get("GEOCODER_REDIS") or "redis://127.0.0.1:6379"
LIST = os.environ.get("GEOCODER_LIST") or "access-log"
PORT = int(os.environ.get("GEOCODER_PORT") or 8765)


class ParseEntry(AutoAckBolt):
    """Takes lines apart; those that are malformed leave by a stream of their own."""

    class Default(Stream):
        fields = "address", "time"

    class Malformed(Stream):
        fields = "reason", "text"

    def execute(self, tup: Any) -> None:
        text = text_of(tup.value.encode("latin-1"))  # the spout's encoding: a character for each byte
        try:
            hit = parse(text)
        except MalformedLine as exc:
            self.emit(str(exc), text[:SHOWN], stream=self.Malformed)
        else:
            self.emit(hit.address, hit.time)


class LocateOnMap(Locate):
    """Looks up the place of an address, and where it lies."""

    class Default(Stream):
        fields = "place", "country", "latitude", "longitude"

    def execute(self, tup: Any) -> None:
        record = self.record(tup.address)
        country, location = record.get("country", {}), record.get("location", {})
        place = english(record.get("city", {})) or english(country) or UNKNOWN
        self.emit(place, country.get("iso_code", ""), location.get("latitude"), location.get("longitude"))


class PushToPage(AutoAckBolt):
    """Counts by place and by the stretch of time in which a hit came, and pushes that to every open page.

    One task, as it is one server. What it has counted is gone when its process ends.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    bucket_seconds: int = 10
    kept: int = 30

    def open(self) -> None:
        from examples.geocoder.live_page import LivePage  # here, for only this component's worker needs websockets
        from examples.geocoder.place_counts import PlaceCounts

        self.counts = PlaceCounts(self.bucket_seconds, self.kept)
        self.page = LivePage(self.host, self.port, self.counts)
        self.log.info("the page is at http://%s:%d/", self.host, self.port)

    def execute(self, tup: Any) -> None:
        if tup.stream == "malformed":
            self.counts.add_malformed()
        else:
            self.counts.add(tup.place, tup.country, tup.latitude, tup.longitude, time.time())

    def close(self) -> None:
        self.page.close()


class LiveGeocoder(Topology):
    lines = RedisSpout(1, url=REDIS, list=LIST, end="right", encoding="latin-1")
    parse = ParseEntry(1, inputs=[ShuffleGrouping(lines)])
    locate = LocateOnMap(1, database=str(DATABASE), inputs=[ShuffleGrouping(parse)])
    push = PushToPage(1, inputs=[GlobalGrouping(locate), GlobalGrouping(parse.Malformed)])

    class Config:
        max_spout_pending = 1000
        bolt_wait_progressive_level2_count = 1
