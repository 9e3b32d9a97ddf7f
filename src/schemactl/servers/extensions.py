"""Extensions that a server lacks, and which server has them."""

import re

# Contrib modules that need a library the embedded build goes without (OpenSSL, libuuid, libxml2, Perl, Python, Tcl).
CONTRIB = frozenset({"pgcrypto", "uuid-ossp", "sslinfo", "xml2", "plperl", "plpython3u", "pltcl"})
# Where to find what is not part of PostgreSQL itself. Names of public images.
ELSEWHERE = {
    "vector": "embedded",
    "postgis": "container:postgis/postgis:17-3.5",
    "timescaledb": "container:timescale/timescaledb:latest-pg17",
    "citus": "container:citusdata/citus:13",
}
SUPABASE = frozenset(
    {
        "pg_cron",
        "pg_net",
        "pgjwt",
        "pgmq",
        "pgsodium",
        "supabase_vault",
        "pg_graphql",
        "pg_jsonschema",
        "wrappers",
        "http",
    }
)
FUNCTIONS = {
    "pgcrypto": frozenset(
        {"crypt", "gen_salt", "digest", "hmac", "gen_random_bytes", "encrypt", "decrypt"}
        | {"pgp_sym_encrypt", "pgp_sym_decrypt", "pgp_pub_encrypt", "pgp_pub_decrypt", "armor", "dearmor"}
    ),
    "uuid-ossp": frozenset(
        {
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v3",
            "uuid_generate_v4",
            "uuid_generate_v5",
            "uuid_nil",
        }
    ),
}


def provider_of(extension: str) -> str | None:
    """A `--postgres` value whose server has `extension`, or None when none is known."""
    if extension in CONTRIB:
        return "local"
    if extension in SUPABASE:
        return "container:supabase/postgres:17.6.1.001"
    return ELSEWHERE.get(extension)


def explain_missing_extension(sqlstate: str | None, message: str, provider: str) -> str | None:
    """What to do about a statement that failed because `provider`'s server lacks an extension; None for other failures.

    Known by SQLSTATE 0A000, 58P01 (the extension itself) and 42883 (a function of one).
    """
    extension = _extension_named(sqlstate, message)
    if extension is None:
        return None
    there = provider_of(extension)
    if there == "local" and provider == "local":
        advice = "Install PostgreSQL's contrib package, or use `--postgres container:postgres:17`."
    elif there == "local":
        advice = "Use `--postgres local` (Debian's PostgreSQL has it) or `container:postgres:17`."
    elif there is not None and there != provider:
        advice = f"Use `--postgres {there}`."
    else:
        advice = "Name a server that has it: `--postgres local:/path/to/bin`, `container:IMAGE` or `existing:DSN`."
    if extension == "uuid-ossp":
        advice += " For random UUIDs no extension is needed: gen_random_uuid() is built in."
    return f"The server `{provider}` has no extension {extension}. {advice}"


def _extension_named(sqlstate: str | None, message: str) -> str | None:
    if sqlstate in {"0A000", "58P01"}:
        found = re.search(r'extension "([^"]+)" is not available|/extension/([\w-]+)\.control"', message)
        return (found.group(1) or found.group(2)) if found else None
    if sqlstate == "42883":
        found = re.search(r"function (?:\w+\.)?(\w+)\(", message)
        name = found.group(1) if found else ""
        return next((extension for extension, names in FUNCTIONS.items() if name in names), None)
    return None
