"""Policies files: what is read, and what is said of what cannot be."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.meta.tree import ROOT

from schemactl.core.errors import ConfigError
from schemactl.rls import reading
from schemactl.rls.model import OTHER, OWN, Operation, Policies

ACTORS = """
actors:
  anon: {role: anon}
  user: {role: authenticated, person: ada}
  mate: {like: user, person: cy}
  service: {role: service_role, bypass: true, may: all}
"""


OPEN = """kinds: {shared: {user: {open: select}}}
tables:
  notes: {kind: shared, rows: {open: {}}}
  docs: {kind: shared}
"""


def read(text: str, actors: str = ACTORS) -> Policies:
    return reading.read({"policies/app.yaml": actors + text})


def error(text: str, actors: str = ACTORS) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text, actors)
    return caught.value


def test_a_kind_may_speak_of_rows_that_its_tables_tell_apart():
    text = """
kinds: {shared: {user: {own: all, open: select}}}
tables:
  notes: {kind: shared, owner: user_id, rows: {open: {of: other, set: {public: true}}}}
"""
    rules = read(text).tables["public", "notes"]
    assert set(rules.allow["user"]) == {OWN, "open"}


def test_an_ordinary_table_is_one_line():
    policies = read("owner: user_id\nkinds: {private: {user: {own: all}}}\ntables: {notes: private}")
    rules = policies.tables["public", "notes"]
    user, mate, anon, service = (policies.actors[name] for name in ("user", "mate", "anon", "service"))
    own, other = frozenset({OWN}), frozenset({OTHER})
    assert rules.owner == "user_id"
    assert policies.allows(rules, user, own, Operation.DELETE)
    assert policies.allows(rules, mate, own, Operation.SELECT)
    assert not policies.allows(rules, user, other, Operation.SELECT)
    assert not policies.allows(rules, anon, own, Operation.SELECT)
    assert policies.allows(rules, service, other, Operation.UPDATE)


def test_columns_named_are_the_only_ones():
    policies = read("tables: {notes: {owner: u, allow: {user: {own: 'select, update(title, body)'}}}}")
    rules, user = policies.tables["public", "notes"], policies.actors["user"]
    own = frozenset({OWN})
    assert policies.allows(rules, user, own, Operation.UPDATE, "title")
    assert not policies.allows(rules, user, own, Operation.UPDATE, "state")
    assert not policies.allows(rules, user, own, Operation.INSERT)


@pytest.mark.parametrize(("freeze", "may"), [("", True), ("freeze: [role], ", False)])
def test_frozen_columns_do_not_change(freeze: str, may: bool):
    policies = read("tables: {notes: {" + freeze + "owner: u, allow: {user: {own: all}}}}")
    rules, user = policies.tables["public", "notes"], policies.actors["user"]
    assert policies.allows(rules, user, frozenset({OWN}), Operation.UPDATE, "role") is may
    assert not policies.allows(rules, user, frozenset({OWN}), Operation.UPDATE, "u")


def test_a_table_that_names_the_actor_replaces_what_it_may_elsewhere():
    policies = read("tables: {plans: {owner: none, allow: {service: select}}}")
    rules, service = policies.tables["public", "plans"], policies.actors["service"]
    assert policies.allows(rules, service, frozenset({"row"}), Operation.SELECT)
    assert not policies.allows(rules, service, frozenset({"row"}), Operation.INSERT)


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("tabels: {}", 7, "unknown key `tabels`", "Did you mean `tables`?"),
        (OPEN, 10, "speaks of `open` rows, and the table has none", "rows: {open:"),
        ("tables:\n  notes: {owner: x}", 8, "says nothing of access", "`allow: {}` where nobody"),
        ("tables:\n  notes: privat\nkinds: {private: {}}", 8, "there is no kind `privat`", "Did you mean `private`?"),
        ("tables:\n  notes:\n    alow: {}", 9, "unknown key `alow`", "Did you mean `allow`?"),
        ("tables:\n  notes: {allow: {usr: select}}", 8, "there is no actor `usr`", "Did you mean `user`?"),
        ("tables:\n  notes: {allow: {user: {owned: select}}}", 8, "unknown key `owned`", "Did you mean `own`?"),
        ("tables:\n  notes: {allow: {user: {own: read}}}", 8, "there is no operation `read`", "Did you mean `select`?"),
        ("tables:\n  notes: {allow: {user: selec}}", 8, "there is no operation `selec`", "Did you mean `select`?"),
        ("tables:\n  notes: {allow: {user: {own: select(id)}}}", 8, "`select` takes no columns", None),
        ("tables:\n  notes: {kind: x, owner: 1, through: b, allow: {}}\nkinds: {x: {}}", 8, "cannot both say", None),
        ("tables:\n  notes: {allow: {anon: select}}", 8, "needs a `reason`", "Add `reason:`"),
        ("tables:\n  notes: {allow: {anyone: select}}", 8, "needs a `reason`", "Add `reason:`"),
        ("functions:\n  f(uuid): [anon]", 8, "that needs a `reason`", "Write {allow: [anon], reason: why}."),
        ("functions:\n  f(uuid): [ann]", 8, "there is no actor `ann`", "Did you mean `anon`?"),
        ("tables: {notes: {}}", 7, "says nothing of access", "Write `allow:`"),
        ("become: supabse", 7, "cannot be `supabse`", "Write supabase"),
        ("tables:\n  notes: {}\n  notes: {}", 9, "stands twice", None),
        ("owner: [a", 7, "not valid YAML", None),
    ],
)  # fmt: skip
def test_errors_name_file_line_and_the_nearest_word(text: str, line: int, message: str, hint: str | None):
    found = error(text)
    assert found.place is not None
    assert found.place.file == "policies/app.yaml"
    assert found.place.line == line
    assert message in found.message
    assert hint is None or hint in (found.hint or "")


@pytest.mark.parametrize(
    ("actors", "message"),
    [
        ("actors: {user: {person: ada}}", "needs a role"),
        ("actors: {user: {like: usr}}", "there is no actor `usr`"),
        ("actors: {a: {like: b}, b: {like: a}}", "is like itself"),
        ("actors: {user: {rol: x}}", "unknown key `rol`"),
        ("", "no actors"),
    ],
)
def test_actors_must_be_somebody(actors: str, message: str):
    assert message in error("\nowner: u", actors).message


def test_words_that_yaml_takes_for_other_things_stay_words():
    policies = read("tables: {off: {owner: no, allow: {user: {own: select}}}}")
    assert policies.tables["public", "off"].owner == "no"


def test_the_same_table_in_two_files_is_an_error():
    text = "tables: {notes: {owner: u, allow: {user: {own: select}}}}"
    with pytest.raises(ConfigError, match=r"stands in a.yaml:7 already"):
        reading.read({"a.yaml": ACTORS + text, "b.yaml": text})


def test_a_folder_without_files_says_how_to_begin(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        reading.load(tmp_path)
    assert "rls init" in (caught.value.hint or "")


@given(st.text(max_size=12))
def test_no_text_is_worse_than_a_clear_error(text: str):
    with pytest.raises(ConfigError) as caught:  # no text this short names an actor
        reading.read({"a.yaml": text})
    assert caught.value.place is not None


@pytest.mark.parametrize("path", sorted([*ROOT.glob("policies/*.yaml"), *ROOT.glob("tests/cases/**/policies/*.yaml")]))
def test_the_published_schema_describes_the_files(path: Path):
    schema = json.loads((ROOT / "docs/schemas/policies.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_the_published_schema_refuses_what_the_reader_refuses():
    schema = json.loads((ROOT / "docs/schemas/policies.json").read_text(encoding="utf-8"))
    assert not Draft202012Validator(schema).is_valid({"tabels": {}})
    assert not Draft202012Validator(schema).is_valid({"actors": {"a": {"rol": "x"}}})
