"""How formulas of a block are read for any backend: what is the same, whatever they are printed as.

Knows the language, a backend's column in the table of kernels, and the rules by which adjoints are handed on;
no array, no slot, and nothing of what is printed.
"""

from __future__ import annotations

import ast
from copy import copy
from typing import ClassVar, TypeVar

from autograd.program.lowering.adjoints import Choice, Over, Rule, Same, Times
from autograd.table.kernels import KERNELS, Kernel
from autograd.table.language import Reader, parse

T = TypeVar("T")


class BlockReader(Reader[T]):
    """Reads the formulas of one block for a backend.

    A backend's reader says, beside numbers and operations, what `select`, `called` and `others` mean.

    Attributes
    ----------
    column : str
        The backend's column in `autograd.table.kernels`.
    names : dict of str to T
        What the parameters stand for, and ``out``, ``n`` and ``pi``.
    sequences : tuple of str
        Those parameters that are sequences.
    """

    column: ClassVar[str]
    names: dict[str, T]
    sequences: tuple[str, ...]

    def name(self, name: str) -> T:
        """Read a variable; ``count`` says how many elements equal the result."""
        return self.read(f"sum({self.sequences[0]}[j] == out)") if name == "count" else self.names[name]

    def item(self, name: str) -> T:
        """Read an element: what stands for a sequence stands for all of them."""
        return self.names[name]

    def condition(self, tree: ast.expr) -> T:
        """Read a condition: a comparison, or any formula, whose nonzero values are true."""
        read = self.visit(tree)
        return read if isinstance(tree, ast.Compare) else self.comparison("!=", read, self.number(0.0))

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> T:
        """Read both branches, and choose."""
        return self.select(self.condition(condition), self.visit(a), self.visit(b))

    def call(self, name: str, arguments: list[ast.expr]) -> T:
        """Read a call; the argument of ``others`` is not a number but the element that is left out."""
        if name == "others":
            return self.others(self.names[self.sequences[0]])
        return super().call(name, arguments)

    def apply(self, name: str, arguments: list[T]) -> T:
        """Read a kernel: what the column names, or the formula that it gives."""
        kernel = KERNELS[name]
        column: str = getattr(kernel, self.column)
        if "(" not in column:
            return self.called(kernel, arguments)
        inner = copy(self)
        inner.names = dict(zip(kernel.parameters, arguments, strict=True))
        return inner.read(column)

    def select(self, condition: T, a: T, b: T) -> T:
        """Choose `a` where a condition holds, else `b`."""
        raise NotImplementedError

    def called(self, kernel: Kernel, arguments: list[T]) -> T:
        """Read a kernel whose column names a function."""
        raise NotImplementedError

    def others(self, x: T) -> T:
        """Read the product of all elements of a sequence but the j-th, for each j."""
        raise NotImplementedError

    def times(self, rule: Rule | None, upstream: T) -> T:
        """Take upstream through a rule; 0 where no edge leads."""
        match rule:
            case None:
                return self.number(0.0)
            case Same():
                return upstream
            case Over(divisor):
                return self.operation("/", upstream, self.read(divisor))
            case Choice(condition, then, otherwise):
                parts = (self.times(then, upstream), self.times(otherwise, upstream))
                return self.select(self.condition(parse(condition)), *parts)
            case Times(partial):
                return self.product(upstream, parse(partial))

    def product(self, upstream: T, partial: ast.expr) -> T:
        """Multiply upstream with a partial."""
        return self.operation("*", upstream, self.visit(partial))
