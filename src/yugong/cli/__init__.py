"""The command line: one file a verb; heavy imports happen inside the functions."""

import sys


def main() -> None:
    """Run `yugong`; exit 0 when all is well, 1 when an input was refused, 2 on wrong usage."""
    from yugong.cli.app import run

    sys.exit(run(sys.argv[1:]))
