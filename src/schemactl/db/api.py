"""Requests to Supabase's Management API, over TLS that is always verified; the token stands in a header alone.

Facts from the API's published description (api.supabase.com, /v1): queries answer 201 with the rows of the last
statement, 429 comes with a time to wait, and gateways in between answer with whatever they like.
"""

import json
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from schemactl import __version__
from schemactl.core.clock import Clock
from schemactl.core.errors import ServerError
from schemactl.db.api_errors import QueryFailed, message_of, refused, sql_error
from schemactl.db.patience import Limited, Lost, Unsent
from schemactl.db.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

    import urllib3

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 90.0
"""Longer than the platform lets a request run (60 s), so that it is the one to say that time is up."""
MOST_BYTES = 256 * 1024 * 1024
LIMIT_PAUSE = 60.0
"""What to wait when too many requests were made and nobody says how long: the limit counts by the minute."""


class Api:
    """The API at `address`, for whoever `token` belongs to."""

    def __init__(self, address: str, token: str, clock: Clock) -> None:
        self._address = address
        self._token = token
        self._clock = clock
        self._pool = _pool(address)

    def query(self, ref: str, text: str) -> list[dict[str, Any]]:
        """Run `text` in the project's database, and return the rows of its last statement. One try.

        Raises QueryFailed when the server refuses it, Unsent, Limited or Lost when it may be tried again, ServerError
        when that is of no use.
        """
        answer = self._request("POST", f"/v1/projects/{ref}/database/query", {"query": text})
        if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
            raise Lost("the answer holds no rows")
        return answer

    def status(self, ref: str) -> str:
        """The project's status in the platform's words: ACTIVE_HEALTHY, INACTIVE when paused, RESTORING."""
        answer = self._request("GET", f"/v1/projects/{ref}")
        return str(answer.get("status", "")) if isinstance(answer, dict) else ""

    def projects(self) -> int:
        """How many projects the token's owner sees."""
        answer = self._request("GET", "/v1/projects")
        if not isinstance(answer, list):
            raise Lost("the answer is no list of projects")
        return len(answer)

    def close(self) -> None:
        """Close what connections are open."""
        self._pool.clear()

    def _request(self, method: str, path: str, body: object = None) -> Any:
        from urllib3 import exceptions

        try:
            response = self._pool.request(
                method,
                self._address + path,
                body=None if body is None else json.dumps(body).encode(),
                headers=self._headers(),
                redirect=False,
                retries=False,
                preload_content=False,
            )
            content = _read(response)
        except exceptions.SSLError as error:
            raise self._tls(error) from None
        except (exceptions.NewConnectionError, exceptions.ConnectTimeoutError, exceptions.ProxyError) as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise self._tls(error) from None
            raise Unsent(f"cannot reach {self._address} ({_words(error)})") from None
        except exceptions.ReadTimeoutError:
            raise Lost("no answer in time") from None
        except (exceptions.HTTPError, OSError) as error:
            raise Lost(f"the connection broke ({_words(error)})") from None
        return self._judge(response.status, response.headers, content)

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"schemactl/{__version__}",
        }

    def _judge(self, status: int, headers: "Mapping[str, str]", content: bytes) -> Any:
        """What an answer means; see `query`."""
        if 200 <= status < 300:
            try:
                return json.loads(content)
            except (ValueError, RecursionError):
                raise Lost(f"the answer is not JSON: {self._shown(content)}", status=status) from None
        message = message_of(content)
        told = f"HTTP {status}" + (f": {self._masked(message)}" if message else "")
        if status == 429:
            raise Limited(f"too many requests ({told})", self._asked_pause(headers, limited=True), status=status)
        error = sql_error(message)
        if error and not error.connection_lost:
            raise QueryFailed(error)
        if status >= 500 or status == 408 or error or "onnection terminated" in message:
            raise Lost(told, self._asked_pause(headers), status=status)
        plain = refused(message) if status == 400 else None
        if plain:
            raise QueryFailed(plain)
        raise _final(status, told)

    def _asked_pause(self, headers: "Mapping[str, str]", *, limited: bool = False) -> float | None:
        """Retry-After in either of its forms (RFC 9110, 10.2.3), or when a limit is counted anew; in seconds."""
        asked = headers.get("Retry-After", "").strip() or (headers.get("X-RateLimit-Reset", "") if limited else "")
        if asked.isdecimal():
            return float(asked)
        try:
            return max(0.0, (parsedate_to_datetime(asked) - self._clock.now()).total_seconds())
        except (ValueError, TypeError):
            return LIMIT_PAUSE if limited else None

    def _shown(self, content: bytes) -> str:
        return self._masked(message_of(content)) or "nothing"

    def _masked(self, text: str) -> str:
        return redact(" ".join(text.split()), (self._token,))[:300]

    def _tls(self, error: Exception) -> ServerError:
        return ServerError(
            f"{self._address} does not prove who it is: {_words(error)}",
            hint="Verification is never switched off; SSL_CERT_FILE names the certificates of one's own authority.",
        )


def _pool(address: str) -> "urllib3.PoolManager":
    """Connections, through the proxy that the environment names, where it names one."""
    from urllib.request import getproxies, proxy_bypass

    import urllib3

    scheme, _, host = address.partition("://")
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
    proxy = getproxies().get(scheme)
    if proxy and not proxy_bypass(host.partition("/")[0]):
        return urllib3.ProxyManager(proxy, timeout=timeout, cert_reqs="CERT_REQUIRED")
    return urllib3.PoolManager(timeout=timeout, cert_reqs="CERT_REQUIRED")


def _read(response: "urllib3.BaseHTTPResponse") -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.stream(1024 * 1024, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            response.close()
            raise ServerError(f"the answer is larger than {MOST_BYTES // 1024 // 1024} MB, and was not read to its end")
    response.release_conn()
    return b"".join(parts)


def _words(error: Exception) -> str:
    """What a client library's exception says, without the object addresses and pools that it names."""
    reason = getattr(error, "reason", None) or (error.args[-1] if error.args else error)
    text = str(reason if not isinstance(reason, tuple) else reason[-1])
    return redact(" ".join(text.rpartition(": ")[2].split()).strip("()'\" ,"))[:200] or type(error).__name__


def _final(status: int, told: str) -> ServerError:
    match status:
        case 401:
            return ServerError(
                f"the access token was not accepted ({told})",
                hint="Make a new one in the dashboard, then `schemactl login`, or set SUPABASE_ACCESS_TOKEN.",
            )
        case 403:
            return ServerError(
                f"the access token may not do this ({told})",
                hint="Its owner needs a role that may run SQL in the project; a scoped token needs database access.",
            )
        case 404:
            return ServerError(
                f"no such project ({told})", hint="Check the reference, and that the token's owner is a member there."
            )
        case 413:
            return ServerError(
                f"the request is too large ({told})", hint="Split the migration, or use the database's own address."
            )
        case _ if 300 <= status < 400:
            return ServerError(f"the API wants to send the request elsewhere ({told}); the token goes nowhere else")
        case _:
            return ServerError(f"the Management API refused ({told})")
