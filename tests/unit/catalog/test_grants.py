import pytest

from schemactl.catalog.grants import privileges


@pytest.mark.parametrize(
    ("acl", "kind", "expected"),
    [
        (["app=r/boss"], "table", {"app": ["SELECT"]}),
        (["app=wra/boss"], "table", {"app": ["SELECT", "INSERT", "UPDATE"]}),
        (["=U/boss"], "schema", {"PUBLIC": ["USAGE"]}),
        (["boss=UC/boss"], "schema", {"(owner)": ["ALL"]}),
        (["app=r*w/boss"], "table", {"app": ["SELECT WITH GRANT OPTION", "UPDATE"]}),
        (["app=r/boss", "app=r*/other"], "table", {"app": ["SELECT WITH GRANT OPTION"]}),
        (["app=rwU/boss"], "sequence", {"app": ["ALL"]}),
        (["app=r*w*U*/boss"], "sequence", {"app": ["ALL WITH GRANT OPTION"]}),
        (["app=X/boss"], "function", {"app": ["EXECUTE"]}),
        (['"odd ""name"=r/boss'], "table", {'odd "name': ["SELECT"]}),
        (['"a=b/c"=r/boss'], "table", {"a=b/c": ["SELECT"]}),
        ([], "table", {}),
    ],
)
def test_privileges_by_grantee(acl: list[str], kind: str, expected: dict[str, list[str]]):
    assert privileges(acl, "boss", kind, 150000) == expected


def test_all_means_all_on_every_version():
    assert privileges(["app=arwdDxt/boss"], "boss", "table", 160000) == {"app": ["ALL"]}
    assert privileges(["app=arwdDxtm/boss"], "boss", "table", 170000) == {"app": ["ALL"]}
    assert "ALL" not in privileges(["app=arwdDxt/boss"], "boss", "table", 170000)["app"]
