"""The code and the commands of docs/kafka.md: run as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "kafka.md"
LINES = re.findall(r"^\$ (.*)", PAGE.read_text("utf-8"), re.MULTILINE)


@pytest.fixture
def folder(tmp_path):
    code = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (tmp_path / "orders.py").write_text("\n\n".join(code), "utf-8")
    return tmp_path


def test_every_topology_of_the_page_is_sound(folder, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    import orders  # type: ignore[import-not-found]

    from umbrella.dsl import spec_of

    for topology in (orders.Orders, orders.Audit, orders.Secured):
        assert len(spec_of(topology).components) == 2


@pytest.mark.storm
@pytest.mark.usefixtures("spout_jars")
def test_the_commands_of_the_page_do_what_it_says(folder, broker, client):
    client.create("orders-of-page", 2)
    client.send("orders-of-page", '{"amount": 5}', '{"amount": 7}', key="ann")
    code = (folder / "orders.py").read_text("utf-8")
    (folder / "orders.py").write_text(code.replace('topics="orders"', 'topics="orders-of-page"'), "utf-8")
    environment = {**os.environ, "KAFKA": broker.plain}
    said = []
    for line in LINES:
        program, *arguments = shlex.split(line)
        assert program == "umbrella"
        command = [sys.executable, "-m", "umbrella", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done
        said.append(done.stdout + done.stderr)
    check, run, _ = said
    assert check in PAGE.read_text("utf-8")
    assert "ann: 5" in run
    assert "ann: 12" in run
    assert sum(client.committed("totals", "orders-of-page").values()) == 2
    with zipfile.ZipFile(folder / "orders.jar") as jar:
        assert "org/apache/storm/kafka/spout/KafkaSpout.class" in jar.namelist()
        assert "org/apache/kafka/clients/consumer/KafkaConsumer.class" in jar.namelist()
