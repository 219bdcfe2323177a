"""Finds what the code of a topology imports: which modules are the user's own, and which are installed packages."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from umbrella.compile.vendored import STANDARD_LIBRARY
from umbrella.spec import PythonCode, TopologySpec

_CARRIED = ("simplejson",)
_OURS = "umbrella"
_INSTALLED = ("site-packages", "dist-packages")
_GUARDS = ("ImportError", "ModuleNotFoundError", "Exception")


@dataclass
class Imports:
    """The modules that some modules import, at load time or later.

    Args:
        own: files of the user's own modules, by dotted name.
        installed: top-level names of packages that are installed, here or on workers, each with a file that imports it.
        ours: modules of Umbrella, each with a file that imports it.
        texts: every string in the user's own modules; some may be names of data files.
    """

    own: dict[str, Path] = field(default_factory=dict)
    installed: dict[str, Path] = field(default_factory=dict)
    ours: dict[str, Path] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    def folders(self) -> dict[Path, set[str]]:
        """Return the folders that own modules are imported from, with the top-level packages and files of each."""
        found: dict[Path, set[str]] = {}
        for name, file in self.own.items():
            depth = name.count(".") + (file.stem == "__init__")
            place = file.parents[depth]
            top = name.partition(".")[0]
            found.setdefault(place, set()).add(top if "." in name or file.stem == "__init__" else file.name)
        return found


def find_imports(module: str, spec: TopologySpec) -> Imports:
    """Follow the imports of a topology's modules, including those inside functions, without importing anything.

    Ignored are imports for type checkers, imports for a run as a script, and installed packages in a ``try`` that
    handles their absence.

    Args:
        module: the module of the topology; its top-level package is the user's own, even if installed.
        spec: the topology, which may have components from other modules.
    """
    found = Imports()
    components = [one.code.module for one in spec.components if isinstance(one.code, PythonCode)]
    waiting = [(name, Path(spec.name), False) for name in dict.fromkeys([module, *components])]
    seen: set[str] = set()
    while waiting:
        name, importer, optional = waiting.pop()
        top = name.partition(".")[0]
        if name in seen or top in STANDARD_LIBRARY or top in _CARRIED:
            continue
        file = _file_of(name)
        if top == _OURS:
            if file:
                found.ours.setdefault(name, importer)
        elif top != module.partition(".")[0] and _is_installed(top):
            if not optional:
                found.installed.setdefault(top, importer)
            continue  # another import of it may be required
        elif file:
            found.own[name] = file
            waiting += [(one, file, maybe) for one, maybe in _imported_by(name, file, found.texts)]
        seen.add(name)
    return found


def _file_of(name: str) -> Path | None:
    """Return the file of a module, or None if there is no such module or it is a package without ``__init__.py``."""
    spec = _spec_of(name)
    file = spec.origin if spec and spec.has_location else None
    return Path(file).resolve() if file else None


def _spec_of(name: str) -> ModuleSpec | None:
    top, *rest = name.split(".")
    try:
        spec = importlib.util.find_spec(top)
        for number, part in enumerate(rest, 1):
            folders = spec.submodule_search_locations if spec else None
            if folders is None:
                return None
            spec = PathFinder.find_spec(".".join([top, *rest[: number - 1], part]), list(folders))
    except (ImportError, ValueError):  # ValueError: a module created by hand has no spec
        return None
    return spec


def _is_installed(top: str) -> bool:
    """Return whether a module is not the user's own: one that is not found here is assumed to be on the workers."""
    spec = _spec_of(top)
    if spec is None:
        return True
    places = [spec.origin] if spec.origin and spec.has_location else list(spec.submodule_search_locations or ())
    return any(part in _INSTALLED for place in places for part in Path(place).parts)


def _imported_by(name: str, file: Path, texts: set[str]) -> Iterator[tuple[str, bool]]:
    """Yield what a module imports, the packages around it first, and whether each import is optional."""
    parts = name.split(".")
    yield from ((".".join(parts[:number]), False) for number in range(1, len(parts)))
    if file.suffix != ".py":
        return
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return
    package = parts if file.stem == "__init__" else parts[:-1]
    for node, optional in _nodes(tree, False):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, optional) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            if module:
                yield module, optional
                yield from ((f"{module}.{alias.name}", optional) for alias in node.names if alias.name != "*")


def _nodes(node: ast.AST, optional: bool) -> Iterator[tuple[ast.AST, bool]]:
    yield node, optional
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.If) and _is_not_for_workers(node.test):
        children = list(node.orelse)
    guarded = node.body if isinstance(node, ast.Try) and any(map(_catches_imports, node.handlers)) else []
    for child in children:
        yield from _nodes(child, optional or child in guarded)


def _is_not_for_workers(test: ast.expr) -> bool:
    words = ast.unparse(test)
    return words in ("TYPE_CHECKING", "typing.TYPE_CHECKING") or words.startswith("__name__ ==")


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(guard in ast.unparse(handler.type) for guard in _GUARDS)


def lacking(imports: Imports, python: str, names: Collection[str] | None = None) -> Iterator[str]:
    """Yield notes on imports that workers may lack.

    Args:
        imports: its imports.
        python: the command that starts Python on workers.
        names: the names of the jar's files below its resources/, if there is a jar.
    """
    tops = {name.partition("/")[0].partition(".")[0] for name in names or ()}
    for top, importer in sorted(imports.installed.items()):
        if top not in tops:
            hint = "name it in the jar's requirements (-r FILE, or --project), or install it on every worker"
            if python != "python3":
                hint = f"{python} on every worker has to have it, or the jar's requirements (-r FILE, or --project)"
            yield f"{_shown(importer)} imports {top}, which {'is not in the jar' if names else 'workers need'}: {hint}"
    if names is None:
        return
    for module, importer in sorted(imports.ours.items()):
        if not _is_in(module, names):
            yield f"{_shown(importer)} imports {module}, which no worker has: import it where only your machine runs it"
    for module, file in sorted(imports.own.items()):
        if not _is_in(module, names) and f"{module.replace('.', '/')}{''.join(file.suffixes)}" not in names:
            hint = "--include it, or move it to where the topology is"
            yield f"{module} ({_shown(file)}) is imported, and not in the jar: {hint}"


def _is_in(module: str, names: Collection[str]) -> bool:
    base = module.replace(".", "/")
    return f"{base}.py" in names or f"{base}/__init__.py" in names


def _shown(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if here in file.parents else str(file)
