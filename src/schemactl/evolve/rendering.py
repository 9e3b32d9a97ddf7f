"""A script as text: files with their directives, what is lost and what is noteworthy as comments."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from schemactl.evolve.model import Mode, Part, Placed, Script

LOCK_TIMEOUT = "SET lock_timeout = '2s'"
_WIDTH = 110


def files(script: Script, *, destructive: bool, title: str) -> tuple[str, ...]:
    """The text of each file. Without `destructive` the statements that lose something are commented out."""
    count = len(script.parts)
    return tuple(
        _file(part, f"{title}: {number} of {count}" if count > 1 else title, destructive)
        for number, part in enumerate(script.parts, start=1)
    )


def _file(part: Part, title: str, destructive: bool) -> str:
    lines = [*_comment(f"{title}.")]
    if part.mode is Mode.ALONE:
        lines += ["-- schemactl:transaction=none", ""]
    else:
        lines += ["", f"{LOCK_TIMEOUT};", ""]
    last = None
    for placed in part.steps:
        if last is not None and placed.object.path[:2] != last:
            lines.append("")
        last = placed.object.path[:2]
        lines += _statement(placed, destructive)
    return "\n".join(lines).rstrip() + "\n"


def _statement(placed: Placed, destructive: bool) -> Iterator[str]:
    step = placed.step
    if step.note:
        yield from _comment(step.note)
    if step.loses:
        yield from _comment(f"Loses {step.loses}.")
    statement = f"{step.sql};".splitlines()
    if step.loses and not destructive:
        yield from (f"-- {line}" for line in statement)
    else:
        yield from statement


def _comment(text: str) -> Iterable[str]:
    return [f"-- {line}" for line in wrap(text, _WIDTH)]
