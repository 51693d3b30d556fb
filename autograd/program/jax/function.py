"""A lowered program as a pure JAX function of parameters and rows, to jit, to shard, to run on accelerators.

Walks the blocks, and back by the plan of the backward pass, with the table's own partials; only reading a
storage, which is linear, is transposed by JAX. Knows no device; `meshes` does.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.program.jax.formulas import JaxFormulas
from autograd.program.jax.meshes import as_different, spread
from autograd.program.lowering.adjoints import Backward, Step
from autograd.program.lowering.blocks import (
    INPUTS,
    ONCE,
    ROWS,
    TAKE,
    Block,
    Blocks,
    Operand,
    Space,
    strides_of,
)
from autograd.table.kernels import SIGNS
from autograd.table.language import parse
from autograd.text.packages import install

Function = Callable[[Any, Any], tuple[Any, Any]]
Places = NDArray[np.intp]


def jax_function(blocks: Blocks, backward: Backward) -> Function:
    """Return the function (parameters, rows) → (mean loss, gradient), in double precision.

    Raises
    ------
    ImportError
        If jax is not installed, or too old.
    """
    try:
        jax = importlib.import_module("jax")
    except ImportError:
        raise ImportError(
            "lower('jax') makes a function for jax, which is not installed. Install it with "
            f"`{install('accelerators')}`."
        ) from None
    if not hasattr(jax, "enable_x64"):
        raise ImportError(
            f"lower('jax') needs jax 0.8 or later, and {jax.__version__} is installed. "
            f"`{install('accelerators')} --upgrade` brings it up to date."
        )
    double = jax.enable_x64
    compiled = jax.jit(
        spread(lambda parameters, rows: Trace(blocks, backward, jax).run(parameters, rows)),
        keep_unused=True,  # where rows lie says where the results do, even of a loss that needs none
    )

    def mean_loss_and_gradient(parameters: Any, rows: Any) -> tuple[Any, Any]:
        arrays = [x if isinstance(x, jax.Array) else np.asarray(x, float) for x in (parameters, rows)]
        with double(True):
            return compiled(*arrays)  # type: ignore[no-any-return]

    return mean_loss_and_gradient


class Trace:
    """One run through the blocks, forward and backward, which JAX records.

    Parameters
    ----------
    blocks : Blocks
    backward : Backward
    jax : module
    """

    def __init__(self, blocks: Blocks, backward: Backward, jax: Any) -> None:
        self.blocks, self.plan, self.jnp, self._jax = blocks, backward, jax.numpy, jax
        self.storages: dict[Space, Pieces] = {space: Pieces() for space in (ONCE, INPUTS, ROWS)}

    def run(self, parameters: Any, rows: Any) -> tuple[Any, Any]:
        """Return the mean loss and the gradient."""
        jnp, loss = self.jnp, self.blocks.loss
        self._different = as_different(parameters, rows)
        leaves = self._add(ONCE, parameters.astype(float))
        self._add(ONCE, jnp.asarray(self.blocks.constants, dtype=float))
        self._add(INPUTS, rows.astype(float))
        certain = {step.block.out: step.certain for step in self.plan.steps}
        pieces = {
            block.out: self._add(block.space, self._result(block), certain.get(block.out, True))
            for block in self.blocks.blocks
        }
        losses = self._read(loss)
        seeds = jnp.ones(losses.shape)
        for refused in self._refused():
            losses, seeds = (jnp.where(refused, jnp.nan, x) for x in (losses, seeds))
        self._hand_back(loss, seeds / seeds.size, True)
        for step in self.plan.steps:
            self._hand_on(step, pieces[step.block.out])
        nothing = jnp.zeros(len(self.blocks.leaves))
        return jnp.mean(losses), self._different(nothing) if leaves.adjoint is None else leaves.adjoint

    def _add(self, space: Space, array: Any, certain: bool = True) -> Piece:
        return self.storages[space].append(self._different(array), certain)

    def _read(self, operand: Operand) -> Any:
        return self.storages[operand.space].read(operand)

    def _refused(self) -> Iterator[Any]:
        """Tell which rows leave the reals, or take another branch than the recorded one; (1,) for all."""
        for guard in self.blocks.guards:
            left, right = self._read(guard.left), self._read(guard.right)
            wrong = getattr(self.jnp, SIGNS[guard.symbol].jax)(left, right) != guard.decision
            if guard.masks:
                wrong &= self._read(guard.masks) != 0.0
            yield wrong.any(axis=-1, keepdims=True)
        for block in self.blocks.blocks:
            if block.op.undefined and not block.counts:  # such rows ask for an element at least: there is one
                yield self._outside(block)

    def _outside(self, block: Block) -> Any:
        """Evaluate a predicate for any member: an operand that is nan is not outside."""
        jnp, arrays = self.jnp, self._names(block)
        outside = JaxFormulas(arrays, block).condition(parse(block.op.undefined))
        for parameter, array in arrays.items():
            real = ~jnp.isnan(array)
            outside &= real.all(axis=-1) if parameter in block.op.sequences else real
        return outside.any(axis=tuple(range(-len(block.shape), 0)))[..., None]

    def _names(self, block: Block) -> dict[str, Any]:
        return {p: self._read(x) for p, x in zip(block.op.parameters, block.operands, strict=True)}

    def _result(self, block: Block) -> Any:
        """Compute a block: (..., slots)."""
        lead = self.storages[INPUTS].list[0].array.shape[:1] if block.space == ROWS else ()
        if block.matrix:
            columns = self.jnp.tensordot(
                self._read(block.columns), self._read(block.weights), ([len(lead)], [1])
            )
            result = self.jnp.moveaxis(columns, -1, len(lead)) + self._read(block.operands[2])
        elif block.op is TAKE:
            found = self._lookup(block, lead)(self._read(block.operands[0]))
            index = self._read(block.operands[1])
            known = (index >= 0) & (index < block.n) & (index == self.jnp.floor(index))
            result = self.jnp.where(known, found, self.jnp.nan)
        else:
            result = JaxFormulas(self._names(block), block).read(block.op.forward)
        return self.jnp.broadcast_to(result, (*lead, *block.shape)).reshape((*lead, -1))

    def _lookup(self, block: Block, lead: tuple[int, ...]) -> Callable[[Any], Any]:
        """Return the function from tables to the elements that rows look up, which is linear."""
        jnp, index = self.jnp, self._read(block.operands[1])
        whole = jnp.where((index >= 0) & (index < block.n), index, 0).astype(int)
        whole = jnp.broadcast_to(whole, (*lead, *block.shape))[..., None]

        def looked_up(tables: Any) -> Any:
            all_rows = jnp.broadcast_to(tables, (*lead, *block.operands[0].shape))
            return jnp.take_along_axis(all_rows, whole, -1)[..., 0]

        return looked_up

    def _hand_on(self, step: Step, piece: Piece) -> None:
        """Add to the adjoints of a block's operands."""
        block = step.block
        arrays: Sequence[Any] = [piece.array, piece.adjoint, piece.edges]
        shaped: list[Any] = [x if x is None else x.reshape((*x.shape[:-1], *block.shape)) for x in arrays]
        out, upstream, edges = shaped
        lead = upstream.shape[: upstream.ndim - len(block.shape)]
        if block.op is TAKE:
            back = self._jax.linear_transpose(self._lookup(block, lead), self._read(block.operands[0]))
            lit = self._different(self.jnp.ones_like(upstream)) if edges is None else edges
            (value,), (leads,) = back(self.jnp.where(lit > 0.0, upstream, 0.0)), back(lit)
            self._hand_back(block.operands[0], value, leads > 0.0)
            return
        product = block.matrix and edges is None
        names = {} if product else self._names(block) | {"out": out}
        for contribution in step.contributions:
            parameter, operand = contribution.parameter, contribution.operand
            if product:
                self._hand_back(*self._product(block, parameter, upstream), True)
                continue
            wide = parameter in block.op.sequences
            formulas = JaxFormulas(names, block, wide)
            value = formulas.contribution(contribution.rule, upstream)
            leads = formulas.leads(contribution.rule)
            if edges is not None:
                lit = (formulas.widened(edges) if wide else edges) > 0.0
                value, leads = self.jnp.where(lit, value, 0.0), leads & lit
            self._hand_back(operand, self.jnp.broadcast_to(value, (*lead, *operand.shape)), leads)

    def _product(self, block: Block, parameter: str, upstream: Any) -> tuple[Operand, Any]:
        """Return to what a matrix product hands back, and what: G @ x.T to W, W.T @ G to x, G to the bias."""
        jnp, lead = self.jnp, upstream.ndim - len(block.shape)
        if parameter == "b":
            return block.operands[2], upstream
        if parameter == "x":
            columns = jnp.tensordot(upstream, self._read(block.weights), ([lead], [0]))
            return block.columns, jnp.moveaxis(columns, -1, lead)
        x, summed = block.columns, [axis for axis in range(upstream.ndim) if axis != lead]
        column = jnp.broadcast_to(self._read(x), (*upstream.shape[:lead], *x.shape))
        return block.weights, jnp.tensordot(upstream, column, (summed, summed))

    def _hand_back(self, operand: Operand, contribution: Any, leads: Any) -> None:
        """Add to adjoints where an edge leads, summed over rows where the operand is the same for all."""
        found = contribution, self.jnp.broadcast_to(self.jnp.asarray(leads, dtype=float), contribution.shape)
        if contribution.ndim > len(operand.shape) and operand.space == ONCE:
            found = found[0].sum(axis=0), found[1].sum(axis=0)
        self.storages[operand.space].hand_back(operand, *map(self._different, found))


@dataclass
class Piece:
    """The array of one block, (..., slots), and what was handed back to it.

    Attributes
    ----------
    array : array
    end : int
        The slot behind its last.
    certain : bool
        Whether edges lead to all of it in every row.
    adjoint : array or None
        None where nothing was handed back yet.
    edges : array or None
        Above 0 where an edge leads, noted where that is not certain. An adjoint of 0 is not the same as no
        edge: 0 · inf is nan.
    """

    array: Any
    end: int
    certain: bool
    adjoint: Any = None
    edges: Any = None


class Pieces:
    """One storage: the arrays that blocks computed, side by side in the order of slots.

    Reading is slices and reshapes wherever slots follow a rule, so that XLA has nothing to move. What is
    handed back to what was read is the transpose of reading.
    """

    def __init__(self) -> None:
        self.list: list[Piece] = []

    def append(self, array: Any, certain: bool = True) -> Piece:
        """Add the next slots' numbers, and return their piece."""
        start = self.list[-1].end if self.list else 0
        self.list.append(Piece(array, start + array.shape[-1], certain))
        return self.list[-1]

    def read(self, operand: Operand) -> Any:
        """Return an operand's numbers, (..., *shape)."""
        touched, reader = self._reader(operand)
        return reader([piece.array for piece in touched])

    def hand_back(self, operand: Operand, adjoint: Any, edges: Any) -> None:
        """Add to the adjoints of what `read` returned, and note where edges lead: two arrays of its shape."""
        import jax

        touched, reader = self._reader(operand)
        back = jax.linear_transpose(reader, [piece.array for piece in touched])
        for piece, handed in zip(touched, back(adjoint)[0], strict=True):
            piece.adjoint = handed if piece.adjoint is None else piece.adjoint + handed
        if all(piece.certain for piece in touched):
            return
        for piece, handed in zip(touched, back(edges)[0], strict=True):
            if not piece.certain:
                piece.edges = handed if piece.edges is None else piece.edges + handed

    def _reader(self, operand: Operand) -> tuple[list[Piece], Callable[[list[Any]], Any]]:
        """Return which pieces an operand lies in, and the linear function from them to its numbers."""
        import jax.numpy as jnp

        ends = np.array([piece.end for piece in self.list])
        owners, numbers = np.unique(np.searchsorted(ends, operand.slots, side="right"), return_inverse=True)
        touched = [self.list[k] for k in owners]
        # left_out: how many slots before a touched piece are in none
        left_out = ends[owners] - np.cumsum([piece.array.shape[-1] for piece in touched])
        places = operand.slots - left_out[numbers.reshape(operand.shape)]
        return touched, lambda arrays: taken(jnp.concatenate(arrays, axis=-1), places)


def taken(array: Any, places: Places) -> Any:
    """Return ``array[..., places]``, from the axis of the largest steps to that of the smallest."""
    import jax.numpy as jnp

    strides = strides_of(places)
    if strides is None or min(strides) < 0:
        return array[..., places]
    lead, order = array.shape[:-1], sorted(range(places.ndim), key=lambda axis: -strides[axis])
    window = array[..., int(places.flat[0]) :]
    for axis in order:
        n, step = places.shape[axis], max(1, strides[axis])
        if (n - 1) * strides[axis] >= window.shape[-1]:  # neighbours along the axis before overlap
            return array[..., places]
        n = n if strides[axis] else 1
        behind = max(0, n * step - window.shape[-1])
        window = jnp.pad(window, [(0, 0)] * (window.ndim - 1) + [(0, behind)])[..., : n * step]
        window = window.reshape((*window.shape[:-1], n, step))
    sorted_back = [*range(len(lead)), *(len(lead) + k for k in np.argsort(order))]
    return jnp.broadcast_to(window[..., 0].transpose(sorted_back), (*lead, *places.shape))
