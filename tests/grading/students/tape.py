"""A right class in the style of a tape: operations are written down, and backward reads from the end."""

import math

TAPE = []


class Number:
    """A number; operations on it are entered on the tape."""

    def __init__(self, v):
        self.v = v
        self.grad = 0.0
        self.parents = ()

    def __add__(self, other):
        other = as_number(other)
        return record(self.v + other.v, (self, other), lambda g: (g, g))

    def __radd__(self, other):
        return as_number(other) + self

    def __sub__(self, other):
        other = as_number(other)
        return record(self.v - other.v, (self, other), lambda g: (g, -g))

    def __rsub__(self, other):
        return as_number(other) - self

    def __mul__(self, other):
        other = as_number(other)
        return record(self.v * other.v, (self, other), lambda g: (other.v * g, self.v * g))

    def __rmul__(self, other):
        return as_number(other) * self

    def __truediv__(self, other):
        other = as_number(other)
        out = self.v / other.v
        return record(out, (self, other), lambda g: (g / other.v, -out * g / other.v))

    def __rtruediv__(self, other):
        return as_number(other) / self

    def __pow__(self, n):
        return record(self.v**n, (self,), lambda g: (n * self.v ** (n - 1) * g,))

    def __neg__(self):
        return record(-self.v, (self,), lambda g: (-g,))

    def exp(self):
        out = math.exp(self.v)
        return record(out, (self,), lambda g: (out * g,))

    def log(self):
        return record(math.log(self.v), (self,), lambda g: (g / self.v,))

    def tanh(self):
        out = math.tanh(self.v)
        return record(out, (self,), lambda g: ((1 - out**2) * g,))

    def relu(self):
        return record(max(self.v, 0.0), (self,), lambda g: (g * (self.v > 0),))

    def backward(self):
        arrived = {id(self): 1.0}
        for out, operands, rule in reversed(TAPE):
            g = arrived.get(id(out), 0.0)
            if g == 0.0:
                continue
            for operand, part in zip(operands, rule(g), strict=True):
                arrived[id(operand)] = arrived.get(id(operand), 0.0) + part
        seen = {id(self)}
        self.grad += 1.0
        for _, operands, _ in TAPE:
            for operand in operands:
                if id(operand) not in seen:
                    seen.add(id(operand))
                    operand.grad += arrived.get(id(operand), 0.0)


def as_number(x):
    return x if isinstance(x, Number) else Number(x)


def record(v, operands, rule):
    out = Number(v)
    out.parents = operands
    TAPE.append((out, operands, rule))
    return out
