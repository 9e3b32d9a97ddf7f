"""What must never be committed."""

import re
from pathlib import Path

import pytest
from tests.meta.tree import ROOT, files, name

# Written in halves, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a path of one machine": "/(?:home|root|Users|" + "work)/[a-z]",
    "a package registry": r"\b(?:pypi\.|registry\.npm|files\.python|index\.crates)" + r"[a-z.]+",
    "a password in an address": r"postgres(?:ql)?://(?P<user>[^:/@\s{}]+):(?!(?P=user)@|\*|…|password@)[^@/\s{}\"'<$]+@(?!\{)",
    "a platform token": "(?:sbp_(?:oauth_)?[a-f0-9]{40}|gh[pousr]_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16})",
    "a JSON web token": r"eyJ[A-Za-z0-9_-]{8,}\." + r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    "a private key": "-----BEGIN " + "[A-Z ]*PRIVATE KEY-----",
}
GENUINE = {
    "a path of one machine": ("/ho" + "me/ada/x", "/usr/lib/postgresql"),
    "a package registry": ("https://pypi" + ".org/simple", "a package index"),
    "a password in an address": ("postgresql://ada:s3" + "cret@h/x", "postgresql://ada:ada@h/x"),
    "a platform token": ("sbp_" + "0123456789" * 4, "sbp_0123"),
    "a JSON web token": ("eyJhbGciOiJI.ey" + "JzdWIiOiIxMjM0.c2lnbmF0dXJl", "eyJ.eyJ"),
    "a private key": ("-----BEGIN " + "RSA PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"),
}


def texts() -> list[tuple[str, str]]:
    return [(name(path), text) for path in files() if (text := read(path)) is not None]


def read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_holds_none(what: str):
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_pattern_tells_bad_from_good(what: str):
    bad, good = GENUINE[what]
    assert re.search(FORBIDDEN[what], bad)
    assert not re.search(FORBIDDEN[what], good)


def test_the_changelog_has_a_place_for_what_comes():
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def links(page: Path) -> list[Path]:
    """What a page of ours points to inside the tree."""
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return [(page.parent / target).resolve() for target in targets]


def test_links_between_pages_lead_somewhere():
    pages = [path for path in files() if path.suffix == ".md"]
    assert [f"{name(page)}: {link}" for page in pages for link in links(page) if not link.exists()] == []


def test_every_page_can_be_reached_from_the_readme():
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page.suffix == ".md" and page not in reached:
            reached.add(page)
            ahead += links(page)
    assert [name(path) for path in (ROOT / "docs").rglob("*.md") if path not in reached] == []
