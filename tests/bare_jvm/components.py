"""Components that the tests of the bare JVM run; imported by worker processes too."""

from __future__ import annotations

import copy
import ctypes
import datetime
import decimal
import faulthandler
import hashlib
import multiprocessing
import os
import random
import re
import signal
import struct
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

from umbrella import AutoAckBolt, Bolt, Spout, Stream

C = ctypes.CDLL(None)


class One(Stream):
    """The default stream with one field."""

    stream_name = "default"
    fields = "value"


class Echo(AutoAckBolt):
    """Sends on what it gets."""

    Default = One

    def execute(self, tup):
        self.emit(value=tup.value)


class Never(Bolt):
    """Acks nothing."""

    def execute(self, tup):
        pass


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
        if self._collector.is_open(tup):
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


class FromFile(Spout):
    """Emits each value whose Python text is appended to a file, and says which it may not."""

    class Default(Stream):
        fields = "value"

    class Refused(Stream):
        fields = "line", "text"

    path: str

    def open(self):
        self.file = Path(self.path).open(encoding="ascii")  # noqa: SIM115 - closed in close()
        self.line = 0

    def close(self):
        self.file.close()

    def next_tuple(self):
        known = {"nan": float("nan"), "inf": float("inf"), "datetime": datetime, "Decimal": decimal.Decimal}
        for line in self.file:
            try:
                self.emit(value=eval(line, known))
            except ValueError as error:  # EmitError is one
                self.emit(self.line, str(error), stream=self.Refused)
            self.line += 1


class TellText(AutoAckBolt):
    """Tells the Python text of what it gets."""

    Default = One

    def execute(self, tup):
        self.emit(ascii(tup[0]))


def doubles(seed):
    """Return an endless line of finite doubles: random bits, and the decimals that people write."""
    source = random.Random(seed)
    while True:
        value = struct.unpack("<d", source.randbytes(8))[0]
        if value == value and abs(value) != float("inf"):
            yield value
        yield round(source.uniform(-1e6, 1e6), source.randrange(12))


class Doubles(Spout):
    Default = One
    count: int

    def open(self):
        self.values = doubles(1)

    def next_tuple(self):
        for _ in range(100):
            if self.count:
                self.count -= 1
                self.emit(next(self.values))


class CompareDoubles(AutoAckBolt):
    """Counts the doubles that do not arrive as they were sent."""

    class Default(Stream):
        fields = "seen", "different"

    count: int

    def open(self):
        self.values = doubles(1)
        self.seen = self.different = 0

    def execute(self, tup):
        self.seen += 1
        value, sent = tup[0], next(self.values)
        if type(value) is not float or struct.pack("<d", value) != struct.pack("<d", sent):
            self.different += 1
        if self.seen == self.count:
            self.emit(self.seen, self.different)


class Digest(AutoAckBolt):
    """Tells the SHA-256 of each text, and how much memory this process has needed at most."""

    class Default(Stream):
        fields = "sha256", "kilobytes"

    def execute(self, tup):
        digest = hashlib.sha256(tup[0].encode()).hexdigest()
        self.emit(digest, peak_kilobytes())


def peak_kilobytes():
    """Return this program's peak of memory; getrusage's would include the JVM that it was forked from."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])


class Large(Spout):
    """Emits one text of a size each time."""

    Default = One
    size: int

    def open(self):
        self.number = 0

    def next_tuple(self):
        self.emit(text_of(self.number, self.size))
        self.number += 1


def text_of(number, size):
    piece = f'{number} quoted " and \\ and \N{SNOWMAN}\n'
    return (piece * (size // len(piece) + 1))[:size]


class Sleeps(AutoAckBolt):
    """Sleeps as long as it is told, opening included."""

    Default = One
    opening: float = 0.0

    def open(self):
        self.sleep_while_opening()

    def sleep_while_opening(self):
        time.sleep(self.opening)

    def execute(self, tup):
        self.sleep_as_told(tup.value)
        self.emit(tup.value)

    def sleep_as_told(self, seconds):
        time.sleep(seconds)


class SleepsInTick(Sleeps):
    def tick(self):
        self.sleep_as_told(600)


class SleepySpout(Spout):
    """Sleeps in one of its hooks the first time."""

    Default = One
    hook: str
    seconds: float

    def rest(self, hook):
        if hook == self.hook:
            self.hook = ""
            time.sleep(self.seconds)

    def activate(self):
        self.rest("activate")

    def next_tuple(self):
        self.rest("next_tuple")
        time.sleep(0.001)  # the driver's JVM keeps every tuple, and some tests last for half a minute
        self.emit("next", message_id=1)

    def ack(self, message_id):
        self.rest("ack")

    def deactivate(self):
        self.rest("deactivate")


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


class Prints(AutoAckBolt):
    """Writes lines in one of many ways, with tuples in between."""

    class Default(Stream):
        fields = "how", "number"

    lines: int

    def execute(self, tup):
        how = tup.value
        for number in range(10):
            getattr(self, how)(self.lines // 10, number)
            self.emit(how, number)

    def by_print(self, count, part):
        for number in range(count):
            print(f"by print {part} {number}")

    def by_write(self, count, part):
        for number in range(count):
            os.write(1, f"by write {part} {number}\n".encode())

    def by_c(self, count, part):
        for number in range(count):
            C.puts(f"by C {part} {number}".encode())
        C.fflush(None)

    def by_child(self, count, part):
        subprocess.run(["seq", "-f", f"by child {part} %g", str(count)], check=True)

    def by_stderr(self, count, part):
        for number in range(count):
            print(f"by stderr {part} {number}", file=sys.stderr)

    def like_frames(self, count, part):
        for number in range(count):
            print(f'{{"command":"ack","id":"{number}"}}')
            print("end" if number % 2 else '{"command":"emit","tuple":["like a frame",1]}\nend')


class Floods(AutoAckBolt):
    """Writes a lot to stderr wherever it is told to; see flooding.py for the time of the import."""

    Default = One
    where: str
    size: int

    def open(self):
        if self.where == "open":
            flood(self.size)

    def execute(self, tup):
        if self.where == "execute":
            flood(self.size)
        self.emit(tup.value)


class FloodingSpout(Spout):
    Default = One
    size: int

    def next_tuple(self):
        flood(self.size)
        self.emit("done")


def flood(size):
    """Write lines, and one that is very long."""
    line = "stderr " * 14 + "\n"
    for _ in range(size // 2 // len(line)):
        sys.stderr.write(line)
    os.write(2, b"x" * (size // 2))


class NotAnException(BaseException):
    pass


RAISED = ("ValueError", "SystemExit", "KeyboardInterrupt", "NotAnException", "snowman", "megabyte", "RecursionError")


class Raises(AutoAckBolt):
    """Raises for every hundredth number, in turn what RAISED says."""

    def execute(self, tup):
        if tup.value % 100 == 7:
            self.explode(RAISED[tup.value // 100 % len(RAISED)], tup.value)

    def explode(self, how, number):
        if how == "SystemExit":
            sys.exit(number)
        if how == "KeyboardInterrupt":
            raise KeyboardInterrupt
        if how == "NotAnException":
            raise NotAnException(f"number {number}")
        if how == "snowman":
            raise ValueError(f"\N{SNOWMAN} \ud83d {number}")
        if how == "megabyte":
            raise ValueError("m" * (1 << 20))
        if how == "RecursionError":
            self.explode(how, number)
        raise ValueError(f"number {number}")


class RaisingSpout(Spout):
    """Raises in every hook now and then, and goes on."""

    Default = One

    def open(self):
        self.calls = 0

    def next_tuple(self):
        self.calls += 1
        if self.calls % 2:
            raise ValueError(f"call {self.calls}")
        self.emit(self.calls, message_id=self.calls)

    def ack(self, message_id):
        sys.exit(message_id)

    def fail(self, message_id):
        raise NotAnException(message_id)

    def activate(self):
        raise KeyboardInterrupt

    def deactivate(self):
        raise ValueError("\N{SNOWMAN}")


class Dies(AutoAckBolt):
    """Ends its process as it is told."""

    def execute(self, tup):
        getattr(self, tup.value)()

    def nothing(self):
        pass

    def exit(self):
        os._exit(7)

    def segfault(self):
        faulthandler._sigsegv()

    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def hang(self):
        time.sleep(600)

    def hang_in_c(self):
        C.sleep(600)


class DyingSpout(Spout):
    """Ends its process when it is asked for its second tuple."""

    Default = One
    first = True

    def next_tuple(self):
        if not self.first:
            os._exit(9)
        self.first = False
        self.emit("the first")


class DoesNotOpen(AutoAckBolt):
    def open(self):
        raise RuntimeError("the database is not there \N{SNOWMAN}")

    def execute(self, tup):
        pass


class SpoutDoesNotOpen(Spout):
    def open(self):
        raise RuntimeError("the database is not there \N{SNOWMAN}")

    def next_tuple(self):
        pass


class Threads(AutoAckBolt):
    """Emits from many threads at once, and logs and prints in between."""

    class Default(Stream):
        fields = "thread", "number"

    threads: int
    emits: int

    def execute(self, tup):
        def emit(thread):
            for number in range(self.emits):
                self.emit(thread, number, anchors=tup)
                if number % 500 == 0:
                    self.log.info("thread %d is at %d", thread, number)
                    print("printed by", thread)

        threads = [threading.Thread(target=emit, args=[number]) for number in range(self.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class ThreadedSpout(Spout):
    """Emits from threads that know nothing of Storm's turns."""

    class Default(Stream):
        fields = "thread", "number"

    threads: int
    emits: int

    def open(self):
        for number in range(self.threads):
            threading.Thread(target=self.emit_all, args=[number], daemon=True).start()

    def emit_all(self, thread):
        for number in range(self.emits):
            self.emit(thread, number, message_id=f"{thread}:{number}")

    def next_tuple(self):
        pass


def in_child(number, conn):
    print(f"child {number} prints")
    os.write(1, b'{"command":"emit","tuple":["forged"]}\nend\n')
    conn.send(number)
    conn.close()


class Forks(AutoAckBolt):
    """Starts processes by multiprocessing; those forked try to emit as well."""

    Default = One
    method: str

    def execute(self, tup):
        context = multiprocessing.get_context(self.method)
        for number in range(3):
            receiving, sending = context.Pipe(duplex=False)
            process = context.Process(target=in_child, args=[number, sending])
            process.start()
            sending.close()
            self.emit(receiving.recv())
            process.join()
        if self.method == "fork" and os.fork() == 0:
            try:
                self.emit("from the child")
                self.ack(tup)
            finally:
                os._exit(0)
        self.emit("parent")


class LeavesChildren(AutoAckBolt):
    """Starts processes that would outlive it."""

    Default = One

    def execute(self, tup):
        self.child = subprocess.Popen(["sleep", "600"])
        self.process = multiprocessing.get_context("fork").Process(target=time.sleep, args=[600], daemon=True)
        self.process.start()
        self.emit(os.getpid())
        if tup.value == "hang":
            time.sleep(600)


class Closes(AutoAckBolt):
    """Writes a file when it is closed."""

    Default = One
    directory: str

    def open(self):
        self.file = Path(self.directory, uuid.uuid4().hex)
        self.file.write_text("open")

    def execute(self, tup):
        self.emit(os.getpid())
        while tup.value == "busy":
            time.sleep(0.01)
        if tup.value == "asleep":
            time.sleep(600)

    def close(self):
        time.sleep(0.2)
        self.file.write_text("closed")


class ClosingSpout(Spout):
    Default = One
    directory: str

    def open(self):
        self.file = Path(self.directory, uuid.uuid4().hex)
        self.file.write_text("open")

    def next_tuple(self):
        self.emit(os.getpid())

    def close(self):
        self.file.write_text("closed")


class HangsInClose(Closes):
    def close(self):
        time.sleep(600)


class TellsPlace(AutoAckBolt):
    """Tells where it runs, and where it may import from."""

    class Default(Stream):
        fields = "directory", "path"

    def execute(self, tup):
        self.emit(str(Path.cwd()), os.environ["PYTHONPATH"].split(os.pathsep))
