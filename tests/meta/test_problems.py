"""The problems of public projects, and what findings about them are worth, fit together."""

from collections import Counter

from benchmarks.projects.problems import SEVERITIES, judge, problems, verdicts

PROBLEMS = problems()
VERDICTS = verdicts()
TOOLS = {"schemactl", "pgrls", "rlsautotest", "rlsgrid"}


def test_every_problem_has_a_name_of_its_own_a_severity_and_a_consequence():
    assert [name for name, count in Counter(one.id for one in PROBLEMS).items() if count > 1] == []
    assert [at for at, count in Counter((p.project, p.kind, p.place) for p in PROBLEMS).items() if count > 1] == []
    assert {one.severity for one in PROBLEMS} == set(SEVERITIES)
    assert all(len(one.consequence) > 10 and "." in one.place for one in PROBLEMS)


def test_every_verdict_is_a_problem_or_a_word_with_a_reason():
    names = {one.id: one.project for one in PROBLEMS}
    for one in VERDICTS:
        assert one.tool in TOOLS
        assert one.verdict in {*names, "harmless", "wrong"}
        assert names.get(one.verdict, one.project) == one.project
        assert one.reason


def test_a_finding_counts_for_what_it_names_and_else_for_the_first_verdict_that_fits():
    said = ("SEC042 public.get_encryption_key", "SEC042 public.get_my_organisations", "SEC999 public.users")
    score = judge("pgrls", "bossconsole", said, said[:2])
    assert {one.place for one in PROBLEMS if one.id in score.named} == {"public.get_encryption_key"}
    assert score.errors == {"right": 1, "harmless": 1}
    assert score.open == ["pgrls on bossconsole: SEC999 public.users"]


def test_what_one_tool_is_told_another_is_not():
    said = ("bypass function get_encryption_key()",)
    assert judge("rlsautotest", "bossconsole", said, said).gated
    assert not judge("rlsautotest", "capgo", said, ()).named
    assert not judge("rlsgrid", "bossconsole", said, ()).named
