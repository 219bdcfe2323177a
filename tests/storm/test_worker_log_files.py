"""Reading the log files of workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from umbrella.storm.operations.worker_logs import LogReader, WorkerLog, artifacts_folder, last_lines

LINES = [
    "2026-01-02 03:04:05.678 o.a.s.t.ShellBolt Thread-17 [ERROR] ShellLog pid:1, name:count count[3]: Traceback:",
    "ValueError: of count",
    "2026-01-02 03:04:05.679 o.a.s.t.ShellBolt Thread-18 [INFO] ShellLog pid:2, name:counter counter[4]: hello",
    "2026-01-02 03:04:05.680 o.a.s.d.w.Worker main [INFO] Worker has topology config",
    "2026-01-02 03:04:05.681 o.a.s.e.e.ReportError Thread-40-count-executor[3, 3] [ERROR] Error",
    "java.lang.Exception: of count too",
    "2026-01-02 03:04:05.682 o.a.s.e.e.ReportError count[3]-keeper [ERROR] Error",
    "umbrella.storm.ChildDied: count[3]: its process (pid 1) ended with exit code 7; from counter[4] on default",
]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "worker.log"
    path.write_text("\n".join(LINES) + "\n")
    return WorkerLog("localhost", 6700, str(path), True, ("count", "counter"))


def test_the_lines_of_one_component_come_with_what_follows_them(log):
    assert [line.text for line in last_lines(log, 10, "count")] == [LINES[0], LINES[1], *LINES[4:]]
    assert [line.text for line in last_lines(log, 10, "counter")] == [LINES[2]]


def test_no_more_than_the_last_lines_are_read(log):
    assert [line.text for line in last_lines(log, 2)] == LINES[-2:]
    assert last_lines(log, 0) == []


def test_a_log_is_followed_into_the_file_that_comes_after_it(log):
    path = Path(log.path)
    reader = LogReader(log)
    assert reader.read() == []
    with path.open("a") as file:
        file.write("one\nhal")
    assert [line.text for line in reader.read()] == ["one"]
    with path.open("a") as file:
        file.write("f\n")
    assert [line.text for line in reader.read()] == ["half"]
    path.write_text("two\n")  # shorter than before: Storm has begun a new file
    assert [line.text for line in reader.read()] == ["two"]
    path.unlink()
    assert reader.read() == []


def test_the_folder_of_the_logs_is_that_of_nimbus_configuration():
    assert artifacts_folder({}) == "$STORM_HOME/logs/workers-artifacts"
    assert artifacts_folder({"storm.log.dir": "/var/log/storm"}) == "/var/log/storm/workers-artifacts"
    conf = {"storm.log.dir": "/var/log/storm", "storm.workers.artifacts.dir": "/data/artifacts"}
    assert artifacts_folder(conf) == "/data/artifacts"
