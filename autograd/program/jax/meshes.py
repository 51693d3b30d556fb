"""What a mesh of devices asks of a function that JAX traces: where results lie, and what differs.

Knows arrays and axes; no block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[[Any, Any], tuple[Any, Any]]


def spread(run: Run) -> Run:
    """Let the compiler spread a function of (parameters, rows) over the devices that its arrays lie on.

    It does so by itself on automatic axes of a mesh. On explicit ones, JAX asks of every operation where its
    result is to lie. Here it is told for the two results alone: each device gets the loss, and the gradient
    lies as the parameters do.
    """
    import jax
    from jax.sharding import NamedSharding, PartitionSpec

    def spread_run(parameters: Any, rows: Any) -> tuple[Any, Any]:
        places = [jax.typeof(array).sharding for array in (parameters, rows)]
        mesh = next((place.mesh for place in places if place.mesh.explicit_axes), None)
        if mesh is None:
            return run(parameters, rows)
        results = NamedSharding(mesh, PartitionSpec()), NamedSharding(mesh, places[0].spec)
        automatic = jax.sharding.auto_axes(run, axes=mesh.explicit_axes, out_sharding=results)
        return automatic(parameters, rows)  # type: ignore[no-any-return]

    return spread_run


def as_different(*arrays: Any) -> Callable[[Any], Any]:
    """Return what makes any array one that differs from device to device wherever one of these does.

    Under `jax.shard_map` it is part of an array's type along which axes it differs. Transposing a function of
    an array that does not would sum over the devices, and take nothing but such a sum.
    """
    import jax
    import jax.numpy as jnp

    if not jax.sharding.get_abstract_mesh().manual_axes:
        return lambda array: array
    one = jnp.where(False, sum(array.sum() for array in arrays), 1.0).astype(float)  # differs as they do
    return lambda array: array * one
