"""What each migration runner wraps around a file.

Sources: the tools' own documentation and code, gathered in the field notes; a runner that is not listed behaves like
one that is (`psql` wraps nothing, `rails` wraps each file).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from schemactl.core.errors import ConfigError
from schemactl.core.words import did_you_mean


class Wrap(StrEnum):
    """One transaction a file; none; or the implicit one of several statements sent in one message."""

    FILE = "file"
    NONE = "none"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Runner:
    """A migration runner.

    `opt_out` is the text that makes it run a file without a transaction. `unwraps` says that it does so by itself when
    a statement needs none. `lock_timeout` is what it sets before a file, in milliseconds. `advice` says how a
    person makes a file run outside a transaction. `removes_invalid` says that it clears away the invalid index that a
    failed concurrent build left. `beside` is the file next to a migration that says how it runs, where there is one.
    """

    name: str
    wrap: Wrap
    advice: str
    opt_out: re.Pattern[str] | None = None
    unwraps: bool = False
    lock_timeout: int | None = None
    removes_invalid: bool = False
    beside: str | None = None

    def wraps(self, text: str, statements: int, *, needs_none: bool) -> bool:
        """Whether this file runs inside one transaction of the runner's making."""
        if self.wrap is Wrap.NONE or (self.unwraps and needs_none):
            return False
        if self.opt_out is not None and self.opt_out.search(text):
            return False
        return statements > 1 or self.wrap is Wrap.FILE


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.MULTILINE)


_ALONE = "Put the statement into a file of its own."
_RUNNERS = (
    Runner(
        "schemactl",
        Wrap.FILE,
        "Put it into a file of its own that begins with `-- schemactl:transaction=none`.",
        _pattern(r"^--\s*schemactl:transaction\s*=\s*none"),
        unwraps=True,
        lock_timeout=2000,
        removes_invalid=True,
    ),
    Runner("psql", Wrap.NONE, "Move it out of the BEGIN … COMMIT block."),
    Runner("sqitch", Wrap.NONE, "Move it out of the BEGIN … COMMIT block."),
    Runner("supabase", Wrap.FILE, _ALONE, unwraps=True),
    Runner("flyway", Wrap.FILE, _ALONE, unwraps=True),
    Runner(
        "dbmate",
        Wrap.FILE,
        "Put it into a file of its own with `-- migrate:up transaction:false`.",
        _pattern(r"^--\s*migrate:up\b.*\btransaction:false"),
    ),
    Runner(
        "goose",
        Wrap.FILE,
        "Add `-- +goose NO TRANSACTION` to a file of its own.",
        _pattern(r"^--\s*\+goose\s+NO\s+TRANSACTION"),
    ),
    Runner("golang-migrate", Wrap.BATCH, _ALONE),
    Runner("prisma", Wrap.BATCH, _ALONE),
    Runner(
        "sqlx",
        Wrap.FILE,
        "Put it into a file of its own that begins with `-- no-transaction`.",
        _pattern(r"\A-- no-tr"),
    ),
    Runner("alembic", Wrap.FILE, "Use `with op.get_context().autocommit_block():`."),
    Runner(
        "diesel",
        Wrap.FILE,
        "Set `run_in_transaction = false` in the migration's metadata.toml.",
        _pattern(r"^\s*run_in_transaction\s*=\s*false"),
        beside="metadata.toml",
    ),
    Runner("drizzle", Wrap.FILE, _ALONE),
    Runner("rails", Wrap.FILE, "Call `disable_ddl_transaction!` in the migration."),
    Runner("django", Wrap.FILE, "Set `atomic = False` on the migration."),
    Runner("knex", Wrap.FILE, "Export `config = { transaction: false }`."),
    Runner("typeorm", Wrap.FILE, "Set `transaction = false` on the migration."),
    Runner(
        "postgres-migrations",
        Wrap.FILE,
        "Add `-- postgres-migrations disable-transaction`.",
        _pattern(r"^--\s*postgres-migrations\s+disable-transaction"),
    ),
    Runner("sequelize", Wrap.NONE, _ALONE),
    Runner("node-pg-migrate", Wrap.FILE, "Call `pgm.noTransaction()`."),
    Runner("tern", Wrap.FILE, "Add `---- tern: disable-tx ----`.", _pattern(r"^-+\s*tern:\s*disable-tx")),
    Runner("atlas", Wrap.FILE, "Add `-- atlas:txmode none`.", _pattern(r"^--\s*atlas:txmode\s+none")),
    Runner(
        "liquibase", Wrap.FILE, "Set `runInTransaction:false` on the changeset.", _pattern(r"runInTransaction:\s*false")
    ),
    Runner("yoyo", Wrap.FILE, "Add `-- transactional: false`.", _pattern(r"^--\s*transactional:\s*false")),
)
RUNNERS = {runner.name: runner for runner in _RUNNERS}


def find(name: str) -> Runner:
    """The profile of that name. Raises ConfigError naming the nearest one."""
    runner = RUNNERS.get(name)
    if runner is None:
        raise ConfigError(f"unknown runner `{name}`", hint=did_you_mean(name, RUNNERS))
    return runner
