"""From a row's text to jax.numpy: the reader that `lower("jax")` traces with.

Local gradients are read from the table's own partials, so nothing here is differentiated by jax. Arrays have
members on their last axis, elements of sequences on one more.
"""

from __future__ import annotations

import ast
import math
from typing import Any

from autograd.program.lowering.adjoints import BlockReader, Choice, Rule
from autograd.table.kernels import KERNELS, SIGNS
from autograd.table.language import parse


class JaxFormulas(BlockReader[Any]):
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

    def contribution(self, rule: Rule, upstream: Any) -> Any:
        """Take upstream through a rule."""
        return self.times(rule, upstream[..., None] if self.wide else upstream)

    def leads(self, rule: Rule | None) -> Any:
        """Return where an edge leads: True or False, or an array of both."""
        if isinstance(rule, Choice):
            condition = self.condition(parse(rule.condition))
            return self.select(condition, self.leads(rule.then), self.leads(rule.otherwise))
        return rule is not None

    def condition(self, tree: ast.expr) -> Any:
        read = self.visit(tree)
        return read if isinstance(tree, ast.Compare) else self.jnp.not_equal(read, 0.0)

    def select(self, condition: Any, a: Any, b: Any) -> Any:
        return self.jnp.where(condition, a, b)

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
            names = dict(zip(kernel.parameters, arguments, strict=True))
            result = JaxFormulas(names, kernel.sequences, 0, wide=bool(kernel.sequences)).read(kernel.jax)
            return result[..., 0] if kernel.sequences and not self.wide else result
        function = getattr(self.jnp, kernel.jax, None) or getattr(self.special, kernel.jax)
        along = {"axis": -1, "keepdims": self.wide} if kernel.sequences else {}
        return function(*map(self.jnp.asarray, arguments), **along)
