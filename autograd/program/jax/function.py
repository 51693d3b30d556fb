"""A lowered program as a pure JAX function of parameters and rows, to jit, to shard, to run on accelerators.

Walks blocks as the other backends do, with the table's own partials. Knows no device.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.program.arguments import checked_parameters, checked_shape
from autograd.program.jax.formulas import JaxFormulas
from autograd.program.jax.storage import Piece, Pieces
from autograd.program.lowering.adjoints import Backward, Step
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Operand, Space

Function = Callable[[Any, Any], tuple[Any, Any]]


def jax_function(blocks: Blocks, backward: Backward) -> Function:
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
    compiled = jax.jit(lambda parameters, rows: Trace(blocks, backward, jax.numpy).run(parameters, rows))

    def mean_loss_and_gradient(parameters: Any, rows: Any = ((),)) -> tuple[Any, Any]:
        arrays = [x if isinstance(x, jax.Array) else np.asarray(x, float) for x in (parameters, rows)]
        checked_parameters(arrays[0].shape, blocks.leaves)
        checked_shape(arrays[1].shape, blocks.inputs)
        with double(True):
            return compiled(*arrays)  # type: ignore[no-any-return]

    return mean_loss_and_gradient


class Trace:
    """One run through the blocks, forward and backward, which JAX records.

    Parameters
    ----------
    blocks : Blocks
    backward : Backward
    jnp : module
        jax.numpy.
    """

    def __init__(self, blocks: Blocks, backward: Backward, jnp: Any) -> None:
        self.blocks, self.plan, self.jnp = blocks, backward, jnp
        self.storages: dict[Space, Pieces] = {space: Pieces() for space in (ONCE, INPUTS, ROWS)}

    def run(self, parameters: Any, rows: Any) -> tuple[Any, Any]:
        """Return the mean loss and the gradient."""
        jnp, once, loss = self.jnp, self.storages[ONCE], self.blocks.loss
        leaves = once.append(parameters.astype(float))
        once.append(jnp.asarray(self.blocks.constants, dtype=float))
        self.storages[INPUTS].append(rows.astype(float))
        certain = {step.block.out: step.certain for step in self.plan.steps}
        pieces = {
            block.out: self.storages[block.space].append(self._result(block), certain.get(block.out, True))
            for block in self.blocks.blocks
        }
        losses = self._read(loss)
        self._hand_back(loss, jnp.full(losses.shape, 1.0 / losses.size), True)
        for step in self.plan.steps:
            self._hand_on(step, pieces[step.block.out])
        nothing = jnp.zeros(len(self.blocks.leaves))
        return jnp.mean(losses), nothing if leaves.adjoint is None else leaves.adjoint

    def _read(self, operand: Operand) -> Any:
        return self.storages[operand.space].read(operand)

    def _names(self, block: Block) -> dict[str, Any]:
        return {p: self._read(x) for p, x in zip(block.op.parameters, block.operands, strict=True)}

    def _result(self, block: Block) -> Any:
        if block.matrix:
            w, x, b = block.operands
            return self._read(x.first) @ self._read(w).T + self._read(b)
        result = JaxFormulas(self._names(block), block.op.sequences, block.n).read(block.op.forward)
        lead = self.storages[INPUTS].list[0].array.shape[:1] if block.space == ROWS else ()
        return self.jnp.broadcast_to(result, (*lead, block.size))

    def _hand_on(self, step: Step, piece: Piece) -> None:
        """Add to the adjoints of a block's operands."""
        block, upstream, edges = step.block, piece.adjoint, piece.edges
        product = block.matrix and edges is None
        names = {} if product else self._names(block) | {"out": piece.array}
        for contribution in step.contributions:
            parameter, operand = contribution.parameter, contribution.operand
            if product:
                self._hand_back(*self._product(block, parameter, upstream), True)
                continue
            wide = parameter in block.op.sequences
            formulas = JaxFormulas(names, block.op.sequences, block.n, wide)
            value = formulas.contribution(contribution.rule, upstream)
            leads = formulas.leads(contribution.rule)
            if edges is not None:
                lit = (edges[..., None] if wide else edges) > 0.0
                value, leads = self.jnp.where(lit, value, 0.0), leads & lit
            shape = upstream.shape[:-1] + operand.shape
            self._hand_back(operand, self.jnp.broadcast_to(value, shape), leads)

    def _product(self, block: Block, parameter: str, upstream: Any) -> tuple[Operand, Any]:
        """Return to what a matrix product hands back, and what: G.T @ x to W, G @ W to x, G to the bias."""
        w, x, b = block.operands
        if parameter == "w":
            column = self.jnp.broadcast_to(self._read(x.first), (*upstream.shape[:-1], block.n))
            return w, self.jnp.atleast_2d(upstream).T @ self.jnp.atleast_2d(column)
        return (x.first, upstream @ self._read(w)) if parameter == "x" else (b, upstream)

    def _hand_back(self, operand: Operand, contribution: Any, leads: Any) -> None:
        """Add to adjoints where an edge leads, summed over rows where the operand is the same for all."""
        found = contribution, self.jnp.broadcast_to(self.jnp.asarray(leads, dtype=float), contribution.shape)
        if contribution.ndim > len(operand.shape) and operand.space == ONCE:
            found = found[0].sum(axis=0), found[1].sum(axis=0)
        self.storages[operand.space].hand_back(operand, *found)
