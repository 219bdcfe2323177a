"""The credentials of this user for a Nimbus that requires a name and a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from umbrella.errors import SecretError, explain
from umbrella.storm.nimbus.jaas import CLIENT_SECTION, sections
from umbrella.storm.nimbus.passwords import from_environment, read_private, read_secret
from umbrella.storm.nimbus.settings import DigestSettings

PASSWORD_VARIABLE = "UMBRELLA_DIGEST_PASSWORD"
JAAS_KEY = "java.security.auth.login.config"
_WAYS = (
    "nimbus.digest.user with nimbus.digest.password.file",
    f"nimbus.digest.user with ${PASSWORD_VARIABLE}",
    f"{JAAS_KEY} with a section {CLIENT_SECTION}",
)


@dataclass(frozen=True)
class Credentials:
    """A name and a password; the password is not part of its repr."""

    username: str
    password: str = field(repr=False)


def credentials(settings: DigestSettings, environment: Mapping[str, str] | None = None) -> Credentials:
    """Return the name and password from the settings, or else from the JAAS file.

    Raises:
        SecretError: the name or the password is missing, or a file cannot be read or is readable by other users.
    """
    username, password = settings.username, settings.password
    if not password and settings.password_file:
        password = read_secret(settings.password_file, "nimbus.digest.password.file")
    password = password or from_environment(PASSWORD_VARIABLE, environment)
    if settings.jaas_file and not (username and password):
        options = _of_jaas(settings.jaas_file)
        # A password belongs to its name: they must come from the same place.
        if not username or username == options.get("username"):
            username = username or options.get("username", "")
            password = password or options.get("password", "")
    if not username:
        raise SecretError(explain("this Nimbus asks for a name and a password: there is no name", valid=_WAYS))
    if not password:
        raise SecretError(explain(f"there is no password for {username!r}", valid=_WAYS))
    return Credentials(username, password)


def username_of(settings: DigestSettings) -> str:
    """Return only the name, or "" if none can be read."""
    try:
        return settings.username or _of_jaas(settings.jaas_file).get("username", "")
    except SecretError:
        return ""


def _of_jaas(path: str) -> dict[str, str]:
    if not path:
        return {}
    found = sections(read_private(path, JAAS_KEY))
    if CLIENT_SECTION not in found:
        raise SecretError(
            explain(f"{path} has no section {CLIENT_SECTION}", given=", ".join(found) or "no section at all")
        )
    return found[CLIENT_SECTION]
