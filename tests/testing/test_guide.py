"""The code of docs/testing.md is a test file; it is run as one, with the plugin."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from topologies.pytest_runs import run_pytest

GUIDE = Path(__file__).parents[2] / "docs" / "testing.md"
