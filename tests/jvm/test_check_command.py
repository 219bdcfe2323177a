"""``umbrella check`` and ``jar`` with ``--jars``: Java components against their classes, and clashes of classes."""

from __future__ import annotations

import socket
import sys
import zipfile
from pathlib import Path

import pytest

from umbrella.cli.main import main
from umbrella.compile.jar import JARS
from umbrella.storm.artifacts import resolve

pytestmark = pytest.mark.storm

TESTS = Path(__file__).parents[1]
TOPOLOGIES = "topologies/java_parts.py"


@pytest.fixture(autouse=True)
def _in_the_tests(monkeypatch):
    monkeypatch.chdir(TESTS)
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def umbrella(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    return call


def test_a_sound_topology_fits_its_java_classes(umbrella, parts):
    assert umbrella("check", f"{TOPOLOGIES}:JavaParts", "--jars", parts) == (
        0,
        "rows: fits its Java class\nupper: fits its Java class\npairs: fits its Java class\n"
        "JavaParts: no problems; spouts: 1, bolts: 3\n",
        "",
    )


def test_components_of_storm_itself_are_checked_without_jars_if_asked_for(umbrella):
    assert umbrella("check", "topologies/worker_side.py:WithJava", "--java-check") == (
        0,
        "words: fits its Java class\ncounter: fits its Java class\nWithJava: no problems; spouts: 1, bolts: 2\n",
        "",
    )


def test_every_class_constructor_and_method_that_does_not_fit_is_told_at_once(umbrella, parts):
    code, out, err = umbrella("check", f"{TOPOLOGIES}:WrongClasses", "--jars", parts)
    assert (code, out) == (2, "")
    valid = "valid: a class that implements IRichBolt, IBasicBolt or IWindowedBolt"
    assert err.splitlines() == [
        "umbrella: topology WrongClasses has 8 problems:",
        "  1. WrongClasses.class_name: there is no class parts.Uper. Did you mean 'parts.Upper'?",
        "  2. WrongClasses.arguments: parts.Connects has no constructor for these arguments; given: (str, str, int); "
        "valid: Connects(String, int)",
        "  3. WrongClasses.method: parts.Upper has no method faling; valid: cleanup, declareOutputFields, execute, "
        "failing, getComponentConfiguration, prepare, setURL. Did you mean 'failing'?",
        f"  4. WrongClasses.spout: org.apache.storm.testing.TestWordSpout is no bolt; {valid}. "
        "It is a spout: declare it as one.",
        "  5. WrongClasses.stateful: parts.Keeping keeps its state by Storm's checkpoints, which topologies of "
        f"Umbrella do not have; {valid}",
        "  6. WrongClasses.lacking: parts.Lacking cannot be used without a class that is not there; "
        "given: parts.Absent. Is the jar with it among --jars or --artifacts?",
        "  7. WrongClasses.null: the Java object of the bolt is null",
        "  8. WrongClasses.bolt: parts.Upper is no spout; valid: a class that implements IRichSpout. "
        "It is a bolt: declare it as one.",
    ]


def test_streams_are_compared_with_what_the_class_declares(umbrella, parts):
    code, out, err = umbrella("check", f"{TOPOLOGIES}:WrongStreams", "--jars", parts)
    assert (code, out) == (2, "")
    lost = 'and its first tuple would end the worker; valid: a nested class with fields = "upper"'
    assert err.splitlines()[1:] == [
        f"  1. WrongStreams.none: stream 'default' of parts.Upper is not declared in Python, {lost}",
        f"  2. WrongStreams.more: stream 'default' of parts.Upper is not declared in Python, {lost}",
        "  3. WrongStreams.more: stream 'rejected' is not declared by parts.Upper; valid: default",
        '  4. WrongStreams.other: stream \'default\' has other fields in parts.Upper; given: "UPPER"; valid: "upper"',
        "  5. WrongStreams.other: stream 'default' is not direct in parts.Upper; valid: direct = False",
    ]


CONNECTING = """
from topologies.java_parts import Rows, ShuffleGrouping, Simple, Topology

class Connecting(Topology):
    rows = Rows(1, count=4)
    socket = Simple(1, jvm_class="parts.Connects", jvm_args=("io", {port}), inputs=[ShuffleGrouping(rows)])
    channel = Simple(1, jvm_class="parts.Connects", jvm_args=("nio", {port}), inputs=[ShuffleGrouping(rows)])
"""


def test_a_check_connects_nowhere_and_tells_what_it_could_not_see(umbrella, jvm, parts, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (tmp_path / "connecting.py").write_text(CONNECTING.format(port=port))
        server.setblocking(False)
        code, out, err = umbrella("check", f"{tmp_path}/connecting.py:Connecting", "--jars", parts)
        assert code == 0, err
        with pytest.raises(BlockingIOError):
            server.accept()
        jvm.parts.Connects("nio", port)  # which does connect where nobody keeps it from it
        server.accept()[0].close()
    lines = out.splitlines()
    assert [line for line in lines if "fits" in line] == ["rows: fits its Java class"]
    notes = [line for line in lines if line.startswith("note: ")]
    assert [note.split(":")[1] for note in notes] == [" socket", " channel"]
    for note in notes:
        assert "its streams were not checked, for it could not be built here: parts.Connects" in note
        assert note.endswith(
            "connections are not allowed while a topology is checked: open them in open() or prepare()"
        )


def test_the_stream_of_late_tuples_is_declared_by_storm_for_a_windowed_bolt(umbrella, parts):
    assert umbrella("check", f"{TOPOLOGIES}:LateTuples", "--jars", parts)[:2] == (
        0,
        "rows: fits its Java class\nlate: fits its Java class\nLateTuples: no problems; spouts: 1, bolts: 1\n",
    )


UNRULY = """
from topologies.java_parts import Rows, ShuffleGrouping, Simple, Stream, Topology

class Unruly(Simple):
    class Default(Stream):
        fields = "upper"

class Rude(Topology):
    rows = Rows(1, count=4)
    rude = Unruly(1, jvm_class="parts.Unruly", jvm_args=("HOW",), inputs=[ShuffleGrouping(rows)])
"""


@pytest.fixture
def check_unruly(umbrella, parts, tmp_path):
    def check(how):
        module = tmp_path / f"unruly_{how}.py"
        module.write_text(UNRULY.replace("HOW", how))
        return umbrella("check", f"{module}:Rude", "--jars", parts)

    return check


def test_what_a_constructor_writes_is_not_taken_for_findings(check_unruly):
    code, out, err = check_unruly("write")
    assert code == 0, err
    assert out.splitlines()[:2] == ["rows: fits its Java class", "rude: fits its Java class"]


def test_a_constructor_that_ends_the_jvm_is_named(check_unruly):
    code, out, err = check_unruly("exit")
    assert (code, out) == (4, "")
    assert err == (
        "umbrella: the JVM that checks Java components ended while it looked at rude; given: exit code 0. "
        "Does the class call System.exit? `umbrella jar` and `umbrella submit` build without a look at them with "
        "--no-java-check.\n"
    )


def test_what_could_not_be_built_is_not_said_to_fit(check_unruly):
    code, out, _ = check_unruly("open")
    assert code == 0
    assert out.splitlines()[:2] == [
        "rows: fits its Java class",
        "note: rude: its streams were not checked, for it could not be built here: parts.Unruly: Unruly(String) "
        "failed: java.io.IOException: no file x.conf",
    ]


def test_settings_that_only_javas_own_builder_would_hand_to_storm_are_named(umbrella, parts):
    code, out, _ = umbrella("check", f"{TOPOLOGIES}:Odd", "--jars", parts)
    assert code == 0
    assert (
        "note: ticking: parts.Ticking sets topology.tick.tuple.freq.secs=5 for itself, which Storm takes from the "
        "declaration alone: give it there as config={...} (its ticks do not come otherwise)"
    ) in out.splitlines()


def test_a_jar_that_is_missing_is_said(umbrella):
    code, _, err = umbrella("check", f"{TOPOLOGIES}:JavaParts", "--jars", "nowhere.jar")
    assert code == 2
    assert err == f"umbrella: there is no jar nowhere.jar. The current folder is {TESTS}.\n"


@pytest.mark.parametrize("command", ["check", "jar"])
def test_a_damaged_jar_is_refused(umbrella, parts, tmp_path, command):
    damaged = tmp_path / "damaged.jar"
    damaged.write_bytes(parts.read_bytes()[:-100])
    code, out, err = umbrella(command, f"{TOPOLOGIES}:JavaParts", "--jars", parts, "--jars", damaged)
    assert (code, out) == (2, "")
    assert err.startswith(f"umbrella: {damaged} is no zip file, or a damaged one; given: ")


@pytest.mark.parametrize("command", ["check", "jar"])
def test_jars_that_differ_in_a_file_are_refused(umbrella, parts, tmp_path, command):
    other = tmp_path / "other.jar"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("parts/Mode.class", b"other bytes")
    code, out, err = umbrella(command, f"{TOPOLOGIES}:JavaParts", "--jars", parts, "--jars", other)
    assert (code, out) == (2, "")
    assert f"  parts/Mode.class: in {parts} and in {other}" in err.splitlines()


def test_a_jar_is_made_with_the_classes_and_not_for_a_class_that_does_not_fit(umbrella, parts, tmp_path):
    out_jar = tmp_path / "x.jar"
    code, out, err = umbrella("jar", f"{TOPOLOGIES}:JavaParts", "--jars", parts, "-o", out_jar)
    assert code == 0, err
    assert "parts/Rows.class" in zipfile.ZipFile(out_jar).namelist()
    assert "parts.jar" in out
    code, _, err = umbrella("jar", f"{TOPOLOGIES}:WrongStreams", "--jars", parts, "-o", tmp_path / "y.jar")
    assert code == 2
    assert "stream 'rejected' is not declared by parts.Upper" in err
    assert not (tmp_path / "y.jar").exists()
    code, _, _ = umbrella(
        "jar", f"{TOPOLOGIES}:WrongStreams", "--jars", parts, "--no-java-check", "-o", tmp_path / "y.jar"
    )
    assert code == 0


def test_without_jars_a_missing_class_is_a_note_for_workers_may_have_it(umbrella, tmp_path):
    code, out, _ = umbrella("jar", f"{TOPOLOGIES}:Odd", "-o", tmp_path / "x.jar")
    assert code == 0
    missing = "there is no class parts.Ticking. Is its jar among --jars or --artifacts?"
    assert f"note: Odd.ticking: {missing}" in out.splitlines()


def test_where_storm_is_not_there_a_jar_is_made_and_says_that_java_was_not_checked(
    umbrella, parts, tmp_path, monkeypatch
):
    monkeypatch.setenv("UMBRELLA_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("STORM_HOME", raising=False)
    code, out, _ = umbrella("jar", f"{TOPOLOGIES}:WrongStreams", "--jars", parts, "-o", tmp_path / "x.jar")
    assert code == 0
    assert "note: Java components and jars were not checked: Storm 2.8.3 is not on this machine" in out
    code, _, err = umbrella("check", f"{TOPOLOGIES}:WrongStreams", "--jars", parts)
    assert code == 3
    assert "umbrella storm fetch" in err


def test_classes_that_storm_hides_are_named(umbrella, parts, storm_jars, tmp_path):
    hidden = tmp_path / "hidden.jar"
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("org/slf4j/Logger.class", b"another version")
        archive.writestr("org/slf4j/LoggerFactory.class", b"another version")
    (slf4j,) = (jar.name for jar in storm_jars.jars if jar.name.startswith("slf4j-api-"))
    note = f"hidden.jar has org.slf4j.Logger and 1 more, which workers take from Storm's {slf4j}: its own are hidden"
    for command in (("check",), ("jar", "-o", tmp_path / "x.jar")):
        code, out, _ = umbrella(*command, f"{TOPOLOGIES}:JavaParts", "--jars", parts, "--jars", hidden)
        assert code == 0
        assert f"note: {note}" in out.splitlines()


def test_an_artifact_comes_with_what_it_needs_and_without_what_storm_has(umbrella, tmp_path, monkeypatch):
    steps = []
    found = resolve(["com.zaxxer:HikariCP:5.1.0"], steps.append)
    assert [path.name for path in found] == ["HikariCP-5.1.0.jar"]  # which needs slf4j-api
    assert resolve(["com.zaxxer:HikariCP:5.1.0"], steps.append) == found
    assert resolve(["org.slf4j:slf4j-api:2.0.17"], steps.append) == ()
    out_jar = tmp_path / "x.jar"
    code, _, err = umbrella(
        "jar", f"{TOPOLOGIES}:JavaParts", "--no-java-check", "--artifacts", "com.zaxxer:HikariCP:5.1.0", "-o", out_jar
    )
    assert code == 0, err
    assert "com/zaxxer/hikari/HikariDataSource.class" in zipfile.ZipFile(out_jar).namelist()


@pytest.mark.parametrize(
    ("coordinates", "text"),
    [
        (
            "storm-redis",
            "an artifact is GROUP:ARTIFACT:VERSION; given: storm-redis; valid: org.apache.storm:storm-redis:",
        ),
        ("no.such:artifact:1.0", "the artifacts cannot be had; given: no.such:artifact:1.0. Are group, artifact and"),
    ],
)
def test_an_artifact_that_is_none_says_what_is_wrong(umbrella, coordinates, text):
    code, _, err = umbrella("check", f"{TOPOLOGIES}:JavaParts", "--artifacts", coordinates)
    assert code == 2
    assert text in err


def test_our_own_classes_are_in_the_jar_that_workers_get():
    names = zipfile.ZipFile(JARS / "umbrella-storm.jar").namelist()
    assert {"umbrella/storm/JvmBolt.class", "umbrella/storm/JvmSpout.class"} <= set(names)
