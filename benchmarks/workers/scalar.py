"""The workloads as Python loops over scalars, written once for every framework with + and *; knows none."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from protocol import Case, UnsupportedError

UPDATES = 20  # of a thousand, in one call: scalars take minutes for them all
Number = Any
Layer = tuple[list[list[Number]], list[Number]]


class Scalars:
    """One framework's scalars. Subclasses give functions and the step, and fuse what they can fuse."""

    relu: Callable[[Number], Number]
    exp: Callable[[Number], Number]
    log: Callable[[Number], Number]

    def leaves(self, numbers: list[float]) -> list[Number]:
        """Make the parameters, once."""
        raise NotImplementedError

    def step(self, loss: Callable[[list[Number]], Number], p: list[Number], lr: float | None) -> float:
        """Forward, fresh gradients, backward, and the update of `p` where `lr` is given."""
        raise NotImplementedError

    def numbers(self, p: list[Number]) -> list[float]:
        """Return the parameters as floats."""
        raise NotImplementedError

    def gradient(self, p: list[Number]) -> list[float]:
        """Return the gradients of the last step as floats."""
        raise NotImplementedError

    def forward(self, loss: Callable[[list[Number]], Number], p: list[Number]) -> Any:
        """Something that keeps the recorded graph alive."""
        return loss(p)

    def neuron(self, w: list[Number], x: Sequence[Number], b: Number) -> Number:
        """Sum of w[j] x[j], plus b: every product and every sum an operation of its own."""
        out = b
        for weight, value in zip(w, x, strict=True):
            out = out + weight * value
        return out

    def layer(self, W: list[list[Number]], x: Sequence[Number], b: list[Number]) -> list[Number]:
        """One neuron for each row of W."""
        return [self.neuron(row, x, bias) for row, bias in zip(W, b, strict=True)]

    def total(self, terms: list[Number]) -> Number:
        """Their sum."""
        return functools.reduce(operator.add, terms)

    def sigmoid(self, z: Number) -> Number:
        """1 / (1 + exp(-z))."""
        return 1.0 / (1.0 + self.exp(-z))

    def largest(self, z: list[Number]) -> Number:
        """Return the largest, as a plain number where the framework has values."""
        return max(self.numbers(z))

    def logsumexp(self, z: list[Number]) -> Number:
        """Return log(sum of exp(z)), shifted by the largest z."""
        shift = self.largest(z)
        return self.log(self.total([self.exp(v + -shift) for v in z])) + shift

    def softmax(self, z: list[Number]) -> list[Number]:
        """Return exp(z) over their sum, shifted by the largest z."""
        shift = self.largest(z)
        powers = [self.exp(v + -shift) for v in z]
        total = self.total(powers)
        return [power / total for power in powers]

    def row(self, table: list[Any], index: int) -> Any:
        """Look up one element."""
        return table[index]

    def case(self, data: dict[str, Any]) -> Case:
        """Make a workload ready."""
        if data["kind"] == "names":
            return self.names(data)
        kind = KINDS.get(data["kind"])
        if kind is None or len(data["p"]) > 50_000:
            raise UnsupportedError("for arrays only: its scalars are more than a loop should hold")
        p = self.leaves(data["p"])
        loss, lr = functools.partial(kind, self, data), data.get("lr")
        return Case(
            step=lambda: self.step(loss, p, lr),
            read=lambda: self.gradient(p) if lr is None else self.numbers(p),
            forward=lambda: self.forward(loss, p),
        )

    def names(self, data: dict[str, Any]) -> Case:
        """Make documents ready, one for each update by Adam."""
        raise UnsupportedError("no update by Adam")


class Values(Scalars):
    """Scalars that are objects with `data`, `grad` and `backward()`, as micrograd made them known."""

    value: Callable[[float], Number]

    def leaves(self, numbers: list[float]) -> list[Number]:
        """Make the parameters, once."""
        return [self.value(number) for number in numbers]

    def numbers(self, p: list[Number]) -> list[float]:
        """Return the parameters as floats."""
        return [v.data for v in p]

    def gradient(self, p: list[Number]) -> list[float]:
        """Return the gradients of the last step as floats."""
        return [v.grad for v in p]

    def step(self, loss: Callable[[list[Number]], Number], p: list[Number], lr: float | None) -> float:
        """Forward, gradients set to 0, backward, and the update of `p` where `lr` is given."""
        root = loss(p)
        for v in p:
            v.grad = 0.0
        root.backward()
        if lr is not None:
            for v in p:
                v.data -= lr * v.grad
        return float(root.data)

    def names(self, data: dict[str, Any]) -> Case:
        """Make `UPDATES` updates by Adam at a call, written as microgpt writes them."""
        p, lr, documents = self.leaves(data["p"]), data["lr"], iter(itertools.cycle(data["documents"]))
        m, v, times = [0.0] * len(p), [0.0] * len(p), itertools.count(1)
        for parameter in p:
            parameter.grad = 0.0

        def update() -> float:
            found, t = next(documents), next(times)
            root = gpt(self, found, [p[i] for i in data["kept"][str(len(found["tokens"][0]))]])
            root.backward()
            for i, parameter in enumerate(p):
                g = parameter.grad
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                step = lr * (m[i] / (1 - 0.9**t)) / ((v[i] / (1 - 0.999**t)) ** 0.5 + 1e-8)
                parameter.data -= step
                parameter.grad = 0.0
            return float(root.data)

        return Case(
            step=lambda: sum(update() for _ in range(UPDATES)) / UPDATES,
            read=lambda: self.numbers(p),
            steps=UPDATES,
        )


def split(p: list[Number], sizes: list[int]) -> list[Layer]:
    """Cut the flat parameters, neuron by neuron, into layers: rows of weights, and biases."""
    flat, network = iter(p), []
    for fan_in, fan_out in pairwise(sizes):
        neurons = [([next(flat) for _ in range(fan_in)], next(flat)) for _ in range(fan_out)]
        network.append(([w for w, _ in neurons], [b for _, b in neurons]))
    return network


def outputs(f: Scalars, network: list[Layer], x: Sequence[Number]) -> list[Number]:
    """Return the last layer's outputs; ReLU on all layers before it."""
    for W, b in network[:-1]:
        x = [f.relu(z) for z in f.layer(W, x, b)]
    W, b = network[-1]
    return f.layer(W, x, b)


def moons(f: Scalars, data: dict[str, Any], p: list[Number]) -> Number:
    """Mean of relu(1 - y score), plus alpha times the sum of squared parameters."""
    network = split(p, data["sizes"])
    losses = [
        f.relu(1.0 + -y * outputs(f, network, x)[0]) for x, y in zip(data["x"], data["y"], strict=True)
    ]  # fmt: skip
    return f.total(losses) * (1.0 / len(losses)) + data["alpha"] * f.total([w * w for w in p])


def digits(f: Scalars, data: dict[str, Any], p: list[Number]) -> Number:
    """Mean of logsumexp(z) - z[label]."""
    network = split(p, data["sizes"])
    z = [outputs(f, network, x) for x in data["x"]]
    normalisers = f.total([f.logsumexp(row) for row in z])
    chosen = f.total([row[label] for row, label in zip(z, data["labels"], strict=True)])
    return (normalisers - chosen) * (1.0 / len(z))


def logistic(f: Scalars, data: dict[str, Any], p: list[Number]) -> Number:
    """Mean of -(y log q + (1 - y) log(1 - q)), with q = sigmoid(w x + b)."""
    w, b = p[:2], p[2]
    terms = []
    for x, y in zip(data["x"], data["y"], strict=True):
        q = f.sigmoid(f.neuron(w, x, b))
        terms.append(y * f.log(q) + (1.0 - y) * f.log(1.0 - q))
    return f.total(terms) * (-1.0 / len(terms))


def chain(f: Scalars, data: dict[str, Any], p: list[Number]) -> Number:
    """Two nodes a link."""
    x, a, b = p
    for _ in range(data["length"]):
        x = x * a + b
    return x


def expression(f: Scalars, data: dict[str, Any], p: list[Number]) -> Number:
    """Ten operations: 0.5 (relu(s) c + d), with c = a + b, d = a b, s = c (d + b^3) + a."""
    a, b = p
    c = a + b
    d = a * b
    s = c * (d + b**3) + a
    return (f.relu(s) * c + d) * 0.5


def gpt(f: Scalars, data: dict[str, Any], p: list[Number]) -> Number:
    """Mean over documents of `document`."""
    weights = matrices(data, p)
    losses = [document(f, data, weights, *both) for both in zip(data["tokens"], data["targets"], strict=True)]
    return f.total(losses) * (1.0 / len(losses))


def matrices(data: dict[str, Any], p: list[Number]) -> list[list[list[Number]]]:
    """Cut the flat parameters into the matrices of a transformer of one block."""
    sizes, flat = data["sizes"], iter(p)
    vocabulary, width, hidden = sizes["vocabulary"], sizes["width"], sizes["hidden"]
    heights = [vocabulary, len(data["tokens"][0]), *[width] * 4, hidden, width, vocabulary]
    widths = [*[width] * 7, hidden, width]
    return [
        [[next(flat) for _ in range(n)] for _ in range(rows)] for rows, n in zip(heights, widths, strict=True)
    ]


def document(
    f: Any, data: dict[str, Any], weights: list[Any], tokens: Sequence[Any], targets: Sequence[Any]
) -> Number:
    """Mean over positions of `surprises`."""
    losses = surprises(f, logits(f, data, weights, tokens), targets)
    return f.total(losses) * (1.0 / len(losses))


def surprises(f: Any, found: list[list[Number]], targets: Sequence[Any]) -> list[Number]:
    """Return logsumexp(z) - z[target] for each position."""
    return [f.logsumexp(z) - f.row(z, target) for z, target in zip(found, targets, strict=True)]


def logits(f: Any, data: dict[str, Any], weights: list[Any], tokens: Sequence[Any]) -> list[list[Number]]:
    """Return the scores of what may come next, position by position: norms, attention, a ReLU layer, sums."""
    E, P, Q, K, V, O, U, D, L = weights  # noqa: E741 - the letters of attention
    heads = data["sizes"]["heads"]
    size = len(Q) // heads

    def product(W: list[list[Number]], x: Sequence[Number]) -> list[Number]:
        return f.layer(W, x, [0.0] * len(W))

    def normed(x: list[Number]) -> list[Number]:
        scale = (f.neuron(x, x, 0.0) * (1.0 / len(x)) + 1e-5) ** -0.5
        return [v * scale for v in x]

    keys, values, scored = [], [], []
    for place, token in enumerate(tokens):
        x = normed([a + b for a, b in zip(f.row(E, token), P[place], strict=True)])
        y = normed(x)
        q = product(Q, y)
        keys.append(product(K, y))
        values.append(product(V, y))
        found = []
        for start in range(0, len(Q), size):
            part = slice(start, start + size)
            scores = [s * (1.0 / size**0.5) for s in product([key[part] for key in keys], q[part])]
            found += product(list(zip(*[v[part] for v in values], strict=True)), f.softmax(scores))
        x = [a + b for a, b in zip(x, product(O, found), strict=True)]
        hidden = [f.relu(h) for h in product(U, normed(x))]
        x = [a + b for a, b in zip(x, product(D, hidden), strict=True)]
        scored.append(product(L, x))
    return scored


KINDS = {
    "moons": moons, "digits": digits, "logistic": logistic, "chain": chain, "expression": expression,
    "gpt": gpt,
}  # fmt: skip
