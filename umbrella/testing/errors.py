"""The exception that the harness itself raises."""

from __future__ import annotations

from umbrella.errors import UmbrellaError


class HarnessError(UmbrellaError):
    """A test asks a harness for something that Storm would never do, or that does not exist."""
