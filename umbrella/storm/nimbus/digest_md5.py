"""The client side of SASL DIGEST-MD5 (RFC 2831), quality of protection "auth"; no I/O."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from umbrella.storm.nimbus.credentials import Credentials

NAME = "DIGEST-MD5"

_DIRECTIVE = re.compile(r'\s*([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^,"]*))\s*(?:,|$)')
_COUNT = "00000001"  # each connection makes one exchange


class DigestError(Exception):
    """The server's message is not DIGEST-MD5, or its proof is wrong."""


class DigestMd5:
    """One exchange: ``respond`` to the challenge, then ``verify`` the server's proof.

    Args:
        who: name and password.
        service: the SASL service's name, ``storm_thrift_server`` for Storm (ClientAuthUtils.SERVICE).
        host: the server's name in digest-uri.
    """

    def __init__(self, who: Credentials, service: str, host: str) -> None:
        self._who = who
        self._uri = f"{service}/{host}"
        self._expected = ""

    def respond(self, challenge: bytes) -> bytes:
        """Return the response to a challenge.

        Raises:
            DigestError: the challenge is malformed, or asks for something that is not supported.
        """
        asked = directives(challenge)
        _check(asked)
        charset = "utf-8" if asked.get("charset") == "utf-8" else "latin-1"
        fields = {
            "username": _quoted(self._who.username),
            "realm": _quoted(asked.get("realm", "")),
            "nonce": _quoted(asked["nonce"]),
            "cnonce": _quoted(secrets.token_urlsafe(24)),
            "nc": _COUNT,
            "qop": "auth",
            "digest-uri": _quoted(self._uri),
        }
        key = self._key(asked, _unquoted(fields["cnonce"]), charset)
        proof = [asked["nonce"], _COUNT, _unquoted(fields["cnonce"]), "auth"]
        fields["response"] = _digest(key, *proof, _hex(f"AUTHENTICATE:{self._uri}".encode()))
        self._expected = _digest(key, *proof, _hex(f":{self._uri}".encode()))
        if charset == "utf-8":
            fields["charset"] = "utf-8"
        return ",".join(f"{name}={value}" for name, value in fields.items()).encode(charset)

    def verify(self, proof: bytes) -> None:
        """Check that the server knows the password too.

        Raises:
            DigestError: its proof is wrong.
        """
        given = directives(proof).get("rspauth", "")
        if not self._expected or not hmac.compare_digest(given.encode(), self._expected.encode()):
            raise DigestError("the server's answer does not show that it knows the password")

    def _key(self, asked: dict[str, str], cnonce: str, charset: str) -> str:
        """Return HEX(H(A1)) of RFC 2831 section 2.1.2.1."""
        parts = (self._who.username, asked.get("realm", ""), self._who.password)
        secret = hashlib.md5(b":".join(_bytes(part, charset) for part in parts), usedforsecurity=False).digest()
        return _hex(b":".join([secret, asked["nonce"].encode(charset), cnonce.encode()]))


def directives(text: bytes) -> dict[str, str]:
    """Return the directives of a challenge or a proof; of duplicates, the first one.

    Raises:
        DigestError: it is malformed.
    """
    try:
        rest = text.decode()
    except UnicodeDecodeError:
        rest = text.decode("latin-1")
    found: dict[str, str] = {}
    while rest.strip(" ,"):
        match = _DIRECTIVE.match(rest)
        if match is None:
            raise DigestError("the server's message is not one of DIGEST-MD5")
        value = match[3].strip() if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
        found.setdefault(match[1].lower(), value)
        rest = rest[match.end() :]
    return found


def _check(asked: dict[str, str]) -> None:
    if not asked.get("nonce"):
        raise DigestError("the server's challenge has no nonce")
    if asked.get("algorithm") != "md5-sess":
        raise DigestError(f"the server asks for the algorithm {asked.get('algorithm')!r}, and md5-sess is known here")
    offered = [one.strip() for one in asked.get("qop", "auth").split(",")]
    if "auth" not in offered:
        raise DigestError(f"the server asks for {', '.join(offered)}, and auth is known here")


def _bytes(text: str, charset: str) -> bytes:
    """Encode a text for hashing. RFC 2831: in ISO 8859-1 if possible, whatever the charset of the message."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        if charset == "utf-8":
            return text.encode()
        raise DigestError("the name or the password has characters that this server has no charset for") from None


def _digest(key: str, *parts: str) -> str:
    return _hex(":".join([key, *parts]).encode())


def _hex(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _unquoted(text: str) -> str:
    return text[1:-1]
