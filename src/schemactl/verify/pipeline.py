"""Verify: walk the migrations on a throwaway Postgres, once for each check, and report."""

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module

from schemactl import servers
from schemactl.core.clock import Clock, SystemClock
from schemactl.core.config import Config, Switch
from schemactl.core.errors import ConfigError, ServerError, UsageError
from schemactl.core.events import Event, Finished, Listener, Note, Started, ignore, warnings
from schemactl.core.findings import Severity
from schemactl.core.results import Report
from schemactl.core.words import did_you_mean
from schemactl.lint import runners
from schemactl.migrations.files import load
from schemactl.migrations.model import Folder, Version
from schemactl.verify.branches import Branches, since
from schemactl.verify.chain import Chain
from schemactl.verify.checks import CHECKS, FIRST, LONGEST_FIRST, NEEDS_BRANCHES
from schemactl.verify.lane import Diverged
from schemactl.verify.memory import Memory, Remembered, joined
from schemactl.verify.report import Verified, report
from schemactl.verify.stats import Sizes
from schemactl.verify.walk import NotChecked, Outcome, Walk


def verify(
    config: Config,
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    sizes: Sizes | None = None,
    changed_since: str | None = None,
    cache: bool = True,
    listener: Listener = ignore,
    clock: Clock | None = None,
) -> Report:
    """Run the chosen checks over the configured folder on the configured throwaway server.

    Raises ConfigError, UsageError and ServerError; everything else is in the report.
    """
    clock = clock or SystemClock()
    checks = _chosen(config, only, skip, branches=changed_since is not None)
    folder = load(config.migrations_path)
    branches = since(changed_since, folder) if changed_since is not None else None
    baseline = _baseline(config, folder, listener)
    chain = Chain.of(folder)
    for step in chain:  # every file must be readable before a server is started
        del step
    parting = _parting(branches, folder) if branches else None
    memory = Memory(folder, config, checks, sizes or {}, parting) if cache else None
    known = memory.find() if memory else None
    begun = clock.monotonic()
    with servers.for_project(config, kept=known.key if known else None, listener=warnings(listener)) as server:
        started = clock.monotonic()
        known = known if known and known.server_version == server.version else None
        worth = memory.worth(known) if memory else None
        walk = Walk(chain, server, baseline, _one_at_a_time(listener), sizes or {}, branches, cut=worth)
        with _behind(replace(walk, removes_invalid=_removes_invalid(config)), known, parting) as rest:
            seen = _outcomes(rest, checks)
        verified = Verified(
            folder=folder,
            outcomes=_reported(seen, rest, config),
            sizes=sizes or {},
            before=len(rest.before),
            proven=known.count if known and rest.before else 0,
            provider=server.provider,
            server_version=server.version,
            preset=config.preset,
            start_seconds=started - begun,
            seconds=clock.monotonic() - begun,
            interrupted=rest.stopped.is_set(),
        )
        if memory and worth:
            _remember(memory, worth, rest, seen)
    return report(verified)


def _remember(memory: Memory, count: int, walk: Walk, seen: Mapping[str, Outcome]) -> None:
    """Keep what is known of the first `count` files, and the server with a database behind them."""
    kept = seen[FIRST].kept
    if kept and all(outcome.lasts for outcome in seen.values()):
        outcomes = {name: joined(walk.known(name), outcome) for name, outcome in seen.items()}
        with contextlib.suppress(OSError, ServerError):  # a cache that cannot be written is no misfortune
            walk.server.keep(kept, memory.remember(count, walk.server.version, outcomes))


def outcomes_on(walk: Walk, checks: Sequence[str], config: Config) -> Mapping[str, Outcome]:
    """The outcomes of the checks, as severe as the configuration says."""
    return _reported(_outcomes(walk, checks), walk, config)


def _reported(seen: Mapping[str, Outcome], walk: Walk, config: Config) -> Mapping[str, Outcome]:
    """What was known before and what has been seen, graded, of the files that are asked about."""
    whole = {name: joined(walk.known(name), outcome) for name, outcome in seen.items()}
    ended = {name: replace(one, findings=(*one.findings, *one.at_end), at_end=()) for name, one in whole.items()}
    graded = {name: _graded(outcome, config.verify.checks.get(name)) for name, outcome in ended.items()}
    return {name: _concerned(outcome, walk) for name, outcome in graded.items()}


@contextmanager
def _behind(walk: Walk, known: Remembered | None, parting: int | None) -> Iterator[Walk]:
    """The walk that begins behind the files that are known, on a database that holds them; all of it if they fail.

    Where a branch is looked at, it begins where that parted, and nothing is asked about the files before.
    """
    at = known.count if known and walk.server.kept else 0
    to = parting if parting is not None else known.count if known else 0
    prior = known.outcomes if known and parting is None else {}
    if at == to:
        yield replace(walk.behind(at, walk.server.kept), prior=prior) if at else walk
        return
    with walk.behind(at, walk.server.kept if at else None).lane() as there:
        if any(there.attempt(step) for step in walk.chain.between(at, to)):
            yield walk
            return
        there.close()
        yield replace(walk.behind(to, there.database), prior=prior)


def _parting(branches: Branches, folder: Folder) -> int:
    """How many files stand before the first that the branch changes; at least one is left to be walked."""
    count = len(folder.migrations)
    changed = (place for place, one in enumerate(folder.migrations) if one.file in branches.changed)
    return min(next(changed, count), max(0, count - 1))


def _chosen(config: Config, only: Sequence[str], skip: Sequence[str], *, branches: bool) -> tuple[str, ...]:
    """The checks to run. The first one always runs: the others stand on it."""
    for name in config.verify.checks:
        if name not in CHECKS:
            raise ConfigError(f"`[verify.checks]` names an unknown check `{name}`", hint=did_you_mean(name, CHECKS))
    for name in (*only, *skip):
        if name not in CHECKS:
            raise UsageError(f"unknown check `{name}`", hint=did_you_mean(name, CHECKS))
    off = {name for name, switch in config.verify.checks.items() if switch is Switch.OFF}
    if FIRST in off:
        raise ConfigError(f"the check `{FIRST}` cannot be off", hint="Every other check stands on it.")
    if not branches and (needy := NEEDS_BRANCHES & set(only)):
        raise UsageError(f"the check `{min(needy)}` compares two branches", hint="Name one: --changed-since main.")
    wanted = set(only or CHECKS) - set(skip) - off - (set() if branches else NEEDS_BRANCHES)
    return tuple(name for name in CHECKS if name == FIRST or name in wanted)


def _removes_invalid(config: Config) -> bool:
    return runners.find(config.lint.runner).removes_invalid


def _baseline(config: Config, folder: Folder, listener: Listener) -> Version | None:
    label = config.verify.baseline
    if label is None:
        return None
    try:
        version = Version.parse(label)
    except ValueError as error:
        raise ConfigError(
            f"`verify.baseline` must be the digits of a version, not `{label}`", hint='For example baseline = "0042".'
        ) from error
    if all(migration.version != version for migration in folder.versioned):
        told = f"no migration has the version {label} of `verify.baseline`; every file up to it is excused"
        listener(Note(told, warning=True))
    return version


def _outcomes(walk: Walk, checks: Sequence[str]) -> Mapping[str, Outcome]:
    """Walk the first check alone, then the others, side by side, as far as the chain applies."""
    first = _walk(FIRST, walk)
    applied = walk.chain if first.walked is None else walk.chain.upto(first.walked)
    walk = replace(walk, chain=applied, alone=first.alone, end=first.end)
    # Roles belong to the whole server: where files make some, no two checks may run at a time.
    workers = max(1, min(len(checks), os.cpu_count() or 1)) if first.end else 1
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        wanted = [name for name in LONGEST_FIRST if name in checks and len(applied)]
        others = {name: pool.submit(_walk, name, walk) for name in wanted}
        try:
            wait(others.values())
        except KeyboardInterrupt:
            walk.stopped.set()
            walk.listener(Note("interrupted: each check ends behind the file under way; once more leaves at once"))
        return {FIRST: first, **{name: others[name].result() for name in checks if name in others}}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # a second interrupt must not wait for checks under way


def _walk(check: str, walk: Walk) -> Outcome:
    if walk.stopped.is_set():
        return Outcome(not_checked=walk.unreached(check), lasts=False)
    walk.listener(Started(check, len(walk.chain)))
    try:
        outcome: Outcome = import_module(f"schemactl.verify.checks.{check}").run(walk)
        if walk.stopped.is_set():
            outcome = replace(outcome, not_checked=(*outcome.not_checked, *walk.unreached(check)), lasts=False)
    except Diverged as diverged:
        reason = f"{diverged.step.name} is in its way: {diverged}"
        return Outcome(not_checked=tuple(NotChecked(one.file, reason) for one in walk.chain.migrations), lasts=False)
    else:
        return outcome
    finally:
        walk.listener(Finished(check))


def _one_at_a_time(listener: Listener) -> Listener:
    lock = threading.Lock()

    def listen(event: Event) -> None:
        with lock:
            listener(event)

    return listen


def _concerned(outcome: Outcome, walk: Walk) -> Outcome:
    """The findings in the files that are asked about; that a file does not apply is told wherever it is."""
    if walk.branches is None:
        return outcome
    files = {file for one in walk.chain.migrations if walk.concerns(one) for file in one.files}
    found = tuple(f for f in outcome.findings if f.rule == FIRST or (f.span and f.span.file in files))
    return replace(outcome, findings=found)


def _graded(outcome: Outcome, switch: Switch | None) -> Outcome:
    """The outcome, its findings as severe as the configuration says, where it says anything."""
    if switch is None:
        return outcome
    severity = Severity(switch.value)
    return replace(outcome, findings=tuple(replace(finding, severity=severity) for finding in outcome.findings))
