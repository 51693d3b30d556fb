"""Draws a neural network as neurons and weights, as on the blackboard.

What a model is, `viz.figures.architecture` reads; which path takes which line, `viz.figures.routes` knows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Unpack

from autograd import Graph, Node, Value
from autograd.text.numbers import counted, number
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.figure import Figure
from viz.drawing.looks.sheet import SheetOptions
from viz.figures.architecture import Architecture, Unit
from viz.figures.graph import edge_label
from viz.figures.ledger import BOTH_WAYS
from viz.figures.names import mathematics, pretty
from viz.figures.routes import Routes

LABELLED_UP_TO = 30  # weights: with more of them, their names have no room
TALLEST = 9  # neurons in a column; of a taller one the middle is left out
_KEPT = (6, 2)  # of a taller one, so many from the top and from the bottom

Mask = Mapping[int, Sequence[float]]


def network(
    model: Any,
    *,
    inputs: Sequence[str | float] | None = None,
    biases: bool = False,
    weights: str | None = None,
    highlight: str | Collection[str] = (),
    mask: Mask | None = None,
    paths: tuple[Value | Graph, Value | Node | str] | None = None,
    notation: str = "leibniz",
    **sheet: Unpack[SheetOptions],
) -> Figure:
    """Draw inputs, neurons and weights of a model, and the paths of a gradient through it.

    Labels lie along their lines; in PNG and PDF, which Graphviz paints, they stand level on them.

    Parameters
    ----------
    model : Module or sequence of int
        Anything with `layers` of neurons, such as `nn.MLP`, one layer, or one neuron; or sizes alone, inputs
        first: `[3, 5, 2]`.
    inputs : sequence of str or number, optional
        What the inputs are called; x_1, x_2, ... unless it is given. A number is drawn as a constant, as the
        1 that stands for a bias: `[1, "x_2", "x_3"]`.
    biases : bool
        Whether to draw the biases, each as the weight of a constant 1.
    weights : str, optional
        What stands on the arrows: `"labels"`, `"values"` (a negative one is dashed) or `"none"`. By default
        labels while there is room, and none beside paths.
    highlight : str or collection of str
        `"inputs"`, `"hidden"`, `"outputs"`, or labels of neurons and weights, such as `["O_{21}",
        "w^1_{11}"]`. Arrows between highlighted neurons are highlighted, too.
    mask : mapping from int to sequence of float, optional
        For a layer (0: the inputs) which of its neurons are on: those with 0 are drawn as dropped out.
    paths : tuple, optional
        A result that was recorded from this model, for one sample, and where its paths end: a weight, a bias,
        a neuron or an input. Each path has a colour, a dash and a number, and a local derivative on each of
        its lines; the products and their sum stand below. Up to seven are drawn, the largest products first.
        Of a network with more than 30 weights, lines that no path takes are left out.
    notation : str
        How the gradient at the paths' end is written, as in `viz.graph`.
    **sheet : size, font_size, theme
        How the picture looks, as `Figure.save` takes it.

    Returns
    -------
    Figure
        Shows itself in a notebook; `Figure.save` writes it.

    Raises
    ------
    TypeError
        If `model` has no layers of neurons, or `paths` is no pair.
    ValueError
        If something is named that the network does not have, or a mask or `inputs` has another length; if
        `weights` asks for numbers that sizes alone do not have; if the result of `paths` was not recorded
        from this model, or from several samples.
    KeyError
        If the end of `paths` is no node of the graph.

    See Also
    --------
    graph : Every operation.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from autograd import Value
    >>> neuron = SimpleNamespace(w=[Value(0.5, label="w_1"), Value(-1.0, label="w_2")], b=None)
    >>> print(network(neuron).text)
    2-1: 2 weights
    <BLANKLINE>
      x₁
      x₂
      y
          ← x₁   w₁
          ← x₂   w₂
    <BLANKLINE>
    >>> network([3, 5, 2]).drawing.title
    '3-5-2: 25 weights, 7 biases'
    """
    read = Architecture(model, inputs)
    if weights not in (None, "labels", "values", "none"):
        raise ValueError(f'weights={weights!r} is not known. Use "labels", "values" or "none".')
    if weights == "values" and not read.trained:
        raise ValueError('weights="values": sizes alone have no numbers. Pass a model, or leave weights out.')
    routes = None if paths is None else Routes(read, paths, notation)
    known = dict if routes is None else partial(mathematics, routes.naming)
    return Figure(_Network(read, biases, weights, highlight, mask or {}, routes).drawing(), known, **sheet)


class _Network:
    """Collects what the drawing of a network needs."""

    def __init__(
        self,
        read: Architecture,
        biases: bool,
        weights: str | None,
        highlight: str | Collection[str],
        mask: Mask,
        routes: Routes | None,
    ) -> None:
        self.read, self.mask, self.routes = read, mask, routes
        self.columns = read.columns
        self.lines = {} if routes is None else routes.lines
        self.sparse = routes is not None and read.weights > LABELLED_UP_TO
        self.biases = biases or any(line.startswith("b") for line in self.lines)
        room = read.weights <= LABELLED_UP_TO and routes is None
        self.weights = weights or ("labels" if room else "none")
        wanted = {highlight} if isinstance(highlight, str) else set(highlight)
        self.named = {pretty(name) for name in wanted}
        self._check(mask, wanted)
        self.on = {
            unit.id: mask.get(k, [1.0] * len(column))[j] != 0
            for k, column in enumerate(self.columns)
            for j, unit in enumerate(column)
        }
        groups = ["inputs", *["hidden"] * (len(self.columns) - 2), "outputs"]
        self.lit = {
            unit.id
            for group, column in zip(groups, self.columns, strict=True)
            for unit in column
            if {group, unit.name} & self.named
        }
        units = set() if routes is None else routes.units
        self.shown = [
            _kept(len(column), {j - 1 for layer, j in units if layer == k})
            for k, column in enumerate(self.columns)
        ]

    def _check(self, mask: Mask, wanted: set[str]) -> None:
        widths = self.read.widths
        if not isinstance(mask, Mapping):
            raise TypeError(
                f"mask says for a layer which of its neurons are on, as in {{1: [1, 0, 1]}}, got {mask!r}."
            )
        for k, row in mask.items():
            if not 0 <= k < len(widths):
                raise ValueError(
                    f"mask names layer {k}; this network has the layers 0 (inputs) to {len(widths) - 1}."
                )
            if len(row) != widths[k]:
                raise ValueError(f"mask[{k}] has {len(row)} numbers, and layer {k} has {widths[k]} neurons.")
        named = {unit.name for column in self.columns for unit in column}
        labels = {pretty(w.label) for neurons in self.read.layers for neuron in neurons for w in neuron.w}
        known = {"inputs", "hidden", "outputs"} | named | labels
        unknown = [name for name in sorted(wanted) if pretty(name) not in known]
        if unknown:
            raise ValueError(
                f"highlight={unknown[0]!r} is nothing in this network. Use inputs, hidden, outputs, "
                f"or the label of a neuron or weight: {', '.join(sorted(named)[:6])}, ..."
            )

    def drawing(self) -> Drawing:
        boxes = [box for k in range(len(self.columns)) for box in self._boxes(k)]
        arrows = [arrow for k in range(1, len(self.columns)) for arrow in self._arrows(k)]
        size, caption = self.read.size, self._hidden()
        title = f"{size}: {self._count()}"
        description = (
            f"Network from {self.read.widths[0]} inputs, on the left, to {self.read.widths[-1]} outputs."
        )
        listing: list[str] = []
        if self.routes is not None:
            ledger = self.routes.ledger
            boxes += [*self._loss(), *sorted(ledger.boxes(), key=lambda box: box.id == "sum")]
            arrows += self._losses()
            title, listing = f"{ledger.title} through {size}", ledger.listing()
            description = f"{description} Paths of {ledger.symbol}. " + " ".join(f"{s}." for s in listing)
            if self.sparse:
                caption.append("only the lines that a path takes are shown")
            elif any(not arrow.backward for arrow in arrows):
                caption.append(BOTH_WAYS)
            caption += self.routes.caption
        return Drawing(
            title, description, tuple(boxes), tuple(arrows), tuple(caption), tuple(listing), straight=True
        )

    def _count(self) -> str:
        offsets = self.read.biases
        return counted(self.read.weights, "weight") + (
            f", {offsets} {'bias' if offsets == 1 else 'biases'}" if offsets else ""
        )

    def _hidden(self) -> list[str]:
        words = []
        for k, (column, kept) in enumerate(zip(self.columns, self.shown, strict=True)):
            if len(kept) < len(column):
                place = "inputs" if k == 0 else f"neurons in layer {k}"
                words.append(f"{len(column) - len(kept)} of {len(column)} {place} are not shown")
        return words

    def _boxes(self, k: int) -> Iterator[Box]:
        for j, unit in enumerate(self.columns[k]):
            if j not in self.shown[k]:
                if j - 1 in self.shown[k]:
                    yield Box(f"l{k}-more-{j}", "…", ("⋮",), (), ("plain",), f"l{k}")
                continue
            kind = "bias" if unit.constant else "input" if k == 0 else "neuron"
            on, lit = self.on[unit.id], unit.id in self.lit
            classes = (kind, *(("lit",) if lit else ()), *(() if on else ("off",)))
            words = unit.name if on else f"{unit.name} (dropped out)"
            yield Box(unit.id, unit.name, (unit.name,), (words,), classes, f"l{k}")
        if self.biases and k < len(self.read.layers) and any(n.b is not None for n in self.read.layers[k]):
            yield Box(f"l{k}-bias", "1", ("1",), ("1",), ("bias",), f"l{k}")

    def _arrows(self, k: int) -> Iterator[Arrow]:
        for j, (neuron, unit) in enumerate(zip(self.read.layers[k - 1], self.columns[k], strict=True)):
            if j not in self.shown[k]:
                continue
            for i, weight in enumerate(neuron.w):
                if i in self.shown[k - 1]:
                    source = self.columns[k - 1][i]
                    yield from self._line(f"w{k}-{i + 1}-{j + 1}", source, unit, weight)
            if self.biases and neuron.b is not None:
                yield from self._line(f"b{k}-{j + 1}", Unit(f"l{k - 1}-bias", "1"), unit, neuron.b)

    def _line(self, id: str, source: Unit, target: Unit, weight: Any) -> Iterator[Arrow]:
        """Yield the arrow of a weight; or, where paths lead over it, one for each."""
        on = self.on.get(source.id, True) and self.on[target.id]
        if id in self.lines:
            yield from self._routes(id, source.id, target.id)
            return
        if self.sparse:
            return
        lit = pretty(weight.label) in self.named
        negative = self.weights == "values" and weight.data < 0
        if lit or {source.id, target.id} <= self.lit:
            kind = "lit-arrow"
        elif not on:
            kind = "none"
        elif self.routes is not None:
            kind = "faint"
        else:
            kind = "negative" if negative else "flow"
        label = ""
        if self.weights == "values":
            label = number(weight.data)
        elif self.weights == "labels" or lit:
            label = pretty(weight.label)
        yield Arrow(id, source.id, target.id, label if on or lit else "", (kind,))

    def _routes(self, id: str, source: str, target: str) -> Iterator[Arrow]:
        """Yield an arrow for every path over a line; the first has the local derivative."""
        assert self.routes is not None  # the only caller has a line of it
        edge, ledger = self.lines[id], self.routes.ledger
        label = ledger.marks(edge) + edge_label(self.routes.naming, edge, symbols=True)
        for k in ledger.over[edge]:
            text = label if k == ledger.over[edge][0] else ""
            yield Arrow(f"{id}-p{k}", source, target, text, (f"path{k}",), backward=True, quiet=not text)

    def _loss(self) -> list[Box]:
        assert self.routes is not None
        loss, name = self.routes.loss, self.routes.naming.root
        if loss is None:
            return []
        line = f"{name} = {number(loss.data)}"
        return [Box("loss", name, (line,), (line,), ("root",), "loss")]

    def _losses(self) -> Iterator[Arrow]:
        assert self.routes is not None
        if self.routes.loss is None:
            return
        for j, unit in enumerate(self.columns[-1], 1):
            if j - 1 in self.shown[-1]:
                if f"loss-{j}" in self.lines:
                    yield from self._routes(f"loss-{j}", unit.id, "loss")
                elif not self.sparse:
                    yield Arrow(f"loss-{j}", unit.id, "loss", "", ("faint",))


def _kept(count: int, wanted: Collection[int]) -> set[int]:
    """Return which units of a column are drawn: all of a short one, of a tall one its ends and the wanted."""
    if count <= TALLEST:
        return set(range(count))
    top, bottom = _KEPT
    return {*range(top), *range(count - bottom, count), *wanted}
