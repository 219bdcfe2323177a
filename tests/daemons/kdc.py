"""A Kerberos realm for a test: MIT's KDC on loopback, in a folder of its own.

Debian: krb5-kdc, krb5-admin-server, krb5-user.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

REALM = "UMBRELLA.TEST"
_PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
_START_SECONDS = 60


def missing() -> list[str]:
    """Return the programs that are not on this machine."""
    return [name for name in _PROGRAMS if not shutil.which(name, path=_PATH)]


class Kdc:
    """A realm; ``krb5`` is its krb5.conf, and each principal's key is in a keytab."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.krb5 = folder / "krb5.conf"
        self.krb5.write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            f" rdns = false\n dns_canonicalize_hostname = false\n udp_preference_limit = 1\n"
            f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{port}\n }}\n"
        )
        (folder / "kdc.conf").write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{port}\n kdc_tcp_listen = 127.0.0.1:{port}\n"
            f"[realms]\n {REALM} = {{\n  database_name = {folder}/principal\n  key_stash_file = {folder}/stash\n"
            f"  acl_file = {folder}/kadm5.acl\n  max_life = 1h\n }}\n[logging]\n kdc = FILE:{folder}/kdc.log\n"
        )
        self._run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master")

    def keytab(self, principal: str) -> Path:
        """Make a principal, and return the keytab with its key."""
        path = self.folder / f"{principal.replace('/', '-')}.keytab"
        self._run("kadmin.local", "-r", REALM, "-q", f"addprinc -randkey {principal}")
        self._run("kadmin.local", "-r", REALM, "-q", f"ktadd -k {path} {principal}")
        assert path.exists()
        return path

    def ticket(self, principal: str) -> Path:
        """Return a ticket cache as ``kinit`` leaves it."""
        path = self.folder / f"{principal}.ticket"
        keytab = self.folder / f"{principal}.keytab"
        self._run("kinit", "-k", "-t", str(keytab), "-c", f"FILE:{path}", principal)
        return path

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Answer while the block runs."""
        program = shutil.which("krb5kdc", path=_PATH)
        process = subprocess.Popen([str(program), "-n", "-r", REALM], env=self._environment())
        try:
            end = time.monotonic() + _START_SECONDS
            while not self._listens():
                assert process.poll() is None, (self.folder / "kdc.log").read_text()
                assert time.monotonic() < end
                time.sleep(0.05)
            yield
        finally:
            process.kill()
            process.wait()

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def _environment(self) -> dict[str, str]:
        settings = {"KRB5_CONFIG": str(self.krb5), "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf")}
        return {**os.environ, "PATH": _PATH, **settings}

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
