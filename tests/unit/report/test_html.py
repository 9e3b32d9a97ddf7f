from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from tests.unit.report.examples import FINE, FULL, LOOSE, reports

from schemactl.core.results import Report
from schemactl.report import render


class Page(HTMLParser):
    """The text of a page, and its tags; every tag must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(report: Report) -> Page:
    return Page(render(report, "html"))


def test_the_page_says_what_the_console_says():
    text = page(FULL).text
    assert "error[again]  line 3:1" in text
    assert "ALTER TABLE meal_plans DROP CONSTRAINT IF EXISTS c;" in text
    assert "✗ 1 of 12 migrations cannot run again." in text


def test_the_title_is_the_summary():
    assert "schemactl verify: 12 migrations hold." in page(FINE).text


def test_text_is_no_markup():
    shown = page(replace(FINE, summary="{x} <script>a</script>", findings=(replace(LOOSE, message="<b>&amp;"),)))
    assert {"script", "b"}.isdisjoint(shown.tags)
    assert "<b>&amp;" in shown.text
    assert shown.text.count("{x} <script>a</script>") == 2


@given(reports())
def test_any_text_gives_a_closed_page(report: Report):
    assert page(report).tags <= {"html", "head", "meta", "title", "style", "body", "pre", "code", "span"}
