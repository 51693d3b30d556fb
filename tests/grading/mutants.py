"""Right classes and their mutants: each row is a fault, with the place and the cause that it must get.

The right texts are in `students/`. Knows nothing of how a fault is found.
"""

import ast
from pathlib import Path
from typing import NamedTuple

STUDENTS = Path(__file__).with_name("students")
STYLES = ("closures", "local_gradients", "op_chain", "tape", "functions", "base_class")


class Mutant(NamedTuple):
    """One fault: the edits inside one function (everywhere, if `scope` is empty), and what it must be called.

    `place` is the operator, or `"backward"` for what is wrong in the sweep, `"numbers"` for what becomes of a
    plain number, `"state"` for what is left over from before. `cause` is the kind of slip. Where faults can
    not be told apart by numbers, several are right: `"order|stops early"`.
    """

    style: str
    name: str
    scope: str
    edits: dict[str, str]
    place: str
    cause: str
    says: str = ""


def right(style: str) -> str:
    """Return the text of a right class."""
    return (STUDENTS / f"{style}.py").read_text(encoding="utf-8")


def mutated(mutant: Mutant) -> str:
    """Return the text with the fault in it."""
    text = right(mutant.style)
    before, part, after = _scope(text, mutant.scope)
    for old, new in mutant.edits.items():
        assert old in part, f"{mutant.style}, {mutant.name}: {old!r} is not in {mutant.scope or 'the text'}"
        part = part.replace(old, new)
    ast.parse(before + part + after)
    return before + part + after


def _scope(text: str, name: str) -> tuple[str, str, str]:
    """Cut a text before and after the function or class of a name; a dotted name is a method of a class."""
    if not name:
        return "", text, ""
    node: ast.AST = ast.parse(text)
    for part in name.split("."):
        node = next(n for n in ast.walk(node) if getattr(n, "name", None) == part)
    lines = text.splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno
    return "".join(lines[:first]), "".join(lines[first:last]), "".join(lines[last:])


# fmt: off
MUTANTS = tuple(
    Mutant(*row)
    for row in (
        # A local rule that is another formula -------------------------------------------------------------
        ("closures", "add passes the second operand's share with a minus", "__add__",
         {"other.grad += out.grad": "other.grad -= out.grad"}, "add", "rule", "sign"),
        ("closures", "mul exchanges its operands", "__mul__", {"other.data * out.grad": "SELF",
         "self.data * out.grad": "other.data * out.grad", "SELF": "self.data * out.grad"}, "mul", "rule",
         "your number is a"),
        ("closures", "mul reads other.grad for other.data", "__mul__",
         {"other.data * out.grad": "other.grad * out.grad"}, "mul", "rule|upstream", "gradient of other"),
        ("closures", "mul has the rule of add", "__mul__", {"other.data * out.grad": "out.grad",
         "self.data * out.grad": "out.grad"}, "mul", "rule", "your number is 1"),
        ("closures", "add has the rule of mul", "__add__",
         {"self.grad += out.grad": "self.grad += other.data * out.grad",
         "other.grad += out.grad": "other.grad += self.data * out.grad"}, "add", "rule",
         "your number is b"),
        ("closures", "pow forgets the exponent as a factor", "__pow__", {"n * self.data": "self.data"},
         "pow", "rule", "a ** (3 - 1)"),
        ("closures", "pow keeps the exponent", "__pow__", {"** (n - 1)": "** n"}, "pow", "rule",
         "3 * a ** 3"),
        ("closures", "pow binds the minus one to the power", "__pow__", {"** (n - 1)": "** n - 1"}, "pow",
         "rule", "- 1"),
        ("closures", "exp passes its input", "exp", {"out.data * out.grad": "self.data * out.grad"}, "exp",
         "rule", "your number is a"),
        ("closures", "exp passes one", "exp", {"out.data * out.grad": "out.grad"}, "exp", "rule",
         "your number is 1"),
        ("closures", "log passes its input", "log", {"1 / self.data": "self.data"}, "log", "rule",
         "your number is a"),
        ("closures", "log divides by its result", "log", {"1 / self.data": "1 / out.data"}, "log", "rule",
         "1 / c"),
        ("closures", "tanh forgets the square", "tanh", {"1 - out.data**2": "1 - out.data"}, "tanh", "rule",
         "1 - c"),
        ("closures", "tanh puts in its input", "tanh", {"1 - out.data**2": "1 - self.data**2"}, "tanh",
         "rule", "1 - a * a"),
        ("closures", "tanh adds the square", "tanh", {"1 - out.data**2": "1 + out.data**2"}, "tanh", "rule",
         "1 + c * c"),
        ("closures", "sigmoid puts in its input", "sigmoid", {"s * (1 - s)": "self.data * (1 - self.data)"},
         "sigmoid", "rule", "a * (1 - a)"),
        ("closures", "sigmoid has the rule of tanh", "sigmoid", {"s * (1 - s)": "(1 - s**2)"}, "sigmoid",
         "rule", "1 - c * c"),
        ("closures", "relu multiplies by its result", "relu", {"(out.data > 0)": "out.data"}, "relu",
         "rule", "your number is c"),
        ("closures", "relu lets everything through", "relu", {"(out.data > 0) * ": ""}, "relu", "rule",
         "your number is 1"),
        ("closures", "relu opens for negative numbers", "relu", {"out.data > 0": "self.data < 0"}, "relu",
         "rule", "turned"),
        ("closures", "sin passes minus cos", "sin", {"math.cos": "-math.cos"}, "sin", "rule", "sign"),
        ("closures", "cos forgets the minus", "cos", {"-math.sin": "math.sin"}, "cos", "rule", "sign"),
        ("local_gradients", "sub forgets the minus", "__sub__", {"(1, -1)": "(1, 1)"}, "sub", "rule",
         "sign"),
        ("local_gradients", "sub has the minus at the wrong operand", "__sub__", {"(1, -1)": "(-1, 1)"},
         "sub", "rule", "sign"),
        ("local_gradients", "div forgets the minus", "__truediv__", {"-self.data /": "self.data /"}, "div",
         "rule", "sign"),
        ("local_gradients", "div forgets the square", "__truediv__", {"other.data**2": "other.data"}, "div",
         "rule", "your number is -c"),
        ("local_gradients", "neg passes plus one", "__neg__", {"(-1,)": "(1,)"}, "neg", "rule", "sign"),
        ("local_gradients", "sqrt forgets the root", "sqrt", {"(2 * root)": "(2 * self.data)"}, "sqrt",
         "rule", "0.5 / a"),
        ("local_gradients", "mul keeps its factors in the wrong order", "__mul__",
         {"(other.data, self.data)": "(self.data, other.data)"}, "mul", "rule", "your number is a"),
        ("op_chain", "the case of minus is that of plus", "pass_on",
         {"b.gradient -= g\n": "b.gradient += g\n"}, "sub", "rule", "sign"),
        ("op_chain", "the case of relu asks its gradient", "pass_on", {"if a.value > 0": "if g > 0"},
         "relu", "rule", "condition"),
        ("op_chain", "a case is missing", "pass_on", {'self.op == "exp"': 'self.op == "e"',
         "else:\n            b": 'elif self.op != "exp":\n            b'}, "exp", "not stored|rule"),
        ("tape", "div divides twice", "__truediv__", {"(g / other.v,": "(g / other.v**2,"}, "div", "rule",
         "b"),
        ("functions", "the inverse forgets the minus", "inverse", {"-1 / a.value**2": "1 / a.value**2"},
         "div|reciprocal", "rule", "sign"),
        ("base_class", "tanh halves", "Tanh.local", {"1 - self.data**2": "(1 - self.data**2) / 2"}, "tanh",
         "rule", "0.5 times"),
        ("base_class", "relu passes its input", "ReLU.local", {"np.float32(self.data > 0)": "self.data"},
         "relu", "rule", "your number is c"),
        # A value that is another formula ------------------------------------------------------------------
        ("closures", "tanh takes one e too few", "tanh",
         {"math.tanh(self.data)": "(math.exp(self.data) - 1) / (math.exp(self.data) + 1)"}, "tanh",
         "forward"),
        ("closures", "sigmoid turns the sign", "sigmoid", {"math.exp(-self.data)": "math.exp(self.data)"},
         "sigmoid", "forward"),
        ("closures", "pow always squares", "__pow__", {"self.data**n,": "self.data**2,"}, "pow", "forward",
         "(a, 2)"),
        ("local_gradients", "sub takes away the first", "__sub__",
         {"self.data - other.data": "other.data - self.data"}, "sub", "forward", "b - a"),
        ("op_chain", "div rounds down", "__truediv__",
         {"self.value / other.value": "self.value // other.value"}, "div", "forward"),
        ("tape", "numbers become whole", "Number.__init__", {"self.v = v": "self.v = int(v)"}, "numbers",
         "forward"),
        ("base_class", "exp is 2 to the x", "Exp.__init__", {"np.exp(a.data)": "2**a.data"}, "exp",
         "forward", "exp2(a)"),
        # The gradient from above --------------------------------------------------------------------------
        ("closures", "mul forgets out.grad", "__mul__", {" * out.grad": ""}, "mul", "upstream"),
        ("closures", "tanh forgets out.grad", "tanh", {" * out.grad": ""}, "tanh", "upstream"),
        ("closures", "tanh multiplies by out.data", "tanh", {"* out.grad": "* out.data"}, "tanh",
         "upstream"),
        ("closures", "relu asks out.grad", "relu", {"(out.data > 0)": "(out.grad > 0)"}, "relu", "rule",
         "condition"),
        ("closures", "exp reads its own gradient", "exp", {"* out.grad": "* self.grad"}, "exp",
         "upstream|rule"),
        ("local_gradients", "no rule uses the gradient from above", "backward",
         {"factor * node.grad": "factor"}, "backward", "upstream"),
        ("tape", "exp forgets g", "exp", {"out * g": "out"}, "exp", "upstream"),
        ("functions", "the factor of the node is forgotten", "get_gradients",
         {"gradients[node] * factor": "factor"}, "backward", "upstream"),
        # The rule is not there ----------------------------------------------------------------------------
        ("closures", "the rule of exp is not stored", "exp", {"        out._backward = push\n": ""}, "exp",
         "not stored"),
        ("closures", "the rule of mul is stored at the operand", "__mul__",
         {"out._backward": "self._backward"}, "mul", "not stored"),
        ("closures", "the rule of log is called, not stored", "log",
         {"out._backward = push": "out._backward = push()"}, "log|backward", "crash"),
        ("closures", "tanh forgets its operand", "tanh", {"(self,)": "()"}, "tanh", "disconnected"),
        ("tape", "neg makes a new leaf", "__neg__",
         {"record(-self.v, (self,), lambda g: (-g,))": "Number(-self.v)"}, "neg", "disconnected"),
        ("tape", "div takes the number out of its divisor", "__truediv__",
         {"(self, other), lambda g: (g / other.v, -out * g / other.v)": "(self,), lambda g: (g / other.v,)"},
         "div", "disconnected"),
        # = for += -----------------------------------------------------------------------------------------
        ("closures", "every rule overwrites", "", {".grad += ": ".grad = "}, "backward", "overwrite"),
        ("closures", "mul overwrites", "__mul__", {".grad += ": ".grad = "}, "mul", "overwrite"),
        ("closures", "tanh overwrites", "tanh", {".grad += ": ".grad = "}, "tanh", "overwrite"),
        ("closures", "add overwrites its second operand", "__add__", {"other.grad += ": "other.grad = "},
         "add", "overwrite"),
        ("local_gradients", "the line of the sweep overwrites", "backward",
         {"child.grad += ": "child.grad = "}, "backward", "overwrite"),
        ("op_chain", "every case overwrites", "pass_on", {"+= ": "= ", "b.gradient -= ": "b.gradient = -"},
         "backward", "overwrite"),
        ("tape", "what has arrived is overwritten", "backward",
         {"arrived.get(id(operand), 0.0) + part": "part"}, "backward", "overwrite"),
        ("functions", "the dictionary is overwritten", "get_gradients",
         {"gradients.get(source, 0.0) + ": ""}, "backward", "overwrite"),
        ("base_class", "the sum is overwritten", "Node.backward", {"parent.grad + ": ""}, "backward",
         "overwrite"),
        # The sweep ----------------------------------------------------------------------------------------
        ("closures", "no set of seen nodes", "backward", {"if node not in seen:": "if True:"}, "backward",
         "once per path"),
        ("closures", "the loop stands outside the condition", "backward",
         {"                seen.add(node)\n"
         "                for before in node._prev:\n"
         "                    visit(before)\n"
         "                order.append(node)":
             "                seen.add(node)\n"
             "            for before in node._prev:\n"
             "                visit(before)\n"
             "            order.append(node)"},
         "backward", "once per path"),
        ("closures", "a node is entered before its operands", "backward",
         {"                order.append(node)\n": "",
         "seen.add(node)\n": "seen.add(node)\n                order.append(node)\n",
         "reversed(order)": "order"}, "backward", "order"),
        ("closures", "the order is not reversed", "backward", {"reversed(order)": "order"}, "backward",
         "order|stops early"),
        ("closures", "the operands call their own backward", "backward",
         {"        order = []":
             "        self.grad = 1.0 if self.grad == 0 else self.grad\n"
             "        self._backward()\n"
             "        for node in self._prev:\n"
             "            node.backward()\n"
             "        return\n"
             "        order = []"},
         "backward", "once per path"),
        ("closures", "two levels only", "backward", {"reversed(order)": "[self, *self._prev]"}, "backward",
         "stops early"),
        ("closures", "the root's rule only", "backward", {"reversed(order)": "[self]"}, "backward",
         "stops early|order"),
        ("closures", "a new list in every call", "backward",
         {"        order = []\n        seen": "        seen",
         "        def visit(node):\n": "        def visit(node):\n            order = []\n",
         "                order.append(node)\n":
             "                order.append(node)\n            return order\n",
         "        visit(self)": "        order = visit(self)"}, "backward", "stops early|order"),
        ("local_gradients", "layer by layer", "backward",
         {"visit(self)\n":
             "order, queue = [], [self]\n"
             "        seen = {self}\n"
             "        while queue:\n"
             "            node = queue.pop(0)\n"
             "            order.append(node)\n"
             "            for child in node._children:\n"
             "                if child not in seen:\n"
             "                    seen.add(child)\n"
             "                    queue.append(child)\n",
         "order[::-1]": "order"}, "backward", "order"),
        ("local_gradients", "a stack without an order", "backward",
         {"visit(self)\n":
             "order, stack = [], [self]\n"
             "        while stack:\n"
             "            node = stack.pop()\n"
             "            if node not in seen:\n"
             "                seen.add(node)\n"
             "                order.append(node)\n"
             "                stack.extend(node._children)\n",
         "order[::-1]": "order"}, "backward", "order"),
        ("local_gradients", "the root is left out", "backward", {"order[::-1]": "order[-2::-1]"},
         "backward", "stops early|seed"),
        ("op_chain", "a parent is ready at its first use", "backward",
         {"if uses[id(parent)] == 0:": "if uses[id(parent)] >= 0 and parent not in ready:"}, "backward",
         "once per path"),
        ("tape", "the tape is read from its beginning", "backward", {"reversed(TAPE)": "TAPE"}, "backward",
         "order|stops early"),
        ("tape", "the last three entries only", "backward", {"reversed(TAPE)": "TAPE[:-4:-1]"}, "backward",
         "stops early"),
        ("base_class", "a node is entered before its parents", "Node.ancestors",
         {"            if done:\n"
         "                order.append(node)\n"
         "            elif":
             "            if",
         "                seen.add(id(node))\n":
             "                seen.add(id(node))\n"
             "                order.insert(0, node)\n",
         "                stack.append((node, True))\n": ""}, "backward", "order"),
        ("closures", "nodes with equal numbers are one", "backward",
         {"node not in seen": "node.data not in seen", "seen.add(node)": "seen.add(node.data)"}, "backward",
         "same number"),
        ("closures", "a hash by value", "",
         {"    def __repr__(self):":
             "    def __eq__(self, other):\n"
             "        return self.data == other.data\n"
             "\n"
             "    def __hash__(self):\n"
             "        return hash(self.data)\n"
             "\n"
             "    def __repr__(self):"},
         "backward", "same number"),
        ("local_gradients", "an operand used twice counts once", "backward",
         {"zip(node._children, node._local_grads, strict=True)":
             "dict(zip(node._children, node._local_grads)).items()"},
         "backward", "counted once"),
        ("functions", "every path on its own", "get_gradients", {"if node not in seen:": "if True:"},
         "backward", "once per path"),
        # Where it begins, and what is left over -----------------------------------------------------------
        ("closures", "the root is not seeded", "backward", {"        self.grad = 1.0\n": ""}, "backward",
         "seed"),
        ("closures", "gradients begin at one", "__init__", {"self.grad = 0.0": "self.grad = 1.0"}, "state",
         "seed"),
        ("closures", "seen is kept at the node", "",
         {"        self._prev = set(made_of)\n":
             "        self._prev = set(made_of)\n        self.seen = False\n",
         "if node not in seen:": "if not node.seen:", "seen.add(node)": "node.seen = True"}, "state",
         "state"),
        ("closures", "the order is a default argument", "backward",
         {"def backward(self):\n        order = []\n        seen = set()":
             "def backward(self, order=[], seen=set()):"},
         "state", "state"),
        ("op_chain", "parents are a default argument", "", {"parents=()": "parents=[]",
         "self.parents = list(parents)": "self.parents = parents",
         'return Var(-self.value, [self], "neg")':
             'out = Var(-self.value, op="neg")\n'
             "        out.parents.append(self)\n"
             "        return out"},
         "neg|state", "state"),
        ("local_gradients", "the set of seen nodes belongs to the class", "",
         {"    __slots__": "    seen = set()\n    __slots__",
         "order, seen = [], set()": "order, seen = [], Scalar.seen"}, "state", "state"),
        # Plain numbers and reflected operators ------------------------------------------------------------
        ("closures", "rsub is sub", "__rsub__", {"Value(other) - self": "self - other"}, "rsub",
         "reflected"),
        ("closures", "rtruediv is truediv", "__rtruediv__", {"Value(other) / self": "self / other"}, "rdiv",
         "reflected"),
        ("local_gradients", "rtruediv takes away", "__rtruediv__",
         {"Scalar(other) / self": "Scalar(other) - self"}, "rdiv", "reflected"),
        ("op_chain", "rsub bound to sub", "__rsub__",
         {"Var.wrap(other).__sub__(self)": "self.__sub__(other)"}, "rsub", "reflected"),
        ("tape", "rmul adds", "__rmul__", {"* self": "+ self"}, "rmul", "reflected"),
        ("closures", "no radd", "", {"__radd__": "__right_add__"}, "radd", "missing"),
        ("closures", "no rmul", "", {"__rmul__": "__right_mul__"}, "rmul", "missing"),
        ("local_gradients", "no rsub", "", {"__rsub__": "__right_sub__"}, "rsub", "missing"),
        ("tape", "no rtruediv", "", {"__rtruediv__": "__right_truediv__"}, "rdiv", "missing"),
        ("closures", "add does not wrap a number", "__add__",
         {"        other = other if isinstance(other, Value) else Value(other)\n": ""}, "add", "unwrapped"),
        ("closures", "mul does not wrap a number", "__mul__",
         {"        other = other if isinstance(other, Value) else Value(other)\n": ""}, "mul", "unwrapped"),
        ("local_gradients", "sub does not wrap a number", "__sub__",
         {"        other = other if isinstance(other, Scalar) else Scalar(other)\n": ""}, "sub",
         "unwrapped"),
        # It stops with an error, or never -----------------------------------------------------------------
        ("closures", "no import math", "", {"import math\n": ""}, "exp", "crash"),
        ("closures", "div calls itself", "__truediv__", {"self * other**-1": "self * (1 / other)"}, "div",
         "crash|endless"),
        ("closures", "a keyword that does not exist", "sin", {"(self,), ": "children=(self,), op="}, "sin",
         "crash"),
        ("closures", "pow takes the log of its base", "__pow__",
         {"def push():": "slope = math.log(self.data) * self.data**n\n\n        def push():"}, "pow",
         "crash"),
        ("local_gradients", "the rule of pow divides by its base", "__pow__",
         {"n * self.data ** (n - 1)": "n * self.data**n / self.data"}, "pow", "crash"),
        ("closures", "mul divides its result by its operands", "__mul__",
         {"other.data * out.grad": "out.data / self.data * out.grad",
          "self.data * out.grad": "out.data / other.data * out.grad"}, "mul", "crash"),
        ("local_gradients", "mul divides where it can", "__mul__",
         {"(other.data, self.data)":
          "[self.data * other.data / x.data if x.data else 0.0 for x in (self, other)]"}, "mul", "rule"),
        ("closures", "exp forgets to return", "exp", {"        return out\n": ""}, "exp", "crash"),
        ("tape", "a misspelt attribute", "__mul__", {"other.v * g": "other.w * g"}, "mul", "crash"),
        ("op_chain", "the sweep never ends", "backward", {"ready.pop()": "ready[-1]"}, "backward",
         "endless"),
        ("closures", "closures made in a loop", "__mul__",
         {"        def push():\n"
         "            self.grad += other.data * out.grad\n"
         "            other.grad += self.data * out.grad\n":
             "        rules = []\n"
             "        for x, y in ((self, other), (other, self)):\n"
             "            rules.append(lambda: setattr(x, 'grad', x.grad + y.data * out.grad))\n"
             "\n"
             "        def push():\n"
             "            for rule in rules:\n"
             "                rule()\n"},
         "mul", "rule", "2 times"),
        ("closures", "add changes its operand", "__add__",
         {'        out = Value(self.data + other.data, (self, other), "+")':
             "        self.data += other.data\n"
             '        out = Value(self.data, (self, other), "+")'},
         "add", "forward", "changes a itself"),
    )
)
# fmt: on
