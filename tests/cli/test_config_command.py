"""``umbrella config``, and the options of every command that talks to a cluster."""

from __future__ import annotations

import json

import pytest

from umbrella.cli.main import main


@pytest.fixture
def umbrella(capsys, monkeypatch, tmp_path):
    """Call the command line in an empty folder of a user who has no settings and no cluster."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UMBRELLA_CLUSTER", str(tmp_path / "no-cluster"))
    for name in ("STORM_CONF_DIR", "STORM_HOME", "UMBRELLA_ENV"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    return call


def test_config_shows_each_value_and_where_it_is_from(umbrella, tmp_path, monkeypatch):
    (tmp_path / "umbrella.toml").write_text('[env.production]\nnimbus.seeds = ["one", "two"]\n')
    monkeypatch.setenv("UMBRELLA_PYTHON", "python3.12")
    code, out, err = umbrella("config", "--env", "production", "-c", "nimbus.thrift.port=1234")
    assert (code, err) == (0, "")
    rows = {line.split()[0]: line.split(None, 1)[1].strip() for line in out.splitlines()}
    assert rows["nimbus.seeds"].split("  ")[0] == '["one", "two"]'
    assert rows["nimbus.seeds"].endswith(f"{tmp_path / 'umbrella.toml'} [env.production]")
    assert rows["nimbus.thrift.port"].split() == ["1234", "flag"]
    assert rows["python"].split() == ['"python3.12"', "$UMBRELLA_PYTHON"]


def test_config_as_json_masks_secrets(umbrella, tmp_path):
    (tmp_path / "umbrella.toml").write_text('[topology.environment]\nDB_PASSWORD = "hunter2"\n')
    code, out, _ = umbrella("config", "--json", "--nimbus", "storm1:7000")
    found = json.loads(out)
    assert code == 0
    assert found["files"] == [str(tmp_path / "umbrella.toml")]
    assert found["environment"] is None
    assert found["settings"]["nimbus.seeds"] == {"value": ["storm1:7000"], "origin": "flag"}
    assert found["settings"]["topology.environment"]["value"] == {"DB_PASSWORD": "********"}
    assert "hunter2" not in out


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--nimbus", "host:x"], "--nimbus takes HOST or HOST:PORT; given: 'host:x'. 'x' is no port"),
        (["--nimbus", ":1"], "--nimbus takes HOST or HOST:PORT; given: ':1'"),
        (["-c", "nimbus.seeds"], "-c takes KEY=VALUE; given: 'nimbus.seeds'; valid: nimbus.thrift.port=6627"),
        (["-c", "nimbus.sedes=a"], "there is no setting 'nimbus.sedes'; given: -c nimbus.sedes=a. Did you mean"),
        (["-c", "nimbus.thrift.port=x"], "-c nimbus.thrift.port is a port, 0 to 65535; given: 'x'"),
        (["--env", "production"], "there is no umbrella.toml with the environment 'production'"),
    ],
)
def test_a_mistaken_option_is_refused_with_exit_code_2(umbrella, options, text):
    code, out, err = umbrella("config", *options)
    assert (code, out) == (2, "")
    assert text in err


def test_a_password_in_the_settings_is_refused(umbrella, tmp_path):
    (tmp_path / "umbrella.toml").write_text('nimbus.digest.password = "hunter2"\n')
    code, _, err = umbrella("config")
    assert code == 2
    assert "Did you mean 'nimbus.digest.password.file'?" in err
    assert "hunter2" not in err


def test_a_command_without_a_cluster_says_where_it_looked(umbrella):
    code, _, err = umbrella("list", "--nimbus", "localhost:1")
    assert code == 4
    assert "no leading Nimbus was found; tried localhost:1" in err
