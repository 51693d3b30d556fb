"""Three rows for the engine, cross entropies of one number as one node each; knows formulas, no targets.

They are rows, and not compositions, for the sake of the reader (their textbook derivatives stand on the
edges) and of the tails: the logarithm's tangent near 0 needs a `where` whose other branch is not computed.
"""

from __future__ import annotations

from autograd import register

__all__ = ["bce_row", "bce_with_logits_row", "surprisal"]

# Below these arguments a logarithm is continued by its tangent: e^-99, where log is -99 and the tangent
# reaches -100 at 0 (PyTorch's clamp); and 2^-53, the distance of the last double before 1, where 1 - p
# is the smallest that it can be before it is 0.
_P = "1.0112214926104486e-43"
_Q = "1.1102230246251565e-16"
_LOG_P = f"where(p > {_P}, log(p), p / {_P} - 100)"
_LOG_Q = f"where(1 - p > {_Q}, log1p(-p), (1 - p) / {_Q} - 37.7368005696771)"

_PROBABILITY = {
    "undefined": "p * (1 - p) < 0",
    "needs": "0 <= p <= 1",
    "why": "A probability lies between 0 and 1.",
    "cure": "Apply sigmoid (or softmax) first, or use the loss that takes logits.",
}

bce_row = register(
    "bce", "p y", f"-y * {_LOG_P} - (1 - y) * {_LOG_Q}",
    (
        f"where(1 - p > {_Q}, (1 - y) / (1 - p), (1 - y) / {_Q}) - where(p > {_P}, y / p, y / {_P})",
        f"{_LOG_Q} - {_LOG_P}",
    ),
    latex=r"\operatorname{{bce}}({p}, {y})", domain=((0.05, 0.95), (0.0, 1.0)),
    definition="-(y * log(p) + (1 - y) * log(1 - p))",
    identities={"p": "(1 - y) / (1 - p) - y / p", "y": "log1p(-p) - log(p)"},
    doc="The binary cross entropy of a probability p and a label y, finite at p = 0 and p = 1.",
    **_PROBABILITY,
)  # fmt: skip

bce_with_logits_row = register(
    "bce_with_logits", "z y", "y * softplus(-z) + (1 - y) * softplus(z)",
    ("(1 - y) * sigmoid(z) - y * sigmoid(-z)", "-z"),
    latex=r"\operatorname{{bce}}(\sigma({z}), {y})", domain=((-5.0, 5.0), (0.0, 1.0)),
    definition="y * log(1 + exp(-z)) + (1 - y) * log(1 + exp(z))", identities={"z": "sigmoid(z) - y"},
    doc="The binary cross entropy of sigmoid(z) and a label y, exact in both tails.",
)  # fmt: skip

surprisal = register(
    "surprisal", "p", f"-{_LOG_P}", (f"where(p > {_P}, -1 / p, -1 / {_P})",),
    latex=r"-\ln({p})", domain=((0.05, 0.95),), definition="-log(p)", identities={"p": "-1 / p"},
    doc="-log p of a probability p: the cross entropy of the class that came true; 100 at p = 0.",
    **_PROBABILITY,
)  # fmt: skip
