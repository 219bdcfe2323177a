"""Checks whether everything that is needed is available, here and on the cluster."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from umbrella.errors import NimbusError, StormNotFoundError, UmbrellaError
from umbrella.storm.distribution import KNOWN_VERSIONS, locate
from umbrella.storm.java import STORM_NEEDS, find_java
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.operations.errors import errors_of

OK, NOTE, PROBLEM = "ok", "note", "problem"

_OLDEST_PYTHON = (3, 9)
_ANSWER_SECONDS = 20.0
# What a worker without a suitable Python reports (ProcessBuilder, Python itself, Umbrella's worker).
_OF_PYTHON = re.compile(
    r'Cannot run program "[^"]*"|No module named \S+|No such file or directory|is not recognized|'
    r"[Pp]ython 3\.\d+ or newer|needs Python|SyntaxError: .*",
)


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes:
        subject: what was checked.
        state: OK, NOTE (worth knowing, nothing to fix) or PROBLEM.
        text: what was found.
        remedy: how to fix it.
    """

    subject: str
    state: str
    text: str
    remedy: str = ""


def diagnose(
    client: NimbusClient, nimbus_origin: str, python: str, workers_here: bool, configured: bool = True
) -> Iterator[Finding]:
    """Yield one finding after the other, as the checks are made.

    Args:
        client: a client of the cluster, not connected yet.
        nimbus_origin: which layer of the settings names the Nimbus.
        python: the command that starts Python on a worker.
        workers_here: whether the workers run on this machine, as in a development cluster.
        configured: whether the settings name a Nimbus at all; if not, only what local runs need is checked.
    """
    yield Finding("python", OK, f"{sys.version.split()[0]}, {sys.executable}")
    yield _java()
    yield _storm_jars()
    try:
        cluster = client.cluster()
    except UmbrellaError as exc:
        remedy = "Start one with `umbrella cluster up`, or name one: --nimbus HOST[:PORT], or nimbus.seeds"
        if configured:
            yield Finding("nimbus", PROBLEM, f"{exc} (named by: {nimbus_origin})", remedy)
        else:
            text = "no cluster is configured, and none runs here; only the commands that talk to one need it"
            yield Finding("nimbus", NOTE, text, remedy)
    else:
        yield from _nimbus(cluster, nimbus_origin)
        yield from _supervisors(cluster)
        yield from _topologies(client, cluster)
    if workers_here:
        yield _python_here(python)


def _java() -> Finding:
    try:
        return Finding("java", OK, f"{find_java(STORM_NEEDS)}")
    except StormNotFoundError as exc:
        text = "not found; only `umbrella run`, `umbrella cluster` and Kerberos need it"
        return Finding("java", NOTE, text, str(exc))


def _storm_jars() -> Finding:
    try:
        found = locate()
    except StormNotFoundError as exc:
        text = "not found; only `umbrella run`, `umbrella cluster` and Kerberos need them"
        return Finding("storm jars", NOTE, text, str(exc))
    return Finding("storm jars", OK, f"{found.version}, {len(found.jars)} jars in {found.home}")


def _nimbus(cluster: Any, origin: str) -> Iterator[Finding]:
    for one in cluster.nimbuses:
        role = "leads" if one.isLeader else "stands by"
        yield Finding("nimbus", OK, f"{one.host}:{one.port} {role}, Storm {one.version} (named by: {origin})")
    if not any(one.isLeader for one in cluster.nimbuses):
        yield Finding("nimbus", PROBLEM, "none of them leads", "Look into nimbus.log: is ZooKeeper there?")
    for version in sorted({one.version for one in cluster.nimbuses}):
        if version not in KNOWN_VERSIONS:
            text = f"Storm {version} is none of those Umbrella is tested with: {', '.join(KNOWN_VERSIONS)}"
            yield Finding("versions", NOTE, text)
        else:
            yield Finding("versions", OK, f"Umbrella is tested with Storm {version}")


def _supervisors(cluster: Any) -> Iterator[Finding]:
    if not cluster.supervisors:
        text = "there is none: topologies can be submitted and will not run"
        yield Finding("supervisors", PROBLEM, text, "Start Storm's supervisor on a worker host")
        return
    slots = sum(one.num_workers for one in cluster.supervisors)
    used = sum(one.num_used_workers for one in cluster.supervisors)
    hosts = ", ".join(sorted({one.host for one in cluster.supervisors}))
    text = f"{len(cluster.supervisors)} on {hosts}; {used} of {slots} worker slots in use"
    if used >= slots:
        yield Finding("supervisors", NOTE, text, "A further topology waits for a free slot")
    else:
        yield Finding("supervisors", OK, text)
    versions = {one.version for one in (*cluster.supervisors, *cluster.nimbuses)}
    if len(versions) > 1:
        text = f"Nimbus and supervisors are of different versions: {', '.join(sorted(versions))}"
        yield Finding("versions", NOTE, text)


def _topologies(client: NimbusClient, cluster: Any) -> Iterator[Finding]:
    if not cluster.topologies:
        text = "no topology is running, so nothing is known of Python on the workers"
        yield Finding("python on workers", NOTE, text)
    for one in cluster.topologies:
        with contextlib.suppress(NimbusError):  # it may have ended
            yield _topology(one, client.info(one.id))


def _topology(summary: Any, info: Any) -> Finding:
    subject = f"topology {summary.name}"
    for error in reversed(errors_of(info)):
        found = _OF_PYTHON.search(error.text)
        if found:
            where = f"{error.host}:{error.port}"
            remedy = f"`umbrella errors {summary.name}` has the whole; {_remedy(found[0])}"
            return Finding(subject, PROBLEM, f"{error.component} on {where}: {found[0]}", remedy)
    if not summary.num_workers:
        remedy = f"`umbrella list`, and is a slot free? {info.sched_status or ''}".strip()
        return Finding(subject, PROBLEM, "it has no worker", remedy)
    if not any(executor.stats for executor in info.executors):
        return Finding(subject, NOTE, f"{summary.status}; no worker has reported yet")
    return Finding(subject, OK, f"{summary.status}; no worker reports that Python or a module is missing")


def _remedy(found: str) -> str:
    if found.startswith("No module named"):
        return "put the module into the jar: -r FILE or --project for packages, and `umbrella jar` notes what it lacks"
    return "the key `python` names the command on workers"


def _python_here(python: str) -> Finding:
    subject = "python on workers"
    path = shutil.which(python)
    if path is None:
        remedy = "Install Python 3.9 or newer, or set `python` to the command that starts one"
        return Finding(subject, PROBLEM, f"there is no {python} on PATH of this machine", remedy)
    asked = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
    try:
        answer = subprocess.run(
            [path, "-c", asked], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_ANSWER_SECONDS
        )
        version = tuple(int(part) for part in answer.stdout.split("."))
    except (OSError, ValueError, subprocess.TimeoutExpired) as exc:
        return Finding(subject, PROBLEM, f"{path} does not answer: {exc}", "Set `python` to a Python 3.9 or newer")
    text = f"{path} on this machine is Python {'.'.join(map(str, version))}"
    if version < _OLDEST_PYTHON:
        return Finding(subject, PROBLEM, text, "Umbrella needs 3.9 or newer there; set `python` to one")
    return Finding(subject, OK, text)
