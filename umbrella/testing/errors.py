"""The one exception of the harness itself."""

from __future__ import annotations

from umbrella.errors import UmbrellaError


class HarnessError(UmbrellaError):
    """A test asks a harness for what Storm would never do, or for what is not there."""
