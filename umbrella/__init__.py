"""Write Apache Storm topologies as Python classes and run them on a real Storm.

Names load on first use, so that a worker process starts without what only the client needs. Any Python can read this
file: one that is too old for the rest has to come as far as umbrella.multilang.too_old, which says so.
"""

_HOMES = {  # each public name with its module
    "AllGrouping": "dsl",
    "AutoAckBolt": "dsl",
    "BatchingBolt": "dsl",
    "Bolt": "dsl",
    "Counter": "multilang.metrics",
    "CustomGrouping": "dsl",
    "DRPCAggregator": "dsl.drpc",
    "DRPCBolt": "dsl.drpc",
    "DRPCClient": "storm.drpc.client",
    "DRPCError": "errors",
    "DRPCFailedError": "errors",
    "DRPCTopology": "dsl.drpc",
    "DeclarationError": "errors",
    "DirectGrouping": "dsl",
    "EmitError": "errors",
    "FieldsGrouping": "dsl",
    "Gauge": "multilang.metrics",
    "GlobalGrouping": "dsl",
    "Histogram": "multilang.metrics",
    "Item": "multilang.reliable",
    "JVMBolt": "dsl",
    "JVMSpout": "dsl",
    "JavaClass": "dsl",
    "JavaEnum": "dsl",
    "JavaObject": "dsl",
    "LocalOrShuffleGrouping": "dsl",
    "NoneGrouping": "dsl",
    "PartialKeyGrouping": "dsl",
    "ReliableSpout": "dsl",
    "ShuffleGrouping": "dsl",
    "Spout": "dsl",
    "Stream": "dsl",
    "Timer": "multilang.metrics",
    "Topology": "dsl",
    "TopologyError": "errors",
    "Tuple": "multilang.tuples",
    "TupleStateError": "errors",
    "UmbrellaError": "errors",
    "__version__": "version",
}

TYPE_CHECKING = False
if TYPE_CHECKING:  # the same names, as type checkers take them: tests/dsl/test_typing.py compares
    from typing import Any  # noqa: F401 - in the comment below

    from umbrella.dsl import (
        AllGrouping as AllGrouping,
        AutoAckBolt as AutoAckBolt,
        BatchingBolt as BatchingBolt,
        Bolt as Bolt,
        CustomGrouping as CustomGrouping,
        DirectGrouping as DirectGrouping,
        FieldsGrouping as FieldsGrouping,
        GlobalGrouping as GlobalGrouping,
        JavaClass as JavaClass,
        JavaEnum as JavaEnum,
        JavaObject as JavaObject,
        JVMBolt as JVMBolt,
        JVMSpout as JVMSpout,
        LocalOrShuffleGrouping as LocalOrShuffleGrouping,
        NoneGrouping as NoneGrouping,
        PartialKeyGrouping as PartialKeyGrouping,
        ReliableSpout as ReliableSpout,
        ShuffleGrouping as ShuffleGrouping,
        Spout as Spout,
        Stream as Stream,
        Topology as Topology,
    )
    from umbrella.dsl.drpc import (
        DRPCAggregator as DRPCAggregator,
        DRPCBolt as DRPCBolt,
        DRPCTopology as DRPCTopology,
    )
    from umbrella.errors import (
        DeclarationError as DeclarationError,
        DRPCError as DRPCError,
        DRPCFailedError as DRPCFailedError,
        EmitError as EmitError,
        TopologyError as TopologyError,
        TupleStateError as TupleStateError,
        UmbrellaError as UmbrellaError,
    )
    from umbrella.multilang.metrics import (
        Counter as Counter,
        Gauge as Gauge,
        Histogram as Histogram,
        Timer as Timer,
    )
    from umbrella.multilang.reliable import Item as Item
    from umbrella.multilang.tuples import Tuple as Tuple
    from umbrella.storm.drpc.client import DRPCClient as DRPCClient
    from umbrella.version import __version__ as __version__
else:
    # Without DRPCClient: what it needs is not on workers, where modules may import *.
    __all__ = sorted(name for name in _HOMES if name != "DRPCClient")


def __getattr__(name):  # type: (str) -> Any
    if name not in _HOMES:
        raise AttributeError("module 'umbrella' has no attribute {!r}".format(name))  # noqa: UP032
    from importlib import import_module

    return getattr(import_module("umbrella." + _HOMES[name]), name)
