"""``umbrella config``: all settings, and the origin of each."""

from __future__ import annotations

import json

import click

from umbrella.cli.connection import cluster_options, json_option
from umbrella.cli.output import console, echo_json, table
from umbrella.settings import Settings


@click.command()
@cluster_options
@json_option
def config(cluster: Settings, as_json: bool) -> None:
    """Show the settings and where each value is from; secrets are masked.

    Lowest first: defaults, storm.yaml, umbrella.toml, its [env.NAME], UMBRELLA_* variables, flags. If none of them
    names a Nimbus and a development cluster is up (`umbrella cluster up`), that one is used.
    """
    if as_json:
        entries = {one.key: {"value": one.value, "origin": one.origin} for one in cluster.entries()}
        files = [str(file) for file in cluster.files]
        echo_json({"environment": cluster.environment, "files": files, "settings": entries})
        return
    rows = [(one.key, json.dumps(one.value), one.origin) for one in cluster.entries()]
    console().print(table(("setting", "value", "from"), rows))
