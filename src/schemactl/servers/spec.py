"""What `postgres = …` and `--postgres` may say."""

from dataclasses import dataclass, field
from enum import StrEnum

from schemactl.core.errors import ConfigError
from schemactl.core.words import did_you_mean


class Kind(StrEnum):
    """Where a throwaway server comes from."""

    EMBEDDED = "embedded"
    LOCAL = "local"
    CONTAINER = "container"
    EXISTING = "existing"


@dataclass(frozen=True, slots=True)
class Spec:
    """`kind[:argument]`: a directory of programs or a major version, an image, or a connection string."""

    kind: Kind
    argument: str | None = field(default=None, repr=False)


def parse(text: str) -> Spec:
    """Read `embedded`, `local`, `local:16`, `local:/path/to/bin`, `container:IMAGE` or `existing:DSN`.

    Raises ConfigError for anything else; the message never repeats a connection string.
    """
    word, colon, argument = text.partition(":")
    if word in {"postgresql", "postgres"} and argument.startswith("//"):
        raise ConfigError("a bare connection string does not name a server", hint="Write `existing:` before it.")
    if word not in set(Kind):
        raise ConfigError(f"unknown server `{word}`", hint=did_you_mean(word, list(Kind)))
    kind = Kind(word)
    if kind is Kind.EMBEDDED and colon:
        raise ConfigError(
            "`embedded` takes nothing after it", hint="For another version: `local:16` or `local:/path/to/bin`."
        )
    if kind is Kind.CONTAINER and not argument:
        raise ConfigError("`container` needs an image", hint="For example `container:postgres:17`.")
    if kind is Kind.EXISTING and not argument:
        raise ConfigError(
            "`existing` needs a connection string", hint="For example `existing:postgresql://localhost/`."
        )
    if kind is Kind.LOCAL and colon and not argument:
        raise ConfigError(
            "`local:` needs a major version or a directory",
            hint="For example `local:16`; `local` alone takes the first PostgreSQL found here.",
        )
    return Spec(kind, argument or None)
