"""The multilang protocol as a state machine: that of ShellBolt and ShellSpout, and that of Umbrella's Java half.

No I/O, no threads. A message at the wrong time is refused here, before a byte is written: Storm would end the whole
worker.
"""

from __future__ import annotations

from umbrella.errors import ProtocolError, explain
from umbrella.multilang.messages import (
    Acked,
    AckedMany,
    AckTuple,
    Activate,
    Deactivate,
    Emit,
    Failed,
    FailedMany,
    FailTuple,
    Handshake,
    Heartbeat,
    Log,
    LogLevel,
    Metrics,
    Next,
    Pid,
    ReportError,
    SourceNamed,
    Sync,
    TaskIds,
)
from umbrella.multilang.tuples import Tuple

STARTING = "starting"  # nothing has been received yet
GREETED = "greeted"  # the handshake was received; Storm reads the next object sent as the pid, whatever it is
LOADING = "loading"  # the pid was sent; the component's class is not loaded yet
BOLT = "bolt"  # a running bolt: both sides send at any time
SPOUT_WAITS = "waiting spout"  # between two commands: Storm does not read, and what is sent waits in the pipe
SPOUT_ANSWERS = "answering spout"  # Storm reads until the sync

SPOUT_ASKED_AHEAD = "spout asked ahead"  # by Umbrella's Java half: several nexts may come, acks and fails at any time

_ANY_TIME = (Emit, Log, ReportError, Metrics)

TABLE: dict[str, dict[type, str]] = {
    STARTING: {Handshake: GREETED},
    GREETED: {Pid: LOADING},
    LOADING: {Log: LOADING, ReportError: LOADING},
    BOLT: dict.fromkeys(
        (Tuple, Heartbeat, SourceNamed, LogLevel, TaskIds, AckTuple, FailTuple, Sync, *_ANY_TIME), BOLT
    ),
    SPOUT_WAITS: {
        **dict.fromkeys((Next, Acked, Failed, Activate, Deactivate), SPOUT_ANSWERS),
        **dict.fromkeys(_ANY_TIME, SPOUT_WAITS),
    },
    SPOUT_ASKED_AHEAD: dict.fromkeys(
        (Next, Acked, AckedMany, Failed, FailedMany, Activate, Deactivate, LogLevel, TaskIds, Sync, *_ANY_TIME),
        SPOUT_ASKED_AHEAD,
    ),
    SPOUT_ANSWERS: {**dict.fromkeys((TaskIds, *_ANY_TIME), SPOUT_ANSWERS), Sync: SPOUT_WAITS},
}


class Protocol:
    """The state of a conversation with Storm.

    Attributes:
        state: one of the constants above.
        ahead: how many commands to a spout have been answered before they arrived.
    """

    def __init__(self, state: str = STARTING) -> None:
        self.state = state
        self.ahead = 0

    def move(self, message: type) -> None:
        """Record that a message of this type was received or is about to be sent.

        Raises:
            ProtocolError: it is not allowed in this state; the state does not change.
        """
        follows = TABLE[self.state].get(message)
        if follows is None:
            what = f"{message.__name__} is out of turn: this worker is at the state {self.state!r}"
            raise ProtocolError(explain(what, valid=[one.__name__ for one in TABLE[self.state]]))
        if follows is SPOUT_ANSWERS and self.ahead and self.state is SPOUT_WAITS:
            self.ahead -= 1  # its sync was already in the pipe: Storm reads no further
            return
        self.state = follows

    def answer_ahead(self, count: int) -> None:
        """Record that the next commands to a spout are answered now, each with a sync, before they arrive.

        Raises:
            ProtocolError: this is not a spout between two turns; the state does not change.
        """
        if self.state is not SPOUT_WAITS:
            raise ProtocolError(f"only a spout between two turns answers ahead; this worker is {self.state!r}")
        self.ahead += count

    def loaded(self, as_spout: bool, asks_ahead: bool = False) -> None:
        """Record that the component is loaded.

        Args:
            as_spout: whether it is a spout.
            asks_ahead: whether Umbrella's Java half is the parent process.

        Raises:
            ProtocolError: the pid has not been sent yet.
        """
        if self.state != LOADING:
            raise ProtocolError(f"a component is loaded after the pid is answered; this worker is {self.state!r}")
        spout = SPOUT_ASKED_AHEAD if asks_ahead else SPOUT_WAITS
        self.state = spout if as_spout else BOLT
