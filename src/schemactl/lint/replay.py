"""The answer of the last run, given again where nothing has changed.

A run is remembered under its arguments, folder, environment, day and version, with the lists of files that it found,
and the state and a digest of what it rests on: the files that it read, and the places where a configuration could be.

A file whose size, times and inode are what they were is taken to be the same, as git takes it: no edit leaves the time
of the last change of the inode alone. Only a file written the moment before it was looked at might be written once more
at the same time; then, and where the states differ, the contents decide.

The answer comes before Typer or the parser are loaded, and with them the greater part of the standard library: what is
imported here the interpreter has at hand.
"""

from __future__ import annotations

import os
import sys
import time
import zlib

from schemactl import __version__
from schemactl.lint import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

Answer = tuple[bytes | memoryview, int]
"""What a run wrote to standard output, and its exit code."""

_KEPT = 32
_LARGEST = 4 * 1024 * 1024
_END = b"\0\0"  # of what is said of an answer; behind it stands the answer
_MOMENT = 2_000_000_000  # nanoseconds: the coarsest clock of a file system, FAT's
_KIND, _FOLDER, _FILE = 0o170000, 0o040000, 0o100000  # of st_mode; inode(7)
_STREAM = "|"
_ENVIRONMENT = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "LANG", "LC_ALL", "PYTHONIOENCODING")


class Seen:
    """What a run rests on, as it was at one time: the folders it looks into, and the files that count, there or not."""

    def __init__(self, roots: list[tuple[str, int]], paths: list[str]) -> None:
        self.roots = roots
        self.paths = paths
        self._looked = time.time_ns()
        self.lists = [file for root, depth in roots for file in walk.sql_files(root, depth)]
        self.states = [_state(path) for path in paths]

    @property
    def state(self) -> str:
        """Lists and states as one text."""
        return "\n".join((*self.lists, "", *self.states))

    @property
    def settled(self) -> bool:
        """Whether a later write of any of the files would give it another state."""
        times = [int(word) for state in self.states for word in state.split()[1:3]]
        return os.name == "posix" and max(times, default=0) + _MOMENT < self._looked

    def digest(self) -> str:
        """A digest of the lists and of all contents."""
        import hashlib

        digest = hashlib.blake2b("\n".join(self.lists).encode(errors="surrogatepass"), digest_size=16)
        for path, state in zip(self.paths, self.states, strict=True):
            if state == _STREAM:
                return ""
            try:
                with open(path, "rb") as file:
                    data = file.read()
                digest.update(b"%d:" % len(data))
                digest.update(data)
            except OSError as error:
                digest.update(type(error).__name__.encode())
        return digest.hexdigest()


def recall(arguments: Sequence[str]) -> Answer | None:
    """The remembered answer to these arguments, when everything it rests on is as it was."""
    try:
        key = _key(arguments)
        with open(_place(key), "rb") as file:
            entry = file.read()
        end = entry.index(_END)
        text = memoryview(entry)[end + len(_END) :]
        known, code, settled, digest, roots, paths, state = entry[:end].decode(errors="surrogatepass").split("\0")
        if known != key:
            return None
        depths = (line.partition(" ") for line in roots.split("\n"))
        now = Seen([(root, int(depth)) for depth, _, root in depths], paths.split("\n"))
        if now.state != state or settled != "settled":
            if now.digest() != digest:
                return None
            if now.settled:
                _write(key, (text, int(code)), now, digest)
        return text, int(code)
    except (OSError, ValueError):
        return None


def look(paths: list[str], rests_on: list[str]) -> tuple[Seen, str] | None:
    """What there is before a run reads it: of the paths asked for, and of the files that the answer will rest on.

    None for what can be read but once.
    """
    seen = Seen(walk.roots(paths), rests_on)
    return None if _STREAM in seen.states else (seen, seen.digest())


def remember(arguments: Sequence[str], text: str, code: int, before: tuple[Seen, str] | None) -> None:
    """Keep an answer, unless something has changed since `before`. Failing to is no error."""
    if before is None:
        return
    seen, digest = before
    names = [*seen.paths, *(root for root, _ in seen.roots)]
    if len(text) > _LARGEST or any("\n" in name for name in names):
        return
    if Seen(seen.roots, seen.paths).state == seen.state:
        written = text.replace("\n", os.linesep).encode(sys.stdout.encoding)
        try:
            _write(_key(arguments), (written, code), seen, digest)
        except (OSError, ValueError):
            return


def _write(key: str, answer: Answer, seen: Seen, digest: str) -> None:
    text, code = answer
    roots = "\n".join(f"{depth} {root}" for root, depth in seen.roots)
    settled = "settled" if seen.settled else "fresh"
    head = "\0".join((key, str(code), settled, digest, roots, "\n".join(seen.paths), seen.state))
    place = _place(key)
    os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
    unfinished = f"{place}.{os.getpid()}"
    with open(unfinished, "wb") as file:
        file.writelines((head.encode(errors="surrogatepass"), _END, text))
    os.replace(unfinished, place)
    _prune(os.path.dirname(place))


def _state(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return "-"
    kind = found.st_mode & _KIND
    if kind == _FOLDER:
        return "/"  # its times tell nothing of its being there
    if kind != _FILE:
        return _STREAM
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def _key(arguments: Sequence[str]) -> str:
    own = sorted(item for item in os.environ.items() if item[0].startswith("SCHEMACTL_") or item[0] in _ENVIRONMENT)
    terminal = os.get_terminal_size().columns if sys.stdout.isatty() else 0
    today = time.strftime("%Y-%m-%d")
    way = (own, terminal, sys.stdout.encoding)
    return repr((__version__, sys.version, _program(), list(arguments), os.getcwd(), way, today))


def _place(key: str) -> str:
    """Where the answer lies. Two keys may share a place: the entry holds its key."""
    return os.path.join(_folder(), f"{zlib.crc32(key.encode()):08x}")


def _program() -> tuple[str | int, ...]:
    """What changes with the program: an installed copy is replaced as a whole, one that is worked on file by file."""
    package = os.path.dirname(os.path.dirname(__file__))
    folder = os.path.dirname(package)
    if os.path.basename(folder) in {"site-packages", "dist-packages"}:
        return package, _state(__file__), os.stat(folder).st_mtime_ns
    return package, *(os.stat(file).st_mtime_ns for file in walk.files(package, walk.DEEPEST, ".py"))


def _folder() -> str:
    asked = os.environ.get("SCHEMACTL_CACHE_DIR")
    if asked:
        return os.path.join(asked, "lint")
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "schemactl", "lint")


def _prune(folder: str) -> None:
    """Forget all but the latest answers."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for entry in entries[_KEPT:]:
        os.unlink(entry.path)
