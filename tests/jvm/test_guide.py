"""The code and the commands of docs/java-components.md: run as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "java-components.md"


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == language]


def commands() -> list[tuple[str, list[str]]]:
    """Return each command with the lines that it prints; those before a line of dots are left out."""
    found: list[tuple[str, list[str]]] = []
    for line in blocks("")[0].splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hits.py").write_text("\n\n".join(blocks("python")), "utf-8")
    return tmp_path


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
@pytest.mark.parametrize(("command", "printed"), commands(), ids=[command for command, _ in commands()])
def test_a_command_of_the_guide_prints_what_it_says(folder, command, printed):
    program, *arguments = shlex.split(command)
    assert program == "umbrella"
    environment = {**os.environ, "COLUMNS": "200"}
    line = [sys.executable, "-m", "umbrella", *arguments]
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    steps = ("fetching ", "asking ")
    out = [one for one in (done.stdout + done.stderr).splitlines() if not one.startswith(steps)]
    if printed[0] == "...":
        assert out[-len(printed) + 1 :] == printed[1:], done
    else:
        assert out == printed, done


def test_every_topology_of_the_guide_is_sound(folder, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    import hits  # type: ignore[import-not-found]

    from umbrella.dsl import spec_of

    assert len(spec_of(hits.SavedHits).components) == 2
    assert spec_of(hits.FromKafka).component("events").code.class_name == "org.apache.storm.kafka.spout.KafkaSpout"
    assert hits.Requests(1, jvm_args=("whisper",)).options == {"jvm_args": ("whisper",)}
