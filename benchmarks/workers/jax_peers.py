"""JAX, three ways: operation by operation, jit called per step, and 200 steps inside one jitted loop."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from protocol import Case, UnsupportedError, serve

jax.config.update("jax_enable_x64", True)
LOOP = 200


def network(p: Any, sizes: list[int], x: Any) -> Any:
    """Apply the layers, cut out of the flat parameters."""
    start = 0
    for index, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        matrix = p[start : start + fan_out * (fan_in + 1)].reshape(fan_out, fan_in + 1)
        start += fan_out * (fan_in + 1)
        x = x @ matrix[:, :-1].T + matrix[:, -1]
        if index < len(sizes) - 2:
            x = jax.nn.relu(x)
    return x


def loss_of(data: dict[str, Any]) -> Any:
    """Return the workload as a function of the flat parameters."""
    kind, sizes = data["kind"], data.get("sizes", [2, 1])
    if kind == "chain":

        def chain(p: Any) -> Any:
            return jax.lax.scan(lambda x, _: (x * p[1] + p[2], None), p[0], length=data["length"])[0]

        return chain
    if kind == "expression":

        def expression(p: Any) -> Any:
            a, b = p
            c, d = a + b, a * b
            return (jax.nn.relu(c * (d + b**3) + a) * c + d) * 0.5

        return expression
    if kind == "gpt":
        return gpt_of(data)
    x = jnp.array(data["x"])
    if kind == "digits":
        labels = jax.nn.one_hot(jnp.array(data["labels"]), sizes[-1], dtype=x.dtype)

        def digits(p: Any) -> Any:
            z = network(p, sizes, x)
            return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.sum(z * labels, axis=1))

        return digits
    y = jnp.array(data["y"])
    if kind == "moons":

        def moons(p: Any) -> Any:
            return jnp.mean(jax.nn.relu(1.0 - y * network(p, sizes, x)[:, 0])) + data["alpha"] * jnp.sum(
                p * p
            )

        return moons

    def logistic(p: Any) -> Any:
        z = network(p, sizes, x)[:, 0]
        return -jnp.mean(y * jax.nn.log_sigmoid(z) + (1.0 - y) * jax.nn.log_sigmoid(-z))

    return logistic


def gpt_of(data: dict[str, Any]) -> Any:
    """Return the loss of these documents as a function of the parameters."""
    tokens, targets, loss = jnp.array(data["tokens"]), jnp.array(data["targets"]), gpt_by(data["sizes"])
    return lambda p: loss(p, tokens, targets)


def gpt_by(sizes: dict[str, int]) -> Any:
    """Return the loss of documents by a transformer of one block, on whole arrays."""
    vocabulary, width, heads, hidden = (sizes[n] for n in ("vocabulary", "width", "heads", "hidden"))
    square = (width, width)

    def normed(x: Any) -> Any:
        return x * (jnp.mean(x * x, axis=-1, keepdims=True) + 1e-5) ** -0.5

    def loss(p: Any, tokens: Any, targets: Any, shares: Any = None) -> Any:
        count, positions = tokens.shape
        shapes = [(vocabulary, width), (positions, width), *[square] * 4, (hidden, width), (width, hidden)]
        future = jnp.triu(jnp.ones((positions, positions), dtype=bool), 1)
        weights, start = [], 0
        for rows, columns in [*shapes, (vocabulary, width)]:
            weights.append(p[start : start + rows * columns].reshape(rows, columns))
            start += rows * columns
        E, P, Q, K, V, O, U, D, L = weights  # noqa: E741 - the letters of attention
        x = normed(E[tokens] + P)
        q, k, v = ((normed(x) @ W.T).reshape(count, positions, heads, -1).swapaxes(1, 2) for W in (Q, K, V))
        scores = jnp.where(future, -jnp.inf, q @ k.swapaxes(2, 3) / (width // heads) ** 0.5)
        found = (jax.nn.softmax(scores, axis=-1) @ v).swapaxes(1, 2).reshape(count, positions, width)
        x = x + found @ O.T
        x = x + jax.nn.relu(normed(x) @ U.T) @ D.T
        z = x @ L.T
        chosen = jnp.take_along_axis(z, targets[..., None], axis=-1)[..., 0]
        losses = jax.nn.logsumexp(z, axis=-1) - chosen
        return jnp.mean(losses) if shares is None else jnp.mean(jnp.sum(shares * losses, axis=-1))

    return loss


def epochs_of(data: dict[str, Any]) -> Case:
    """Return the epochs: batches gathered, gradients and Adam's updates in one scan, jitted."""
    x, labels, count = jnp.array(data["x"]), jnp.array(data["labels"]), len(data["x"])
    sizes, lr = data["sizes"], data["lr"]

    def loss(p: Any, rows: Any) -> Any:
        z = network(p, sizes, x[rows])
        return jnp.mean(jax.nn.logsumexp(z, axis=1) - z[jnp.arange(len(rows)), labels[rows]])

    def update(state: Any, rows: Any) -> Any:
        p, *rest = state
        value, g = jax.value_and_grad(loss)(p, rows)
        return adam(p, g, *rest, lr), value

    @jax.jit
    def epoch(state: Any, order: Any) -> Any:
        state, values = jax.lax.scan(update, state, order.reshape(-1, data["batch"]))
        return state, jnp.mean(values)

    start, rng = jnp.array(data["p"]), np.random.default_rng(0)
    kept = {"state": (start, jnp.zeros_like(start), jnp.zeros_like(start), 0)}

    def step() -> Any:
        for _ in range(data["epochs"]):
            kept["state"], value = epoch(kept["state"], rng.permutation(count))
        return value

    return Case(
        step=step,
        read=lambda: kept["state"][0].tolist(),
        steps=data["epochs"],
        wait=lambda: kept["state"][0].block_until_ready(),
    )


def names_of(data: dict[str, Any], scan: bool) -> Case:
    """Return all updates by Adam in one call, jitted: compiled once for each length of a document.

    Or in one scan over documents that are padded to one length: compiled once.
    """
    lr, kept = data["lr"], {int(n): jnp.array(places) for n, places in data["kept"].items()}
    loss_by = gpt_by(data["documents"][0]["sizes"])

    @jax.jit
    def update(state: Any, places: Any, tokens: Any, targets: Any) -> Any:
        p, *rest, total = state
        loss, g = jax.value_and_grad(lambda p: loss_by(p[places], tokens, targets))(p)
        return (*adam(p, g, *rest, lr), total + loss)

    @jax.jit
    def scanned(state: Any, *rows: Any) -> Any:
        def body(state: Any, row: Any) -> Any:
            p, *rest, total = state
            loss, g = jax.value_and_grad(loss_by)(p, *(column[None] for column in row))
            return (*adam(p, g, *rest, lr), total + loss), None

        return jax.lax.scan(body, state, rows)[0]

    start = jnp.array(data["p"])
    kept_state = {"state": (start, jnp.zeros_like(start), jnp.zeros_like(start), 0, 0.0)}

    def step() -> Any:
        state = (*kept_state["state"][:-1], 0.0)
        if scan:
            state = scanned(state, *(jnp.array(columns) for columns in data["padded"].values()))
        else:
            for found in data["documents"]:
                tokens, targets = np.array(found["tokens"]), np.array(found["targets"])
                state = update(state, kept[tokens.shape[1]], tokens, targets)
        kept_state["state"] = state
        return state[-1] / len(data["documents"])

    return Case(
        step=step,
        read=lambda: kept_state["state"][0].tolist(),
        steps=len(data["documents"]),
        wait=lambda: kept_state["state"][0].block_until_ready(),
    )


def adam(p: Any, g: Any, m: Any, v: Any, t: Any, lr: float) -> tuple[Any, Any, Any, Any]:
    """Return the parameters after an update, the two averages, and how many updates there were."""
    m, v, t = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g, t + 1
    return p - lr * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v, t


def prepare(data: dict[str, Any], mode: str) -> Case:
    """Make a workload ready: one call is one step, or `LOOP` steps in the mode ``loop``."""
    if data["kind"] == "names":
        return names_of(data, mode == "epochs")
    if mode == "epochs":
        return epochs_of(data)
    if mode == "eager" and data["kind"] == "chain":
        raise UnsupportedError("about 150 microseconds a node: minutes")
    if mode == "loop" and "lr" not in data:
        raise UnsupportedError("no update to put into a loop")
    lr = data.get("lr")
    value_and_grad = jax.value_and_grad(loss_of(data))

    def once(p: Any) -> Any:
        loss, gradient = value_and_grad(p)
        return (loss, gradient) if lr is None else (loss, p - lr * gradient)

    def loop(p: Any) -> Any:
        return jax.lax.fori_loop(0, LOOP, lambda _, state: once(state[1]), (jnp.zeros(()), p))

    call = once if mode == "eager" else jax.jit(loop if mode == "loop" else once)
    state = {"p": jnp.array(data["p"])}

    def step() -> Any:
        loss, result = call(state["p"])
        state["result"] = result
        if lr is not None:
            state["p"] = result
        return loss

    return Case(
        step=step,
        read=lambda: state["result"].tolist(),
        steps=LOOP if mode == "loop" else 1,
        wait=lambda: state["result"].block_until_ready(),
    )


serve(["jax", "jaxlib", "numpy"], lambda data: prepare(data, sys.argv[1]))
