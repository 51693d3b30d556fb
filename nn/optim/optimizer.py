"""What all optimisers share: checked hyper-parameters, state, one step; knows no update and no model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache, partial
from inspect import get_annotations
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias, dataclass_transform

import numpy as np

from autograd import Update
from nn.arguments import FloatArray, IntArray, real
from nn.optim.parameters import gradients, leaves, read, selector, write

if TYPE_CHECKING:
    from autograd.program.lowering.updates import Written

Number: TypeAlias = Any  # a float or a float array: an element-wise formula does not care
_LINE = re.compile(r"^ *(\S.*?)(?: +if (not )?(\w+))? *$", re.MULTILINE)  # name = formula [if [not] name]


def _rate(name: str, lr: Any) -> Any:
    return lr if callable(lr) else real(name, lr, low=0.0, strict=True)


def _shares(name: str, pair: Any) -> tuple[float, ...]:
    return tuple(real(f"{name}[{i}]", x, low=0.0, high=1.0, strict_high=True) for i, x in enumerate(pair))


# What a hyper-parameter may be: its type, and the check that every assignment to it goes through.
Parameters: TypeAlias = Annotated[Any, lambda name, params: leaves(params)]
LearningRate: TypeAlias = Annotated[float | Callable[[int], float], _rate]
Share: TypeAlias = Annotated[float, partial(real, low=0.0, high=1.0, strict_high=True)]
Shares: TypeAlias = Annotated[tuple[float, float], _shares]
NonNegative: TypeAlias = Annotated[float, partial(real, low=0.0)]


@dataclass_transform(eq_default=False)
class Row:
    """A class whose annotated attributes are the arguments of its constructor, checked at every assignment.

    The check stands in the annotation: `beta: Share = 0.9`. A pair such as `betas` is kept as `beta1` and
    `beta2`.
    """

    _checks: ClassVar[dict[str, Callable[[str, Any], Any]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(cls, eq=False, repr=False)
        hints = get_annotations(cls, eval_str=True)
        checks = {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}
        cls._checks = cls._checks | checks
        for name in checks:
            if type(vars(cls).get(name)) is tuple:
                delattr(cls, name)  # the constructor knows the default; the parts are what an instance has

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._checks:
            value = self._checks[name](name, value)
        if name not in self._checks or type(value) is not tuple:
            return super().__setattr__(name, value)
        for i, part in enumerate(value, start=1):
            super().__setattr__(f"{name.removesuffix('s')}{i}", part)
        return None


class Optimizer(Row):
    """Base of all optimisers. A subclass gives its hyper-parameters and the `text` of its update.

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
    text, ahead : str
        Of the class: the lines of its `autograd.Update`, and where the gradient is wanted. A line that ends
        in ``if name`` or ``if not name`` is there when that hyper-parameter is true (not zero), or is not.

    Notes
    -----
    An update that has no text gets a `formula` of its own, and the names of its state in `state_names`.

    Examples
    --------
    >>> import autograd
    >>> class SignSGD(Optimizer):
    ...     weight_decay: NonNegative = 0.0
    ...     text = '''
    ...         g = g + weight_decay*p      if weight_decay
    ...         p = p - lr*sign(g)
    ...     '''
    >>> w = autograd.Value(3.0)
    >>> optimizer = SignSGD([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    2.75
    >>> print(optimizer.update)
    p = p - lr*sign(g)
    """

    params: Parameters
    lr: LearningRate

    text: ClassVar[str] = ""
    ahead: ClassVar[str] = "p"
    state_names: ClassVar[tuple[str, ...]] = ()
    _conditions: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.text and {"text", "ahead"} & vars(cls).keys():
            lines = _LINE.findall(cls.text)
            update = Update("\n".join(formula for formula, _, _ in lines), cls.ahead)
            cls.state_names = update.state
            cls._conditions = tuple({name for _, _, name in lines if name})
            declared = {field.name for field in fields(cls)}
            for name in {*update.hyper, *cls._conditions}:
                if not declared & {name, f"{name.rstrip('0123456789')}s"}:
                    raise TypeError(
                        f"The text of {cls.__name__} reads {name}, which no line sets (that would make it "
                        f"state) and the class does not declare, as in {name}: NonNegative = 0.0. It has "
                        f"{', '.join(sorted(declared - {'params'}))}."
                    )
        if cls.__doc__:
            cls.__doc__ = re.sub(r"( *)    \{text\}", lambda found: _shown(cls, found[1]), cls.__doc__)

    def __post_init__(self) -> None:
        self.updates = 0
        self.state = {name: np.zeros(len(self.params)) for name in self.state_names}
        self._counts = np.zeros(len(self.params))  # updates of each parameter, for Adam's bias correction

    @property
    def rate(self) -> float:
        """The learning rate of the next update, as a number."""
        return self._rate(self.updates)

    def _rate(self, update: int) -> float:
        return real(f"lr at update {update}", self.lr(update), low=0.0) if callable(self.lr) else self.lr

    @property
    def update(self) -> Update:
        """The update that runs: the lines of `text` whose conditions hold."""
        if not self.text:
            raise NotImplementedError(f"{type(self).__name__} has neither a text nor a formula of its own.")
        holding = frozenset(name for name in self._conditions if getattr(self, name))
        return _chosen(self.text, self.ahead, holding)

    @property
    def written(self) -> Written | None:
        """What the next update does, as data for compiled code; None where a class has its own formula."""
        own = any(getattr(type(self), name) is not getattr(Optimizer, name) for name in _STEP)
        arrays = [self._counts, *self.state.values()]
        if own or not self.text or not all(_plain(array, len(self.params)) for array in arrays):
            return None
        from autograd.program.lowering.updates import Written

        update, kept = self.update, vars(self)
        if not all(isinstance(kept[name], int | float) for name in update.hyper):
            return None
        return Written(update, kept, [self.state[name] for name in update.state], self._counts)

    def rates(self, count: int) -> list[float]:
        """Return the learning rates of the next updates; fewer where the schedule fails at one of them.

        Parameters
        ----------
        count : int
            How many updates.

        Returns
        -------
        list of float
            One rate for each.
        """
        if not callable(self.lr):
            return [self.lr] * count
        rates: list[float] = []
        with suppress(Exception):  # whoever asks for the rate of that update alone is told
            rates.extend(map(self._rate, range(self.updates, self.updates + count)))
        return rates

    def advanced(self, count: int) -> None:
        """Take note of updates that were made elsewhere, as `written`: on these parameters and this state.

        Parameters
        ----------
        count : int
            How many updates.
        """
        self.updates += count
        self._counts += count

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and state, element by element; by default as `update` says.

        Parameters
        ----------
        p, g : float or float array
            Parameters, and their gradients at `point`.
        state : tuple of the same, one for each of `state_names`
        lr : float
        t : float, or float array
            How many updates each parameter has met, this one included.

        Returns
        -------
        p : float or float array
            The new parameter.
        state : tuple of the same
            Its new state.
        """
        update = self.update
        if update.state == self.state_names:
            return update(p, g, state, lr, t, vars(self))
        kept = dict(zip(self.state_names, state, strict=True))  # a condition may leave some of it alone
        p, new = update(p, g, tuple(kept[name] for name in update.state), lr, t, vars(self))
        kept.update(zip(update.state, new, strict=True))
        return p, tuple(kept.values())

    def point(self, theta: FloatArray) -> FloatArray:
        """Return where the gradient is wanted: `theta` itself, except for Nesterov.

        Parameters
        ----------
        theta : float array, length n_params
            The parameters.

        Returns
        -------
        float array
            As long as theta.
        """
        if self.ahead == "p":
            return theta
        state = tuple(self.state[name] for name in self.update.state)
        point: FloatArray = self.update.point(theta, state, vars(self))
        return point

    def advance(self, theta: FloatArray, g: FloatArray, which: slice | IntArray = slice(None)) -> FloatArray:
        """Make one update of a flat parameter array and return the new one.

        Parameters
        ----------
        theta, g : float arrays, length n_params (or as many as `which` picks)
            Parameters and the gradient at `point(theta)`.
        which : slice or int array
            The parameters that take part; the state of the others rests.

        Returns
        -------
        float array
            The new parameters, as long as theta.
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
        any
            What `closure` returned, or None.

        Raises
        ------
        TypeError
            When an optimiser that looks ahead gets no closure.
        RuntimeError
            When no parameter has a gradient: `backward()` was forgotten. A parameter without a gradient
            among others that have one takes no part in the loss; it is left alone with its state, as in
            PyTorch.
        """
        theta = read(self.params)
        ahead = self.point(theta)
        if closure is None and ahead is not theta:
            raise TypeError(
                f"{type(self).__name__} looks ahead: it needs the gradient at θ + β·v, not at θ. "
                "Call step(closure) with a function that calls zero_grad(), recomputes the loss, "
                "calls backward() and returns the loss."
            )
        loss = None if closure is None else self._called(closure, theta, ahead)
        moving, g = gradients(self.params)
        if not moving:
            who = "No gradient" if closure is None else "The closure left no gradient"
            raise RuntimeError(
                f"{who} in any of the {len(self.params)} parameters, so there is nothing to step along. "
                "Call loss.backward() before step(); the loss must be computed from these parameters."
            )
        params = [self.params[i] for i in moving]
        write(params, self.advance(read(params), g, selector(moving)))
        return loss

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: back to None, as in PyTorch."""
        for parameter in self.params:
            parameter.grad = None

    def state_dict(self) -> dict[str, Any]:
        """Return the progress as plain numbers and lists (JSON can hold them).

        The hyper-parameters are not in it: they are those of the constructor.

        Returns
        -------
        dict
            What `load_state_dict` takes.
        """
        return {
            "optimizer": type(self).__name__,
            "updates": self.updates,
            "counts": self._counts.tolist(),
            **{name: array.tolist() for name, array in self.state.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state_dict()` was taken; nothing is changed when it does not fit.

        Parameters
        ----------
        state : mapping
            Of an optimiser of the same kind, for as many parameters.

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
        hidden = {"params", "updates", "state"}
        shown = {k: v for k, v in vars(self).items() if k not in hidden and not k.startswith("_")}
        text = ", ".join(f"{k}={v!r}" for k, v in [*shown.items(), ("updates", self.updates)])
        return f"{type(self).__name__}({len(self.params)} parameters, {text})"

    def _called(self, closure: Callable[[], Any], theta: FloatArray, ahead: FloatArray) -> Any:
        """Call the closure with the parameters where the gradient is wanted."""
        if ahead is theta:
            return closure()
        write(self.params, ahead)
        try:
            return closure()
        finally:
            write(self.params, theta)


_STEP = (
    "update",
    "rate",
    "formula",
    "point",
    "advance",
    "written",
)  # a class with one of its own steps by it


def _plain(array: Any, n: int) -> bool:
    """Whether these are n numbers side by side, as compiled code takes them."""
    found = isinstance(array, np.ndarray) and array.dtype == np.float64 and array.shape == (n,)
    return found and bool(array.flags.c_contiguous)


@cache
def _chosen(text: str, ahead: str, holding: frozenset[str]) -> Update:
    kept = [x for x, no, name in _LINE.findall(text) if not name or (name in holding) is not bool(no)]
    return Update("\n".join(kept), ahead)


def _shown(kind: type[Optimizer], indent: str) -> str:
    """Return the text for a docstring: the lines that are there by default, then what flags change."""
    lines = _LINE.findall(kind.text)
    flags = {name for _, _, name in lines if getattr(kind, name, None) is False}
    block = [f"{indent}    {formula}" for formula, no, name in lines if name not in flags or no]
    changes = [(name, formula) for formula, no, name in lines if name in flags and not no]
    block += [f"\n{indent}and with `{name}=True` the line `{formula}` instead." for name, formula in changes]
    return "\n".join(block)
