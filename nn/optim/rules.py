"""The optimisers: a row each, and the row is the class. Knows numbers only.

The text of a row is its formula in the docstring, what runs, what is printed as LaTeX and as C.
"""

from __future__ import annotations

from dataclasses import KW_ONLY

from nn.optim.optimizer import LearningRate, NonNegative, Optimizer, Share, Shares

ADAM = """
        m = beta1*m + (1 - beta1)*g
        v = beta2*v + (1 - beta2)*g*g
        p = p - lr*(m/(1 - beta1**t))/(sqrt(v/(1 - beta2**t)) + eps)
"""


class SGD(Optimizer):
    """Gradient descent, plain or with PyTorch's momentum.

    Formula::

        {text}

    With the defaults this is the notes' w ← w − α·dJ/dw. Full batch, mini-batch or single sample: that is
    decided by the loss, not here.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    momentum : float in [0, 1)
    nesterov : bool
        Needs momentum > 0.
    weight_decay : float >= 0
        Adds weight_decay·p to the gradient: the penalty (weight_decay/2)·Σp².

    See Also
    --------
    Momentum : With a memory of the direction.
    Adam : With a step size for each parameter.

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

    momentum: Share = 0.0
    nesterov: bool = False
    weight_decay: NonNegative = 0.0

    text = """
        g = g + weight_decay*p              if weight_decay
        v = momentum*v + g
        p = p - lr*v                        if not nesterov
        p = p - lr*(g + momentum*v)         if nesterov
    """

    def __post_init__(self) -> None:
        if self.nesterov and self.momentum == 0.0:
            raise ValueError("nesterov=True looks ahead along the momentum and needs momentum > 0, got 0.0.")
        super().__post_init__()


class Momentum(Optimizer):
    """Momentum in the notes' form.

    Formula::

        {text}

    v is a weighted *sum* of past gradients with weights lr·beta^k, not an average: under a constant
    gradient it grows to lr/(1 − beta) times that gradient, ten steps in one for beta = 0.9. It can roll over
    small bumps and local minima, and it need not.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    beta : float in [0, 1)

    See Also
    --------
    SGD : Without memory.
    Nesterov : The gradient where the momentum leads.

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

    beta: Share = 0.9

    text = """
        v = beta*v - lr*g
        p = p + v
    """


class Nesterov(Momentum):
    """Nesterov's momentum in the notes' form: the gradient is taken where the velocity leads.

    Formula::

        {text}

    as `Momentum`, but with g taken at the look-ahead `p + beta*v`. Hence `step(closure)`: it moves the
    parameters there, calls `closure()`, which zeroes the gradients, recomputes the loss, runs backward and
    returns the loss, and puts the parameters back before the update, also when the closure raises.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    beta : float in [0, 1)

    See Also
    --------
    Momentum : The gradient where the parameters are.

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

    ahead = "p + beta*v"


class RMSProp(Optimizer):
    """RMSProp: divide by the root of a running average of squared gradients.

    Formula::

        {text}

    Where eps stands matters for small gradients: for one of 1e-8 the first step of the notes' form, with
    eps outside the root, is 0.76·lr, that of the other 0.0001·lr. The first step is about lr/√(1 − beta) in
    every coordinate, however the bowl is scaled.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    beta : float in [0, 1)
    eps : float >= 0
    eps_inside_sqrt : bool

    See Also
    --------
    Adagrad : Forgets nothing.
    Adam : With momentum.

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

    beta: Share = 0.9
    eps: NonNegative = 1e-8
    _: KW_ONLY
    eps_inside_sqrt: bool = False

    text = """
        s = beta*s + (1 - beta)*g*g
        p = p - lr*g/(sqrt(s) + eps)        if not eps_inside_sqrt
        p = p - lr*g/sqrt(s + eps)          if eps_inside_sqrt
    """


class Adagrad(Optimizer):
    """Adagrad (Duchi et al. 2011): divide by the root of the *sum* of all squared gradients so far.

    Formula::

        {text}

    The sum only grows, so the steps only shrink.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    eps : float >= 0

    See Also
    --------
    RMSProp : Forgets old gradients.

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

    lr: LearningRate = 0.01
    eps: NonNegative = 1e-10

    text = """
        s = s + g*g
        p = p - lr*g/(sqrt(s) + eps)
    """


class Adam(Optimizer):
    """Adam (Kingma, Ba 2015): momentum divided by RMSProp's root, both corrected for their start at zero.

    Formula::

        {text}

    where t counts the updates from 1.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    betas : pair of floats in [0, 1)
        Kept as `beta1` and `beta2`.
    eps : float >= 0
    weight_decay : float >= 0
        Added to the gradient, and so divided by the root like it. `AdamW` keeps the two apart.

    See Also
    --------
    AdamW : Weights decay apart from the gradient.
    RMSProp : Without momentum.

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

    lr: LearningRate = 1e-3
    betas: Shares = (0.9, 0.999)
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 0.0

    text = f"""
        g = g + weight_decay*p              if weight_decay
        {ADAM}
    """


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov, Hutter 2019).

    Formula::

        {text}

    Every weight shrinks by the same factor; under `Adam(weight_decay=...)` those with small gradients
    shrink most.

    Parameters
    ----------
    params : iterable of leaf Values
    lr : float > 0, or a schedule
    betas : pair of floats in [0, 1)
        Kept as `beta1` and `beta2`.
    eps : float >= 0
    weight_decay : float >= 0

    See Also
    --------
    Adam : Without decay of its own.

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

    weight_decay: NonNegative = 0.01

    text = f"""
        p = p - lr*weight_decay*p           if weight_decay
        {ADAM}
    """
