"""From a row's text to jax.numpy: the reader that `lower("jax")` traces with.

Local gradients are read from the table's own partials, so nothing here is differentiated by jax. Arrays have
members on their last axis, elements of sequences on one more.
"""

from __future__ import annotations

import math
from copy import copy
from typing import Any

from autograd.program.lowering.adjoints import Choice, Rule
from autograd.program.lowering.reader import BlockReader
from autograd.table.kernels import KERNELS, SIGNS, Kernel
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

    column = "jax"

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

    def select(self, condition: Any, a: Any, b: Any) -> Any:
        return self.jnp.where(condition, a, b)

    def number(self, value: float) -> Any:
        return float(value)

    def name(self, name: str) -> Any:
        if name == "count" and not self.wide:
            inner = copy(self)
            inner.names = self.names | {"out": self.names["out"][..., None]}
            return BlockReader.name(inner, name)
        return super().name(name)

    def negative(self, operand: Any) -> Any:
        return -operand

    def operation(self, symbol: str, left: Any, right: Any) -> Any:
        return getattr(self.jnp, SIGNS[symbol].jax)(left, right)

    def others(self, x: Any) -> Any:  # prefix times suffix, no division
        jnp, ones = self.jnp, self.jnp.ones_like(x[..., :1])
        before = jnp.concatenate([ones, jnp.cumprod(x, axis=-1)[..., :-1]], axis=-1)
        after = jnp.concatenate([ones, jnp.cumprod(x[..., ::-1], axis=-1)[..., :-1]], axis=-1)
        return before * after[..., ::-1]

    def apply(self, name: str, arguments: list[Any]) -> Any:
        if self.wide or not KERNELS[name].sequences:
            return super().apply(name, arguments)
        inner = copy(self)
        inner.wide = True  # a sum inside a sum keeps its axis
        return BlockReader.apply(inner, name, arguments)[..., 0]

    def called(self, kernel: Kernel, arguments: list[Any]) -> Any:
        function = getattr(self.jnp, kernel.jax, None) or getattr(self.special, kernel.jax)
        along = {"axis": -1, "keepdims": True} if kernel.sequences else {}
        return function(*map(self.jnp.asarray, arguments), **along)
