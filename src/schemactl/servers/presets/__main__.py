"""`python -m schemactl.servers.presets supabase legacy`: the SQL of a built-in preset, for psql."""

import sys

from schemactl.core.config import Grants
from schemactl.servers.presets import BUILT_IN, load


def main(name: str = "", grants: str = Grants.LEGACY) -> int:
    """Print the scripts of the preset."""
    if name not in BUILT_IN or grants not in set(Grants):
        sys.stderr.write(f"usage: python -m schemactl.servers.presets {'|'.join(BUILT_IN)} [{'|'.join(Grants)}]\n")
        return 2
    for script in load(name, Grants(grants)).scripts:
        sys.stdout.write(f"{script.text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
