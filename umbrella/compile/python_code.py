"""The code of a Python component, as text: what umbrella.storm.PythonBolt and PythonSpout are built from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.compile.conf import json_text
from umbrella.process import PythonProcess
from umbrella.spec import ComponentSpec, PythonCode, TopologySpec

WORKER_SCRIPT = "-mumbrella.multilang"  # in one argument: Storm's ShellComponent carries exactly [command, script]
CLASSES = {"spout": "umbrella.storm.PythonSpout", "bolt": "umbrella.storm.PythonBolt"}


def python_description(
    spec: TopologySpec, component: ComponentSpec, process: PythonProcess, conf: Mapping[str, Any]
) -> str:
    """Return the one argument of CLASSES, which umbrella.storm.Description reads: JSON in ASCII.

    Args:
        spec: the topology.
        component: one in Python.
        process: how its processes are run.
        conf: its configuration without its tasks, which Thrift and Flux carry themselves.
    """
    code = component.code
    assert isinstance(code, PythonCode)
    # Only where it is so: other components' code stays what it was.
    cycle = {"cycle": True} if spec.cycle(component.name) else {}
    return json_text(
        {
            **cycle,
            "command": [spec.python, *process.arguments, WORKER_SCRIPT],
            "conf": conf,
            "directory": process.directory,
            "env": process.env,
            "metrics": [{"name": name, "kind": kind} for name, kind in code.metrics],
            "serializer": process.serializer,
            "streams": {one.name: {"fields": one.fields, "direct": one.direct} for one in component.streams},
        }
    )
