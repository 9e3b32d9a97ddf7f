from schemactl.apply.blockers import Blocked, Blocker

ROBOT = Blocker(7, "ada", "psql", "idle in transaction", "select 1", 75.0)


def test_a_blocker_is_named_with_what_it_does_and_for_how_long():
    assert str(ROBOT) == "pid 7 (psql, ada), idle in transaction for 75 s: select 1"
    assert str(Blocker(8, "", "", "active", "", None)) == "pid 8, active"
    assert "pg_prepared_xacts" in str(Blocker(0, "", "", "unknown", "", None))


def test_what_is_waited_for_is_said_as_the_manual_says_it():
    assert str(Blocked("public.t", "ACCESS EXCLUSIVE", (ROBOT,))).startswith(
        "ACCESS EXCLUSIVE on public.t; in the way: "
    )
    assert str(Blocked("virtualxid", "SHARE", (ROBOT,))).startswith("an older transaction's end; in the way: pid 7")
