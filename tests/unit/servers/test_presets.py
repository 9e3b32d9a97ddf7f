"""Which SQL a preset is, and who runs it."""

from pathlib import Path

import pytest

from schemactl.core.config import Grants
from schemactl.core.errors import ConfigError
from schemactl.servers.presets import load


def test_built_in() -> None:
    plain, supabase = load("plain"), load("supabase")
    assert (plain.superuser, plain.migration_role) == ("postgres", "postgres")
    assert (supabase.superuser, supabase.migration_role) == ("supabase_admin", "postgres")


def test_grants_choose_the_scripts() -> None:
    legacy, explicit = load("supabase", Grants.LEGACY), load("supabase", Grants.EXPLICIT)
    assert [script.file for script in legacy.scripts] == ["supabase.sql", "supabase_legacy_grants.sql"]
    assert [script.file for script in explicit.scripts] == ["supabase.sql"]
    assert legacy.fingerprint != explicit.fingerprint


def test_a_projects_own(tmp_path: Path) -> None:
    file = tmp_path / "db" / "preset.sql"
    file.parent.mkdir()
    file.write_text("\ufeff-- schemactl:migration_role=app\n-- about us\ncreate role app;\n", encoding="utf-8")
    preset = load("db/preset.sql", root=tmp_path)
    assert (preset.name, preset.superuser, preset.migration_role) == ("preset", "postgres", "app")
    before = preset.fingerprint
    file.write_text("select 2;\n")
    assert load("db/preset.sql", root=tmp_path).fingerprint != before


def test_a_directive_below_the_head_is_a_comment(tmp_path: Path) -> None:
    (tmp_path / "p.sql").write_text("select 1;\n-- schemactl:nonsense=1\n")
    assert load("p.sql", root=tmp_path).migration_role == "postgres"


@pytest.mark.parametrize(
    ("name", "content", "message", "hint"),
    [
        ("supabse", None, "unknown preset `supabse`", "`supabase`"),
        ("missing.sql", None, "missing.sql: the preset cannot be read", None),
        ("p.sql", b"\xff\xfe", "p.sql: not UTF-8", "UTF-8"),
        ("p.sql", b"\n-- schemactl:migration_rol=x\n", "p.sql:2: unknown directive", "`migration_role`"),
    ],
)
def test_refused(tmp_path: Path, name: str, content: bytes | None, message: str, hint: str | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(name, root=tmp_path)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2
    if hint is not None:
        assert hint in str(caught.value.hint)
