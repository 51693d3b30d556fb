"""Runs optimisers on small losses, for the tests of `nn.optim`; asserts nothing itself."""

from nn.optim import ROWS

ALL = list(ROWS.values())


def square(values):
    return values[0] * values[0]


def bowl(values):  # FX-QUAD
    return (values[0] * values[0] + 10 * values[1] * values[1]) / 2


def trajectory(optimizer, loss, steps):
    """The parameters after every one of `steps` steps."""

    def closure():
        optimizer.zero_grad()
        out = loss(optimizer.params)
        out.backward()
        return out

    path = []
    for _ in range(steps):
        optimizer.step(closure)
        path.append([value.data for value in optimizer.params])
    return path
