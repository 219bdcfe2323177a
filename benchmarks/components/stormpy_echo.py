"""The echo bolt in storm.py."""

import storm


class Echo(storm.Bolt):
    def process(self, tup):
        storm.emit([tup.values[0]], anchors=[tup])
        storm.ack(tup)


Echo().run()
