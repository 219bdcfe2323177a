"""Log levels of a running topology's workers (Storm's setLogConfig).

A component's name means the level of its Python log. In the workers, that is the level of the logger
``umbrella.component.NAME``. Nothing logs to it: umbrella.storm.Reporting polls it once a second and sends the level to
the component's process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from umbrella.compile.idl import storm
from umbrella.compile.python_code import CLASSES
from umbrella.errors import SettingsError, UnknownNameError, explain
from umbrella.process import OURS, SHELL
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.operations.names import component_objects

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF", "ALL")

COMPONENT_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR")  # those that Python has; INFO means "as the settings say"
_COMPONENT = "umbrella.component."  # Reporting.KNOB in java/

_FORM = re.compile(r"(?P<logger>[^=]+)=(?P<level>[A-Za-z]+)(:(?P<seconds>\d+))?")


@dataclass(frozen=True)
class LoggerLevel:
    """The level of one logger of the workers.

    Attributes:
        logger: its name in Java, or ROOT, or the name of a component.
        level: one of LEVELS.
        seconds: after this time, the workers restore the previous level; None for never.
        until_ms: when that happens, in milliseconds since the epoch, once Nimbus has set it.
        component: whether it is the level of a component's Python log.
    """

    logger: str
    level: str
    seconds: int | None = None
    until_ms: int | None = None
    component: bool = False

    @property
    def java_name(self) -> str:
        """The logger's name in the workers."""
        return _COMPONENT + self.logger if self.component else self.logger


def read_level(text: str) -> LoggerLevel:
    """Parse COMPONENT=LEVEL[:SECONDS] or LOGGER=LEVEL[:SECONDS].

    Raises:
        SettingsError: it is not of that form, or there is no such level.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        valid = ["count=DEBUG:60", "ROOT=WARN", "org.apache.storm.daemon.worker=DEBUG"]
        raise SettingsError(
            explain("a log level is COMPONENT=LEVEL[:SECONDS] or LOGGER=LEVEL[:SECONDS]", given=repr(text), valid=valid)
        )
    level = found["level"].upper()
    if level not in LEVELS:
        raise SettingsError(explain("this is no log level", given=found["level"], valid=LEVELS, wrong=level))
    seconds = int(found["seconds"]) if found["seconds"] else 0
    return LoggerLevel(found["logger"], level, seconds or None)


def levels(client: NimbusClient, topology_id: str, now_ms: float) -> list[LoggerLevel]:
    """Return the levels that were set and have not expired.

    Nimbus keeps expired levels too. Workers have already restored the previous ones, so they are left out.
    """
    return [one for one in _kept(client, topology_id) if one.until_ms is None or one.until_ms > now_ms]


def set_levels(client: NimbusClient, topology_id: str, wanted: Iterable[LoggerLevel]) -> None:
    """Set levels; those of other loggers do not change.

    Raises:
        UnknownNameError: the topology has no such component.
        SettingsError: a component has no such level, or its level cannot be changed.
    """
    known = component_objects(client, topology_id)
    changes = [meant(one, known) for one in wanted]
    client.set_log_config(topology_id, _config({one.java_name: _update(one) for one in changes}))


def meant(one: LoggerLevel, known: Mapping[str, Any]) -> LoggerLevel:
    """Return the level with the resolved name: a name without a dot is a component, except ROOT."""
    name = one.logger
    if name not in known:
        if "." in name or name.upper() == "ROOT":
            return one
        valid = [*known, "ROOT", "a logger of Java, such as org.apache.storm.daemon.worker"]
        raise UnknownNameError(explain(f"the topology has no component {name!r}", valid=valid, wrong=name))
    java = known[name].java_object
    if java is None or java.full_class_name not in CLASSES.values():
        stock = known[name].shell is not None
        what = f"only the log level of a Python component can be changed, run by {SHELL} = {OURS}"
        loggers = "org.apache.storm.task.ShellBolt and org.apache.storm.spout.ShellSpout"
        hint = f"Its lines come through {loggers}" if stock else "Give the logger of its Java class"
        raise SettingsError(explain(what, given=name, hint=hint))
    if one.level not in COMPONENT_LEVELS:
        raise SettingsError(explain(f"the log of {name} has no such level", given=one.level, valid=COMPONENT_LEVELS))
    return replace(one, component=True)


def clear_levels(client: NimbusClient, topology_id: str, loggers: Iterable[str]) -> list[str]:
    """Make workers restore the previous levels of these loggers, or of all; return which.

    Raises:
        UnknownNameError: no level was set for one of them.
    """
    kept = {one.logger: one for one in _kept(client, topology_id)}
    chosen = list(loggers) or list(kept)
    for name in chosen:
        if name not in kept:
            hint = "" if kept else "None was set at all"
            raise UnknownNameError(explain(f"no level was set for {name!r}", valid=list(kept), wrong=name, hint=hint))
    if chosen:
        client.set_log_config(
            topology_id, _config({kept[name].java_name: _putting_back(kept[name]) for name in chosen})
        )
    return chosen


def _putting_back(one: LoggerLevel) -> Any:
    """Return the LogLevel that makes workers restore the previous level.

    LogConfigManager.processLogConfigChange does so when a level with a timeout is removed, but it only forgets a level
    without one and leaves the logger unchanged. Such a level gets a timeout of one second.
    """
    if one.until_ms is not None:
        return storm.LogLevel(action=storm.LogLevelAction.REMOVE)
    return _update(LoggerLevel(one.logger, one.level, 1))


def _update(one: LoggerLevel) -> Any:
    # Storm reads 0 as no timeout, and fails if there is no timeout field.
    return storm.LogLevel(
        action=storm.LogLevelAction.UPDATE, target_log_level=one.level, reset_log_level_timeout_secs=one.seconds or 0
    )


def _config(levels: dict[str, Any]) -> Any:
    return storm.LogConfig(named_logger_level=levels)


def _kept(client: NimbusClient, topology_id: str) -> list[LoggerLevel]:
    found = client.log_config(topology_id).named_logger_level or {}
    return [
        LoggerLevel(
            name[len(_COMPONENT) :] if name.startswith(_COMPONENT) else name,
            one.target_log_level or "",
            one.reset_log_level_timeout_secs or None,
            one.reset_log_level_timeout_epoch or None,
            name.startswith(_COMPONENT),
        )
        for name, one in sorted(found.items())
    ]
