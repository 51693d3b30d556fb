"""The forward sweep: recompute a recorded graph from its leaves' present data.

Knows no primitive by name; asks each node's row to evaluate itself. All or nothing: when a row leaves the
reals, the graph is as it was.
"""

from __future__ import annotations

from autograd.core.value import Value
from autograd.core.walk import topological


def forward(root: Value) -> float:
    """Recompute every node of a graph, with its local gradients; return the root's new data."""
    before = []
    try:
        for node in topological(root):
            op = node._op
            if op is None:
                continue
            before.append((node, node._data, node._da, node._db, node._stamp, node._grad))
            parents = node.parents
            node._data, partials = op.evaluate(parents)
            if node._da.__class__ is tuple:
                node._da = tuple(d for d, p in zip(partials, parents, strict=True) if isinstance(p, Value))
            elif len(partials) == 2:
                node._da, node._db = partials
            else:
                node._da = partials[0]
            node._stamp = max(parent._stamp for parent in parents if isinstance(parent, Value))
            node._grad = None
    except BaseException:
        for node, *fields in before:
            node._data, node._da, node._db, node._stamp, node._grad = fields
        raise
    return root._data
