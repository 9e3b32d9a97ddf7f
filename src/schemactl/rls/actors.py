"""How an actor becomes real: the role, and what the session's settings say of it.

Supabase's API sets `role` and `request.jwt.claims` for each request; other services set one setting of their own, or
log in as a role a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from schemactl.rls.model import Actor, Policies

SUPABASE, LOGIN = "supabase", "login"
CLAIMS = "request.jwt.claims"
UNSET = "nothing set"
LATER = 4102444800
"""When a token expires: the year 2100, in seconds; policies ask for it."""


@dataclass(frozen=True, slots=True)
class Session:
    """A state in which statements arrive: the role and the settings. `lenient`: an error of any kind is a refusal."""

    actor: Actor
    role: str
    settings: Mapping[str, str]
    state: str | None = None
    lenient: bool = False

    @property
    def name(self) -> str:
        """The actor's name; for a broken session what is wrong with it."""
        return f"{self.role} with {self.state}" if self.state else self.actor.name


def session(policies: Policies, actor: Actor) -> Session:
    """The session of an actor as it should be."""
    keys = policies.persons
    given = {name: _filled(value, policies) for name, value in actor.settings.items()}
    if policies.become == SUPABASE:
        claims: dict[str, object] = {"role": actor.role}
        if actor.person:
            claims |= {"sub": keys[actor.person], "email": f"{actor.person}@example.org", "aal": "aal1", "exp": LATER}
        claims |= {name: _filled(value, policies) for name, value in actor.claims.items()}
        given[CLAIMS] = orjson.dumps(claims).decode()
    elif policies.become != LOGIN:
        name = actor.person or next(iter(actor.teams), None)
        if name:
            given.setdefault(policies.become, keys[name])
    return Session(actor, actor.role, given)


def broken(policies: Policies) -> Iterator[Session]:
    """Each role of a person without knowing who it is: the setting absent, empty, and malformed."""
    setting = CLAIMS if policies.become == SUPABASE else policies.become
    if setting == LOGIN:
        return
    seen = set()
    for actor in policies.actors.values():
        if actor.bypass or actor.role in seen:
            continue
        seen.add(actor.role)
        nobody = Actor(actor.name, actor.role, like=actor.like)
        others = {name: "" for name in actor.settings if name != setting}
        yield Session(nobody, actor.role, others, UNSET)
        yield Session(nobody, actor.role, {**others, setting: ""}, "empty settings")
        if policies.become == SUPABASE:
            yield Session(nobody, actor.role, {**others, setting: "{}"}, "no claims")
            yield Session(nobody, actor.role, {**others, setting: '{"sub": "nobody"}'}, "a malformed key", lenient=True)
        else:
            yield Session(nobody, actor.role, {**others, setting: "nobody"}, "a malformed key", lenient=True)


def _filled(value: object, policies: Policies) -> str:
    """`$ada` in a setting stands for the key of ada."""
    text = str(value) if not isinstance(value, (dict, list)) else orjson.dumps(value).decode()
    for name, key in policies.persons.items():
        text = text.replace(f"${name}", key)
    return text
