"""The types of options: which values are valid, their JSON form on the way to the worker, and their form there."""

from __future__ import annotations

import sys
import typing
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence, Set as AbstractSet
from typing import Any, Callable, Literal, NamedTuple, Union

_PLAIN = (bool, int, float, str, list, dict, Sequence, Mapping, Iterable, Collection, object)


class Kind(NamedTuple):
    """Types whose values are not JSON; the first argument of each callable is the type.

    Attributes:
        covers: whether a type belongs to this kind.
        fits: whether a value is of the type.
        plain: converts a value to JSON.
        made: creates the value from JSON.
        form: an expression that creates a value from one of another type, for error messages.
    """

    covers: Callable[[Any], bool]
    plain: Callable[[Any, Any], Any]
    made: Callable[[Any, Any], Any]
    form: Callable[[Any, Any], str]
    fits: Callable[[Any, Any], bool] = lambda hint, value: isinstance(value, hint)


def kind_of(hint: Any) -> Kind | None:
    """Return how values of a type are serialized, or None if the type is JSON already or cannot be serialized."""
    if typing.get_origin(hint) is not None or not isinstance(hint, type):  # Python 3.9 regards list[int] as a type
        return None
    return next((kind for kind in _KINDS if kind.covers(hint)), None)


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is valid for an annotated option."""
    hint = _bare(hint)
    if hint is Any or isinstance(hint, (str, typing.TypeVar, typing.ForwardRef)):
        return True
    kind = kind_of(hint)
    if kind:
        return kind.fits(hint, value)
    if _is_typed_dict(hint):
        return _fits_typed_dict(value, hint)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is None:
        return _fits_plain(value, hint)
    if origin is Literal:
        return value in inner
    if _is_union(origin):
        return any(fits(value, one) for one in inner)
    if not isinstance(origin, type):
        return False
    if issubclass(origin, Mapping):
        pairs = value.items() if isinstance(value, Mapping) else None
        of_values = inner[1] if len(inner) > 1 else int  # Counter[str]
        return pairs is not None and all(fits(key, inner[0]) and fits(one, of_values) for key, one in pairs)
    if issubclass(origin, AbstractSet):
        return isinstance(value, AbstractSet) and all(fits(one, inner[0]) for one in value)
    if issubclass(origin, tuple):
        hints = _of_items(inner, value) if isinstance(value, (list, tuple)) else None
        return hints is not None and all(map(fits, value, hints))
    if issubclass(origin, Sequence) or origin in (Iterable, Collection):
        return isinstance(value, (list, tuple)) and all(fits(one, inner[0]) for one in value)
    return False


def _fits_plain(value: Any, hint: Any) -> bool:
    if hint is None or hint is type(None):
        return value is None
    if hint is float:
        return type(value) in (int, float)
    if hint is int:
        return type(value) is int
    if hint in (list, tuple, Sequence, Iterable, Collection):
        return isinstance(value, (list, tuple))
    return isinstance(hint, type) and isinstance(value, hint)


def converts(hint: Any) -> bool:
    """Whether values of a type would arrive on the worker as another type unless they are deserialized there."""
    hint = _bare(hint)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is None:
        if _is_typed_dict(hint):
            return any(converts(one) for one in hints_of(hint).values())
        return kind_of(hint) is not None or hint in (tuple, set, frozenset) or _is_other_dict(hint)
    if isinstance(origin, type) and (issubclass(origin, (tuple, AbstractSet)) or _is_other_dict(origin)):
        return True
    return origin is not Literal and any(converts(one) for one in inner if one is not Ellipsis)


def to_plain(value: Any, hint: Any) -> Any:
    """Return a valid value of a type as JSON."""
    hint = _bare(hint)
    kind = kind_of(hint)
    if kind:
        return kind.plain(hint, value)
    if _is_typed_dict(hint):
        known = hints_of(hint)
        return {name: to_plain(one, known[name]) for name, one in value.items()}
    origin, inner = typing.get_origin(hint) or hint, typing.get_args(hint)
    if _is_union(origin):
        return to_plain(value, next(one for one in inner if fits(value, one)))
    if not isinstance(origin, type) or not converts(hint):
        return value
    if issubclass(origin, Mapping):
        return {key: to_plain(one, inner[1] if len(inner) > 1 else Any) for key, one in value.items()}
    items = sorted(value, key=repr) if issubclass(origin, AbstractSet) else value
    return [to_plain(one, item) for one, item in zip(items, _of_items(inner, items) or ())]


def made_of(plain: Any, hint: Any) -> Any:
    """Return the value that ``to_plain`` converted to JSON.

    Raises:
        Exception: whatever the type raises if the value cannot be created.
    """
    hint = _bare(hint)
    kind = kind_of(hint)
    if kind:
        return kind.made(hint, plain)
    if _is_typed_dict(hint):
        known = hints_of(hint)
        return {name: made_of(one, known[name]) for name, one in plain.items()}
    origin: Any = typing.get_origin(hint) or hint
    inner = typing.get_args(hint)
    if _is_union(origin):
        return _first_made(plain, inner)
    if not isinstance(origin, type) or not converts(hint):
        return plain
    make: Any = origin
    if issubclass(origin, Mapping):
        found = {key: made_of(one, inner[1] if len(inner) > 1 else Any) for key, one in plain.items()}
        return make(found) if _is_other_dict(origin) else found
    items = [made_of(one, item) for one, item in zip(plain, _of_items(inner, plain) or ())]
    if issubclass(origin, tuple):
        return tuple(items)
    if issubclass(origin, AbstractSet):
        return frozenset(items) if origin is frozenset else set(items)
    return items


def same(value: Any, other: Any) -> bool:
    """Whether the value that arrives on the worker equals the given one; a str is also accepted for a path."""
    if isinstance(value, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(value) == len(other) and all(map(same, value, other))
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        return value.keys() == other.keys() and all(same(value[key], other[key]) for key in value)
    if isinstance(value, str) and hasattr(other, "__fspath__"):
        return True
    if not isinstance(value, type(other)):
        return False
    return bool(value == other) or bool(getattr(value, "__dict__", 0) == getattr(other, "__dict__", 1))


def is_never_option(hint: Any) -> bool:
    """Whether values of a type can never be sent to a worker: an Iterator, a connection, a function."""
    hint = _bare(hint)
    if hint in (Any, None, type(None), tuple, set, frozenset) or isinstance(
        hint, (str, typing.TypeVar, typing.ForwardRef)
    ):
        return False
    origin = typing.get_origin(hint) or hint
    if _is_union(origin):
        return all(is_never_option(one) or one is type(None) for one in typing.get_args(hint))
    if origin is Literal or kind_of(hint) or _is_typed_dict(hint) or not isinstance(origin, type):
        return False
    return origin not in _PLAIN and not issubclass(origin, (Mapping, Sequence, AbstractSet, str, int, float))


def spelled(hint: Any) -> str:
    """Return a type as written in a class body."""
    return hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint).replace("typing.", "")


def form_of(hint: Any, value: Any) -> str:
    """Return an expression that converts a value to the option's type, or "" if there is none."""
    hint = _bare(hint)
    members = [one for one in typing.get_args(hint) if one is not type(None)]
    if _is_union(typing.get_origin(hint)) and len(members) == 1:
        hint = members[0]
    if _is_typed_dict(hint):
        return f"a dict of {', '.join(f'{name}: {spelled(one)}' for name, one in hints_of(hint).items())}"
    kind = kind_of(hint)
    return kind.form(hint, value) if kind else ""


def evaluated(owner: type, name: str, hint: Any) -> Any:
    """Return an annotation of a class as a type, or Any if it cannot be evaluated.

    Each is evaluated by itself, because a name that is only imported for type checkers fails. Such an option is not
    checked, but the others are.
    """
    names = vars(sys.modules[owner.__module__]) if owner.__module__ in sys.modules else {}
    for bars in (True, False):
        try:
            holder = type("Holder", (), {"__annotations__": {name: hint if bars else _without_bars(hint)}})
            return typing.get_type_hints(holder, globalns=names, localns={**vars(owner), "__Union__": Union})[name]
        except Exception:
            continue
    return Any


def hints_of(owner: type) -> dict[str, Any]:
    """Return the field types of a dataclass, NamedTuple or TypedDict by field name."""
    found: dict[str, Any] = {}
    for base in reversed(owner.__mro__):
        found.update({name: evaluated(base, name, hint) for name, hint in own_annotations(base).items()})
    return found


def own_annotations(base: type) -> Mapping[str, Any]:
    """Return the annotations of the class itself, unevaluated."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(base, format=annotationlib.Format.FORWARDREF)
    return base.__dict__.get("__annotations__", {})  # type: ignore[no-any-return, unused-ignore]  # noqa: RUF063 - the advised library is not on workers


def _without_bars(hint: Any) -> Any:
    """Return "int | None" as a Union: Python 3.9 cannot evaluate the bar."""
    if not isinstance(hint, str) or "|" not in hint:
        return hint
    import ast  # only for such annotations on Python 3.9

    class Bars(ast.NodeTransformer):
        def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
            sides = ast.Tuple([self.visit(node.left), self.visit(node.right)], ast.Load())
            return ast.Subscript(ast.Name("__Union__", ast.Load()), sides, ast.Load())

    return ast.unparse(Bars().visit(ast.parse(hint, mode="eval")))


def _bare(hint: Any) -> Any:
    """Return the underlying type of a NewType or InitVar."""
    while True:
        if hasattr(hint, "__supertype__"):
            hint = hint.__supertype__
        elif type(hint).__name__ == "InitVar":
            hint = hint.type
        else:
            return hint


def _is_union(origin: Any) -> bool:
    return origin is Union or str(origin) == "<class 'types.UnionType'>"


def _is_other_dict(kind: Any) -> bool:
    """Whether it is a mapping type other than dict: Counter, OrderedDict, or one defined by the user."""
    return isinstance(kind, type) and issubclass(kind, Mapping) and kind not in (dict, Mapping, MutableMapping)


def _is_typed_dict(hint: Any) -> bool:
    return isinstance(hint, type) and hasattr(hint, "__required_keys__") and typing.get_origin(hint) is None


def _fits_typed_dict(value: Any, hint: Any) -> bool:
    known = hints_of(hint)
    if not isinstance(value, Mapping) or not hint.__required_keys__ <= value.keys() <= known.keys():
        return False
    return all(fits(one, known[name]) for name, one in value.items())


def _of_items(inner: tuple[Any, ...], items: Collection[Any]) -> list[Any] | None:
    """Return the type of each item of a sequence or set, or None if a tuple has the wrong number of items."""
    if not inner or inner[-1] is Ellipsis or len(inner) == 1 == len(items):
        return [inner[0] if inner else Any] * len(items)
    if len(inner) == 1:
        return list(inner) * len(items)
    return list(inner) if len(inner) == len(items) else None


def _first_made(plain: Any, hints: Sequence[Any]) -> Any:
    for hint in hints:
        try:
            made = made_of(plain, hint)
        except Exception:
            continue
        if fits(made, hint):
            return made
    return plain


def _is_named(*names: str) -> Callable[[Any], bool]:
    """Match these standard library types; by name, because a worker imports only what it uses."""
    return lambda hint: f"{hint.__module__}.{hint.__name__}" in names


def _init_fields(hint: Any) -> list[str]:
    return [one.name for one in hint.__dataclass_fields__.values() if one.init]


def _fields_plain(hint: Any, value: Any, names: Iterable[str]) -> dict[str, Any]:
    hints = hints_of(hint)
    return {name: to_plain(getattr(value, name), hints.get(name, Any)) for name in names}


def _fields_made(hint: Any, plain: Any) -> Any:
    hints = hints_of(hint)
    return hint(**{name: made_of(one, hints.get(name, Any)) for name, one in plain.items()})


def _enum_plain(hint: Any, value: Any) -> Any:
    return value.name if value.name in hint.__members__ else value.value  # a combination of Flags has no name


def _enum_made(hint: Any, plain: Any) -> Any:
    return hint[plain] if plain in hint.__members__ else hint(plain)


def _call(hint: Any, value: Any) -> str:
    return f"{hint.__name__}({value!r})" if isinstance(value, str) else f"{hint.__name__}(...)"


def _keywords(hint: Any, value: Any) -> str:
    return f"{hint.__name__}(**{value!r})" if isinstance(value, Mapping) else f"{hint.__name__}(...)"


def _fixed_zone(hint: Any, value: Any) -> bool:
    """Whether a time arrives unchanged: a zone like Europe/Berlin would arrive as a fixed offset."""
    zone = getattr(value, "tzinfo", None)
    return type(value) is hint and (zone is None or type(zone).__name__ == "timezone")


_KINDS = (
    Kind(
        lambda hint: hasattr(hint, "__fspath__") and not getattr(hint, "__abstractmethods__", ()),
        lambda hint, value: value if isinstance(value, str) else value.__fspath__(),
        lambda hint, plain: hint(plain),
        _call,
        lambda hint, value: isinstance(value, (hint, str)),
    ),
    Kind(
        lambda hint: hasattr(hint, "__members__") and hasattr(hint, "_member_map_"),
        _enum_plain,
        _enum_made,
        lambda hint, value: " or ".join(f"{hint.__name__}.{name}" for name in hint.__members__),
    ),
    Kind(_is_named("uuid.UUID", "decimal.Decimal"), lambda _, value: str(value), lambda hint, text: hint(text), _call),
    Kind(
        _is_named("datetime.timedelta"),
        lambda hint, value: [value.days, value.seconds, value.microseconds],
        lambda hint, plain: hint(*plain),
        lambda hint, value: f"timedelta(seconds={value!r})" if isinstance(value, (int, float)) else "timedelta(...)",
    ),
    Kind(
        _is_named("datetime.date", "datetime.datetime", "datetime.time"),
        lambda hint, value: value.isoformat(),
        lambda hint, plain: hint.fromisoformat(plain),
        lambda hint, value: (
            f"{hint.__name__}.fromisoformat({value!r})"
            if isinstance(value, str)
            else f"a {hint.__name__} without tzinfo, or with a timezone of a fixed offset"
        ),
        _fixed_zone,
    ),
    Kind(
        lambda hint: hint is bytes,
        lambda hint, value: value.decode("latin-1"),
        lambda hint, plain: plain.encode("latin-1"),
        lambda hint, value: f"{value!r}.encode()" if isinstance(value, str) else "b'...'",
    ),
    Kind(  # a NamedTuple
        lambda hint: issubclass(hint, tuple) and hasattr(hint, "_fields"),
        lambda hint, value: _fields_plain(hint, value, hint._fields),
        _fields_made,
        _keywords,
    ),
    Kind(  # a pydantic model
        lambda hint: hasattr(hint, "model_validate") and hasattr(hint, "model_dump"),
        lambda hint, value: value.model_dump(mode="json", by_alias=True),
        lambda hint, plain: hint.model_validate(plain),
        _keywords,
    ),
    Kind(  # a dataclass
        lambda hint: hasattr(hint, "__dataclass_fields__"),
        lambda hint, value: _fields_plain(hint, value, _init_fields(hint)),
        _fields_made,
        _keywords,
    ),
)
