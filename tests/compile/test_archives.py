"""Figure F26: what is crafted to write outside, or to hide, in jars and wheels of others."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from tests.compile import specs
from umbrella.compile.archives import read_archive
from umbrella.compile.jar import DataFile, Extras, Sources, build_jar
from umbrella.compile.vendored import settings_of, wheel_of
from umbrella.errors import BuildError

SERVICE = "META-INF/services/a.B"
LONG = "x" * 60_000


def craft(path: Path, *entries: tuple[str, bytes, int]) -> Path:
    """Write a zip with exactly these names, which zipfile itself would mend."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data, mode in entries:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = mode << 16
            info.create_system = 3
            archive.writestr(info, data)
    return path


def jar_with(path: Path, files: dict[str, str]) -> Path:
    return craft(path, *((name, text.encode(), 0o100644) for name, text in files.items()))


@pytest.mark.parametrize(
    ("name", "mode", "fault"),
    [
        ("../evil", 0o100644, "it leads out of its folder"),
        ("a/../../evil", 0o100644, "it leads out of its folder"),
        ("/etc/evil", 0o100644, "it is absolute"),
        ("C:/evil", 0o100644, "it begins with a drive letter"),
        ("..\\evil", 0o100644, "it has a backslash"),
        ("a//b", 0o100644, "it has an empty part"),
        ("./a", 0o100644, "it has an empty part"),
        ("a\nb", 0o100644, "it has a control character"),
        ("evil", stat.S_IFLNK | 0o777, "it is a link"),
        ("evil", stat.S_IFIFO | 0o644, "it is neither a file nor a folder"),
        (LONG, 0o100644, "a part of it has 60,000 bytes, and 255 is the most"),
        ("/".join(["x" * 200] * 6), 0o100644, "it has 1,205 bytes, and 1,000 is the most"),
        ("../folder/", 0o040755, "it leads out of its folder"),
    ],
)
@pytest.mark.parametrize("kind", ["jar", "wheel"])
def test_crafted_entries_are_refused_and_named_and_nothing_is_written(
    tmp_path: Path, name: str, mode: int, fault: str, kind: str
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    file = "x.jar" if kind == "jar" else "x-1-py3-none-any.whl"
    path = craft(inside / file, (name, b"evil", mode), ("x/__init__.py", b"", 0o100644))
    extras = Extras(jars=(path,)) if kind == "jar" else Extras(wheels=(wheel_of(path),))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BuildError) as caught:
        build_jar(specs.wordcount(), Sources(inside, ()), inside / "out.jar", extras)
    shown = repr(name if len(name) <= 80 else f"{name[:80]}...")
    assert f"{shown}: {fault}" in str(caught.value)
    assert str(caught.value).startswith(f"{path} holds what a jar may not hold, and nothing of it is taken:")
    assert len(str(caught.value)) < 1000
    assert sorted(tmp_path.rglob("*")) == before


def test_all_faults_of_an_archive_are_told_at_once(tmp_path: Path) -> None:
    path = craft(tmp_path / "x.jar", *((f"../{number}", b"", 0o100644) for number in range(30)))
    with pytest.raises(BuildError) as caught:
        list(read_archive(path))
    assert str(caught.value).count("leads out") == 20
    assert str(caught.value).endswith("and 10 more")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = craft(tmp_path / "x.jar", ("a", b"1", 0o100644), ("a", b"2", 0o100644))
    with pytest.raises(BuildError, match="'a': it is there twice"):
        list(read_archive(path))


def test_a_file_that_is_a_folder_too_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="'a': it is a file and a folder"):
        list(read_archive(jar_with(tmp_path / "x.jar", {"a": "", "a/b": ""})))


def test_an_archive_that_would_unpack_to_more_than_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = jar_with(tmp_path / "x.jar", {"a": "1"})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (0xF000_0000).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(BuildError, match="4,026,531,840 bytes when unpacked, and 1,073,741,824 is the most"):
        list(read_archive(path))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06"])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.jar").write_bytes(data)
    with pytest.raises(BuildError, match=r"x.jar is no zip file, or a damaged one"):
        list(read_archive(tmp_path / "x.jar"))


def test_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    path = jar_with(tmp_path / "x.jar", {"a": "hello hello"})
    path.write_bytes(path.read_bytes().replace(b"hello hello", b"hello jello"))
    with pytest.raises(BuildError, match=r"is no zip file, or a damaged one; given: Bad CRC-32"):
        list(read_archive(path))


def built(tmp_path: Path, **extras: object) -> tuple[zipfile.ZipFile, tuple[str, ...]]:
    report = build_jar(specs.wordcount(), Sources(tmp_path, ()), tmp_path / "out.jar", Extras(**extras))  # type: ignore[arg-type]
    return zipfile.ZipFile(report.path), tuple(note for note in report.notes if "needs module" not in note)


def test_java_jars_are_merged_without_what_is_of_one_jar_only(tmp_path: Path) -> None:
    of_one = {
        *("META-INF/ME.SF", "META-INF/ME.RSA", "META-INF/ME.DSA", "META-INF/me.ec", "META-INF/SIG-ME"),
        *("META-INF/INDEX.LIST", "META-INF/maven/p/pom.xml", "META-INF/versions/9/module-info.class"),
    }
    one = jar_with(
        tmp_path / "one.jar",
        {
            "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nMulti-Release: true\n",
            **dict.fromkeys(of_one, ""),
            "META-INF/LICENSE": "one's",
            SERVICE: "one.Impl",
            "one/A.class": "A",
            "module-info.class": "",
            "resources/storm.py": "",
        },
    )
    two = jar_with(tmp_path / "two.jar", {"META-INF/LICENSE": "two's", SERVICE: "two.Impl\none.Impl\n"})
    jar, notes = built(tmp_path, jars=(one, two))
    with jar:
        names = set(jar.namelist())
        assert jar.read(SERVICE) == b"one.Impl\ntwo.Impl\n"
        assert b"Multi-Release: true" in jar.read("META-INF/MANIFEST.MF")
    assert {"one/A.class", "META-INF/licenses/one/LICENSE", "META-INF/licenses/two/LICENSE"} <= names
    assert not names & {*of_one, "module-info.class"}
    assert "resources/storm.py" not in names
    assert notes == ("left out 1 files under resources/ of one.jar: that folder is for Python code",)


def test_a_folder_whose_kind_an_old_ant_did_not_know_is_a_folder(tmp_path: Path) -> None:
    """As META-INF/maven/ of commons-lang 2.6: all bits of its mode are set."""
    path = craft(tmp_path / "x.jar", ("p/", b"", 0o177777), ("p/A.class", b"A", 0o100644))
    jar, _ = built(tmp_path, jars=(path,))
    with jar:
        assert jar.read("p/A.class") == b"A"


def test_classes_that_differ_are_all_told(tmp_path: Path) -> None:
    one = jar_with(tmp_path / "one.jar", {"p/A.class": "1", "p/B.class": "1", "p/C.class": "same"})
    two = jar_with(tmp_path / "two.jar", {"p/A.class": "2", "p/B.class": "2", "p/C.class": "same"})
    with pytest.raises(BuildError) as caught:
        built(tmp_path, jars=(one, two))
    assert str(caught.value).splitlines()[1:3] == [
        f"  p/A.class: in {one} and in {two}",
        f"  p/B.class: in {one} and in {two}",
    ]


def test_a_jar_with_storm_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="holds Storm itself"):
        built(tmp_path, jars=(jar_with(tmp_path / "fat.jar", {"defaults.yaml": ""}),))


def test_data_lies_in_the_workers_folder(tmp_path: Path) -> None:
    (tmp_path / "geo" / ".hidden").mkdir(parents=True)
    (tmp_path / "geo" / ".hidden" / "a.txt").write_text("a")
    (tmp_path / "c.csv").write_text("c")
    jar, _ = built(tmp_path, data=(DataFile(tmp_path / "geo", "maps"), DataFile(tmp_path / "c.csv", "data/d.csv")))
    with jar:
        assert {"resources/maps/.hidden/a.txt", "resources/data/d.csv"} <= set(jar.namelist())


@pytest.mark.parametrize("name", ["maps/a", "Maps/b.txt", "maps/a/b"])
def test_data_that_clashes_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "one").write_text("1")
    (tmp_path / "two").write_text("2")
    with pytest.raises(BuildError, match="would be|differ in spelling"):
        built(tmp_path, data=(DataFile(tmp_path / "one", "maps/a"), DataFile(tmp_path / "two", name)))


def test_a_data_folder_with_a_link_out_or_a_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "link").symlink_to("/etc/hostname")
    with pytest.raises(BuildError, match="leads out of"):
        built(tmp_path, data=(DataFile(tmp_path / "geo", "geo"),))
    (tmp_path / "geo" / "link").unlink()
    (tmp_path / "geo" / "tls.pem").write_text("")
    with pytest.raises(BuildError, match="geo/tls.pem"):
        built(tmp_path, data=(DataFile(tmp_path / "geo", "geo"),))
    jar, _ = built(tmp_path, data=(DataFile(tmp_path / "geo/tls.pem", "ca.pem"),))  # asked for by its name
    with jar:
        assert "resources/ca.pem" in jar.namelist()


def wheel(tmp_path: Path, name: str, files: dict[str, str]) -> Path:
    return jar_with(tmp_path / name, files)


def test_wheels_lie_where_python_imports_them(tmp_path: Path) -> None:
    path = wheel(
        tmp_path,
        "thing-1.0-py3-none-any.whl",
        {
            "thing-1.0.data/purelib/thing/__init__.py": "",
            "thing-1.0.data/platlib/_thing.py": "",
            "thing-1.0.data/scripts/run": "",
            "thing-1.0.data/data/share/man": "",
            "thing-1.0.dist-info/METADATA": "Name: thing\nVersion: 1.0\n",
            "thing.pth": "",
        },
    )
    jar, notes = built(tmp_path, wheels=(wheel_of(path),))
    with jar:
        names = {name[10:] for name in jar.namelist() if "thing" in name and name.startswith("resources/")}
    assert names == {"thing/__init__.py", "_thing.py", "thing-1.0.dist-info/METADATA", "thing.pth"}
    assert notes == (
        "left out thing-1.0.data/data/share/man of thing 1.0: it belongs outside of Python's folders",
        "thing 1.0: thing.pth has no effect in a jar",
    )


@pytest.mark.parametrize(
    ("files", "owner"),
    [
        ({"simplejson/__init__.py": "other"}, "the jar's own simplejson"),
        ({"umbrella.py": ""}, "the jar's own umbrella"),
        ({"mine/__init__.py": ""}, "your code"),
        ({"typing.py": ""}, "Python itself"),
    ],
)
def test_modules_of_wheels_that_would_hide_others_are_refused(
    tmp_path: Path, files: dict[str, str], owner: str
) -> None:
    (tmp_path / "mine.py").write_text("")
    path = wheel(tmp_path, "x-1-py3-none-any.whl", files)
    with pytest.raises(BuildError, match=f"of the requirement x 1, and of {owner}"):
        build_jar(specs.wordcount(), Sources(tmp_path, ("mine.py",)), tmp_path / "o.jar", Extras((wheel_of(path),)))


def test_packages_without_init_are_shared_by_wheels(tmp_path: Path) -> None:
    one = wheel(tmp_path, "one-1-py3-none-any.whl", {"google/one.py": ""})
    two = wheel(tmp_path, "two-1-py3-none-any.whl", {"google/two.py": ""})
    jar, _ = built(tmp_path, wheels=(wheel_of(one), wheel_of(two)))
    with jar:
        assert {"resources/google/one.py", "resources/google/two.py"} <= set(jar.namelist())


@pytest.mark.parametrize(
    ("names", "settings"),
    [
        (["a-1-py3-none-any.whl"], {}),
        (
            ["a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"],
            {"umbrella.python": "3.11", "umbrella.platform": "linux-x86_64"},
        ),
        (
            ["a-1-cp39-abi3-macosx_11_0_arm64.whl", "b-1-py3-none-any.whl"],
            {"umbrella.python": ">=3.9", "umbrella.platform": "darwin-arm64"},
        ),
        (["a-1-py3-none-musllinux_1_2_aarch64.whl"], {"umbrella.platform": "linux-aarch64"}),
    ],
)
def test_what_wheels_are_for_is_told_to_the_workers(names: list[str], settings: dict[str, str]) -> None:
    assert settings_of(wheel_of(Path(name)) for name in names) == settings
