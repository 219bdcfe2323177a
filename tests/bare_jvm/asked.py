"""Spouts for the tests of PythonSpout; imported by worker processes too."""

from __future__ import annotations

import os

from umbrella import Spout, Stream


class Counting(Spout):
    """Always has a tuple: who counts, and how far."""

    class Default(Stream):
        fields = "pid", "number"

    class Heard(Stream):
        fields = "event", "pid", "id"

    def open(self):
        self.number = 0

    def next_tuple(self):
        message_id = f"{os.getpid()} {self.number}" if self.number % 2 else self.number
        self.emit(os.getpid(), self.number, message_id=message_id)
        self.number += 1

    def hear(self, event, message_id=None):
        self.emit(event, os.getpid(), message_id, stream=self.Heard)

    def ack(self, message_id):
        self.hear("ack", message_id)

    def fail(self, message_id):
        self.hear("fail", message_id)

    def activate(self):
        self.hear("activate")


class AsksTaskIds(Spout):
    """Tells the tasks that its tuples went to."""

    class Default(Stream):
        fields = "tasks"

    def next_tuple(self):
        tasks = self.emit([], need_task_ids=True)
        self.emit(tasks)
