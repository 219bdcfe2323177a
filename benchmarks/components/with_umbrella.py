"""The components in Umbrella."""

from umbrella import Bolt, Spout, Stream

TEXT = "x" * 100


class Echo(Bolt):
    class Default(Stream):
        fields = "text"

    def execute(self, tup):
        self.emit(tup.text, anchors=tup)
        self.ack(tup)


class One(Spout):
    class Default(Stream):
        fields = "text"

    def open(self):
        self.count = 0

    def next_tuple(self):
        self.emit(TEXT, message_id=self.count)
        self.count += 1


class Many(One):
    def next_tuple(self):
        for _ in range(100):
            self.emit(TEXT, message_id=self.count)
            self.count += 1


class ManyRows(One):
    def next_tuple(self):
        ids = range(self.count, self.count + 100)
        self.emit_many([(TEXT,) for _ in ids], message_ids=ids)
        self.count += 100
