"""The code of docs/testing.md is a test file, and is run as one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "testing.md"
CODE = "\n\n".join(re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE))


def test_the_code_of_the_guide_passes(run_pytest):
    assert "7 passed, 1 deselected" in run_pytest(CODE, "-k", "not on_storm")


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
def test_the_guides_topology_runs_on_storm(run_pytest):
    assert "1 passed, 7 deselected" in run_pytest(CODE, "-k", "on_storm")
