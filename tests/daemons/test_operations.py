"""What the commands of the command line say of a running topology and do to it, on real daemons."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from umbrella.cli.main import main

pytestmark = pytest.mark.storm

TESTS = Path(__file__).parents[1]
NAME = "Operated"
PATIENCE = 90  # seconds, on a busy machine


@pytest.fixture(scope="module")
def cluster(daemons):
    """The development cluster as the only one that the settings know of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UMBRELLA_CLUSTER", str(daemons.folder))
        patch.setenv("HOME", str(daemons.folder / "nobody"))
        for name in ("STORM_CONF_DIR", "STORM_HOME"):
            patch.delenv(name, raising=False)
        patch.chdir(TESTS)
        patch.setattr(sys, "path", list(sys.path))
        yield daemons


@pytest.fixture
def umbrella(cluster, capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    return call


@pytest.fixture
def asked(umbrella):
    """Call a command with --json and return what it printed."""

    def ask(*arguments):
        code, out, err = umbrella(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return ask


@pytest.fixture
def running(umbrella, asked):
    """The topology, submitted if it does not run, with figures."""
    if NAME not in [one["name"] for one in asked("list")]:
        code, _, err = umbrella("submit", "topologies.operated:Operated")
        assert code == 0, err
    until(lambda: figures(asked)["picky"]["failed"])
    return NAME


def until(reached):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = reached()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError("it did not come about")


def figures(asked):
    return {one["name"]: one["figures"] for one in asked("stats", NAME)["components"]}


def test_a_cluster_that_runs_nothing_says_so(umbrella, asked, cluster):
    if asked("list"):
        umbrella("kill", NAME, "--wait", "0")
    assert umbrella("list") == (0, f"no topology is running on localhost:{cluster.nimbus_port}\n", "")
    code, _, err = umbrella("stats", NAME)
    assert code == 4
    assert "there is no topology 'Operated'. No topology is running there." in err


def test_the_settings_find_the_development_cluster(asked, cluster):
    seeds = asked("config")["settings"]["nimbus.seeds"]
    assert seeds == {"value": ["localhost"], "origin": f"the development cluster in {cluster.folder}"}


def test_a_running_topology_is_listed(running, umbrella, asked):
    one = next(one for one in asked("list") if one["name"] == running)
    # 1 executor each, and Storm's acker.
    assert (one["status"], one["workers"], one["executors"], one["tasks"]) == ("ACTIVE", 1, 3, 4)
    code, out, _ = umbrella("list")
    assert code == 0
    assert out.splitlines()[0].split() == ["topology", "status", "up", "workers", "executors", "tasks", "id"]
    assert out.splitlines()[1].startswith("Operated  ACTIVE")


def test_stats_show_components_workers_and_how_old_they_may_be(running, umbrella, asked):
    found = asked("stats", running)
    by_name = {one["name"]: one for one in found["components"]}
    assert list(by_name) == ["numbers", "picky"]
    assert by_name["numbers"]["kind"] == "spout"
    spout, bolt = by_name["numbers"]["figures"], by_name["picky"]["figures"]
    assert 0 < spout["acked"] <= spout["emitted"]
    assert 0 < bolt["failed"] < bolt["acked"] <= bolt["executed"]
    assert "is too round" in by_name["picky"]["last_error"]
    (worker,) = found["workers"]
    assert worker["tasks"] == {"numbers": 1, "picky": 2}
    assert found["freshness"] == {"seconds": 1, "sample_rate": 1.0, "reported": True, "reporters": []}
    code, out, _ = umbrella("stats", running)
    assert code == 0
    assert f"localhost:{worker['port']}" in out
    assert "up to 1 s old: so often workers report" in out
    assert "last error of picky: ValueError: " in out


def test_stats_of_a_component_show_executors_and_streams(running, umbrella, asked):
    found = asked("stats", running, "picky")
    (executor,) = found["executors"]
    assert (executor["host"], executor["tasks"].count("-")) == ("localhost", 1)
    (stream,) = found["inputs"]
    assert (stream["source"], stream["stream"]) == ("numbers", "default")
    assert asked("stats", running, "numbers")["outputs"][0]["stream"] == "default"
    code, out, _ = umbrella("stats", running, "picky")
    assert code == 0
    assert "Operated.picky  bolt" in out


def test_stats_say_that_storm_samples(running, umbrella, cluster):
    from umbrella.cli.output import console
    from umbrella.cli.statistics_tables import topology_view
    from umbrella.settings import read_settings
    from umbrella.storm.nimbus.client import NimbusClient
    from umbrella.storm.operations.statistics import Freshness, topology_figures

    with NimbusClient(read_settings().nimbus()) as client:
        found = topology_figures(client, running)
    sampled = found.__class__(**{**found.__dict__, "freshness": Freshness(60, 0.05, True)})
    screen = console()
    with screen.capture() as captured:
        screen.print(topology_view(sampled, screen))
    assert "up to 60 s old" in captured.get()
    assert "estimates: Storm counts 0.05 of the tuples and scales up" in captured.get()


def test_watched_stats_are_plain_lines_in_a_pipe_until_ctrl_c(running, cluster):
    command = [sys.executable, "-m", "umbrella", "stats", running, "--watch", "--interval", "0.5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert all("numbers: emitted " in line and "; picky: " in line for line in lines)
    assert (process.returncode, err.strip()) == (130, "")


def test_errors_have_pythons_traceback(running, umbrella, asked):
    found = asked("errors", running)
    assert {one["component"] for one in found} == {"picky"}
    assert 0 < len(found) <= 10
    assert [one["time_secs"] for one in found] == sorted(one["time_secs"] for one in found)
    code, out, _ = umbrella("errors", running, "picky")
    assert code == 0
    assert "picky, task " in out
    assert "    Traceback (most recent call last):\n" in out
    assert "is too round" in out
    assert "\tat umbrella.storm." not in out
    assert "    umbrella.storm.PythonError: picky[" in umbrella("errors", running, "--java")[1]
    assert umbrella("errors", running, "numbers") == (0, "numbers has reported no error\n", "")


def test_logs_are_read_from_the_files(running, umbrella, asked):
    (log,) = asked("logs", running)
    assert log["local"]
    assert Path(log["path"]).is_file()
    code, out, _ = umbrella("logs", running, "picky", "-n", "200")
    assert code == 0
    assert "ValueError: " in out
    assert "PythonError: picky[" in out
    assert "name:numbers" not in out
    code, out, _ = umbrella("logs", running, "-n", "3")
    assert (code, len(out.splitlines())) == (0, 3)


def test_logs_are_followed(running, cluster):
    command = [sys.executable, "-m", "umbrella", "logs", running, "picky", "-f", "-n", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert any("is too round" in line for line in lines)
    assert process.returncode == 130


@pytest.mark.parametrize("command", ["stats", "errors", "logs"])
def test_a_misspelt_component_names_the_nearest(running, umbrella, command):
    code, _, err = umbrella(command, running, "piky")
    assert code == 2
    assert "topology Operated has no component 'piky'; valid: numbers, picky. Did you mean 'picky'?" in err


@pytest.mark.parametrize("command", ["stats", "errors", "logs", "kill", "activate", "deactivate", "log-level"])
def test_a_misspelt_topology_names_the_nearest(running, umbrella, command):
    code, _, err = umbrella(command, "Operatd")
    assert code == 4
    assert "there is no topology 'Operatd'; valid: Operated. Did you mean 'Operated'?" in err


def test_a_deactivated_topology_emits_nothing_until_it_is_activated(running, umbrella, asked):
    code, out, _ = umbrella("deactivate", running)
    assert (code, out) == (0, f"{running} is inactive: its spouts emit nothing until `umbrella activate {running}`\n")
    assert asked("list")[0]["status"] == "INACTIVE"

    def rests():
        before = figures(asked)["numbers"]["emitted"]
        time.sleep(3)  # three reports
        return figures(asked)["numbers"]["emitted"] == before

    until(rests)
    rested = figures(asked)["numbers"]["emitted"]
    assert umbrella("activate", running)[:2] == (0, f"{running} is active\n")
    assert asked("list")[0]["status"] == "ACTIVE"
    until(lambda: figures(asked)["numbers"]["emitted"] > rested)


def test_log_levels_are_set_listed_and_put_back(running, umbrella, asked):
    logger = "umbrella.test.Logger"
    assert umbrella("log-level", running)[:2] == (0, f"no log level of {running} is changed\n")
    code, out, _ = umbrella("log-level", running, f"{logger}=debug", "ROOT=WARN:600")
    assert code == 0
    assert "until cleared" in out
    set_to = {one["logger"]: (one["level"], one["seconds"]) for one in asked("log-level", running)}
    assert set_to == {logger: ("DEBUG", None), "ROOT": ("WARN", 600)}
    (log,) = asked("logs", running)
    written = Path(log["path"])
    until(lambda: f"Adding config for: {logger} with level: DEBUG" in written.read_text())
    assert umbrella("log-level", running, "--clear", "ROOT")[0] == 0
    assert [one["logger"] for one in asked("log-level", running)] == [logger]
    code, _, err = umbrella("log-level", running, "--clear", "umbrella.test.Loger")
    assert code == 2
    assert f"Did you mean {logger!r}?" in err
    assert umbrella("log-level", running, "--clear-all")[0] == 0
    until(lambda: f"{logger}: Resetting level to INFO" in written.read_text())
    assert asked("log-level", running) == []


def test_a_components_python_logs_at_debug_for_as_long_as_that_is_wanted(running, umbrella, asked):
    written = Path(asked("logs", running, "picky")[0]["path"])
    assert "a close look" not in written.read_text()
    assert umbrella("log-level", running, "picky=DEBUG")[0] == 0
    assert asked("log-level", running)[0] | {"until_ms": None} == {
        "logger": "picky", "level": "DEBUG", "seconds": None, "until_ms": None, "component": True
    }  # fmt: skip
    until(lambda: "[DEBUG] ShellLog" in written.read_text() and "name:picky a close look at " in written.read_text())
    assert umbrella("log-level", running, "--clear", "picky")[0] == 0

    def is_quiet():
        before = written.read_text().count("a close look")
        time.sleep(2)
        return written.read_text().count("a close look") == before

    until(is_quiet)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pcky=DEBUG", "the topology has no component 'pcky'; valid: numbers, picky, ROOT"),
        ("picky=TRACE", "the log of picky has no such level; given: TRACE; valid: DEBUG, INFO, WARN, ERROR"),
        ("ROOT", "a log level is COMPONENT=LEVEL[:SECONDS] or LOGGER=LEVEL[:SECONDS]; given: 'ROOT'"),
        ("ROOT=DEBGU", "this is no log level; given: DEBGU; valid: TRACE, DEBUG, INFO"),
    ],
)
def test_a_mistaken_log_level_is_refused(running, umbrella, text, says):
    code, _, err = umbrella("log-level", running, text)
    assert code == 2
    assert says in err


def test_rebalance_takes_workers_and_executors(running, umbrella, asked):
    code, _, err = umbrella("rebalance", running, "--executors", "picky=3")
    assert code == 2
    assert "picky cannot have more executors than it has tasks; given: picky=3; valid: 1 to 2" in err
    done = asked("rebalance", running, "--workers", "2", "--executors", "picky=2", "--wait", "0")
    assert (done["done"], done["workers"], done["executors"]) == (True, 2, {"numbers": 1, "picky": 2})
    workers = until(lambda: [one for one in asked("stats", running)["workers"] if one["uptime_secs"]])
    assert len(asked("stats", running)["workers"]) == 2
    assert workers


def test_doctor_finds_all_in_order(running, umbrella, asked, cluster):
    code, out, _ = umbrella("doctor")
    assert code == 0, out
    assert f"nimbus: localhost:{cluster.nimbus_port} leads, Storm " in out
    assert "worker slots in use" in out
    assert {one["state"] for one in asked("doctor")} <= {"ok", "note"}


def test_doctor_says_what_is_wrong_and_what_to_do(umbrella):
    code, out, err = umbrella("doctor", "--nimbus", "localhost:1", "-c", "umbrella.nimbus.connect.timeout.secs=1")
    assert code == 1
    assert "problem nimbus: no leading Nimbus was found" in out
    assert "> Start one with `umbrella cluster up`" in out
    assert err == "umbrella: 1 problem\n"


def test_a_worker_without_python_is_found_by_doctor_and_told_by_errors(umbrella, cluster, monkeypatch):
    monkeypatch.setenv("UMBRELLA_PYTHON", "no-such-python")
    code, _, err = umbrella("submit", "topologies.operated:Operated", "--name", "Unable", "--wait")
    assert code == 1
    assert err.count('Cannot run program "no-such-python"') == 1
    monkeypatch.delenv("UMBRELLA_PYTHON")
    out = until(lambda: next((out for out in [umbrella("errors", "Unable")[1]] if ", x " in out), None))
    assert out.count('Cannot run program "no-such-python"') == 1
    assert re.search(r"^numbers, .*picky, .*, x \d+, the last at \d{4}-.* ago\)$", out, re.MULTILINE)
    code, out, _ = umbrella("doctor")
    assert code == 1
    assert "problem topology Unable: " in out
    assert "> `umbrella errors Unable` has the whole; the key `python` names the command on workers" in out
    assert umbrella("kill", "Unable", "--wait", "0")[0] == 0


def test_a_killed_topology_is_gone_when_the_command_ends(running, umbrella, asked):
    written = {Path(one["path"]) for one in asked("logs", running, "picky")}
    code, out, err = umbrella("kill", running, "--wait", "1")
    assert (code, err) == (0, "Operated is being killed: spouts rest for 1 s, then its workers are stopped\n")
    assert out.startswith("Operated is gone after ")
    assert running not in [one["name"] for one in asked("list")]
    # What close() logs, prints and raises is in the log, and an error once.
    until(lambda: any("OSError: cannot write what was seen" in one.read_text() for one in written))
    text = next(text for text in (one.read_text() for one in written) if "OSError: cannot write" in text)
    assert "name:picky looked at the last one" in text
    assert "name:picky closing the eyes" in text
    reports = text.count("umbrella.storm.PythonError: picky[")
    assert reports > 1
    assert text.count("Traceback (most recent call last):") == reports
    code, out, err = umbrella("logs", running, "picky", "-n", "200")
    assert code == 0
    assert "ValueError: " in out
    assert err.startswith("Operated has ended; these are the logs of its last run: /")
    assert "there is no topology 'Operatd'" in umbrella("logs", "Operatd")[2]
