"""Exams: one expression, many variants with numbers of their own; blank, solved, and as a bank of questions.

What a variant is stands in `variants`, a page in `worksheet`; here both meet, with the files they go to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autograd import AdvisedError, Expression, Graph, expression, practice
from viz.drawing.figure import ending
from viz.figures.names import names_of
from viz.sheets.asked import every
from viz.sheets.banks import gift, qti
from viz.sheets.variants import drawn, opened, sealed, serials, tidied
from viz.sheets.worksheet import FORMATS, Worksheet, saved, worksheet

# The banks: what an ending says, and who writes questions so.
BANKS: dict[str, Callable[..., str | bytes]] = {".gift": gift.printed, ".zip": qti.printed}
MOST, HIGHEST = 1000, 3  # variants, level
LONGEST = 70  # letters of a title


class KeyMissingError(AdvisedError, ValueError):
    """Solutions were asked for, and the key was not given."""

    def __init__(self) -> None:
        super().__init__(
            "Solutions, and banks of questions, which hold them, need the teacher's key: a word of yours. It "
            "seals the codes on the sheets: whoever has a code can print the blank sheet, and no more.",
            'Give it when the exam is made: exam(..., key="a word of yours").',
        )


@dataclass(frozen=True)
class Exam:
    """Variants of one exam, blank, or `solved`. Made by `viz.exam`.

    Attributes
    ----------
    source : Expression or int
        What is differentiated, or how difficult the graphs are that are drawn.
    codes : tuple of str
        One for each variant; `viz.exam(..., variant=code)` makes its sheet again.
    fixed : mapping
        The numbers that all variants have.
    title, notation : str
    has_key : bool
        Whether the teacher's key was given; without it there are no solutions.
    is_solved : bool
    """

    source: Expression | int
    codes: tuple[str, ...]
    fixed: Mapping[str, float]
    title: str = ""
    notation: str = "leibniz"
    has_key: bool = False
    is_solved: bool = False

    @cached_property
    def graphs(self) -> tuple[Graph, ...]:
        """The graph of every variant."""
        return tuple(self._graph(opened(called(self.source), code)) for code in self.codes)

    def _graph(self, serial: str) -> Graph:
        if isinstance(self.source, int):
            return practice.question("gradient", serial, self.source).graph
        return Graph(drawn(self.source, serial, self.fixed).outputs[-1])

    @cached_property
    def sheets(self) -> tuple[Worksheet, ...]:
        """The page of every variant."""
        made = [
            worksheet(
                graph, title=self.title or self._typed, notation=self.notation, code=code,
                command=self.command(code),
            )
            for graph, code in zip(self.graphs, self.codes, strict=True)
        ]  # fmt: skip
        return tuple(sheet.solved if self.is_solved else sheet for sheet in made)

    @property
    def solved(self) -> "Exam":
        """The same variants with everything filled in.

        Raises
        ------
        KeyMissingError
            If the exam was made without a key.
        """
        self._need_key()
        return replace(self, is_solved=True)

    def _need_key(self) -> None:
        if not self.has_key:
            raise KeyMissingError

    def command(self, code: str) -> str:
        """Return the command that prints the blank sheet of a variant.

        Parameters
        ----------
        code : str
            One of `codes`.

        Returns
        -------
        str
            To be typed in a shell, or read from the square code on the sheet.
        """
        if isinstance(self.source, int):
            return f"chainrule exam --level {self.source} --variant {code}"
        numbers = "".join(f" {name}={x:.12g}" for name, x in self.fixed.items())
        return f'chainrule exam "{self._lines}"{numbers} --variant {code}'

    @property
    def _lines(self) -> str:
        return "; ".join(called(self.source).splitlines())

    @property
    def _typed(self) -> str:
        """The expression as it was typed, where a line has room for it."""
        return self._lines if isinstance(self.source, Expression) and len(self._lines) <= LONGEST else ""

    def save(self, path: str | Path) -> Path:
        """Write all variants to one file whose ending says how.

        Parameters
        ----------
        path : str or Path
            Pages: ``.pdf`` (needs the extra ``exam``), ``.html``, ``.tex``, ``.txt``. Banks of questions,
            with a sentence for every wrong answer that a slip would give: ``.gift`` (Moodle), ``.zip``
            (QTI 1.2: Canvas and others). A bank holds the answers and needs the key.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            Another ending.
        KeyMissingError
            A bank, and no key.
        """
        path = Path(path)
        found = ending(path, {**FORMATS, **BANKS}, "exam.pdf")
        if found in FORMATS:
            return saved(self.sheets, path)
        self._need_key()
        naming = [names_of(graph, None, self.notation) for graph in self.graphs]
        asked = [every(graph, names) for graph, names in zip(self.graphs, naming, strict=True)]
        made = BANKS[found](self.sheets, asked)
        path.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)
        return path

    def __len__(self) -> int:
        return len(self.codes)


def called(source: Expression | int) -> str:
    """Return what codes are made for: the text of an expression, or a level."""
    return source.text if isinstance(source, Expression) else f"level {source}"


def exam(
    source: str | int,
    *,
    seed: int = 0,
    variants: int = 1,
    variant: str = "",
    key: str = "",
    title: str = "",
    notation: str = "leibniz",
    numbers: Mapping[str, float] | None = None,
) -> Exam:
    """Make an exam of an expression: variants with numbers of their own, a code on each, and solutions.

    Parameters
    ----------
    source : str or int
        A formula or lines of them, as `autograd.expression` reads it; or a level from 1, the easiest, to 3:
        then every variant has a graph of its own.
    seed : int
        Another seed, other numbers.
    variants : int
        How many.
    variant : str
        The code of one that was made before; then `seed` and `variants` do not count.
    key : str
        The teacher's secret. Solutions and banks need it, and it alone opens the codes that it sealed.
    title, notation : str
        As in `viz.worksheet`.
    numbers : mapping, optional
        Numbers of leaves, by name, that every variant has.

    Returns
    -------
    Exam
        With `.sheets`, `.solved`, `.save(path)`.

    Raises
    ------
    ValueError
        A code that is none, or that another key sealed; no numbers found at which the expression is defined.
    ExpressionError
        If the expression cannot be read.

    Notes
    -----
    A code names the numbers on a sheet. It opens the blank sheet, so that one can be printed again; the
    solution needs the key that sealed it. Who can read a sheet can of course compute its answers: the key
    keeps this tool from doing it, and keeps one variant's numbers from telling those of another.

    Examples
    --------
    >>> made = exam("u = b*c; v = a + u; J = 3*v", seed=7, variants=30, key="spring term")
    >>> len(made), made.codes[0]
    (30, ...)
    >>> again = exam("u = b*c; v = a + u; J = 3*v", variant=made.codes[0])
    >>> again.sheets[0].text == made.sheets[0].text
    True
    """
    read = source if isinstance(source, int) else expression(source)
    fixed = dict(numbers or {})
    if isinstance(read, int) and fixed:
        raise ValueError(
            f"{next(iter(fixed))}=... is for an expression of your own; a level draws all numbers."
        )
    if isinstance(read, int) and not 1 <= read <= HIGHEST:
        raise ValueError(f"There is no level {read}: they go from 1, the easiest, to {HIGHEST}.")
    if variants not in range(1, MOST + 1):
        raise ValueError(f"variants={variants!r} is no number of variants from 1 to {MOST}.")
    text = called(read)
    found = [opened(text, variant, key)] if variant else serials(text, seed, key, variants)
    codes = [tidied(variant)] if variant else [sealed(text, serial, key) for serial in found]
    return Exam(read, tuple(codes), fixed, title, notation, bool(key))
