"""The forms that a Python component may have in Storm; what is promised of all is tested in all."""

from __future__ import annotations

import os
from typing import Any

from umbrella.process import MSGPACK, SERIALIZER, SHELL, STOCK as STOCK_SHELL
from umbrella.spec import TopologySpec

# Storm's shell components; and umbrella.storm.PythonBolt and PythonSpout over either wire.
STOCK, JSON, PACKED = "stock", "json", "msgpack"
FORMS: dict[str, dict[str, Any]] = {STOCK: {SHELL: STOCK_SHELL}, JSON: {}, PACKED: {SERIALIZER: MSGPACK}}
OURS = (JSON, PACKED)
# Where the wire plays no part, one of ours stands for both, but in scripts/soak.
SOAK = os.environ.get("UMBRELLA_SOAK") == "1"
EITHER = OURS if SOAK else (JSON,)
SHELLS = (STOCK, *EITHER)


def in_form(spec: TopologySpec, form: str) -> TopologySpec:
    """Return the topology with its Python components in a form."""
    return spec._replace(config={**spec.config, **FORMS[form]})
