"""What the tools with a file for each direction have in common."""

import re
from dataclasses import replace
from pathlib import Path

from schemactl.adopt.model import Foreign, Part, Place, Reading
from schemactl.adopt.reading import read, sql_files, title
from schemactl.adopt.unmapped import unmapped
from schemactl.core.findings import Finding


def read_pairs(place: Place, pattern: re.Pattern[str], tool: str) -> Reading:
    """Files whose names `pattern` takes apart: number, title, and `up`, `down` or nothing for a single file."""
    ups: dict[int, Foreign] = {}
    downs: dict[int, Part] = {}
    found: list[Finding] = []
    for path in sql_files(place.folder):
        name = pattern.fullmatch(path.name)
        if name is None:
            found.append(unmapped(f"{tool} does not run a file of this name", path, hint="Move it away."))
            continue
        number = int(name[1])
        part = Part(read(path), path)
        if name[3] == "down":
            downs[number] = part
        elif number in ups:
            other = ups[number].up.file.name
            found.append(unmapped(f"has the number of {other}", path, hint="Give one of them another number."))
        else:
            ups[number] = Foreign(str(number), title(name[2]), part, label=name[1], files=(path,))
    for number, part in downs.items():
        if number not in ups:
            found.append(unmapped("goes back, but no file goes forward", part.file, hint="Remove it."))
    return Reading(tuple(_whole(ups[number], downs.get(number)) for number in sorted(ups)), tuple(found))


def _whole(one: Foreign, down: Part | None) -> Foreign:
    if down is None:
        return one
    files: tuple[Path, ...] = (*one.files, down.file)
    return replace(one, down=down, files=files)
