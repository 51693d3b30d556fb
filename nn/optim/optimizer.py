"""What all optimisers share: parameters, learning rate, state, one step; knows no formula and no model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

import numpy as np

from autograd import Value
from nn.arguments import FloatArray, IntArray, real

Number: TypeAlias = Any  # a float or a float array: an element-wise formula does not care
LearningRate: TypeAlias = float | Callable[[int], float]


class Optimizer:
    """Base of all optimisers. A subclass gives the names of its state and the element-wise `formula`.

    Parameters
    ----------
    params : iterable of leaf Values
        What is to be trained, for example `model.parameters()`.
    lr : float > 0, or a schedule
        The learning rate (the notes' α or η); a schedule is any function of the number of updates made so
        far, such as those in `nn.optim.schedules`.

    Attributes
    ----------
    params : list of Value
    updates : int
        How many updates were made.
    state : dict of str to float array, length n_params
        One number per parameter and state variable, zero at the start.
    """

    state_names: ClassVar[tuple[str, ...]] = ()
    needs_closure: ClassVar[bool] = False

    def __init__(self, params: Iterable[Value], lr: LearningRate) -> None:
        self.lr = lr
        self.params = leaves(params)
        self.updates = 0
        self.state = {name: np.zeros(len(self.params)) for name in self.state_names}
        self._counts = np.zeros(len(self.params))  # updates of each parameter, for Adam's bias correction

    @property
    def lr(self) -> LearningRate:
        """The learning rate or its schedule; may be assigned between steps."""
        return self._lr

    @lr.setter
    def lr(self, lr: LearningRate) -> None:
        self._lr = lr if callable(lr) else real("lr", lr, low=0.0, strict=True)

    @property
    def rate(self) -> float:
        """The learning rate of the next update, as a number."""
        lr = self._lr
        return real(f"lr at update {self.updates}", lr(self.updates), low=0.0) if callable(lr) else lr

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and state; `t` counts this parameter's updates, this one included."""
        raise NotImplementedError

    def point(self, theta: FloatArray, which: slice | IntArray = slice(None)) -> FloatArray:
        """Return where the gradient is wanted: at the parameters themselves, except for Nesterov."""
        return theta

    def advance(self, theta: FloatArray, g: FloatArray, which: slice | IntArray = slice(None)) -> FloatArray:
        """Make one update of a flat parameter array and return the new one.

        Parameters
        ----------
        theta, g : float arrays, length n_params (or as many as `which` picks)
            Parameters and the gradient at `point(theta)`.
        which : slice or int array
            The parameters that take part; the state of the others rests.
        """
        lr = self.rate
        counts = self._counts[which] + 1
        # Nearly always one number for all: a power of one float instead of one per parameter.
        t = counts if len(counts) == 0 or (counts != counts[0]).any() else float(counts[0])
        theta, state = self.formula(theta, g, tuple(array[which] for array in self.state.values()), lr, t)
        for array, new in zip(self.state.values(), state, strict=True):
            array[which] = new
        self._counts[which] = counts
        self.updates += 1
        return theta

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update the parameters from the gradients that `backward()` left in them.

        Parameters
        ----------
        closure : callable, optional
            Zeroes the gradients, recomputes the loss, runs backward and returns the loss. It is called
            with the parameters at `point(θ)`; they are put back afterwards, also when it raises. Nesterov
            needs it.

        Returns
        -------
        What `closure` returned, or None.

        Raises
        ------
        RuntimeError
            When no parameter has a gradient: `backward()` was forgotten. A parameter without a gradient
            among others that have one takes no part in the loss; it is left alone with its state, as in
            PyTorch.
        """
        if closure is None and self.needs_closure:
            raise TypeError(
                f"{type(self).__name__} looks ahead: it needs the gradient at θ + β·v, not at θ. "
                "Call step(closure) with a function that calls zero_grad(), recomputes the loss, "
                "calls backward() and returns the loss."
            )
        loss = None if closure is None else self._ahead(closure)
        which, g = self._gradients(closure is not None)
        moving = self.params if isinstance(which, slice) else [self.params[i] for i in which]
        write(moving, self.advance(read(moving), g, which))
        return loss

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: back to None, as in PyTorch."""
        for parameter in self.params:
            parameter.grad = None

    def state_dict(self) -> dict[str, Any]:
        """Return the progress as plain numbers and lists (JSON can hold them).

        The hyper-parameters are not in it: they are those of the constructor.
        """
        return {
            "optimizer": type(self).__name__,
            "updates": self.updates,
            "counts": self._counts.tolist(),
            **{name: array.tolist() for name, array in self.state.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state_dict()` was taken; nothing is changed when it does not fit.

        Raises
        ------
        ValueError
            When it belongs to another optimiser, or keys are missing, unexpected or of another length.
        """
        arrays = {"counts": self._counts, **self.state}
        wanted = {"optimizer", "updates", *arrays}
        missing, unexpected = sorted(wanted - state.keys()), sorted(state.keys() - wanted)
        problems = [f"missing: {', '.join(missing)}"] if missing else []
        problems += [f"unexpected: {', '.join(unexpected)}"] if unexpected else []
        if state.get("optimizer", type(self).__name__) != type(self).__name__:
            problems.append(f"it was saved by {state['optimizer']}")
        for name in arrays:
            if name in state and len(state[name]) != len(self.params):
                problems.append(f"{name} has {len(state[name])} entries for {len(self.params)} parameters")
        if problems:
            raise ValueError(f"The state does not fit this {type(self).__name__}: {'; '.join(problems)}.")
        loaded = {name: np.array(state[name], dtype=np.float64) for name in arrays}
        self.updates = int(state["updates"])
        for name, array in arrays.items():
            array[:] = loaded[name]

    def __repr__(self) -> str:
        shared = {"params", "updates", "state"}
        hyper = {k: v for k, v in vars(self).items() if k not in shared and not k.startswith("_")}
        text = ", ".join(f"{k}={v!r}" for k, v in {"lr": self.lr, **hyper}.items())
        return f"{type(self).__name__}({len(self.params)} parameters, {text}, updates={self.updates})"

    def _ahead(self, closure: Callable[[], Any]) -> Any:
        theta = read(self.params)
        ahead = self.point(theta)
        if ahead is theta:
            return closure()
        write(self.params, ahead)
        try:
            return closure()
        finally:
            write(self.params, theta)

    def _gradients(self, after_closure: bool) -> tuple[slice | IntArray, FloatArray]:
        grads = [parameter.grad for parameter in self.params]
        moving = [i for i, grad in enumerate(grads) if grad is not None]
        if not moving:
            who = "The closure left no gradient" if after_closure else "No gradient"
            raise RuntimeError(
                f"{who} in any of the {len(grads)} parameters, so there is nothing to step along. "
                "Call loss.backward() before step(); the loss must be computed from these parameters."
            )
        # After create_graph=True a gradient is itself a Value; the step needs its number.
        numbers = [g.data if isinstance(g, Value) else g for g in grads if g is not None]
        which = slice(None) if len(moving) == len(grads) else np.array(moving)
        return which, np.array(numbers, dtype=np.float64)


def leaves(params: Iterable[Value]) -> list[Value]:
    """Return the parameters as a list, or raise an error that says what is no trainable leaf."""
    if isinstance(params, Value):
        raise TypeError("params is a single Value. Put it in a list: [w].")
    if hasattr(params, "parameters"):
        raise TypeError("params is a model. Pass what it trains: model.parameters().")
    found = list(params.ravel()) if isinstance(params, np.ndarray) else list(params)
    if not found:
        raise ValueError("params is empty: there is nothing to train. Was the iterator already used up?")
    for i, value in enumerate(found):
        if not isinstance(value, Value):
            raise TypeError(f"params[{i}] is {value!r}, not a Value. Only leaf Values can be trained.")
        if value.parents:
            raise ValueError(
                f"params[{i}] is computed, not a leaf: {value!r}. An update of it would be lost at the next "
                "forward pass. Pass the leaves it is computed from."
            )
    if len({id(value) for value in found}) < len(found):
        raise ValueError("A parameter appears twice in params, so that every step would move it twice.")
    return found


def read(values: Iterable[Value]) -> FloatArray:
    """Return the data of Values as one flat array."""
    return np.array([value.data for value in values], dtype=np.float64)


def write(values: Iterable[Value], data: FloatArray) -> None:
    """Assign the numbers of a flat array to the leaves, in order."""
    for value, number in zip(values, data.tolist(), strict=True):
        value.data = number
