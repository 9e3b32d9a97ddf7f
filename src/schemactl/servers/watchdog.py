"""Run as a program: waits for its standard input to end and, unless it heard `done`, removes the containers of a label.

It is started with the label `name=value` of one run, and outlives a killed schemactl just long enough.
"""

import sys


def main() -> None:
    """Wait, then clean up."""
    if sys.stdin.buffer.read() == b"done":
        return
    import docker

    engine = docker.from_env()
    for container in engine.containers.list(all=True, filters={"label": sys.argv[1]}):
        container.remove(force=True, v=True)


if __name__ == "__main__":
    main()
