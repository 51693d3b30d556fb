"""Runs the command in this process; knows no expression."""

import pytest

from viz.command import cli


@pytest.fixture
def run(capsys):
    """Return a function that gives a command line's status, output and errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
