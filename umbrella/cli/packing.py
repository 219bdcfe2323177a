"""The options for the content of a jar, for ``umbrella jar`` and ``umbrella submit``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from umbrella.packing.options import Packing

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, dir_okay=False)
_JAVA_OPTIONS = (
    click.option(
        "--jars",
        multiple=True,
        type=_FILE,
        metavar="JAR",
        help="The classes of this jar are part of the topology.",
    ),
    click.option(
        "--artifacts",
        multiple=True,
        metavar="GROUP:ARTIFACT:VERSION",
        help="So are those of this artifact and of all it needs beyond Storm; Maven fetches them.",
    ),
)
_OPTIONS = (
    click.option(
        "-r",
        "--requirements",
        multiple=True,
        type=_FILE,
        metavar="FILE",
        help="Vendor wheels for these requirements. May be repeated, as all that follow.",
    ),
    click.option("--project", is_flag=True, help="Vendor wheels for the dependencies in the project's pyproject.toml."),
    click.option(
        "--platform",
        "platforms",
        multiple=True,
        metavar="PLATFORM",
        help="The workers' platform in pip's words, such as manylinux_2_28_x86_64. Default: this machine's.",
    ),
    click.option(
        "--python-version", "python", default="", metavar="3.N", help="The workers' Python. Default: this one."
    ),
    click.option("--data", multiple=True, metavar="PATH[=NAME]", help="A file or folder for the workers' folder."),
    *_JAVA_OPTIONS,
    click.option(
        "--java-check/--no-java-check",
        default=True,
        help="Whether Java components are checked against their classes, if Java and Storm's jars are there.",
    ),
    click.option("--include", multiple=True, metavar="NAME", help="Put in this file though it looks like a secret."),
    click.option("--exclude", multiple=True, metavar="NAME", help="Leave out this file or folder."),
)


def java_options(command: Command) -> Command:
    """Add the options that name Java jars to a command, as the arguments ``jars`` and ``artifacts``."""
    for option in reversed(_JAVA_OPTIONS):
        command = option(command)
    return command


def packing_options(command: Command) -> Command:
    """Add the options for the content of a jar to a command, as the argument ``packing``."""

    @functools.wraps(command)
    def gathered(**given: Any) -> Any:
        chosen = {name: given.pop(name) for name in Packing._fields}
        return command(packing=Packing(**chosen), **given)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]
