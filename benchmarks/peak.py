"""Run a command and write the largest resident size it reached, in KiB: `python -I -S peak.py FILE COMMAND…`.

Linux counts what a process held before exec, which is its parent's size: hence a small parent.
"""

import os
import sys

if __name__ == "__main__":
    report, *command = sys.argv[1:]
    child = os.fork()
    if child == 0:
        os.execvp(command[0], command)
    _, status, usage = os.wait4(child, 0)
    with open(report, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib would make the parent larger
        file.write(str(usage.ru_maxrss))
    sys.exit(os.waitstatus_to_exitcode(status))
