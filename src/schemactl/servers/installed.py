"""`embedded` and `local`: Postgres from programs on this machine."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from schemactl.core.errors import ServerError
from schemactl.core.events import Listener
from schemactl.servers.presets import Preset
from schemactl.servers.server import Running
from schemactl.servers.spec import Kind, Spec


@contextmanager
def run_installed(
    spec: Spec, preset: Preset, *, tcp: bool, listener: Listener, kept: str | None = None
) -> Iterator[Running]:
    """A server of our own, from the cached cluster for `preset`, gone afterwards. Raises ServerError.

    It begins with what was kept under the name `kept`, where that is there still.
    """
    if os.name != "posix":
        raise ServerError(
            f"`{spec.kind}` needs Linux, macOS or another Unix",
            hint="Use `--postgres container:postgres:17` or `existing:DSN`, or run schemactl in WSL.",
        )
    from schemactl.servers import account as accounts
    from schemactl.servers import binaries
    from schemactl.servers.cluster import TEMPLATE, cached_cluster, keep_cluster
    from schemactl.servers.postmaster import Login, postmaster
    from schemactl.servers.run_directory import run_directory

    account = accounts.choose()
    found = binaries.embedded(account) if spec.kind is Kind.EMBEDDED else binaries.local(spec.argument, account)
    with run_directory(account) as run, ExitStack() as stack:
        with cached_cluster(found, preset, account, listener, kept) as cluster:
            login = Login(preset.superuser, cluster.password)
            started = stack.enter_context(postmaster(run, cluster.data, found, account, login, tcp=tcp))

        def keep(name: str) -> None:
            started.stop()
            keep_cluster(run, name, found, preset, account)

        yield Running(
            provider=found.provider,
            address=started.address,
            preset=preset,
            template=TEMPLATE,
            prefix=f"schemactl_{secrets.token_hex(4)}_",
            notes=cluster.notes,
            restart=started.restart,
            file_copy=True,
            keep=keep,
            begins_kept=cluster.kept,
        )
