"""Storm's configuration for a topology and for each of its components, as plain JSON values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from umbrella.process import WITHIN_CODE
from umbrella.spec import ComponentSpec, PythonCode, TopologySpec
from umbrella.version import VERSION

TASKS = "topology.tasks"
KRYO_REGISTER = "topology.kryo.register"
SKIP_MISSING_KRYO = "topology.skip.missing.kryo.registrations"
MAX_SPOUT_PENDING = "topology.max.spout.pending"

# Read back on the worker by umbrella.multilang, out of the handshake's conf.
TOPOLOGY_REFERENCE = "umbrella.topology"
UMBRELLA_VERSION = "umbrella.version"
COMPONENT_CLASS = "umbrella.component"
COMPONENT_OPTIONS = "umbrella.options"
BEYOND_ASCII = "umbrella.beyond.ascii"

# Tells one submit of a topology from another: how a lost answer of Nimbus is made up for.
SUBMIT_ID = "umbrella.submit.id"

# What Storm's JsonSerializer makes of lists, dicts and long floats, and what our Codecs make of dicts. Kryo refuses
# classes it was not told of, so without these a tuple that goes to another worker kills the one it comes from.
KRYO_CLASSES = (
    "org.apache.storm.shade.net.minidev.json.JSONArray",
    "org.apache.storm.shade.net.minidev.json.JSONObject",
    "java.math.BigDecimal",
    "java.util.LinkedHashMap",
)

# Storm's own default is no limit: a spout then fills the memory of its slowest bolt.
DEFAULT_MAX_SPOUT_PENDING = 1000


def topology_conf(spec: TopologySpec) -> dict[str, Any]:
    """Return the configuration to submit: the user's, and what every topology of Python components needs."""
    conf: dict[str, Any] = _without_code(spec.config)
    conf[KRYO_REGISTER] = _with_kryo_classes(conf.get(KRYO_REGISTER))
    # The shaded JSON classes are there from Storm 2.6.0 on; older workers then pass over the names.
    conf.setdefault(SKIP_MISSING_KRYO, True)
    conf.setdefault(MAX_SPOUT_PENDING, DEFAULT_MAX_SPOUT_PENDING)
    conf[TOPOLOGY_REFERENCE] = spec.reference
    conf[UMBRELLA_VERSION] = VERSION
    return conf


def component_conf(component: ComponentSpec, topology: TopologySpec | None = None) -> dict[str, Any]:
    """Return a component's own configuration: the user's, its tasks, and for Python what to run with which options.

    Args:
        component: the component.
        topology: the one it is in, whose settings beyond ASCII a Python component gets in ASCII as well.
    """
    conf: dict[str, Any] = _without_code(component.config)
    if component.tasks is not None:
        conf[TASKS] = component.tasks
    if isinstance(component.code, PythonCode):
        conf[COMPONENT_CLASS] = f"{component.code.module}:{component.code.qualname}"
        # A text, not a map: that is safe with every way of Flux to choose a method by its arguments.
        conf[COMPONENT_OPTIONS] = json_text(component.code.options)
        conf.update(_in_ascii({**(topology.config if topology else {}), **component.config}))
    return conf


def _in_ascii(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that have text beyond ASCII once more, as one JSON text in ASCII.

    Nimbus writes a topology's configuration in its JVM's charset (Utils.toCompressedJsonConf), which in a C locale has
    "?" for each such character; a component's own configuration travels in Thrift, and ASCII survives everything.
    """
    ours = _without_code(config)
    beyond = {key: value for key, value in ours.items() if not json.dumps({key: value}, ensure_ascii=False).isascii()}
    return {BEYOND_ASCII: json_text(beyond)} if beyond else {}


def _without_code(config: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plain({key: value for key, value in config.items() if key not in WITHIN_CODE})
    return found


def json_text(value: Any) -> str:
    """Return compact JSON with sorted keys, the same text for the same value.

    Raises:
        TypeError: a value is not JSON (date, set, object).
        ValueError: a number is NaN or infinite.
    """
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def plain(value: Any) -> Any:
    """Return a copy with dicts and lists in place of read-only mappings and tuples, which json and yaml refuse.

    Raises:
        TypeError: a key is not a str; JSON would turn it into one, YAML would not.
    """
    if isinstance(value, Mapping):
        return {_text_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _text_key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"key {key!r} is not a str")
    return key


def _with_kryo_classes(given: Any) -> list[Any]:
    """Return the user's Kryo registrations as a list, followed by ours that are not among them.

    Storm wants a list of class names and of maps from class to serializer (ConfigValidation.KryoRegValidator).
    """
    entries = _kryo_entries(given)
    known = {name for entry in entries for name in (entry if isinstance(entry, Mapping) else [entry])}
    return entries + [name for name in KRYO_CLASSES if name not in known]


def _kryo_entries(given: Any) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, Mapping):
        # SerializationFactory reads a map as well, but Storm's check of a submitted conf does not let it through.
        return [{name: serializer} if serializer else name for name, serializer in given.items()]
    return [given] if isinstance(given, str) else list(given)
