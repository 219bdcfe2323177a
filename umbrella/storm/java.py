"""Finds Java and Maven on this machine, checks their versions, sets a locale, and runs Maven."""

from __future__ import annotations

import contextlib
import locale
import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from umbrella.errors import StormError, StormNotFoundError, explain

STORM_NEEDS = 17  # Storm 2.8 is Java 17 bytecode

# Java 17 uses its locale's charset for text files, and every version uses it for file names.
UTF_8 = ("-Dfile.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8")

_UTF_8_LOCALES = ("C.UTF-8", "en_US.UTF-8")
_ANSWER_SECONDS = 30.0  # timeout of `java -version` on a busy machine
_TAIL_LINES = 12
_STYLING = re.compile(r"\x1b\[[0-9;]*m")
_ADVICE = re.compile(r"^\[ERROR\]\s*(\[Help|To see the full|Re-run Maven|For more information|$)")


def find_java(minimum: int) -> Path:
    """Return the first Java of $JAVA_HOME and PATH that is new enough.

    Args:
        minimum: the oldest acceptable feature release, such as 17.

    Raises:
        StormNotFoundError: none is new enough; the text names each Java that was tried.
    """
    tried = []
    for origin, path in _programs("JAVA_HOME", "java"):
        release = _release(path)
        if release is not None and release >= minimum:
            return path
        tried.append(f"{path} ({origin}) {_shortcoming(path, release)}")
    raise StormNotFoundError(
        explain(
            f"Storm needs Java {minimum} or newer",
            given="; ".join(tried) or "no java on PATH, and $JAVA_HOME is not set",
            hint="Install one, for example with `apt-get install default-jdk-headless`, or set $JAVA_HOME to one",
        )
    )


def utf_8_locale() -> dict[str, str]:
    """Return the variable that gives a JVM a UTF-8 locale, if this process has none and the system has one.

    Java decodes its command line in its locale's charset, regardless of its options.
    """
    if locale.nl_langinfo(locale.CODESET).upper() in ("UTF-8", "UTF8"):
        return {}
    before = locale.setlocale(locale.LC_CTYPE)
    for name in _UTF_8_LOCALES:
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            locale.setlocale(locale.LC_CTYPE, before)
            return {"LC_ALL" if os.environ.get("LC_ALL") else "LC_CTYPE": name}
    return {}


def find_maven() -> Path:
    """Return Maven's mvn, from $MAVEN_HOME or else from PATH.

    Raises:
        StormNotFoundError: Maven was not found.
    """
    tried = []
    for origin, path in _programs("MAVEN_HOME", "mvn"):
        if os.access(path, os.X_OK):
            return path
        tried.append(f"{path} ({origin}) is not there")
    raise StormNotFoundError(
        explain(
            "Maven is not on this machine",
            given="; ".join(tried) or "no mvn on PATH, and $MAVEN_HOME is not set",
            hint="Install it, for example with `apt-get install maven`, or set $STORM_HOME to an unpacked Storm",
        )
    )


def run_maven(arguments: Sequence[str], on_line: Callable[[str], None]) -> None:
    """Run Maven in batch mode, and pass on each line as it is printed.

    Args:
        arguments: Maven's, without ``--batch-mode``.
        on_line: called with each line, without line end and styling.

    Raises:
        StormNotFoundError: Maven was not found.
        StormError: Maven failed; the text ends with its last output.
    """
    command = [str(find_maven()), "--batch-mode", *arguments]
    tail: deque[str] = deque(maxlen=_TAIL_LINES)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in _lines(process):
                tail.append(line)
                on_line(line)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise StormError(f"Maven ended with exit code {process.returncode}:\n" + "\n".join(_last_words(tail)))


def _programs(variable: str, name: str) -> Iterator[tuple[str, Path]]:
    home = os.environ.get(variable)
    if home:
        yield f"${variable}", Path(home, "bin", name)
    found = shutil.which(name)
    if found:
        yield "PATH", Path(found)


def _release(java: Path) -> int | None:
    """Return Java's feature release, or None if the program does not report one."""
    try:
        answer = subprocess.run(
            [str(java), "-version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=_ANSWER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stdout)
    return int(found[1]) if found else None


def _shortcoming(java: Path, release: int | None) -> str:
    if release is not None:
        return f"is Java {release}"
    return "does not answer `-version`" if java.exists() else "is not there"


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield _STYLING.sub("", line).rstrip()


def _last_words(tail: deque[str]) -> list[str]:
    """Return Maven's error lines without its debugging advice, or all lines if there are none."""
    errors = [line for line in tail if line.startswith("[ERROR]") and not _ADVICE.match(line)]
    return errors or [line for line in tail if line]
