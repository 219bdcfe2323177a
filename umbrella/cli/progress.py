"""A line that says what is under way: a spinner in a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import click
from rich.console import Console


@contextlib.contextmanager
def step_line() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows what is being done now."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda step: click.echo(step, err=True)
        return
    with console.status("") as status:
        yield status.update
