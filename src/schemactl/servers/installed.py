"""`embedded` and `local`: Postgres from programs on this machine."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from schemactl.servers import account as accounts
from schemactl.servers import binaries
from schemactl.servers.cluster import TEMPLATE, cached_cluster
from schemactl.servers.postmaster import Login, postmaster
from schemactl.servers.presets import Preset
from schemactl.servers.run_directory import run_directory
from schemactl.servers.server import Running
from schemactl.servers.spec import Kind, Spec


@contextmanager
def run_installed(spec: Spec, preset: Preset, *, tcp: bool) -> Iterator[Running]:
    """A server of our own, from the cached cluster for `preset`, gone afterwards. Raises ServerError."""
    account = accounts.choose()
    found = binaries.embedded(account) if spec.kind is Kind.EMBEDDED else binaries.local(spec.argument, account)
    with cached_cluster(found, preset, account) as cluster, run_directory(account) as run:
        login = Login(preset.superuser, cluster.password)
        with postmaster(run, cluster.data, found, account, login, tcp=tcp) as started:
            yield Running(
                provider=found.provider,
                address=started.address,
                preset=preset,
                template=TEMPLATE,
                prefix=f"schemactl_{secrets.token_hex(4)}_",
                notes=cluster.notes,
                restart=started.restart,
                file_copy=True,
            )
