"""Wheels for requirements: pip resolves, checks hashes and downloads; the wheels are cached between builds."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from packaging.requirements import InvalidRequirement, Requirement

from umbrella.compile.vendored import Wheel, wheel_of
from umbrella.errors import BuildError, explain
from umbrella.packing.markers import environment_of, lacking
from umbrella.packing.missing import all_missing
from umbrella.packing.pip import PipResult, check_pip, pip, refuse_unreached
from umbrella.packing.platforms import WheelTarget
from umbrella.packing.requirements import Requirements
from umbrella.packing.stubs import is_stub, normalized, write_stub
from umbrella.version import VERSION

# What every jar contains anyway; requirements may name it, with versions that match.
CARRIED = {"umbrella-storm": VERSION, "simplejson": metadata.version("simplejson")}


def find_wheels(
    requirements: Requirements, target: WheelTarget, kept: Path, step: Callable[[str], None]
) -> tuple[tuple[Wheel, ...], list[str]]:
    """Return a wheel for each requirement and its dependencies, sorted by name, and notes.

    Args:
        requirements: what to find wheels for.
        target: the workers' platform and Python.
        kept: the cache folder for wheels.
        step: called with a short text for each step.

    Raises:
        BuildError: some have no wheel (all of them are listed), contradict each other, or do not match their hash; or
            the index cannot be reached.
        PipMissingError: this Python has no pip.
    """
    if not requirements.files and all(map(_is_carried, requirements.lines)):
        return (), sorted({_carries(normalized(Requirement(line).name)) for line in requirements.lines})
    check_pip()
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=kept) as name:
        search = _Search(requirements, target, Path(name), kept)
        step(f"finding wheels for {target.label}")
        report = search.report()
        chosen = [one for one in report["install"] if not is_stub(one["metadata"]["version"])]
        _refuse_builds(chosen)
        fetched = [search.fetch(one, f"{number}/{len(chosen)}", step) for number, one in enumerate(chosen, 1)]
        carried = [one["metadata"]["name"] for one in report["install"] if is_stub(one["metadata"]["version"])]
        notes = [_carries(name) for name in sorted(carried) if name in CARRIED]
        return tuple(sorted(map(wheel_of, fetched), key=lambda wheel: wheel.path.name)), [*notes, *search.notes]


def _is_carried(line: str) -> bool:
    """Whether a requirement asks only for what every jar contains, so that pip is not needed."""
    try:
        asked = Requirement(line)
    except InvalidRequirement:
        return False  # pip explains why
    version = CARRIED.get(normalized(asked.name))
    plain = not (asked.extras or asked.marker or asked.url)
    return plain and version is not None and asked.specifier.contains(version, prereleases=True)


def _carries(name: str) -> str:
    return f"the jar carries {name} {CARRIED[name]} by itself"


class _Search:
    """One search for wheels."""

    def __init__(self, requirements: Requirements, target: WheelTarget, folder: Path, kept: Path) -> None:
        self._requirements, self._target = requirements, target
        self._folder, self._kept = folder, kept
        self._extra: list[str] = []
        self.notes: list[str] = []
        self._stubs = folder / "stubs"
        self._stubs.mkdir()
        lines = [f"{name}=={write_stub(self._stubs, name, version)}" for name, version in CARRIED.items()]
        self._constraints = folder / "carried.txt"
        self._constraints.write_text("\n".join(lines) + "\n")

    def report(self) -> dict[str, Any]:
        """Return pip's report of what it would install, with nothing built from source."""
        while True:
            result = self._resolve(self._arguments())
            if result.code:
                self._refuse(result)
            report: dict[str, Any] = json.loads((self._folder / "report.json").read_text("utf-8"))
            if self._target.is_this_machine:
                return report
            environment = environment_of(self._target, report["environment"])
            more = lacking(report, environment, self._requirements.lines)
            if not more or set(more) <= set(self._extra):
                self._note_ignored(result)
                return report
            self._extra += more

    def fetch(self, chosen: dict[str, Any], count: str, step: Callable[[str], None]) -> Path:
        """Return the cached wheel of an entry of the report; download it if none has that hash."""
        info = chosen["download_info"]
        place = urlsplit(info["url"])
        digest = info["archive_info"].get("hashes", {}).get("sha256", "")
        if not digest and place.scheme == "file":  # before 23.1, pip reports no hash for a local file
            digest = hashlib.sha256(Path(url2pathname(place.path)).read_bytes()).hexdigest()
        name = unquote(place.path.rpartition("/")[2])
        folder = self._kept / (digest or "unknown")
        if digest and (folder / name).is_file():
            return folder / name
        step(f"wheel {count}: {name}")
        part = self._folder / "download"
        url = f"{info['url'].partition('#')[0]}{f'#sha256={digest}' if digest else ''}"
        options = [] if self._target.is_this_machine else self._target.pip_options()
        result = pip("download", ["--no-deps", "--quiet", f"--dest={part}", *options, url])
        if result.code:
            refuse_unreached(result, name)
            raise BuildError(explain(f"{name} cannot be had", given="; ".join(result.errors) or result.text.strip()))
        folder.mkdir(parents=True, exist_ok=True)
        # Atomic, since the download is on the same file system: another build may look for it at the same time.
        return (part / name).replace(folder / name)

    def _arguments(self) -> list[str]:
        asked = [f"--requirement={file}" for file in self._requirements.files]
        return [*asked, *self._requirements.lines, *self._extra]

    def _resolve(self, asked: Sequence[str], links: Sequence[Path] = ()) -> PipResult:
        options = ["--dry-run", "--ignore-installed", "-vv", f"--report={self._folder / 'report.json'}"]
        options += [f"--target={self._folder / 'target'}", *self._target.pip_options()]
        options += [f"--find-links={folder}" for folder in (self._stubs, *links)]
        if not self._requirements.hashed:  # pip rejects constraints without hashes together with hashes
            options.append(f"--constraint={self._constraints}")
        return pip("install", [*options, *asked])

    def _refuse(self, result: PipResult) -> None:
        refuse_unreached(result, self._requirements.origin)
        missing_folder = self._folder / "missing"
        missing_folder.mkdir()
        asked = self._arguments()
        found, last = all_missing(result, lambda folder: self._resolve(asked, [folder]), missing_folder)
        if not found:
            text = "\n".join(f"  {line}" for line in _reasons(result))
            raise BuildError(f"pip finds no wheels for {self._requirements.origin}:\n{text}")
        lines = [f"no wheel fits {self._target.label} for:", *(f"  {one}" for one in found)]
        if last.code and last.errors:
            lines.append(f"and pip cannot look further: {last.errors[-1]}")
        lines.append("Ask for versions that have wheels, name other workers by --platform and --python-version,")
        lines.append("or build a wheel (pip wheel PACKAGE) and name its folder in PIP_FIND_LINKS.")
        raise BuildError("\n".join(lines))

    def _note_ignored(self, result: PipResult) -> None:
        for line in result.text.splitlines():
            if line.strip().startswith("Ignoring ") and "don't match your environment" in line:
                self.notes.append(f"pip read the markers of a requirement with this machine's Python: {line.strip()}")


def _reasons(result: PipResult) -> list[str]:
    """Return pip's messages about requirements that contradict each other or do not match their hash."""
    lines = result.text.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(("ERROR: ", "The conflict is", "INFO: "))), 0)
    said = [line for line in lines[start:] if line.strip() and not line.startswith((" ", "Exception", "Traceback"))]
    conflict = [line.strip() for line in lines if line.startswith("    ") and " depends on " in line]
    asked = [line.strip() for line in lines if line.strip().startswith("The user requested")]
    errors = [line for line in said if line.startswith("ERROR: ")] or lines[-3:]
    return list(dict.fromkeys([*errors, *asked, *conflict]))


def _refuse_builds(chosen: Sequence[dict[str, Any]]) -> None:
    """Refuse what is not a wheel: folders and repositories, which pip would build here, for this machine."""
    built = [one for one in chosen if not urlsplit(one["download_info"]["url"]).path.endswith(".whl")]
    if built:
        lines = [f"  {one['metadata']['name']}: {one['download_info']['url']}" for one in built]
        head = "these requirements are no wheels, but folders, archives or repositories of source:"
        raise BuildError("\n".join([head, *lines, "Build each with `pip wheel`, and name the wheel instead."]))
