"""Files of buckets: whose they are by their path, and every bucket with a line."""

from pathlib import Path

import pytest
from tests.support.access import failed, project, rls, rules

ACTORS = """
become: supabase
actors:
  anon: {role: anon}
  user: {role: authenticated, person: ada}
  stranger: {like: user, person: bob}
  service: {role: service_role, bypass: true, may: all}
kinds: {private: {user: {own: all}}}
"""
BUCKETS = """
storage:
  papers: private
  avatars: {kind: private, allow: {anyone: select}, reason: avatars are shown to everybody}
"""
SQL = """
insert into storage.buckets (id, name) values ('avatars', 'avatars'), ('papers', 'papers');
create policy avatars_shown on storage.objects for select using (bucket_id = 'avatars');
create policy avatars_own on storage.objects to authenticated
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy papers_own on storage.objects to authenticated
  using (bucket_id = 'papers' and (storage.foldername(name))[1] = (select auth.uid())::text);
"""


def test_buckets_as_declared_pass(tmp_path: Path):
    outcome = rls("test", project(tmp_path, SQL, BUCKETS, ACTORS, "supabase"))
    assert outcome.code == 0, outcome.out
    tried = {(cell["table"], cell["form"], cell["verdict"]) for cell in outcome.json["rls_test"]["cells"]}
    for form in ("select", "insert", "update where", "blind update", "delete where"):
        for verdict in ("allow", "deny"):
            assert ("storage.objects in papers", form, verdict) in tried


def test_a_policy_that_forgets_the_folder_is_found_for_its_bucket_alone(tmp_path: Path):
    folder = "(storage.foldername(name))[1] = (select auth.uid())::text"
    sql = SQL.replace(f"bucket_id = 'papers' and {folder}", "bucket_id = 'papers'")
    outcome = rls("test", project(tmp_path, sql, BUCKETS, ACTORS, "supabase"))
    assert outcome.code == 1
    assert "policy papers_own on storage.objects" in {finding["object"] for finding in outcome.json["findings"]}
    assert {cell["table"] for cell in failed(outcome)} == {"storage.objects in papers"}


def test_one_that_forgets_the_bucket_is_found_for_the_others(tmp_path: Path):
    sql = SQL.replace("for select using (bucket_id = 'avatars')", "for select using (true)")
    outcome = rls("test", project(tmp_path, sql, BUCKETS, ACTORS, "supabase"))
    assert {cell["table"] for cell in failed(outcome)} == {"storage.objects in papers"}
    assert {cell["actor"] for cell in failed(outcome)} >= {"anon", "user", "stranger"}


def test_a_path_of_ones_own(tmp_path: Path):
    sql = SQL.replace("(storage.foldername(name))[1] =", "split_part(storage.filename(name), '.', 1) =")
    path = "storage: {papers: {kind: private, path: 'all/$owner.$n'}, avatars: {kind: private, path: 'all/$owner.$n', "
    folder = project(tmp_path, sql, path + "allow: {anyone: select}, reason: shown}}", ACTORS, "supabase")
    outcome = rls("test", folder)
    assert outcome.code == 0, outcome.out


def test_a_bucket_without_a_line(tmp_path: Path):
    outcome = rls("test", project(tmp_path, SQL, "storage: {papers: private}", ACTORS, "supabase"))
    assert rules(outcome) == ["access-not-declared"]
    assert outcome.json["findings"][0]["object"] == "bucket avatars"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("storage: {papers: privat}", "Did you mean `private`?"),
        ("storage: {papers: {allow: {nobody: all}}}", "there is no actor `nobody`"),
        ("storage: {papers: {kind: private, path: $owner/a}}", "two files cannot have one path"),
        ("storage: {papers: {kind: private, owner: me}}", "owner"),
        ("storage: {papers: {path: $owner/$n}}", "says nothing of access"),
        ("storage: {papers: {allow: {anon: select}}}", "needs a `reason`"),
    ],
)
def test_a_line_that_cannot_be(tmp_path: Path, line: str, says: str):
    outcome = rls("test", project(tmp_path, SQL, line, ACTORS, "supabase"))
    assert outcome.code == 2
    assert says in outcome.err + outcome.out


def test_without_storage(tmp_path: Path):
    outcome = rls("test", project(tmp_path, "select 1;", "storage: {papers: {kind: private}}", ACTORS, "plain"))
    assert outcome.code == 2
    assert "there is no" in outcome.err + outcome.out
