"""chainrule's Program: one sample recorded eagerly, replayed over all rows by a backend."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from protocol import Case, UnsupportedError, serve
from scalar import document, expression, logits, matrices, outputs, split, surprises

import autograd
from autograd import Program, Value, affine, dot, log, logsumexp, record, relu, sigmoid

STEPS = 200


class Neurons:
    """What the network of `scalar.py` asks for."""

    relu, layer, neuron, total = relu, affine, dot, autograd.sum
    logsumexp, softmax, row = logsumexp, autograd.softmax, autograd.take


def recorded(data: dict[str, Any], backend: str) -> tuple[Program, list[Value], np.ndarray]:
    """Record one sample: the program, its parameters, and the rows to replay it over."""
    kind, p = data["kind"], [Value(v) for v in data["p"]]
    if kind == "expression":
        return Program(expression(Neurons, data, p), backend=backend), p, np.empty((1, 0))
    if kind == "chain":
        raise UnsupportedError("a chain has one block per level: nothing to gather")
    if kind == "gpt":
        rows = np.column_stack([data["tokens"], data["targets"]]).astype(float)
        positions = rows.shape[1] // 2
        program = record(
            lambda tokens, targets: document(Neurons, data, matrices(data, p), tokens, targets),
            rows[0, :positions].tolist(), rows[0, positions:].tolist(), backend=backend,
        )  # fmt: skip
        return program, p, rows
    x = np.array(data["x"])
    if kind == "digits":
        y = np.eye(data["sizes"][-1])[data["labels"]]
    else:
        y = np.array(data["y"])[:, None]
    inputs = [Value(v) for v in x[0]]
    targets = [Value(v) for v in y[0]]
    rows = np.column_stack([x, y])
    if kind == "logistic":
        q = sigmoid(dot(p[:2], inputs, p[2]))
        loss = -(targets[0] * log(q) + (1.0 - targets[0]) * log(1.0 - q))
    else:
        z = outputs(Neurons, split(p, data["sizes"]), inputs)
        if kind == "digits":
            loss = logsumexp(z) - dot(targets, z)
        else:
            loss = relu(1.0 - targets[0] * z[0]) + data["alpha"] * autograd.sum([w * w for w in p])
    return Program(loss, inputs + targets, backend), p, rows


def prepare(data: dict[str, Any], backend: str, mode: str) -> Case:
    """``step`` calls the backend once per step, ``train`` hands it `STEPS` steps."""
    if data["kind"] == "names":
        return padded(data, backend) if mode == "train" else names(data, backend)
    lr = data.get("lr")
    if mode == "train" and lr is None:
        raise UnsupportedError("no update to hand over")
    program, leaves, rows = recorded(data, "numpy" if backend == "jax" else backend)
    if backend not in ("jax", program.backend):
        raise UnsupportedError(f"the {backend} backend is not used here: {program.backend} runs instead")
    places = {id(leaf): place for place, leaf in enumerate(program.leaves)}
    order = [places[id(leaf)] for leaf in leaves]  # the program lists its leaves as it meets them
    if backend == "jax":
        return lowered(program, rows, lr, order)
    arguments, parameters = (rows,) if program.inputs else (), program.parameters
    last: dict[str, Any] = {}

    def step() -> float:
        nonlocal parameters
        value, last["gradient"] = program.value_and_grad(*arguments)
        if lr is not None:
            parameters -= lr * last["gradient"]
        return value

    def train() -> float:
        return program.train(*arguments, steps=STEPS, lr=lr)[-1]

    def read() -> list[float]:
        return (last["gradient"] if lr is None else parameters)[order].tolist()

    if mode == "train":
        return Case(step=train, read=read, steps=STEPS)
    return Case(step=step, read=read)


def names(data: dict[str, Any], backend: str) -> Case:
    """Make all updates by Adam in one call: a Program for each length, made when the length comes first."""
    import nn

    kept = {int(n): np.array(places) for n, places in data["kept"].items()}
    optimizer = nn.optim.Adam([Value(number) for number in data["p"]], lr=data["lr"])
    state = {"theta": np.array(data["p"])}
    programs: dict[int, tuple[Program, Any]] = {}

    def program_of(found: dict[str, Any]) -> tuple[Program, Any]:
        n = len(found["tokens"][0])
        if n not in programs:
            program, leaves, _ = recorded(found | {"p": state["theta"][kept[n]].tolist()}, backend)
            places = {id(leaf): place for leaf, place in zip(leaves, kept[n], strict=True)}
            programs[n] = program, np.array([places[id(leaf)] for leaf in program.leaves])
        return programs[n]

    def step() -> float:
        total = 0.0
        for found in data["documents"]:
            program, places = program_of(found)
            program.parameters[:] = state["theta"][places]
            gradient = np.zeros_like(state["theta"])
            row = np.array([found["tokens"][0] + found["targets"][0]], dtype=float)
            loss, gradient[places] = program.value_and_grad(row)
            total += loss
            state["theta"] = optimizer.advance(state["theta"], gradient)
        return total / len(data["documents"])

    return Case(step=step, read=lambda: state["theta"].tolist(), steps=len(data["documents"]))


def padded(data: dict[str, Any], backend: str) -> Case:
    """Make all updates by Adam in one call: one Program for all lengths, trained where the backend is.

    A position takes from those before it alone, so that what stands behind a document's end changes nothing.
    """
    import nn

    tokens, targets, shares = (np.array(data["padded"][name]) for name in ("tokens", "targets", "shares"))
    rows, longest = np.hstack([tokens, targets, shares]), tokens.shape[1]
    sizes, params = data["documents"][0] | {"tokens": tokens[:1]}, [Value(number) for number in data["p"]]
    optimizer = nn.optim.Adam(params, lr=data["lr"])

    def loss(tokens: Any, targets: Any, shares: Any) -> Value:
        found = logits(Neurons, sizes, matrices(sizes, params), tokens)
        return dot(shares, surprises(Neurons, found, targets))

    program = record(loss, *rows[0].reshape(3, longest).tolist(), backend=backend)

    def step() -> float:
        losses = program.train(rows, steps=len(rows), optimizer=optimizer, batch_size=1)
        return float(losses.mean())

    return Case(step=step, read=lambda: [p.data for p in params], steps=len(rows))


def lowered(program: Program, rows: np.ndarray, lr: float | None, order: list[int]) -> Case:
    """Jit a step around the lowered function, as the peer ``jax-jit`` does around its own."""
    import jax

    jax.config.update("jax_enable_x64", True)
    function, table = program.lower("jax"), jax.numpy.asarray(rows)

    @jax.jit
    def call(p: Any) -> Any:
        loss, gradient = function(p, table)
        return loss, gradient if lr is None else p - lr * gradient

    state = {"p": jax.numpy.asarray(program.parameters)}

    def step() -> Any:
        loss, state["result"] = call(state["p"])
        if lr is not None:
            state["p"] = state["result"]
        return loss

    return Case(
        step=step,
        read=lambda: np.asarray(state["result"])[order].tolist(),
        wait=lambda: state["result"].block_until_ready(),
    )


PACKAGES = {"jax": ["jax", "jaxlib", "numpy"]}
if __name__ == "__main__":
    if sys.argv[1] != "jax":  # whose environment has no progress bar, which `nn` asks for
        import autograd.program.native.backend
        import nn  # noqa: F401 - so that no measurement has the imports in it
    serve(PACKAGES.get(sys.argv[1], ["chainrule", "numpy"]), lambda data: prepare(data, *sys.argv[1:3]))
