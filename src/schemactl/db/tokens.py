"""The access token of the Management API: from the environment, or from the operating system's keyring.

The Supabase CLI's own entry in the keyring is read as well: whoever is logged in there is logged in here.
"""

import base64
import binascii
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from schemactl.core.errors import UsageError

VARIABLE = "SUPABASE_ACCESS_TOKEN"
SERVICE, ACCOUNT = "schemactl", "supabase"
# Where `supabase login` keeps its token: by profile, and where older versions kept it.
CLI_SERVICE, CLI_ACCOUNTS = "Supabase CLI", ("supabase", "access-token")
# The Go library that the CLI writes with on macOS puts this before what it has encoded.
_ENCODED = "go-keyring-base64:"
_FORM = re.compile(r"sbp_\w{16,256}", re.ASCII)


def find(environment: Mapping[str, str] = os.environ) -> str:
    """The token, the environment's before the keyring's. Raises UsageError, which never shows one."""
    given = environment.get(VARIABLE, "").strip()
    if given:
        return checked(given, VARIABLE)
    found = _stored()
    if found is None:
        raise UsageError(
            "no access token for Supabase's Management API",
            hint=f"Set {VARIABLE}, or run `schemactl login`; a token is made in the dashboard, Account, Access Tokens.",
        )
    return checked(found, "the token in the keyring")


def checked(token: str, origin: str) -> str:
    """`token`, if it can be one. Raises UsageError naming `origin`."""
    if not _FORM.fullmatch(token):
        raise UsageError(f"{origin} is no access token of Supabase", hint="Access tokens begin with sbp_.")
    return token


def store(token: str) -> None:
    """Keep the token in the keyring. Raises UsageError where there is none to keep it in."""
    import keyring

    with _explained():
        keyring.set_password(SERVICE, ACCOUNT, token)
        kept = keyring.get_password(SERVICE, ACCOUNT) == token
    if not kept:
        raise _no_keyring("the keyring of this machine keeps nothing")


def forget() -> bool:
    """Remove the token that `store` kept; whether there was one. Raises UsageError."""
    import keyring

    with _explained():
        if keyring.get_password(SERVICE, ACCOUNT) is None:
            return False
        keyring.delete_password(SERVICE, ACCOUNT)
    return True


def in_the_cli() -> bool:
    """Whether the Supabase CLI keeps a token in the keyring."""
    import keyring

    with _explained():
        return any(keyring.get_password(CLI_SERVICE, account) for account in CLI_ACCOUNTS)


def _stored() -> str | None:
    """A keyring that is missing or locked holds nothing for us: the error then says that there is no token."""
    import keyring
    from keyring.errors import KeyringError

    for service, account in ((SERVICE, ACCOUNT), *((CLI_SERVICE, account) for account in CLI_ACCOUNTS)):
        try:
            found = keyring.get_password(service, account)
        except (KeyringError, RuntimeError, OSError):
            return None
        if found:
            return _decoded(found.strip())
    return None


def _decoded(text: str) -> str:
    if not text.startswith(_ENCODED):
        return text
    try:
        return base64.b64decode(text.removeprefix(_ENCODED), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


@contextmanager
def _explained() -> Iterator[None]:
    from keyring.errors import KeyringError, NoKeyringError

    try:
        yield
    except NoKeyringError:
        raise _no_keyring("this machine has no keyring") from None
    except (KeyringError, RuntimeError, OSError) as error:
        raise _no_keyring(f"the keyring of this machine refused ({type(error).__name__})") from None


def _no_keyring(what: str) -> UsageError:
    return UsageError(what, hint=f"Set {VARIABLE} instead; on Linux a keyring comes with GNOME, KDE or KeePassXC.")
