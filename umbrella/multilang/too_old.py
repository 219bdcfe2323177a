"""Reports to Storm that this worker's Python is too old. Every Python version can parse this file, even 2.7."""

import json
import os
import struct
import sys
import time

LOG, ERROR = 6, 7  # kinds of messages on the msgpack wire: umbrella.multilang.packed_words
SEVERE = 4
PAUSE = 5.0  # seconds; the supervisor starts a worker that ended at once again and again
OLDEST = (3, 9)


def refuse():  # type: () -> int
    """Shake hands with Storm, report what is wrong, and return the exit code of the process."""
    shake = json.loads(_first_message())
    # The supervisor finds the process by this file; Storm waits for the pid before it looks at anything else.
    open(os.path.join(shake.get("pidDir") or ".", str(os.getpid())), "w").close()
    _send({"pid": os.getpid()})
    text = _text(shake.get("conf") or {}, (shake.get("context") or {}).get("componentid"))
    if (shake.get("umbrella") or {}).get("serializer") == "msgpack":
        _write(_packed(text))
    else:
        _send({"command": "log", "msg": text, "level": SEVERE})
        _send({"command": "error", "msg": text})
    if (shake.get("conf") or {}).get("storm.cluster.mode") != "local":
        time.sleep(PAUSE)
    return 1


def _text(conf, component):  # type: (dict[str, object], object) -> str
    version = ".".join(str(part) for part in sys.version_info[:3])
    valid = ".".join(str(part) for part in OLDEST) + " or newer"
    if conf.get("umbrella.python"):
        valid += ", and {} for what its jar carries".format(conf["umbrella.python"])
    return (
        "{}: Umbrella {} cannot run on the Python of this worker; given: Python {} at {}; valid: {}. Set python in the "
        "topology's Config to the path of such a Python on the workers, or install one there."
    ).format(component, conf.get("umbrella.version"), version, sys.executable, valid)


def _first_message():  # type: () -> str
    lines = []  # type: list[str]
    while True:
        line = sys.stdin.readline()
        if not line or line.strip() == "end":
            return "".join(lines) or "{}"
        lines.append(line)


def _send(message):  # type: (dict[str, object]) -> None
    _write((json.dumps(message) + "\nend\n").encode("ascii"))


def _packed(text):  # type: (str) -> bytes
    """Return the text as a line of the log and as an error, in one frame of the msgpack wire."""
    data = text.encode("utf-8")
    packed = struct.pack(">BI", 0xDB, len(data)) + data  # a text of up to 4 GiB
    body = struct.pack("BBB", 0x93, LOG, SEVERE) + packed + struct.pack("BB", 0x92, ERROR) + packed
    return struct.pack(">I", len(body)) + body


def _write(data):  # type: (bytes) -> None
    # Below what Python 2 or 3 makes of text.
    sys.stdout.flush()
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]
