"""Which of the user's files go to the workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

from umbrella.compile.names import fault_of_name, shown
from umbrella.compile.secrets import is_secret
from umbrella.errors import BuildError, explain

_PACKAGE_FILE = "__init__.py"
_OWN_PACKAGE = Path(__file__).resolve().parent.parent

_SKIPPED_FOLDERS = ("tests", "test", "__pycache__", "node_modules", "*.egg-info")
_BUILD_FOLDERS = ("build", "dist")
# Files that are about the project, and none of the program's.
_OF_THE_PROJECT = (
    *("*.py", "*.toml", "*.cfg", "*.ini", "*.md", "*.rst", "*.lock", "*.jar", "*.log", "*.svg", "*.sh"),
    *("requirements*", "README*", "LICENSE*", "CHANGELOG*", "Makefile", "Dockerfile"),
)
_SKIPPED_FILES = ("test_*.py", "conftest.py", "*.pyc", "*.pyo")


@dataclass(frozen=True)
class Sources:
    """The user's code: a folder that Python imports from, and the files and folders of it that go into the jar.

    Args:
        root: the folder.
        entries: the names in it.
        include: what goes into the jar though it looks like a secret or is left out by rule: names as in the jar, or
            patterns of bare names.
        exclude: what stays out, in the same form.
        others: further folders that Python imports from, each with the names in it that go into the jar.
    """

    root: Path
    entries: tuple[str, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    others: tuple[tuple[Path, tuple[str, ...]], ...] = ()

    @property
    def folders(self) -> tuple[tuple[Path, tuple[str, ...]], ...]:
        """Every folder with the names in it that go into the jar, ``root`` first."""
        return ((self.root, self.entries), *self.others)

    def with_entries(self, found: Mapping[Path, Iterable[str]]) -> Sources:
        """Return these sources and more entries, by folder."""
        root = self.root.resolve()
        more = {folder: sorted(names) for folder, names in found.items()}
        own = [name for name in more.pop(root, []) if name not in self.entries]
        others = tuple((folder, tuple(names)) for folder, names in sorted(more.items()))
        return replace(self, entries=(*self.entries, *own), others=(*self.others, *others))

    def beside(self) -> list[str]:
        """Return the files in the root that do not go into the jar: no modules, and not about the project."""
        files = [one for one in self.root.iterdir() if one.is_file() and not _is_skipped(one) and not is_secret(one)]
        known = (one.name for one in files if not any(fnmatch(one.name, pattern) for pattern in _OF_THE_PROJECT))
        return sorted(name for name in known if name not in self.entries)


@dataclass
class SourceFiles:
    """The files of some Sources.

    Args:
        paths: by their name under the root.
        secrets: names of what looks like a secret, and is neither included nor excluded by name.
        excluded: names of what was excluded.
        used: those of include and exclude that meant something.
    """

    paths: dict[str, Path] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def collect_sources(
    module_name: str, root: Path, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()
) -> Sources:
    """Find what the module needs beside it: its whole top package, or for a plain file the modules next to it.

    Args:
        module_name: the dotted name that holds the topology.
        root: the folder it is imported from.
        include: see Sources.
        exclude: see Sources.

    Raises:
        BuildError: the module is not in that folder.
    """
    top = module_name.partition(".")[0]
    if (root / top / _PACKAGE_FILE).is_file():
        return Sources(root, (top,), include, exclude)
    if (root / f"{top}.py").is_file():
        return Sources(root, tuple(sorted(_importable(root))), include, exclude)
    if (root / top).is_dir():  # a package without __init__.py, which Python imports after all else
        return Sources(root, (top,), include, exclude)
    what = f"module {module_name!r} is not in {root}"
    hint = "Name the folder that holds it, the one you would run `python -m` in."
    raise BuildError(explain(what, valid=(f"{top}.py", f"{top}/{_PACKAGE_FILE}"), hint=hint))


def list_files(sources: Sources, leave_out: Path) -> SourceFiles:
    """Return every file of the sources that belongs into a jar, without tests, caches and secrets.

    Args:
        sources: what to look through.
        leave_out: the jar being made, which may lie in the user's package.

    Raises:
        BuildError: a link leads out of the root or nowhere, something is neither file nor folder, or a name is none
            that a jar may hold.
    """
    found = SourceFiles()
    choice = _Choice(sources.include, sources.exclude, found.used)
    for folder, entries in sources.folders:
        root = folder.resolve()
        for entry in entries:
            _add(found, root / entry, entry, _Walk(root, leave_out.resolve(), choice))
    return found


def list_data(path: Path, name: str, leave_out: Path, choice: Sources) -> SourceFiles:
    """Return a data file, or all files of a data folder, by the name each gets.

    Args:
        path: the file or folder; to name a file is to include it, whatever it looks like.
        name: what it is called under resources/.
        leave_out: the jar being made.
        choice: what is included and excluded.

    Raises:
        BuildError: as for ``list_files``; or it is not there.
    """
    found = SourceFiles()
    if not path.exists():
        raise BuildError(explain(f"there is no data file or folder {path}", given=f"--data {path}"))
    if path.is_file():
        found.paths[name] = path
        return found
    everything = _Choice(choice.include, choice.exclude, found.used, data=True)
    walk = _Walk(path.resolve(), leave_out.resolve(), everything)
    for child in sorted(path.resolve().iterdir()):
        _add(found, child, f"{name}/{child.name}", walk.into(path.resolve()))
    return found


@dataclass(frozen=True)
class _Choice:
    """What the user includes and excludes; in a data folder nothing but secrets is left out otherwise."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    used: set[str]
    data: bool = False

    def includes(self, name: str) -> bool:
        return self._find(self.include, name)

    def excludes(self, name: str) -> bool:
        return self._find(self.exclude, name)

    def _find(self, wanted: tuple[str, ...], name: str) -> bool:
        hits = [one for one in wanted if one.rstrip("/") == name or fnmatch(name.rpartition("/")[2], one)]
        self.used.update(hits)
        return bool(hits)


@dataclass(frozen=True)
class _Walk:
    """Where a walk may go: never out of the root, never into a folder that it is inside of already."""

    root: Path
    leave_out: Path
    choice: _Choice
    inside: tuple[Path, ...] = ()

    def into(self, folder: Path) -> _Walk:
        return replace(self, inside=(*self.inside, folder.resolve()))


def _importable(root: Path) -> Iterator[str]:
    """Yield the names of modules and packages in a folder; other files there are not the program's."""
    for path in root.iterdir():
        if _is_skipped(path) or path.resolve() == _OWN_PACKAGE:
            continue
        is_module = path.suffix == ".py" and path.is_file() and path.stem.isidentifier()
        if is_module or (path / _PACKAGE_FILE).is_file():
            yield path.name


def _add(found: SourceFiles, path: Path, name: str, walk: _Walk) -> None:
    if not _is_wanted(found, path, name, walk.choice):
        return
    fault = fault_of_name(name)
    if fault:
        raise BuildError(explain(f"{shown(name)} is no name for a file in a jar: {fault}", hint="Rename it."))
    if path.is_symlink():
        _check_link(path, walk)
    if path.is_dir():
        for child in sorted(path.iterdir()):
            _add(found, child, f"{name}/{child.name}", walk.into(path))
    elif path.is_file():
        if path.resolve() != walk.leave_out:
            found.paths[name] = path
    else:
        raise BuildError(explain(f"{path} is neither a file nor a folder", hint="Move it out of the package."))


def _is_wanted(found: SourceFiles, path: Path, name: str, choice: _Choice) -> bool:
    if choice.excludes(name):
        found.excluded.append(name)
        return False
    if choice.includes(name):
        return True
    if is_secret(path):
        found.secrets.append(name)
        return False
    return choice.data or not _is_skipped(path)


def _is_skipped(path: Path) -> bool:
    """Tell whether a file or folder never goes into a jar."""
    name = path.name
    if name.startswith("."):
        return True
    if not path.is_dir():
        # Inside a package setup.py is a module like any other.
        is_setup = name == "setup.py" and not path.with_name(_PACKAGE_FILE).exists()
        return is_setup or any(fnmatch(name, pattern) for pattern in _SKIPPED_FILES)
    if any(fnmatch(name, pattern) for pattern in _SKIPPED_FOLDERS) or (path / "pyvenv.cfg").exists():
        return True
    # A package may bear the name of a build tool's folder.
    return name in _BUILD_FOLDERS and not (path / _PACKAGE_FILE).exists()


def _check_link(path: Path, walk: _Walk) -> None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as exc:  # RuntimeError: a loop, before Python 3.13
        what = f"the link {path} leads nowhere"
        raise BuildError(explain(what, given=str(exc), hint="Remove it, or mend it.")) from exc
    if walk.root not in target.parents:
        what = f"the link {path} leads out of {walk.root}"
        raise BuildError(explain(what, given=str(target), hint="Copy what it leads to, or install it on the workers."))
    if target in walk.inside:
        raise BuildError(explain(f"the link {path} leads back to a folder around it", given=str(target)))
