"""A multilang bolt that knows nothing of Umbrella; run as a program, it does to each tuple what its value says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def read():
    lines = iter(sys.stdin.readline, "end\n")
    return json.loads("".join(lines))


def send(**message):
    print(json.dumps(message), "end", sep="\n", flush=True)


def answer(identity, value, sink):
    if value == "die with last words":
        print("these were my last words", file=sys.stderr, flush=True)
        os._exit(3)
    if value == "leave a child that holds stdout":
        subprocess.Popen(["sleep", "60"])
        os._exit(4)
    if value == "close stdout":
        os.close(1)
        time.sleep(600)
    if value == "flood stderr":
        for _ in range(2000):
            print("x" * 99, file=sys.stderr, flush=True)
    if value == "anchor to a stranger":
        send(command="emit", tuple=[value], anchors=["987654321"], need_task_ids=False)
    if value == "emit to an unknown stream":
        send(command="emit", tuple=[value], stream="defualt", need_task_ids=False)
    if value == "emit to one task of a stream for all":
        send(command="emit", tuple=[value], task=sink, need_task_ids=False)
    if value == "unknown metric":
        send(command="metrics", name="nobody knows it", params=1)
    send(command="emit", tuple=[value], anchors=[identity], need_task_ids=False)
    send(command="ack", id=identity)
    if value == "ack twice":
        send(command="ack", id=identity)


def main():
    setup = read()
    open(os.path.join(setup["pidDir"], str(os.getpid())), "w").close()
    send(pid=os.getpid())
    tasks = setup["context"]["task->component"]
    sink = next(int(task) for task, name in tasks.items() if name == "sink")
    while True:
        message = read()
        if message["stream"] == "__heartbeat":
            send(command="sync")
        else:
            answer(message["id"], message["tuple"][0], sink)


if __name__ == "__main__":
    main()
