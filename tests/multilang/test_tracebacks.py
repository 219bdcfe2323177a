"""What a traceback shows to a user: the user's frames."""

from __future__ import annotations

import pytest

from umbrella.multilang.component import traceback_of
from umbrella.multilang.loading import COMPONENT_KEY, load_component

CHAINED = """
try:
    import no_such_module_at_all
except ImportError as exc:
    raise OSError("no luck") from exc
"""


def lines_of(reference: str) -> list[str]:
    """Load a component that cannot be imported, and return its traceback as it begins in the worker."""
    with pytest.raises((ImportError, RuntimeError, OSError)) as caught:
        load_component({COMPONENT_KEY: reference})
    own_frame = caught.value.__traceback__
    assert own_frame is not None
    return traceback_of(caught.value.with_traceback(own_frame.tb_next)).splitlines()


@pytest.mark.parametrize(
    ("source", "last"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named 'no_such_module_at_all'"),
        ("raise RuntimeError('no luck')", "RuntimeError: no luck"),
        (CHAINED, "OSError: no luck"),
    ],
)
def test_the_traceback_of_a_failed_import_has_the_users_frames_alone(tmp_path, monkeypatch, source, last):
    (tmp_path / "outer_of_two.py").write_text("import inner_of_two\n")
    (tmp_path / "inner_of_two.py").write_text(f"{source}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("sys.dont_write_bytecode", True)  # the next inner_of_two is another one
    lines = lines_of("outer_of_two:Bolt")
    assert lines[-1] == last
    assert f'  File "{tmp_path}/outer_of_two.py", line 1, in <module>' in lines
    assert [line for line in lines if f'"{tmp_path}/inner_of_two.py"' in line]
    assert not [line for line in lines if "importlib" in line or "/umbrella/multilang/" in line]


def test_the_traceback_of_a_component_whose_module_is_missing_has_no_frames():
    assert lines_of("no_such_module_at_all:Bolt") == [
        "Traceback (most recent call last):",
        "ModuleNotFoundError: No module named 'no_such_module_at_all'",
    ]
