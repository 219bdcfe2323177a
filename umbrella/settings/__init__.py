"""Settings of commands that talk to a cluster: layers, with the origin of each value."""

from umbrella.settings.layers import read_settings
from umbrella.settings.settings import Entry, Settings

__all__ = ["Entry", "Settings", "read_settings"]
