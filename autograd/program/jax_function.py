"""A lowered program as a pure JAX function of parameters and rows, to jit, to shard, to run on accelerators.

Walks blocks as the other backends do, with the table's own partials. Knows no device.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from autograd.program.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Operand
from autograd.program.jax_formulas import JaxFormulas, ravelled

Function = Callable[[Any, Any], tuple[Any, Any]]


def jax_function(blocks: Blocks) -> Function:
    """Return the function (parameters, rows) → (mean loss, gradient), in double precision.

    Raises
    ------
    ImportError
        If jax is not installed.
    """
    try:
        jax = importlib.import_module("jax")
    except ImportError:
        raise ImportError(
            "lower('jax') makes a function for jax, which is not installed. pip install 'chainrule[jax]'"
        ) from None
    double = jax.enable_x64
    compiled = jax.jit(lambda parameters, rows: Trace(blocks, jax.numpy).run(parameters, rows))

    def mean_loss_and_gradient(parameters: Any, rows: Any = ((),)) -> tuple[Any, Any]:
        with double(True):
            numbers = [jax.numpy.asarray(x, dtype=jax.numpy.float64) for x in (parameters, rows)]
            return compiled(*numbers)  # type: ignore[no-any-return]

    return mean_loss_and_gradient


class Trace:
    """One run through the blocks, forward and backward, which JAX records.

    Parameters
    ----------
    blocks : Blocks
    jnp : module
        jax.numpy.
    """

    def __init__(self, blocks: Blocks, jnp: Any) -> None:
        self.blocks, self.jnp = blocks, jnp

    def run(self, parameters: Any, rows: Any) -> tuple[Any, Any]:
        """Return the mean loss and the gradient."""
        jnp, blocks = self.jnp, self.blocks
        sizes, P, count = blocks.sizes, len(blocks.leaves), rows.shape[0]
        once = jnp.zeros(sizes[ONCE]).at[:P].set(parameters)
        once = once.at[P : P + len(blocks.constants)].set(jnp.asarray(blocks.constants))
        self.values = {ONCE: once, INPUTS: rows, ROWS: jnp.zeros((count, sizes[ROWS]))}
        self.adjoints = {
            ONCE: jnp.zeros(sizes[ONCE]), INPUTS: jnp.zeros((1, sizes[INPUTS])),
            ROWS: jnp.zeros((count, sizes[ROWS])),
        }  # fmt: skip
        for block in blocks.blocks:
            self.values[block.space] = self.values[block.space].at[..., _span(block)].set(self._result(block))
        loss = blocks.loss
        losses = self.values[loss.space][..., loss.start]
        seed = 1.0 if loss.space == ONCE else 1.0 / count
        self.adjoints[loss.space] = self.adjoints[loss.space].at[..., loss.start].set(seed)
        for block in reversed(blocks.blocks):
            self._hand_on(block)
        return jnp.mean(losses), self.adjoints[ONCE][:P]

    def _read(self, operand: Operand) -> Any:
        storage = self.values[operand.space]
        return storage[..., ravelled(operand.slots)].reshape(storage.shape[:-1] + operand.shape)

    def _names(self, block: Block) -> dict[str, Any]:
        return {p: self._read(x) for p, x in zip(block.op.parameters, block.operands, strict=True)}

    def _factors(self, block: Block) -> tuple[Any, Any]:
        """Return W and the x that its members share."""
        w, x, _ = block.operands
        return self._read(w), self.values[x.space][..., ravelled(x.slots[0])]

    def _result(self, block: Block) -> Any:
        if block.matrix:
            weights, x = self._factors(block)
            return x @ weights.T + self._read(block.operands[2])
        return JaxFormulas(self._names(block), block.op.sequences, block.n).read(block.op.forward)

    def _hand_on(self, block: Block) -> None:
        """Add to the adjoints of a block's operands."""
        upstream = self.adjoints[block.space][..., _span(block)]
        if block.matrix:
            weights, column = self._factors(block)
            w, x, b = block.operands
            self._add(x, x.slots[0], upstream @ weights, block)
            product = (
                upstream.T @ self.jnp.broadcast_to(column, (*upstream.shape[:-1], block.n))
                if block.space == ROWS
                else self.jnp.outer(upstream, column)
            )
            self._add(w, w.slots, product, None)
            self._add(b, b.slots, upstream, block)
            return
        names = self._names(block) | {"out": self.values[block.space][..., _span(block)]}
        for parameter, operand, text in zip(
            block.op.parameters, block.operands, block.op.partials, strict=True
        ):
            wide = parameter in block.op.sequences
            formulas = JaxFormulas(names, block.op.sequences, block.n, wide)
            contribution = formulas.contribution(text, upstream)
            if contribution is not None:
                shape = upstream.shape[:-1] + operand.shape
                self._add(operand, operand.slots, self.jnp.broadcast_to(contribution, shape), block)

    def _add(self, operand: Operand, slots: Any, contribution: Any, block: Block | None) -> None:
        """Add to adjoints, summed over rows where the operand is the same for all (`block` None: it is)."""
        if operand.space == INPUTS:
            return
        if operand.space == ONCE and block is not None and block.space == ROWS:
            contribution = contribution.sum(axis=0)
        storage = self.adjoints[operand.space]
        flat = contribution.reshape((*storage.shape[:-1], slots.size))
        self.adjoints[operand.space] = storage.at[..., ravelled(slots)].add(flat)


def _span(block: Block) -> slice:
    return slice(block.start, block.start + block.size)
