"""A wheel with compiled code, out of the topology's jar, on workers whose Python has nothing installed."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from daemons.running import end, nimbus_of, wait_until
from topologies.needs_numpy import solving
from umbrella.compile.jar import build_jar, collect_sources
from umbrella.dsl import spec_of
from umbrella.packing.options import Packing, gather
from umbrella.storm.nimbus.submit import submit

pytestmark = pytest.mark.storm

COUNT = 200
TESTS = Path(__file__).parents[1]


@pytest.fixture
def bare_python(tmp_path):
    """A Python with nothing installed, by its absolute path."""
    folder = tmp_path / "bare python"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    done = subprocess.run([str(python), "-c", "import numpy"], stderr=subprocess.PIPE, text=True, check=False)
    assert "No module named 'numpy'" in done.stderr
    return python


def test_numpy_runs_from_the_jar_on_workers_that_have_none(daemons, bare_python, tmp_path):
    records = tmp_path / "records"
    records.mkdir()
    (tmp_path / "requirements.txt").write_text("numpy\n")
    (tmp_path / "cities.csv").write_text("Zürich\n", "utf-8")
    spec = spec_of(solving(records, str(bare_python), COUNT))
    packing = Packing(requirements=(tmp_path / "requirements.txt",), data=(str(tmp_path / "cities.csv"),))
    extras, _ = gather(packing, TESTS, tmp_path / "wheels", print)
    report = build_jar(spec, collect_sources("topologies.needs_numpy", TESTS), tmp_path / "solving.jar", extras)
    assert report.lowered.spec.config["umbrella.python"] == f"{sys.version_info.major}.{sys.version_info.minor}"

    def seen():
        return [json.loads(line) for file in records.glob("*") for line in file.read_text("utf-8").splitlines()]

    with nimbus_of(daemons) as client:
        submit(client, report.lowered, report.path)
        try:
            wait_until(lambda: len({one["number"] for one in seen()}) == COUNT)
        finally:
            end(client, spec.name)
    for one in seen():
        assert one["found"] == [one["number"], one["number"]]
        assert Path(one["numpy"]).is_relative_to(daemons.folder)
        assert Path(one["python"]) == bare_python
        assert one["data"] == "Zürich\n"
    assert {one["version"] for one in seen()} == {wheel.version for wheel in extras.wheels}
