"""What runs on a worker needs Python and simplejson, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import simplejson

import umbrella

SCRIPT = """
import sys
sys.path[:0] = {paths!r}
import umbrella, umbrella.multilang.worker, umbrella.multilang.loops, umbrella.multilang.printed
from umbrella import *
import umbrella.dsl.to_spec
third_party = sorted(name for name in sys.modules if getattr(sys.modules[name], "__file__", None)
                     and ("site-packages" in sys.modules[name].__file__) and "." not in name)
print(third_party)
"""


def test_the_worker_part_imports_nothing_but_simplejson(tmp_path):
    # As in a topology jar: umbrella and simplejson side by side, and no site-packages.
    for package in (umbrella, simplejson):
        (tmp_path / package.__name__).symlink_to(Path(package.__file__).parent)
    script = SCRIPT.format(paths=[str(tmp_path)])
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[]", "['simplejson']")


def test_every_public_name_can_be_imported():
    assert sorted(umbrella.__all__) == sorted(set(umbrella.__all__))
    for name in umbrella.__all__:
        assert getattr(umbrella, name) is not None


def test_a_worker_loads_only_the_wire_and_the_parts_that_it_uses():
    script = """
import sys
import umbrella.multilang.worker, umbrella.multilang.codec, umbrella.multilang.loops, umbrella.multilang.watch
from umbrella import AutoAckBolt, Spout
wanted = ("msgspec", "msgpack", "umbrella.multilang.packed", "umbrella.multilang.messagepack",
          "umbrella.multilang.metrics_report", "umbrella.multilang.rows", "umbrella.multilang.wire")
print([name for name in sys.modules if name.startswith(wanted)])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
