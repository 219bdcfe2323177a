"""Progress display on stderr: a spinner and a bar on a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

_LINE_SECONDS = 2.0  # between two progress lines of an upload in a pipe


@contextlib.contextmanager
def step_line() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the current step."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda step: click.echo(step, err=True)
        return
    with console.status("") as status:
        yield status.update


class Steps:
    """The steps of a command, one after the other, some with bytes to count."""

    def step(self, step: str) -> None:
        """Show the current step."""

    def note(self, text: str) -> None:
        """Show a message that stays visible."""

    def bytes(self, done: int, size: int) -> None:
        """Show the progress of this step in bytes."""


@contextlib.contextmanager
def steps() -> Iterator[Steps]:
    """Yield the object that shows steps on stderr."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _PlainSteps()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[amount]}"))
    with Progress(*columns, console=console, transient=True) as progress:
        yield _LiveSteps(progress)


class _PlainSteps(Steps):
    def __init__(self) -> None:
        self._last = 0.0

    def step(self, step: str) -> None:
        self._last = time.monotonic()
        click.echo(step, err=True)

    def note(self, text: str) -> None:
        click.echo(f"note: {text}", err=True)

    def bytes(self, done: int, size: int) -> None:
        now = time.monotonic()
        if done == size or now - self._last >= _LINE_SECONDS:
            self._last = now
            click.echo(f"  {done:,} of {size:,} bytes", err=True)


class _LiveSteps(Steps):
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, visible=False, amount="")

    def step(self, step: str) -> None:
        self._progress.remove_task(self._task)
        self._task = self._progress.add_task(step, total=None, amount="")

    def note(self, text: str) -> None:
        self._progress.console.print(f"note: {text}", markup=False)

    def bytes(self, done: int, size: int) -> None:
        amount = f"{done / 1e6:.1f} of {size / 1e6:.1f} MB"
        self._progress.update(self._task, completed=done, total=size, amount=amount)
