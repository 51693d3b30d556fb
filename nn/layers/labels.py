"""How weights, pre-activations and outputs are named; knows indices and notations, and no Value."""

from __future__ import annotations

from dataclasses import dataclass

from nn.arguments import chosen

__all__ = ["NOTATIONS", "Notation", "element", "notation_named", "prediction"]


@dataclass(frozen=True)
class Notation:
    """Templates for labels: `{k}` is the layer, `{i}` and `{j}` are input and output neuron, all from 1.

    `{c}` is a comma where an index has two digits, so that w^1_{11,2} and w^1_{1,12} stay apart.
    """

    weight: str
    bias: str
    z: str
    output: str

    def weights(self, layer: int, inputs: int, output: int, outputs: int) -> list[str]:
        """Return the labels of one neuron's weights."""
        comma = "," * (max(inputs, outputs) > 9)
        return [self.weight.format(k=layer, i=i, j=output, c=comma) for i in range(1, inputs + 1)]

    def neuron(self, layer: int, output: int, outputs: int) -> tuple[str, str, str]:
        """Return the labels of one neuron's bias, pre-activation and output."""
        comma = "," * (max(layer, outputs) > 9)
        bias, z, out = (text.format(k=layer, j=output, c=comma) for text in (self.bias, self.z, self.output))
        return bias, z, out


def element(name: str, *indices: int, largest: int) -> str:
    """Return the label of one element of a table; commas part the indices where the largest has two digits.

    Examples
    --------
    >>> element("e", 2, 1, largest=9), element("Q^1", 2, 1, largest=16)
    ('e_{21}', 'Q^1_{2,1}')
    """
    return f"{name}_{{{(',' if largest > 9 else '').join(map(str, indices))}}}"


def prediction(output: int, outputs: int) -> str:
    """Return the label of an output of a linear predictor.

    Examples
    --------
    >>> prediction(1, 1), prediction(2, 3)
    ('ŷ', 'ŷ_{2}')
    """
    return "ŷ" if outputs == 1 else f"ŷ_{{{output}}}"


NOTATIONS = {
    # The first index is the neuron of the previous layer, the second the neuron of this one.
    "w^k_ij": Notation("w^{k}_{{{i}{c}{j}}}", "b^{k}_{{{j}}}", "z_{{{k}{c}{j}}}", "O_{{{k}{c}{j}}}"),
    # Matrices W[k] whose rows are this layer's neurons; v[k] are the outputs.
    "w[k]_ij": Notation("w[{k}]_{{{j}{c}{i}}}", "b[{k}]_{{{j}}}", "z[{k}]_{{{j}}}", "v[{k}]_{{{j}}}"),
}


def notation_named(name: str | None) -> Notation | None:
    """Return the notation with this name; None (no labels) for None.

    Raises
    ------
    ValueError
        For a name that is not in `NOTATIONS`.

    Examples
    --------
    >>> notation_named("w^k_ij").weights(layer=1, inputs=2, output=3, outputs=3)
    ['w^1_{13}', 'w^1_{23}']
    >>> notation_named("w[k]_ij").weights(layer=1, inputs=2, output=3, outputs=3)
    ['w[1]_{31}', 'w[1]_{32}']
    """
    return None if name is None else chosen("notation", name, NOTATIONS, ", or None for no labels")
