"""The quick start reads arguments as the whole program does, or leaves them to it."""

from typing import Any

import pytest
import typer

from schemactl.cli import commands, quick
from schemactl.cli.quick import APPLY, LINT, Spelling


def options(name: str) -> dict[str, Any]:
    command = typer.main.get_command(commands.load(name))
    return {word: option for option in command.params for word in (*option.opts, *option.secondary_opts)}


@pytest.mark.parametrize(("name", "spelling"), [("apply", APPLY), ("lint", LINT)])
def test_every_spelling_is_one_of_the_command(name: str, spelling: Spelling):
    known = options(name)
    for word in spelling.flags:
        assert known[word].is_flag, word
    for word in spelling.words | spelling.lists | spelling.choices:
        assert not known[word].is_flag, word
        assert (word in spelling.choices) == hasattr(known[word].type, "choices"), word
        assert (word in spelling.lists) == known[word].multiple, word


def test_what_is_known_is_read():
    asked = quick.read(APPLY, ["here", "--database=postgresql:///x", "--to", "7", "-q", "-f", "json"])
    assert asked == {"database": "postgresql:///x", "to": "7", "quiet": True, "output": "json", "paths": ("here",)}
    assert quick.read(LINT, ["--select", "a, b", "--select=c"]) == {"select": ("a", "b", "c"), "paths": ()}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-dx"], ["-d=x"], ["--to"], ["--to", "-q"], ["--", "x"], ["--quiet=1"]]
)
def test_what_is_not_is_left_to_the_whole_program(arguments: list[str]):
    assert quick.read(APPLY, arguments) is None


def test_a_word_that_is_no_choice_is_left_to_the_whole_program():
    with pytest.raises(ValueError, match="yaml"):
        quick.chosen({"output": "yaml"})
