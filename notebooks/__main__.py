"""`python -m notebooks build | run`: make the notebooks, execute them."""

from __future__ import annotations

import argparse
import sys

from tqdm import tqdm

from notebooks.build import build, execute, lessons


def main() -> int:
    """Run the command; return 0."""
    parser = argparse.ArgumentParser(prog="python -m notebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="write the notebooks from their sources, without outputs")
    commands.add_parser("run", help="execute every lesson from top to bottom; warnings are errors")
    options = parser.parse_args()
    if options.command == "build":
        print(*(path.name for path in build()), sep="\n")
    else:
        for lesson in tqdm(lessons(), desc="lessons"):
            execute(lesson)
    return 0


if __name__ == "__main__":
    sys.exit(main())
