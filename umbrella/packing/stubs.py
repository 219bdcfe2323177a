"""Empty wheels that stand for what the jar carries already, or for what has no wheel, while pip looks for the rest."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

MARK = "umbrella.stub"  # a local version: `==1.0` means 1.0+umbrella.stub too, and it is above 1.0


def normalized(name: str) -> str:
    """Return a project's name as PEP 503 compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def write_stub(folder: Path, name: str, version: str) -> str:
    """Write an empty wheel into a folder; returns its version."""
    marked = f"{version}{'.' if '+' in version else '+'}{MARK}"
    plain = normalized(name).replace("-", "_")
    info = f"{plain}-{marked}.dist-info"
    with zipfile.ZipFile(folder / f"{plain}-{marked}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {marked}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return marked


def is_stub(version: str) -> bool:
    """Whether a version is that of such a wheel."""
    return version.endswith(MARK)
