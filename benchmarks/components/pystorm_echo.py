"""The echo bolt in pystorm."""

from pystorm import Bolt


class Echo(Bolt):
    auto_ack = False
    auto_anchor = False

    def process(self, tup):
        self.emit([tup.values[0]], anchors=[tup])
        self.ack(tup)


Echo().run()
