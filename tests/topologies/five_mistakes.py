"""A topology with five different mistakes."""

from __future__ import annotations

from topologies.recording import Numbers, Record
from umbrella import FieldsGrouping, ShuffleGrouping, Topology


class FiveMistakes(Topology):
    numbers = Numbers(1, count=1)
    forgotten = Record
    stream = Record(1, directory="", inputs=[ShuffleGrouping(numbers, stream="defualt")])
    field = Record(1, directory="", inputs=[FieldsGrouping(numbers, "kye")])
    lonely = Record(1, directory="")

    class Config:
        worker = 2
