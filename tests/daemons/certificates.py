"""Certificates for a test: an authority, Nimbus's and a client's, as PEM and as Java's stores."""

from __future__ import annotations

import subprocess
from pathlib import Path

from umbrella.storm.java import STORM_NEEDS, find_java

PASSWORD = "changeit"


class Authority:
    """One who vouches for others; its files are in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.ca = folder / f"{name}-ca.pem"
        self._key = folder / f"{name}-ca.key"
        request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        extensions = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        openssl(*request, *extensions, "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.ca)

    def issue(self, name: str, subject: str, alternative: str = "", days: int = 2) -> tuple[Path, Path]:
        """Return certificate and key as PEM files.

        Args:
            name: of the files.
            subject: in OpenSSL's form, /CN=...
            alternative: the host names, as DNS:...,IP:...
            days: how long it is valid; 0 or less has expired.
        """
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        lines = ["basicConstraints=CA:FALSE", "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid"]
        lines += [f"subjectAltName={alternative}"] if alternative else []
        extensions.write_text("\n".join([*lines, ""]))
        new = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl(*new, "-subj", subject, "-keyout", key, "-out", request)
        sign = ["x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self._key, "-CAcreateserial"]
        openssl(*sign, "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate, key

    def trust_store(self, name: str, kind: str = "PKCS12") -> Path:
        """Return a store of Java's that trusts this authority."""
        store = self.folder / name
        options = ["-noprompt", "-alias", "ca", "-file", self.ca, "-keystore", store, "-storetype", kind]
        keytool("-importcert", *options, "-storepass", PASSWORD)
        return store


def key_store(certificate: Path, key: Path, store: Path) -> Path:
    """Return a PKCS12 store with a certificate and its key."""
    password = f"pass:{PASSWORD}"
    openssl("pkcs12", "-export", "-in", certificate, "-inkey", key, "-out", store, "-passout", password)
    return store


def as_jks(store: Path, jks: Path) -> Path:
    """Return a JKS store with what is in a PKCS12 store."""
    source = ["-srckeystore", store, "-srcstorepass", PASSWORD]
    keytool("-importkeystore", *source, "-destkeystore", jks, "-deststoretype", "JKS", "-deststorepass", PASSWORD)
    return jks


def openssl(*arguments: object) -> None:
    """Run openssl."""
    _run("openssl", arguments)


def keytool(*arguments: object) -> None:
    """Run keytool."""
    _run(str(find_java(STORM_NEEDS).resolve().with_name("keytool")), arguments)


def _run(program: str, arguments: tuple[object, ...]) -> None:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{program} {arguments}: {done.stdout}{done.stderr}"
