"""How the program ends: errors become a message and an exit code, never a traceback."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

from schemactl.cli.output import Format, show_error
from schemactl.core.errors import InternalError, InterruptedRun, SchemactlError, UsageError
from schemactl.core.exit_codes import ExitCode

_REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.EIO, errno.EFBIG}


def ended(run: Callable[[], int], output: Format) -> int:
    """The exit code of `run`, whatever becomes of it; with SCHEMACTL_TRACEBACK set, a mistake of ours is raised."""
    try:
        return run()
    except SchemactlError as error:
        return _failed(error, output)
    except KeyboardInterrupt:
        return _failed(InterruptedRun("interrupted"), output)
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.OK
    except OSError as error:
        known = _of_the_system(error)
        if known is None and os.environ.get("SCHEMACTL_TRACEBACK"):
            raise
        return _failed(known or _bug(error), output)
    except Exception as error:
        if os.environ.get("SCHEMACTL_TRACEBACK"):
            raise
        return _failed(_of_a_server(error) or _bug(error), output)


def _of_a_server(error: Exception) -> SchemactlError | None:
    """What happened, where a server went away, or holds what nobody can read, while a command was at work on it."""
    if "psycopg" not in sys.modules:
        return None
    from schemactl.db.failure import unforeseen

    return unforeseen(error)


def _of_the_system(error: OSError) -> SchemactlError | None:
    """What the operating system refused: room, permission, another open file."""
    if error.errno not in _REFUSALS:
        return None
    what = f"cannot use {error.filename}" if error.filename else "cannot write the output"
    return UsageError(f"{what}: {error.strerror}")


def _bug(error: Exception) -> SchemactlError:
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    words = f"an error in schemactl itself: {type(error).__name__}: {error} (at {place})"
    return InternalError(words, hint="Please report it; SCHEMACTL_TRACEBACK=1 shows the whole traceback.")


def _failed(error: SchemactlError, output: Format) -> int:
    try:
        show_error(error, output)
    except OSError:
        # Standard output is what failed: what is left in its buffer must not fail again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        show_error(error, Format.CONSOLE)
    return error.exit_code
