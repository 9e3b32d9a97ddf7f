"""The cases of every rule: tests/cases/lint/<family>/<rule>.yaml, and the examples on its page."""

import ast
import inspect
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from schemactl.core.config import Config, LintConfig
from schemactl.core.findings import Finding
from schemactl.lint.index import INDEX, Entry
from schemactl.lint.run import Options, Text, lint_texts

FOLDER = Path(__file__).parents[2] / "cases" / "lint"
_EXAMPLE = re.compile(r"^(Bad|Good):\n\n((?:    .*\n|\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    rule: str
    label: str
    given: dict[str, Any]

    @property
    def bad(self) -> bool:
        return "statement" in self.given

    def findings(self) -> list[Finding]:
        """What the rule, and no other, finds in the case's last text."""
        given = self.given
        sql = with_secrets(given["sql"])
        config = Config(
            preset=given.get("preset", "plain"),
            lint=LintConfig(
                runner=given.get("runner", "schemactl"),
                postgres_version=given.get("version", 14),
                exposed_schemas=tuple(given.get("exposed", ())),
            ),
        )
        texts = [Text(f"{number:04}_before.sql", text) for number, text in enumerate(_listed(given.get("before")))]
        report = lint_texts([*texts, Text("9999_case.sql", sql)], config, Options(select=("all",)))
        return [item for item in report.findings if item.rule == self.rule and item.span.file == "9999_case.sql"]  # type: ignore[union-attr]


def with_secrets(sql: str) -> str:
    """Stand-ins for secrets become what a secret looks like; none is written down whole."""
    for stand_in, parts in SECRETS.items():
        sql = sql.replace(stand_in, "".join(parts))
    return sql


def _jwt(role: str) -> tuple[str, ...]:
    head, body = (
        b64encode(json.dumps(part).encode()).decode().strip("=") for part in ({"alg": "HS256"}, {"role": role})
    )
    return (head, ".", body, ".", "c2lnbmF0dXJl" * 2)


SECRETS = {
    "<token>": ("sbp", "_", "0a" * 20),
    "<jwt>": _jwt("service_role"),
    "<anonymous jwt>": _jwt("anon"),
    "<private key>": ("-----BEGIN ", "PRIVATE KEY-----", "MIIE", "-----END ", "PRIVATE KEY-----"),
    "<password>": ("cor", "rect", "horse"),
}


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def data(entry: Entry) -> dict[str, Any]:
    """The file of cases of a rule."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / entry.family / f"{entry.name}.yaml").read_text(encoding="utf-8"))
    return found


def page(entry: Entry) -> str:
    """A rule's page, read without importing the rule."""
    spec = find_spec(entry.module)
    assert spec is not None, f"{entry.module} does not exist"
    assert spec.origin is not None
    return inspect.cleandoc(ast.get_docstring(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))) or "")


def examples(entry: Entry) -> dict[str, str]:
    """The SQL under Bad and Good on a rule's page."""
    return {kind: inspect.cleandoc(text) for kind, text in _EXAMPLE.findall(page(entry) + "\n")}


def cases() -> Iterator[Case]:
    """Every case of every rule."""
    for entry in INDEX:
        given = data(entry)
        settings = {key: value for key, value in given.items() if key not in {"bad", "good"}}
        for kind in ("bad", "good"):
            for number, item in enumerate(given[kind]):
                yield Case(entry.name, f"{entry.name}-{kind}-{number}", {**settings, **item})
        shown = examples(entry)
        settings.setdefault("runner", "schemactl")
        yield Case(entry.name, f"{entry.name}-page-bad", {**settings, "sql": shown["Bad"], "statement": ...})
        yield Case(entry.name, f"{entry.name}-page-good", {**settings, "sql": shown["Good"]})
