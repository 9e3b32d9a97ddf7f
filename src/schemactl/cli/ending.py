"""How the program ends: errors become a message and an exit code, never a traceback."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from schemactl.cli.output import Format, show_error
from schemactl.core.errors import InternalError, InterruptedRun, SchemactlError
from schemactl.core.exit_codes import ExitCode


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


def _bug(error: Exception) -> SchemactlError:
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    words = f"an error in schemactl itself: {type(error).__name__}: {error} (at {place})"
    return InternalError(words, hint="Please report it; SCHEMACTL_TRACEBACK=1 shows the whole traceback.")


def _failed(error: SchemactlError, output: Format) -> int:
    show_error(error, output)
    return error.exit_code
