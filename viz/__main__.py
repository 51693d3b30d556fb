"""Runs the command `chainrule` as `python -m viz`, where its script is not on the path."""

import sys

from viz.command.cli import main

if __name__ == "__main__":
    sys.exit(main())
