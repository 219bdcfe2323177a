"""Reads a section of a JAAS file (java.security.auth.login.config) as Java's ConfigFile does."""

from __future__ import annotations

import re
from collections.abc import Iterator

CLIENT_SECTION = "StormClient"  # ClientAuthUtils.LOGIN_CONTEXT_CLIENT

_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|[{};=]|[^\s{};="]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def sections(text: str) -> dict[str, dict[str, str]]:
    """Return the options of each section; several login modules of a section are merged.

    Args:
        text: ``Name { module flag option="value" ...; };`` repeated any number of times.
    """
    found: dict[str, dict[str, str]] = {}
    tokens = list(_tokens(text))
    for index, token in enumerate(tokens):
        if token == "{" and index:
            end = tokens.index("}", index) if "}" in tokens[index:] else len(tokens)
            found[_plain(tokens[index - 1])] = _options(tokens[index + 1 : end])
    return found


def _options(tokens: list[str]) -> dict[str, str]:
    return {
        _plain(tokens[index - 1]): _plain(tokens[index + 1])
        for index, token in enumerate(tokens)
        if token == "=" and 0 < index < len(tokens) - 1
    }


def _tokens(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        if not match[0].startswith(("//", "/*")):
            yield match[0]


def _plain(token: str) -> str:
    return _ESCAPE.sub(r"\1", token[1:-1]) if token.startswith('"') else token
