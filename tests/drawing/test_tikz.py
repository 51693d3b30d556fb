"""TikZ: a document that compiles by itself and inside another, the same picture, texts that stay texts."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Graph, Value, exp, log
from tests.drawing.test_escaping import HOSTILE
from tests.figures.figures import chain_rule_example, network_of_the_notes
from viz.drawing.figure import extent
from viz.drawing.latex import Typesetter, ascii_only
from viz.drawing.looks.palette import PALETTE

needs_latex = pytest.mark.skipif(
    shutil.which("pdflatex") is None, reason="pdflatex is not installed (with TikZ and amsmath)"
)
COMMAND = re.compile(r"\\(?:[a-zA-Z]+|.)", re.DOTALL)
# All that a text may become; none of it reads a file, defines anything or ends a group.
HARMLESS = {
    *(rf"\{c}" for c in "{}$&#%_' `^~=.\"urHvcdbij"), r"\text", r"\textbackslash", r"\textasciicircum",
    r"\textasciitilde", r"\textasciigrave", r"\texttt", r"\textcircled", r"\ensuremath",
    r"\scriptscriptstyle",
    r"\cdot", r"\times", r"\partial", r"\to", r"\leftarrow", r"\dots", r"\vdots", r"\pm", r"\le", r"\ge",
    r"\ne", r"\approx", r"\infty", r"\nabla", r"\sum", r"\prod", r"\in", r"\surd", r"\prime", r"\circ",
    r"\mathrm", r"\hat", r"\ss", r"\ae", r"\AE", r"\o", r"\O", r"\oe", r"\OE", r"\l", r"\L", r"\varsigma",
}  # fmt: skip
GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]
HARMLESS |= {rf"\{name}" for word in GREEK for name in (word, word.title())}


def tex(figure: viz.Figure, folder: Path, name: str = "J", **sheet) -> str:
    return figure.save(folder / f"{name}.tex", **sheet).read_text(encoding="ascii")


def compiled(folder: Path, name: str) -> bytes:
    """Compile a document to a PDF that can be read as it stands, or fail with what LaTeX said."""
    readable = rf"\pdfcompresslevel=0 \pdfobjcompresslevel=0 \input{{{name}.tex}}"
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"-jobname={name}", readable]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert run.returncode == 0, run.stdout.decode("utf-8", "replace")[-2000:]
    log = (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
    assert "Overfull" not in log and "Missing character" not in log
    return (folder / f"{name}.pdf").read_bytes()


def all_kinds() -> dict[str, viz.Figure]:
    J, _, b, _ = chain_rule_example()
    J.backward()
    loss, w = network_of_the_notes()
    x, y = Value(2.0, "x"), Value(-0.5, "w_1")
    q = exp(x * y) / (x**2 + 1) * log(x * 3) + 1e-9 * x / y
    q.label = "q"
    return {
        "graph": viz.graph(J),
        "functions": viz.graph(q, notation="bar"),
        "paths": viz.paths(J, b),
        "several": viz.paths(Graph(loss).collapse(), w[1, 1, 1]),
        "network": viz.network([2, 3, 1], biases=True, highlight="hidden"),
        "memo": viz.memo(J),
        "walk": viz.walkthrough(J),
        "diagram": viz.diagram("forest"),
        "hostile": viz.graph(sum((Value(2.0, label=label) for label in HOSTILE), Value(1.0))),
    }


@needs_latex
def test_every_kind_of_picture_compiles_inside_a_paper(tmp_path):
    kinds = all_kinds()
    for name, figure in kinds.items():
        tex(figure, tmp_path, name)
    inside = r"\begin{figure}\resizebox{\textwidth}{!}{\input{%s}}\end{figure}"
    pages = r"\clearpage ".join(inside % name for name in kinds)
    paper = r"\documentclass{article}\usepackage{amsmath,tikz}\begin{document}" + pages + r"\end{document}"
    (tmp_path / "paper.tex").write_text(paper, encoding="ascii")
    pdf = compiled(tmp_path, "paper")
    assert pdf.count(b"/MediaBox") == len(kinds)


@needs_latex
@pytest.mark.parametrize("sheet", [{"theme": "dark", "font_size": 18}, {"size": "8x5cm"}])
def test_a_picture_alone_is_one_page_of_its_size(tmp_path, sheet):
    J, *_ = chain_rule_example()
    figure = viz.graph(J, **sheet)
    tex(figure, tmp_path)
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", compiled(tmp_path, "J"))
    assert tuple(map(float, box)) == pytest.approx(extent(figure.svg), abs=1)


def test_boxes_and_arrows_say_in_latex_what_the_other_forms_say(tmp_path):
    J, *_ = chain_rule_example()
    J.backward()
    source = tex(viz.graph(J), tmp_path)
    for text in (
        r"$v = a + u$", "$= 11$", r"$\mathrm{d}J/\mathrm{d}v = 3$", r"$J = 3 \cdot v$",
        r"$\partial v/\partial u = 1$",
        r"counts every way from a node to $J$.",
    ):  # fmt: skip
        assert text.replace("$= 11$", "= 11$") in source
    assert source.count(r"\draw[cr flow") + source.count(r"\draw[cr faint") == 6
    assert len(re.findall(r"\] \(n\d\) at ", source)) == 7


def test_formulas_are_those_of_latex_and_not_of_python(tmp_path):
    x = Value(2.0, "x")
    f = exp(x) / x**2
    f.label = "f"
    source = tex(viz.graph(f), tmp_path)
    assert r"$v_{1} = e^{x}$" in source and r"$v_{2} = {x}^{2}$" in source
    assert r"$f = \frac{v_{1}}{v_{2}}$" in source
    assert "**" not in source


def test_colours_dashes_and_widths_are_those_of_the_other_forms(tmp_path):
    loss, w = network_of_the_notes()
    source = tex(viz.paths(Graph(loss).collapse(), w[1, 1, 1]), tmp_path)
    for name in ("blue", "vermillion"):
        assert rf"\definecolor{{cr {name}}}{{HTML}}{{{PALETTE[name].light[1:].upper()}}}" in source
    assert re.search(r"cr path1/.style=\{draw=cr blue, text=cr blue, line width=2.4bp\}", source)
    assert re.search(r"cr path2/.style=\{draw=cr vermillion, .*dash pattern=on 6bp off 4bp\}", source)
    dark = tex(viz.paths(Graph(loss).collapse(), w[1, 1, 1]), tmp_path, theme="dark")
    assert PALETTE["blue"].dark[1:].upper() in dark and PALETTE["blue"].light[1:].upper() not in dark
    assert "fill=cr paper, use as bounding box" in dark and "fill=cr paper, use as" not in source


def test_the_same_picture_has_the_same_bytes(tmp_path):
    assert tex(all_kinds()["several"], tmp_path) == tex(all_kinds()["several"], tmp_path)


def test_labels_of_a_network_lie_along_their_lines(tmp_path):
    source = tex(viz.network([2, 2]), tmp_path)
    angles = [float(angle) for angle in re.findall(r"cr along, .*?rotate=([-\d.]+)", source)]
    assert len(angles) == 4 and sum(angle == 0 for angle in angles) == 2
    assert r"w^{1}_{12}" in source


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x₂ = -0.5", "$x_{2} = -0.5$"),
        ("w¹₁₁,₂", "$w^{1}_{11,2}$"),
        ("1e-9", r"$1 \cdot 10^{-9}$"),
        ("dC/dw", r"$\mathrm{d}C/\mathrm{d}w$"),
        ("a look-up", "a look-{}up"),
        ("3 pixels = 12", "$3$ pixels${}= 12$"),
        ("r₁ r₂", r"$r_{1}\ r_{2}$"),
        ("50% of $5 & #1", r"$50$\% of \$$5$ \& \#$1$"),
        ("x^2", r"$x$\textasciicircum{}$2$"),
        (r"\input{x}", r"\textbackslash{}input\{$x$\}"),
        ("Größe", r"Gr\text{\"{o}}\text{\ss{}}e"),
        ("漢", r"$\text{\texttt{U+6F22}}$"),
        ("🙂", r"\text{\texttt{U+1F642}}"),
        ("ŷ", r"$\hat{y}$"),
        ("αβ", r"\ensuremath{\alpha }\ensuremath{\beta }"),
    ],
)
def test_what_is_not_known_is_set_as_it_is_read(text, written):
    assert re.sub(" +", " ", Typesetter({})(text)) == written


def test_known_mathematics_is_found_as_a_whole_word_only():
    write = Typesetter({"a": "a", "a + b": "a+b", "w": r"\omega", "x.y": "Z"})
    assert write("a + b") == "$a+b$"
    assert write("saw w: new") == r"saw $\omega$: new"
    assert write("from a node to a.") == "from a node to $a$."
    assert write("xay x.y") == "xay $Z$"


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(max_size=8))
def test_no_text_whatever_becomes_a_command(text, label):
    known = {label: rf"\text{{{ascii_only('')}}}"} if label else {}
    written = Typesetter(known)(text)
    assert written.isascii()
    assert written.isprintable()
    assert set(COMMAND.findall(written)) <= HARMLESS
    bare = COMMAND.sub("", written)
    assert bare.count("{") == bare.count("}") and bare.count("$") % 2 == 0
    assert not set(bare) & set("%#&~\\") - set("~")
