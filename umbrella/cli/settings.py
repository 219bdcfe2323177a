"""The option ``-s key=value``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from umbrella.dsl.config_keys import BY_ATTRIBUTE, KINDS
from umbrella.dsl.validate import validate
from umbrella.errors import TopologyError, explain, nearest
from umbrella.multilang.settings import (
    EXCEPTIONS_UNTIL_RESTART,
    EXECUTE_TIMEOUT,
    MAX_FRAME,
    OPEN_TIMEOUT,
    read_settings as read_own,
)
from umbrella.process import BY_ATTRIBUTE as OF_PYTHON, KEYS as PROCESS_KEYS
from umbrella.spec import TopologySpec

Command = TypeVar("Command", bound=Callable[..., Any])

_SUFFIXES = (".jar", ".svg")  # extensions of the files that commands write


def settings_option(*more: str) -> Callable[[Command], Command]:
    """Add the repeatable option ``-s key=value`` to a command, as the argument ``settings``.

    Args:
        more: additional names of the option.
    """
    return click.option(
        "-s",
        "--set",
        *more,
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        callback=lambda context, option, values: read_settings(values),
        help="A setting of the topology on top of its own, by its dotted key or its name in class Config: workers=2. "
        "The value is JSON, or else a text. May be repeated.",
    )


def output_file(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """Return the value of an option ``-o FILE``, unless it is a setting.

    Raises:
        click.BadParameter: it looks like key=value.
    """
    if path is not None and "=" in str(path) and path.suffix.lower() not in _SUFFIXES:
        what = f"-o names the file that `umbrella {context.info_name}` writes"
        raise click.BadParameter(explain(what, given=f"-o {path}", hint=f"For a setting, write: -s {path}."))
    return path


def read_settings(texts: Sequence[str]) -> dict[str, Any]:
    """Parse texts of the form key=value, and return the settings by dotted key.

    Raises:
        click.BadParameter: a text is not of that form, or Storm has no such setting.
    """
    return dict(map(_read, texts))


def with_settings(spec: TopologySpec, settings: dict[str, Any]) -> TopologySpec:
    """Return the topology with settings that override its own.

    Raises:
        TopologyError: Storm does not accept a value.
    """
    if not settings:
        return spec
    read_own(settings)
    changed = spec._replace(config={**spec.config, **settings})
    problems = validate(changed)
    if problems:
        raise TopologyError(spec.name, problems)
    return changed


def with_defaults(spec: TopologySpec, defaults: Mapping[str, Any], python: str | None) -> TopologySpec:
    """Return the topology with settings that its own override.

    Args:
        spec: the topology.
        defaults: settings by dotted key, for those that the topology does not set.
        python: the command that starts Python on a worker, unless the topology changes the default.

    Raises:
        TopologyError: Storm does not accept a value.
    """
    missing = {key: value for key, value in defaults.items() if key not in spec.config}
    if python is not None and spec.python == TopologySpec._field_defaults["python"]:
        spec = spec._replace(python=python)
    return with_settings(spec, missing)


def _read(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.BadParameter(explain("a setting is key=value", given=repr(text), valid=["topology.workers=2"]))
    if key == "python":
        what = "`python` is how the workers of a cluster start Python, and no setting of a topology"
        hint = (
            f"For `umbrella submit`, write: -c {text}. For this topology everywhere: python = {value!r} in its Config."
        )
        raise click.BadParameter(explain(what, given=repr(text), hint=hint))
    key = BY_ATTRIBUTE.get(key) or OF_PYTHON.get(key, key)  # its name in class Config
    ours = [EXECUTE_TIMEOUT, OPEN_TIMEOUT, MAX_FRAME, EXCEPTIONS_UNTIL_RESTART, *PROCESS_KEYS]
    unknown = key not in KINDS and (key.startswith("topology.") or "." not in key)
    if unknown or (key.startswith("umbrella.") and key not in ours):
        guess = nearest(key, [*KINDS, *BY_ATTRIBUTE, *OF_PYTHON, *ours])
        hint = f"Did you mean {guess!r}?" if guess else "Settings of your own have a dot: my.setting=1."
        raise click.BadParameter(explain(f"Storm has no setting {key!r}", hint=hint))
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
