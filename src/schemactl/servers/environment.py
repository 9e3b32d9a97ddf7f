"""The environment in which Postgres' own programs run: nobody's settings but ours."""

import os


def clean_environment() -> dict[str, str]:
    """Ours without libpq's variables and locale, so that two machines make the same cluster."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
