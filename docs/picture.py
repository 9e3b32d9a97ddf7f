"""Draw docs/verify.svg from what the program really prints: `make picture`.

The migrations of the example tree with one file as its plan first had it, and how that is found and mended.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
FILE = "0046_meal_plan_generation_status.sql"
LATER = ("0047_*", "20251130_*")  # build on the mended file
WIDTH = 104
BLACK, RED, GREEN, YELLOW = (56, 58, 66), (202, 60, 50), (60, 130, 60), (160, 110, 0)
BLUE, MAGENTA, CYAN, GREY = (50, 100, 200), (150, 50, 150), (10, 120, 140), (140, 140, 140)
THEME = TerminalTheme((250, 250, 250), BLACK, [BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, GREY])
# Fonts of the reader's own machine: a page that shows the picture loads nothing else.
FORMAT = """<svg viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect width="{terminal_width}" height="{terminal_height}" rx="8" fill="#fafafa" stroke="#d0d0d0"/>
<g transform="translate(8, 8) scale(0.986)">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main() -> None:
    """Run the program twice and write the picture."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w", encoding="utf-8"), force_terminal=True)  # noqa: PTH123, SIM115
    with TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "migrations", project / "migrations", ignore=shutil.ignore_patterns(*LATER))
        shutil.copy(ROOT / "schemactl.toml", project)
        shutil.copy(ROOT / "tests/cases/plans/migrations" / FILE, project / "migrations")
        show(console, project, "verify")
        show(console, project, "fix")
        show(console, project, "verify")
    picture = console.export_svg(theme=THEME, code_format=FORMAT, unique_id="cast", font_aspect_ratio=0.6)
    (ROOT / "docs/verify.svg").write_text(picture, encoding="utf-8")


def show(console: Console, project: Path, command: str) -> None:
    """`schemactl COMMAND` in `project`, prompt and output."""
    done = subprocess.run(
        [sys.executable, "-m", "schemactl", command],
        check=False,
        capture_output=True,
        text=True,
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)},
    )
    console.print(Text(f"$ schemactl {command}", "bold"))
    console.print(Text.from_ansi(done.stdout.rstrip()))
    console.print()


if __name__ == "__main__":
    main()
