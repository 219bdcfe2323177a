"""How processes of the bare JVM are known, by an environment variable that they all get."""

from __future__ import annotations

import os

MARK = "UMBRELLA_BARE_JVM"
ON_WORKER = MARK in os.environ
