"""A private key stands in the file.

Why: Whoever can read the repository, its history or its backups has it. Taking the line out does not take it back: it
must be replaced where it was issued.

Bad:

    INSERT INTO keys (pem) VALUES ('<private key>') ON CONFLICT DO NOTHING;

Good:

    INSERT INTO keys (name) VALUES ('signing') ON CONFLICT DO NOTHING;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import secrets
from schemactl.lint.problem import Problem
from schemactl.lint.site import FileEnd, Site


def check(node: FileEnd, site: Site) -> Iterator[Problem]:
    """Anywhere in the file, comments included; the finding says where, never what."""
    del node
    for secret in secrets.private_keys(site.file.script.text):
        yield Problem(
            f"{secret.what} stands in the file",
            hint="Replace it where it was issued, and hand it in at run time: an environment variable, a vault.",
            object=secret.what,
            place=(secret.start, secret.end),
        )
