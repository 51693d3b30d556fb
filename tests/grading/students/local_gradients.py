"""A right class in the style of local gradients: every node keeps a factor for each of its operands."""

import math


class Scalar:
    """A number with its operands and the derivative by each of them."""

    __slots__ = ("data", "grad", "_children", "_local_grads")

    def __init__(self, data, children=(), local_grads=()):
        self.data = data
        self.grad = 0
        self._children = children
        self._local_grads = local_grads

    def __add__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        return Scalar(self.data + other.data, (self, other), (1, 1))

    def __sub__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        return Scalar(self.data - other.data, (self, other), (1, -1))

    def __mul__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        return Scalar(self.data * other.data, (self, other), (other.data, self.data))

    def __truediv__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        factors = (1 / other.data, -self.data / other.data**2)
        return Scalar(self.data / other.data, (self, other), factors)

    def __pow__(self, n):
        return Scalar(self.data**n, (self,), (n * self.data ** (n - 1),))

    def __neg__(self):
        return Scalar(-self.data, (self,), (-1,))

    def exp(self):
        e = math.exp(self.data)
        return Scalar(e, (self,), (e,))

    def log(self):
        return Scalar(math.log(self.data), (self,), (1 / self.data,))

    def sqrt(self):
        root = math.sqrt(self.data)
        return Scalar(root, (self,), (1 / (2 * root),))

    def tanh(self):
        t = math.tanh(self.data)
        return Scalar(t, (self,), (1 - t * t,))

    def relu(self):
        return Scalar(max(0, self.data), (self,), (float(self.data > 0),))

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return Scalar(other) - self

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return Scalar(other) / self

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node in seen:
                return
            seen.add(node)
            for child in node._children:
                visit(child)
            order.append(node)

        visit(self)
        self.grad = 1
        for node in order[::-1]:
            for child, factor in zip(node._children, node._local_grads, strict=True):
                child.grad += factor * node.grad
