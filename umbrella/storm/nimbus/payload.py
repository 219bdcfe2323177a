"""The payload of the call that submits a topology, and the check against Nimbus's size limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from umbrella.compile.conf import SUBMIT_ID, UMBRELLA_VERSION, json_text
from umbrella.compile.lower import Lowered
from umbrella.compile.thrift import serialize, to_thrift
from umbrella.errors import InvalidTopologyError, TooLargeError, explain
from umbrella.spec import VALID_TOPOLOGY_NAMES, is_topology_name
from umbrella.version import VERSION

# The message header and the location of the jar, which Nimbus names only after the upload.
_OVERHEAD = 4096


@dataclass(frozen=True)
class Payload:
    """A topology as it is sent to Nimbus.

    Attributes:
        name: the name it is submitted under.
        topology: the StormTopology.
        conf: its configuration.
        submit_id: the id of its submit; also in the configuration.
    """

    name: str
    topology: Any
    conf: dict[str, Any]
    submit_id: str

    @property
    def conf_text(self) -> str:
        """The configuration as JSON."""
        return json_text(self.conf)

    def parts(self) -> list[tuple[str, int]]:
        """Return the parts of the payload with their sizes in bytes, largest first."""
        return sorted(self._parts(), key=lambda part: -part[1])

    def size(self) -> int:
        """Return an upper bound for the size of the call in bytes."""
        return len(serialize(self.topology)) + len(self.conf_text.encode()) + len(self.name.encode()) + _OVERHEAD

    def _parts(self) -> Iterator[tuple[str, int]]:
        yield "the topology's configuration", len(self.conf_text.encode())
        for components in (self.topology.spouts, self.topology.bolts):
            for name, component in components.items():
                own = len((component.common.json_conf or "").encode())
                label = f"component {name!r} (of that its options and settings: {own:,} bytes)"
                yield label, len(serialize(component))


def make_payload(lowered: Lowered, submit_id: str, name: str = "", version: str = VERSION) -> Payload:
    """Return the payload that submits a topology.

    Args:
        lowered: the topology in Storm's terms.
        submit_id: identifies this submit.
        name: replaces the topology's own name.
        version: the version of Umbrella whose worker code is in the jar.

    Raises:
        InvalidTopologyError: Storm does not accept the name.
    """
    name = checked_name(name or lowered.spec.name)
    conf = {**lowered.conf, UMBRELLA_VERSION: version, SUBMIT_ID: submit_id}
    return Payload(name, to_thrift(lowered), conf, submit_id)


def checked_name(name: str) -> str:
    """Return a topology's name if Storm accepts it (``umbrella.spec.is_topology_name``).

    Raises:
        InvalidTopologyError: Storm does not accept it.
    """
    if not is_topology_name(name):
        what = "Storm does not take this topology name"
        raise InvalidTopologyError(explain(what, given=repr(name), valid=VALID_TOPOLOGY_NAMES))
    return name


def check_size(payload: Payload, limit: int) -> None:
    """Refuse a message that is too large: Nimbus would wait forever for it to fit into its buffer.

    Args:
        payload: what is to be sent.
        limit: ``nimbus.thrift.max_buffer_size`` in bytes.

    Raises:
        TooLargeError: it is too large; the text has the largest parts.
    """
    size = payload.size()
    if size <= limit:
        return
    largest = [f"{name}: {count:,} bytes" for name, count in payload.parts()[:3]]
    hint = "Put large data into a file of your package, or raise nimbus.thrift.max_buffer_size in Nimbus's storm.yaml."
    what = f"topology {payload.name} is {size:,} bytes, and Nimbus takes {limit:,} in one message"
    raise TooLargeError(explain(what, given="; ".join(largest), hint=hint))
