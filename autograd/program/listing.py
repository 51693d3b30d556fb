"""A program in print: one line per block, as on paper, with names made from the learner's labels.

``z1[16] = W1[16,2] @ x[2] + b1`` is the way from the matrix to the network, read backwards. Computes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from autograd.core.value import Value
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Operand
from autograd.text import labels
from autograd.text.numbers import counted, number


def listing(blocks: Blocks) -> str:
    """Write a lowered program as text.

    A leaf's or input's shape stands where it is read first, a result's where it is computed. What does not
    depend on the row comes first, under "once".
    """
    names = Names(blocks)
    head = f"{counted(len(blocks.leaves), 'parameter')}, {counted(len(blocks.inputs), 'input')}"
    lines = [f"Program: {head}, {counted(len(blocks.blocks), 'block')}"]
    for space, title in ((ONCE, "once:"), (ROWS, "for each row:")):
        alike = [block for block in blocks.blocks if block.space == space]
        written = [f"  {names.result(block)} = {_formula(block, names)}" for block in alike]
        lines += [title, *written] if written else []
    guarded = sum(len(guard.conditions) for guard in blocks.guards)
    return "\n".join([*lines, f"guarded: {counted(guarded, 'comparison')}"] if guarded else lines)


def _formula(block: Block, names: Names) -> str:
    """Write what a block computes: ``relu(z1)``."""
    op = block.op
    if op.name == "dot":
        return _dot(block, names)
    texts = [names.operand(operand, "p1") for operand in block.operands]
    if op.name == "copy":
        return texts[0]
    for parameter in reversed(op.parameters):
        if parameter not in op.defaults or texts[-1] != f"{op.defaults[parameter]:g}":
            break
        texts.pop()
    if op.symbol and len(texts) == 2:
        return f"{texts[0]} {op.symbol} {texts[1]}"
    return f"{op.symbol}{texts[0]}" if op.symbol else f"{op.name}({', '.join(texts)})"


def _dot(block: Block, names: Names) -> str:
    w, x, b = block.operands
    bias = names.operand(b, "b1", known=block.size)
    matrix = block.matrix and not (block.size == 1 and block.space == ONCE)
    first = names.operand(block.weights if matrix else w, "W1" if matrix else "w1", matrix=matrix)
    second = names.operand(block.columns if matrix else x, "x1")
    product = f"{first} @ {second}" if matrix else f"{first} · {second}"
    if block.size > 1 and not matrix:
        product = f"sum({first} * {second})"
    return product if bias in ("0", "-0") else f"{product} + {bias}"


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
        self._home = {(block.space, slot): block for block in blocks.blocks for slot in block.out}
        for block in blocks.blocks:
            self._name(block.out, self._result(block))

    def result(self, block: Block) -> str:
        """Return the name of what a block computes, with its size."""
        name = self._names[_key(block.out)]
        return f"{name}[{','.join(map(str, block.shape))}]" if block.size > 1 else name

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
        if not matrix:
            operand = operand.once
            single = [axis for axis, n in enumerate(operand.shape) if n == 1]
            operand = operand.without(*single[len(single) == len(operand.shape) :])
            if len(operand.shape) == 2 and self._turned(operand):
                return f"{self.operand(operand.moved(0, 1), letter)}.T"
        shape = operand.shape if matrix else [n for n in operand.shape if n > 1]
        if operand.space == ROWS:
            name = self._computed(operand)
        else:
            name = self._leaf(operand, letter, 2 if matrix else 1)
        home = self._home.get((operand.space, operand.start))
        known_shape = home.shape == tuple(shape) if home else operand.space == ROWS
        if name in self._shown or not name.isidentifier() or known_shape or (home and len(shape) < 2):
            return name
        self._shown.add(name)
        return name if not matrix and set(shape) <= {known} else f"{name}[{','.join(map(str, shape))}]"

    def _turned(self, operand: Operand) -> bool:
        """Whether this is all of an array, columns first."""
        slots = operand.moved(0, 1)
        listed, home = list(slots), self._home.get((operand.space, operand.start))
        if home:
            return home.shape == slots.shape and listed == list(home.out)
        return min(operand.shape) > 1 and listed == list(range(listed[0], listed[0] + len(listed)))

    def _result(self, block: Block) -> str:
        if name := self._stem(block.out):
            return name
        if _key(block.out) == _key(self.blocks.loss):
            return "loss"
        return "z1" if block.matrix and block.space == ROWS else "h1" if block.size > 1 else "t1"

    def _stem(self, operand: Operand, axes: int = 1) -> str:
        nodes = [self.blocks.nodes[operand.space][slot] for slot in operand]
        return stem([node.label if isinstance(node, Value) else "" for node in nodes], axes)

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
        """Name leaves, inputs or constants; those are written as numbers."""
        slots = list(operand)
        nodes = [self.blocks.nodes[operand.space][slot] for slot in slots]
        if all(isinstance(node, float) for node in nodes):
            texts = [number(node) for node in nodes[:3] if isinstance(node, float)]
            single = f"({texts[0]})" if texts[0].startswith("-") else texts[0]
            return single if len(nodes) == 1 else _some(texts, len(nodes))
        if slots != sorted(set(slots)) or all((operand.space, slot) in self._home for slot in slots):
            return self._computed(operand)
        whole = self.blocks.inputs if operand.space == INPUTS else self.blocks.leaves
        every, name = slots == list(range(len(whole))), self._stem(operand, axes)
        if not name and operand.space == INPUTS:
            name = "x" if every else f"x_{_places(slots)}"
        elif not name and every and len(slots) > 1:
            name = "parameters"
        return self._name(operand, name or letter)

    def _computed(self, operand: Operand) -> str:
        """Name results of blocks: a whole one, a part of one, or some of several."""
        slots = list(operand)
        homes = [self._home.get((operand.space, slot)) for slot in slots]
        if (home := homes[0]) and all(other is home for other in homes):
            name = self._names[_key(home.out)]
            return name if slots == list(home.out) else f"{name}_{_places([k - home.start for k in slots])}"
        parts = []
        for home, slot in zip(homes[:3], slots, strict=False):
            single = Operand(operand.space, (1,), slot, (0,))
            parts.append(self._computed(single) if home else self._leaf(single, "p1", 1))
        return _some(parts, len(slots)) if len(slots) > 1 else parts[0]


def stem(names: Sequence[str], axes: int = 1) -> str:
    """Return what the labels of one array have in common: letters and leading indices; "" if nothing.

    Parameters
    ----------
    names : sequence of str
        The labels.
    axes : int
        2 for a matrix, whose name is written large.

    Examples
    --------
    >>> stem(["w^1_{11}", "w^1_{21}", "w^1_{12}", "w^1_{22}"], axes=2)
    'W1'
    >>> stem(["z_{31}"]), stem(["x1", "x2"]), stem(["x_1"]), stem(["a", "b"])
    ('z3', 'x', 'x1', '')
    """
    parts = [labels.read(name) for name in names]
    letters = {part.letters if part else "" for part in parts}
    if len(letters) > 1 or "" in letters:
        return ""
    name = letters.pop()
    indices = [part.indices[:-axes] or part.indices[: len(parts) == 1] for part in parts if part]
    shared = takewhile(lambda place: len(set(place)) == 1, zip(*indices, strict=False))
    common = "".join(place[0] for place in shared)
    return (name.upper() if axes == 2 and len(name) == 1 else name) + common


def _key(operand: Operand) -> tuple[object, ...]:
    return (operand.space, *operand)


def _some(texts: list[str], count: int) -> str:
    """Write a list of so many elements, the first three of them."""
    return f"[{', '.join(texts)}{', ...' if count > 3 else ''}]"


def _places(slots: list[int]) -> str:
    """Write places inside an array, from 1: one, a range, or a list."""
    if len(slots) == 1:
        return str(slots[0] + 1)
    if slots == list(range(slots[0], slots[-1] + 1)):
        return f"{slots[0] + 1}:{slots[-1] + 1}"
    shown = ",".join(str(slot + 1) for slot in slots[:5])
    return f"{{{shown}{',...' if len(slots) > 5 else ''}}}"
