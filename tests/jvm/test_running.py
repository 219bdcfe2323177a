"""Java components on the real Storm: from ``--jars`` to tuples, acks and fails; and what is seen of a wrong one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from py4j.protocol import Py4JError

from topologies.recording import records
from umbrella.cli.run_display import without_java_frames
from umbrella.storm.jvm import Jvm
from umbrella.storm.jvm_log import JvmLog
from umbrella.storm.overlaps import class_path

pytestmark = pytest.mark.storm

TESTS = Path(__file__).parents[1]
TOPOLOGIES = "topologies/java_parts.py"


def run(target: str, folder: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "umbrella", "run", target, *options]
    environment = {**os.environ, "PARTS_RECORDS": str(folder), "PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, cwd=TESTS, env=environment, text=True, stdout=-1, stderr=-2, timeout=120)
    return done.returncode, done.stdout


def test_a_spout_a_basic_bolt_and_a_windowed_bolt_run_as_declared(parts, tmp_path):
    code, out = run(f"{TOPOLOGIES}:JavaParts", tmp_path, "--jars", str(parts), "--time", "6")
    assert code == 1, out  # one word was to fail
    seen = records(tmp_path, "record")
    calls = [one["values"][0] for one in seen if one["stream"] == "calls"]
    made = "made h with a+b mode SLOW; localhost:6379! shared; FAST; [1, 2]; {a=1}; Long"
    assert calls[:3] == [made, "own of Python, of the class kept", "activate"], out
    # The third word failed in a bolt that acks by itself; the windows ack a pair when the next one is there.
    assert sorted(calls[3:]) == ["ack 1", "ack 2", "fail 3"]
    words = {one["values"][0] for one in seen if one["from"] == "upper"}
    assert words == {"WORD1", "WORD2", "WORD4", "WORD5"}
    assert {one["values"][0] for one in seen if one["from"] == "pairs"} == {"WORD1+WORD2", "WORD4+WORD5"}


def test_a_class_that_workers_have_from_storm_hides_the_one_of_a_jar(storm_jars, parts, tmp_path):
    hidden = tmp_path / "hidden.jar"
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("org/apache/storm/utils/Time.class", b"other bytes")
    target = f"{TOPOLOGIES}:JavaParts"
    _, out = run(target, tmp_path, "--jars", str(parts), "--jars", str(hidden), "--time", "2")
    assert "ended after" in out, out
    assert (
        "note: hidden.jar has org.apache.storm.utils.Time, which workers take from Storm's "
        f"storm-client-{storm_jars.version}.jar: its own are hidden"
    ) in out
    found = class_path(storm_jars, [hidden])
    assert sorted(found) == sorted([*storm_jars.jars, hidden])
    after = {path.name for path in found[found.index(hidden) + 1 :]}
    assert f"storm-client-{storm_jars.version}.jar" not in after
    assert f"storm-server-{storm_jars.version}.jar" in after  # of the daemons, as Jackson is


def test_a_component_that_cannot_be_made_on_the_worker_says_why(tmp_path):
    code, out = run(f"{TOPOLOGIES}:JavaParts", tmp_path, "--time", "20")  # without the jar
    assert code == 1
    assert "there is no class parts." in out
    assert "Is its jar among --jars or --artifacts?" in out


def test_the_line_of_an_error_is_found_among_all_of_a_java_stack(jvm):
    lang, io = jvm.java.lang, jvm.java.io
    error = lang.IllegalStateException("no luck\n  at all", lang.RuntimeException("cause"))
    suppressed = lang.RuntimeException("closing", lang.RuntimeException("why"))
    error.addSuppressed(suppressed)
    text = io.StringWriter()
    error.printStackTrace(io.PrintWriter(text))
    stack = str(text.toString())
    assert "\tSuppressed: " in stack
    assert "\t\t... " in stack
    assert without_java_frames(stack) == "java.lang.IllegalStateException: no luck\n  at all"


def test_a_jvm_that_ends_during_a_call_is_no_traceback_of_py4j(storm_jars, caplog):
    with Jvm(storm_jars, [], output=JvmLog()) as running:
        running.classes.java.lang.System.currentTimeMillis()
        running.process.send_signal(signal.SIGSTOP)  # the call stays unread, and the connection is reset
        os.waitpid(running.process.pid, os.WUNTRACED)
        threading.Timer(0.5, running.process.kill).start()
        with pytest.raises(Py4JError):
            running.classes.java.lang.System.currentTimeMillis()
    assert caplog.records == []


def test_a_jar_that_is_not_there_is_said_before_storm_starts(tmp_path):
    code, out = run(f"{TOPOLOGIES}:JavaParts", tmp_path, "--jars", "nowhere.jar")
    assert code == 2
    assert "there is no jar nowhere.jar. The current folder is" in out
    assert "starting Storm" not in out


def test_jars_that_a_topologys_jar_cannot_be_made_of_are_refused_before_storm_starts(parts, tmp_path):
    damaged, other = tmp_path / "damaged.jar", tmp_path / "other.jar"
    damaged.write_bytes(parts.read_bytes()[:-100])
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("parts/Mode.class", b"other bytes")
    texts = {
        damaged: f"{damaged} is no zip file, or a damaged one; given: ",
        other: f"parts/Mode.class: in {parts} and in {other}",
    }
    for jar, text in texts.items():
        code, out = run(f"{TOPOLOGIES}:JavaParts", tmp_path, "--jars", str(parts), "--jars", str(jar))
        assert code == 2
        assert text in out
        assert "starting Storm" not in out
