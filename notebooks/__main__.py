"""`python -m notebooks build | run`: make the notebooks, execute them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from notebooks.build import FOLDER, build, execute, lessons


def main() -> int:
    """Run the command; return 0."""
    parser = argparse.ArgumentParser(prog="python -m notebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    notebooks = commands.add_parser("build", help="write the notebooks from their sources, without outputs")
    notebooks.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where to; by default here")
    notebooks.add_argument("--solutions", action="store_true", help="a teacher's copies, with the solutions")
    commands.add_parser("run", help="execute every lesson from top to bottom; warnings are errors")
    options = parser.parse_args()
    if options.command == "build":
        if options.solutions and options.folder == FOLDER:
            parser.error("build FOLDER --solutions: name a folder; the notebooks here are students' copies.")
        print(*(path.name for path in build(options.folder, options.solutions)), sep="\n")
    else:
        for lesson in tqdm(lessons(), desc="lessons"):
            execute(lesson)
    return 0


if __name__ == "__main__":
    sys.exit(main())
