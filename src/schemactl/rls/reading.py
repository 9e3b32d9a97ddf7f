"""`policies/*.yaml` to values. The format stands in docs/rls.md and, for editors, in docs/schemas/policies.json."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from schemactl.core.errors import ConfigError, Place
from schemactl.core.results import Json
from schemactl.core.words import did_you_mean, nearest
from schemactl.rls import yaml_nodes
from schemactl.rls.model import (
    ANYONE,
    CLASSES,
    EVERY,
    NOTHING,
    PLAIN,
    Actor,
    FunctionRules,
    NamedClass,
    Operation,
    Policies,
    Rights,
    TableRules,
    Teams,
)  # fmt: skip
from schemactl.rls.yaml_nodes import Entry

TOP = (
    "become", "actors", "people", "members", "owner", "kinds", "tables", "functions", "realtime", "schemas",
    "storage", "survivors",
)  # fmt: skip
BUCKET = ("kind", "allow", "path", "reason")
TABLE = ("kind", "allow", "owner", "through", "by", "rows", "freeze", "secret", "values", "waived", "reason")
ACTOR = ("role", "person", "team", "claims", "settings", "bypass", "like", "may")
_WORD = re.compile(r"\s*([\w-]+)\s*(?:\(([^()]*)\))?\s*,?")
_NO_OWNER = "none"
_SILENT = (
    "says nothing of access",
    "Write `allow:`, or `kind:` and the name of a kind; `allow: {}` where nobody may anything.",
)

Kind = tuple[Entry, Mapping[str, Mapping[str, Rights]]]


def load(folder: Path) -> Policies:
    """Read every `.yaml` and `.yml` file of the folder, in order of name.

    Raises ConfigError naming file, line, key and the nearest word that would do.
    """
    paths = sorted(path for path in folder.glob("*.y*ml") if path.suffix in (".yaml", ".yml"))
    if not paths:
        raise ConfigError(
            "there are no policies: no .yaml file" if folder.is_dir() else "no such folder of policies",
            place=Place(str(folder)),
            hint="`schemactl rls init` proposes a file from the catalog.",
        )
    texts = {}
    for path in paths:
        try:
            texts[str(path)] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot be read: {error}", place=Place(str(path))) from error
    return read(texts)


def read(texts: Mapping[str, str]) -> Policies:
    """The files put together: each key but `tables`, `functions`, `kinds` and `actors` stands in one file alone."""
    files = [yaml_nodes.parse(text, file).fields(TOP) for file, text in texts.items()]
    once = {name: _only(name, files) for name in ("become", "people", "members", "owner", "realtime", "schemas")}
    actors = _actors(_merged("actors", files), texts)
    lines = _merged("tables", files)
    classes = {one for entry in lines.values() for one in _classes(entry)}
    kinds = {name: (entry, _allow(entry, actors, classes)) for name, entry in _merged("kinds", files).items()}
    owner = once["owner"].text() if once["owner"] else None
    tables = {}
    for name, entry in lines.items():
        rules = _table(name, entry, actors, kinds, owner)
        tables[rules.path] = rules
    for name, entry in _merged("storage", files).items():
        rules = _bucket(name, entry, actors, kinds)
        tables[rules.path] = rules
    functions = {name: _function(name, entry, actors) for name, entry in _merged("functions", files).items()}
    policies = Policies(
        become=_become(once["become"]),
        actors=actors,
        tables=tables,
        functions=functions,
        realtime=frozenset(_texts(once["realtime"])) if once["realtime"] else None,
        schemas=tuple(_texts(once["schemas"])) if once["schemas"] else ("public",),
        people={name: entry.text() for name, entry in once["people"].items().items()} if once["people"] else {},
        members=_members(once["members"]) if once["members"] else None,
        survivors={name: entry.text() for name, entry in _merged("survivors", files).items()},
        files=texts,
    )
    for rules in tables.values():
        _require_reason(policies, rules)
    return policies


def _only(name: str, files: Iterable[Mapping[str, Entry]]) -> Entry | None:
    found = [file[name] for file in files if name in file]
    if len(found) > 1:
        raise found[1].error(f"stands in {found[0].file} already")
    return found[0] if found else None


def _merged(name: str, files: Iterable[Mapping[str, Entry]]) -> dict[str, Entry]:
    merged: dict[str, Entry] = {}
    for file in files:
        for key, entry in (file[name].items() if name in file else {}).items():
            if key in merged:
                raise entry.error(f"stands in {merged[key].file}:{merged[key].place.line} already")
            merged[key] = entry
    return merged


def _become(entry: Entry | None) -> str:
    if entry is None:
        return "supabase"
    if entry.is_mapping:
        return entry.fields(("setting",))["setting"].text()
    if entry.text() not in ("supabase", "login"):
        raise entry.error(
            f"cannot be `{entry.text()}`", "Write supabase, login, or {setting: app.user_id} for a setting of yours."
        )
    return entry.text()


def _actors(entries: Mapping[str, Entry], texts: Mapping[str, str]) -> dict[str, Actor]:
    if not entries:
        raise ConfigError("no actors: who sends statements?", place=Place(next(iter(texts)), 1))
    written = {name: _actor(name, entry) for name, entry in entries.items()}
    resolved = {}
    for name, actor in written.items():
        seen, base = [name], actor
        while base.like is not None:
            if base.like not in written:
                raise (
                    entries[seen[-1]]
                    .items()["like"]
                    .error(f"there is no actor `{base.like}`", did_you_mean(base.like, written))
                )
            if base.like in seen:
                raise entries[name].error(f"is like itself: {' → '.join([*seen, base.like])}")
            seen.append(base.like)
            base = written[base.like]
        if not actor.role:
            actor = replace(actor, role=base.role, claims={**base.claims, **actor.claims})  # noqa: PLW2901
        if not actor.role:
            raise entries[name].error("needs a role: the database role that its statements run as")
        resolved[name] = actor
    return resolved


def _actor(name: str, entry: Entry) -> Actor:
    if name in (ANYONE, EVERY):
        raise entry.error(f"`{name}` means every actor; choose another name")
    given = entry.fields(ACTOR)
    settings = given["settings"].items() if "settings" in given else {}
    return Actor(
        name=name,
        role=_text(given, "role") or "",
        person=_text(given, "person"),
        teams=_teams(given.get("team")),
        claims=_values(given.get("claims")),
        settings={key: value.text() for key, value in settings.items()},
        bypass="bypass" in given and given["bypass"].flag(),
        like=_text(given, "like"),
        may=_rights(given["may"]) if "may" in given else NOTHING,
        place=entry.place,
    )


def _table(
    name: str, entry: Entry, actors: Mapping[str, Actor], kinds: Mapping[str, Kind], owner: str | None
) -> TableRules:
    if not entry.is_mapping:
        return TableRules(name, _kind(entry, kinds, ()), owner=owner, place=entry.place)
    given = entry.fields(TABLE)
    classes = tuple(_class(key, value) for key, value in (given["rows"].items() if "rows" in given else {}).items())
    named = [one.name for one in classes]
    allow = dict(_kind(given["kind"], kinds, named)) if "kind" in given else {}
    if "allow" in given:
        allow |= _allow(given["allow"], actors, named)
    elif "kind" not in given:
        raise entry.error(*_SILENT)
    if "owner" in given and "through" in given:
        raise given["through"].error("an owner column and a parent cannot both say whose a row is")
    own = given["owner"].text() if "owner" in given else (None if "through" in given else owner)
    by = _text(given, "by") or "person"
    if by not in ("person", "team"):
        raise given["by"].error(f"cannot be `{by}`", did_you_mean(by, ("person", "team")))
    return TableRules(
        name=name,
        allow=allow,
        owner=None if own == _NO_OWNER else own,
        through=_text(given, "through"),
        by_team=by == "team",
        classes=classes,
        freeze=frozenset(_texts(given.get("freeze"))),
        secret=frozenset(_texts(given.get("secret"))),
        values=_values(given.get("values")),
        waived=_text(given, "waived"),
        reason=_text(given, "reason"),
        place=entry.place,
    )


def _bucket(name: str, entry: Entry, actors: Mapping[str, Actor], kinds: Mapping[str, Kind]) -> TableRules:
    """A line of `storage`: the files of a bucket, below folders called by their owners' keys or where `path` says."""
    given = entry.fields(BUCKET) if entry.is_mapping else {"kind": entry}
    path = _text(given, "path") or "$owner/$n"
    if "$n" not in path:
        raise given["path"].error("two files cannot have one path", "Write for example `path: $owner/$n.png`.")
    allow = dict(_kind(given["kind"], kinds, ())) if "kind" in given else {}
    if "allow" in given:
        allow |= _allow(given["allow"], actors, ())
    elif "kind" not in given:
        raise entry.error(*_SILENT)
    return TableRules(
        name=f"storage.objects in {name}",
        allow=allow,
        bucket=name,
        values={"bucket_id": name, "name": path, "owner": "$owner", "owner_id": "$owner"},
        reason=_text(given, "reason"),
        place=entry.place,
    )


def _kind(entry: Entry, kinds: Mapping[str, Kind], classes: Iterable[str]) -> Mapping[str, Mapping[str, Rights]]:
    """What a kind allows, for a table with these named classes: each that the kind speaks of must be there."""
    if entry.text() not in kinds:
        raise entry.error(f"there is no kind `{entry.text()}`", did_you_mean(entry.text(), kinds) if kinds else None)
    allow = kinds[entry.text()][1]
    spoken = {label for rights in allow.values() for label in rights}
    missing = sorted(spoken.difference(CLASSES, (EVERY,), classes))
    if missing:
        raise entry.error(
            f"the kind speaks of `{missing[0]}` rows, and the table has none",
            f"Say which these are: rows: {{{missing[0]}: {{of: other, set: {{column: value}}}}}}.",
        )
    return allow


def _classes(entry: Entry) -> Iterable[str]:
    """The names of the rows that a table tells apart."""
    given = entry.items() if entry.is_mapping else {}
    return given["rows"].items() if "rows" in given else ()


def _class(name: str, entry: Entry) -> NamedClass:
    if name in CLASSES or name == EVERY:
        raise entry.error(f"`{name}` has a meaning already; choose another name")
    given = entry.fields(("of", "set"))
    of = _text(given, "of") or "other"
    if of not in CLASSES:
        raise given["of"].error(f"cannot be `{of}`", did_you_mean(of, CLASSES))
    return NamedClass(name, of, _values(given.get("set")))


def _allow(entry: Entry, actors: Mapping[str, Actor], classes: Iterable[str]) -> dict[str, dict[str, Rights]]:
    known = {*actors, ANYONE}
    allow: dict[str, dict[str, Rights]] = {}
    for name, value in entry.items().items():
        if name not in known:
            raise value.error(f"there is no actor `{name}`", did_you_mean(name, known))
        if value.is_mapping:
            labels = {*CLASSES, *classes, EVERY}
            allow[name] = {label: _rights(rights) for label, rights in value.fields(labels).items()}
        else:
            allow[name] = {EVERY: _rights(value)}
    return allow


def _rights(entry: Entry) -> Rights:
    """`select, update(title, notes)`: operations, with the columns that they may touch."""
    if entry.empty:
        return Rights(place=entry.place)
    text = " ".join(item.text() for item in entry.elements()) if entry.is_list else entry.text()
    known = [*(operation.value for operation in Operation), "all"]
    columns: dict[Operation, frozenset[str] | None] = {}
    position = 0
    while position < len(text):
        found = _WORD.match(text, position)
        if found is None:
            raise entry.error(f"cannot be read at `{text[position:]}`", "Write for example: select, update(title)")
        word, inside = found[1].lower(), found[2]
        position = found.end()
        if word == "nothing":
            continue
        if word not in known:
            raise entry.error(f"there is no operation `{word}`", _operation_hint(word, known))
        if inside is not None and word not in (Operation.INSERT, Operation.UPDATE):
            raise entry.error(f"`{word}` takes no columns; insert and update do")
        for operation in PLAIN if word == "all" else (Operation(word),):
            columns[operation] = frozenset(re.split(r"[\s,]+", inside.strip())) if inside and inside.strip() else None
    return Rights(columns, entry.place)


def _operation_hint(word: str, known: list[str]) -> str:
    meant = {"read": "select", "write": "update", "create": "insert", "remove": "delete", "modify": "update"}
    return f"Did you mean `{meant[word]}`?" if word in meant else did_you_mean(word, known)


def _function(name: str, entry: Entry, actors: Mapping[str, Actor]) -> FunctionRules:
    given = entry.fields(("allow", "reason")) if entry.is_mapping else {"allow": entry}
    if "allow" not in given:
        raise entry.error("says nothing of access", "Write `allow: [actor, …]`, or [] for nobody.")
    allowed = []
    for item in given["allow"].elements():
        if item.text() not in actors and item.text() != ANYONE:
            raise item.error(f"there is no actor `{item.text()}`", did_you_mean(item.text(), [*actors, ANYONE]))
        allowed.append(item.text())
    names = frozenset(actors) if ANYONE in allowed else frozenset(allowed)
    open_to = [a for a in names if actors[a].person is None and not actors[a].teams and not actors[a].bypass]
    if open_to and "reason" not in given:
        raise entry.error(
            f"{', '.join(sorted(open_to))} may call it without being anybody: that needs a `reason`",
            "Write {allow: [" + ", ".join(allowed) + "], reason: why}.",
        )
    return FunctionRules(_signature(name), names, _text(given, "reason"), entry.place)


def _signature(name: str) -> str:
    """The name as the catalog writes it: `schema.name(type, type)`, or without a list where it stands alone."""
    head, bracket, inside = name.partition("(")
    head = head.strip() if "." in head else f"public.{head.strip()}"
    types = ", ".join(part.strip() for part in inside.rstrip(") ").split(",")) if bracket else ""
    return f"{head}({types})" if bracket else head


def _teams(entry: Entry | None) -> tuple[str, ...]:
    return tuple(_texts(entry)) if entry is None or entry.is_list else (entry.text(),)


def _members(entry: Entry) -> Teams:
    given = entry.fields(("table", "person", "team"))
    missing = [name for name in ("table", "person", "team") if name not in given]
    if missing:
        raise entry.error(f"lacks `{missing[0]}`", "Write {table: memberships, person: user_id, team: org_id}.")
    return Teams(given["table"].text(), given["person"].text(), given["team"].text())


def _require_reason(policies: Policies, rules: TableRules) -> None:
    if rules.reason:
        return
    for name, by_class in rules.allow.items():
        open_to = name == ANYONE or policies.anonymous(policies.actors[name])
        granted = next((rights for rights in by_class.values() if rights.columns), None)
        if open_to and granted:
            raise ConfigError(
                f"`tables.{rules.name}`: {name} may reach it without being anybody: that needs a `reason`",
                place=granted.place,
                hint="Add `reason:` and say why, for the next reader.",
            )


def _text(given: Mapping[str, Entry], key: str) -> str | None:
    return given[key].text() if key in given else None


def _texts(entry: Entry | None) -> list[str]:
    return [item.text() for item in entry.elements()] if entry else []


def _values(entry: Entry | None) -> dict[str, Json]:
    return {name: value.value() for name, value in entry.items().items()} if entry else {}


def closest(word: str, known: Iterable[str]) -> str | None:
    """A hint for a name that the catalog does not have."""
    found = nearest(word, known)
    return f"Did you mean `{found}`?" if found else None
