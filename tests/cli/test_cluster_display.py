"""The lines of ``umbrella cluster logs``."""

from __future__ import annotations

import itertools

from umbrella.cli.cluster_display import follow_lines, last_lines


def test_the_last_lines_bear_the_daemon_if_there_are_several(tmp_path):
    for name in ("nimbus", "drpc"):
        (tmp_path / name).write_text(f"{name} 1\n{name} 2\n{name} 3\n")
    files = {name: [tmp_path / name, tmp_path / "not there yet"] for name in ("nimbus", "drpc")}
    assert list(last_lines(files, 2)) == ["nimbus: nimbus 2", "nimbus: nimbus 3", "drpc: drpc 2", "drpc: drpc 3"]
    assert list(last_lines({"drpc": files["drpc"]}, 1)) == ["drpc 3"]


def test_new_lines_follow_also_from_a_file_that_takes_the_place_of_another(tmp_path):
    log = tmp_path / "nimbus.log"
    log.write_text("old\nlast\n")
    lines = follow_lines({"nimbus": [log]}, 1)
    assert next(lines) == "last"
    with log.open("a") as file:
        file.write("new\n")
    assert next(lines) == "new"
    log.rename(tmp_path / "nimbus.log.1")
    with (tmp_path / "nimbus.log.1").open("a") as file:
        file.write("the end of the old\n")
    log.write_text("the start of the next\n")
    assert list(itertools.islice(lines, 2)) == ["the end of the old", "the start of the next"]
