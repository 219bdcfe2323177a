"""The spout of one tuple per next in pystorm."""

from pystorm import Spout

TEXT = "x" * 100


class One(Spout):
    count = 0

    def next_tuple(self):
        self.emit([TEXT], tup_id=self.count)
        self.count += 1


One().run()
