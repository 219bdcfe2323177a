"""A topology with every grouping, named and direct streams, and a cycle."""

from __future__ import annotations

from topologies.recording import Numbers, Record
from umbrella import (
    AllGrouping,
    AutoAckBolt,
    CustomGrouping,
    DirectGrouping,
    FieldsGrouping,
    GlobalGrouping,
    LocalOrShuffleGrouping,
    NoneGrouping,
    PartialKeyGrouping,
    ShuffleGrouping,
    Stream,
    Topology,
)


class Route(AutoAckBolt):
    """Sends every number on, the odd ones to a second stream, each to one task by number, and some around again."""

    class Default(Stream):
        fields = "number", "key"

    class Odd(Stream):
        fields = "number"

    class Chosen(Stream):
        fields = "number"
        direct = True

    class Again(Stream):
        fields = "number", "rounds"

    def execute(self, tup):
        if tup.stream == "again":
            if tup.rounds < 3:
                self.emit(tup.number, tup.rounds + 1, stream=self.Again)
            return
        self.emit(tup.number, tup.key)
        if tup.number % 2:
            self.emit(tup.number, stream=self.Odd)
        tasks = self.context.tasks("direct")
        self.emit(tup.number, stream="chosen", task=tasks[tup.number % len(tasks)])
        if tup.number % 10 == 0:
            self.emit(number=tup.number, rounds=1, stream="again")


class Groupings(Topology):
    numbers = Numbers(1, count=700)
    route = Route(2)
    shuffle = Record(3, directory="")
    fields = Record(3, directory="")
    everyone = Record(3, directory="")
    one = Record(3, directory="")
    none = Record(2, directory="")
    direct = Record(3, directory="")
    local = Record(2, directory="")
    partial = Record(3, directory="")
    custom = Record(3, directory="")
    odd = Record(1, directory="")

    route.inputs.append(ShuffleGrouping(numbers))
    route.inputs.append(ShuffleGrouping(route.Again))
    shuffle.inputs.append(ShuffleGrouping(route))
    fields.inputs.append(FieldsGrouping(route, "key"))
    everyone.inputs.append(AllGrouping(route))
    one.inputs.append(GlobalGrouping(route))
    none.inputs.append(NoneGrouping(route))
    direct.inputs.append(DirectGrouping(route.Chosen))
    local.inputs.append(LocalOrShuffleGrouping(route))
    partial.inputs.append(PartialKeyGrouping(route, "key"))
    custom.inputs.append(CustomGrouping(route, "org.apache.storm.grouping.PartialKeyGrouping"))
    odd.inputs.append(ShuffleGrouping(route.Odd))


def recorded_in(directory) -> type[Topology]:
    """Return the topology with its records in a folder."""
    changed = {
        name: declared.replace(directory=str(directory))
        for name, declared in vars(Groupings).items()
        if getattr(declared, "component", None) is Record
    }
    return type("Groupings", (Groupings,), changed)
