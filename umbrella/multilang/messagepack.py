"""The MessagePack library: msgspec, else msgpack. Both are C extensions, and both give the same results here.

Umbrella bundles neither: a jar contains one if the topology requires it (umbrella.packing), or workers have one.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple

from umbrella.errors import ProtocolError, WorkerMismatchError, explain
from umbrella.multilang.long_numbers import TOO_LONG, is_too_long
from umbrella.multilang.messages import shorten

LIBRARIES = ("msgspec", "msgpack")

LONG_INTEGER = 1  # the extension type of integers beyond 64 bits: their two's complement, big-endian


class Library(NamedTuple):
    """The interface of a MessagePack library.

    Attributes:
        name: the library's name and version, for the log.
        pack: encodes a value; raises OverflowError for integers beyond 64 bits, UnicodeEncodeError for lone surrogates.
        unpack: decodes exactly one value, including long integers; raises ValueError, TypeError or RecursionError.
        extension: creates an extension value from its type and bytes.
    """

    name: str
    pack: Callable[[Any], bytes]
    unpack: Callable[[Any], Any]
    extension: Callable[[int, bytes], Any]


def find_library(names: Sequence[str] = LIBRARIES) -> Library:
    """Return the first library that can be imported.

    Raises:
        WorkerMismatchError: there is none; the text says what to install where.
    """
    for name in names:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        return _msgspec(module) if name == "msgspec" else _msgpack(module)
    import sys  # only for the error, like the texts below

    what = f'serializer = "msgpack" needs {" or ".join(names)}, and this worker\'s Python has neither'
    given = f"Python {sys.version.split()[0]} at {sys.executable}"
    hint = (
        "Put msgspec into the jar (a line of the requirements file that umbrella jar -r and umbrella submit -r take), "
        'or run "pip install msgspec" with that Python on the workers; serializer = "json" needs nothing.'
    )
    raise WorkerMismatchError(explain(what, given=given, hint=hint))


def with_long_integers(value: Any, library: Library) -> Any:
    """Return a copy in which integers beyond 64 bits are extension values.

    Raises:
        ValueError: one has more digits than JSON may carry; a value must arrive on both wires or on neither.
    """
    if type(value) is int:
        if -(1 << 63) <= value < 1 << 64:
            return value
        if is_too_long(value):
            raise ValueError(TOO_LONG)
        return library.extension(LONG_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
    if isinstance(value, (list, tuple)):
        return [with_long_integers(item, library) for item in value]
    if type(value) is dict:
        return {key: with_long_integers(item, library) for key, item in value.items()}
    return value


def _long_integer(kind: int, data: Any) -> int:
    if kind != LONG_INTEGER:
        valid = f"{LONG_INTEGER} (an integer beyond 64 bits)"
        raise ProtocolError(explain(f"unknown extension type {kind}", given=shorten(bytes(data)), valid=[valid]))
    return int.from_bytes(data, "big", signed=True)


def _msgspec(module: Any) -> Library:
    decoder = module.msgpack.Decoder(ext_hook=_long_integer)
    return Library(f"msgspec {module.__version__}", module.msgpack.Encoder().encode, decoder.decode, module.msgpack.Ext)


def _msgpack(module: Any) -> Library:
    def unpack(data: Any) -> Any:
        return module.unpackb(data, ext_hook=_long_integer, strict_map_key=False)

    version = ".".join(map(str, module.version))
    return Library(f"msgpack {version}", module.Packer().pack, unpack, module.ExtType)
