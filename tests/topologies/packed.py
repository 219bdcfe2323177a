"""The smallest topology that speaks msgpack with its Python."""

from __future__ import annotations

from topologies.recording import Numbers
from umbrella import Topology


class Packed(Topology):
    source = Numbers(1, count=10)

    class Config:
        serializer = "msgpack"
