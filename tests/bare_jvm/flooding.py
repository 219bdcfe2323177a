"""A component whose module floods stderr while it is imported by a worker."""

from __future__ import annotations

import os
import sys

from bare_jvm.components.plain import Echo
from bare_jvm.components.printing import flood
from bare_jvm.driver_mark import ON_WORKER

SIZE = (10 if os.environ.get("UMBRELLA_SOAK") == "1" else 2) << 20

if ON_WORKER:
    print("printed while importing")
    flood(SIZE)
    sys.stdout.write('{"pid":1}\nend\n')


class FloodsAtImport(Echo):
    pass
