"""The commands that need no Storm: check, graph, flux and jar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from umbrella.cli.packing import java_options, packing_options
from umbrella.cli.progress import step_line
from umbrella.cli.settings import output_file, settings_option, with_settings
from umbrella.compile.conf import DEFAULT_MAX_SPOUT_PENDING
from umbrella.dsl.artifacts import artifacts_of
from umbrella.dsl.notes import notes_of
from umbrella.dsl.to_spec import spec_of
from umbrella.dsl.validate import cycle_notes
from umbrella.errors import TopologyError, naming
from umbrella.packing.imports import find_imports, lacking
from umbrella.packing.options import Packing
from umbrella.process import library_needed
from umbrella.spec import TopologySpec
from umbrella.target import load_target

_target = click.argument("target", metavar="MODULE:TOPOLOGY")


@click.command()
@_target
@settings_option()
@java_options
@click.option("--java-check", is_flag=True, help="Check Java components even without these: their classes are Storm's.")
def check(
    target: str, settings: dict[str, Any], jars: tuple[Path, ...], artifacts: tuple[str, ...], java_check: bool
) -> None:
    """Say whether a topology is sound; every problem at once, and exit code 2, if not.

    With --jars or --artifacts, Java components are checked against their classes, on Storm's class path.
    """
    found = load_target(target)
    topology = found.topology
    spec = with_settings(spec_of(topology), settings)
    if jars or artifacts or java_check:
        _check_java(spec, jars, artifacts_of(topology, artifacts))
    spouts = sum(component.kind == "spout" for component in spec.components)
    bolts = len(spec.components) - spouts
    click.echo(f"{spec.name}: no problems; spouts: {spouts}, bolts: {bolts}")
    needed = library_needed(spec)
    notes = [*notes_of(topology, spec, DEFAULT_MAX_SPOUT_PENDING), *filter(None, [needed]), *cycle_notes(spec)]
    for note in [*notes, *lacking(find_imports(found.module, spec), spec.python)]:
        click.echo(f"note: {note}")


def _check_java(spec: TopologySpec, jars: tuple[Path, ...], artifacts: tuple[str, ...]) -> None:
    from umbrella.storm.artifacts import java_jars
    from umbrella.storm.distribution import locate
    from umbrella.storm.java_check import check_java
    from umbrella.storm.overlaps import overlaps

    with step_line() as step:
        jars = java_jars(jars, artifacts, step)
        found = check_java(spec, jars)
    if found.problems:
        raise TopologyError(spec.name, found.problems)
    for name in found.fitting:
        click.echo(f"{name}: fits its Java class")
    for note in (*overlaps(jars, locate()), *found.notes):
        click.echo(f"note: {note}")


@click.command()
@_target
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.svg",
    callback=output_file,
    help="Write an SVG picture here.",
)
def graph(target: str, output: Path | None) -> None:
    """Draw a topology: Mermaid text on stdout, or a picture with -o FILE.svg."""
    from umbrella.compile.graph import to_mermaid, to_svg

    if output is not None and output.suffix != ".svg":
        raise click.BadParameter(f"the picture is an SVG; given: {output}; try {output.with_suffix('.svg')}")
    spec = spec_of(load_target(target).topology)
    if output is None:
        click.echo(to_mermaid(spec), nl=False)
    else:
        with naming(output):
            output.write_text(to_svg(spec), encoding="utf-8")
        click.echo(f"wrote {output}")


@click.command()
@_target
@settings_option("-o")
def flux(target: str, settings: dict[str, Any]) -> None:
    """Print a topology as Storm Flux YAML."""
    from umbrella.compile.flux import to_flux_yaml
    from umbrella.compile.lower import lower

    spec = with_settings(spec_of(load_target(target).topology), settings)
    click.echo(to_flux_yaml(lower(spec)), nl=False)


@click.command()
@_target
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.jar",
    callback=output_file,
    help="Default: NAME.jar.",
)
@settings_option()
@packing_options
def jar(target: str, output: Path | None, settings: dict[str, Any], packing: Packing) -> None:
    """Package a topology with all it needs into one jar, for `umbrella submit` or `storm jar`."""
    from umbrella.packed import build

    found = load_target(target)
    spec = with_settings(spec_of(found.topology), settings)
    with step_line() as step:
        report = build(found, spec, output or Path(f"{spec.name}.jar"), packing, step)
    for line in report.lines():
        click.echo(line)
