"""A JVM with Storm's classes, driven from Python through Py4J."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import psutil
from py4j import java_gateway
from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

from umbrella.errors import LocalClusterError, explain, naming
from umbrella.storm.distribution import Distribution
from umbrella.storm.java import STORM_NEEDS, UTF_8, find_java, utf_8_locale
from umbrella.storm.overlaps import class_path

# A small heap that starts quickly: a local run is short, and shares the machine with its Python processes. A full heap
# ends the JVM: otherwise Storm would lose one thread after another and hang.
_OPTIONS = (
    "-Xmx1g",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Djava.net.preferIPv4Stack=true",
)
_LOG_SETTINGS = Path(__file__).with_name("log4j2-local.xml")
_OUT_OF_MEMORY = 3  # the exit code of ExitOnOutOfMemoryError
_END_SECONDS = 10.0


# For every call after the JVM has ended, Py4J logs a traceback as well as raising; it logs some to the root logger.
_PY4J_LOG = logging.getLogger("py4j")
_PY4J_LOG.setLevel(logging.CRITICAL)
vars(java_gateway)["logging"] = _PY4J_LOG


class Jvm:
    """A running JVM. Use it as a context manager: leaving it always ends the process.

    Args:
        distribution: Storm's jars.
        jars: more jars for the classpath; Storm's classes on workers take precedence over theirs.
        output: receives the JVM's output, one ``write`` per line.
        environment: variables to add to the environment of the JVM and all its children.
    """

    def __init__(
        self,
        distribution: Distribution,
        jars: Sequence[Path],
        output: Any,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="umbrella-"))
        self.process: subprocess.Popen[bytes]
        try:
            with naming(self.folder):
                classpath = [self._conf_folder(), *class_path(distribution, jars)]
            self._start(classpath, output, environment or {})
        except BaseException:
            self._kill_unknown()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _start(self, classpath: Sequence[Path], output: Any, environment: Mapping[str, str]) -> None:
        java = find_java(STORM_NEEDS)
        with self._stderr() as stderr, _environment({**environment, **utf_8_locale()}):
            try:
                port, token, self.process = launch_gateway(
                    classpath=os.pathsep.join(map(str, classpath)),
                    javaopts=[
                        *_OPTIONS,
                        *UTF_8,
                        f"-Dlog4j.configurationFile={_LOG_SETTINGS}",
                        f"-Djava.io.tmpdir={self.folder}",
                    ],
                    die_on_exit=True,  # if Python is killed, the JVM ends too
                    redirect_stdout=output,
                    redirect_stderr=stderr,
                    java_path=str(java),
                    create_new_process_group=True,  # Ctrl-C goes only to Python, which then stops Storm cleanly
                    enable_auth=True,
                    return_proc=True,
                )
            except ValueError as exc:  # Py4J reads a port number first; a JVM that fails at once prints none
                what = f"the JVM did not start: {self.stderr_tail() or exc}"
                raise LocalClusterError(explain(what, given=str(java))) from exc
        parameters = GatewayParameters(port=port, auth_token=token, auto_convert=True)
        self.gateway = JavaGateway(gateway_parameters=parameters)

    def _kill_unknown(self) -> None:
        """Kill the process of a failed start: Py4J only hands the process over after a successful one."""
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                if any(str(self.folder) in word for word in child.cmdline()):
                    child.kill()
                    child.wait(_END_SECONDS)

    @property
    def classes(self) -> Any:
        """Java's packages: ``jvm.classes.java.util.HashMap()``."""
        return self.gateway.jvm

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self.process.poll() is None

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether the process has ended because its heap was full."""
        return self.process.poll() == _OUT_OF_MEMORY

    def stderr_tail(self) -> str:
        """Return the last lines that the JVM itself wrote to stderr."""
        text = Path(self.folder, "stderr").read_text(errors="replace")
        return "\n".join(text.splitlines()[-10:])

    def close(self) -> None:
        """End the process and delete its files."""
        with contextlib.suppress(Exception):
            self.gateway.shutdown()
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Jvm:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _conf_folder(self) -> Path:
        """Return a classpath folder with Storm's settings and an empty resources/, the children's working folder."""
        conf = self.folder / "conf"
        (conf / "resources").mkdir(parents=True)
        (conf / "resources" / "readme").write_text(
            "Python components of a local run are imported from where they are.\n"
        )
        # The fetched jars do not contain RocksDB, which only Nimbus's metric store needs.
        (conf / "storm.yaml").write_text('storm.metricstore.class: "none"\n')
        return conf

    @contextlib.contextmanager
    def _stderr(self) -> Iterator[IO[bytes]]:
        with Path(self.folder, "stderr").open("wb") as file:
            yield file


@contextlib.contextmanager
def _environment(added: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a child started inside the block: Py4J's launcher has no argument for them."""
    before = {name: os.environ.get(name) for name in added}
    os.environ.update(added)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
