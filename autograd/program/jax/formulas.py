"""From a row's text to jax.numpy: the reader that `lower("jax")` traces with.

Local gradients are read from the table's own partials, so nothing here is differentiated by jax. Arrays have
members on their last axis, elements of sequences on one more.
"""

from __future__ import annotations

import ast
import math
from typing import Any

from autograd.table.kernels import KERNELS, SIGNS
from autograd.table.language import Reader, parse


class JaxFormulas(Reader[Any]):
    """Reads the formulas of one block.

    Parameters
    ----------
    names : dict of str to array
        What the parameters and ``out`` stand for.
    sequences : tuple of str
        Those parameters that have the additional axis.
    n : int
        Its length.
    wide : bool
        Read a formula for each element of the sequences: other arrays get an axis of length 1.
    """

    def __init__(self, names: dict[str, Any], sequences: tuple[str, ...], n: int, wide: bool = False) -> None:
        import jax.numpy as jnp
        from jax.scipy import special

        self.jnp, self.special, self.wide, self.sequences = jnp, special, wide, sequences
        self.names = {
            name: array[..., None] if wide and name not in sequences else array
            for name, array in names.items()
        } | {"n": float(n), "pi": math.pi}

    def contribution(self, text: str, upstream: Any) -> Any:
        """Read upstream times a partial; None where no gradient flows."""
        return self._times(parse(text), upstream[..., None] if self.wide else upstream)

    def edge(self, text: str) -> Any:
        """Return where a partial is one: True, or the condition of the `where` that makes it none."""
        match parse(text):
            case ast.Call(func=ast.Name(id="where"), args=[condition, ast.Name(id="none"), _]):
                return self.jnp.logical_not(self._condition(condition))
            case ast.Call(func=ast.Name(id="where"), args=[condition, _, ast.Name(id="none")]):
                return self._condition(condition)
        return True

    def _times(self, tree: ast.expr, upstream: Any) -> Any:
        match tree:
            case ast.Name(id="none"):
                return None
            case ast.Call(func=ast.Name(id="where"), args=[condition, a, b]) if any(
                isinstance(x, ast.Name) and x.id == "none" for x in (a, b)
            ):
                parts = [self._times(x, upstream) for x in (a, b)]
                taken = [0.0 if part is None else part for part in parts]
                return None if parts == [None, None] else self.jnp.where(self._condition(condition), *taken)
            case ast.BinOp(left=ast.Constant(value=1), op=ast.Div(), right=right):
                return upstream / self.visit(right)
        return upstream * self.visit(tree)

    def _condition(self, tree: ast.expr) -> Any:
        read = self.visit(tree)
        return read if isinstance(tree, ast.Compare) else self.jnp.not_equal(read, 0.0)

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> Any:
        return self.jnp.where(self._condition(condition), self.visit(a), self.visit(b))

    def number(self, value: float) -> Any:
        return float(value)

    def name(self, name: str) -> Any:
        if name == "count":  # how many elements equal the result
            out = self.names["out"] if self.wide else self.names["out"][..., None]
            return self.apply("sum", [self.jnp.equal(self.names[self.sequences[0]], out) * 1.0])
        return self.names[name]

    def item(self, name: str) -> Any:
        return self.names[name]

    def negative(self, operand: Any) -> Any:
        return -operand

    def operation(self, symbol: str, left: Any, right: Any) -> Any:
        return getattr(self.jnp, SIGNS[symbol].jax)(left, right)

    def comparison(self, symbol: str, left: Any, right: Any) -> Any:
        return getattr(self.jnp, SIGNS[symbol].jax)(left, right)

    def call(self, name: str, arguments: list[ast.expr]) -> Any:
        if name == "others":  # the product of all elements but this one: prefix times suffix, no division
            x, jnp = self.names[self.sequences[0]], self.jnp
            ones = jnp.ones_like(x[..., :1])
            before = jnp.concatenate([ones, jnp.cumprod(x, axis=-1)[..., :-1]], axis=-1)
            after = jnp.concatenate([ones, jnp.cumprod(x[..., ::-1], axis=-1)[..., :-1]], axis=-1)
            return before * after[..., ::-1]
        return super().call(name, arguments)

    def apply(self, name: str, arguments: list[Any]) -> Any:
        kernel = KERNELS[name]
        if not kernel.jax.isidentifier():
            return JaxFormulas(dict(zip(kernel.parameters, arguments, strict=True)), (), 0).read(kernel.jax)
        function = getattr(self.jnp, kernel.jax, None) or getattr(self.special, kernel.jax)
        along = {"axis": -1, "keepdims": self.wide} if kernel.sequences else {}
        return function(*map(self.jnp.asarray, arguments), **along)
