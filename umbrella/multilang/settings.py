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
LOG_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}  # the levels of Python's logging
NUMBERS = (EXECUTE_TIMEOUT, OPEN_TIMEOUT, MAX_FRAME, EXCEPTIONS_UNTIL_RESTART)

_MESSAGE_TIMEOUT = "topology.message.timeout.secs"
_SUBPROCESS_TIMEOUT = "topology.subprocess.timeout.secs"
_WORKER_TIMEOUT = "supervisor.worker.timeout.secs"
_MAX_SPOUT_PENDING = "topology.max.spout.pending"
_ACKERS = "topology.acker.executors"


class Settings(NamedTuple):
    """The settings of a worker process.

    Attributes:
        execute_timeout: timeout in seconds for one call of execute, next_tuple, ack, fail or tick.
        open_timeout: timeout in seconds for importing the module and for ``open``.
        heartbeat_timeout: seconds without a message after which Storm ends the worker (ShellBolt, ShellSpout).
        message_timeout: seconds after which Storm replays a tuple.
        max_frame: the maximum size in bytes of an emitted message.
        exceptions_until_restart: the number of exceptions in a row that ends the process; 0 for never.
        max_pending: Storm's limit of open tuples per spout task; 0 if there is no limit, or no acking.
        local: whether Storm runs in local mode.
        log_level: the level of the component's logger and Python's root logger, one of LOG_LEVELS.
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
    """Read the settings from a conf.

    Raises:
        TargetError: one of them has an invalid value.
    """
    message_timeout = _number(conf, _MESSAGE_TIMEOUT, 30)
    # ShellBolt.prepare: the topology's own timeout if it is set, else the supervisor's timeout for workers.
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
    # Storm's own keys, already validated by Storm. StormCommon.hasAckers: unset means one acker for each worker.
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
    """Return the valid values of one of these settings if the value is not valid, else None. None unsets a setting."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    if key == MAX_FRAME:  # Java has no larger array to read it into
        return None if value is None or (number and value <= LARGEST_FRAME) else f"0 to {LARGEST_FRAME:,} bytes"
    return None if value is None or number else "a number of 0 or more"
