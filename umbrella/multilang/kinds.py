"""The messages between a component's process and Umbrella's Java half: one table, which both codecs read.

tests/multilang/test_kinds.py holds Java's constants and the table of docs/architecture.md against it. Any Python can
read this file, 2.7 too, for too_old.py does.
"""

from collections import namedtuple

TO_CHILD, FROM_CHILD = "to the child", "from the child"
BOLT, SPOUT, BOTH = "bolt", "spout", "both"

# name: of the constant, here and in Java.
# number: on the msgpack wire; one of the two directions.
# direction: TO_CHILD or FROM_CHILD.
# shell: which component has it: BOLT, SPOUT or BOTH.
# command: what it is called on the JSON wire; "" if that has no command for it.
# fields: what follows the number on the msgpack wire, as an error shows it.
Kind = namedtuple("Kind", ("name", "number", "direction", "shell", "command", "fields"))

KINDS = []  # type: list[Kind]


def _row(name, number, direction, shell, command="", *fields):
    # type: (str, int, str, str, str, str) -> int
    """Add a message to the table, and return its number."""
    KINDS.append(Kind(name, number, direction, shell, command, fields))
    return number


TUPLE = _row("TUPLE", 0, TO_CHILD, BOLT, "", "id", "source", "values")
SOURCE = _row("SOURCE", 1, TO_CHILD, BOLT, "", "source", "component", "stream", "task")
HEARTBEAT = _row("HEARTBEAT", 2, TO_CHILD, BOLT)
TASK_IDS = _row("TASK_IDS", 3, TO_CHILD, BOTH, "", "[task, ...]")
NEXT = _row("NEXT", 4, TO_CHILD, SPOUT, "next")
ACKED = _row("ACKED", 5, TO_CHILD, SPOUT, "ack", "[message_id, ...]")
FAILED = _row("FAILED", 6, TO_CHILD, SPOUT, "fail", "[message_id, ...]")
ACTIVATE = _row("ACTIVATE", 7, TO_CHILD, SPOUT, "activate")
DEACTIVATE = _row("DEACTIVATE", 8, TO_CHILD, SPOUT, "deactivate")
LOG_LEVEL = _row("LOG_LEVEL", 9, TO_CHILD, BOTH, "log_level", "level")

ACK = _row("ACK", 0, FROM_CHILD, BOLT, "ack", "id")
FAIL = _row("FAIL", 1, FROM_CHILD, BOLT, "fail", "id")
BOLT_EMIT = _row("BOLT_EMIT", 2, FROM_CHILD, BOLT, "emit", "stream", "values", "anchors", "task", "need_task_ids")
EMIT_AND_ACK = _row("EMIT_AND_ACK", 3, FROM_CHILD, BOLT, "", "id", "stream", "values")  # ours does not send it
SPOUT_EMIT = _row("SPOUT_EMIT", 4, FROM_CHILD, SPOUT, "emit", "stream", "values", "message_id", "task", "need_task_ids")
SYNC = _row("SYNC", 5, FROM_CHILD, SPOUT, "sync")
LOG = _row("LOG", 6, FROM_CHILD, BOTH, "log", "level", "text")
ERROR = _row("ERROR", 7, FROM_CHILD, BOTH, "error", "text")
METRICS = _row("METRICS", 8, FROM_CHILD, BOTH, "metrics", "{...}")
ALIVE = _row("ALIVE", 9, FROM_CHILD, BOTH, "sync")  # in JSON a bolt's; a spout's are lines of the log
BOLT_EMITS = _row("BOLT_EMITS", 10, FROM_CHILD, BOLT, "", "stream", "[values, ...]", "anchors")
SPOUT_EMITS = _row("SPOUT_EMITS", 11, FROM_CHILD, SPOUT, "", "stream", "[values, ...]", "[message_id, ...] or nil")
ACKS = _row("ACKS", 12, FROM_CHILD, BOLT, "", "[id, ...]")


def form(kind):  # type: (Kind) -> str
    """Return a message of the msgpack wire as an error shows it: ``[0, id, source, values]``."""
    return "[{}]".format(", ".join((str(kind.number),) + kind.fields))  # noqa: RUF005 - Python 2.7
