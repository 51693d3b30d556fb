"""BatchNorm: standardise each feature over a batch; knows its batch and running numbers, no layer."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import RecordingError, Value
from nn.arguments import integer, listed, one_sample, real
from nn.module.module import Module

__all__ = ["BatchNorm"]


class BatchNorm(Module):
    """Give each feature mean 0 and variance 1 over the batch, then scale by γ and shift by β.

    In training mode `forward` takes a list of samples and mixes them: out_i = γ·(x_i - μ)/√(σ² + ε) + β with
    mean and variance of the batch. In `eval()` mode the running statistics take their place; it then also
    takes one sample.

    Parameters
    ----------
    features : int
        Numbers per sample.
    eps : float
        The ε that is added to the variance inside the root.
    momentum : float in [0, 1]
        Weight of the new batch: running ← (1 - momentum)·running + momentum·batch.

    Attributes
    ----------
    scale, shift : list of Value, length `features`
        γ (starts at 1) and β (starts at 0).
    running_mean, running_var : list of float
        Not trained, but saved with the model.

    Notes
    -----
    The conventions are PyTorch's: normalise with the biased variance (1/n), keep the running one unbiased
    (1/(n-1)), ε = 1e-5, and `momentum` = 0.1 weights the NEW batch. Keras: `momentum` = 0.99 weights the OLD
    statistics, ε = 1e-3, and the running variance is the batch's, biased. scikit-learn's `StandardScaler` has
    no ε.

    Examples
    --------
    >>> norm = BatchNorm(1)
    >>> [round(out[0].data, 8) for out in norm([[1.0], [2.0], [3.0], [4.0]])]
    [-1.34163542, -0.44721181, 0.44721181, 1.34163542]
    >>> norm.running_mean, [round(v, 6) for v in norm.running_var]
    ([0.25], [1.066667])
    """

    buffers = ("running_mean", "running_var")

    def __init__(self, features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        features = integer("features", features, low=1)
        self.eps = real("eps", eps, low=0.0, strict=True)
        self.momentum = real("momentum", momentum, low=0.0, high=1.0)
        self.scale = [Value(1.0, label=f"gamma_{j}") for j in range(1, features + 1)]
        self.shift = [Value(0.0, label=f"beta_{j}") for j in range(1, features + 1)]
        self.running_mean = [0.0] * features
        self.running_var = [1.0] * features

    @property
    def mixes_samples(self) -> bool:
        """Whether the output for one sample depends on the others: in training mode."""
        return self.training

    def forward(self, x: Any) -> list[Any]:
        """Normalise a list of samples; in eval mode one sample alone, too.

        Parameters
        ----------
        x : list of samples, or one sample in eval mode
            Sequences of `features` numbers or Values.

        Returns
        -------
        list
            The samples, or the sample, normalised.
        """
        rows = listed(x, self._headline(), "a list of samples")
        if not rows:
            raise ValueError("BatchNorm got no samples: the batch is empty.")
        if isinstance(rows[0], Value) or not hasattr(rows[0], "__len__"):
            if self.training:
                raise ValueError(
                    f"BatchNorm in training mode takes a list of samples, {len(self.scale)} numbers each, "
                    "and got one sample: its mean and variance come from the batch. Pass a batch with "
                    "model.forward_batch(samples), or call model.eval() to use the running statistics."
                )
            return self._alone(rows)
        return self.forward_batch(rows)

    def forward_batch(self, samples: Any) -> list[Any]:
        """Normalise a list of samples: over the batch in training mode, else with the running statistics.

        Parameters
        ----------
        samples : list of sequences of number or Value
            The batch.

        Returns
        -------
        list of lists
            One per sample.
        """
        listing = listed(samples, self._headline(), "a list of samples")
        rows = [one_sample(sample, len(self.scale), self) for sample in listing]
        if not self.training:
            return [self._alone(row) for row in rows]
        if len(rows) < 2:
            raise ValueError(
                f"BatchNorm in training mode needs at least 2 samples, got {len(rows)}: one has no variance."
            )
        columns = [self._feature(j, [row[j] for row in rows]) for j in range(len(self.scale))]
        return [list(row) for row in zip(*columns, strict=True)]

    def _feature(self, j: int, column: list[Any]) -> list[Any]:
        """Normalise one feature over the batch, and take its statistics into the running ones."""
        n = len(column)
        mean = autograd.mean(column)
        deviations = [item - mean for item in column]
        variance = autograd.dot(deviations, deviations) / n
        m = self.momentum
        try:
            seen, spread = (x.data if isinstance(x, Value) else x for x in (mean, variance))
        except RecordingError:
            raise RecordingError(
                "A BatchNorm in training mode moves its running statistics with every batch; a recording "
                "would move them by the one batch that it records. Record the model in eval() mode, or train "
                "it by fit, which takes the engine itself."
            ) from None
        self.running_mean[j] = (1 - m) * self.running_mean[j] + m * seen
        self.running_var[j] = (1 - m) * self.running_var[j] + m * spread * n / (n - 1)
        deviation = autograd.sqrt(variance + self.eps)
        return [self.scale[j] * (item / deviation) + self.shift[j] for item in deviations]

    def _alone(self, sample: Any) -> list[Any]:
        """Normalise one sample with the running statistics: a fixed line per feature."""
        row = one_sample(sample, len(self.scale), self)
        return [
            scale * ((item - mean) / (variance + self.eps) ** 0.5) + shift
            for item, scale, shift, mean, variance in zip(
                row, self.scale, self.shift, self.running_mean, self.running_var, strict=True
            )
        ]

    def _headline(self) -> str:
        return f"BatchNorm({len(self.scale)})"
