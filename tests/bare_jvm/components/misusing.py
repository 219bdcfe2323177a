"""A bolt that does what it may not."""

from __future__ import annotations

import copy
import datetime
import decimal

from umbrella import Bolt, Stream
from umbrella.multilang.component import collector_of


class Misuses(Bolt):
    """Does what Storm would answer by ending the worker, and tells which error it got instead."""

    class Default(Stream):
        fields = "what", "error", "text"

    class Direct(Stream):
        fields = "value"
        direct = True

    class Unread(Stream):
        fields = "value"

    def execute(self, tup):
        try:
            getattr(self, tup.value)(tup)
        except Exception as error:
            self.emit(tup.value, type(error).__name__, str(error))
        else:
            self.emit(tup.value, "", "")
        if collector_of(self).is_open(tup):
            self.ack(tup)

    def nothing(self, tup):
        pass

    def ack_twice(self, tup):
        self.ack(tup)
        self.ack(tup)

    def fail_twice(self, tup):
        self.fail(tup)
        self.fail(tup)

    def ack_then_fail(self, tup):
        self.ack(tup)
        self.fail(tup)

    def ack_of_what_never_came(self, tup):
        forged = copy.copy(tup)
        forged._id = "12345"
        self.ack(forged)

    def anchor_after_ack(self, tup):
        self.ack(tup)
        self.emit("a", "b", "c", anchors=tup)

    def unknown_stream(self, tup):
        self.emit("a", stream="defualt")

    def too_few_values(self, tup):
        self.emit("a", "b")

    def too_many_values(self, tup):
        self.emit("a", "b", "c", "d")

    def unknown_field(self, tup):
        self.emit(what="a", error="b", txt="c")

    def direct_stream_without_a_task(self, tup):
        self.emit(1, stream="direct")

    def task_on_a_stream_for_everyone(self, tup):
        self.emit("a", "b", "c", task=self.context.tasks("sink")[0])

    def not_a_number(self, tup):
        self.emit(float("nan"), "b", "c")

    def infinity(self, tup):
        self.emit(float("-inf"), "b", "c")

    def some_bytes(self, tup):
        self.emit(b"abc", "b", "c")

    def some_date(self, tup):
        self.emit(datetime.date(2024, 1, 2), "b", "c")

    def a_set(self, tup):
        self.emit({1}, "b", "c")

    def a_decimal(self, tup):
        self.emit(decimal.Decimal("1.5"), "b", "c")

    def an_object(self, tup):
        self.emit(object(), "b", "c")

    def a_key_that_is_no_text(self, tup):
        self.emit({1: 2}, "b", "c")

    def half_a_character(self, tup):
        self.emit("\ud83d", "b", "c")

    def half_a_character_in_a_key(self, tup):
        self.emit([{"\udc00": 1}], "b", "c")

    def nested_too_deep(self, tup):
        self.emit(nested(301), "b", "c")

    def nested_deep(self, tup):
        self.emit(nested(299), "b", "c")

    def larger_than_the_limit(self, tup):
        self.emit("x" * (2 << 20), "b", "c")

    def direct(self, tup):
        for number, task in enumerate(self.context.tasks("sink")):
            assert self.emit(number, stream="direct", task=task) is None

    def with_task_ids(self, tup):
        tasks = self.emit("a", "b", "c", need_task_ids=True)
        assert set(tasks) <= set(self.context.tasks("sink")), tasks

    def with_task_ids_on_another_stream(self, tup):
        assert len(self.emit(1, stream="unread", need_task_ids=True)) == 1


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value
