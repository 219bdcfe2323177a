"""A topology with text beyond ASCII wherever there is text; its bolt writes down what has arrived."""

from __future__ import annotations

import json
import os
from pathlib import Path

from topologies.größen import UNIT
from umbrella import AutoAckBolt, FieldsGrouping, Spout, Stream, Topology

TEXT = "Grüße ☂ 😀"
COUNT = 3


class Straßen(Spout):
    class Default(Stream):
        fields = "straße", "größe"

    def open(self):
        self.sent = 0

    def next_tuple(self):
        if self.sent == COUNT:
            self.finish()
            return
        self.emit(TEXT, self.sent, message_id=f"Straße {self.sent}")
        self.sent += 1


class Zähler(AutoAckBolt):
    grüße: str
    folder: str

    class Übrig(Stream):
        fields = "länge"

    def execute(self, tup):
        self.log.info("logged %s", tup.straße)
        print("printed", tup.straße)
        if self.folder:
            data = Path(__file__).with_name("häuser.csv").read_text("utf-8")
            Path(self.folder, f"{self.context.component} {tup.größe}.json").write_text(
                json.dumps([*self.seen(), tup.straße, UNIT, data])
            )
        else:
            self.log.info("seen %s", ascii([*self.seen(), tup.straße, UNIT]))
        self.emit(len(tup.straße), stream=self.Übrig)

    def seen(self):
        return [self.grüße, self.conf["my.text"], self.conf["schlüssel"], os.environ.get("GRÜSSE"), os.environ["PATH"]]


class Senke(AutoAckBolt):
    def execute(self, tup):
        assert tup.länge == len(TEXT)


def umlauts(folder: str = "") -> type[Topology]:
    """Return the topology; its bolts write into a folder, or else into the log."""

    class Umlauts(Topology):
        class Config:
            extra = {"my.text": TEXT, "schlüssel": {"ö": ["ä"]}}
            workers = 2

        straßen = Straßen(1)
        zähler = Zähler(
            1,
            grüße=TEXT,
            folder=folder,
            inputs=[FieldsGrouping(straßen, "straße")],
            config={"umbrella.python.env": {"GRÜSSE": TEXT, "PATH": "/größe"}},
        )
        zähler_ohne = Zähler(
            1,
            grüße=TEXT,
            folder=folder,
            inputs=[FieldsGrouping(straßen, "straße")],
            config={"umbrella.shell": "stock"},  # which takes no variables
        )
        senke = Senke(1, inputs=[FieldsGrouping(zähler.Übrig, "länge")])

    return Umlauts


Umlauts = umlauts()
