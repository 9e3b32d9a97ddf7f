"""What users of other linters complained of, and what was read in their sources, is a case here."""

from tests.unit.lint.cases import cases

WANTED = """
sbdchd/squawk#349 sbdchd/squawk#220 sbdchd/squawk#364 sbdchd/squawk#106 sbdchd/squawk#338 sbdchd/squawk#990
sbdchd/squawk#528 sbdchd/squawk#678 sbdchd/squawk#673 sbdchd/squawk#390 sbdchd/squawk#388 sbdchd/squawk#645
sbdchd/squawk#200 sbdchd/squawk#693 sbdchd/squawk#308 sbdchd/squawk#385 sbdchd/squawk#697 supabase/cli#5047
supabase/cli#5992 antifailure/antifailure#450 supabase-community/postgres-language-server#533
chatwoot/chatwoot#15885 linuxfoundation/crowd.dev#4386 ArnasDon/wacrm#277 kenlasko/monize#994
TeacherOp/NoobBook#216 sqlfluff/sqlfluff#7512 supabase/splinter#169 supabase/splinter#63
"""


def test_every_thread_has_its_case():
    answered = {thread for case in cases() for thread in case.given.get("thread", ())}
    assert sorted(set(WANTED.split()) - answered) == []
    assert sum(thread.startswith(("squawk source", "eugene source")) for thread in answered) >= 6
