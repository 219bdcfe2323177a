"""The DSL: how users declare components, streams, groupings and topologies."""

from umbrella.dsl.components import AutoAckBolt, BatchingBolt, Bolt, JVMBolt, JVMSpout, ReliableSpout, Spout
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
from umbrella.dsl.java_values import JavaClass, JavaEnum, JavaObject
from umbrella.dsl.streams import Stream
from umbrella.dsl.to_spec import spec_of
from umbrella.dsl.topology import Topology

__all__ = [
    "AllGrouping",
    "AutoAckBolt",
    "BatchingBolt",
    "Bolt",
    "CustomGrouping",
    "DirectGrouping",
    "FieldsGrouping",
    "GlobalGrouping",
    "Grouping",
    "JVMBolt",
    "JVMSpout",
    "JavaClass",
    "JavaEnum",
    "JavaObject",
    "LocalOrShuffleGrouping",
    "NoneGrouping",
    "PartialKeyGrouping",
    "ReliableSpout",
    "ShuffleGrouping",
    "Spout",
    "Stream",
    "Topology",
    "spec_of",
]
