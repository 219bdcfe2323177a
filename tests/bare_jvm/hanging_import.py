"""A component whose module does not get imported on a worker."""

from __future__ import annotations

import time

from bare_jvm.components.plain import Echo
from bare_jvm.driver_mark import ON_WORKER

if ON_WORKER:
    time.sleep(600)


class HangsAtImport(Echo):
    pass
