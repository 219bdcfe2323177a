"""Storm's Thrift types as Python classes, loaded once from storm.thrift."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import thriftpy2

IDL = Path(__file__).with_name("storm.thrift")

# thriftpy2 makes the classes at run time, so a type checker knows none of them.
storm: Any = thriftpy2.load(IDL, module_name="umbrella.compile.storm_thrift")
