"""The jar that Storm runs: our classes, Flux, and under resources/ the user's code with the worker part of Umbrella.

The same input gives the same bytes, with the same zlib.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import simplejson

from umbrella.compile.archives import read_archive
from umbrella.compile.classes import add_jars, is_multi_release
from umbrella.compile.contents import RESOURCES, Contents
from umbrella.compile.description import ENTRY as DESCRIPTION, to_json
from umbrella.compile.flux import to_flux_yaml
from umbrella.compile.lower import Lowered, lower
from umbrella.compile.report import JarEntry, JarReport
from umbrella.compile.secrets import refuse_secrets
from umbrella.compile.sources import SourceFiles, Sources, collect_sources, list_data, list_files
from umbrella.compile.vendored import Wheel, add_wheels, importable, settings_of
from umbrella.errors import BuildError, explain, naming, nearest
from umbrella.process import MSGPACK_LIBRARIES, library_needed
from umbrella.spec import PythonCode, TopologySpec
from umbrella.version import VERSION

__all__ = ["JARS", "DataFile", "Extras", "JarReport", "Sources", "build_jar", "collect_sources"]

UMBRELLA = Path(__file__).resolve().parent.parent
JARS = UMBRELLA / "jars"

_CLASS_JARS = {"umbrella-storm.jar": "Java classes of Umbrella", "flux.jar": "Flux"}
_WORKER_FILES = ("__init__.py", "errors.py", "process.py", "py.typed", "spec.py", "version.py")
_WORKER_FOLDERS = ("contrib", "dsl", "multilang")
_CARRIED = ("umbrella", "simplejson")

_LICENCE = re.compile(r"META-INF/((?:LICENSE|NOTICE)[^/]*)", re.IGNORECASE)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file can say
_COMPRESSION = 6


class DataFile(NamedTuple):
    """A file or folder of the user's, and its name in the workers' folder."""

    path: Path
    name: str


class Extras(NamedTuple):
    """What goes into a jar beside the user's code.

    Args:
        wheels: for the workers' Python and machine.
        data: files and folders.
        jars: Java jars, whose classes are merged into the topology's.
    """

    wheels: tuple[Wheel, ...] = ()
    data: tuple[DataFile, ...] = ()
    jars: tuple[Path, ...] = ()


NOTHING = Extras()


def build_jar(spec: TopologySpec, sources: Sources, out: Path, extras: Extras = NOTHING) -> JarReport:
    """Write a topology's jar, whole or not at all, and tell what is in it.

    Args:
        spec: the topology.
        sources: the user's code.
        out: the file to write; its folder is made if need be.
        extras: what goes in beside the code.

    Raises:
        BuildError: something is missing, clashes, looks like a secret or cannot be carried.
    """
    _check_out(out)
    spec = spec._replace(config={**spec.config, **settings_of(extras.wheels)})
    lowered = lower(spec)
    contents = Contents()
    notes: list[str] = []
    _add_description(contents, lowered, extras, notes)
    _add_classes(contents)
    notes += add_jars(contents, extras.jars)
    _add_worker_part(contents)
    _add_user_code(contents, sources, extras, out, notes)
    notes += add_wheels(contents, extras.wheels, _taken(contents))
    notes += _missing_modules(contents, spec)
    notes += _missing_library(contents, spec)
    data_of_jar, packed = _write(contents, out)
    entries = tuple(JarEntry(entry.name, entry.group, len(entry.data), packed[entry.name]) for entry in contents)
    digest = hashlib.sha256(data_of_jar).hexdigest()
    return JarReport(out, len(data_of_jar), digest, entries, tuple(notes), lowered)


def _check_out(out: Path) -> None:
    """Refuse to overwrite what is no jar."""
    if not out.exists():
        return
    if not out.is_file() or not (out.stat().st_size == 0 or zipfile.is_zipfile(out)):
        raise BuildError(
            explain(f"{out} is there already and is no jar; it is not overwritten", hint="Name another file.")
        )


def _add_description(contents: Contents, lowered: Lowered, extras: Extras, notes: list[str]) -> None:
    lines = ["Manifest-Version: 1.0", f"Created-By: Umbrella {VERSION}"]
    lines += ["Multi-Release: true"] if is_multi_release(extras.jars) else []
    manifest = "".join(f"{line}\r\n" for line in [*lines, ""])
    contents.add("META-INF/MANIFEST.MF", "description", manifest.encode(), "Umbrella")
    contents.add(DESCRIPTION, "description", to_json(lowered.spec).encode("ascii"), "Umbrella")
    limits = lowered.flux_limits()
    if limits:
        # Umbrella submits such a topology all the same; only the way through `storm jar` is closed.
        notes += [f"no topology.yaml, because {limit}" for limit in limits]
    else:
        contents.add("topology.yaml", "description", to_flux_yaml(lowered).encode("ascii"), "Umbrella")


def _add_classes(contents: Contents) -> None:
    for name, group in _CLASS_JARS.items():
        path = JARS / name
        if not path.exists():
            hint = "Build the Java part with `pip install -e .` in a checkout, or install a released wheel."
            raise BuildError(explain(f"{path} is missing", hint=hint))
        for entry, data in read_archive(path):
            target = _name_of_class_file(entry, path.stem)
            if target:
                contents.add(target, group, data, f"{path}!{entry}")


def _name_of_class_file(entry: str, jar: str) -> str:
    """Return the name an entry of a class jar gets, or "" for one that stays out.

    Licences are put where those of two jars do not clash. Manifests, signatures and Maven's files say nothing about the
    jar being made, and resources/ belongs to the user's code.
    """
    licence = _LICENCE.fullmatch(entry)
    if licence:
        return f"META-INF/licenses/{jar}/{licence[1]}"
    if entry.endswith("/") or entry.startswith((RESOURCES, "META-INF/maven/")):
        return ""
    if entry.startswith("META-INF/") and "/" not in entry[len("META-INF/") :]:
        return ""
    return entry


def _add_worker_part(contents: Contents) -> None:
    wanted = [UMBRELLA / name for name in _WORKER_FILES]
    wanted += [path for name in _WORKER_FOLDERS for path in _modules(UMBRELLA / name)]
    for path in wanted:
        name = path.relative_to(UMBRELLA).as_posix()
        contents.add(f"{RESOURCES}umbrella/{name}", "umbrella", _read(path), path)
    folder = Path(simplejson.__file__).parent
    for path in _modules(folder):
        name = path.relative_to(folder).as_posix()
        contents.add(f"{RESOURCES}simplejson/{name}", "simplejson", _read(path), path)
    _add_simplejson_licence(contents)


def _add_simplejson_licence(contents: Contents) -> None:
    try:
        files = metadata.distribution("simplejson").files
    except metadata.PackageNotFoundError:  # copied into place by hand
        return
    for file in files or ():
        if file.name.upper().startswith("LICENSE"):
            path = Path(str(file.locate()))
            contents.add(f"META-INF/licenses/simplejson/{file.name}", "simplejson", _read(path), path)


def _modules(folder: Path) -> Iterator[Path]:
    """Yield a package's Python files; compiled speed-ups fit one platform only, and tests fit none."""
    for path in sorted(folder.rglob("*.py")):
        if "tests" not in path.relative_to(folder).parts:
            yield path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise BuildError(explain(f"{path} cannot be read", given=str(exc))) from exc


def _add_user_code(contents: Contents, sources: Sources, extras: Extras, out: Path, notes: list[str]) -> None:
    names = [(entry, folder / entry) for folder, entries in sources.folders for entry in entries]
    names += [(file.name.partition("/")[0], file.path) for file in extras.data]
    for name, path in names:
        if Path(name).stem in _CARRIED:
            what = f"{path} would hide the {Path(name).stem} that the jar carries"
            raise BuildError(explain(what, hint="Rename it."))
    listed = [("your code", list_files(sources, out))]
    listed += [("your data", list_data(file.path, file.name, out, sources)) for file in extras.data]
    _check_choice(sources, [found for _, found in listed])
    refuse_secrets([name for _, found in listed for name in found.secrets])
    for group, found in listed:
        for name, path in found.paths.items():
            contents.add(RESOURCES + name, group, _read(path), path)
        notes += [f"left out {name}: excluded" for name in found.excluded]


def _check_choice(sources: Sources, listed: list[SourceFiles]) -> None:
    """Refuse a name to include or exclude that means nothing: it is misspelt, and a secret may depend on it."""
    used = {name for found in listed for name in found.used}
    names = [name for found in listed for name in (*found.paths, *found.secrets, *found.excluded)]
    for option, wanted in (("--include", sources.include), ("--exclude", sources.exclude)):
        for name in wanted:
            if name not in used:
                near = nearest(name, names)
                hint = f"Did you mean {near!r}?" if near else "Give a name as in the jar, below resources/."
                raise BuildError(explain(f"{option} {name} stands for no file or folder of the jar", hint=hint))


def _taken(contents: Contents) -> dict[str, str]:
    """Return what can be imported from the jar so far, and whose it is."""
    groups: dict[str, list[str]] = {}
    for entry in contents:
        if entry.name.startswith(RESOURCES):
            groups.setdefault(entry.group, []).append(entry.name[len(RESOURCES) :])
    owners = {"umbrella": "the jar's own umbrella", "simplejson": "the jar's own simplejson"}
    return {module: owners.get(group, group) for group, names in groups.items() for module in importable(names)}


def _missing_modules(contents: Contents, spec: TopologySpec) -> Iterator[str]:
    for component in spec.components:
        if isinstance(component.code, PythonCode):
            base = RESOURCES + component.code.module.replace(".", "/")
            if f"{base}.py" not in contents and f"{base}/__init__.py" not in contents:
                module = component.code.module
                yield f"{component.name} needs module {module}, not in the jar: install it on every worker"


def _missing_library(contents: Contents, spec: TopologySpec) -> Iterator[str]:
    needed = library_needed(spec)
    if needed and not any(f"{RESOURCES}{name}/__init__.py" in contents for name in MSGPACK_LIBRARIES):
        yield needed


def _write(contents: Contents, out: Path) -> tuple[bytes, dict[str, int]]:
    """Write the jar; returns its bytes, and how many each entry takes up."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # In the folder of the jar, so that os.replace stays on one file system and no one sees half a jar.
        number, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as exc:
        raise BuildError(explain(f"no jar can be written to {out.parent}", given=str(exc))) from exc
    part = Path(name)
    packed: dict[str, int] = {}
    try:
        with naming(out), os.fdopen(number, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
            for name, entry in contents.stored().items():
                header = _header(name)
                archive.writestr(header, entry.data, zipfile.ZIP_DEFLATED, _COMPRESSION)
                packed[entry.name] = header.compress_size
        part.chmod(0o644)
        written = part.read_bytes()
        os.replace(part, out)
    except BaseException:
        part.unlink()
        raise
    return written, packed


def _header(name: str) -> zipfile.ZipInfo:
    header = zipfile.ZipInfo(name, _EPOCH)
    header.create_system = 3  # Unix, wherever this runs
    header.external_attr = 0o100644 << 16
    return header
