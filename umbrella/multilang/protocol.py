"""Which message may come when: the multilang protocol of ShellBolt and ShellSpout as a table, and that of our shells.

No I/O, no thread. What is out of turn is refused here, before a byte is written: Storm would answer it by ending the
whole worker.
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

STARTING = "starting"  # nothing has come yet
GREETED = "greeted"  # the handshake is there; the next object sent is read as the pid, whatever it is
LOADING = "loading"  # the pid is answered, the component's class not known yet
BOLT = "bolt"  # a bolt at work: either side sends at any time
SPOUT_WAITS = "waiting spout"  # between two commands: Storm does not read, what is sent waits in the pipe
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
    """Where a conversation with Storm stands.

    Attributes:
        state: one of the names above.
        ahead: how many commands to a spout are answered already, before they have come.
    """

    def __init__(self, state: str = STARTING) -> None:
        self.state = state
        self.ahead = 0

    def move(self, message: type) -> None:
        """Note that a message of that type has come or is about to be sent.

        Raises:
            ProtocolError: it may not come now; nothing changes.
        """
        follows = TABLE[self.state].get(message)
        if follows is None:
            what = f"{message.__name__} is out of turn: this worker is at the state {self.state!r}"
            raise ProtocolError(explain(what, valid=[one.__name__ for one in TABLE[self.state]]))
        if follows is SPOUT_ANSWERS and self.ahead and self.state is SPOUT_WAITS:
            self.ahead -= 1  # its sync was in the pipe before it: Storm reads no further
            return
        self.state = follows

    def answer_ahead(self, count: int) -> None:
        """Note that the next commands to a spout are answered now, each by a sync, before they come.

        Raises:
            ProtocolError: this is no spout between two turns; nothing changes.
        """
        if self.state is not SPOUT_WAITS:
            raise ProtocolError(f"only a spout between two turns answers ahead; this worker is {self.state!r}")
        self.ahead += count

    def loaded(self, as_spout: bool, asks_ahead: bool = False) -> None:
        """Note that the component is known.

        Args:
            as_spout: whether it is a spout.
            asks_ahead: whether Umbrella's Java half is at the other end.

        Raises:
            ProtocolError: the pid is not answered yet.
        """
        if self.state != LOADING:
            raise ProtocolError(f"a component is loaded after the pid is answered; this worker is {self.state!r}")
        spout = SPOUT_ASKED_AHEAD if asks_ahead else SPOUT_WAITS
        self.state = spout if as_spout else BOLT
