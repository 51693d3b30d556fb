"""Worksheets: a graph on one page of paper, to be worked through by hand, and the same page solved.

It puts a drawing, tables and questions together, and knows the files that pages can be saved as; how each of
these is written stands next door.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from autograd import Graph, Value, practice
from autograd.practice import Question
from viz.drawing.drawing import Box
from viz.drawing.figure import Figure, ending
from viz.figures.names import mathematics, names_of, visible
from viz.figures.size import fitted
from viz.player.questions import HIDDEN
from viz.player.stage import LONGEST_TITLE, NOT_YET, expression
from viz.player.walkthrough import walkthrough
from viz.sheets import html, latex, pdf, text
from viz.sheets.asked import few
from viz.sheets.content import Content, given_words, tables

MOST = 24  # nodes: the tables of more do not fit on a page
LINE = "____"  # where something is to be written in the drawing


class Worksheet:
    """One page of paper about a graph: drawing, tables and questions, blank, or solved.

    Shows itself in a notebook. Made by `viz.worksheet` and, one for each variant, by `viz.exam`.

    Parameters
    ----------
    content : Content
        What stands on it.
    blank, filled : Figure
        The drawing without its numbers, and with them.
    mathematics : callable
        Returns the texts on it that are mathematics, and how LaTeX writes them.
    is_solved : bool
        Which of both is printed.
    """

    def __init__(
        self,
        content: Content,
        blank: Figure,
        filled: Figure,
        mathematics: Callable[[], Mapping[str, str]],
        is_solved: bool = False,
    ) -> None:
        self.content, self.blank, self._filled = content, blank, filled
        self.mathematics, self.is_solved = mathematics, is_solved

    @property
    def solved(self) -> "Worksheet":
        """The same page with everything filled in."""
        return Worksheet(self.content, self.blank, self._filled, self.mathematics, True)

    @property
    def figure(self) -> Figure:
        """The drawing on it."""
        return self._filled if self.is_solved else self.blank

    @cached_property
    def text(self) -> str:
        """The page in words."""
        return text.printed([self])

    @property
    def html(self) -> str:
        """The page as a fragment of HTML."""
        return html.fragment([self])

    def save(self, path: str | Path) -> Path:
        """Write the page to a file whose ending says how.

        Parameters
        ----------
        path : str or Path
            ``.pdf`` (needs the extra ``exam``), ``.html``, ``.tex`` or ``.txt``. The folder must exist.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            Another ending.
        ModuleNotFoundError
            A PDF without the package that sets it; the message names it.
        RenderError
            Graphviz is missing or failed.
        """
        return saved([self], path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return the page for a notebook; where the drawing fails, its words and the reason."""
        try:
            return {"text/html": self.html, "text/plain": self.text}
        except Exception as error:  # noqa: BLE001 - a drawing must never break the reader's notebook
            return {"text/plain": f"{self.text}\n(no picture: {error})\n"}

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        kind = "solved" if self.is_solved else "blank"
        return f"<viz.Worksheet {self.content.title!r}, {kind}: .text .html .solved .save(path)>"


# The table of files: what an ending says, and who writes these pages so.
FORMATS: dict[str, Callable[[Sequence[Worksheet]], str | bytes]] = {
    ".pdf": pdf.printed,
    ".html": html.page,
    ".tex": latex.printed,
    ".txt": text.printed,
}


def saved(sheets: Sequence[Worksheet], path: str | Path) -> Path:
    """Write pages to one file, one after the other."""
    path = Path(path)
    made = FORMATS[ending(path, FORMATS, "worksheet.pdf")](sheets)
    path.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)
    return path


def worksheet(
    root: Value | Graph | int,
    *,
    level: int = 1,
    asked: Sequence[Question] | None = None,
    names: Mapping[str, Any] | None = None,
    notation: str = "leibniz",
    limit: int = MOST,
    title: str = "",
    code: str = "",
    command: str = "",
) -> Worksheet:
    """Make a page of paper of a graph: to be worked through by hand, and with `.solved` the solution.

    Parameters
    ----------
    root : Value, Graph or int
        The result that is differentiated, or a snapshot of its graph (a collapsed one too); or a seed, from
        which a graph is drawn.
    level : int
        How difficult a drawn graph is, from 1, the easiest, to 3.
    asked : sequence of Question, optional
        What is asked below the tables; by default what suits this graph.
    names : mapping, optional
        Variables, usually `locals()`: a node without a label is called by its variable.
    notation : str
        How gradients are written, as in `viz.graph`.
    limit : int
        How many nodes may be on it; a larger graph is collapsed to its labelled nodes.
    title : str
        What stands above it; by default the expression.
    code, command : str
        What stands in the corner: the variant, and the command that prints it again, with a square code for
        telephones.

    Returns
    -------
    Worksheet
        With `.solved`, `.text`, `.html`, `.save(path)`; shows itself in a notebook.

    Raises
    ------
    TooLargeError
        If the graph has more nodes than a page has room for, also when it is collapsed to its labels.
    ValueError
        If `notation` is not known, or if there is no such level.

    See Also
    --------
    exam : Variants with a code each, a key for the solutions, files for learning platforms.
    walkthrough : The same on the screen, step by step.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> print(worksheet(J, names=locals(), asked=()).solved.text)
    J = 3 * (a + b * c)   (solution)
    a = 5, b = 3, c = 2
    <BLANKLINE>
    1  Forward: the values
    u = b * c   3·2 = 6
    v = a + u   5 + 6 = 11
    J = 3 * v   3·11 = 33
    <BLANKLINE>
    2  One arrow each: the local derivatives
    ...
    dJ/db   dJ/du·∂u/∂b = 3·2 = 6
    ...
    """
    whole = practice.question("gradient", root, level).graph if isinstance(root, int) else Graph.of(root)
    graph = fitted(whole, limit)
    naming = names_of(graph, names, notation)
    title = visible(title, LONGEST_TITLE) or expression(graph, naming) or naming.root
    content = Content(
        title=title,
        given=given_words(graph, naming),
        tables=tables(graph, naming),
        questions=tuple(few(graph, naming) if asked is None else asked),
        legend=naming.legend(edges=graph.edges),
        code=code,
        command=command,
    )
    walk = partial(walkthrough, graph, names=names, notation=notation, title=title)
    told = partial(mathematics, naming)
    empty = walk(guess="exam").drawing
    blank = replace(empty, boxes=tuple(map(_lined, empty.boxes)))
    return Worksheet(content, Figure(blank, told), Figure(walk().drawing, told), told)


def _lined(box: Box) -> Box:
    """Put a line to write on where an answer is missing."""
    lines, cells = (
        tuple(line.replace(f"= {HIDDEN}", f"= {LINE}").replace(NOT_YET, LINE) for line in texts)
        for texts in (box.lines, box.cells)
    )
    return replace(box, lines=lines, cells=cells)
