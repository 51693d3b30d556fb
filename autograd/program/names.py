"""Names for the arrays of a program: from the learner's labels where they share a stem, else made up.

Knows labels and slots; how a line is written, it refuses to know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from autograd.core.value import Value
from autograd.program.lowering.blocks import INPUTS, ROWS, Block, Blocks, Operand
from autograd.text.numbers import number


def stem(labels: Sequence[str], axes: int = 1) -> str:
    """Return what the labels of one array have in common: letters and leading indices; "" if nothing.

    Parameters
    ----------
    labels : sequence of str
    axes : int
        2 for a matrix, whose name is written large.

    Examples
    --------
    >>> stem(["w^1_{11}", "w^1_{21}", "w^1_{12}", "w^1_{22}"], axes=2)
    'W1'
    >>> stem(["z_{31}"]), stem(["x1", "x2"]), stem(["x_1"]), stem(["a", "b"])
    ('z3', 'x', 'x1', '')
    """
    parts = [_parts(label) for label in labels]
    letters = {name for name, _ in parts}
    if len(letters) > 1 or "" in letters:
        return ""
    name = letters.pop()
    indices = [index[:-axes] or index[: len(labels) == 1] for _, index in parts]
    shared = takewhile(lambda place: len(set(place)) == 1, zip(*indices, strict=False))
    common = [place[0] for place in shared]
    if axes == 2 and len(name) == 1:
        name = name.upper()
    return name + "".join(common)


def _parts(label: str) -> tuple[str, list[str]]:
    """Take a label apart into letters and indices: w^1_{12} into w and 1, 1, 2."""
    match = re.fullmatch(r"([^\W\d_]\w*?)((?:[\[\]^_{},]|\d)*)", label)
    if not match:
        return (label if label.isidentifier() else "", [])
    indices: list[str] = []
    for group in re.findall(r"_\{?\d+(?:,\d+)*\}?|\d+", match[2]):
        found = re.findall(r"\d+", group)
        indices += found if len(found) > 1 or not group.startswith("_") else list(found[0])
    return match[1], indices


class Names:
    """The name of every array that a listing mentions.

    Parameters
    ----------
    blocks : Blocks
    """

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self._taken: set[str] = set()
        self._count: dict[str, int] = {}
        self._names: dict[tuple[object, ...], str] = {}
        self._shown: set[str] = set()
        self._home = {slot: block for block in blocks.blocks for slot in _slots(block)}
        for block in blocks.blocks:
            self._name(block.out, self._result(block))

    def result(self, block: Block) -> str:
        """Return the name of what a block computes, with its size."""
        name = self._names[_key(block.out)]
        return f"{name}[{block.size}]" if block.size > 1 else name

    def operand(self, operand: Operand, letter: str, matrix: bool = False, known: int = 1) -> str:
        """Return the name of what a block reads; with its shape, where a listing shows it the first time.

        Parameters
        ----------
        operand : Operand
        letter : str
            What it is called where labels say nothing.
        matrix : bool
            Keep both axes, also where one is 1.
        known : int
            A length that need not be written.
        """
        axes = 2 if matrix else 1
        if not matrix:
            operand = _without_repeats(operand)
        name = self._leaf(operand, letter, axes) if operand.space != ROWS else self._computed(operand)
        if (
            name in self._shown
            or not name.isidentifier()
            or (operand.space == ROWS and len(operand.shape) < 2)
        ):
            return name
        self._shown.add(name)
        shape = operand.shape
        return name if not matrix and set(shape) <= {1, known} else f"{name}[{','.join(map(str, shape))}]"

    def _result(self, block: Block) -> str:
        nodes = self.blocks.nodes[block.space][block.start : block.start + block.size]
        name = stem([node.label if isinstance(node, Value) else "" for node in nodes])
        if name:
            return name
        if _key(block.out) == _key(self.blocks.loss):
            return "loss"
        return "z1" if block.matrix and block.space == ROWS else "h1" if block.size > 1 else "t1"

    def _name(self, operand: Operand, wish: str) -> str:
        """Give an array the name that is wished for, or, where another has it, the next number."""
        key = _key(operand)
        if key not in self._names:
            name = wish
            while name in self._taken:
                letters = re.sub(r"[0-9]+$", "", wish)
                self._count[letters] = self._count.get(letters, 1) + 1
                name = f"{letters}{self._count[letters]}"
            self._taken.add(name)
            self._names[key] = name
        return self._names[key]

    def _leaf(self, operand: Operand, letter: str, axes: int) -> str:
        slots = list(operand)
        nodes = [self.blocks.nodes[operand.space][slot] for slot in slots]
        if all(isinstance(node, float) for node in nodes):
            texts = [number(node) for node in nodes[:3] if isinstance(node, float)]
            dots = ", ..." if len(nodes) > 3 else ""
            single = f"({texts[0]})" if texts[0].startswith("-") else texts[0]
            return single if len(nodes) == 1 else f"[{', '.join(texts)}{dots}]"
        if slots != sorted(set(slots)) or all((operand.space, slot) in self._home for slot in slots):
            return self._computed(operand)
        name = stem([node.label if isinstance(node, Value) else "" for node in nodes], axes)
        everything = len(self.blocks.inputs if operand.space == INPUTS else self.blocks.leaves)
        if not name and operand.space == INPUTS:
            name = "x" if slots == list(range(everything)) else f"x_{_places(slots)}"
        elif not name and len(slots) > 1 and slots == list(range(everything)):
            name = "parameters"
        return self._name(operand, name or letter)

    def _computed(self, operand: Operand) -> str:
        """Name results of blocks: a whole one, a part of one, or some of several."""
        slots = list(operand)
        homes = [self._home.get((operand.space, slot)) for slot in slots]
        if all(homes) and len(set(map(id, homes))) == 1 and (home := homes[0]):
            name = self._names[_key(home.out)]
            if slots == list(home.out):
                return name
            return f"{name}_{_places([slot - home.start for slot in slots])}"
        parts = [
            self._computed(Operand(operand.space, (1,), slot, (0,))) if home
            else self._leaf(Operand(operand.space, (1,), slot, (0,)), "p1", 1)
            for home, slot in zip(homes[:3], slots, strict=False)
        ]  # fmt: skip
        return f"[{', '.join(parts)}{', ...' if len(slots) > 3 else ''}]" if len(slots) > 1 else parts[0]


def _slots(block: Block) -> list[tuple[str, int]]:
    return [(block.space, slot) for slot in block.out]


def _key(operand: Operand) -> tuple[object, ...]:
    return (operand.space, *operand)


def _without_repeats(operand: Operand) -> Operand:
    """Leave out an axis along which the same slots come again."""
    if operand.strides is None:
        return operand
    kept = [(n, step) for n, step in zip(operand.shape, operand.strides, strict=True) if step or n == 1]
    kept = [(n, step) for n, step in kept if n > 1] or [(1, 0)]
    shape, strides = zip(*kept, strict=True)
    return Operand(operand.space, tuple(shape), operand.start, tuple(strides))


def _places(slots: list[int]) -> str:
    """Write places inside an array, from 1: one, a range, or a list."""
    if len(slots) == 1:
        return str(slots[0] + 1)
    if slots == list(range(slots[0], slots[-1] + 1)):
        return f"{slots[0] + 1}:{slots[-1] + 1}"
    shown = ",".join(str(slot + 1) for slot in slots[:5])
    return f"{{{shown}{',...' if len(slots) > 5 else ''}}}"
