"""Components whose process ends or hangs."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import time

from umbrella import AutoAckBolt, Spout

from .plain import One

C = ctypes.CDLL(None)


class Dies(AutoAckBolt):
    """Ends its process as it is told."""

    def execute(self, tup):
        getattr(self, tup.value)()

    def nothing(self):
        pass

    def exit(self):
        os._exit(7)

    def segfault(self):
        faulthandler._sigsegv()

    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def hang(self):
        time.sleep(600)

    def hang_in_c(self):
        C.sleep(600)


class DyingSpout(Spout):
    """Ends its process when it is asked for its second tuple."""

    Default = One
    first = True

    def next_tuple(self):
        if not self.first:
            os._exit(9)
        self.first = False
        self.emit("the first")
