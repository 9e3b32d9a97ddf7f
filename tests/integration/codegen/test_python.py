"""Generated Python modules run, hold rows, and pass a strict type checker."""

import dataclasses
import importlib.util
import subprocess
import sys
import typing
import warnings
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pydantic
import pytest
from psycopg.rows import class_row, dict_row
from tests.support.npm import database_of

from schemactl.catalog.snapshot import take
from schemactl.codegen.python.module import generate
from schemactl.codegen.python.style import Style
from schemactl.codegen.reading import read
from schemactl.db.connect import connect
from schemactl.servers import Server

ROOT = Path(__file__).parents[3]
CASES = sorted((ROOT / "tests/cases/codegen").glob("*.sql"))
ROWS = """
create type mood as enum ('sad', 'very happy');
create domain short as varchar(9) not null;
create table people (
  id bigint generated always as identity primary key, "class" text, date date not null, model_name text,
  mood mood not null, size text not null check (size in ('s', 'm')), tags text[] not null, price numeric(9, 2),
  doc jsonb not null, nick short, at timestamptz not null default now(), str uuid
);
create view ids as select id, nick, "class" from people;
insert into people ("class", date, mood, size, tags, doc, nick, price)
  values ('x', '2024-01-02', 'very happy', 's', '{a,b}', '{"k": [1]}', 'n', 1.50);
"""


def written(dsn: str, style: Style, folder: Path, name: str = "rows", schemas: tuple[str, ...] = ("public",)) -> Path:
    with closing(connect(dsn)) as connection:
        text = generate(read(take(connection)), schemas, style)
    path = folder / f"{name}_{style}.py"
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def test_every_module_runs_and_passes_mypy_strict(embedded_server: Server, tmp_path: Path):
    for case in CASES:
        schemas = ("public", "other") if case.stem == "schemas" else ("public",)
        with database_of(embedded_server, case.read_text(encoding="utf-8")) as dsn:
            for style in Style:
                checked(load(written(dsn, style, tmp_path, case.stem, schemas)))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run(
        [*command, *map(str, sorted(tmp_path.glob("*.py")))], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr


def checked(module: ModuleType) -> None:
    """Evaluate every annotation."""
    own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    assert own
    for value in own:
        if isinstance(value, type) and issubclass(value, pydantic.BaseModel):
            value.model_json_schema()
        elif not (isinstance(value, type) and issubclass(value, StrEnum)):
            typing.get_type_hints(value)


def test_a_dataclass_is_made_of_a_row(embedded_server: Server, tmp_path: Path):
    with database_of(embedded_server, ROWS) as dsn:
        module = load(written(dsn, Style.DATACLASS, tmp_path))
        with psycopg.connect(dsn, row_factory=class_row(module.Ids)) as connection:
            row = connection.execute('select id, nick, "class" as class_ from ids').fetchone()
    assert row == module.Ids(id=1, nick="n", class_="x")
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.nick = "m"
    hints = typing.get_type_hints(module.Ids)
    assert hints == {"id": int, "nick": str, "class_": str | None}


def test_a_model_validates_a_row(embedded_server: Server, tmp_path: Path):
    with database_of(embedded_server, ROWS) as dsn:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            module = load(written(dsn, Style.PYDANTIC, tmp_path))
        with psycopg.connect(dsn, row_factory=dict_row) as connection:
            (row,) = connection.execute("select * from people").fetchall()
    person = module.People.model_validate(row)
    assert (person.class_, person.mood, person.doc) == ("x", module.Mood.VERY_HAPPY, {"k": [1]})
    assert person.model_dump(by_alias=True) == row
    for wrong in ({"size": "xl"}, {"mood": "glad"}, {"nick": None}, {"date": "soon"}):
        with pytest.raises(pydantic.ValidationError):
            module.People.model_validate({**row, **wrong})


def test_a_typed_dict_says_what_an_insert_may_leave_out(embedded_server: Server, tmp_path: Path):
    with database_of(embedded_server, ROWS) as dsn:
        module: Any = load(written(dsn, Style.TYPEDDICT, tmp_path))
    assert module.PeopleInsert.__optional_keys__ == {"class", "model_name", "price", "at", "str"}
    assert module.PeopleInsert.__required_keys__ == {"date", "mood", "size", "tags", "doc", "nick"}
    assert module.PeopleUpdate.__required_keys__ == frozenset()
    assert module.People.__required_keys__ >= {"id", "class", "date"}
