"""The steps of a yoyo migration in Python, read and not run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from schemactl.adopt.literals import constants, names
from schemactl.core.errors import Place, SourceError


@dataclass(frozen=True, slots=True)
class Steps:
    """SQL of all steps, that of their reversal in reverse, and what is no SQL: line and message."""

    up: str
    down: str
    line: int
    depends: tuple[str, ...]
    transaction: bool
    problems: tuple[tuple[int, str], ...]


def steps(source: str, file: str) -> Steps:
    """Read a migration. Raises SourceError for what is not Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise SourceError(f"not Python: {error.msg}", place=Place(file, error.lineno)) from error
    values = constants(tree)
    ups: list[str] = []
    downs: list[str] = []
    problems: list[tuple[int, str]] = []
    calls = list(_calls(tree))
    for call in calls:
        texts = [_text(argument) for argument in _arguments(call)]
        if any(text is None for text in texts):
            problems.append((call.lineno, "a step that is a program"))
            continue
        ups += [_ended(text) for text in texts[:1] if text and text.strip()]
        downs += [_ended(text) for text in texts[1:2] if text and text.strip()]
        if any(keyword.arg == "ignore_errors" for keyword in call.keywords):
            problems.append((call.lineno, "a step whose errors are ignored"))
    transaction = values.get("__transactional__", True) is not False
    line = calls[0].lineno if calls else 1
    return Steps(
        "\n".join(ups), "\n".join(reversed(downs)), line, names(values.get("__depends__")), transaction, tuple(problems)
    )


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of `step`, in the order of the text."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "step"]
    yield from sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _arguments(call: ast.Call) -> list[ast.expr]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    wanted = [*call.args[:2]]
    return [*wanted, *(named[name] for name in ("apply", "rollback")[len(wanted) :] if name in named)]


def _text(node: ast.expr) -> str | None:
    """The text of a literal, the empty one for None; None for anything else."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, str) else "" if value is None else None


def _ended(text: str) -> str:
    return f"{text.strip().rstrip(';')};\n"
