"""The major versions of PostgreSQL that schemactl works with."""

from schemactl.core.errors import ServerError

OLDEST, NEWEST = 14, 18


def require_supported(server_version: int) -> None:
    """Raise ServerError for a server that is too old; `server_version` as libpq counts it (150004)."""
    major = server_version // 10000
    if major < OLDEST:
        raise ServerError(
            f"PostgreSQL {major} is not supported: schemactl works with {OLDEST} to {NEWEST}",
            hint=f"Take a server of version {OLDEST} or newer.",
        )


def other_version(major: int, expected: int) -> str:
    """What to tell somebody whose throwaway server is of version `major` and whose database is of `expected`."""
    return (
        f"the throwaway server is PostgreSQL {major}, the database {expected}: they may differ in what they accept; "
        f"`--postgres local:{expected}` or `container:postgres:{expected}` is of the same version"
    )
