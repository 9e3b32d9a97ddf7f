"""Shell completion: what a shell asks the program for, as Typer's scripts for bash do."""

import pytest
from tests.support.program import Outcome, run


def complete(words: str) -> Outcome:
    """What `words` may go on with; a blank at the end asks for the next word."""
    position = str(len(words.split()) - (not words.endswith(" ")))
    return run(_SCHEMACTL_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=position)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("schemactl ne", {"new"}),
        ("schemactl new --num", {"--numbering"}),
        ("schemactl new x --numbering ", {"sequence", "timestamp"}),
        ("schemactl nonsense --numb", set()),
        ("schemactl nonsense", set()),
    ],
)
def test_commands_options_and_values_are_offered(words: str, offered: set[str]):
    outcome = complete(words)
    assert (outcome.code, outcome.err) == (0, "")
    assert set(outcome.out.split()) == offered


def test_every_command_is_offered():
    from schemactl.cli import commands

    assert set(complete("schemactl ").out.split()) == set(commands.names())
