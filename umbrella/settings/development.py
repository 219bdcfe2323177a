"""The development cluster of ``umbrella cluster up``, if one is up."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Development(NamedTuple):
    """A development cluster that is up.

    Attributes:
        folder: its state folder.
        port: of its Nimbus.
    """

    folder: Path
    port: int


def development_cluster() -> Development | None:
    """Return the development cluster of this user, if it is up."""
    return None
