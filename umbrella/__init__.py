"""Write Apache Storm topologies as Python classes and run them on a real Storm.

Names load on first use, so that a worker process starts without what only the client needs. Any Python can read this
file: one that is too old for the rest has to come as far as umbrella.multilang.too_old, which says so.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # noqa: F401 - in the comment below

    from umbrella.dsl import (
        AllGrouping,
        AutoAckBolt,
        BatchingBolt,
        Bolt,
        CustomGrouping,
        DirectGrouping,
        FieldsGrouping,
        GlobalGrouping,
        JavaClass,
        JavaEnum,
        JavaObject,
        JVMBolt,
        JVMSpout,
        LocalOrShuffleGrouping,
        NoneGrouping,
        PartialKeyGrouping,
        ReliableSpout,
        ShuffleGrouping,
        Spout,
        Stream,
        Topology,
    )
    from umbrella.errors import (
        DeclarationError,
        EmitError,
        TopologyError,
        TupleStateError,
        UmbrellaError,
    )
    from umbrella.multilang.metrics import Counter, Gauge, Histogram, Timer
    from umbrella.multilang.reliable import Item
    from umbrella.multilang.tuples import Tuple
    from umbrella.version import VERSION as __version__

__all__ = [
    "AllGrouping",
    "AutoAckBolt",
    "BatchingBolt",
    "Bolt",
    "Counter",
    "CustomGrouping",
    "DeclarationError",
    "DirectGrouping",
    "EmitError",
    "FieldsGrouping",
    "Gauge",
    "GlobalGrouping",
    "Histogram",
    "Item",
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
    "Timer",
    "Topology",
    "TopologyError",
    "Tuple",
    "TupleStateError",
    "UmbrellaError",
    "__version__",
]

_METRICS = {"Counter", "Gauge", "Histogram", "Timer"}
_ERRORS = {"DeclarationError", "EmitError", "TopologyError", "TupleStateError", "UmbrellaError"}


def __getattr__(name):  # type: (str) -> Any
    if name not in __all__:
        raise AttributeError("module 'umbrella' has no attribute {!r}".format(name))  # noqa: UP032
    if name == "__version__":
        from umbrella.version import VERSION

        return VERSION
    if name == "Tuple":
        from umbrella.multilang.tuples import Tuple

        return Tuple
    if name == "Item":
        from umbrella.multilang.reliable import Item

        return Item
    if name in _METRICS:
        import umbrella.multilang.metrics

        return getattr(umbrella.multilang.metrics, name)
    if name in _ERRORS:
        import umbrella.errors

        return getattr(umbrella.errors, name)
    import umbrella.dsl

    return getattr(umbrella.dsl, name)
