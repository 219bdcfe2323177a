"""Finds the topology that ``MODULE:TOPOLOGY`` names, and the directory its modules are imported from."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from umbrella.dsl.topology import Topology, TopologyType
from umbrella.errors import TargetError, UmbrellaError, explain, nearest, without_import_frames

_SOURCES = "src"
_NOT_OF_THE_PROJECT = ("site-packages", "node_modules", "build", "dist", "__pycache__")
_EXAMPLES = ["package.module:WordCount", "folder/topology.py:WordCount"]


class Target(NamedTuple):
    """A topology and its source.

    Attributes:
        topology: the topology class.
        module: the dotted module name that a worker imports.
        root: the directory that must be on ``sys.path`` for that import.
        folders: more directories that its modules may be imported from.
    """

    topology: type[Topology]
    module: str
    root: Path
    folders: tuple[Path, ...] = ()


def load_target(text: str) -> Target:
    """Import the topology of ``module:Topology`` or ``path/to/file.py:Topology``.

    The current directory is importable, and so is a ``src`` directory in it, next to the file, or next to its parent.

    Raises:
        TargetError: with a specific text for each cause.
    """
    place, colon, name = text.rpartition(":")
    if not colon or not place or not name:
        hint = ""
        if text.endswith(".py") and Path(text).is_file():
            hint = f"Name the topology too: {text}:..."
        raise TargetError(
            explain("a topology is named as MODULE:TOPOLOGY", given=repr(text), valid=_EXAMPLES, hint=hint)
        )
    if place.endswith(".py") or "/" in place:
        module_name, root = _of_file(Path(place))
    else:
        module_name, root = place, Path.cwd()
    folders = list(dict.fromkeys([root, Path.cwd(), *_source_folders(root)]))
    for folder in reversed([str(one) for one in folders]):
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)
    module = _import(module_name, place)
    if place.endswith(".py"):
        _check_file(module, Path(place))
    root = _root_of(module, module_name)
    return Target(_topology(module, name, place), module_name, root, tuple(one for one in folders if one != root))


def _source_folders(root: Path) -> Iterator[Path]:
    """Yield the ``src`` directories near a topology's root: many projects keep packages there, topologies elsewhere."""
    above = [root.parent] if root.parent != Path(root.anchor) else []
    for folder in (root, *above, Path.cwd()):
        source = folder / _SOURCES
        if source.is_dir() and not (source / "__init__.py").exists():
            yield source


def target_of(topology: type[Topology]) -> Target:
    """Return the target of a topology class that is already loaded.

    Raises:
        TargetError: a worker could not import its module.
    """
    name = topology.__module__
    module = sys.modules.get(name)
    if module is None or not getattr(module, "__file__", None):
        what = f"the module {name} of {topology.__name__} has no file a worker could import"
        raise TargetError(explain(what, hint="Put the topology into a .py file."))
    return Target(topology, name, _root_of(module, name))


def _of_file(path: Path) -> tuple[str, Path]:
    """Return the dotted module name of a file and the directory above its outermost package."""
    if not path.is_file():
        what = f"there is no file {path}"
        near = nearest(path.name, (one.name for one in path.parent.glob("*.py"))) if path.parent.is_dir() else None
        hint = f"Did you mean {path.parent / near}?" if near else f"The current folder is {Path.cwd()}."
        raise TargetError(explain(what, hint=hint))
    path = path.resolve()
    parts = [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__":
        parts.pop()
    for part in parts:
        if not part.isidentifier():
            what = f"{path} cannot be imported on a worker: {part!r} is no Python name"
            raise TargetError(explain(what, hint=f"Rename it, for example to {part.replace('-', '_')!r}."))
    return ".".join(parts), folder


def _check_file(module: ModuleType, path: Path) -> None:
    """Refuse a file whose module name is already loaded: Python would use the loaded module instead."""
    loaded = getattr(module, "__file__", None)
    if loaded is None or Path(loaded).resolve() != path.resolve():
        what = f"{path} cannot be imported: a module {module.__name__!r} is loaded already"
        hint = f"Rename the file, for example to {path.stem}_topology.py."
        raise TargetError(explain(what, given=loaded or "one that is built into Python", hint=hint))


def _import(name: str, place: str) -> ModuleType:
    try:
        # Output printed by the module must not end up in a file that a command writes to stdout.
        with contextlib.redirect_stdout(sys.stderr):
            return importlib.import_module(name)
    except SystemExit as exc:
        what = f"{place} ends Python while it is imported: sys.exit({exc.code!r})"
        hint = 'What is for running it as a script goes below: if __name__ == "__main__":'
        raise TargetError(explain(what, hint=hint)) from exc
    except ModuleNotFoundError as exc:
        if exc.name is None or not (name == exc.name or name.startswith(f"{exc.name}.")):
            raise _not_found(exc.name or str(exc), place, exc) from exc
        valid = _modules_beside(exc.name)
        what = f"there is no module {exc.name!r}"
        hint = f"The current folder, {Path.cwd()}, is importable; a file is named as path/to/file.py:Topology."
        raise TargetError(explain(what, given=repr(place), valid=valid, wrong=exc.name, hint=hint)) from exc
    except Exception as exc:
        raise TargetError(f"{place} cannot be imported:\n{_told(exc)}") from exc


def _told(exc: Exception) -> str:
    """Return an exception as Python prints it; for Umbrella's own errors, only the user's lines and the reason."""
    if not isinstance(exc, (UmbrellaError, AttributeError)):
        return without_import_frames("".join(traceback.format_exception(type(exc), exc, _users_part(exc)))).rstrip()
    frames = [one for one in traceback.extract_tb(exc.__traceback__) if _is_users(one.filename)]
    reason = str(exc) if isinstance(exc, UmbrellaError) else "".join(traceback.format_exception_only(type(exc), exc))
    return "".join(traceback.format_list(frames)) + reason.rstrip()


def _is_users(file: str) -> bool:
    return "importlib" not in file and Path(__file__).parent not in Path(file).parents


def _not_found(missing: str, place: str, exc: ModuleNotFoundError) -> TargetError:
    """Return the error for a missing import; a module found nearby in the project need not be installed."""
    top = missing.partition(".")[0]
    given = _own_line(exc)
    if top in sys.modules:
        what = f"{place} imports the module {missing!r}, which {top} does not have"
        return TargetError(explain(what, given=given, valid=_modules_beside(missing), wrong=missing))
    near = next(_found_near(top), None)
    if near:
        hint = f"{near} is there: PYTHONPATH={near.parent} makes it importable, and it goes into the jar."
    else:
        hint = f"Try: pip install {top}"
    what = f"{place} imports the module {missing!r}, which is not installed here"
    return TargetError(explain(what, given=given, hint=hint))


def _found_near(top: str) -> Iterator[Path]:
    """Yield modules and packages of this name in project directories that are not on ``sys.path``."""
    for folder in dict.fromkeys([Path(one) for one in sys.path[:2]]):
        for pattern in (f"*/{top}", f"*/{top}.py", f"*/*/{top}", f"*/*/{top}.py"):
            for found in sorted(folder.glob(pattern)):
                inside = found.relative_to(folder).parts
                is_code = found.suffix == ".py" or any(found.glob("*.py"))
                if is_code and not any(part.startswith(".") or part in _NOT_OF_THE_PROJECT for part in inside):
                    yield found


def _modules_beside(name: str) -> list[str]:
    """Return the modules in the package or directory where the import was attempted."""
    package = name.rpartition(".")[0]
    if not package:
        return sorted(one.stem for one in Path.cwd().glob("*.py"))
    folders = list(getattr(sys.modules.get(package), "__path__", ()))
    return sorted(f"{package}.{one.name}" for one in pkgutil.iter_modules(folders))


def _users_part(exc: BaseException) -> Any:
    trace = exc.__traceback__
    while trace and ("importlib" in trace.tb_frame.f_code.co_filename or trace.tb_frame.f_code.co_filename == __file__):
        trace = trace.tb_next
    return trace


def _own_line(exc: BaseException) -> str:
    trace = _users_part(exc)
    return f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}" if trace else str(exc)


def _topology(module: ModuleType, name: str, place: str) -> type[Topology]:
    there = [key for key, one in vars(module).items() if isinstance(one, TopologyType) and one is not Topology]
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None:
        what = f"{place} has no topology {name!r}"
        hint = "" if there else "It has none at all: a topology is a class that derives from umbrella.Topology."
        raise TargetError(explain(what, valid=there, wrong=name, hint=hint))
    if not (isinstance(found, TopologyType) and issubclass(found, Topology)):
        what = f"{name!r} in {place} is no topology"
        raise TargetError(explain(what, given=repr(found), valid=there))
    return found


def _root_of(module: ModuleType, name: str) -> Path:
    file = Path(module.__file__ or "").resolve()
    depth = name.count(".") + (1 if file.stem != "__init__" else 2)
    return file.parents[depth - 1]
