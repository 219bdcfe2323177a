"""Empty wheels that stand in for what the jar already contains, or has no wheel, while pip resolves the rest."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

MARK = "umbrella.stub"  # a local version: `==1.0` also matches 1.0+umbrella.stub, which sorts above 1.0


def normalized(name: str) -> str:
    """Return a project's name, normalized as in PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def write_stub(folder: Path, name: str, version: str) -> str:
    """Write an empty wheel into a folder, and return its version."""
    marked = f"{version}{'.' if '+' in version else '+'}{MARK}"
    plain = normalized(name).replace("-", "_")
    info = f"{plain}-{marked}.dist-info"
    with zipfile.ZipFile(folder / f"{plain}-{marked}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {marked}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return marked


def is_stub(version: str) -> bool:
    """Whether a version is that of a stub."""
    return version.endswith(MARK)
