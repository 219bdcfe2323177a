"""The spout of 100 tuples per next in storm.py."""

import storm

TEXT = "x" * 100


class Many(storm.Spout):
    count = 0

    def nextTuple(self):
        for _ in range(100):
            storm.emit([TEXT], id=self.count)
            self.count += 1


Many().run()
