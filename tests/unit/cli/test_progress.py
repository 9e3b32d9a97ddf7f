import re
from datetime import UTC, datetime
from io import StringIO

import pytest

from schemactl.cli.output import Format
from schemactl.cli.progress import progress
from schemactl.core.events import Advanced, Event, Finished, Note, Started

EVENTS: tuple[Event, ...] = (
    Started("applying [x]", total=3),
    Advanced("applying [x]", 1, note="0004_generations.sql"),
    Note("a plain note"),
    Note("somebody holds the lock", warning=True),
    Advanced("unknown task", 1),
    Finished("applying [x]"),
    Finished("never started"),
)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: StringIO, output: Format = Format.CONSOLE, *, quiet: bool = False) -> str:
    with progress(output=output, quiet=quiet, stream=stream) as listener:
        for event in EVENTS:
            listener(event)
    return stream.getvalue()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[\??[0-9;]*[a-zA-Z]", "", text)


def test_without_a_terminal_notes_are_lines():
    assert told(StringIO()) == "note: a plain note\nwarning: somebody holds the lock\n"


@pytest.mark.parametrize(("output", "quiet"), [(Format.CONSOLE, True), (Format.JSON, False), (Format.SARIF, False)])
@pytest.mark.parametrize("stream", [StringIO, Terminal])
def test_quiet_and_formats_for_programs_leave_warnings_only(output: Format, quiet: bool, stream: type[StringIO]):
    assert told(stream(), output, quiet=quiet) == "warning: somebody holds the lock\n"


def test_a_terminal_gets_bars_that_vanish(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm")
    text = told(Terminal())
    assert "applying [x]" in plain(text)
    assert "warning: somebody holds the lock\n" in plain(text)
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor is hidden, and shown again


def test_an_interrupt_gives_the_cursor_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()

    def interrupted() -> None:
        with progress(output=Format.CONSOLE, stream=stream) as listener:
            listener(Started("long", total=None))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "\x1b[?25h" in stream.getvalue()


def test_nothing_happens_when_nothing_is_told():
    stream = Terminal()
    with progress(output=Format.CONSOLE, stream=stream):
        pass
    assert not plain(stream.getvalue()).strip()


class Hand:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def told_over(seconds: list[float], *, quiet: bool = False) -> str:
    """Two tasks of 300 steps, one of which makes ten at each of these times."""
    stream, clock = StringIO(), Hand()
    with progress(output=Format.CONSOLE, quiet=quiet, stream=stream, clock=clock) as listener:
        listener(Started("again", 300))
        listener(Started("crash", 300))
        for number, time in enumerate(seconds, 1):
            clock.time = time
            listener(Advanced("again", 10 * number, "0010_t.sql"))
        listener(Finished("again"))
        listener(Finished("crash"))
    return stream.getvalue()


def test_a_log_hears_every_half_minute_how_far_long_tasks_are():
    assert told_over([10, 20, 29]) == ""
    assert told_over([10, 31, 40, 62]) == (
        "note: again 20 of 300, crash 0 of 300; about 7 min left for these\n"
        "note: again 40 of 300, crash 0 of 300; about 7 min left for these\n"
    )
    assert told_over([10, 31, 40, 62], quiet=True) == ""
