"""Which files look like secrets: whoever may read a topology's jar could read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from umbrella.errors import BuildError

_FILES = (
    ".env",
    ".env.*",
    ".netrc",
    "_netrc",
    ".pypirc",
    ".pgpass",
    ".my.cnf",
    ".npmrc",
    ".git-credentials",
    ".htpasswd",
    "*.pem",
    "*.key",
    "*.jks",
    "*.jceks",
    "*.p12",
    "*.pfx",
    "*.ppk",
    "*.kdbx",
    "*.keystore",
    "*.truststore",
    "*.keytab",
    "krb5cc_*",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    "credentials",
    "credentials.json",
    "client_secret*.json",
    "service[-_]account*.json",
    "secrets.y*ml",
    "secrets.json",
    "secrets.toml",
    "*jaas*.conf",
)
_FOLDERS = (".git", ".hg", ".svn", ".aws", ".ssh", ".gnupg", ".kube", ".docker", ".azure", ".gcloud")
_STORM_SETTINGS = "storm.yaml"
_PASSWORD = re.compile(rb"^[^#\n]*(password|passwd|secret|payload)[^:\n]*:[ \t]*[^ \t\n#]", re.I | re.MULTILINE)


def is_secret(path: Path) -> bool:
    """Tell whether a file or folder looks like a secret, by its name; storm.yaml is one if it holds a password."""
    name = path.name.lower()
    if path.is_dir():  # a folder .env is a virtual environment
        return name in _FOLDERS
    if name == ".git":  # of a submodule: it leads to the repository
        return True
    if name == _STORM_SETTINGS:
        return bool(_PASSWORD.search(path.read_bytes()))
    return any(fnmatch(name, pattern) for pattern in _FILES)


def refuse_secrets(names: Sequence[str]) -> None:
    """Refuse a jar that would hold secrets.

    Args:
        names: what was found, by its name in the jar.

    Raises:
        BuildError: there are some; all are named.
    """
    if names:
        lines = ["these look like secrets, and whoever may read the jar could read them:"]
        lines += [f"  {name}" for name in names]
        lines.append(f"Say --exclude {names[0]} to leave it out, or --include {names[0]} to put it in;")
        lines.append("'*.pem' stands for all of that name. Workers better read secrets from a file of their own.")
        raise BuildError("\n".join(lines))
