"""How the process of a Python component is run: the JVM classes, the wire, the environment.

Topology settings that a component may override. Standard library only, because this module runs on worker nodes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from umbrella.errors import explain
from umbrella.multilang.settings import LOG_LEVEL, LOG_LEVELS
from umbrella.spec import ComponentSpec, PythonCode, TopologySpec

SHELL = "umbrella.shell"
SERIALIZER = "umbrella.serializer"
ENV = "umbrella.python.env"
ARGUMENTS = "umbrella.python.arguments"
DIRECTORY = "umbrella.python.directory"

OURS, STOCK = "umbrella", "stock"
JSON, MSGPACK = "json", "msgpack"
RESOURCES, WORKER = "resources", "worker"

MSGPACK_LIBRARIES = ("msgspec", "msgpack")  # the worker imports one of them

# The attributes of ``class Config``.
BY_ATTRIBUTE = {
    "shell": SHELL,
    "serializer": SERIALIZER,
    "env": ENV,
    "python_arguments": ARGUMENTS,
    "directory": DIRECTORY,
    "python_log_level": LOG_LEVEL,
}
# Read from Storm's configuration by umbrella.storm's classes (Deaths, Child, BoltTask).
LIMITS = ("umbrella.restarts", "umbrella.restarts.window.secs", "umbrella.start.timeout.secs", "umbrella.max.in.flight")
KEYS = (*BY_ATTRIBUTE.values(), *LIMITS)
# Part of the component's code, so they are not repeated in Storm's configuration, which Storm's UI shows.
WITHIN_CODE = (ENV, ARGUMENTS, DIRECTORY)

_TAKES = {
    SHELL: '"umbrella" or "stock"',
    SERIALIZER: '"json" or "msgpack"',
    ENV: "a dict of texts, without = or NUL in a name",
    ARGUMENTS: "a list of texts",
    DIRECTORY: '"resources", "worker" or an absolute path',
    LOG_LEVEL: "one of " + ", ".join(map(json.dumps, LOG_LEVELS)),
    **dict.fromkeys(LIMITS, "a whole number of 0 or more"),
}


class PythonProcess(NamedTuple):
    """How the processes of one component are run.

    Args:
        shell: OURS (umbrella.storm.PythonBolt and PythonSpout) or STOCK (Storm's own ShellBolt and ShellSpout).
        serializer: JSON or MSGPACK, the wire between the JVM and Python.
        arguments: passed to Python before ``-m``.
        env: variables added to the process environment.
        directory: RESOURCES (that of the unpacked jar), WORKER (that of Storm's worker) or an absolute path.
    """

    shell: str = OURS
    serializer: str = JSON
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = MappingProxyType({})
    directory: str = RESOURCES


def process_of(spec: TopologySpec, component: ComponentSpec) -> PythonProcess:
    """Return how a component's processes are run: its own settings override those of its topology.

    Environments are merged, variable by variable.
    """
    env = {**(spec.config.get(ENV) or {}), **(component.config.get(ENV) or {})}
    return _process({**spec.config, **component.config, ENV: env})


def _process(config: Mapping[str, Any]) -> PythonProcess:
    return PythonProcess(
        config.get(SHELL) or OURS,
        config.get(SERIALIZER) or JSON,
        tuple(config.get(ARGUMENTS) or ()),
        config.get(ENV) or {},
        config.get(DIRECTORY) or RESOURCES,
    )


def library_needed(spec: TopologySpec) -> str:
    """Return which library, besides simplejson, the workers of a topology need, as a sentence; "" for none."""
    python = [one for one in spec.components if isinstance(one.code, PythonCode)]
    names = [one.name for one in python if process_of(spec, one).serializer == MSGPACK]
    if not names:
        return ""
    first, second = MSGPACK_LIBRARIES
    what = (
        f"{', '.join(names)} speak{'s' if len(names) == 1 else ''} msgpack, for which workers need {first} or {second}"
    )
    return f"{what}: add {first} to the requirements of the jar (-r FILE), or install it on every worker"


def wrong_kind(key: str, value: object) -> str | None:
    """Return the valid values of one of these settings if the value is not valid, else None. None unsets a setting."""
    return None if value is None or key not in _TAKES or _fits(key, value) else _TAKES[key]


def _fits(key: str, value: Any) -> bool:
    if key == SHELL:
        return value in (OURS, STOCK)
    if key == SERIALIZER:
        return value in (JSON, MSGPACK)
    if key == ENV:
        return isinstance(value, Mapping) and all(_variable(*item) for item in value.items())
    if key == LOG_LEVEL:
        return value in LOG_LEVELS
    if key in LIMITS:
        return type(value) is int and value >= 0
    if key == ARGUMENTS:
        return isinstance(value, (list, tuple)) and all(map(_argument, value))
    return value in (RESOURCES, WORKER) or (_argument(value) and value.startswith("/"))


def _variable(name: object, value: object) -> bool:
    return _argument(name) and _argument(value) and name != "" and "=" not in str(name)


def _argument(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value  # NUL ends a string for the operating system


def topology_faults(spec: TopologySpec) -> Iterator[str]:
    """Yield conflicts between the settings of a topology; each setting is valid by itself."""
    yield from _stock_faults(_process(spec.config))


def component_faults(spec: TopologySpec, component: ComponentSpec) -> Iterator[str]:
    """Yield conflicts that appear once a component's own settings override those of its topology."""
    own = [key for key in KEYS if component.config.get(key) is not None]
    if own and not isinstance(component.code, PythonCode):
        what = "these settings are for components in Python"
        yield explain(what, given=", ".join(own), valid=["none of them"], hint="Take them away.")
    elif own:
        yield from _stock_faults(process_of(spec, component))


def _stock_faults(process: PythonProcess) -> Iterator[str]:
    if process.shell != STOCK:
        return
    default = PythonProcess()
    for key, value, left_alone in (
        (SERIALIZER, process.serializer, default.serializer),
        (ARGUMENTS, process.arguments, default.arguments),
        (ENV, dict(process.env), {}),
        (DIRECTORY, process.directory, default.directory),
    ):
        if value != left_alone:
            what = f"{key} needs {SHELL} {OURS}: Storm's own shell components know no such thing"
            hint = f"Take it away, or set {SHELL} to {OURS}."
            given = f"{json.dumps(value)} with {SHELL} {STOCK}"
            yield explain(what, given=given, valid=[json.dumps(left_alone)], hint=hint)
