"""Pictures in which room is scarce: typed expressions, and networks with a loss; asserts nothing."""

import nn
from autograd import Value, expression

# What is typed, and the numbers for its names.
EXPRESSIONS: dict[str, dict[str, float]] = {
    "u = b*c; v = a + u; J = 3*v": {"a": 5, "b": 3, "c": 2},
    "x*x": {"x": 3},
    "x*exp(x)": {"x": 1},
    "where(x > 0, log(x), -x)*y": {"x": 2, "y": 3},
    "where(x > y, x*y, x - y) + x": {"x": 2, "y": 3},
    "L = (sigmoid(w*x) - y)**2": {"w": 0.5, "x": 2, "y": 1},
    "a = x*y; b = x + y; c = a*b; d = a - b; f = c*d + a*b": {"x": 0.3, "y": 1.7},
    "exp(x)/(exp(x) + exp(y) + exp(z))": {"x": 1, "y": 2, "z": -0.5},
    "s = softmax([x, y, z]); L = -log(s[1])": {"x": 1, "y": 2, "z": -0.5},
    "maximum(x*y, z) + minimum(x, z)*y": {"x": 1, "y": 2, "z": 0.5},
    "hypot(x, y)*arctan2(y, x)": {"x": 3, "y": 4},
    "log(1 + exp(-y*(w1*x1 + w2*x2 + b)))": {"y": 1, "w1": 0.3, "w2": -0.7, "x1": 1.5, "x2": 2, "b": 0.1},
    "x**y + y**x": {"x": 1.5, "y": 2.5},
    "tanh(tanh(tanh(tanh(tanh(tanh(x*y) + x) + y) + x) + y))": {"x": 0.3, "y": 0.7},
}
NETWORKS = ((2, 4, 1), (3, 5, 2), (4, 3, 2, 1), (4, 1), (1, 4, 1), (1, 1), (5, 6, 4))


def computed(text: str) -> Value:
    """Return the result of a typed expression, swept."""
    root = expression(text)(**EXPRESSIONS[text]).outputs[-1]
    assert isinstance(root, Value)
    root.backward()
    return root


def trained(sizes: tuple[int, ...]) -> tuple[nn.MLP, Value]:
    """Return a network and its loss on one sample, swept."""
    net = nn.MLP(sizes[0], list(sizes[1:]), rng=3)
    outputs = net([Value(0.5 * (-1) ** i + 0.1 * i, label=f"x_{i + 1}") for i in range(sizes[0])])
    loss = sum(((y - 0.25) ** 2 for y in outputs[1:]), (outputs[0] - 0.25) ** 2)
    loss.label = "L"
    loss.backward()
    return net, loss
