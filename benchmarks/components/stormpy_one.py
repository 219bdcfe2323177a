"""The spout of one tuple per next in storm.py."""

import storm

TEXT = "x" * 100


class One(storm.Spout):
    count = 0

    def nextTuple(self):
        storm.emit([TEXT], id=self.count)
        self.count += 1


One().run()
