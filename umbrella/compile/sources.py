"""Which of the user's files go to the workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from umbrella.errors import BuildError, explain

_PACKAGE_FILE = "__init__.py"
_OWN_PACKAGE = Path(__file__).resolve().parent.parent

_SKIPPED_FOLDERS = ("tests", "test", "__pycache__", "node_modules", "*.egg-info")
_BUILD_FOLDERS = ("build", "dist")
_SKIPPED_FILES = ("test_*.py", "conftest.py", "*.pyc", "*.pyo")
_SECRETS = (
    ".env",
    ".env.*",
    ".netrc",
    "*.pem",
    "*.key",
    "*.jks",
    "*.p12",
    "*.pfx",
    "*.keystore",
    "*.keytab",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
)


@dataclass(frozen=True)
class Sources:
    """The user's code: a folder that Python imports from, and the files and folders of it that go into the jar."""

    root: Path
    entries: tuple[str, ...]


@dataclass
class SourceFiles:
    """The files of some Sources: paths by their name under the root, and the secrets that were passed over."""

    paths: dict[str, Path] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)


def collect_sources(module_name: str, root: Path) -> Sources:
    """Find what the module needs beside it: its whole top package, or for a plain file the modules next to it.

    Args:
        module_name: the dotted name that holds the topology.
        root: the folder it is imported from.

    Raises:
        BuildError: the module is not in that folder.
    """
    top = module_name.partition(".")[0]
    if (root / top / _PACKAGE_FILE).is_file():
        return Sources(root, (top,))
    if (root / f"{top}.py").is_file():
        return Sources(root, tuple(sorted(_importable(root))))
    if (root / top).is_dir():  # a package without __init__.py, which Python imports after all else
        return Sources(root, (top,))
    what = f"module {module_name!r} is not in {root}"
    hint = "Name the folder that holds it, the one you would run `python -m` in."
    raise BuildError(explain(what, valid=(f"{top}.py", f"{top}/{_PACKAGE_FILE}"), hint=hint))


def list_files(sources: Sources, leave_out: Path) -> SourceFiles:
    """Return every file of the sources that belongs into a jar, without tests, caches, version control and secrets.

    Args:
        sources: what to look through.
        leave_out: the jar being made, which may lie in the user's package.

    Raises:
        BuildError: a link leads out of the root or nowhere, or something is neither file nor folder.
    """
    found = SourceFiles()
    for entry in sources.entries:
        _add(found, sources.root.resolve() / entry, entry, _Walk(sources.root.resolve(), leave_out.resolve()))
    return found


@dataclass(frozen=True)
class _Walk:
    """Where a walk may go: never out of the root, never into a folder that it is inside of already."""

    root: Path
    leave_out: Path
    inside: tuple[Path, ...] = ()

    def into(self, folder: Path) -> _Walk:
        return _Walk(self.root, self.leave_out, (*self.inside, folder.resolve()))


def _importable(root: Path) -> Iterator[str]:
    """Yield the names of modules and packages in a folder; other files there are not the program's."""
    for path in root.iterdir():
        if _is_skipped(path) or path.resolve() == _OWN_PACKAGE:
            continue
        is_module = path.suffix == ".py" and path.is_file() and path.stem.isidentifier()
        if is_module or (path / _PACKAGE_FILE).is_file():
            yield path.name


def _add(found: SourceFiles, path: Path, name: str, walk: _Walk) -> None:
    if _is_secret(path):
        found.secrets.append(name)
        return
    if _is_skipped(path):
        return
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


def _is_secret(path: Path) -> bool:
    # A folder .env is a virtual environment.
    return not path.is_dir() and any(fnmatch(path.name.lower(), pattern) for pattern in _SECRETS)


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
