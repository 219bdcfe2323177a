"""The spout of 100 tuples per next in pystorm."""

from pystorm import Spout

TEXT = "x" * 100


class Many(Spout):
    count = 0

    def next_tuple(self):
        for _ in range(100):
            self.emit([TEXT], tup_id=self.count)
            self.count += 1


Many().run()
