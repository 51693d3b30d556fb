"""The pictures of "Getting started", by its own commands; `python tests/pictures.py` brings docs/ up to date.

Knows how the page writes a picture: `-o J.svg` in a command of the shell, `.save("NAME.svg")` in an example.
Asserts nothing itself.
"""

import doctest
import re
import shlex
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGE = DOCS / "getting-started.md"


def names(page: str) -> list[str]:
    """List the pictures that the page shows."""
    return re.findall(r"\]\((\w+)\.svg\)", page)


def command(page: str) -> list[str]:
    """Return the arguments of the command that the page gives for its first picture."""
    (line,) = re.findall(r"^chainrule (.*) -o J\.svg$", page, flags=re.MULTILINE)
    return [*shlex.split(line), "-o", "J.svg"]


def draw(page: str, folder: Path, kind: str) -> None:
    """Run the page's command and its examples in a folder, writing its pictures as `kind`: "svg" or "dot"."""
    from viz.command.cli import main

    text = page.replace('.svg")', f'.{kind}")').replace(
        "\n```", "\n\n```"
    )  # a blank line ends what is expected
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, PAGE.name, 0)
    with chdir(folder), redirect_stdout(None):
        main([argument.replace("J.svg", f"J.{kind}") for argument in command(page)])
        doctest.DocTestRunner(verbose=False).run(examples, out=lambda _: None)


def update() -> None:
    """Write every picture of the page, and the DOT it comes from, to docs/."""
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        for kind in ("svg", "dot"):
            draw(page, Path(name), kind)
        for picture in names(page):
            for kind in ("svg", "dot"):
                (DOCS / f"{picture}.{kind}").write_bytes((Path(name) / f"{picture}.{kind}").read_bytes())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    update()
