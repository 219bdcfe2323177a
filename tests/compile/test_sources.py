from __future__ import annotations

import os
from pathlib import Path

import pytest

from umbrella.compile.sources import Sources, collect_sources, list_files
from umbrella.errors import BuildError


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {name}\n")


def names_of(sources: Sources, leave_out: str = "out.jar") -> list[str]:
    return list(list_files(sources, sources.root / leave_out).paths)


def test_module_in_a_package_brings_the_whole_top_package_with_its_data(tmp_path: Path) -> None:
    write(tmp_path, "traffic/__init__.py", "traffic/jobs/__init__.py", "traffic/jobs/topology.py", "traffic/geo/a.mmdb")
    write(tmp_path, "other/__init__.py", "loose.py")
    sources = collect_sources("traffic.jobs.topology", tmp_path)
    assert sources == Sources(tmp_path, ("traffic",))
    assert names_of(sources) == [
        "traffic/__init__.py",
        "traffic/geo/a.mmdb",
        "traffic/jobs/__init__.py",
        "traffic/jobs/topology.py",
    ]


def test_plain_module_brings_the_modules_and_packages_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        "topology.py",
        "helpers.py",
        "lib/__init__.py",
        "lib/data.txt",
        "README.md",
        "notes/a.py",
        "my-script.py",
    )
    sources = collect_sources("topology", tmp_path)
    assert sources.entries == ("helpers.py", "lib", "topology.py")
    assert names_of(sources) == ["helpers.py", "lib/__init__.py", "lib/data.txt", "topology.py"]


def test_package_wins_over_a_module_of_the_same_name_as_in_python(tmp_path: Path) -> None:
    write(tmp_path, "traffic.py", "traffic/__init__.py")
    assert collect_sources("traffic", tmp_path).entries == ("traffic",)


def test_module_wins_over_a_folder_that_is_no_package_as_in_python(tmp_path: Path) -> None:
    write(tmp_path, "traffic.py", "traffic/data.txt")
    assert collect_sources("traffic", tmp_path).entries == ("traffic.py",)


def test_folder_without_init_counts_as_a_package_when_nothing_else_does(tmp_path: Path) -> None:
    write(tmp_path, "examples/wordcount.py")
    assert collect_sources("examples.wordcount", tmp_path).entries == ("examples",)


def test_module_that_is_not_there_is_told_with_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        collect_sources("traffic.topology", tmp_path)
    assert str(caught.value) == (
        f"module 'traffic.topology' is not in {tmp_path}; valid: traffic.py, traffic/__init__.py. "
        "Name the folder that holds it, the one you would run `python -m` in."
    )


def test_umbrella_itself_is_no_users_package(tmp_path: Path) -> None:
    import umbrella

    os.symlink(Path(umbrella.__file__).parent, tmp_path / "umbrella")
    write(tmp_path, "topology.py")
    assert collect_sources("topology", tmp_path).entries == ("topology.py",)


@pytest.mark.parametrize(
    "name",
    [
        "tests/__init__.py",
        "test/helper.py",
        "test_jobs.py",
        "conftest.py",
        "__pycache__/a.cpython-311.pyc",
        "old.pyc",
        ".venv/pyvenv.cfg",
        ".hidden",
        "env/pyvenv.cfg",
        "build/lib.txt",
        "dist/a.whl",
        "p.egg-info/PKG-INFO",
        "node_modules/a.js",
        "jobs/tests/test_a.py",
        "data/setup.py",
    ],
)
def test_what_is_not_the_program_stays_out(tmp_path: Path, name: str) -> None:
    write(tmp_path, "p/__init__.py", "p/jobs/__init__.py", f"p/{name}")
    sources = collect_sources("p", tmp_path)
    assert names_of(sources) == ["p/__init__.py", "p/jobs/__init__.py"]
    assert list_files(sources, tmp_path / "x").secrets == []


@pytest.mark.parametrize("name", ["tests", "build", "dist", "node_modules"])
def test_folders_beside_a_plain_module_stay_out_alike(tmp_path: Path, name: str) -> None:
    write(tmp_path, "topology.py", "setup.py", "conftest.py", "test_topology.py", f"{name}/a.py")
    assert collect_sources("topology", tmp_path).entries == ("topology.py",)


@pytest.mark.parametrize("name", ["build/__init__.py", "setup.py", "dist/__init__.py"])
def test_modules_of_a_package_may_bear_the_names_of_build_tools(tmp_path: Path, name: str) -> None:
    write(tmp_path, "p/__init__.py", f"p/{name}")
    assert f"p/{name}" in names_of(collect_sources("p", tmp_path))


@pytest.mark.parametrize(
    "name",
    [
        *(".env", ".env.local", "tls.pem", "A.KEY", "store.jks", "storm.keytab", "id_rsa", "id_rsa.pub", "a.p12"),
        *("credentials.json", ".netrc", ".pypirc", ".git", "kafka_client_jaas.conf"),
    ],
)
def test_secrets_stay_out_and_are_told(tmp_path: Path, name: str) -> None:
    write(tmp_path, "p/__init__.py", f"p/conf/{name}")
    found = list_files(collect_sources("p", tmp_path), tmp_path / "x")
    assert list(found.paths) == ["p/__init__.py"]
    assert found.secrets == [f"p/conf/{name}"]


@pytest.mark.parametrize("name", [".git/config", ".aws/credentials", ".ssh/known_hosts"])
def test_folders_of_secrets_are_told_whole(tmp_path: Path, name: str) -> None:
    write(tmp_path, "p/__init__.py", f"p/{name}")
    found = list_files(collect_sources("p", tmp_path), tmp_path / "x")
    assert found.secrets == [f"p/{name.partition('/')[0]}"]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("nimbus.seeds: [a]\n", False),
        ("storm.zookeeper.superACL: x\nnimbus.thrift.tls.server.keystore.password: abc\n", True),
        ("# ui.https.keystore.password: abc\n", False),
    ],
)
def test_settings_of_storm_are_a_secret_if_they_hold_a_password(tmp_path: Path, text: str, secret: bool) -> None:
    write(tmp_path, "p/__init__.py")
    (tmp_path / "p/storm.yaml").write_text(text)
    found = list_files(collect_sources("p", tmp_path), tmp_path / "x")
    assert found.secrets == (["p/storm.yaml"] if secret else [])


@pytest.mark.parametrize("pattern", ["p/conf/a.pem", "*.pem", "a.pem"])
def test_what_is_left_out_can_be_included_by_name_and_anything_excluded(tmp_path: Path, pattern: str) -> None:
    write(tmp_path, "p/__init__.py", "p/conf/a.pem", "p/conf/big.bin")
    sources = collect_sources("p", tmp_path, include=(pattern,), exclude=("p/conf/big.bin",))
    found = list_files(sources, tmp_path / "x")
    assert list(found.paths) == ["p/__init__.py", "p/conf/a.pem"]
    assert (found.secrets, found.excluded, found.used) == ([], ["p/conf/big.bin"], {pattern, "p/conf/big.bin"})


@pytest.mark.parametrize(
    "name", ["a\\b.txt", "a\nb.txt", b"caf\xe9.txt".decode("utf-8", "surrogateescape"), "/".join(["x" * 240] * 5)]
)
def test_names_that_no_jar_may_hold_are_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, "p/__init__.py")
    (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "p" / name).write_text("")
    with pytest.raises(BuildError, match="is no name for a file in a jar"):
        names_of(collect_sources("p", tmp_path))


def test_virtual_environment_named_env_is_no_secret(tmp_path: Path) -> None:
    write(tmp_path, "p/__init__.py", "p/.env/pyvenv.cfg")
    assert list_files(collect_sources("p", tmp_path), tmp_path / "x").secrets == []


def test_jar_being_made_does_not_hold_its_predecessor(tmp_path: Path) -> None:
    write(tmp_path, "p/__init__.py", "p/out.jar", "p/other.jar")
    assert names_of(collect_sources("p", tmp_path), "p/out.jar") == ["p/__init__.py", "p/other.jar"]


def test_link_inside_the_root_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "p/__init__.py", "shared/a.txt")
    os.symlink("../shared", tmp_path / "p" / "data")
    os.symlink("data/a.txt", tmp_path / "p" / "b.txt")
    assert names_of(collect_sources("p", tmp_path)) == ["p/__init__.py", "p/b.txt", "p/data/a.txt"]


def test_root_may_itself_be_reached_through_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/p/__init__.py", "real/p/a.txt")
    os.symlink("a.txt", tmp_path / "real" / "p" / "b.txt")
    os.symlink("real", tmp_path / "root")
    assert names_of(collect_sources("p", tmp_path / "root")) == ["p/__init__.py", "p/a.txt", "p/b.txt"]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("/etc/hostname", "leads out of"),
        ("../../outside", "leads out of"),
        ("nowhere", "leads nowhere"),
        ("b", "leads nowhere"),
        ("../p", "leads back to a folder around it"),
        ("..", "leads out of"),
    ],
)
def test_link_that_cannot_be_carried_is_refused(tmp_path: Path, target: str, text: str) -> None:
    write(tmp_path, "outside", "root/p/__init__.py")
    os.symlink(target, tmp_path / "root" / "p" / "b")
    with pytest.raises(BuildError, match=text):
        names_of(collect_sources("p", tmp_path / "root"))


def test_link_that_stays_out_anyway_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path, "p/__init__.py")
    os.symlink("/usr", tmp_path / "p" / ".venv")
    assert names_of(collect_sources("p", tmp_path)) == ["p/__init__.py"]


def test_pipe_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "p/__init__.py")
    os.mkfifo(tmp_path / "p" / "pipe")
    with pytest.raises(BuildError, match="neither a file nor a folder"):
        names_of(collect_sources("p", tmp_path))
