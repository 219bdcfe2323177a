"""The tables of ``umbrella stats``, as docs/operate.md shows them."""

from __future__ import annotations

import re
from pathlib import Path

from rich.console import Console

from umbrella.cli.statistics_tables import topology_view
from umbrella.storm.operations.statistics import ComponentRow, Figures, Freshness, TopologyFigures, WorkerRow

PAGE = (Path(__file__).parents[2] / "docs/operate.md").read_text("utf-8")

FIGURES = TopologyFigures(
    name="WordCount",
    id="WordCount-1-1764600000",
    status="ACTIVE",
    uptime_secs=76,
    window="all",
    scheduler=None,
    components=[
        ComponentRow("sentences", "spout", 1, 1, Figures(2980, 2980, None, 3000, 0, 415.187, None, None, None)),
        ComponentRow("count", "bolt", 2, 2, Figures(0, 0, 20100, 20120, 0, None, 0.004, 162.811, 0.001)),
        ComponentRow("split", "bolt", 2, 2, Figures(20020, 20020, 3000, 3000, 0, None, 0.007, 244.987, 0.0)),
    ],
    workers=[WorkerRow("localhost", 21633, 58, 6, {"count": 2, "sentences": 1, "split": 2})],
    freshness=Freshness(seconds=1, sample_rate=0.05, reported=True),
)


def test_the_page_shows_what_the_command_prints():
    screen = Console(width=200, color_system=None)
    with screen.capture() as printed:
        screen.print(topology_view(FIGURES, screen))
    [shown] = re.findall(r"^```\n\$ umbrella stats WordCount\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    lines = [line.rstrip() for line in printed.get().rstrip().splitlines()]
    assert lines == shown.rstrip().splitlines()
