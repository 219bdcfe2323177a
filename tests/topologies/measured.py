"""Components that measure themselves."""

from __future__ import annotations

from pathlib import Path

from umbrella import AutoAckBolt, Counter, Gauge, Histogram, ShuffleGrouping, Spout, Stream, Timer, Topology

COUNT = 500
OFTEN = 3000  # more than a message to Storm has


class Letters(Spout):
    """Emits COUNT texts of 1 to 10 letters."""

    class Default(Stream):
        fields = "text"

    sent = Counter()

    def next_tuple(self):
        number = self.sent_so_far = getattr(self, "sent_so_far", 0)
        if number == COUNT:
            self.finish()
            return
        self.sent_so_far += 1
        self.sent.inc()
        self.emit("x" * (number % 10 + 1), message_id=number)


class Measures(AutoAckBolt):
    seen = Counter()
    letters = Counter("letters.seen")
    latest = Gauge()
    size = Histogram()
    took = Timer()
    often = Histogram()

    def open(self):
        for number in range(OFTEN):
            self.often.update(number % 10)

    def execute(self, tup):
        with self.took.time():
            self.seen.inc()
        self.letters.inc(len(tup.text))
        self.latest.set(len(tup.text))
        self.size.update(len(tup.text))


class Measured(Topology):
    letters = Letters()
    measures = Measures(2, inputs=[ShuffleGrouping(letters)])


def reported_to(folder: Path, serializer: str) -> type[Topology]:
    """Return the topology with a reporter of Storm's that writes files."""
    reporter = {
        "class": "org.apache.storm.metrics2.reporters.CsvStormReporter",
        "report.period": 1,
        "report.period.units": "SECONDS",
        "csv.log.dir": str(folder),
    }
    changes = {"serializer": serializer, "metrics_reporters": [reporter]}
    return type("Measured", (Measured,), {"Config": type("Config", (), changes)})
