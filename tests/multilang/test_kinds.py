"""The table of messages: Java's constants, the docs and what both JSON ends know hold to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from umbrella.multilang import kinds
from umbrella.multilang.kinds import BOLT, BOTH, FROM_CHILD, KINDS, SPOUT, TO_CHILD
from umbrella.multilang.messages import message_of
from umbrella.multilang.protocol import BOLT as BOLT_STATE, SPOUT_ASKED_AHEAD, TABLE

ROOT = Path(__file__).parents[2]
JAVA = ROOT / "java/src/main/java/umbrella/storm"
DIRECTIONS = {TO_CHILD: "MessagePackCodec.java", FROM_CHILD: "MessagePackMessages.java"}
CONSTANT = re.compile(r"private static final int ([A-Z_]+) = (\d+);(?! //)")  # others say what they are


def of(direction):
    return [one for one in KINDS if one.direction == direction]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_numbers_count_up_from_0(direction):
    assert [one.number for one in of(direction)] == list(range(len(of(direction))))


def test_each_constant_is_called_as_its_row():
    assert {name: number for name, number in vars(kinds).items() if type(number) is int} == {
        one.name: one.number for one in KINDS
    }
    assert len({one.name for one in KINDS}) == len(KINDS)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_java_has_the_same_names_and_numbers(direction):
    java = (JAVA / DIRECTIONS[direction]).read_text("utf-8")
    assert {name: int(number) for name, number in CONSTANT.findall(java)} == {
        one.name: one.number for one in of(direction)
    }


def test_java_expects_as_many_fields():
    java = (JAVA / DIRECTIONS[FROM_CHILD]).read_text("utf-8")
    (lengths,) = re.findall(r"LENGTHS = \{(.*)\};", java)
    assert [int(one) for one in lengths.split(",")] == [1 + len(one.fields) for one in of(FROM_CHILD)]


def test_java_sends_as_many_fields():
    java = (JAVA / DIRECTIONS[TO_CHILD]).read_text("utf-8")
    sent = {(name, int(length)) for name, length in re.findall(r"begin\(([A-Z_]+), (\d)\)", java)}
    sent |= {(name, 1) for name in re.findall(r"alone\(([A-Z_]+)\)", java)}
    sent |= {(name, 2) for name in re.findall(r"settle\(([A-Z_]+), ", java)}
    assert sent == {(one.name, 1 + len(one.fields)) for one in of(TO_CHILD)}


def test_java_takes_the_same_commands_in_json():
    java = (JAVA / "JsonMessage.java").read_text("utf-8")
    (commands,) = re.findall(r"NameTable\(Arrays.asList\((.*)\)\)", java)
    assert set(re.findall(r'"(\w+)"', commands)) == {one.command for one in of(FROM_CHILD)} - {""}


@pytest.mark.parametrize("command", sorted({one.command for one in of(TO_CHILD)} - {""}))
def test_the_child_takes_the_commands_in_json(command):
    message = message_of({"command": command, "id": 7}, {})
    (shell,) = {one.shell for one in of(TO_CHILD) if one.command == command}
    assert (type(message) in TABLE[BOLT_STATE]) == (shell in (BOLT, BOTH))
    assert (type(message) in TABLE[SPOUT_ASKED_AHEAD]) == (shell in (SPOUT, BOTH))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_docs_have_the_same_names_and_forms(direction):
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    rows = text.partition("| to the child | | from the child | |\n")[2].partition("\n\n")[0].splitlines()[1:]
    place = list(DIRECTIONS).index(direction) * 2
    cells = [[cell.strip() for cell in row.strip("|").split("|")][place : place + 2] for row in rows]
    documented = [(name.partition(":")[0].upper().replace(" ", "_"), form.strip("`")) for name, form in cells if name]
    assert documented == [(one.name, kinds.form(one)) for one in of(direction)]
