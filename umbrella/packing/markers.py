"""Requirements for the workers' Python but not for this one: pip evaluates markers for the Python it runs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from umbrella.packing.platforms import WheelTarget
from umbrella.packing.stubs import normalized

_SYSTEMS = {"man": "linux", "mus": "linux", "mac": "darwin"}
_NAMES = {"linux": "Linux", "darwin": "Darwin"}


def environment_of(target: WheelTarget, own: Mapping[str, str]) -> dict[str, str]:
    """Return the values of marker variables on a worker.

    Args:
        target: the workers' platform and Python.
        own: the values for this Python, from pip's report.
    """
    values = dict(own)
    if target.python and target.python != own["python_version"]:
        values.update(python_version=target.python, python_full_version=f"{target.python}.0")
    if target.platforms:
        system = _SYSTEMS[target.platforms[0][:3]]
        machine = target.platforms[0].split("_", 3 if target.platforms[0].count("_") > 2 else 1)[-1]
        values.update(sys_platform=system, platform_system=_NAMES[system], platform_machine=machine, os_name="posix")
    return values


def lacking(report: Mapping[str, Any], environment: Mapping[str, str], asked: Iterable[str]) -> list[str]:
    """Return those requirements of pip's choice that are missing from it, though a worker needs them.

    Args:
        report: what ``pip install --report`` wrote.
        environment: the values of marker variables on a worker.
        asked: single requirements given to pip.
    """
    chosen = {normalized(one["metadata"]["name"]): one for one in report["install"]}
    found = [needed for text in asked if (needed := _needed(text, environment, [""])) and _name(needed) not in chosen]
    for one in report["install"]:
        extras = ["", *one.get("requested_extras", [])]
        for text in one["metadata"].get("requires_dist", []):
            needed = _needed(text, environment, extras)
            if needed and _name(needed) not in chosen:
                found.append(needed)
    return list(dict.fromkeys(found))


def _needed(text: str, environment: Mapping[str, str], extras: Iterable[str]) -> str:
    """Return a requirement without its marker if a worker needs it, else ""."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return ""
    marker = requirement.marker
    if marker and not any(marker.evaluate({**environment, "extra": extra}) for extra in extras):
        return ""
    requirement.marker = None
    return str(requirement)


def _name(text: str) -> str:
    return normalized(Requirement(text).name)
