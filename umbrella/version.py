"""The version of Umbrella, for the package, the jars it makes and the conf it writes. Runs on worker nodes."""

from __future__ import annotations

__version__ = VERSION = "0.1.0"
