"""Umbrella's own settings for worker processes, read from the topology's conf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from umbrella.errors import TargetError, explain

EXECUTE_TIMEOUT = "umbrella.execute.timeout.secs"
OPEN_TIMEOUT = "umbrella.open.timeout.secs"
MAX_FRAME = "umbrella.max.frame.bytes"
LARGEST_FRAME = 1 << 30
EXCEPTIONS_UNTIL_RESTART = "umbrella.exceptions.until.restart"
LOG_LEVEL = "umbrella.python.log.level"
LOG_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}  # as Python's logging has them
NUMBERS = (EXECUTE_TIMEOUT, OPEN_TIMEOUT, MAX_FRAME, EXCEPTIONS_UNTIL_RESTART)

_MESSAGE_TIMEOUT = "topology.message.timeout.secs"
_SUBPROCESS_TIMEOUT = "topology.subprocess.timeout.secs"
_WORKER_TIMEOUT = "supervisor.worker.timeout.secs"
_MAX_SPOUT_PENDING = "topology.max.spout.pending"
_ACKERS = "topology.acker.executors"


class Settings(NamedTuple):
    """What a worker process goes by.

    Attributes:
        execute_timeout: seconds that one call of execute, next_tuple, ack, fail or tick may take.
        open_timeout: seconds that importing the module and ``open`` may take.
        heartbeat_timeout: seconds of silence after which Storm ends the worker (ShellBolt, ShellSpout).
        message_timeout: seconds after which Storm replays a tuple.
        max_frame: bytes of the largest message that may be emitted.
        exceptions_until_restart: so many exceptions in a row end the process; 0 for never.
        max_pending: how many of a spout task's tuples Storm lets be open at once; 0 for no limit, or no acking.
        local: whether Storm runs in local mode.
        log_level: of the component's logger and of Python's root logger, one of LOG_LEVELS.
    """

    execute_timeout: float = 30.0
    open_timeout: float = 120.0
    heartbeat_timeout: float = 30.0
    message_timeout: float = 30.0
    max_frame: int = 1 << 26
    exceptions_until_restart: int = 0
    max_pending: int = 0
    local: bool = False
    log_level: str = "INFO"


def read_settings(conf: Mapping[str, Any]) -> Settings:
    """Return the settings of a conf.

    Raises:
        TargetError: one of them is not of its kind.
    """
    message_timeout = _number(conf, _MESSAGE_TIMEOUT, 30)
    # ShellBolt.prepare: the topology's own limit if it is set, else the supervisor's for workers.
    heartbeat = _number(conf, _SUBPROCESS_TIMEOUT, _number(conf, _WORKER_TIMEOUT, 30))
    return Settings(
        execute_timeout=_number(conf, EXECUTE_TIMEOUT, message_timeout),
        open_timeout=_number(conf, OPEN_TIMEOUT, 120),
        heartbeat_timeout=heartbeat,
        message_timeout=message_timeout,
        max_frame=int(_number(conf, MAX_FRAME, 1 << 26)),
        exceptions_until_restart=int(_number(conf, EXCEPTIONS_UNTIL_RESTART, 0)),
        max_pending=_max_pending(conf),
        local=conf.get("storm.cluster.mode") == "local",
        log_level=_log_level(conf),
    )


def _log_level(conf: Mapping[str, Any]) -> str:
    level = conf.get(LOG_LEVEL) or "INFO"
    if level not in LOG_LEVELS:
        raise TargetError(explain(f"the setting {LOG_LEVEL} takes a level", given=repr(level), valid=list(LOG_LEVELS)))
    return str(level)


def _max_pending(conf: Mapping[str, Any]) -> int:
    # Storm's own keys, which it has checked. StormCommon.hasAckers: unset means one acker for each worker.
    most = conf.get(_MAX_SPOUT_PENDING)
    return int(most) if isinstance(most, (int, float)) and conf.get(_ACKERS) != 0 else 0


def _number(conf: Mapping[str, Any], key: str, default: float) -> float:
    value = conf.get(key)
    if value is None:
        return default
    takes = wrong_kind(key, value)
    if takes:
        raise TargetError(explain(f"the setting {key} takes {takes}", given=repr(value)))
    return value  # type: ignore[no-any-return]


def wrong_kind(key: str, value: Any) -> str | None:
    """Return what one of these settings takes if the value is not that, else None. None unsets a setting."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    if key == MAX_FRAME:  # beyond, Java has no array to read it into
        return None if value is None or (number and value <= LARGEST_FRAME) else f"0 to {LARGEST_FRAME:,} bytes"
    return None if value is None or number else "a number of 0 or more"
