r"""Prints worksheets as LaTeX: a document that compiles, with each drawing as TikZ."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from autograd.text.labels import escaped
from viz.drawing.figure import FORMATS
from viz.drawing.latex import Typesetter, ascii_only
from viz.drawing.looks.palette import PALETTE
from viz.drawing.render import TIMEOUT
from viz.sheets.content import Table, lettered

if TYPE_CHECKING:
    from autograd.practice import Question
    from viz.sheets.worksheet import Worksheet

_HEAD = rf"""\documentclass[10pt,a4paper]{{article}}
\usepackage{{fix-cm,amsmath,tikz,tabularx}}
\usepackage[margin=16mm,bottom=12mm]{{geometry}}
\definecolor{{answer}}{{HTML}}{{{PALETTE["blue"].light[1:].upper()}}}
\pagestyle{{empty}}\setlength{{\parindent}}{{0pt}}\renewcommand{{\arraystretch}}{{1.35}}
% A sheet is one page: what is too wide or too high is made smaller.
\newsavebox{{\crsheet}}
\newcommand{{\crwide}}[1]{{\sbox0{{#1}}\ifdim\wd0>\linewidth\resizebox{{\linewidth}}{{!}}{{\usebox0}}\else\usebox0\fi}}
\newcommand{{\crpage}}{{\ifdim\dimexpr\ht\crsheet+\dp\crsheet\relax>\textheight
  \resizebox*{{!}}{{\textheight}}{{\usebox\crsheet}}\else\usebox\crsheet\fi\clearpage}}
\begin{{document}}
"""


def printed(sheets: "Sequence[Worksheet]") -> str:
    """Return a document with one page for each sheet."""
    return _HEAD + "\n".join("\n".join(_sheet(sheet)) for sheet in sheets) + "\n\\end{document}\n"


def _sheet(sheet: "Worksheet") -> Iterator[str]:
    content, solved, figure = sheet.content, sheet.is_solved, sheet.figure
    write = Typesetter(sheet.mathematics())
    name = r"\textbf{\color{answer}Solution}" if solved else r"Name \rule{45mm}{0.4pt}"
    yield r"\begin{lrbox}{\crsheet}\begin{minipage}{\textwidth}"
    yield rf"{{\Large\bfseries {write(content.title)}}}\hfill {name}\par {write(content.given)}\par\smallskip"
    yield r"\centering\crwide{%"
    drawing = FORMATS[".tex"](figure, figure.sheet, TIMEOUT)
    assert isinstance(drawing, str)
    yield drawing.rstrip() + r"}\par\raggedright"
    yield rf"{{\footnotesize {write(' '.join(content.legend))}\par}}"
    forward, local, backward = (
        _table(place, table, solved, write) for place, table in enumerate(content.tables, 1)
    )
    yield rf"\begin{{minipage}}[t]{{0.485\linewidth}}{forward}\end{{minipage}}\hfill"
    yield rf"\begin{{minipage}}[t]{{0.485\linewidth}}{local}\end{{minipage}}\par"
    yield backward
    for place, question in enumerate(content.questions, len(content.tables) + 1):
        yield _question(place, question, solved, write)
    if content.code:
        command = _typed(content.command)
        yield rf"\par\medskip\hfill{{\footnotesize \textbf{{{content.code}}} \texttt{{{command}}}}}"
    yield r"\end{minipage}\end{lrbox}\crpage"


def _table(place: int, table: Table, solved: bool, write: Callable[[str], str]) -> str:
    rows = [f"{write(row.given)} & {_answer(write(row.worked)) if solved else ''}" for row in table.rows]
    heads = " & ".join(rf"{{\footnotesize {head}}}" for head in table.heads)
    lines = [
        rf"\par\medskip\textbf{{{place}\enspace {table.title}}}\par\smallskip",
        r"\begin{tabularx}{\linewidth}{|l|X|} \hline",
        *(rf"{row} \\ \hline" for row in (heads, *rows)),
        r"\end{tabularx}",
    ]
    return "\n".join(lines)


def _answer(text: str) -> str:
    return rf"\textcolor{{answer}}{{{text}}}"


def _question(place: int, question: "Question", solved: bool, write: Callable[[str], str]) -> str:
    choices = "".join(rf"\\ {write(line)}" for line in lettered(question))
    answer = _answer(write(question.shown)) if solved else r"\rule{0pt}{1.6em}\hrulefill"
    return rf"\par\medskip\textbf{{{place}}}\enspace {write(question.prompt)}{choices}\\ {answer}"


def _typed(text: str) -> str:
    """Return what is typed on a keyboard, letter by letter."""
    return ascii_only(escaped(text)).replace("--", "-{}-")
