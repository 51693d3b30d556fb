"""Schematic figures of a course: a few boxes and arrows under a name; computes nothing."""

from dataclasses import replace
from typing import Unpack

from viz.drawing.drawing import Arrow, Box, Drawing, ranked
from viz.drawing.figure import Figure
from viz.drawing.looks.sheet import SheetOptions


def diagram(name: str, *, direction: str = "right", **sheet: Unpack[SheetOptions]) -> Figure:
    """Draw a schematic figure.

    Parameters
    ----------
    name : str
        `"ml-process"`, `"ml-workflow"`, `"feature-choice"`, `"flatten"` or `"forest"`.
    direction : str
        Where it is read: `"right"` or `"down"`.
    **sheet : size, font_size, theme
        How the picture looks, as `Figure.save` takes it.

    Returns
    -------
    Figure
        Shows itself in a notebook; `Figure.save` writes it.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those there are. If `direction` or something of the
        sheet is not known.

    Examples
    --------
    >>> print(diagram("ml-process").text)
    The machine-learning process
    <BLANKLINE>
      data: x, y
      model: ŷ = f(x; w)
          ← data   x
          ← update   better w
      cost: C(ŷ, y)
          ← data   y
          ← model   ŷ
      update: w ← w - α·dC/dw
          ← cost   how wrong
    <BLANKLINE>
    """
    if str(name) not in DIAGRAMS:
        raise ValueError(f"There is no diagram {name!r}. There are: {', '.join(DIAGRAMS)}.")
    return Figure(replace(DIAGRAMS[name], direction=ranked(direction)), **sheet)


def _box(id: str, *lines: str, kind: str = "step", column: str = "") -> Box:
    """Return a box whose first line is its name."""
    words = ": ".join([lines[0], "; ".join(lines[1:])]) if lines[1:] else lines[0]
    return Box(id, lines[0], lines, (words,), (kind,), column)


def _arrow(source: str, target: str, label: str = "", kind: str = "flow") -> Arrow:
    return Arrow(f"{source}-{target}", source, target, label, (kind,))


_PROCESS = Drawing(
    title="The machine-learning process",
    description="Data feed a model; a cost says how wrong it is; an update improves the model, repeatedly.",
    boxes=(
        _box("data", "data", "x, y", kind="leaf"),
        _box("model", "model", "ŷ = f(x; w)"),
        _box("cost", "cost", "C(ŷ, y)", kind="root"),
        _box("update", "update", "w ← w - α·dC/dw"),
    ),
    arrows=(
        _arrow("data", "model", "x"),
        _arrow("data", "cost", "y"),
        _arrow("model", "cost", "ŷ"),
        _arrow("cost", "update", "how wrong"),
        _arrow("update", "model", "better w", "path2"),
    ),
)

_WORKFLOW = Drawing(
    title="The machine-learning workflow",
    description="From data through features and a predictor to a loss, whose gradient updates the weights.",
    boxes=(
        _box("data", "data", "x, y", kind="leaf"),
        _box("phi", "φ(x)", "features: chosen by hand,", "or learned by hidden layers"),
        _box("predictor", "predictor", "f(x) = w·φ(x)"),
        _box("loss", "loss", "L(f(x), y)", kind="root"),
        _box("update", "update", "w ← w - α·dL/dw"),
    ),
    arrows=(
        _arrow("data", "phi", "x"),
        _arrow("phi", "predictor", "φ"),
        _arrow("predictor", "loss", "f"),
        _arrow("data", "loss", "y"),
        _arrow("loss", "update", "dL/dw"),
        _arrow("update", "predictor", "new w", "path2"),
    ),
)

_FEATURES = Drawing(
    title="How do I choose the feature vector?",
    description="f(x) = w·φ(x): one function φ, three candidates, and an open question.",
    boxes=(
        _box("phi", "f(x) = w·φ(x)", kind="root"),
        _box("linear", "φ(x) = [1, x]"),
        _box("cubic", "φ(x) = [1, x, x², x³]"),
        _box("sine", "φ(x) = [1, x, sin(3x)]"),
        _box("unknown", "φ(x) = ?", "let a hidden layer learn it", kind="off"),
    ),
    arrows=tuple(_arrow("phi", target) for target in ("linear", "cubic", "sine", "unknown")),
)

_PLANES = (("red", "R", "r"), ("green", "G", "g"), ("blue", "B", "b"))
_FLATTEN = Drawing(
    title="Flatten: an image becomes a vector",
    description="The red, green and blue planes of an image, row by row, below each other in one vector.",
    boxes=(
        *(
            _box(
                id, f"{name} plane", f"{x}₁₁ {x}₁₂ {x}₁₃", f"{x}₂₁ {x}₂₂ {x}₂₃", kind="leaf", column="planes"
            )
            for id, name, x in _PLANES
        ),
        _box(
            "vector",
            "vector x",
            *(f"{x}{i}" for _, _, x in _PLANES for i in ("₁₁", "₁₂", "₁₃", "₂₁", "₂₂", "₂₃")),
        ),
    ),
    arrows=tuple(_arrow(id, "vector", "row by row") for id, _, _ in _PLANES),
    caption=("64 × 64 pixels × 3 colours = 12288 numbers",),
)

_TREES = ("1", "2", "3")
_FOREST = Drawing(
    title="A random forest",
    description="Trees, each trained on a random part of the data; their mean overfits less than one tree.",
    boxes=(
        _box("data", "data", kind="leaf"),
        *(_box(f"tree{i}", f"tree {i}", "may overfit", column="trees") for i in _TREES),
        _box("mean", "mean of the trees", "errors cancel", kind="root"),
    ),
    arrows=(
        *(_arrow("data", f"tree{i}", f"random part {i}", f"path{i}") for i in _TREES),
        *(_arrow(f"tree{i}", "mean", "", f"path{i}") for i in _TREES),
    ),
    caption=("dropout does the same inside one network: every step trains another part of it",),
)

DIAGRAMS = {
    "ml-process": _PROCESS,
    "ml-workflow": _WORKFLOW,
    "feature-choice": _FEATURES,
    "flatten": _FLATTEN,
    "forest": _FOREST,
}
