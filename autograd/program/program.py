"""`Program`: what a learner holds. Checks what is handed in, and moves numbers between leaves and arrays.

How a graph becomes blocks, and how blocks are run, stands in `layout` and in the backends.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.core.arrays import floats
from autograd.core.modes import mode
from autograd.core.value import Value
from autograd.program.arguments import (
    checked_graph,
    checked_inputs,
    checked_optimizer,
    checked_parameters,
    checked_rows,
    checked_shape,
    checked_size,
    checked_steps,
    mean_or_sum,
)
from autograd.program.faults import Faults, Storages, rerun
from autograd.program.listing import listing
from autograd.program.lowering.adjoints import Backward, backward_pass
from autograd.program.lowering.blocks import INPUTS, ONCE, Blocks
from autograd.program.lowering.layout import Comparison, lower
from autograd.program.lowering.updates import Batches, Optimizer, Places, Trained
from autograd.program.numpy.backend import NumpyBackend

Floats = NDArray[np.float64]


def _native(blocks: Blocks, backward: Backward) -> NumpyBackend:
    from autograd.program.native.backend import native  # ctypes and subprocess are not needed before

    return native(blocks, backward)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking for cycles: lowering makes many objects, and no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


BACKENDS: dict[str, Callable[..., NumpyBackend]] = {"numpy": NumpyBackend, "native": _native}


class Program:
    """A recorded graph, rolled up into few array operations, to be replayed for many rows.

    Parameters
    ----------
    loss : Value
        What is computed for each row; any recorded Value.
    inputs : sequence of leaf Values
        What changes from row to row, in the order of the columns. An input that the loss does not need is
        allowed. Without inputs, `rows` is left out everywhere.
    backend : {"numpy", "native"}
        "native" compiles the blocks once with the C compiler that it finds, and keeps the result on disk.
        Without a compiler, or a place to keep it, a message says so, and numpy runs.
    outputs : sequence of Value
        Nodes of the same graph that are to be read after a replay: predictions.
    guards : sequence of (symbol, left, right, decision, required), or with a mask behind
        Comparisons that must come out as recorded (where the mask is nonzero); `record` finds them.

    Attributes
    ----------
    leaves : tuple of Value
        All other leaves, in the order in which they were made. For an MLP that is the order of
        ``parameters()``.
    parameters : array (P,)
        The leaves' numbers, which every replay reads; writable. Assign to it, or to parts of it.
    backend : str
        The backend that really runs.
    source : str
        What the backend runs, generated from the table.

    Raises
    ------
    TypeError
        If loss, an input or an output is no `Value`.
    ValueError
        If an input was computed, or appears twice; if a row of the table has no text; for an unknown backend.
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    Notes
    -----
    Only what was recorded is repeated: a Python `if` took one branch, once and for all (`record` guards it).
    Numbers agree with eager evaluation within 8 ulps per element-wise row, sums within n·ε·Σ|terms|. Where a
    gradient comes out as nan, it is computed once more in eager mode, row by row, which is slow.
    A program keeps its buffers, so it belongs to one thread. A copy, and one that was pickled, has buffers
    and parameters of its own; ``copy.copy`` keeps the leaves, the others copy them, too.

    Examples
    --------
    >>> from autograd import dot, values
    >>> w1, w2, b, x1, x2, y = values(w1=0.5, w2=-1.0, b=0.25, x1=1.0, x2=2.0, y=0.0)
    >>> program = Program((dot([w1, w2], [x1, x2], b) - y) ** 2, inputs=[x1, x2, y])
    >>> print(program)
    Program: 3 parameters, 3 inputs, 3 blocks
    for each row:
      z1 = W[1,2] @ x[2] + b
      t1 = z1 - y
      loss = square(t1)
    >>> rows = [[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]
    >>> program.forward(rows)
    array([1.5625, 3.0625])
    >>> program.value_and_grad(rows)
    (2.3125, array([-1.25, -4.25, -3.  ]))
    """

    def __init__(
        self,
        loss: Value,
        inputs: Sequence[Value] = (),
        backend: str = "numpy",
        outputs: Sequence[Value] = (),
        guards: Sequence[Comparison] = (),
    ) -> None:
        if backend not in BACKENDS:
            raise ValueError(f"There is no backend {backend!r}. Known: {', '.join(BACKENDS)}.")
        self.inputs = checked_inputs(inputs)
        self.loss, self._outputs, self._guards = loss, tuple(outputs), tuple(guards)
        compared = [side for guard in guards for side in guard[1:3] if isinstance(side, Value)]
        told = [x for guard in guards if guard[4] for x in guard[4][1] if isinstance(x, Value)]
        self._roots = [loss, *self._outputs, *compared, *told]
        checked_graph(self._roots, self.inputs)
        self._prepare(backend)
        self.pull()

    @uncollected()
    def _prepare(self, backend: str) -> None:
        self.blocks = lower(self.loss, self.inputs, self._outputs, self._guards)
        self.leaves = self.blocks.leaves
        self._plan = backward_pass(self.blocks)
        self._backend = BACKENDS[backend](self.blocks, self._plan)
        self._faults = Faults(self.blocks)
        self._latest: Storages | None = None

    def __getstate__(self) -> tuple[dict[str, Any], str, Floats]:
        """Return what a copy or a pickle needs: the recording and the parameters, no buffers."""
        recorded = ("inputs", "loss", "_outputs", "_guards", "_roots")
        return {name: getattr(self, name) for name in recorded}, self.backend, self.parameters.copy()

    def __setstate__(self, state: tuple[dict[str, Any], str, Floats]) -> None:
        recorded, backend, numbers = state
        vars(self).update(recorded)
        self._prepare(backend)
        self.parameters = numbers

    def __repr__(self) -> str:
        return listing(self.blocks)

    @property
    def backend(self) -> str:
        """The name of the backend that runs."""
        return self._backend.name

    @property
    def source(self) -> str:
        """What the backend runs."""
        return self._backend.source

    @property
    def parameters(self) -> Floats:
        """The leaves' numbers as the program reads them: a view, so that changes count."""
        return self._backend.parameters

    @parameters.setter
    def parameters(self, numbers: ArrayLike) -> None:
        if numbers is self.parameters:  # ``program.parameters -= ...`` has changed it already
            return
        array = floats(numbers, "parameters")
        checked_parameters(array.shape, self.leaves)
        self.parameters[...] = array

    def pull(self) -> None:
        """Copy the leaves' `data` to `parameters`."""
        self.parameters[...] = [leaf.data for leaf in self.leaves]

    def push(self) -> None:
        """Copy `parameters` to the leaves' `data`; graphs recorded from them are stale then, as always."""
        for leaf, number in zip(self.leaves, self.parameters.tolist(), strict=True):
            leaf.data = number

    def forward(self, rows: ArrayLike | None = None) -> Floats:
        """Compute the loss of every row.

        Parameters
        ----------
        rows : array_like (B, len(inputs))
            Columns in the order of `inputs`.

        Returns
        -------
        array (B,)
            The losses.

        Raises
        ------
        ValueError
            For rows of another shape.
        DomainError
            Where a row leaves the reals: the eager error, with the row's number (from 0).
        BranchError
            Where a row would take another branch than the recorded one.
        """
        numbers = checked_rows(rows, self.inputs)
        losses = self._backend.losses(numbers)
        return self._losses(self._run(numbers)).copy() if losses is None else losses

    def value_and_grad(self, rows: ArrayLike | None = None, reduction: str = "mean") -> tuple[float, Floats]:
        """Compute the mean or the sum of the rows' losses, and its gradient.

        Parameters
        ----------
        rows : array_like (B, len(inputs))
        reduction : {"mean", "sum"}
            What depends on no input, such as an L2 penalty, is part of every row's loss: it counts once under
            "mean" and B times under "sum".

        Returns
        -------
        (float, array (P,))
            The gradient is a new array, in the order of `parameters`.

        Raises
        ------
        ValueError, DomainError, BranchError
            As `forward`.
        """
        mean_or_sum(reduction)
        return self._step(rows, reduction), self._backend.gradient.copy()

    def backward(self, rows: ArrayLike | None = None, reduction: str = "mean") -> None:
        """Pull, replay, and add the gradient to the leaves' `grad`, as `Value.backward` does.

        Parameters
        ----------
        rows : array_like (B, len(inputs))
        reduction : {"mean", "sum"}

        Raises
        ------
        ValueError, DomainError, BranchError
            As `forward`; no `grad` was changed then.
        """
        mean_or_sum(reduction)
        self.pull()
        self._step(rows, reduction)
        gradient = self._backend.gradient.tolist()
        for place in self._plan.reached:
            leaf = self.leaves[place]
            leaf.grad = gradient[place] if leaf.grad is None else leaf.grad + gradient[place]

    def train(
        self,
        rows: ArrayLike | None = None,
        *,
        steps: int,
        lr: float | None = None,
        optimizer: Optimizer | None = None,
        batch_size: int | None = None,
    ) -> Floats:
        """Make updates from the gradient of the mean loss, where the backend is.

        Plain gradient descent, ``parameters -= lr * gradient``, or what an optimiser does. `parameters` is
        updated, and pushed to the leaves at the end, also after Ctrl-C.

        Parameters
        ----------
        rows : array_like (B, len(inputs))
            Left out for a program without inputs.
        steps : int
            How many updates; 0 is allowed.
        lr : float
            The learning rate of gradient descent, finite and >= 0.
        optimizer : Optimizer
            One of `nn.optim`, made for leaves of this program, instead of `lr`; the other leaves stay as they
            are. It goes on where it stands, and keeps what it learned.
        batch_size : int >= 1, optional
            How many rows make an update, by default all. They are taken in their order; the last batch has
            what is left, and then the first comes again.

        Returns
        -------
        array (steps,)
            The loss of the batch before each update. `Nesterov` takes it where it looks ahead.

        Raises
        ------
        TypeError
            For rows that are no numbers: text, dates, None, complex and masked ones; for both or neither of
            `lr` and `optimizer`.
        ValueError
            For a number of steps or rows or a learning rate that makes no sense, or an optimiser of other
            parameters.
        ValueError, DomainError, BranchError
            As `forward`; what was learned until then is pushed.

        Examples
        --------
        >>> from autograd import Value
        >>> from nn.optim import Momentum
        >>> w = Value(1.0, "w")
        >>> program = Program(w * w)
        >>> program.train(steps=3, optimizer=Momentum([w], lr=0.1)).round(6)
        array([1.    , 0.64  , 0.2116])
        """
        steps, numbers = checked_steps(steps), checked_rows(rows, self.inputs)
        size = len(numbers) if batch_size is None else min(checked_size(batch_size), len(numbers))
        moves = checked_optimizer(optimizer, lr, self.leaves)
        places = Places(moves.params, self.leaves)
        theta = places.take(self.parameters).copy()
        elsewhere = np.flatnonzero(places.each < 0).tolist()  # moved, and not needed by the loss
        theta[elsewhere] = [moves.params[i].data for i in elsewhere]
        trained, batches = Trained(moves, theta, places), Batches(numbers, size, steps)
        try:
            while (made := batches.made) < steps:
                self._backend.updates(trained, batches)
                if batches.made == made:
                    places.put(moves.point(theta), self.parameters)
                    start = made % -(-len(numbers) // size) * size
                    try:
                        batches.losses[made] = self._step(numbers[start : start + size], "mean")
                    except Exception as error:
                        if start:
                            error.add_note(f"Row 0 of this batch is row {start} of all.")
                        raise
                    with np.errstate(all="ignore"):
                        theta[:] = moves.advance(theta, places.take(self._backend.gradient))
                    batches.made += 1
        finally:
            places.put(theta, self.parameters)
            for i in elsewhere:
                moves.params[i].data = theta[i].item()
            self.push()
        return batches.losses

    def updates(self, trained: Trained, batches: Batches) -> None:
        """Make the next of some updates, with rows of a table, as many as the backend makes at one go.

        For loops of training such as `nn.fit`, which look at the keyboard in between, and make an update
        themselves where none was made: because the backend makes none, or to see what is odd with it.

        Parameters
        ----------
        trained : Trained
            What is moved, by which optimiser, changed in place.
        batches : Batches
            From which rows; its `made`, `losses` and `norms` tell what was done.
        """
        self._backend.updates(trained, batches)

    def lower(self, target: str = "jax") -> Callable[..., Any]:
        """Return this program as a pure function of another framework: where one machine is too small.

        Parameters
        ----------
        target : {"jax"}

        Returns
        -------
        callable
            (parameters, rows) → (mean loss, gradient (P,)), to be called, jitted, sharded over devices. It
            works in double precision, whatever JAX's settings are, and leaves them alone; arrays that pass
            the door of a `jax.jit` of your own are rounded there, unless it is called under
            ``jax.enable_x64(True)``. It reports no error: loss and gradient are nan where a row leaves the
            reals, takes another branch than the recorded one, or does not pass what is required of it.

        Raises
        ------
        ValueError
            For another target; when called, for arrays of another shape.
        ImportError
            If jax is not installed, or is older than 0.8.

        Notes
        -----
        Rows may lie spread over a mesh of devices, whose axes may be explicit (what `jax.make_mesh` makes) or
        automatic: the function, called directly or in a `jax.jit`, gives the mean over all rows; the loss is
        on each device, and the gradient lies as the parameters do. Under `jax.shard_map` it gives each
        device's own mean and gradient, of which `jax.lax.pmean` makes those of all. The guide "Outgrow one
        machine" has a whole script.
        """
        if target != "jax":
            raise ValueError(f"A program lowers to 'jax', got {target!r}.")
        from autograd.program.jax.function import jax_function

        function, leaves, inputs = jax_function(self.blocks, self._plan), self.leaves, self.inputs

        def mean_loss_and_gradient(parameters: Any, rows: Any = ((),)) -> tuple[Any, Any]:
            checked_parameters(np.shape(parameters), leaves)
            checked_shape(np.shape(rows), inputs)
            return function(parameters, rows)

        return mean_loss_and_gradient

    @property
    def outputs(self) -> Floats:
        """The outputs of the latest replay: an array (B, len(outputs)), columns in their order.

        Raises
        ------
        RuntimeError
            Before the first replay.
        """
        if self._backend.predictions is not None:
            return self._backend.predictions.copy()
        if self._latest is None:
            raise RuntimeError("There are no outputs yet. Call forward(rows) first.")
        count = self._latest[INPUTS].shape[1]
        found = np.empty((count, len(self._outputs)))
        for column, operand in enumerate(self.blocks.outputs):
            found[:, column] = self._latest[operand.space][operand.start]
        return found

    def _run(self, rows: Floats) -> Storages:
        """Replay forward, and look for rows that flip a guard or leave the reals."""
        self._latest, flagged = self._backend.forward(rows)
        self._faults.refuse(self._latest, flagged, self._rerun)
        return self._latest

    def _losses(self, storages: Storages) -> Floats:
        loss = self.blocks.loss
        losses: Floats = storages[loss.space][loss.start]
        return losses if loss.space != ONCE else np.broadcast_to(losses, storages[INPUTS].shape[1:])

    def _step(self, rows: ArrayLike | None, reduction: str) -> float:
        numbers = checked_rows(rows, self.inputs)
        count = len(numbers)
        each = 1.0 / count if reduction == "mean" else 1.0
        total = self._backend.step(numbers, each)
        if total is None:
            losses = self._losses(self._run(numbers))
            self._backend.backward(each * count if self.blocks.loss.space == ONCE else each)
            with np.errstate(all="ignore"):
                total = float(np.add.reduce(losses)) * each
            gradient = self._backend.gradient
            if np.isnan(gradient).any() and not math.isnan(total):
                self._confirm(numbers, each)
        return total

    def _rerun(self, row: int) -> dict[int, Value]:
        assert self._latest is not None
        return rerun(self._roots, self._numbers(self._latest[INPUTS][:, row]))

    def _numbers(self, row: Floats) -> dict[int, float]:
        """Return what stands at each leaf, by id."""
        leaves, numbers = [*self.leaves, *self.inputs], [*self.parameters.tolist(), *row.tolist()]
        return dict(zip(map(id, leaves), numbers, strict=True))

    def _confirm(self, rows: Floats, each: float) -> None:
        """Compute a gradient that is nan once more, row by row in eager mode.

        There an edge that is not taken is no edge; a replay takes it times 0, which is nan for an infinite
        local gradient.
        """
        total = np.zeros(len(self.leaves))
        for row in rows:
            with mode("recording", True):  # under `no_grad`, too
                new = rerun([self.loss], self._numbers(row))
            new[id(self.loss)].backward(each)
            found = (new[id(leaf)].grad if id(leaf) in new else None for leaf in self.leaves)
            with np.errstate(all="ignore"):
                total += [0.0 if gradient is None else gradient for gradient in found]
        self._backend.gradient[:] = total
