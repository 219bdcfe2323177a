"""``umbrella run``: runs a topology on the embedded Storm."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from umbrella.cli.packing import java_options
from umbrella.cli.settings import settings_option, with_settings
from umbrella.dsl.artifacts import artifacts_of
from umbrella.dsl.to_spec import spec_of
from umbrella.multilang.settings import LOG_LEVEL
from umbrella.target import load_target


@click.command()
@click.argument("target", metavar="MODULE:TOPOLOGY")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End after this time, counted from when the components have started.",
)
@click.option("--storm", "version", metavar="VERSION", help="Which Storm, of those fetched by `umbrella storm fetch`.")
@click.option("-v", "--verbose", is_flag=True, help="Show what components log at DEBUG too.")
@java_options
@settings_option("-o")
def run(
    target: str,
    seconds: float | None,
    version: str | None,
    verbose: bool,
    jars: tuple[Path, ...],
    artifacts: tuple[str, ...],
    settings: dict[str, Any],
) -> None:
    """Run a topology on a Storm inside one JVM on this machine.

    It ends on the time, on Ctrl-C, or when every spout has called finish() and all tuples are settled. The exit code
    is 0 only if no tuple failed and no component reported an error.
    """
    from umbrella.cli.run_display import display
    from umbrella.storm.artifacts import java_jars
    from umbrella.storm.distribution import DEFAULT_VERSION, locate
    from umbrella.storm.overlaps import overlaps
    from umbrella.storm.run import Run

    if verbose:
        settings = {LOG_LEVEL: "DEBUG", **settings}
    found = load_target(target)
    spec = with_settings(spec_of(found.topology), settings)
    needed = artifacts_of(found.topology, artifacts)
    with display(spec, seconds) as shown:
        jars = java_jars(jars, needed, shown.step, version or DEFAULT_VERSION)
        for note in overlaps(jars, locate(version or DEFAULT_VERSION)):
            shown.note(note)
        report = Run(
            spec,
            paths=[found.root, *found.folders],
            jars=jars,
            version=version or DEFAULT_VERSION,
            on_log=shown.log,
            on_stats=shown.stats,
            on_step=shown.step,
        ).run(seconds)
    shown.report(report)
    sys.exit(report.exit_code)
