"""Gradient descent and its two kinds of momentum, each as one element-wise formula; knows numbers only."""

from collections.abc import Iterable

from autograd import Value
from nn.arguments import FloatArray, IntArray, real
from nn.optim.optimizer import LearningRate, Number, Optimizer


class SGD(Optimizer):
    """Gradient descent, plain or with PyTorch's momentum.

    Formula::

        g = g + weight_decay*p
        v = momentum*v + g
        p = p - lr*v

    and with `nesterov=True` the last line is `p = p - lr*(g + momentum*v)`. With the defaults this is the
    notes' w ← w − α·∂J/∂w (S000 eq. 10, S001 l.145, S003 l.210). Full batch, mini-batch or single sample:
    that is decided by the loss, not here.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    momentum : float in [0, 1)
    nesterov : bool
        Needs momentum > 0.
    weight_decay : float >= 0
        Adds weight_decay·p to the gradient: the penalty (weight_decay/2)·Σp².

    Notes
    -----
    `torch.optim.SGD` is the same, its `dampening` aside. Keras and scikit-learn keep lr inside v (our
    `Momentum`): the same path while lr is constant, another one under a schedule. scikit-learn's MLP has
    nesterov on by default.

    Examples
    --------
    >>> from autograd import Value
    >>> w = Value(1.0, "w")
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8
    """

    state_names = ("v",)

    def __init__(
        self, params: Iterable[Value], lr: LearningRate, momentum: float = 0.0, nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        self.momentum = real("momentum", momentum, low=0.0, high=1.0, strict_high=True)
        self.nesterov = nesterov
        self.weight_decay = real("weight_decay", weight_decay, low=0.0)
        if nesterov and self.momentum == 0.0:
            raise ValueError("nesterov=True looks ahead along the momentum and needs momentum > 0, got 0.0.")
        super().__init__(params, lr)

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and velocity."""
        (v,) = state
        g = g + self.weight_decay * p
        v = self.momentum * v + g
        return p - lr * (g + self.momentum * v if self.nesterov else v), (v,)


class Momentum(Optimizer):
    """Momentum in the notes' form (S001-41, 42).

    Formula::

        v = beta*v - lr*g
        p = p + v

    v is a weighted *sum* of past gradients with weights lr·beta^k, not an average: under a constant
    gradient it grows to lr/(1 − beta) times that gradient, ten steps in one for beta = 0.9 (E-S001-15). It
    can roll over small bumps and local minima, and it need not (E-S001-16).

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    beta : float in [0, 1)

    Notes
    -----
    At a constant lr the same path as `SGD(momentum=beta)` and `torch.optim.SGD(momentum=beta)`, whose v
    leaves lr out; Keras has this form.

    Examples
    --------
    >>> from autograd import Value
    >>> theta = Value(1.0)
    >>> optimizer = Momentum([theta], lr=0.1)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (theta * theta).backward()
    ...     optimizer.step()
    >>> round(theta.data, 12), optimizer.state["v"].round(12).tolist()
    (0.46, [-0.34])
    """

    state_names = ("v",)

    def __init__(self, params: Iterable[Value], lr: LearningRate, beta: float = 0.9) -> None:
        self.beta = real("beta", beta, low=0.0, high=1.0, strict_high=True)
        super().__init__(params, lr)

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and velocity."""
        (v,) = state
        v = self.beta * v - lr * g
        return p + v, (v,)


class Nesterov(Momentum):
    """Nesterov's momentum in the notes' form (S001-45, 46): the gradient is taken where the velocity leads.

    Formula::

        v = beta*v - lr*g
        p = p + v

    as `Momentum`, but with g taken at the look-ahead p + beta*v. Hence `step(closure)`: it moves the
    parameters there, calls `closure()`, which zeroes the gradients, recomputes the loss, runs backward and
    returns the loss, and puts the parameters back before the update, also when the closure raises.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    beta : float in [0, 1)

    Notes
    -----
    `torch.optim.SGD(nesterov=True)` stores the look-ahead instead of θ and needs no closure: at a constant
    lr its parameter is our θ + beta·v after every step. That form is `SGD(momentum=beta, nesterov=True)`
    here.

    Examples
    --------
    >>> from autograd import Value
    >>> theta = Value(1.0)
    >>> optimizer = Nesterov([theta], lr=0.1)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = theta * theta
    ...     loss.backward()
    ...     return loss
    >>> for _ in range(2):
    ...     loss = optimizer.step(closure)
    >>> round(theta.data, 12), round(loss.data, 12)  # the loss was taken at 0.8 + 0.9·(−0.2) = 0.62
    (0.496, 0.3844)
    """

    needs_closure = True

    def point(self, theta: FloatArray, which: slice | IntArray = slice(None)) -> FloatArray:
        """Return the look-ahead θ + βv."""
        ahead: FloatArray = theta + self.beta * self.state["v"][which]
        return ahead
