"""The code of a Python component, as text: what umbrella.storm.PythonBolt and PythonSpout are built from."""

from __future__ import annotations

from umbrella.compile.conf import TASKS, component_conf, json_text
from umbrella.process import process_of
from umbrella.spec import ComponentSpec, PythonCode, TopologySpec

WORKER_SCRIPT = "-mumbrella.multilang"  # in one argument: Storm's ShellComponent carries exactly [command, script]
CLASSES = {"spout": "umbrella.storm.PythonSpout", "bolt": "umbrella.storm.PythonBolt"}


def python_description(spec: TopologySpec, component: ComponentSpec) -> str:
    """Return the one argument of CLASSES, which umbrella.storm.Description reads: JSON in ASCII."""
    code = component.code
    assert isinstance(code, PythonCode)
    process = process_of(spec, component)
    conf = component_conf(component, spec)
    conf.pop(TASKS, None)  # of the topology's structure: Thrift and Flux have their own word for it
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
