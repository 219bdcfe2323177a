"""A component whose module cannot be imported on a worker."""

from __future__ import annotations

from bare_jvm.components.plain import Echo
from bare_jvm.driver_mark import ON_WORKER

if ON_WORKER:
    import a_library_that_is_not_there  # noqa: F401


class NotImportable(Echo):
    pass
