"""Where a server is and how to log in, as connection strings that every Postgres client reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

IN_AUTHORITY = frozenset({"user", "password", "host", "port", "dbname"})


@dataclass(frozen=True, slots=True)
class Address:
    """libpq's parameters of a superuser's login (manual, 34.1.2 "Parameter Key Words").

    `set_role`: other roles cannot log in here, so that they come as the superuser and take the role at once.
    """

    parameters: Mapping[str, str]
    set_role: bool = False

    @property
    def user(self) -> str:
        """The superuser."""
        return self.parameters["user"]

    @property
    def admin_dsn(self) -> str:
        """The connection string of the superuser to the maintenance database."""
        return uri(self.parameters)

    def dsn(self, dbname: str, user: str | None = None) -> str:
        """The connection string to `dbname`, as the superuser or as the role `user`."""
        parameters = {**self.parameters, "dbname": dbname}
        if user is None or user == self.user:
            return uri(parameters)
        if self.set_role:
            options = parameters.get("options", "")
            return uri({**parameters, "options": f"{options} -c role={user}".strip()})
        return uri({**parameters, "user": user})


def uri(parameters: Mapping[str, str]) -> str:
    """A `postgresql://` URI of libpq parameters; a socket directory goes where every client looks for it."""
    host = parameters.get("host", "")
    rest = {name: value for name, value in parameters.items() if name not in IN_AUTHORITY}
    if host.startswith("/") or "," in host:
        rest = {"host": host, **({"port": parameters["port"]} if "port" in parameters else {}), **rest}
        place = ""
    else:
        place = f"[{host}]" if ":" in host else host
        place += f":{parameters['port']}" if "port" in parameters else ""
    login = quote(parameters["user"], safe="") if "user" in parameters else ""
    login += f":{quote(parameters['password'], safe='')}" if "password" in parameters else ""
    query = f"?{urlencode(rest, quote_via=quote)}" if rest else ""
    return f"postgresql://{login}{'@' if login else ''}{place}/{quote(parameters.get('dbname', ''), safe='')}{query}"
