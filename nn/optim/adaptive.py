"""Optimisers with a step size for every parameter, each as one element-wise formula; knows numbers only."""

from collections.abc import Iterable

import numpy as np

from autograd import Value
from nn.arguments import real
from nn.optim.optimizer import LearningRate, Number, Optimizer

sqrt = np.sqrt


class RMSProp(Optimizer):
    """RMSProp (S001-47 to 49): divide by the root of a running average of squared gradients.

    Formula::

        s = beta*s + (1 - beta)*g*g
        p = p - lr*g/(sqrt(s) + eps)

    and with `eps_inside_sqrt=True` the last line is `p = p - lr*g/sqrt(s + eps)`. Where it matters: for a
    gradient of 1e-8 at the first step the notes' form moves by 0.76·lr, the other by 0.0001·lr. The first
    step is about lr/√(1 − beta) in every coordinate, however the bowl is scaled.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    beta : float in [0, 1)
    eps : float >= 0
    eps_inside_sqrt : bool

    Notes
    -----
    `torch.optim.RMSprop(alpha=beta)` adds eps outside the root as well (its default alpha is 0.99); Keras
    and d2l put it inside; HIPS starts s at 1.

    Examples
    --------
    >>> from autograd import Value
    >>> theta = Value(1.0)
    >>> optimizer = RMSProp([theta], lr=0.1)
    >>> (theta * theta).backward()
    >>> optimizer.step()
    >>> round(theta.data, 9)
    0.683772239
    """

    state_names = ("s",)

    def __init__(
        self, params: Iterable[Value], lr: LearningRate, beta: float = 0.9, eps: float = 1e-8, *,
        eps_inside_sqrt: bool = False,
    ) -> None:  # fmt: skip
        self.beta = real("beta", beta, low=0.0, high=1.0, strict_high=True)
        self.eps = real("eps", eps, low=0.0)
        self.eps_inside_sqrt = eps_inside_sqrt
        super().__init__(params, lr)

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and average."""
        (s,) = state
        s = self.beta * s + (1 - self.beta) * g * g
        if self.eps_inside_sqrt:
            return p - lr * g / sqrt(s + self.eps), (s,)
        return p - lr * g / (sqrt(s) + self.eps), (s,)


class Adagrad(Optimizer):
    """Adagrad (Duchi et al. 2011): divide by the root of the *sum* of all squared gradients so far.

    Formula::

        s = s + g*g
        p = p - lr*g/(sqrt(s) + eps)

    The sum only grows, so the steps only shrink.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    eps : float >= 0

    Notes
    -----
    `torch.optim.Adagrad` with its defaults is the same. Keras starts s at 0.1 and puts eps = 1e-7 inside
    the root.

    Examples
    --------
    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> optimizer = Adagrad([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.5
    """

    state_names = ("s",)

    def __init__(self, params: Iterable[Value], lr: LearningRate = 0.01, eps: float = 1e-10) -> None:
        self.eps = real("eps", eps, low=0.0)
        super().__init__(params, lr)

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and sum."""
        (s,) = state
        s = s + g * g
        return p - lr * g / (sqrt(s) + self.eps), (s,)


class Adam(Optimizer):
    """Adam (Kingma, Ba 2015): momentum divided by RMSProp's root, both corrected for their start at zero.

    Formula::

        g = g + weight_decay*p
        m = beta1*m + (1 - beta1)*g
        v = beta2*v + (1 - beta2)*g*g
        p = p - lr*(m/(1 - beta1**t))/(sqrt(v/(1 - beta2**t)) + eps)

    where t counts the updates from 1.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    betas : pair of floats in [0, 1)
    eps : float >= 0
    weight_decay : float >= 0
        Added to the gradient, and so divided by the root like it. `AdamW` keeps the two apart.

    Notes
    -----
    `torch.optim.Adam` is the same. Keras and scikit-learn add eps before the second correction (the "ε̂
    form" of the paper; Keras' eps is 1e-7).

    Examples
    --------
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)  # the first step is lr in size, whatever the gradient
    0.9
    """

    state_names = ("m", "v")

    def __init__(
        self, params: Iterable[Value], lr: LearningRate = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        self.beta1, self.beta2 = (
            real(f"betas[{i}]", beta, low=0.0, high=1.0, strict_high=True) for i, beta in enumerate(betas)
        )
        self.eps = real("eps", eps, low=0.0)
        self.weight_decay = real("weight_decay", weight_decay, low=0.0)
        super().__init__(params, lr)

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and moments."""
        return self._adam(p, g + self.weight_decay * p, state, lr, t)

    def _adam(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        m, v = state
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        step = lr * (m / (1 - self.beta1**t)) / (sqrt(v / (1 - self.beta2**t)) + self.eps)
        return p - step, (m, v)


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov, Hutter 2019).

    Formula::

        p = p - lr*weight_decay*p
        m = beta1*m + (1 - beta1)*g
        v = beta2*v + (1 - beta2)*g*g
        p = p - lr*(m/(1 - beta1**t))/(sqrt(v/(1 - beta2**t)) + eps)

    Every weight shrinks by the same factor; under `Adam(weight_decay=...)` those with small gradients
    shrink most.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    betas : pair of floats in [0, 1)
    eps : float >= 0
    weight_decay : float >= 0

    Notes
    -----
    `torch.optim.AdamW` is the same, with lr in front of weight_decay (the paper has a schedule of its own
    there).

    Examples
    --------
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.89
    """

    def __init__(
        self, params: Iterable[Value], lr: LearningRate = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0.01,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay)

    def formula(
        self, p: Number, g: Number, state: tuple[Number, ...], lr: float, t: Number
    ) -> tuple[Number, tuple[Number, ...]]:
        """Return the new parameter and moments."""
        return self._adam(p - lr * self.weight_decay * p, g, state, lr, t)
