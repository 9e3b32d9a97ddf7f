"""A policy on storage.objects does not name a bucket: it is for all of them.

Why: one table holds the files of every bucket, the private ones too.

Bad:

    CREATE POLICY up ON storage.objects FOR INSERT TO authenticated WITH CHECK (owner = auth.uid());

Good:

    … WITH CHECK (bucket_id = 'avatars' AND owner = auth.uid())

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, session, title

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """No condition of it mentions bucket_id; worth a line where it asks whose the file is."""
    objects = facts.relations.get(("storage", "objects"))
    for policy in objects.policies if objects else ():
        text = f"{policy.using} {policy.check}"
        if policy.permissive and "bucket_id" not in text:
            own = session(text) and re.search(r"\b(?:owner|owner_id|name|path_tokens)\b", text)
            yield Problem(
                "it names no bucket: it holds for every file of every bucket",
                title(policy),
                "Add bucket_id = '…'.",
                Severity.INFO if own else None,
            )
