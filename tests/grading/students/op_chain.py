"""A right class in the style of a chain of cases: a node knows its operation, and backward asks for it."""

import math


class Var:
    """A number with the name of the operation that made it."""

    def __init__(self, value, parents=(), op="leaf"):
        self.value = value
        self.gradient = 0.0
        self.parents = list(parents)
        self.op = op
        self.exponent = None

    @staticmethod
    def wrap(x):
        return x if isinstance(x, Var) else Var(x)

    def __add__(self, other):
        other = Var.wrap(other)
        return Var(self.value + other.value, [self, other], "+")

    def __sub__(self, other):
        other = Var.wrap(other)
        return Var(self.value - other.value, [self, other], "-")

    def __mul__(self, other):
        other = Var.wrap(other)
        return Var(self.value * other.value, [self, other], "*")

    def __truediv__(self, other):
        other = Var.wrap(other)
        return Var(self.value / other.value, [self, other], "/")

    def __pow__(self, exponent):
        out = Var(self.value**exponent, [self], "**")
        out.exponent = exponent
        return out

    def __neg__(self):
        return Var(-self.value, [self], "neg")

    def exp(self):
        return Var(math.exp(self.value), [self], "exp")

    def tanh(self):
        return Var(math.tanh(self.value), [self], "tanh")

    def relu(self):
        return Var(self.value if self.value > 0 else 0.0, [self], "relu")

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return Var.wrap(other).__sub__(self)

    def __rtruediv__(self, other):
        return Var.wrap(other).__truediv__(self)

    def pass_on(self):
        g = self.gradient
        if self.op == "leaf":
            return
        a = self.parents[0]
        if self.op == "neg":
            a.gradient += -g
        elif self.op == "exp":
            a.gradient += self.value * g
        elif self.op == "tanh":
            a.gradient += (1 - self.value * self.value) * g
        elif self.op == "relu":
            a.gradient += g if a.value > 0 else 0.0
        elif self.op == "**":
            a.gradient += self.exponent * a.value ** (self.exponent - 1) * g
        else:
            b = self.parents[1]
            if self.op == "+":
                a.gradient += g
                b.gradient += g
            elif self.op == "-":
                a.gradient += g
                b.gradient -= g
            elif self.op == "*":
                a.gradient += b.value * g
                b.gradient += a.value * g
            elif self.op == "/":
                a.gradient += g / b.value
                b.gradient -= a.value * g / b.value**2

    def backward(self):
        uses = {}
        found = [self]
        while found:
            node = found.pop()
            for parent in node.parents:
                if id(parent) not in uses:
                    found.append(parent)
                uses[id(parent)] = uses.get(id(parent), 0) + 1
        self.gradient = 1.0
        ready = [self]
        while ready:
            node = ready.pop()
            node.pass_on()
            for parent in node.parents:
                uses[id(parent)] -= 1
                if uses[id(parent)] == 0:
                    ready.append(parent)
