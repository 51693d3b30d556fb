"""A right class in the style of functions: the class only records, and a function returns all gradients."""

import math


class Variable:
    """A number with a list of pairs: what it was made of, and the derivative by that."""

    def __init__(self, value, sources=()):
        self.value = value
        self.sources = list(sources)

    def __add__(self, other):
        return add(self, constant(other))

    def __radd__(self, other):
        return add(constant(other), self)

    def __sub__(self, other):
        return add(self, negative(constant(other)))

    def __rsub__(self, other):
        return add(constant(other), negative(self))

    def __mul__(self, other):
        return multiply(self, constant(other))

    def __rmul__(self, other):
        return multiply(constant(other), self)

    def __truediv__(self, other):
        return multiply(self, inverse(constant(other)))

    def __rtruediv__(self, other):
        return multiply(constant(other), inverse(self))

    def __neg__(self):
        return negative(self)


def constant(x):
    return x if isinstance(x, Variable) else Variable(x)


def add(a, b):
    return Variable(a.value + b.value, [(a, 1.0), (b, 1.0)])


def multiply(a, b):
    return Variable(a.value * b.value, [(a, b.value), (b, a.value)])


def negative(a):
    return Variable(-a.value, [(a, -1.0)])


def inverse(a):
    return Variable(1 / a.value, [(a, -1 / a.value**2)])


def exp(a):
    out = math.exp(a.value)
    return Variable(out, [(a, out)])


def log(a):
    return Variable(math.log(a.value), [(a, 1 / a.value)])


def sin(a):
    return Variable(math.sin(a.value), [(a, math.cos(a.value))])


def tanh(a):
    out = math.tanh(a.value)
    return Variable(out, [(a, 1 - out * out)])


def get_gradients(variable):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for source, _ in node.sources:
                visit(source)
            order.append(node)

    visit(variable)
    gradients = {variable: 1.0}
    for node in reversed(order):
        for source, factor in node.sources:
            gradients[source] = gradients.get(source, 0.0) + gradients[node] * factor
    return gradients
