"""`python -m notebooks build | run | publish FOLDER`: make the notebooks, execute them, make the pages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from notebooks.build import build, execute, lessons
from notebooks.publish import publish


def main() -> int:
    """Run the command; return 0."""
    parser = argparse.ArgumentParser(prog="python -m notebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="write the notebooks from their sources, without outputs")
    commands.add_parser("run", help="execute every lesson from top to bottom; warnings are errors")
    pages = commands.add_parser("publish", help="execute every lesson and write pages that open offline")
    pages.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.command == "build":
        print(*(path.name for path in build()), sep="\n")
    elif options.command == "run":
        for lesson in tqdm(lessons(), desc="lessons"):
            execute(lesson)
    else:
        print(f"Open {publish(options.folder)[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
