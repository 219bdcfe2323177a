from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compile import specs
from umbrella.compile import jar
from umbrella.compile.contents import Contents
from umbrella.compile.flux import to_flux_yaml
from umbrella.compile.jar import Sources, build_jar, collect_sources
from umbrella.compile.lower import lower
from umbrella.compile.report import JarEntry, JarReport
from umbrella.compile.vendored import wheel_of
from umbrella.errors import BuildError
from umbrella.process import MSGPACK, SERIALIZER, SHELL, STOCK
from umbrella.spec import ComponentSpec, PythonCode, TopologySpec

WORDCOUNT = "class Sentences: pass\nclass Split: pass\nclass Count: pass\n"


@pytest.fixture(autouse=True)
def class_jars(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for the built jars, with one file of each kind that jars have."""
    folder = tmp_path_factory.mktemp("jars")
    write_jar(
        folder / "umbrella-storm.jar",
        {"META-INF/MANIFEST.MF": "ours", "umbrella/storm/": "", "umbrella/storm/PartialKey.class": "class"},
    )
    write_jar(
        folder / "flux.jar",
        {
            "META-INF/MANIFEST.MF": "flux",
            "META-INF/LICENSE": "licence",
            "META-INF/NOTICE.txt": "notice",
            "META-INF/SIGNER.SF": "signature",
            "META-INF/maven/pom.xml": "pom",
            "META-INF/services/x.Y": "service",
            "org/apache/storm/flux/Flux.class": "flux",
            "resources/storm.py": "stock",
            "splash.txt": "splash",
        },
    )
    monkeypatch.setattr(jar, "JARS", folder)
    return folder


def write_jar(path: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "wordcount").mkdir(parents=True)
    (root / "wordcount" / "__init__.py").write_text(WORDCOUNT)
    (root / "wordcount" / "words.txt").write_text("a b\n")
    return root


def build(project: Path, name: str = "wordcount.jar", spec: TopologySpec | None = None) -> JarReport:
    module = "wordcount"
    return build_jar(spec or specs.wordcount(), collect_sources(module, project), project.parent / "dist" / name)


def names(report: JarReport) -> list[str]:
    with zipfile.ZipFile(report.path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_jar_holds_classes_description_worker_part_and_user_code(project: Path) -> None:
    found = set(names(build(project)))
    assert {
        "META-INF/MANIFEST.MF",
        "META-INF/services/x.Y",
        "org/apache/storm/flux/Flux.class",
        "splash.txt",
        "topology.yaml",
        "umbrella/storm/PartialKey.class",
        "resources/umbrella/__init__.py",
        "resources/umbrella/errors.py",
        "resources/umbrella/multilang/__main__.py",
        "resources/umbrella/py.typed",
        "resources/umbrella/spec.py",
        "resources/umbrella/version.py",
        "resources/simplejson/__init__.py",
        "resources/simplejson/decoder.py",
        "resources/wordcount/__init__.py",
        "resources/wordcount/words.txt",
    } <= found


def test_jar_holds_nothing_else_of_umbrella_simplejson_or_flux(project: Path) -> None:
    found = names(build(project))
    ours = {name.split("/")[2] for name in found if name.startswith("resources/umbrella/")}
    python = {"__init__.py", "errors.py", "process.py", "py.typed", "spec.py", "version.py"}
    assert ours == {*python, "contrib", "dsl", "multilang"}
    simplejson = [name for name in found if name.startswith("resources/simplejson/")]
    assert all(name.endswith(".py") and "/tests/" not in name for name in simplejson)
    assert not any("__pycache__" in name or name.endswith(("/", ".pyc", ".so", ".SF")) for name in found)
    assert "resources/storm.py" not in found
    assert "META-INF/maven/pom.xml" not in found


def test_licences_of_what_is_carried_are_carried_too(project: Path) -> None:
    found = names(build(project))
    licences = [name for name in found if name.startswith("META-INF/licenses/")]
    assert {"META-INF/licenses/flux/LICENSE", "META-INF/licenses/flux/NOTICE.txt"} < set(licences)
    assert any(name.startswith("META-INF/licenses/simplejson/LICENSE") for name in licences)


def test_manifest_is_first_and_ours(project: Path) -> None:
    with zipfile.ZipFile(build(project).path) as archive:
        assert archive.namelist()[0] == "META-INF/MANIFEST.MF"
        assert archive.read("META-INF/MANIFEST.MF").startswith(b"Manifest-Version: 1.0\r\nCreated-By: Umbrella ")


def test_topology_yaml_is_what_flux_gets(project: Path) -> None:
    with zipfile.ZipFile(build(project).path) as archive:
        assert archive.read("topology.yaml").decode() == to_flux_yaml(lower(specs.wordcount()))


def test_same_input_gives_the_same_bytes_at_any_time_in_any_place(project: Path, tmp_path: Path) -> None:
    first = build(project)
    time.sleep(2.1)  # a zip file's clock ticks every two seconds
    os.utime(project / "wordcount" / "words.txt")
    (project / "wordcount" / "words.txt").chmod(0o600)
    moved = tmp_path / "elsewhere" / "project"
    moved.parent.mkdir()
    project.rename(moved)
    second = build(moved, "other.jar")
    assert second.path.read_bytes() == first.path.read_bytes()
    assert second.sha256 == first.sha256


def test_entries_are_sorted_and_say_nothing_of_time_and_owner(project: Path) -> None:
    with zipfile.ZipFile(build(project).path) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.create_system for entry in entries} == {3}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_DEFLATED}


def test_jar_is_readable_for_all_and_leaves_no_temporary_file(project: Path) -> None:
    report = build(project)
    assert stat.S_IMODE(report.path.stat().st_mode) == 0o644
    assert [path.name for path in report.path.parent.iterdir()] == ["wordcount.jar"]


def test_jar_that_cannot_be_made_leaves_the_old_one(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = build(project)

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(OSError, match="no space left"):
        build(project)
    monkeypatch.undo()
    assert hashlib.sha256(report.path.read_bytes()).hexdigest() == report.sha256
    assert [path.name for path in report.path.parent.iterdir()] == ["wordcount.jar"]


def test_report_names_groups_sizes_and_digest(project: Path) -> None:
    report = build(project)
    assert report.sha256 == hashlib.sha256(report.path.read_bytes()).hexdigest()
    assert report.size == report.path.stat().st_size
    assert [entry.name for entry in report.entries] == names(report)
    groups = {group.name: group for group in report.groups()}
    assert set(groups) == {"description", "Java classes of Umbrella", "Flux", "umbrella", "simplejson", "your code"}
    assert (groups["your code"].files, groups["your code"].size) == (2, len(WORDCOUNT) + 4)


def test_report_is_printed_by_size() -> None:
    entries = (
        JarEntry("a", "your code", 1200, 300),
        JarEntry("b", "your code", 34, 30),
        JarEntry("c", "Flux", 5, 7),
    )
    report = JarReport(Path("x.jar"), 1000, "abc", entries, ("left out p/.env: excluded",))
    assert list(report.lines()) == [
        "group      files       bytes      in jar",
        "your code      2       1,234         330",
        "Flux           1           5           7",
        "largest:",
        "  a                    1,200         300",
        "  b                       34          30",
        "  c                        5           7",
        "in all         3       1,239         337",
        "wrote x.jar: 1,000 bytes",
        "sha256 abc",
        "note: left out p/.env: excluded",
    ]


def test_secrets_are_refused_by_name_all_at_once_and_no_jar_is_written(project: Path) -> None:
    (project / "wordcount" / "tls.key").write_text("secret")
    (project / "wordcount" / ".aws").mkdir()
    with pytest.raises(BuildError) as caught:
        build(project)
    assert str(caught.value) == (
        "these look like secrets, and whoever may read the jar could read them:\n"
        "  wordcount/.aws\n"
        "  wordcount/tls.key\n"
        "Say --exclude wordcount/.aws to leave it out, or --include wordcount/.aws to put it in;\n"
        "'*.pem' stands for all of that name. Workers better read secrets from a file of their own."
    )
    assert not (project.parent / "dist").exists()


def test_secrets_are_included_or_excluded_by_name_and_a_misspelt_name_is_told(project: Path) -> None:
    (project / "wordcount" / "ca.pem").write_text("public")
    (project / "wordcount" / "tls.key").write_text("secret")
    sources = Sources(project, ("wordcount",), include=("wordcount/ca.pem",), exclude=("*.key",))
    report = build_jar(specs.wordcount(), sources, project / "x.jar")
    assert report.notes == ("left out wordcount/tls.key: excluded",)
    assert "resources/wordcount/ca.pem" in names(report)
    assert "resources/wordcount/tls.key" not in names(report)
    sources = Sources(project, ("wordcount",), include=("wordcount/ca.pm",), exclude=("*.key",))
    with pytest.raises(BuildError, match=r"--include wordcount/ca.pm stands for no file.*mean 'wordcount/ca.pem'"):
        build_jar(specs.wordcount(), sources, project / "x.jar")


def test_files_whose_names_are_not_ascii_get_them_back_on_the_worker(project: Path) -> None:
    (project / "wordcount" / "gr\u00f6\u00dfen.py").write_text("UNIT = 1\n")
    (project / "wordcount" / "\u00e4").mkdir()
    (project / "wordcount" / "\u00e4" / "h\u00e4user.csv").write_text("x")
    report = build(project)
    assert "resources/wordcount/gr\u00f6\u00dfen.py" in [entry.name for entry in report.entries]
    assert all(name.isascii() for name in names(report))
    unpacked = project.parent / "unpacked"
    with zipfile.ZipFile(report.path) as archive:
        archive.extractall(unpacked)
    code = "from umbrella.multilang.loading import name_files; name_files(); from wordcount import gr\u00f6\u00dfen"
    for _ in range(2):  # so do two processes of one worker
        command = [sys.executable, "-c", code]
        subprocess.run(command, cwd=unpacked / "resources", env={**os.environ, "LC_ALL": "C"}, check=True)
    assert (unpacked / "resources" / "wordcount" / "\u00e4" / "h\u00e4user.csv").read_text() == "x"


def test_a_write_that_fails_names_the_jar(project: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from tests.compile.test_jar import build\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "build(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, str(project)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert f"File too large: '{project.parent / 'dist' / 'wordcount.jar'}'" in done.stderr
    assert list((project.parent / "dist").iterdir()) == []


def test_module_that_is_not_in_the_jar_has_to_be_on_the_workers(project: Path) -> None:
    code = PythonCode("company.parts", "Split")
    spec = TopologySpec("t", "wordcount:T", (ComponentSpec("split", "spout", code),))
    assert build(project, spec=spec).notes == (
        "split needs module company.parts, not in the jar: install it on every worker",
    )


def test_workers_need_a_library_for_msgpack_which_may_be_in_the_jar(project: Path) -> None:
    spec = specs.wordcount()
    spec = spec._replace(config={**spec.config, SERIALIZER: MSGPACK})
    (note,) = build(project, spec=spec).notes
    assert note == (
        "sentences, split, count speak msgpack, for which workers need msgspec or msgpack: "
        "add msgspec to the requirements of the jar (-r FILE), or install it on every worker"
    )
    wheel = project / "msgspec-0.19.0-py3-none-any.whl"
    write_jar(wheel, {"msgspec/__init__.py": "", "msgspec-0.19.0.dist-info/METADATA": "", "msgspec/extra.py": ""})
    sources = Sources(project, ("wordcount",))
    report = build_jar(spec, sources, project / "x.jar", jar.Extras(wheels=(wheel_of(wheel),)))
    assert report.notes == ()


def test_what_flux_cannot_say_costs_the_yaml_only(project: Path) -> None:
    code = PythonCode("wordcount", "Sentences")
    spec = TopologySpec(
        "t", "wordcount:T", (ComponentSpec("in", "spout", code, config={"my.key": None}),), {SHELL: STOCK}
    )
    report = build(project, spec=spec)
    assert "topology.yaml" not in names(report)
    assert report.notes == ("no topology.yaml, because in: config 'my.key' is None. Flux has no null arguments.",)


@pytest.mark.parametrize("name", ["umbrella", "simplejson"])
def test_package_that_would_hide_a_carried_one_is_refused(project: Path, name: str) -> None:
    (project / name).mkdir()
    (project / name / "__init__.py").write_text("")
    with pytest.raises(BuildError, match=f"would hide the {name} that the jar carries. Rename it."):
        build_jar(specs.wordcount(), collect_sources(name, project), project / "x.jar")


def test_missing_class_jar_says_how_to_build_it(project: Path, class_jars: Path) -> None:
    (class_jars / "flux.jar").unlink()
    with pytest.raises(BuildError) as caught:
        build(project)
    assert str(caught.value) == (
        f"{class_jars / 'flux.jar'} is missing. "
        "Build the Java part with `pip install -e .` in a checkout, or install a released wheel."
    )


def test_class_that_two_jars_have_alike_is_taken_once(project: Path, class_jars: Path) -> None:
    write_jar(class_jars / "umbrella-storm.jar", {"splash.txt": "splash"})
    assert names(build(project)).count("splash.txt") == 1


def test_class_that_two_jars_have_with_other_bytes_is_refused(project: Path, class_jars: Path) -> None:
    write_jar(class_jars / "umbrella-storm.jar", {"splash.txt": "other"})
    with pytest.raises(BuildError) as caught:
        build(project)
    assert str(caught.value) == (
        "two different files would be splash.txt in the jar; "
        f"given: {class_jars}/umbrella-storm.jar!splash.txt and {class_jars}/flux.jar!splash.txt. Rename one of them."
    )


@pytest.mark.parametrize(("one", "other"), [("p/a.py", "p/A.py"), ("P/a.py", "p/b.py"), ("p/\u00e9", "p/e\u0301")])
def test_names_that_only_some_file_systems_tell_apart_are_refused(one: str, other: str) -> None:
    contents = Contents()
    contents.add(f"resources/{one}", "your code", b"1", one)
    with pytest.raises(BuildError, match="differ in spelling only"):
        contents.add(f"resources/{other}", "your code", b"2", other)


def test_classes_may_differ_in_case_since_storm_never_unpacks_them() -> None:
    contents = Contents()
    contents.add("a/B.class", "Flux", b"1", "x")
    contents.add("a/b.class", "Flux", b"2", "x")
    assert [entry.name for entry in contents] == ["a/B.class", "a/b.class"]


def test_a_file_that_is_no_jar_is_not_overwritten(project: Path) -> None:
    out = project.parent / "dist" / "notes.jar"
    out.parent.mkdir()
    out.write_text("notes of a whole year")
    with pytest.raises(
        BuildError, match="notes.jar is there already and is no jar; it is not overwritten. Name anothe"
    ):
        build(project, out.name)
    assert out.read_text() == "notes of a whole year"


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_not_replaced_by_one(project: Path, make: Callable[[Path], None]) -> None:
    """A pipe stands for /dev/null as well, which root could replace: both have no bytes, as an empty file has."""
    out = project.parent / "dist" / "wordcount.jar"
    out.parent.mkdir()
    make(out)
    with pytest.raises(BuildError, match="is there already and is no jar"):
        build(project, out.name)
    assert not out.is_file()


@pytest.mark.parametrize("old", ["a jar", "an empty file"])
def test_an_old_jar_and_what_mktemp_has_made_are_overwritten(project: Path, old: str) -> None:
    out = project.parent / "dist" / "wordcount.jar"
    out.parent.mkdir()
    if old == "a jar":
        write_jar(out, {"old": "file"})
    else:
        out.touch()
    assert "old" not in names(build(project, out.name))


def test_folder_that_cannot_be_written_is_told(project: Path) -> None:
    (project.parent / "dist").write_text("a file")
    with pytest.raises(BuildError, match="no jar can be written to"):
        build(project)


def test_worker_part_imports_from_the_unpacked_jar_alone(project: Path, tmp_path: Path) -> None:
    """A worker's Python: no site-packages, the working folder is resources/, no module of this checkout in reach."""
    with zipfile.ZipFile(build(project).path) as archive:
        archive.extractall(tmp_path / "worker")
    code = (
        "import sys, umbrella, umbrella.multilang.worker, umbrella.dsl, simplejson, wordcount;"
        "print(sorted({m.__name__ for m in list(sys.modules.values())"
        " if m.__name__.split('.')[0] in {'thriftpy2', 'yaml', 'py4j', 'click', 'typing_extensions'}}));"
        "print(umbrella.__file__, simplejson.__file__, simplejson.dumps([umbrella.__version__]))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-s", "-W", "error", "-c", code],
        cwd=tmp_path / "worker" / "resources",
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    foreign, places = done.stdout.splitlines()
    assert foreign == "[]"
    worker = tmp_path / "worker" / "resources"
    assert places == f'{worker}/umbrella/__init__.py {worker}/simplejson/__init__.py ["0.1.0"]'
