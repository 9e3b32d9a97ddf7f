"""A project of the Supabase platform as a target, `supabase://<project-ref>`, and where its Management API answers."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemactl.core.errors import UsageError

SCHEME = "supabase://"
API = "https://api.supabase.com"
API_VARIABLE = "SCHEMACTL_SUPABASE_API"
_REF = re.compile(r"[a-z]{20}")


@dataclass(frozen=True, slots=True)
class Project:
    """A project by its reference, the twenty letters in the address of its dashboard."""

    ref: str

    def __str__(self) -> str:
        return f"Supabase project `{self.ref}`"


def is_project(dsn: str) -> bool:
    """Whether `dsn` names a project, reached by the Management API, and no server to connect to."""
    return dsn.startswith(SCHEME)


def project_of(dsn: str) -> Project:
    """The project that `supabase://<project-ref>` names. Raises UsageError."""
    ref = dsn.removeprefix(SCHEME).rstrip("/")
    if not _REF.fullmatch(ref):
        raise UsageError(
            f"{SCHEME} is followed by a project's reference: 20 lower-case letters",
            hint="It is in the address of the project's dashboard, and in `supabase projects list`.",
        )
    return Project(ref)


def refuse(dsn: str) -> None:
    """Raise UsageError where `dsn` names a project, for who needs a connection."""
    if is_project(dsn):
        raise UsageError(
            f"this command needs a connection to the database, and {SCHEME} names none",
            hint="Give the database's own address: "
            f"postgresql://postgres@db.{project_of(dsn).ref}.supabase.co/postgres",
        )


def api_address(environment: Mapping[str, str] = os.environ) -> str:
    """Where the Management API answers: SCHEMACTL_SUPABASE_API, or the platform's own address.

    The token goes there, so nothing but HTTPS will do, except to this very machine. Raises UsageError.
    """
    from urllib.parse import urlsplit

    given = environment.get(API_VARIABLE, "").strip().rstrip("/")
    if not given:
        return API
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError(f"{API_VARIABLE} is not an address") from None
    if not host or parts.username or parts.query or parts.fragment or parts.scheme not in {"http", "https"}:
        raise UsageError(f"{API_VARIABLE} is not an address", hint=f"Write it as {API}, without user and query.")
    if parts.scheme == "http" and not _loopback(host):
        raise UsageError(
            f"{API_VARIABLE} begins with http://, which would send the access token in the clear",
            hint="Write https://; http:// is for this machine's own loopback address alone.",
        )
    return given


def _loopback(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
