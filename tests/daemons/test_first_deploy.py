"""README's "Deploy to a cluster" as one test: a first deploy by the command line, from nothing to nothing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from umbrella.storm.cluster import DevCluster

pytestmark = [pytest.mark.storm, pytest.mark.usefixtures("storm_jars")]

ROOT = Path(__file__).parents[2]
LINES = 20_000
PATIENCE = 300  # seconds
BETWEEN = 0.5


class Shell:
    """A user's shell in the checkout."""

    def __init__(self, folder: Path) -> None:
        self.out, self.cluster = folder / "geocoder-out", folder / "cluster"
        (folder / "conf").mkdir()
        (folder / "conf" / "storm.yaml").write_text("{}")
        named = {
            "GEOCODER_OUT": self.out,
            "UMBRELLA_CLUSTER": self.cluster,
            "UMBRELLA_PYTHON": Path(sys.executable).resolve(),  # not the environment that all is installed in
            "STORM_CONF_DIR": folder / "conf",  # whatever this machine's user has in ~/.storm
        }
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GEOCODER_", "UMBRELLA_NIMBUS"))
        }
        self.environment = {**kept, **{name: str(value) for name, value in named.items()}}

    def __call__(self, *words: str) -> str:
        """Run a Python module of the command line; it has to succeed. Return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        print(f"$ {' '.join(words)}\n{done.stderr}{done.stdout}")
        assert done.returncode == 0, f"{words}: exit code {done.returncode}\n{done.stderr}{done.stdout}"
        return done.stdout

    def umbrella(self, text: str) -> str:
        return self("umbrella", *text.split())

    def until(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, "it has not come so far in time"
            time.sleep(BETWEEN)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    if (shell.cluster / "cluster.json").exists():
        DevCluster.find(shell.cluster).down()


def processes_of(cluster: Path, mark: str) -> list[int]:
    """Return what bears the cluster's mark or names its folder: ``pgrep -f storm`` for one cluster."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            marked = mark.encode() in (folder / "environ").read_bytes().split(b"\0")
            if marked or os.fsencode(cluster) in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def test_from_cluster_up_to_cluster_down(shell):
    umbrella = shell.umbrella
    shell("examples.geocoder", "--prepare", "--lines", str(LINES))

    out = umbrella("cluster up")
    assert out.startswith("started zookeeper, nimbus, supervisor, drpc\n")
    assert re.search(r"Nimbus on localhost:\d+, 4 worker slots", out)
    mark = "=".join(DevCluster.find(shell.cluster).mark)
    assert len(processes_of(shell.cluster, mark)) == 4
    assert umbrella("list").startswith("no topology is running on localhost:")

    out = umbrella(
        "submit examples/geocoder/topology.py:Geocoder -r examples/geocoder/requirements.txt "
        "-o topology.stats.sample.rate=1.0 --wait"
    )
    assert re.search(r"^submitted Geocoder as Geocoder-1-\d+$", out, re.MULTILINE)

    header, line = umbrella("list").splitlines()[:2]
    assert header.split()[:2] == ["topology", "status"]
    assert line.split()[:2] == ["Geocoder", "ACTIVE"]

    def figures(component):
        told = json.loads(umbrella("stats Geocoder --json"))
        return next(one["figures"] for one in told["components"] if one["name"] == component)

    shell.until(lambda: figures("lines")["acked"] == LINES)
    assert (figures("lines")["emitted"], figures("lines")["failed"]) == (LINES, 0)
    out = umbrella("stats Geocoder")
    for component in ("lines", "parse", "locate", "count", "reject"):
        assert re.search(rf"^{component} ", out, re.MULTILINE), out
    assert umbrella("errors Geocoder") == "Geocoder has reported no error\n"

    assert "Geocoder is inactive" in umbrella("deactivate Geocoder")
    assert "INACTIVE" in umbrella("list")
    assert umbrella("activate Geocoder") == "Geocoder is active\n"
    assert "INACTIVE" not in umbrella("list")

    out = umbrella("rebalance Geocoder --workers 2 --wait 1")
    assert re.search(r"^Geocoder is rebalanced after [\d.]+ s: workers 2; executors: ", out)
    cluster = DevCluster.find(shell.cluster)
    shell.until(lambda: len(cluster.workers()) == 2)
    shell.until(lambda: figures("lines")["acked"] == LINES)

    assert umbrella("kill Geocoder --wait 1").startswith("Geocoder is gone after ")
    assert umbrella("list").startswith("no topology is running on localhost:")
    umbrella("cluster down")
    assert processes_of(shell.cluster, mark) == []

    out = shell("examples.geocoder", "--report")
    assert "counts equal to the plain pass: yes" in out
    assert "rejected lines equal to the plain pass: yes" in out
