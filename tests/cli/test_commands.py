"""The commands that need no Storm, and what they say of bad input."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from umbrella.cli.main import main

TESTS = Path(__file__).parents[1]
WORDCOUNT = "examples/wordcount/topology.py:WordCount"


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(TESTS.parent)
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def umbrella(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    return call


def test_check_says_that_a_sound_topology_is_sound(umbrella):
    assert umbrella("check", WORDCOUNT) == (0, "WordCount: no problems; spouts: 1, bolts: 2\n", "")


def test_check_says_what_workers_need_for_msgpack(umbrella):
    code, out, _ = umbrella("check", "tests/topologies/packed.py:Packed")
    assert code == 0
    assert out.splitlines()[1] == (
        "note: source speaks msgpack, for which workers need msgspec or msgpack: "
        "add msgspec to the requirements of the jar (-r FILE), or install it on every worker"
    )


def test_check_prints_every_problem_at_once_and_exits_2(umbrella):
    code, _, err = umbrella("check", "tests/topologies/five_mistakes.py:FiveMistakes")
    assert code == 2
    lines = err.splitlines()
    assert lines[0] == "umbrella: topology FiveMistakes has 5 problems:"
    assert [line.split(":")[0] for line in lines[1:]] == [
        "  1. FiveMistakes.forgotten",
        "  2. FiveMistakes.Config.worker",
        "  3. FiveMistakes.stream",
        "  4. FiveMistakes.field",
        "  5. FiveMistakes.lonely",
    ]
    assert "Did you mean 'workers'?" in err
    assert "Did you mean 'default'?" in err
    assert "Did you mean 'key'?" in err


def test_each_of_many_different_mistakes_is_a_problem_of_its_own(umbrella):
    file = TESTS / "topologies" / "everything_wrong.py"
    mistakes = re.findall(r"\S.*#+ wrong: (.+)", file.read_text("utf-8"))
    code, out, err = umbrella("check", f"{file}:T")
    assert (code, out) == (2, "")
    title, *problems = err.splitlines()
    assert len(mistakes) >= 30
    assert len(problems) == len(mistakes)
    assert title == f"umbrella: topology T has {len(mistakes)} problems:"
    for mistake in mistakes:
        assert len([problem for problem in problems if mistake in problem]) == 1, mistake


def test_notes_leave_the_exit_code_alone_and_are_not_printed_beside_problems(umbrella, tmp_path):
    text = (
        "from umbrella import BatchingBolt, ShuffleGrouping, Spout, Stream, Topology\n"
        "class Jobs(Spout):\n"
        "    class Default(Stream):\n"
        "        fields = 'task', 'status'\n"
        "    def next_tuple(self): pass\n"
        "class Store(BatchingBolt):\n"
        "    def execute_batch(self, batch): pass\n"
        "class Noted(Topology):\n"
        "    jobs = Jobs(1)\n"
        "    store = Store(2, batch_size=600, inputs=[ShuffleGrouping(jobs)])\n"
        "class Wrong(Noted):\n"
        "    workers = 3\n"
    )
    (tmp_path / "noted_jobs.py").write_text(text)
    code, out, err = umbrella("check", f"{tmp_path}/noted_jobs.py:Noted")
    first, fields, batches = out.splitlines()
    assert (code, err, first) == (0, "", "Noted: no problems; spouts: 1, bolts: 1")
    assert fields.startswith("note: jobs, stream 'default': task is an argument of emit too")
    assert fields.endswith("so its values go by position: emit(task, status)")
    assert batches.startswith(
        "note: store: 2 tasks with a batch_size of 600 wait for 1,200 tuples, and spouts may have 1,000"
    )
    code, out, err = umbrella("check", f"{tmp_path}/noted_jobs.py:Wrong")
    assert (code, out) == (2, "")
    assert "note" not in err


@pytest.mark.parametrize("command", ["check", "run", "jar", "flux", "graph", "submit"])
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Count(0)", "Count: executors is a whole number of 1 or more; given: 0"),
        (
            "Count(1, limt=5)",
            "Count has no option 'limt'; valid: executors, tasks, config, inputs, tick_seconds, limit.",
        ),
        (
            "Count(1, inputs=[FieldsGrouping(words)])",
            "FieldsGrouping takes the names of the key fields after its source",
        ),
        ("Count(1, inputs=[ShuffleGrouping(words.Defalt)])", "the declared Words(...) has no 'Defalt'"),
    ],
)
def test_a_mistake_that_ends_a_class_body_is_told_with_the_users_line_alone(umbrella, tmp_path, command, line, reason):
    text = (
        "from umbrella import AutoAckBolt, FieldsGrouping, ShuffleGrouping, Spout, Stream, Topology\n"
        "class Words(Spout):\n"
        "    class Default(Stream):\n"
        "        fields = 'word'\n"
        "class Count(AutoAckBolt):\n"
        "    limit: int = 5\n"
        "class T(Topology):\n"
        "    words = Words(1)\n"
        f"    count = {line}\n"
    )
    name = f"ended_{abs(hash((command, line)))}"
    file = tmp_path / f"{name}.py"
    file.write_text(text)
    code, out, err = umbrella(command, f"{file}:T")
    assert (code, out) == (2, "")
    shown = [one for one in err.splitlines() if not set(one) <= {" ", "^", "~"} and not one.startswith("reading ")]
    assert shown[:5] == [
        f"umbrella: {file} cannot be imported:",
        f'  File "{file}", line 7, in <module>',
        "    class T(Topology):",
        f'  File "{file}", line 9, in T',
        f"    count = {line}",
    ]
    assert len(shown) == 6
    assert reason in shown[5]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("WordCount", "a topology is named as MODULE:TOPOLOGY; given: 'WordCount'"),
        ("examples/wordcount/topology.py", "Name the topology too: examples/wordcount/topology.py:..."),
        ("examples/wordcount/topolgy.py:WordCount", "there is no file examples/wordcount/topolgy.py. Did you mean"),
        ("examples.wordcount.topolgy:WordCount", "there is no module 'examples.wordcount.topolgy'"),
        ("examples.wordcont.topology:WordCount", "Did you mean 'examples.wordcount'?"),
        ("nosuch:WordCount", "there is no module 'nosuch'; given: 'nosuch'"),
        (
            "examples.wordcount.topology:WordCont",
            "has no topology 'WordCont'; valid: WordCount. Did you mean 'WordCount'",
        ),
        ("examples.wordcount.topology:Split", "'Split' in examples.wordcount.topology is no topology"),
        ("umbrella.spec:Nothing", "It has none at all: a topology is a class that derives from umbrella.Topology."),
    ],
)
def test_each_way_to_name_a_topology_wrongly_has_its_own_message(umbrella, target, text):
    code, out, err = umbrella("check", target)
    assert (code, out) == (2, "")
    assert text in err


def test_a_module_that_does_not_import_is_shown_with_its_traceback(umbrella, tmp_path, monkeypatch):
    (tmp_path / "broken_module.py").write_text("x = 1\nraise RuntimeError('no luck')\n")
    (tmp_path / "needs_broken.py").write_text("import broken_module\n")
    (tmp_path / "needs_more.py").write_text("import not_installed_anywhere\n")
    (tmp_path / "my-topology.py").write_text("")
    code, _, err = umbrella("check", f"{tmp_path}/broken_module.py:T")
    assert code == 2
    assert "line 2" in err
    assert "RuntimeError: no luck" in err
    assert "importlib" not in err
    code, _, err = umbrella("check", f"{tmp_path}/needs_broken.py:T")
    assert code == 2
    assert "RuntimeError: no luck" in err
    assert "importlib" not in err
    code, _, err = umbrella("check", f"{tmp_path}/needs_more.py:T")
    assert code == 2
    assert "imports the module 'not_installed_anywhere', which is not installed here" in err
    code, _, err = umbrella("check", f"{tmp_path}/my-topology.py:T")
    assert "'my-topology' is no Python name. Rename it, for example to 'my_topology'" in err


SHOP = """\
{imports}
from umbrella import Spout, Stream, Topology

class Prices(Spout):
    class Default(Stream):
        fields = "price"

    def next_tuple(self):
        {body}

class Shop(Topology):
    prices = Prices(1)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that writes files below a folder, and makes it the current one."""
    before = set(sys.modules)

    def write(files, folder="."):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        monkeypatch.chdir(tmp_path / folder)
        return tmp_path

    yield write
    for name in set(sys.modules) - before:
        del sys.modules[name]


def in_jar(path):
    with zipfile.ZipFile(path) as archive:
        names = [one.removeprefix("resources/") for one in archive.namelist() if one.startswith("resources/")]
    return sorted(one for one in names if not one.startswith(("umbrella/", "simplejson/")))


@pytest.mark.parametrize(
    ("folder", "target"),
    [(".", "topologies/shop_topology.py"), ("topologies", "shop_topology.py"), ("topologies", "shop_topology")],
)
def test_packages_of_a_src_folder_beside_or_above_are_found_and_packed(umbrella, project, folder, target):
    text = SHOP.format(imports="import shop_parts.prices", body="self.finish()")
    project({"topologies/shop_topology.py": text, "src/shop_parts/prices.py": "", "src/unused/__init__.py": ""}, folder)
    assert umbrella("check", f"{target}:Shop") == (0, "Shop: no problems; spouts: 1, bolts: 0\n", "")
    assert umbrella("jar", f"{target}:Shop", "-o", "out.jar")[0] == 0
    assert in_jar("out.jar") == ["shop_parts/prices.py", "shop_topology.py"]


def test_a_dotted_module_of_a_src_folder_needs_no_installation(umbrella, project):
    project({"src/shop_src/topology.py": SHOP.format(imports="", body="self.finish()")})
    assert umbrella("check", "shop_src.topology:Shop")[0] == 0


def test_a_module_in_another_folder_of_the_project_is_no_package_to_install(umbrella, project, monkeypatch):
    root = project({"shop_here.py": SHOP.format(imports="import shop_lib", body="pass"), "lib/shop_lib.py": ""})
    code, _, err = umbrella("check", "shop_here.py:Shop")
    assert code == 2
    assert f"{root}/lib/shop_lib.py is there: PYTHONPATH={root}/lib makes it importable" in err
    assert "pip install" not in err
    monkeypatch.syspath_prepend(str(root / "lib"))
    assert umbrella("jar", "shop_here.py:Shop", "-o", "out.jar")[0] == 0
    assert in_jar("out.jar") == ["shop_here.py", "shop_lib.py"]


def test_modules_beside_the_package_that_are_imported_are_packed(umbrella, project):
    text = SHOP.format(imports="from shop_common.units import EURO", body="import shop_late")
    project(
        {
            "shop_app/__init__.py": "",
            "shop_app/topology.py": text,
            "shop_common/__init__.py": "",
            "shop_common/units.py": "EURO = 1",
            "shop_late.py": "",
            "shop_unused.py": "",
        }
    )
    code, out, _ = umbrella("jar", "shop_app.topology:Shop", "-o", "out.jar")
    assert (code, "note:" in out) == (0, False)
    expected = ["shop_app/__init__.py", "shop_app/topology.py", "shop_common/__init__.py", "shop_common/units.py"]
    assert in_jar("out.jar") == [*expected, "shop_late.py"]


def test_what_a_topology_imports_and_workers_lack_is_told(umbrella, project):
    imports = """\
from typing import TYPE_CHECKING
import psutil, simplejson, json
import umbrella.storm.run
try:
    import orjson
except ImportError:
    orjson = None
if TYPE_CHECKING:
    import rich
"""
    text = SHOP.format(imports=imports, body="import no_such_package; open('prices.csv')")
    project({"shop_lacks.py": text, "shop_other.py": "", "prices.csv": "", "a.txt": "", "README.md": ""})
    remedy = "name it in the jar's requirements (-r FILE, or --project), or install it on every worker"
    lacking = ("no_such_package", "psutil")
    code, out, _ = umbrella("check", "shop_lacks.py:Shop")
    assert code == 0
    assert out.splitlines()[1:] == [
        f"note: shop_lacks.py imports {one}, which workers need: {remedy}" for one in lacking
    ]
    code, out, _ = umbrella("jar", "shop_lacks.py:Shop", "-o", "out.jar")
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("note: ")] == [
        "note: in the jar, though nothing imports them: shop_other.py; --exclude NAME leaves one out",
        "note: not in the jar: prices.csv, a.txt; --data PATH puts a file in",
        *(f"note: shop_lacks.py imports {one}, which is not in the jar: {remedy}" for one in lacking),
        "note: shop_lacks.py imports umbrella.storm.run, which no worker has: "
        "import it where only your machine runs it",
    ]


def test_a_topology_name_that_not_every_daemon_takes_is_refused(umbrella, project):
    name = 'class Config:\n        name = "Z\u00e4hler"\n    prices = Prices(1)'
    project({"shop_name.py": SHOP.format(imports="", body="pass").replace("prices = Prices(1)", name)})
    code, _, err = umbrella("check", "shop_name.py:Shop")
    assert code == 2
    assert "given: 'Z\u00e4hler'; valid: ASCII letters, digits, _, - and blanks, at most 200 characters" in err


def test_ctrl_c_while_the_command_is_imported_gives_no_traceback():
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from umbrella.cli.start import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.parametrize("name", ["click", "time"])
def test_a_file_named_like_a_loaded_module_is_told(umbrella, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("from umbrella import Topology\nclass T(Topology): pass\n")
    code, _, err = umbrella("check", f"{tmp_path}/{name}.py:T")
    assert code == 2
    assert f"cannot be imported: a module {name!r} is loaded already; given: " in err
    assert f"Rename the file, for example to {name}_topology.py." in err


def test_a_module_that_ends_python_is_no_success(umbrella, tmp_path):
    (tmp_path / "ends.py").write_text("import sys\nprint('hello')\nsys.exit(0)\n")
    code, out, err = umbrella("check", f"{tmp_path}/ends.py:T")
    assert (code, out) == (2, "")
    assert "ends Python while it is imported: sys.exit(0)" in err


def test_a_jar_overwrites_nothing_but_a_jar(umbrella, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for place in (tmp_path / "notes.txt", tmp_path, Path("/dev/null")):
        code, _, err = umbrella("jar", WORDCOUNT, "-o", str(place))
        assert code == 2
        assert "is there already and is no jar" in err or "is a directory" in err
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_flux_prints_yaml_with_the_settings_given(umbrella):
    code, out, _ = umbrella("flux", WORDCOUNT, "-o", "topology.workers=3", "-o", "my.word=abc")
    assert code == 0
    parsed = yaml.safe_load(out)
    assert (parsed["config"]["topology.workers"], parsed["config"]["my.word"]) == (3, "abc")
    assert [spout["id"] for spout in parsed["spouts"]] == ["sentences"]


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("topology.workers", "a setting is key=value; given: 'topology.workers'"),
        ("topology.wrokers=2", "Storm has no setting 'topology.wrokers'. Did you mean 'topology.workers'?"),
        ("wrokers=2", "Did you mean 'workers'?"),
        ("umbrella.execute.timeout.sec=5", "Did you mean 'umbrella.execute.timeout.secs'?"),
        ("umbrella.execute.timeout.secs=abc", "umbrella.execute.timeout.secs takes a number of 0 or more; given"),
        ("python=/opt/python3", "For `umbrella submit`, write: -c python=/opt/python3."),
        ("topology.workers=two", "topology.workers takes a whole number; given: 'two'"),
    ],
)
def test_a_wrong_setting_is_refused(umbrella, setting, text):
    code, out, err = umbrella("flux", WORDCOUNT, "-s", setting)
    assert (code, out) == (2, "")
    assert text in err


def test_graph_prints_mermaid_or_writes_a_picture(umbrella, tmp_path):
    code, out, _ = umbrella("graph", WORDCOUNT)
    assert code == 0
    assert out.startswith("flowchart LR")
    code, out, _ = umbrella("graph", WORDCOUNT, "-o", str(tmp_path / "x.svg"))
    assert (code, out) == (0, f"wrote {tmp_path / 'x.svg'}\n")
    assert (tmp_path / "x.svg").read_text("utf-8").lstrip().startswith("<")
    code, _, err = umbrella("graph", WORDCOUNT, "-o", "x.png")
    assert code == 2
    assert "the picture is an SVG; given: x.png; try x.svg" in err


def test_the_same_jar_twice_has_the_same_sha256(umbrella, tmp_path):
    digests = set()
    for name in ("one.jar", "two.jar"):
        code, out, _ = umbrella("jar", WORDCOUNT, "-o", str(tmp_path / name))
        assert code == 0
        digest = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        assert digest in out
        digests.add(digest)
    assert len(digests) == 1
    names = zipfile.ZipFile(tmp_path / "one.jar").namelist()
    for needed in (
        "topology.yaml",
        "resources/examples/wordcount/topology.py",
        "resources/umbrella/multilang/__main__.py",
        "resources/simplejson/__init__.py",
        "org/apache/storm/flux/Flux.class",
        "umbrella/storm/PartialKey.class",
    ):
        assert needed in names
    unwanted = ("test", "__pycache__", ".git", ".pyc", "thriftpy2", "py4j")
    assert not [name for name in names if name.startswith("resources/") and any(part in name for part in unwanted)]


def test_help_and_unknown_commands(umbrella):
    code, out, _ = umbrella("--help")
    assert code == 0
    for command in ("run", "check", "graph", "flux", "jar", "storm"):
        assert f"  {command} " in out
    code, _, err = umbrella("rnu")
    assert code == 2
    assert "No such command 'rnu'" in err
    assert "Did you mean 'run'?" in err
    code, _, err = umbrella("cluster", "statsu")
    assert code == 2
    assert "valid: down, logs, status, up. Did you mean 'status'?" in err


def test_settings_are_given_alike_to_all_commands_that_take_a_topology(umbrella, tmp_path):
    code, out, _ = umbrella("flux", WORDCOUNT, "-s", "workers=3")
    assert (code, yaml.safe_load(out)["config"]["topology.workers"]) == (0, 3)
    code, _, err = umbrella("check", WORDCOUNT, "--set", "topology.workers=two")
    assert code == 2
    assert "topology.workers takes a whole number; given: 'two'" in err
    code, _, _ = umbrella("jar", WORDCOUNT, "-s", "workers=3", "-o", str(tmp_path / "x.jar"))
    assert code == 0
    with zipfile.ZipFile(tmp_path / "x.jar") as archive:
        assert yaml.safe_load(archive.read("topology.yaml"))["config"]["topology.workers"] == 3


@pytest.mark.parametrize("command", ["jar", "graph"])
def test_a_setting_where_an_output_file_is_meant_is_refused(umbrella, tmp_path, monkeypatch, command):
    target = f"{TESTS.parent}/{WORDCOUNT}"
    monkeypatch.chdir(tmp_path)
    code, out, err = umbrella(command, target, "-o", "umbrella.shell=stock")
    assert (code, out) == (2, "")
    assert f"-o names the file that `umbrella {command}` writes; given: -o umbrella.shell=stock" in err
    assert "For a setting, write: -s umbrella.shell=stock." in err
    assert not list(tmp_path.iterdir())


def test_how_long_to_wait_for_what_is_replaced_needs_replace(umbrella):
    code, _, err = umbrella("submit", WORDCOUNT, "--replace-wait", "3")
    assert code == 2
    assert "Add --replace" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_a_full_disk_is_told_with_the_room_in_each_folder(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "umbrella", "flux", WORDCOUNT]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert "No space left on device; free: " in done.stderr
    assert f"MB in {tmp_path} (TMPDIR)" in done.stderr
    assert f"MB in {TESTS.parent} (the current folder)" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def nothing_configured(tmp_path, monkeypatch):
    """No settings of the user, of the project or of the environment, and no development cluster."""
    for name in [name for name in os.environ if name.startswith(("UMBRELLA_", "STORM_"))]:
        monkeypatch.delenv(name)
    for name in ("HOME", "UMBRELLA_CLUSTER", "UMBRELLA_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("nothing_configured")
def test_doctor_finds_no_problem_where_no_cluster_is_configured(umbrella):
    code, out, err = umbrella("doctor", "--json")
    assert (code, err) == (0, "")
    (nimbus,) = [one for one in json.loads(out) if one["subject"] == "nimbus"]
    assert nimbus["state"] == "note"
    assert "no cluster is configured" in nimbus["text"]
    assert "umbrella cluster up" in nimbus["remedy"]


@pytest.mark.usefixtures("nothing_configured")
def test_doctor_reports_a_configured_cluster_that_is_away(umbrella, monkeypatch):
    monkeypatch.setenv("UMBRELLA_NIMBUS_SEEDS", "localhost")
    monkeypatch.setenv("UMBRELLA_NIMBUS_THRIFT_PORT", "1")
    code, out, err = umbrella("doctor")
    assert code == 1
    assert "problem nimbus: no leading Nimbus was found" in out
    assert not [line for line in out.splitlines() if line != line.rstrip()]
    assert err == "umbrella: 1 problem\n"
