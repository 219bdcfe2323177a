"""Requirements to wheels, by the real pip, out of a folder of wheels in place of an index."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from umbrella.errors import BuildError
from umbrella.packing.options import Packing, gather
from umbrella.packing.platforms import WheelTarget, wheel_target
from umbrella.packing.requirements import Requirements, read_requirements
from umbrella.packing.wheels import find_wheels
from umbrella.version import VERSION

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
TAG = f"cp{OWN.replace('.', '')}"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes wheels and sources from, and nothing else."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def add(index: Path, file: str, *needs: str) -> Path:
    """Write a wheel, or a source archive that could not be built."""
    name, version = file.split("-")[:2]
    if not file.endswith(".whl"):
        (index / file).write_bytes(b"source")
        return index / file
    needed = "".join(f"Requires-Dist: {one}\n" for one in needs)
    with zipfile.ZipFile(index / file, "w") as wheel:
        info = f"{name}-{version}.dist-info"
        wheel.writestr(zipfile.ZipInfo(f"{name}.py"), "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}")
        wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {'-'.join(file[:-4].split('-')[2:])}\n")
        wheel.writestr(f"{info}/RECORD", "")
    return index / file


def find(tmp_path: Path, text: str, target: WheelTarget = WheelTarget()) -> tuple[list[str], list[str], list[str]]:  # noqa: B008
    """Return the labels of the wheels found, the notes, and what was shown."""
    (tmp_path / "requirements.txt").write_text(text)
    shown: list[str] = []
    requirements = read_requirements([tmp_path / "requirements.txt"], None)
    wheels, notes = find_wheels(requirements, target, tmp_path / "kept", shown.append)
    return [wheel.label for wheel in wheels], notes, shown


def refusal(tmp_path: Path, text: str, target: WheelTarget = WheelTarget()) -> str:  # noqa: B008
    with pytest.raises(BuildError) as caught:
        find(tmp_path, text, target)
    return str(caught.value)


def test_requirements_and_all_they_need_are_found_and_kept(index: Path, tmp_path: Path) -> None:
    add(index, "one-1.0-py3-none-any.whl", "two>=2")
    add(index, "two-2.1-py3-none-any.whl")
    labels, notes, shown = find(tmp_path, "one\n")
    assert (labels, notes) == (["one 1.0", "two 2.1"], [])
    assert shown[0] == f"finding wheels for Python {OWN} on this machine"
    assert "wheel 1/2: one-1.0-py3-none-any.whl" in shown
    assert not list((tmp_path / "kept").glob(".part-*"))
    assert find(tmp_path, "one\n")[2] == shown[:1]  # nothing is downloaded twice


def test_every_requirement_without_a_wheel_is_told_with_what_there_is(index: Path, tmp_path: Path) -> None:
    add(index, "good-1.0-py3-none-any.whl", "hidden==3.0")
    add(index, "hidden-3.0-cp27-cp27m-win32.whl")
    add(index, "plain-1.5.tar.gz")
    text = refusal(tmp_path, "good\nplain==1.5\nnowhere\n")
    assert text.splitlines()[0] == f"no wheel fits Python {OWN} on this machine for:"
    assert "  plain==1.5: there is no wheel at all, only the source plain-1.5.tar.gz" in text
    assert "  nowhere: the index has nothing of that name" in text
    assert "  hidden==3.0: version 3.0 has wheels for cp27-cp27m-win32 only" in text
    assert "pip wheel PACKAGE" in text


def test_wheels_are_for_the_workers_not_for_this_machine(index: Path, tmp_path: Path) -> None:
    add(index, "fast-1.0-cp39-cp39-manylinux_2_17_aarch64.whl", 'old; python_version < "3.10"')
    add(index, "fast-1.0-cp310-cp310-manylinux_2_17_aarch64.whl")
    add(index, f"fast-1.0-{TAG}-{TAG}-manylinux_2_17_x86_64.whl")
    add(index, "old-1.0-py3-none-any.whl")
    # A marker is read with the workers' Python, which pip itself does not do.
    assert find(tmp_path, "fast\n", wheel_target(["manylinux_2_28_aarch64"], "3.9"))[0] == ["fast 1.0", "old 1.0"]
    assert find(tmp_path, "fast\n", wheel_target(["manylinux_2_28_aarch64"], "3.10"))[0] == ["fast 1.0"]
    assert "no wheel fits Python 3.12 on manylinux_2_28_aarch64" in refusal(
        tmp_path, "fast\n", wheel_target(["manylinux_2_28_aarch64"], "3.12")
    )


def test_hashes_are_honoured(index: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(add(index, "one-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    assert find(tmp_path, f"one==1.0 --hash=sha256:{digest}\n")[0] == ["one 1.0"]
    text = refusal(tmp_path, f"one==1.0 --hash=sha256:{'0' * 64}\n")
    assert "HASH" in text
    assert "requirements.txt" in text


def test_requirements_that_contradict_each_other_are_told(index: Path, tmp_path: Path) -> None:
    add(index, "one-1.0-py3-none-any.whl", "two<2")
    add(index, "two-2.1-py3-none-any.whl")
    add(index, "two-1.0-py3-none-any.whl")
    text = refusal(tmp_path, "one\ntwo==2.1\n")
    assert "one 1.0 depends on two<2" in text
    assert "The user requested two==2.1" in text


@pytest.mark.parametrize("line", ["umbrella-storm", f"Umbrella_Storm>={VERSION}", "simplejson>=3"])
def test_pip_is_not_asked_for_what_the_jar_carries_alone(index: Path, tmp_path: Path, line: str) -> None:
    shown: list[str] = []
    wheels, notes = find_wheels(Requirements(lines=(line,)), WheelTarget(), tmp_path / "kept", shown.append)
    assert (wheels, shown) == ((), [])
    assert "by itself" in notes[0]


def test_pip_is_asked_where_the_jar_carries_another_version(index: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="umbrella-storm>=99"):
        find_wheels(Requirements(lines=("umbrella-storm>=99",)), WheelTarget(), tmp_path / "kept", lambda step: None)


def test_what_the_jar_carries_is_not_packed_again_and_its_version_must_fit(index: Path, tmp_path: Path) -> None:
    labels, notes, _ = find(tmp_path, "umbrella-storm>=0.1\n")
    assert (labels, notes) == ([], [f"the jar carries umbrella-storm {VERSION} by itself"])
    assert "umbrella-storm>=99" in refusal(tmp_path, "umbrella-storm>=99\n")


def test_an_index_out_of_reach_is_no_missing_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    text = refusal(tmp_path, "no-such-thing-anywhere\n")
    assert text.startswith("the package index cannot be reached, so no wheels can be found for ")
    assert "127.0.0.1" in text


def test_the_projects_own_dependencies(index: Path, tmp_path: Path) -> None:
    add(index, "one-1.0-py3-none-any.whl")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "p"\ndependencies = ["one", "umbrella-storm"]\n')
    (tmp_path / "src").mkdir()
    extras, _ = gather(Packing(project=True), tmp_path / "src", tmp_path / "kept", print)
    assert [wheel.label for wheel in extras.wheels] == ["one 1.0"]
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "p"\ndynamic = ["dependencies"]\n')
    with pytest.raises(BuildError, match="has no list of dependencies"):
        gather(Packing(project=True), tmp_path / "src", tmp_path / "kept", print)


@pytest.mark.parametrize(
    ("platforms", "python", "text"),
    [
        (["linux_x86_64"], "", "Try manylinux_2_28_x86_64"),
        (["windows"], "", "there is no platform of that name; given: --platform windows"),
        (["manylinux_2_28_x86_64", "manylinux_2_28_aarch64"], "", "a jar is for one kind of machine"),
        ([], "3", "--python-version is the workers' Python by its first two numbers; given: 3"),
        ([], "3.8", "the workers need Python 3.9 or newer"),
    ],
)
def test_platforms_and_pythons_of_no_known_form_are_refused(platforms: list[str], python: str, text: str) -> None:
    with pytest.raises(BuildError) as caught:
        wheel_target(platforms, python)
    assert text in str(caught.value)


def test_a_platform_takes_the_wheels_of_older_ones_too() -> None:
    tags = wheel_target(["manylinux_2_17_x86_64"], "").platforms
    assert tags[:3] == ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_16_x86_64")
    assert tags[-1] == "manylinux1_x86_64"


@pytest.mark.parametrize("data", ["a=../b", "a=/b", "a=", "=b"])
def test_names_of_data_stay_in_the_workers_folder(tmp_path: Path, data: str) -> None:
    with pytest.raises(BuildError, match="data is PATH, or PATH=NAME"):
        gather(Packing(data=(data,)), tmp_path, tmp_path, print)
