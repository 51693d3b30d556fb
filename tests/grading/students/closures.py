"""A right class in the style of closures: every node keeps a function that passes its gradient on."""

import math


class Value:
    """A number that remembers what it was made of."""

    def __init__(self, data, made_of=(), op=""):
        self.data = data
        self.grad = 0.0
        self.op = op
        self._prev = set(made_of)
        self._backward = lambda: None

    def __repr__(self):
        return f"Value({self.data}, grad={self.grad})"

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = push
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = push
        return out

    def __pow__(self, n):
        out = Value(self.data**n, (self,), "**")

        def push():
            self.grad += n * self.data ** (n - 1) * out.grad

        out._backward = push
        return out

    def exp(self):
        out = Value(math.exp(self.data), (self,), "exp")

        def push():
            self.grad += out.data * out.grad

        out._backward = push
        return out

    def log(self):
        out = Value(math.log(self.data), (self,), "log")

        def push():
            self.grad += 1 / self.data * out.grad

        out._backward = push
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,), "tanh")

        def push():
            self.grad += (1 - out.data**2) * out.grad

        out._backward = push
        return out

    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.data))
        out = Value(s, (self,), "sigmoid")

        def push():
            self.grad += s * (1 - s) * out.grad

        out._backward = push
        return out

    def relu(self):
        out = Value(max(0.0, self.data), (self,), "relu")

        def push():
            self.grad += (out.data > 0) * out.grad

        out._backward = push
        return out

    def sin(self):
        out = Value(math.sin(self.data), (self,), "sin")

        def push():
            self.grad += math.cos(self.data) * out.grad

        out._backward = push
        return out

    def cos(self):
        out = Value(math.cos(self.data), (self,), "cos")

        def push():
            self.grad += -math.sin(self.data) * out.grad

        out._backward = push
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self * other**-1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return Value(other) - self

    def __rtruediv__(self, other):
        return Value(other) / self

    def backward(self):
        order = []
        seen = set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for before in node._prev:
                    visit(before)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node._backward()
