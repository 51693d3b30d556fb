"""Which layer a parameter belongs to, and what it is called; knows paths and labels, and no numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Value
from nn.arguments import IntArray


def names(model: Any, params: list[Value]) -> list[str]:
    """Return a name for each parameter: its label and its path in the model, whichever there is."""
    paths = _paths(model)
    found = []
    for i, parameter in enumerate(params):
        path = paths.get(id(parameter), f"params[{i}]")
        found.append(f"{parameter.label} ({path})" if parameter.label else path)
    return found


def layers(model: Any, params: list[Value]) -> tuple[list[str], list[slice | IntArray]]:
    """Return the names of the layers, as in the model's `repr`, and the parameters of each."""
    paths = _paths(model)
    members: dict[str, list[int]] = {}
    for i, parameter in enumerate(params):
        members.setdefault(_layer(paths.get(id(parameter), "")), []).append(i)
    return list(members), [_selector(indices) for indices in members.values()]


def _paths(model: Any) -> dict[int, str]:
    if not hasattr(model, "named_parameters"):
        return {}
    return {id(parameter): path for path, parameter in model.named_parameters()}


def _selector(indices: list[int]) -> slice | IntArray:
    """Return what picks these entries from an array: a slice, which copies nothing, where it can."""
    run = slice(indices[0], indices[0] + len(indices))
    return run if indices == list(range(run.start, run.stop)) else np.array(indices)


def _layer(path: str) -> str:
    """Return the layer's part of a parameter's path: "layers.0" of "layers.0.neurons.1.w.2"."""
    parts = path.split(".")
    if "neurons" in parts:
        parts = parts[: parts.index("neurons")]
    else:
        while parts and parts[-1].isdigit():
            parts.pop()
        parts = parts[:-1]
    return ".".join(parts) or "model"
