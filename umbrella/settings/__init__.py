"""The settings of commands that talk to a cluster: layers, each value with where it came from."""

from umbrella.settings.layers import read_settings
from umbrella.settings.settings import Entry, Settings

__all__ = ["Entry", "Settings", "read_settings"]
