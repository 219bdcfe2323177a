"""Which layer wins, and what each value says of where it is from."""

from __future__ import annotations

import pytest

from umbrella.errors import SettingsError
from umbrella.settings import read_settings
from umbrella.settings.keys import BY_NAME, WORKER_KEYS
from umbrella.settings.variables import variable_of


@pytest.fixture
def project(tmp_path):
    """A folder tree: storm.yaml of the user, and a project whose umbrella.toml has an environment."""
    (tmp_path / "home/.storm").mkdir(parents=True)
    (tmp_path / "project/deeper").mkdir(parents=True)
    (tmp_path / "home/.storm/storm.yaml").write_text(
        'nimbus.seeds: ["from-yaml"]\nnimbus.thrift.port: 1\nstorm.local.dir: /not/ours\n'
    )
    (tmp_path / "project/umbrella.toml").write_text(
        'nimbus.thrift.port = 2\npython = "python3.11"\n'
        "[topology]\nworkers = 2\n"
        '[env.production]\nnimbus.seeds = ["one", "two"]\n'
        "[env.production.topology]\nworkers = 8\nmax_spout_pending = 500\nmessage.timeout.secs = 60\n"
    )
    return tmp_path


@pytest.fixture
def read(project):
    def read(environment=None, flags=None, **variables):
        env = {"HOME": str(project / "home"), "UMBRELLA_CLUSTER": str(project / "no-cluster"), **variables}
        return read_settings(flags or {}, environment, project / "project/deeper", env)

    return read


def test_every_setting_has_a_default_or_none(tmp_path):
    settings = read_settings({}, None, tmp_path, {})
    assert set(settings.found) <= set(BY_NAME)
    assert {entry.origin for entry in settings.entries()} == {"default"}
    assert settings.nimbus().seeds == ("localhost",)
    assert settings.nimbus().port == 6627
    assert settings.python() is None
    assert settings.topology_conf() == {}


def test_each_layer_is_on_top_of_the_one_before(read, project):
    toml = project / "project/umbrella.toml"
    plain = read()
    assert (plain.value("nimbus.seeds"), plain.origin("nimbus.seeds")) == (
        ["from-yaml"],
        str(project / "home/.storm/storm.yaml"),
    )
    assert (plain.value("nimbus.thrift.port"), plain.origin("nimbus.thrift.port")) == (2, str(toml))
    production = read("production")
    assert production.value("nimbus.seeds") == ["one", "two"]
    assert production.origin("nimbus.seeds") == f"{toml} [env.production]"
    by_variable = read("production", UMBRELLA_NIMBUS_SEEDS="a, b")
    assert (by_variable.value("nimbus.seeds"), by_variable.origin("nimbus.seeds")) == (
        ["a", "b"],
        "$UMBRELLA_NIMBUS_SEEDS",
    )
    by_flag = read("production", {"nimbus.seeds": ["c"]}, UMBRELLA_NIMBUS_SEEDS="a,b")
    assert (by_flag.value("nimbus.seeds"), by_flag.origin("nimbus.seeds")) == (["c"], "flag")
    assert by_flag.nimbus().seeds == ("c",)
    assert by_flag.nimbus().port == 2


def test_the_environment_may_be_named_by_a_variable(read):
    assert read(UMBRELLA_ENV="production").value("nimbus.seeds") == ["one", "two"]
    assert read("production", UMBRELLA_ENV="other").environment == "production"


def test_topology_settings_come_by_storms_names(read):
    assert read().topology_conf() == {"topology.workers": 2}
    assert read("production", UMBRELLA_TOPOLOGY_DEBUG="true").topology_conf() == {
        "topology.workers": 8,
        "topology.max.spout.pending": 500,
        "topology.message.timeout.secs": 60,
        "topology.debug": True,
    }


def test_a_topologys_own_settings_go_into_extra(tmp_path):
    (tmp_path / "umbrella.toml").write_text('[topology.extra]\nmy.setting = 1\n"my.other" = "x"\n')
    assert read_settings({}, None, tmp_path, {}).topology_conf() == {"my.setting": 1, "my.other": "x"}


def test_a_setting_that_takes_a_map_takes_it_whole(tmp_path):
    (tmp_path / "umbrella.toml").write_text('[topology.environment]\nLANG = "C"\n')
    assert read_settings({}, None, tmp_path, {}).topology_conf() == {"topology.environment": {"LANG": "C"}}


def test_storm_yaml_is_that_of_the_variables_before_that_of_the_user(read, project):
    for folder in ("conf_dir", "storm/conf"):
        (project / folder).mkdir(parents=True)
        (project / folder / "storm.yaml").write_text(f'nimbus.seeds: ["{folder}"]\n')
    home = {"STORM_HOME": str(project / "storm")}
    assert read(**home).value("nimbus.seeds") == ["storm/conf"]
    assert read(STORM_CONF_DIR=str(project / "conf_dir"), **home).value("nimbus.seeds") == ["conf_dir"]
    assert read(STORM_HOME=str(project)).value("nimbus.seeds") == ["from-yaml"]


def test_secrets_are_masked_wherever_they_are(tmp_path):
    (tmp_path / "umbrella.toml").write_text(
        '[topology.environment]\nDB_PASSWORD = "hunter2"\nLANG = "C"\n[topology.extra]\nmy.api_token = "hunter3"\n'
    )
    settings = read_settings({}, None, tmp_path, {})
    shown = {entry.key: entry.value for entry in settings.entries()}
    assert shown["topology.environment"] == {"DB_PASSWORD": "********", "LANG": "C"}
    assert shown["topology.extra.my.api_token"] == "********"
    assert settings.topology_conf()["my.api_token"] == "hunter3"
    assert "hunter" not in str(settings.entries())


def test_no_two_settings_share_a_variable():
    from umbrella.dsl.config_keys import KINDS

    names = [*BY_NAME, *KINDS, *WORKER_KEYS]
    assert len({variable_of(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("nimbus.seds = ['a']", ["there is no setting 'nimbus.seds'", "umbrella.toml", "'nimbus.seeds'"]),
        ("[topology]\nworker = 2", ["there is no setting 'topology.worker'", "Did you mean 'topology.workers'?"]),
        ("[topology]\nmax_spout_pendig = 2", ["Did you mean 'topology.max_spout_pending'?", "[topology.extra]"]),
        ("[env.p]\nnimbus.seds = ['a']", ["there is no setting 'nimbus.seds'", "umbrella.toml [env.p]"]),
        ("nimbus.seeds = 'a'", ["nimbus.seeds in", "umbrella.toml is a list of texts", "given: 'a'"]),
        ("nimbus.thrift.port = 99999", ["a port, 0 to 65535", "given: 99999"]),
        ("[topology]\nworkers = 'two'", ["topology.workers in", "a whole number", "given: 'two'"]),
        ("a = 1\nb = = 2", ["this file is not TOML", "umbrella.toml, line 2, column 5"]),
        ("env = 3", ["env holds a table for each environment", "[env.production]"]),
    ],
)
def test_a_mistake_in_umbrella_toml_names_file_and_setting(tmp_path, content, texts):
    (tmp_path / "umbrella.toml").write_text(content)
    with pytest.raises(SettingsError) as caught:
        read_settings({}, None, tmp_path, {})
    for text in texts:
        assert text in str(caught.value)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("nimbus.seeds: [a\nb: c", ["this file is not YAML", "storm.yaml, line "]),
        ("x: 1\ny: !!python/object/apply:os.system ['touch pwned']", ["not plain YAML", "line 2", "is refused"]),
        ("x: !!python/object:os.Thing {}", ["not plain YAML", "line 1", "is refused"]),
        ("- a", ["a map of key: value", "list"]),
        ("nimbus.thrift.port: no", ["nimbus.thrift.port in", "a port", "given: False"]),
    ],
)
def test_a_mistake_in_storm_yaml_names_file_and_line(tmp_path, monkeypatch, content, texts):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "storm.yaml").write_text(content)
    with pytest.raises(SettingsError) as caught:
        read_settings({}, None, tmp_path, {"STORM_CONF_DIR": str(tmp_path)})
    for text in texts:
        assert text in str(caught.value)
    assert not (tmp_path / "pwned").exists()


def test_an_environment_that_is_not_there_names_the_nearest(read, tmp_path):
    with pytest.raises(SettingsError, match=r"no environment 'prodction'; valid: production. Did you mean"):
        read("prodction")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match=r"no umbrella.toml with the environment 'x'; given: looked in"):
        read_settings({}, "x", tmp_path / "empty", {})


def test_a_storm_conf_dir_without_a_file_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"\$STORM_CONF_DIR has no storm.yaml"):
        read_settings({}, None, tmp_path, {"STORM_CONF_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("UMBRELLA_NIMBUS_SEED", "a", r"no setting of Umbrella; given: a. Did you mean \$UMBRELLA_NIMBUS_SEEDS\?"),
        ("UMBRELLA_NIMBUS_THRIFT_PORT", "x", r"\$UMBRELLA_NIMBUS_THRIFT_PORT is a port, 0 to 65535; given: 'x'"),
    ],
)
def test_a_mistaken_variable_is_refused(tmp_path, name, value, text):
    with pytest.raises(SettingsError, match=text):
        read_settings({}, None, tmp_path, {name: value})


def test_variables_of_others_are_left_alone(tmp_path):
    env = {"UMBRELLA_CACHE": "x", "UMBRELLA_SOAK": "1", "UMBRELLA_CORP_TOKEN": "y"}
    assert {entry.origin for entry in read_settings({}, None, tmp_path, env).entries()} == {"default"}


def test_a_flag_is_checked_like_every_layer(tmp_path):
    with pytest.raises(SettingsError, match=r"no setting 'nimbus.sedes'.*Did you mean 'nimbus.seeds'\?"):
        read_settings({"nimbus.sedes": 1}, None, tmp_path, {})
    with pytest.raises(SettingsError, match=r"nimbus.seeds is a list of texts; given: 1"):
        read_settings({"nimbus.seeds": 1}, None, tmp_path, {})


def test_how_python_is_run_may_be_set_by_the_names_of_class_config(tmp_path, read):
    (tmp_path / "umbrella.toml").write_text(
        'umbrella.shell = "umbrella"\n[topology]\nserializer = "msgpack"\nenv = {LANG = "C", A_TOKEN = "hunter2"}\n'
        '[env.old.topology]\nshell = "stock"\n'
    )
    settings = read_settings({}, None, tmp_path, {"UMBRELLA_PYTHON_ARGUMENTS": '["-O"]'})
    assert settings.topology_conf() == {
        "umbrella.shell": "umbrella",
        "umbrella.serializer": "msgpack",
        "umbrella.python.env": {"LANG": "C", "A_TOKEN": "hunter2"},
        "umbrella.python.arguments": ["-O"],
    }
    assert "hunter" not in str(settings.entries())
    assert read_settings({}, "old", tmp_path, {}).value("umbrella.shell") == "stock"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('topology.serializer = "yaml"', 'topology.serializer in .* is "json" or "msgpack"; given: \'yaml\''),
        ("umbrella.python.env.A = 1", "umbrella.python.env in .* is a dict of texts"),
        ("topology.serialiser = 1", "Did you mean 'topology.serializer'"),
    ],
)
def test_a_wrong_word_on_how_python_is_run_is_refused(tmp_path, content, text):
    (tmp_path / "umbrella.toml").write_text(content + "\n")
    with pytest.raises(SettingsError, match=text):
        read_settings({}, None, tmp_path, {})
