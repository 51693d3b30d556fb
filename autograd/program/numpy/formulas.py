"""From a row's text to calls of array functions: the reader that the `numpy` backend prints with.

A kernel's column says which function it is, or gives a formula, which is read in turn. Both branches of a
`where` are computed and one is selected, so flags of the other mean nothing.
"""

from __future__ import annotations

import ast
import math

from autograd.program.lowering.reader import BlockReader
from autograd.program.numpy.tape import Tape, Term
from autograd.table.kernels import KERNELS, SIGNS, Kernel


class ArrayFormulas(BlockReader[Term]):
    """Reads formulas onto a tape.

    Parameters
    ----------
    tape : Tape
    names : dict of str to Term
        The arrays that stand for the parameters and for ``out``.
    sequences : tuple of str
    n : int
        Their length.
    """

    column = "numpy"

    def __init__(self, tape: Tape, names: dict[str, Term], sequences: tuple[str, ...], n: int) -> None:
        self.tape, self.sequences = tape, sequences
        self.names = names | {"n": number(n), "pi": number(math.pi)}
        self._negated: dict[Term, Term] = {}

    def product(self, upstream: Term, partial: ast.expr) -> Term:
        boolean = self._boolean(partial)
        return self.operation("*", upstream, self.visit(partial) if boolean is None else boolean)

    def _boolean(self, tree: ast.expr) -> Term | None:
        """Read where(c, 1, 0) or where(c, 0, 1) as the condition itself, or as its opposite."""
        match tree:
            case ast.Call(func=ast.Name(id="where"), args=[c, ast.Constant(value=1), ast.Constant(value=0)]):
                return self.condition(c)
            case ast.Call(func=ast.Name(id="where"), args=[c, ast.Constant(value=0), ast.Constant(value=1)]):
                condition = self.condition(c)
                return (
                    condition
                    if condition.kind == "number"
                    else self.tape.call("logical_not", condition, kind="mask")
                )
        return None

    def select(self, condition: Term, a: Term, b: Term) -> Term:
        if condition.kind == "number":
            return a if float(condition.text) else b
        a, b = self._number_free(a), self._number_free(b)
        return self.tape.call("copyto({out}, {2}); copyto({out}, {1}, where={0})", condition, a, b)

    def _number_free(self, term: Term) -> Term:
        return self.tape.call("multiply", term, number(1)) if term.kind == "mask" else term

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> Term:
        match condition:  # where(x <= c, c, x) is the larger of both, nan kept
            case ast.Compare(left=left, ops=[ast.LtE()], comparators=[right]) if _same(right, a) and _same(
                left, b
            ):
                return self.tape.call("maximum", self.visit(left), self.visit(right))
        return super().where(condition, a, b)

    def number(self, value: float) -> Term:
        return number(value)

    def negative(self, operand: Term) -> Term:
        if operand.kind == "number":
            return number(-float(operand.text))
        result = self.tape.call("negative", self._number_free(operand))
        self._negated[result] = operand
        return result

    def operation(self, symbol: str, left: Term, right: Term) -> Term:
        if left.kind == right.kind == "number":
            return number(SIGNS[symbol].ieee(float(left.text), float(right.text)))
        ones = [term.kind == "number" and abs(float(term.text)) == 1.0 for term in (left, right)]
        if symbol == "*" and any(ones):
            unit, other = (left, right) if ones[0] else (right, left)
            return other if float(unit.text) > 0 else self.negative(other)
        if symbol != "*" or left.kind == right.kind == "mask":
            left, right = self._number_free(left), self._number_free(right)
        return self.tape.call(SIGNS[symbol].numpy, left, right)

    def comparison(self, symbol: str, left: Term, right: Term) -> Term:
        if left.kind == right.kind == "number":
            return number(SIGNS[symbol].ieee(float(left.text), float(right.text)))
        return self.tape.call(SIGNS[symbol].numpy, left, right, kind="mask")

    def others(self, x: Term) -> Term:
        return self.tape.call(KERNELS["others"].numpy, x)

    def apply(self, name: str, arguments: list[Term]) -> Term:
        if all(term.kind == "number" for term in arguments):
            return number(KERNELS[name].ieee(*(float(term.text) for term in arguments)))
        return super().apply(name, [self._number_free(a) if name != "sum" else a for a in arguments])

    def called(self, kernel: Kernel, arguments: list[Term]) -> Term:
        if kernel.start is not None:
            dtype = ", dtype=float" if arguments[0].kind == "mask" else ""
            how = f"reduceat({{0}}, {self.tape.starts}" if self.tape.starts else "reduce({0}"
            statement = f"{kernel.numpy}.{how}, -2{dtype}, out={{out}})"
            return self.tape.call(statement, *arguments, wide=False)
        if kernel.name == "abs" and arguments[0] in self._negated:
            arguments = [self._negated[arguments[0]]]
        return self.tape.call(kernel.numpy, *arguments)


def number(value: float) -> Term:
    """Return a literal."""
    text = repr(float(value))
    return Term({"inf": "inf", "-inf": "-inf", "nan": "nan"}.get(text, text), "number")


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)
