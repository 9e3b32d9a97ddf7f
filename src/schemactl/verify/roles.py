"""Roles belong to the whole server, databases only hold what they own: those that a lane makes go with the lane."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from schemactl.verify.chain import Chain

if TYPE_CHECKING:
    from schemactl.servers import Server

_MAKES = re.compile(r"\bcreate\s+(?:role|user|group)\b", re.IGNORECASE)


class Roles:
    """The roles that the files of a chain make, as far as they spell them out; any other role is left alone."""

    def __init__(self, server: "Server", chain: Chain) -> None:
        self._server = server
        self._chain = chain

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        migrations = self._chain.migrations
        downs = (migration.down for migration in migrations)
        texts = (*(migration.text for migration in migrations), *(down.text for down in downs if down))
        return texts if any(_MAKES.search(text) for text in texts) else ()

    def since(self, before: frozenset[str]) -> frozenset[str]:
        """The roles of these files that were not there `before`."""
        if not self._texts:
            return frozenset()
        return frozenset(role for role in self._server.roles() - before if any(role in text for text in self._texts))

    def now(self) -> frozenset[str]:
        """What to hand to `since`."""
        return self._server.roles() if self._texts else frozenset()

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Drop, at the end, the roles that were made in here."""
        before = self.now()
        try:
            yield
        finally:
            self._server.drop_roles(self.since(before))
