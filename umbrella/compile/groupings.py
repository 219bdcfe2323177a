"""Groupings in Storm's terms: the only place in compile/ that distinguishes their kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from umbrella.spec import (
    ALL,
    CUSTOM,
    DIRECT,
    FIELDS,
    GLOBAL,
    LOCAL_OR_SHUFFLE,
    NONE,
    PARTIAL_KEY,
    SHUFFLE,
    GroupingSpec,
)

PARTIAL_KEY_CLASS = "umbrella.storm.PartialKey"


class JavaObject(NamedTuple):
    """A Java object that Storm creates by a public constructor; the arguments are str, int, float or bool."""

    class_name: str
    args: tuple[Any, ...]


class LoweredGrouping(NamedTuple):
    """A grouping as Thrift and Flux name it.

    Args:
        thrift: the field of Thrift's union Grouping.
        flux: the constant of Flux's GroupingDef.Type.
        keys: the key fields; None if the field of the union takes none.
        custom: the Java object that chooses the tasks, for a custom grouping.
    """

    thrift: str
    flux: str
    keys: tuple[str, ...] | None = None
    custom: JavaObject | None = None


def lower_grouping(grouping: GroupingSpec) -> LoweredGrouping:
    """Return a grouping of one of the KINDS in Storm's terms."""
    return _BY_KIND[grouping.kind](grouping)


def _plain(grouping: GroupingSpec) -> LoweredGrouping:
    return LoweredGrouping(grouping.kind, grouping.kind.upper())  # Thrift and Flux have our names


def _fields(grouping: GroupingSpec) -> LoweredGrouping:
    return LoweredGrouping("fields", "FIELDS", keys=grouping.fields)


def _global(grouping: GroupingSpec) -> LoweredGrouping:
    return LoweredGrouping("fields", "GLOBAL", keys=())  # Thrift.isGlobalGrouping


def _partial_key(grouping: GroupingSpec) -> LoweredGrouping:
    # One string, one field a line: JavaObjectArg, Thrift's type for an argument, has no lists.
    return _by_object(JavaObject(PARTIAL_KEY_CLASS, ("\n".join(grouping.fields),)))


def _custom(grouping: GroupingSpec) -> LoweredGrouping:
    return _by_object(JavaObject(grouping.java_class, grouping.java_args))


def _by_object(custom: JavaObject) -> LoweredGrouping:
    return LoweredGrouping("custom_object", "CUSTOM", custom=custom)


_BY_KIND: Mapping[str, Callable[[GroupingSpec], LoweredGrouping]] = {
    SHUFFLE: _plain,
    FIELDS: _fields,
    ALL: _plain,
    GLOBAL: _global,
    NONE: _plain,
    DIRECT: _plain,
    LOCAL_OR_SHUFFLE: _plain,
    PARTIAL_KEY: _partial_key,
    CUSTOM: _custom,
}
KINDS = tuple(_BY_KIND)
