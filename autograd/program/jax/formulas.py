"""From a row's text to jax.numpy: the reader that `lower("jax")` traces with.

Local gradients are read from the table's own partials, so nothing here is differentiated by jax. Arrays have
members on their last axes, elements of sequences on one more; ragged ones lie behind each other instead.
"""

from __future__ import annotations

import math
from copy import copy
from typing import Any

import numpy as np

from autograd.program.lowering.adjoints import Choice, Rule
from autograd.program.lowering.blocks import Block
from autograd.program.lowering.reader import BlockReader
from autograd.table.kernels import KERNELS, SIGNS, Kernel
from autograd.table.language import parse


class JaxFormulas(BlockReader[Any]):
    """Reads the formulas of one block.

    Parameters
    ----------
    names : dict of str to array
        What the parameters and ``out`` stand for.
    block : Block
    wide : bool
        Read a formula for each element of the sequences: other arrays are `widened`.
    """

    column = "jax"

    def __init__(self, names: dict[str, Any], block: Block, wide: bool = False) -> None:
        import jax.numpy as jnp
        from jax.scipy import special

        self.jnp, self.special, self.block, self.wide = jnp, special, block, wide
        self.sequences = block.op.sequences
        self.names = {
            name: self.widened(array) if wide and name not in self.sequences else array
            for name, array in names.items()
        } | {"n": float(block.n), "pi": math.pi}

    def widened(self, members: Any) -> Any:
        """Return what belongs to members with an axis for their elements, or for each ragged one its own."""
        counts = self.block.counts
        return members[..., np.repeat(np.arange(len(counts)), counts)] if counts else members[..., None]

    def contribution(self, rule: Rule, upstream: Any) -> Any:
        """Take upstream through a rule."""
        return self.times(rule, self.widened(upstream) if self.wide else upstream)

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
            inner.names = self.names | {"out": self.widened(self.names["out"])}
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
        found = BlockReader.apply(inner, name, arguments)
        return found[..., self.block.starts if self.block.counts else 0]

    def called(self, kernel: Kernel, arguments: list[Any]) -> Any:
        function = getattr(self.jnp, kernel.jax, None) or getattr(self.special, kernel.jax)
        arrays = map(self.jnp.asarray, arguments)
        if not kernel.sequences:
            return function(*arrays)
        if not self.block.counts:
            return function(*arrays, axis=-1, keepdims=True)
        return self.widened(function(*(self._padded(array, kernel) for array in arrays), axis=-1))

    def _padded(self, elements: Any, kernel: Kernel) -> Any:
        """Give ragged sequences one length, with what changes no result behind their ends."""
        counts, starts = np.array(self.block.counts), self.block.starts
        places = np.arange(counts.max())
        found = elements[..., np.minimum(starts[:, None] + places, counts.sum() - 1)]
        return self.jnp.where(
            places < counts[:, None], found, -math.inf if kernel.start is None else kernel.start
        )
