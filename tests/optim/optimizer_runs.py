"""Runs optimisers on small losses, for the tests of `nn.optim`; asserts nothing itself."""

import math

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


def steps_to(optimizer, loss, radius, limit=1000):
    """How many steps until the parameters are within `radius` of 0, and the path there."""
    path = [[value.data for value in optimizer.params]]
    while math.hypot(*path[-1]) >= radius and len(path) <= limit and math.hypot(*path[-1]) < 1e6:
        path += trajectory(optimizer, loss, 1)
    return len(path) - 1, path
