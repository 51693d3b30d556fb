"""A right class in the style of a class per operation on a common base, in NumPy's float32."""

import numpy as np


class Node:
    """What every number can do, however it was made."""

    def __init__(self, data, *parents):
        self.data = np.float32(data)
        self.grad = np.float32(0)
        self.parents = parents

    def __add__(self, other):
        return Add(self, wrapped(other))

    def __radd__(self, other):
        return Add(wrapped(other), self)

    def __sub__(self, other):
        return Sub(self, wrapped(other))

    def __rsub__(self, other):
        return Sub(wrapped(other), self)

    def __mul__(self, other):
        return Mul(self, wrapped(other))

    def __rmul__(self, other):
        return Mul(wrapped(other), self)

    def __truediv__(self, other):
        return Div(self, wrapped(other))

    def __rtruediv__(self, other):
        return Div(wrapped(other), self)

    def __neg__(self):
        return Sub(wrapped(0.0), self)

    def __pow__(self, n):
        return Pow(self, n)

    def exp(self):
        return Exp(self)

    def log(self):
        return Log(self)

    def tanh(self):
        return Tanh(self)

    def relu(self):
        return ReLU(self)

    def local(self):
        return ()

    def ancestors(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((parent, False) for parent in node.parents)
        return order

    def backward(self):
        order = self.ancestors()
        for node in order:
            if node.parents:
                node.grad = np.float32(0)
        self.grad = np.float32(1)
        for node in reversed(order):
            for parent, factor in zip(node.parents, node.local(), strict=True):
                parent.grad = parent.grad + node.grad * factor


class Value(Node):
    """A leaf."""

    def __init__(self, data):
        super().__init__(data)


def wrapped(x):
    return x if isinstance(x, Node) else Value(x)


class Add(Node):
    def __init__(self, a, b):
        super().__init__(a.data + b.data, a, b)

    def local(self):
        return 1, 1


class Sub(Node):
    def __init__(self, a, b):
        super().__init__(a.data - b.data, a, b)

    def local(self):
        return 1, -1


class Mul(Node):
    def __init__(self, a, b):
        super().__init__(a.data * b.data, a, b)

    def local(self):
        a, b = self.parents
        return b.data, a.data


class Div(Node):
    def __init__(self, a, b):
        super().__init__(a.data / b.data, a, b)

    def local(self):
        _, b = self.parents
        return 1 / b.data, -self.data / b.data


class Pow(Node):
    def __init__(self, a, n):
        super().__init__(a.data**n, a)
        self.n = n

    def local(self):
        return (self.n * self.parents[0].data ** (self.n - 1),)


class Exp(Node):
    def __init__(self, a):
        super().__init__(np.exp(a.data), a)

    def local(self):
        return (self.data,)


class Log(Node):
    def __init__(self, a):
        super().__init__(np.log(a.data), a)

    def local(self):
        return (1 / self.parents[0].data,)


class Tanh(Node):
    def __init__(self, a):
        super().__init__(np.tanh(a.data), a)

    def local(self):
        return (1 - self.data**2,)


class ReLU(Node):
    def __init__(self, a):
        super().__init__(np.maximum(a.data, np.float32(0)), a)

    def local(self):
        return (np.float32(self.data > 0),)
