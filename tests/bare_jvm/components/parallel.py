"""Components with threads and processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import time

from umbrella import AutoAckBolt, Spout, Stream

from .plain import One


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


class ForksAndEnds(AutoAckBolt):
    """Forks a child that ends in one of many ways, waits for it, and tells its exit code."""

    Default = One

    def execute(self, tup):
        pid = os.fork()
        if pid == 0:
            return getattr(self, tup.value)()
        self.emit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

    def exits(self):
        sys.exit()

    def exits_with_code(self):
        sys.exit(3)

    def exits_with_text(self):
        sys.exit("the child says why")

    def raises(self):
        raise ValueError("the child raises")

    def returns(self):
        print("the child returns")

    def emits(self):
        self.emit("from the child")

    def forks(self):
        pid = os.fork()
        if pid == 0:
            sys.exit(4)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


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
