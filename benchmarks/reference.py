"""The gradients by hand, in NumPy: the oracle for every peer, and a peer itself; knows no autodiff."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.workloads import gpt_shapes

Array = NDArray[np.float64]
Layers = list[tuple[Array, Array]]
ValueAndGrad = Callable[[Array], tuple[float, Array]]


def layers(flat: Array, sizes: list[int]) -> Layers:
    """Return weights (out, in) and bias (out,) of each layer, as views on the flat parameters."""
    views, start = [], 0
    for fan_in, fan_out in pairwise(sizes):
        matrix = flat[start : start + fan_out * (fan_in + 1)].reshape(fan_out, fan_in + 1)
        views.append((matrix[:, :-1], matrix[:, -1]))
        start += matrix.size
    return views


def activations(network: Layers, x: Array) -> list[Array]:
    """Return the input and the output of every layer; ReLU between the layers, none at the end."""
    outputs = [x]
    for index, (weight, bias) in enumerate(network):
        z = outputs[-1] @ weight.T + bias
        outputs.append(z if index == len(network) - 1 else np.maximum(z, 0.0))
    return outputs


def pull_back(network: Layers, gradient: Layers, outputs: list[Array], upstream: Array) -> None:
    """Write the gradient of every layer, from the gradient of the last output."""
    for index in range(len(network) - 1, -1, -1):
        np.matmul(upstream.T, outputs[index], out=gradient[index][0])
        np.sum(upstream, axis=0, out=gradient[index][1])
        if index:
            upstream = (upstream @ network[index][0]) * (outputs[index] > 0.0)


def moons(data: dict[str, Any]) -> ValueAndGrad:
    """Mean of relu(1 - y score), plus alpha times the sum of squared parameters."""
    x, y, alpha = np.array(data["x"]), np.array(data["y"]), data["alpha"]
    slope = -y / len(y)

    def value_and_grad(p: Array) -> tuple[float, Array]:
        gradient = np.empty_like(p)
        network = layers(p, data["sizes"])
        outputs = activations(network, x)
        margin = 1.0 - y * outputs[-1][:, 0]
        active = margin > 0.0
        pull_back(network, layers(gradient, data["sizes"]), outputs, (slope * active)[:, None])
        gradient += 2.0 * alpha * p
        return float(margin @ active) / len(y) + alpha * float(p @ p), gradient

    return value_and_grad


def digits(data: dict[str, Any]) -> ValueAndGrad:
    """Mean of logsumexp(z) - z[label]."""
    x, rows = np.array(data["x"]), np.arange(len(data["x"]))
    labels = np.array(data["labels"])

    def value_and_grad(p: Array) -> tuple[float, Array]:
        gradient = np.empty_like(p)
        network = layers(p, data["sizes"])
        outputs = activations(network, x)
        z = outputs[-1] - outputs[-1].max(axis=1, keepdims=True)
        weight = np.exp(z)
        total = weight.sum(axis=1, keepdims=True)
        loss = float((np.log(total[:, 0]) - z[rows, labels]).sum()) / len(rows)
        weight /= total
        weight[rows, labels] -= 1.0
        weight /= len(rows)
        pull_back(network, layers(gradient, data["sizes"]), outputs, weight)
        return loss, gradient

    return value_and_grad


def logistic(data: dict[str, Any]) -> ValueAndGrad:
    """Mean cross-entropy of sigmoid(w x + b)."""
    x = np.column_stack([np.array(data["x"]), np.ones(len(data["x"]))])
    y = np.array(data["y"])

    def value_and_grad(p: Array) -> tuple[float, Array]:
        probability = 1.0 / (1.0 + np.exp(-(x @ p)))
        loss = -float(y @ np.log(probability) + (1.0 - y) @ np.log1p(-probability)) / len(y)
        return loss, (probability - y) @ x / len(y)

    return value_and_grad


def chain(data: dict[str, Any]) -> ValueAndGrad:
    """Along x = x*a + b the adjoint is multiplied by a at each link."""

    def value_and_grad(p: Array) -> tuple[float, Array]:
        x, a, b = p.tolist()
        history = []
        for _ in range(data["length"]):
            history.append(x)
            x = x * a + b
        adjoint, grad_a, grad_b = 1.0, 0.0, 0.0
        for previous in reversed(history):
            grad_a += adjoint * previous
            grad_b += adjoint
            adjoint *= a
        return x, np.array([adjoint, grad_a, grad_b])

    return value_and_grad


def expression(data: dict[str, Any]) -> ValueAndGrad:
    """Return the formula in `workers/scalar.py`, with c = a + b, d = ab, s = c(d + b^3) + a."""

    def value_and_grad(p: Array) -> tuple[float, Array]:
        a, b = p.tolist()
        c, d = a + b, a * b
        inner = d + b**3
        s = c * inner + a
        active = 1.0 if s > 0.0 else 0.0
        ds_a, ds_b = inner + c * b + 1.0, inner + c * (a + 3.0 * b**2)
        out = 0.5 * (active * s * c + d)
        grad_a = 0.5 * (active * (ds_a * c + s) + b)
        grad_b = 0.5 * (active * (ds_b * c + s) + a)
        return out, np.array([grad_a, grad_b])

    return value_and_grad


def gpt(data: dict[str, Any]) -> ValueAndGrad:
    """Mean over documents and positions of logsumexp(z) - z[target], of a transformer of one block."""
    tokens, targets, sizes = np.array(data["tokens"]), np.array(data["targets"]), data["sizes"]
    count, positions = tokens.shape
    width, heads = sizes["width"], sizes["heads"]
    shapes, root = gpt_shapes(sizes, positions), (width // heads) ** 0.5
    future = np.triu(np.ones((positions, positions), dtype=bool), 1)
    places = np.indices(tokens.shape)

    def matrices(flat: Array) -> list[Array]:
        cuts = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes, strict=True)]

    def normed(x: Array) -> tuple[Array, Array]:
        scale = (np.mean(x * x, axis=-1, keepdims=True) + 1e-5) ** -0.5
        return x * scale, scale

    def unnormed(x: Array, scale: Array, upstream: Array) -> Array:
        along: Array = np.mean(x * upstream, axis=-1, keepdims=True)
        return scale * upstream - scale**3 * x * along

    def split(x: Array) -> Array:
        return x.reshape(count, positions, heads, -1).swapaxes(1, 2)

    def joined(x: Array) -> Array:
        return x.swapaxes(1, 2).reshape(count, positions, width)

    def outer(upstream: Array, x: Array) -> Array:
        return upstream.reshape(-1, upstream.shape[-1]).T @ x.reshape(-1, x.shape[-1])

    def value_and_grad(p: Array) -> tuple[float, Array]:
        E, P, Q, K, V, O, U, D, L = matrices(p)  # noqa: E741 - the letters of attention
        x0 = E[tokens] + P
        x1, scale0 = normed(x0)
        y1, scale1 = normed(x1)
        q, k, v = (split(y1 @ W.T) for W in (Q, K, V))
        scores = np.where(future, -np.inf, q @ k.swapaxes(2, 3) / root)
        a = np.exp(scores - scores.max(axis=-1, keepdims=True))
        a /= a.sum(axis=-1, keepdims=True)
        found = joined(a @ v)
        x2 = x1 + found @ O.T
        y2, scale2 = normed(x2)
        h = y2 @ U.T
        r = np.maximum(h, 0.0)
        x3 = x2 + r @ D.T
        z = x3 @ L.T
        z = z - z.max(axis=-1, keepdims=True)
        share = np.exp(z)
        total = share.sum(axis=-1, keepdims=True)
        loss = float(np.mean(np.log(total[..., 0]) - z[*places, targets]))

        dz = share / total
        dz[*places, targets] -= 1.0
        dz /= tokens.size
        dx3 = dz @ L
        dh = (dx3 @ D) * (h > 0.0)
        dx2 = dx3 + unnormed(x2, scale2, dh @ U)
        do = split(dx2 @ O)
        da = do @ v.swapaxes(2, 3)
        ds = a * (da - np.sum(a * da, axis=-1, keepdims=True)) / root
        dq, dk, dv = (joined(g) for g in (ds @ k, ds.swapaxes(2, 3) @ q, a.swapaxes(2, 3) @ do))
        dx1 = dx2 + unnormed(x1, scale1, dq @ Q + dk @ K + dv @ V)
        dx0 = unnormed(x0, scale0, dx1)
        dE = np.zeros_like(E)
        np.add.at(dE, tokens, dx0)
        products = ((dq, y1), (dk, y1), (dv, y1), (dx2, found), (dh, y2), (dx3, r), (dz, x3))
        gradient = [dE, dx0.sum(axis=0), *(outer(upstream, x) for upstream, x in products)]
        return loss, np.concatenate([part.ravel() for part in gradient])

    return value_and_grad


KINDS: dict[str, Callable[[dict[str, Any]], ValueAndGrad]] = {
    "moons": moons, "digits": digits, "logistic": logistic, "chain": chain, "expression": expression,
    "gpt": gpt,
}  # fmt: skip


def adam(p: Array, g: Array, m: Array, v: Array, t: int, lr: float) -> tuple[Array, Array, Array]:
    """Return the parameters after the update number t, and the two averages."""
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    return p - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v


def names(data: dict[str, Any], steps: int) -> tuple[float, Array]:
    """Return the mean loss of as many updates, document by document, and the parameters after them."""
    p = np.array(data["p"])
    m, v, total = np.zeros_like(p), np.zeros_like(p), 0.0
    for t, found in enumerate(data["documents"][:steps], 1):
        kept, g = data["kept"][str(len(found["tokens"][0]))], np.zeros_like(p)
        loss, g[kept] = gpt(found)(p[kept])
        total += loss
        p, m, v = adam(p, g, m, v, t, data["lr"])
    return total / steps, p


def epochs(data: dict[str, Any]) -> tuple[float, Array]:
    """Return the mean loss of the last epoch, and the parameters after it, by Adam in shuffled batches."""
    p, rng, count = np.array(data["p"]), np.random.default_rng(0), len(data["x"])
    m, v, t = np.zeros_like(p), np.zeros_like(p), 0
    x, labels, loss = np.array(data["x"]), np.array(data["labels"]), 0.0
    for _ in range(data["epochs"]):
        order, loss = rng.permutation(count), 0.0
        for start in range(0, count, data["batch"]):
            rows = order[start : start + data["batch"]]
            value, g = digits({"x": x[rows], "labels": labels[rows], "sizes": data["sizes"]})(p)
            loss += value * len(rows) / count
            t += 1
            p, m, v = adam(p, g, m, v, t, data["lr"])
    return loss, p


def expected(data: dict[str, Any], steps: int = 1) -> tuple[float, Array]:
    """Return the loss of `steps` steps and the parameters after them; without an update, the gradient.

    The loss is that of the last step; of updates by Adam it is a mean.
    """
    if data["kind"] == "epochs":
        return epochs(data)
    if data["kind"] == "names":
        return names(data, steps)
    value_and_grad = KINDS[data["kind"]](data)
    p = np.array(data["p"])
    for _ in range(steps):
        loss, gradient = value_and_grad(p)
        if "lr" in data:
            p = p - data["lr"] * gradient
    return loss, p if "lr" in data else gradient


def disagreement(data: dict[str, Any], loss: float, result: list[float], steps: int = 1) -> float:
    """Return the largest relative error of a peer's loss and gradient.

    After an update the gradient is read back as (before - after) / lr: what is checked is what is timed.
    """
    expected_loss, after = expected(data, steps)
    got = np.array(result, dtype=float)
    if got.shape != after.shape:
        return float("inf")
    if "lr" in data:
        before = np.array(data["p"])
        got, after = (before - got) / data["lr"], (before - after) / data["lr"]
    errors = [
        abs(loss - expected_loss) / abs(expected_loss),
        np.max(np.abs(got - after)) / np.max(np.abs(after)),
    ]
    error = np.max(errors)  # unlike the built-in max, it keeps a nan
    return float("inf") if np.isnan(error) else float(error)
