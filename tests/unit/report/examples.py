"""Reports to render: a fine one, one with everything, and any at all (Hypothesis)."""

from dataclasses import replace

from hypothesis import strategies as st

from schemactl.core.findings import Edit, Evidence, Finding, Fix, Severity, Span
from schemactl.core.results import Cell, Mood, Report, Skipped, Table, Text

SOURCE = """-- base: public
ALTER TABLE meal_plans ADD COLUMN IF NOT EXISTS generation_status text;
ALTER TABLE meal_plans
  ADD CONSTRAINT meal_plans_generation_status_check
  CHECK (generation_status IN ('idle', 'generating'));
"""
AGAIN = Finding(
    rule="again",
    severity=Severity.ERROR,
    message='Run again, the statement fails: constraint "c" already exists (42710, duplicate object).',
    evidence=Evidence.EXECUTED,
    span=Span("migrations/0046_status.sql", 3, 1, 5, 55),
    statement=2,
    object="table public.meal_plans",
    hint="Drop it first:\nALTER TABLE meal_plans DROP CONSTRAINT IF EXISTS c;",
    repro="\\i migrations/0046_status.sql\n\\i migrations/0046_status.sql",
)
PREFERENCE = Finding(
    rule="prefer-text",
    severity=Severity.WARNING,
    message="A length limit is a lock later.",
    evidence=Evidence.STATIC,
    span=Span("migrations/0046_status.sql", 2, 49, 2, 66),
    statement=1,
    fix=Fix("say text", (Edit(12, 20, "text"),)),
)
LOOSE = Finding(rule="grants", severity=Severity.INFO, message="Nobody may.", evidence=Evidence.PROVED)
FINE = Report("verify", "12 migrations hold.", details={"migrations": 12})
FULL = Report(
    "verify",
    "1 of 12 migrations cannot run again.",
    findings=(LOOSE, PREFERENCE, AGAIN),
    skipped=(Skipped("populated", "no rows satisfy check [c]"),),
    sections=(
        Table(
            "Migrations",
            ("file", "ms"),
            ((Cell("0046_status.sql", Mood.BAD), Cell("12")),),
            numeric=frozenset({"ms"}),
        ),
        Text("Plan", "SELECT 1;", code="sql"),
    ),
    details={"checks": {"again": "failed"}},
    sources={"migrations/0046_status.sql": SOURCE},
)

# Text that breaks careless renderers more often than chance would find it.
MARKUP = ("[bold]x[/]", "::error::", "%0A%", "]]>", "<a href=\"'&", "\\", "`", "{}", "$(x)")
CONTROLS = ("\x1b[31m", "\x00\x07\x0b", "\r\n", "\n\n", "\ud800", "\ufffe\uffff", "\u202e", "\u2028")
NASTY = st.sampled_from((*MARKUP, *CONTROLS, "𝔘", "表" * 90, "x" * 300))
WORDS = st.lists(NASTY | st.text(max_size=12), max_size=4).map("".join)
NUMBERS = st.integers(1, 12)


@st.composite
def spans(draw: st.DrawFn, files: st.SearchStrategy[str] = WORDS) -> Span:
    """Any stretch, in or out of the source."""
    line, column = draw(NUMBERS), draw(NUMBERS)
    end_line = line + draw(st.integers(0, 8))
    end_column = draw(NUMBERS) if end_line > line else column + draw(st.integers(0, 80))
    return Span(draw(files.filter(bool)), line, column, end_line, end_column)


FINDINGS = st.builds(
    Finding,
    rule=WORDS.filter(bool),
    severity=st.sampled_from(Severity),
    message=WORDS,
    evidence=st.sampled_from(Evidence),
    span=st.none() | spans(),
    statement=st.none() | NUMBERS,
    object=st.none() | WORDS,
    hint=st.none() | WORDS,
    fix=st.none() | st.builds(Fix, WORDS, st.tuples(st.builds(Edit, st.just(0), NUMBERS, WORDS))),
    repro=st.none() | WORDS,
)
SECTIONS = st.builds(Text, WORDS, WORDS, st.sampled_from(["", "sql"])) | st.builds(
    lambda title, cells: Table(title, ("a", "b"), tuple(cells), frozenset({"b"})),
    WORDS,
    st.lists(st.tuples(st.builds(Cell, WORDS, st.sampled_from(Mood)), st.builds(Cell, WORDS)), max_size=3),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Any report; half the files it names have a source."""
    findings = tuple(draw(st.lists(FINDINGS, max_size=4)))
    source = draw(st.lists(WORDS, max_size=8).map("\n".join))
    return replace(
        FINE,
        summary=draw(WORDS),
        findings=findings,
        skipped=tuple(draw(st.lists(st.builds(Skipped, WORDS, WORDS), max_size=2))),
        sections=tuple(draw(st.lists(SECTIONS, max_size=2))),
        sources={finding.span.file: source for finding in findings[::2] if finding.span},
        failed=draw(st.booleans()),
    )
