"""The table of all settings: name, type, default and purpose of each.

The names are Storm's own (org.apache.storm.Config); settings that Storm does not have begin with ``umbrella.``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from umbrella.dsl.config_keys import BY_ATTRIBUTE, KINDS, wrong_kind as wrong_topology_kind
from umbrella.errors import explain, nearest
from umbrella.multilang.settings import EXCEPTIONS_UNTIL_RESTART, EXECUTE_TIMEOUT, MAX_FRAME, OPEN_TIMEOUT
from umbrella.process import BY_ATTRIBUTE as OF_PYTHON, KEYS as PROCESS_KEYS
from umbrella.storm.nimbus.from_conf import OWN_KEYS, SIMPLE

SEEDS = "nimbus.seeds"
PORT = "nimbus.thrift.port"
MAX_BUFFER = "nimbus.thrift.max_buffer_size"
TIMEOUT = "umbrella.nimbus.timeout.secs"
CONNECT_TIMEOUT = "umbrella.nimbus.connect.timeout.secs"
DRPC_SERVERS = "drpc.servers"
DRPC_PORT = "drpc.port"
DRPC_MAX_BUFFER = "drpc.max_buffer_size"
LOGVIEWER_PORT = "logviewer.port"
PYTHON = "python"
TOPOLOGY_PREFIX = "topology."
EXTRA_PREFIX = "topology.extra."  # a topology's own settings, which no table can list

_TAKES = {
    "bool": "true or false",
    "int": "a whole number",
    "port": "a port, 0 to 65535",
    "seconds": "a number of seconds above 0",
    "str": "a text",
    "strings": "a list of texts",
}


class Key(NamedTuple):
    """One setting.

    Attributes:
        name: its name in every layer.
        kind: one of bool, int, port, seconds, str, strings.
        default: None if it is not set by default.
        text: its purpose.
    """

    name: str
    kind: str
    default: Any
    text: str


CLUSTER_KEYS = (
    Key(SEEDS, "strings", ("localhost",), "the hosts of Nimbus; each is asked for the leader"),
    Key(PORT, "port", 6627, "Nimbus's port without TLS"),
    Key(MAX_BUFFER, "int", 1024 * 1024, "the longest request in bytes that Nimbus takes"),
    Key(TIMEOUT, "seconds", 30.0, "how long one call to Nimbus may take"),
    Key(CONNECT_TIMEOUT, "seconds", 5.0, "how long connecting to one host may take"),
    Key("storm.thrift.transport", "str", SIMPLE, "how Nimbus knows who calls; Storm's class"),
    Key("nimbus.thrift.transport", "str", None, "the same, if it is another one for Nimbus"),
    Key("java.security.auth.login.config", "str", None, "the JAAS file with user and password, or with Kerberos"),
    Key("nimbus.thrift.client.use.tls", "bool", False, "whether to talk TLS"),
    Key("nimbus.thrift.tls.port", "port", None, "Nimbus's port with TLS"),
    Key("nimbus.thrift.tls.client.truststore.path", "str", None, "as nimbus.tls.ca, if the file is PEM"),
    Key("nimbus.thrift.tls.client.keystore.path", "str", None, "as nimbus.tls.certificate, if the file is PEM"),
    Key("nimbus.thrift.tls.client.cert.path", "str", None, "as nimbus.tls.certificate"),
    Key("nimbus.thrift.tls.client.key.path", "str", None, "as nimbus.tls.key"),
    *(Key(name, "str", None, text) for name, text in OWN_KEYS.items()),
    Key(DRPC_SERVERS, "strings", ("localhost",), "the hosts of DRPC servers; one after the other is tried"),
    Key(DRPC_PORT, "port", 3772, "their port"),
    Key(DRPC_MAX_BUFFER, "int", 1024 * 1024, "the longest DRPC call in bytes that they take"),
    Key("drpc.thrift.transport", "str", None, "as storm.thrift.transport, if it is another one for DRPC"),
    Key(LOGVIEWER_PORT, "port", 8000, "the port of the logviewers"),
    Key(PYTHON, "str", "python3", "what starts Python on a worker, unless the topology's Config says"),
)
BY_NAME = {key.name: key for key in CLUSTER_KEYS}

# Topology settings for worker processes and how they run.
WORKER_KEYS = {
    EXECUTE_TIMEOUT: "number",
    OPEN_TIMEOUT: "number",
    MAX_FRAME: "int",
    EXCEPTIONS_UNTIL_RESTART: "int",
    **dict.fromkeys(PROCESS_KEYS, "any"),
}


def canonical(name: str) -> str | None:
    """Return the key for a name, or None: topology.max_spout_pending is topology.max.spout.pending."""
    if name in BY_NAME or name in KINDS or name in WORKER_KEYS:
        return name
    attribute = name[len(TOPOLOGY_PREFIX) :] if name.startswith(TOPOLOGY_PREFIX) else ""
    if attribute in BY_ATTRIBUTE or attribute in OF_PYTHON:
        return BY_ATTRIBUTE.get(attribute) or OF_PYTHON[attribute]
    if name.startswith(EXTRA_PREFIX) and name != EXTRA_PREFIX:
        return name
    return None


def is_topology_key(key: str) -> bool:
    """Whether a setting belongs to topologies, not to the connection to a cluster."""
    return key in KINDS or key in WORKER_KEYS or key.startswith(EXTRA_PREFIX)


def unknown(name: str, where: str) -> str:
    """Return the error text for a setting that does not exist."""
    names = [*BY_NAME, *KINDS, *WORKER_KEYS]
    attribute = name[len(TOPOLOGY_PREFIX) :] if name.startswith(TOPOLOGY_PREFIX) else ""
    guess = nearest(name, names)
    if attribute and "." not in attribute:
        similar = nearest(attribute, [*BY_ATTRIBUTE, *OF_PYTHON])
        guess = f"{TOPOLOGY_PREFIX}{similar}" if similar else guess
    if attribute:
        hint = "A setting of the topology's own goes into [topology.extra]; class Config's names are valid too"
    else:
        hint = "`umbrella config` lists what there is"
    did = f"Did you mean {guess!r}? " if guess else ""
    return explain(f"there is no setting {name!r}", given=where, hint=f"{did}{hint}")


def wrong_kind(key: str, value: Any) -> str | None:
    """Return what a setting accepts if the value is of another type, else None."""
    if key in BY_NAME:
        kind = BY_NAME[key].kind
        return None if value is None or _FITS[kind](value) else _TAKES[kind]
    return wrong_topology_kind(key, value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _seconds(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(item, str) and item for item in value)


_FITS = {
    "bool": lambda value: isinstance(value, bool),
    "int": _whole,
    "port": lambda value: _whole(value) and 0 <= value <= 65535,
    "seconds": _seconds,
    "str": lambda value: isinstance(value, str) and bool(value),
    "strings": _texts,
}
