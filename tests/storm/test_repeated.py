"""Which errors count as the same."""

from __future__ import annotations

import pytest

from umbrella.storm.repeated import grouped, same_text

DEATH = (
    "{}: its process (pid {}) ended with exit code 7; {}; the next one starts in 0.{} s; death {} within 300 s, of "
    "which 10 are allowed (umbrella.restarts); its last words:\nno luck"
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("parse[4]: Traceback:\nValueError: bad", "parse[5]: Traceback:\nValueError: bad"),
        (DEATH.format("b[3]", 71, "no tuple was open", 1, 1), DEATH.format("b[3]", 99, "no tuple was open", 4, 3)),
        (
            DEATH.format("b[3]", 71, "no tuple was open", 1, 1),
            DEATH.format("b[3]", 71, "it was probably at tuple 50, from s[1] on default; open tuples failed: 3", 2, 2),
        ),
    ],
)
def test_errors_that_differ_in_task_and_circumstances_are_the_same(one, other):
    assert same_text(one) == same_text(other)


def test_errors_that_differ_in_what_happened_are_not():
    death = DEATH.format("b[3]", 71, "no tuple was open", 1, 1)
    assert same_text(death) != same_text(death.replace("code 7", "code 9"))
    assert same_text(death) != same_text(death.replace("no luck", "out of memory"))
    assert same_text("b[3]: bad 826") != same_text("b[3]: bad 1162")


def test_the_group_with_the_last_error_comes_last():
    assert grouped(["a[1]: x", "b[2]: y", "a[3]: x"], str) == [["b[2]: y"], ["a[1]: x", "a[3]: x"]]
