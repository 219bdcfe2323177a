"""Storm's jars: those of $STORM_HOME, those of the cache, and getting them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from umbrella.errors import StormNotFoundError
from umbrella.storm import distribution
from umbrella.storm.distribution import DEFAULT_VERSION, fetch, locate

# A Maven that "downloads" 25 jars slowly and counts its runs in $RUNS.
MAVEN = """#!/bin/sh
for argument in "$@"; do
    case $argument in -DoutputDirectory=*) lib=${argument#*=} ;; esac
done
echo run >>"$RUNS"
mkdir -p "$lib"
for n in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    echo "[INFO] Downloading from central: https://x/other-$n.jar"
    echo "[INFO] Downloaded from central: https://x/other-$n.jar (9 B at 9 B/s)"
    echo "[INFO] Downloaded from central: https://x/other-$n.pom (9 B at 9 B/s)"
    echo content >"$lib/other-$n.jar"
done
sleep 0.2
echo content >"$lib/storm-client-2.8.3.jar"
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and no $STORM_HOME."""
    monkeypatch.delenv("STORM_HOME", raising=False)
    monkeypatch.setenv("UMBRELLA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def maven(tmp_path, monkeypatch):
    """The Maven above; tells how often it ran."""
    return put_maven(tmp_path, monkeypatch, MAVEN)


def put_maven(tmp_path, monkeypatch, script):
    program = tmp_path / "maven" / "bin" / "mvn"
    program.parent.mkdir(parents=True)
    program.write_text(script)
    program.chmod(0o755)
    runs = tmp_path / "runs"
    runs.touch()
    monkeypatch.setenv("MAVEN_HOME", str(tmp_path / "maven"))
    monkeypatch.setenv("RUNS", str(runs))
    return lambda: len(runs.read_text().splitlines())


def a_storm(home, *jars):
    (home / "lib").mkdir(parents=True)
    for jar in jars:
        (home / "lib" / jar).write_bytes(b"jar")
    return home


def refusal(call, *args):
    with pytest.raises(StormNotFoundError) as caught:
        call(*args)
    return str(caught.value)


def test_without_any_storm_the_error_names_what_fetches_it(cache):
    assert refusal(locate) == (
        "Storm 2.8.3 is not on this machine; given: $STORM_HOME is not set and there is no "
        f"{cache}/storm/2.8.3. Run `umbrella storm fetch`"
    )
    assert refusal(locate, "2.7.1").endswith("Run `umbrella storm fetch --version 2.7.1`")


@pytest.mark.parametrize("version", ["latest", "../2.8.3", "2.8.3<", ""])
def test_what_is_no_version_is_refused(cache, version):
    expected = f"this is not a version of Storm; given: {version!r}; valid: 2.8.3, 2.7.1, 2.6.4, 2.4.0"
    assert refusal(locate, version) == expected
    assert refusal(fetch, version) == expected


def test_storm_home_comes_before_the_cache(cache, maven, tmp_path, monkeypatch):
    fetch()
    home = a_storm(tmp_path / "storm", "storm-client-2.7.1.jar", "asm-9.jar")
    (home / "lib" / "README").touch()
    monkeypatch.setenv("STORM_HOME", str(home))
    found = locate()
    assert (found.version, found.home) == ("2.7.1", home)
    assert [jar.name for jar in found.jars] == ["asm-9.jar", "storm-client-2.7.1.jar"]


def test_the_release_file_tells_the_version(cache, tmp_path, monkeypatch):
    home = a_storm(tmp_path / "storm", "storm-client-2.7.1.jar")
    (home / "RELEASE").write_text("2.7.1-acme\n")
    monkeypatch.setenv("STORM_HOME", str(home))
    assert locate().version == "2.7.1-acme"


@pytest.mark.parametrize(
    ("jars", "lack"),
    [([], "no lib folder with jars in it"), (["kafka-3.jar"], "no storm-client jar in its lib folder")],
)
def test_a_storm_home_that_is_no_storm_is_refused(cache, tmp_path, monkeypatch, jars, lack):
    home = a_storm(tmp_path / "kafka", *jars)
    monkeypatch.setenv("STORM_HOME", str(home))
    assert refusal(locate) == (
        f"$STORM_HOME is not a Storm: there is {lack}; given: {home}. "
        "Set it to an unpacked Storm, or unset it and run `umbrella storm fetch`"
    )


def test_what_was_fetched_is_located(cache, maven):
    fetched = fetch()
    assert fetched == locate()
    assert (fetched.version, fetched.home, len(fetched.jars)) == ("2.8.3", cache / "storm" / "2.8.3", 26)
    assert sorted(path.name for path in fetched.home.iterdir()) == ["complete.json", "lib"]


def test_a_second_fetch_does_not_run_maven(cache, maven):
    fetch()
    fetch()
    assert maven() == 1


def test_progress_counts_the_jars(cache, maven):
    seen = []
    fetch(progress=seen.append)
    assert seen == ["fetching Storm 2.8.3 with Maven", "10 artifacts downloaded", "20 artifacts downloaded"]


def truncate(home):
    (home / "lib" / "other-07.jar").write_bytes(b"co")
    return "lib/other-07.jar has 2 bytes, not 8"


def remove(home):
    (home / "lib" / "other-07.jar").unlink()
    return "lib/other-07.jar is missing"


def add(home):
    (home / "lib" / "storm-client-2.4.0.jar").write_bytes(b"jar")
    return "lib/storm-client-2.4.0.jar does not belong there"


def unmark(home):
    (home / "complete.json").unlink()
    return "complete.json cannot be read"


def cut_the_marker(home):
    (home / "complete.json").write_text('{"jars"')
    return "complete.json cannot be read"


@pytest.mark.parametrize("damage", [truncate, remove, add, unmark, cut_the_marker])
def test_damage_in_the_cache_is_named_and_mended_by_fetching(cache, maven, damage):
    home = fetch().home
    told = damage(home)
    assert refusal(locate) == (
        f"Storm 2.8.3 in the cache is damaged; given: {home}/{told}. Run `umbrella storm fetch` to get it again"
    )
    assert fetch() == locate()
    assert maven() == 2


def test_two_processes_that_fetch_at_once_run_maven_once(cache, maven):
    code = "from umbrella.storm.distribution import fetch; print(len(fetch(progress=print).jars))"
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in both]
    assert [errors for _, errors in outputs] == ["", ""]
    assert [lines.splitlines()[-1] for lines, _ in outputs] == ["26", "26"]
    assert maven() == 1


def test_a_process_that_waits_for_another_says_so(cache, maven):
    first = subprocess.Popen([sys.executable, "-c", "from umbrella.storm.distribution import fetch; fetch()"])
    deadline = time.monotonic() + 30
    while not maven():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    seen = []
    fetch(progress=seen.append)
    assert seen == ["another process is fetching; waiting for it"]
    assert first.wait(timeout=30) == 0


def test_a_fetch_that_was_killed_is_taken_up_anew(cache, maven):
    left = a_storm(cache / "storm" / ".2.8.3.partial", "half.jar")
    (cache / "storm" / "2.8.3.lock").touch()
    assert "half.jar" not in {jar.name for jar in fetch().jars}
    assert not left.exists()


def test_a_maven_that_fails_is_quoted_and_nothing_is_kept(cache, tmp_path, monkeypatch):
    put_maven(tmp_path, monkeypatch, "#!/bin/sh\necho '[ERROR] Could not find artifact'\nexit 1\n")
    assert refusal(fetch, "2.9.9") == (
        "Storm 2.9.9 cannot be fetched. Is the network there, and the version one of those known to work: "
        "2.8.3, 2.7.1, 2.6.4, 2.4.0?\nMaven ended with exit code 1:\n[ERROR] Could not find artifact"
    )
    assert [path.name for path in (cache / "storm").iterdir()] == ["2.9.9.lock"]


def test_without_maven_fetch_says_so(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("MAVEN_HOME", raising=False)
    assert refusal(fetch).startswith("Maven is not on this machine; given: no mvn on PATH")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"UMBRELLA_CACHE": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/b/umbrella"),
        ({"HOME": "/c"}, "/c/.cache/umbrella"),
        ({"UMBRELLA_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/c"}, "/c/.cache/umbrella"),
    ],
)
def test_where_the_cache_is(monkeypatch, variables, expected):
    for name in ("UMBRELLA_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert str(distribution.cache_folder()) == expected


@pytest.fixture(scope="module")
def real():
    """The real Storm of the user's own cache: fetched by the first run on this machine, at hand for the others."""
    try:
        return fetch()
    except StormNotFoundError as exc:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(exc))


@pytest.mark.storm
def test_the_real_storm_has_what_a_local_cluster_needs(real):
    names = {jar.name for jar in real.jars}
    assert {f"storm-client-{DEFAULT_VERSION}.jar", f"storm-server-{DEFAULT_VERSION}.jar"} <= names
    assert not [name for name in names if name.startswith(("clojure", "carbonite", "rocksdbjni"))]
    sizes = json.loads((real.home / "complete.json").read_text())["jars"]
    assert {jar.name: jar.stat().st_size for jar in real.jars} == sizes


@pytest.mark.storm
def test_a_version_that_storm_never_had_is_refused_by_the_real_maven(real, cache):
    text = refusal(fetch, "2.8.99")
    assert text.startswith("Storm 2.8.99 cannot be fetched. Is the network there")
    assert "[ERROR]" in text
