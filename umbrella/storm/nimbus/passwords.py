"""Reads passwords from a private file or from the environment; they are never shown."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from umbrella.errors import SecretError, explain


def read_secret(path: str, key: str) -> str:
    """Return the first line of a file.

    Args:
        path: the file.
        key: the setting that names it.

    Raises:
        SecretError: it cannot be read, is empty, or other users can read it.
    """
    text = read_private(path, key)
    secret = text.splitlines()[0] if text else ""
    if not secret:
        raise SecretError(explain(f"{key} names a file without a password", given=path, hint="Its first line is it."))
    return secret


def read_private(path: str, key: str) -> str:
    """Return the text of a file that holds a secret.

    Args:
        path: the file.
        key: the setting that names it.

    Raises:
        SecretError: it cannot be read, or other users can read it.
    """
    try:
        with Path(path).expanduser().open(encoding="utf-8") as file:
            _check_mode(os.fstat(file.fileno()), path, key)
            return file.read()
    except OSError as exc:
        raise SecretError(explain(f"{key} names a file that cannot be read", given=f"{path}: {exc.strerror}")) from exc
    except UnicodeDecodeError as exc:
        raise SecretError(explain(f"{key} names a file that is not UTF-8 text", given=path)) from exc


def from_environment(variable: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the secret in an environment variable, or ""."""
    return (os.environ if environment is None else environment).get(variable, "")


def _check_mode(info: os.stat_result, path: str, key: str) -> None:
    """Refuse a file of this user that others can read, and another owner's (such as root's 0640) that all can read."""
    forbidden = 0o077 if info.st_uid == os.geteuid() else 0o007
    mode = stat.S_IMODE(info.st_mode)
    if mode & forbidden:
        raise SecretError(
            explain(
                f"{key} names a file with a password that others may read",
                given=f"{path}, mode {mode:04o}",
                valid=["mode 0600"],
                hint=f"Try: chmod 600 {path}",
            )
        )
