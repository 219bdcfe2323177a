"""Spouts that tell and count the calls they get."""

from __future__ import annotations

from umbrella import Spout, Stream


class SpoutEvents(Spout):
    """Tells every call it gets."""

    class Default(Stream):
        fields = "event", "id"

    def open(self):
        self.number = 0

    def tell(self, event, message_id=None):
        self.emit(event, message_id)

    def next_tuple(self):
        if self.number < 10:
            self.number += 1
            self.emit("next", self.number, message_id=self.number)

    def ack(self, message_id):
        self.tell("ack", message_id)

    def fail(self, message_id):
        self.tell("fail", message_id)

    def activate(self):
        self.tell("activate")

    def deactivate(self):
        self.tell("deactivate")


class Flows(Spout):
    """Always has a tuple, up to a number of them."""

    class Default(Stream):
        fields = "number"

    count: int

    def open(self):
        self.number = self.acked = 0

    def next_tuple(self):
        if self.number < self.count:
            self.number += 1
            self.emit(self.number, message_id=self.number)

    def ack(self, message_id):
        self.acked += 1
        if self.acked == self.count:
            self.log.info("all %d are acked", self.acked)
