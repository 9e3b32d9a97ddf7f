import re
from pathlib import Path

from tests.integration.catalog.test_attributes import FOLDER

from schemactl.catalog import reading

QUERIES = Path(reading.__file__).with_name("queries")
ALIAS = re.compile(r"\bas (\w+)(?=,?\n)")
# Asked by traces, which read the catalogs' rows as they are.
TRACES = {"trace", "trace_names", "trace_references", "written"}
# Never changed alone: they come with another attribute, or need what no test has.
ACCOMPANYING = {
    "acl": "shown as grants",
    "acl_owner": "shown as grants",
    "columns": "of a constraint: with its definition",
    "references": "with its definition",
    "referenced_columns": "with its definition",
    "function": "of a trigger: with its definition",
    "tablespace": "a directory on the server",
    "immediate": "of an index: with its constraint",
    "server": "another object",
    "library": "a C program",
    "transforms": "an extension",
}


def attributes_read() -> set[tuple[str, str]]:
    return {
        (path.stem, alias)
        for path in QUERIES.glob("*.sql")
        if path.stem not in {"session", "present"} | TRACES
        for alias in ALIAS.findall(path.read_text(encoding="utf-8"))
    }


def test_queries_and_their_kinds_are_known():
    present = (QUERIES / "present.sql").read_text(encoding="utf-8")
    listed = set(re.findall(r"\('(\w+)', exists", present))
    assert listed | set(reading.ALWAYS) | {"session", "present"} | TRACES == {
        path.stem for path in QUERIES.glob("*.sql")
    }


def test_common_attributes_have_a_case():
    cases = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.sql"))
    tried = {name for line in re.findall(r"-- expect: changed [^:\n]+: (.+)", cases) for name in line.split(", ")}
    common = {"tables", "columns", "constraints", "indexes", "views", "sequences", "functions", "policies", "triggers"}
    untried = {
        f"{query}.{name}"
        for query, name in attributes_read()
        if query in common and name not in tried | set(ACCOMPANYING) | {"kind", "path", "position"}
    }
    assert untried == set()
