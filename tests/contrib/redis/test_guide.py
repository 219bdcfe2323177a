"""The code and the commands of docs/redis.md: run as they stand there, but for the port."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from redis_server import RedisServer

GUIDE = Path(__file__).parents[3] / "docs" / "redis.md"
PORT = "127.0.0.1:6379"


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == language]


def commands() -> list[tuple[str, list[str]]]:
    """Return each command with the lines that it prints; a line of dots stands for any."""
    found: list[tuple[str, list[str]]] = []
    for line in blocks("")[0].splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
def test_the_commands_print_what_the_guide_says(tmp_path: Path, redis_server: RedisServer):
    redis_server.client.flushall()
    code = blocks("python")[0].replace(PORT, f"127.0.0.1:{redis_server.port}")
    (tmp_path / "words.py").write_text(code, "utf-8")
    for command, printed in commands():
        program, *arguments = shlex.split(command)
        line = {
            "umbrella": [sys.executable, "-m", "umbrella"],
            "redis-cli": ["redis-cli", "-p", str(redis_server.port)],
        }[program]
        done = subprocess.run(
            [*line, *arguments],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done
        out = done.stdout.splitlines()
        if printed[0] == "...":
            assert out[-len(printed) + 1 :] == printed[1:], done
        else:
            assert out == printed, done


def test_every_topology_of_the_guide_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "redis_guide.py").write_text("\n\n".join(blocks("python")), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    import redis_guide  # type: ignore[import-not-found]

    from umbrella.dsl import spec_of

    assert len(spec_of(redis_guide.Words).components) == 4
    assert len(spec_of(redis_guide.Answers).components) == 3
    assert len(spec_of(redis_guide.Ticker).components) == 2
