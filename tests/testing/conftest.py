"""Runs pytest with the plugin in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run_pytest(tmp_path: Path) -> Callable[..., str]:
    """Run pytest on a test file of the given code, and return what it prints."""

    def run(code: str, *arguments: str, ini: str = "", **environment: str) -> str:
        (tmp_path / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{ini}\n")
        (tmp_path / "test_it.py").write_text(code, encoding="utf-8")
        # Named, and not found by its entry point: that one is there or not, depending on when Umbrella was installed.
        command = [sys.executable, "-m", "pytest", "-p", "umbrella.testing.plugin", "-p", "no:cacheprovider", "-ra"]
        env = {name: value for name, value in os.environ.items() if name != "CI"}
        env.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONPATH=str(ROOT), **environment)
        done = subprocess.run(
            [*command, *arguments], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
        )
        return done.stdout + done.stderr

    return run
