"""Makes walkthroughs: every step of the forward and the backward wave, to watch, read and save.

It puts together what the engine says (`forward_steps`, `backward_steps`, `paths`) and what the player's parts
print; it computes no derivative and writes no markup of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from html import escape
from typing import Any, Unpack

from autograd import Graph, Node, Step, Value, backward_steps, forward_steps
from autograd.graph.names import Names
from viz.drawing.figure import Figure, document, laid_out, portable
from viz.drawing.looks.sheet import Sheet, SheetOptions
from viz.drawing.render import TIMEOUT, render
from viz.figures.names import mathematics, names_of, visible
from viz.figures.size import fitted
from viz.player import layers, questions
from viz.player import page as player
from viz.player import paths as player_paths
from viz.player.data import data
from viz.player.formulas import NOTE, translator
from viz.player.stage import LONGEST_TITLE, Stage, expression, marked, stage

AT_THE_END = "The gradients are those at the end of the backward sweep."
SO_FAR = "A ? stands for a value, “not yet” for a gradient that the walk has not reached."
LIMIT = 1500  # nodes: steps still answer at once, and the page stays under 4 MB


def walkthrough(
    root: Value | Graph,
    *,
    names: Mapping[str, Any] | None = None,
    notation: str = "leibniz",
    wrt: Value | Node | str | Iterable[Value | Node | str] | None = None,
    guess: bool | str = False,
    tolerance: float = 0.01,
    limit: int = LIMIT,
    title: str = "",
    direction: str | None = None,
    **sheet: Unpack[SheetOptions],
) -> "Walkthrough":
    """Make a player that walks through the forward and the backward wave of `root`, one number at a time.

    Each step lights its edge and its nodes and says what happens in words, in symbols and in numbers. Where
    several paths meet, a ledger shows what arrives from each and the running sum; two counters compare the
    multiplications done with those that the same gradients would cost path by path; a list ranks the
    chain-rule paths by their share.

    Parameters
    ----------
    root : Value or Graph
        The result that is differentiated, or a snapshot of its graph (a collapsed one too).
    names : mapping, optional
        Variables, usually `locals()`: a node without a label is called by its variable.
    notation : str
        How gradients are written: `"leibniz"` (dL/dw), `"dvar"` (dw), `"bar"` (w with a bar) or `"notes"`
        (∂L/∂w, as local derivatives are).
    wrt : Value, Node, label, or several of them, optional
        The nodes whose paths are listed; by default the leaves, largest gradient first.
    guess : bool or str
        True or `"ask"`: begin with questions, for what can be answered in the head; `"exam"`: for every
        number. What is not answered yet is hidden, in `.text`, `.svg` and the files as well.
    tolerance : float
        The relative error at which a guess counts as right; a guess that is right to the two or more digits
        typed always does.
    limit : int
        How many nodes are walked through one by one; a larger graph is collapsed to its labelled nodes first,
        and says so.
    title : str
        What stands above it; by default the whole expression where there is room, else the root's name.
    direction : str, optional
        Where values flow, as in `viz.graph`.
    **sheet : size, font_size, theme
        How the still picture looks, as `Figure.save` takes it; the theme is the player's, too.

    Returns
    -------
    Walkthrough
        Shows itself in a notebook; `.html` (a fragment), `.svg`, `.dot`, `.text`, `.steps`, `.save("x.html")`
        (a page).

    Raises
    ------
    TooLargeError
        If the labelled nodes of a large graph are too many, or none; the message gives the ways out.
    StaleGraphError
        If a leaf was assigned after the graph was recorded.
    KeyError
        If something in `wrt` is no node of the graph.
    ValueError
        If `notation`, `guess`, `tolerance`, `direction` or something of the sheet makes no sense.

    See Also
    --------
    graph : The whole graph at once.
    autograd.backward_steps : The steps as data.

    Notes
    -----
    The player needs no kernel, no network and no library: it survives the conversion of a notebook to HTML.
    Its keys stand below it. Layout needs Graphviz; `.text` does not.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> print(walkthrough(J, names=locals()).text)
    J = 3 * (a + b * c)
    <BLANKLINE>
    ...
     6  forward   J = 3 * v = 3·11 = 33; kept: ∂J/∂v = 3
     7  backward  the backward sweep starts at J: dJ/dJ = 1
     8  backward  v receives 1·3 = 3 from J: dJ/dv = 3
    ...
    """
    if not 0 <= tolerance < 1:
        raise ValueError(
            f"tolerance={tolerance!r} is no relative error: give a number from 0 up to 1, such as 0.01."
        )
    whole = Graph.of(root)
    wanted = [] if wrt is None else [whole.nodes[index] for index in whole.indices(wrt)]
    graph = fitted(whole, limit, wanted)
    if wrt is None:
        sizes = {leaf: abs(graph.adjoints[leaf] or 0.0) for leaf in graph.leaves}
        chosen = sorted(graph.leaves, key=lambda leaf: (-sizes[leaf], leaf))
    else:
        chosen = graph.indices(wanted)
    return Walkthrough(
        graph, names, notation, chosen, questions.mode(guess), tolerance, title, direction, **sheet
    )


class Walkthrough(Figure):
    """Every step over a graph as a player, as a picture of the last step, and as text.

    Attributes
    ----------
    steps : tuple of Step
        The engine's own steps, forward, then backward. A network's inputs come first; its parameters are
        introduced together, and the first of them stands for all.
    sentences : tuple of str
        Every step in words, answers included: what the player says.
    graph : Graph
        The snapshot that is walked through.
    """

    def __init__(
        self,
        graph: Graph,
        names: Mapping[str, Any] | None,
        notation: str,
        leaves: list[int],
        mode: questions.Mode,
        tolerance: float,
        title: str,
        direction: str | None = None,
        **sheet: Unpack[SheetOptions],
    ) -> None:
        self.graph, self._naming = graph, names_of(graph, names, notation)
        self._leaves, self._mode, self._tolerance, self._direction = leaves, mode, tolerance, direction
        self._title = visible(title, LONGEST_TITLE) or expression(graph, self._naming)
        params = layers.parameters(graph, self._naming)
        self._carried = layers.carriers(graph, params)
        forward = layers.ordered(list(forward_steps(graph)), params)
        self._scenes: list[list[Step]] = [*forward, *([step] for step in backward_steps(graph))]
        self.steps: tuple[Step, ...] = tuple(scene[0] for scene in self._scenes)
        self.sentences = self._said(self._naming)
        self._arriving: dict[int, list[Step]] = {}
        for step in self.steps:
            if step.phase == "backward":
                self._arriving.setdefault(step.node, []).append(step)
        layout = self._stage()
        shown = layout.drawing if mode == "show" else questions.veiled(layout, graph, self._naming)
        told = AT_THE_END if mode == "show" else SO_FAR
        described = replace(shown, description=f"{shown.description} {told}")
        super().__init__(described, partial(mathematics, self._naming), **sheet)

    def _said(self, names: Names) -> tuple[str, ...]:
        return tuple(
            scene[0].sentence(names) if len(scene) == 1 else layers.introduced(names, scene)
            for scene in self._scenes
        )

    def _aloud(self) -> list[str]:
        said = self._said(self._naming.spoken)
        return ["" if a == b else a for a, b in zip(said, self.sentences, strict=True)]

    def _stage(self, *, widest: bool = False) -> Stage:
        return stage(
            self.graph,
            self._naming,
            self._arriving,
            self._carried,
            self._title,
            direction=self._direction,
            widest=widest,
        )

    @cached_property
    def text(self) -> str:
        """Every step as one line, in the words of the player; a question in place of each number asked."""
        said: Sequence[str] = self.sentences
        if self._mode != "show":
            said = questions.worded(self.graph, self._naming, self.steps, said)
        lines = numbered(said, [step.phase for step in self.steps])
        return "\n".join([self.drawing.title, "", *lines]) + "\n"

    @property
    def html(self) -> str:
        """The player, as a fragment of HTML with everything it needs."""
        return self._player(self.sheet, TIMEOUT)

    def _player(self, sheet: Sheet, timeout: float, *, page: bool = False) -> str:
        layout = self._stage(widest=True)
        return player.fragment(
            title=self.drawing.title,
            picture=marked(
                render(laid_out(layout.drawing, timeout=timeout), "svg", timeout).decode("utf-8"),
                layout,
                f"{layout.drawing.description} {SO_FAR}",
            ),
            data=data(self.graph, self._naming, self._scenes, self._aloud(), self._tolerance),
            sentences=self.sentences,
            paths=player_paths.section(self.graph, self._naming, self._leaves, self.steps),
            note="" if translator() else NOTE,
            mode=self._mode,
            page=page,
            sheet=sheet,
        )

    def _page(self, sheet: Sheet, timeout: float) -> str:
        return document(self.drawing.title, self._player(sheet, timeout, page=True), sheet)

    def _offered(self) -> dict[str, str]:
        """Return the player, with picture and words where scripts are taken out, and the picture alone."""
        words = f"<details><summary>Steps</summary><pre>{escape(self.text)}</pre></details>"
        still = f"<p>{escape(self.drawing.title)}</p>{self.image}{words}"
        return {"text/html": portable(self.html, still), "image/svg+xml": self.svg}

    def __repr__(self) -> str:
        return (
            f"<viz.Walkthrough {self.drawing.title!r}, {len(self.steps)} steps: .text .html .svg .save(path)>"
        )


def numbered(lines: Sequence[str], phases: Sequence[str]) -> list[str]:
    """Return the lines of the text form: number, phase, words.

    Examples
    --------
    >>> numbered(["a = 5 is a leaf"], ["forward"])
    ['1  forward   a = 5 is a leaf']
    """
    digits = len(str(len(lines)))
    return [
        f"{i:>{digits}}  {phase:<8}  {line}"
        for i, (line, phase) in enumerate(zip(lines, phases, strict=True), 1)
    ]
