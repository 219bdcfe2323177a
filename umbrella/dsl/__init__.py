"""How users declare components, streams, groupings and topologies."""

from umbrella.dsl.components import AutoAckBolt, Bolt, JVMBolt, JVMSpout, Spout
from umbrella.dsl.groupings import (
    AllGrouping,
    CustomGrouping,
    DirectGrouping,
    FieldsGrouping,
    GlobalGrouping,
    Grouping,
    LocalOrShuffleGrouping,
    NoneGrouping,
    PartialKeyGrouping,
    ShuffleGrouping,
)
from umbrella.dsl.streams import Stream
from umbrella.dsl.to_spec import spec_of
from umbrella.dsl.topology import Topology

__all__ = [
    "AllGrouping",
    "AutoAckBolt",
    "Bolt",
    "CustomGrouping",
    "DirectGrouping",
    "FieldsGrouping",
    "GlobalGrouping",
    "Grouping",
    "JVMBolt",
    "JVMSpout",
    "LocalOrShuffleGrouping",
    "NoneGrouping",
    "PartialKeyGrouping",
    "ShuffleGrouping",
    "Spout",
    "Stream",
    "Topology",
    "spec_of",
]
