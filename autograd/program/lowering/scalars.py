"""From a recorded graph to numbered scalar instructions, fewer than were recorded.

Sums of single-use sums become one sum, sums of products one `dot`, ((a - b) - c) - d becomes
a - (b + c + d), what `autograd.take` records becomes one lookup, and equal instructions become one. Knows
neither slots nor matrices, and no derivative.

Examples
--------
A neuron is one `dot`, recorded so or by hand, in whatever order, so that all neurons of a layer are of one
kind (`grouping` makes a matrix product of them). An input comes second in its product.

>>> from autograd import dot, values
>>> w1, w2, b, x1, x2 = values(w1=0.5, w2=-1.0, b=0.25, x1=1.0, x2=2.0)
>>> for neuron in (dot([w1, w2], [x1, x2], b), w1 * x1 + w2 * x2 + b, b + (x1 * w1 + x2 * w2)):
...     print(Scalars([neuron], [x1, x2]))
s0 = dot(w1, w2, x1, x2, b)
s0 = dot(w1, w2, x1, x2, b)
s0 = dot(w1, w2, x1, x2, b)

What no row changes is split off and comes first, to be computed once, not once for each row. Here x2 is no
input; and in the second neuron, its second input is fixed at 1, as where a bias is a weight.

>>> print(Scalars([dot([w1, w2], [x1, x2], b)], [x1]))
s0 = mul(w2, x2)
s1 = add(b, s0)
s2 = mul(w1, x1)
s3 = add(s1, s2)
>>> print(Scalars([dot([w1, w2, b], [x1, 1.0, x2])], [x1, x2]))
s0 = dot(w1, b, x1, x2, w2)

A product of two numbers that both change with the row is no product with a weight, so that it stands apart.

>>> print(Scalars([dot([w1, x1, w2], [x1, x2, x2], b)], [x1, x2]))
s0 = mul(x1, x2)
s1 = add(b, s0)
s2 = dot(w1, w2, x1, x2, s1)

A lookup is recorded as a sum over all elements, of which all but one are 0.

>>> from autograd import take
>>> print(Scalars([take([w1, w2, b], x1)], [x1]))
s0 = take(w1, w2, b, x1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from functools import cache
from itertools import chain, compress, count, filterfalse, repeat
from operator import attrgetter, is_, is_not
from typing import NamedTuple

from autograd.core.row import Row
from autograd.core.value import Value
from autograd.core.walk import as_made, topological
from autograd.program.lowering.blocks import COPY, INPUTS, ONCE, ROWS, TAKE, Space
from autograd.table.primitive import TABLE

ADDITIVE = ("add", "sum", "dot")

# A power with one of these constant exponents is another row, which is cheaper.
POWERS = {2.0: "square", -1.0: "reciprocal"}
FIXED = frozenset({ONCE})  # the storages of what no row changes


Numbers = tuple[int, ...]
Factors = tuple[Numbers, Numbers]  # of products: the first ones, and the second ones


class Taken(NamedTuple):
    """What a row takes apart: operands at some of its places that such rows have made."""

    places: slice
    rows: tuple[str, ...]


TAKEN = {
    "add": Taken(slice(None), (*ADDITIVE, "mul")),
    "sum": Taken(slice(None), ("add", "sum", "mul")),  # a dot is a neuron, not a part of one
    "dot": Taken(slice(-1, None), (*ADDITIVE, "mul")),  # its bias
    "sub": Taken(slice(1), ("sub",)),
}


class Scalar(NamedTuple):
    """One instruction: a row on the results of others; `op` is None for a leaf and for a constant.

    Its node is what was recorded; of a leaf `Scalars.given` knows it, so that all leaves are one instruction.
    """

    op: Row | None
    operands: Numbers
    space: Space
    node: Value | float | None


class Scalars:
    """The instructions of a graph; an instruction's number is its place.

    Parameters
    ----------
    roots : sequence of Value
        What must stay computable: the loss, outputs, both sides of guards.
    inputs : sequence of Value
        The leaves that change from row to row.

    Attributes
    ----------
    list : list of Scalar
        Operands before consumers.
    spaces : list of str
        Where each instruction's number lives.
    given : tuple of Value
        The inputs, by column, and the other leaves, as these were made: what the first instructions are.
    inputs, leaves : range
        The instructions of the ones and of the others.
    """

    def __init__(self, roots: Sequence[Value], inputs: Sequence[Value]) -> None:
        order, given = topological(*roots), set(inputs)
        rows = list(map(attrgetter("_op"), order))
        leaves = as_made(compress(order, map(is_, rows, repeat(None))))
        self.given = (*inputs, *filterfalse(given.__contains__, leaves))
        self.inputs, self.leaves = range(len(inputs)), range(len(inputs), len(self.given))
        self.spaces: list[Space] = [INPUTS] * len(self.inputs) + [ONCE] * len(self.leaves)
        self.list = [Scalar(None, (), INPUTS, None)] * len(self.inputs)
        self.list += [Scalar(None, (), ONCE, None)] * len(self.leaves)
        self._known: dict[tuple[object, ...], int] = {}
        self._spaces_of: dict[Numbers, frozenset[Space]] = {}
        self._number: dict[object, int] = dict(zip(self.given, count(), strict=False))
        computed = {node: node.parents for node in compress(order, map(is_not, rows, repeat(None)))}
        self._parents = computed
        self._lookups, inside = _lookups(computed)
        self._absorbed = _absorbed(computed, roots, _depends(computed, given), self._lookups)
        for node in filterfalse((inside | self._absorbed).__contains__, computed):
            if node not in self._number:
                self._number[node] = self._node(node)

    @property
    def computed(self) -> list[int]:
        """The instructions that compute something."""
        return [k for k in range(len(self.given), len(self.list)) if self.list[k].op]

    def node(self, number: int) -> Value | float | None:
        """Return what was recorded for an instruction."""
        return self.given[number] if number < len(self.given) else self.list[number].node

    def is_constant(self, number: int) -> bool:
        """Whether an instruction holds a plain number."""
        return self.list[number].op is None and isinstance(self.list[number].node, float)

    def __repr__(self) -> str:
        """Write what is computed, a line for each instruction; leaves go by their labels."""
        names: list[str] = []
        lines: list[str] = []
        for number, (op, operands, *_) in enumerate(self.list):
            if op is None:
                node = self.node(number)
                names.append(node.label if isinstance(node, Value) else repr(node))
                continue
            names.append(f"s{len(lines)}")
            lines.append(f"{names[-1]} = {op.name}({', '.join(names[k] for k in operands)})")
        return "\n".join(lines)

    def number(self, operand: Value | float) -> int:
        """Return the instruction that computes a node, or holds a plain number."""
        if not isinstance(operand, Value):
            key = ("constant", float(operand).hex())
            if key not in self._known:
                self._known[key] = self._append(Scalar(None, (), ONCE, float(operand)))
            return self._known[key]
        if operand not in self._number:  # a product that waited for its sum, which did not take it
            self._number[operand] = self._instruction(operand)
        return self._number[operand]

    def numbers(self, operands: Sequence[Value | float]) -> Numbers:
        """Return the instructions that compute several nodes."""
        try:  # all at one go, if all are there
            return tuple(map(self._number.__getitem__, operands))
        except KeyError:
            return tuple(map(self.number, operands))

    def spaces_of(self, numbers: Numbers) -> frozenset[Space]:
        """Return where some numbers live."""
        found = self._spaces_of.get(numbers)
        if found is None:
            found = self._spaces_of[numbers] = frozenset(map(self.spaces.__getitem__, numbers))
        return found

    def _append(self, scalar: Scalar) -> int:
        self.list.append(scalar)
        self.spaces.append(scalar.space)
        return len(self.list) - 1

    def _node(self, node: Value) -> int:
        assert node._op is not None
        if node in self._lookups:
            return self._lookup(node)
        if node._op.name in ADDITIVE:
            return self._sum(node)
        if node._op.name == "sub":
            return self._difference(node)
        return self._instruction(node)

    def _instruction(self, node: Value) -> int:
        assert node._op is not None
        return self._emit(node._op, self.numbers(self._parents[node]), node)

    def _lookup(self, node: Value) -> int:
        """Look an element of a table up, one that is computed or fixed: inputs are computed by copying."""
        elements, index = self._lookups[node]
        numbers = map(self.number, elements)
        table = [self._copy(k) if self.list[k].space == INPUTS else k for k in numbers]
        return self._emit(TAKE, [*table, self.number(index)], node)

    def _emit(self, op: Row, operands: Iterable[int], node: Value | None) -> int:
        """Add an instruction, unless an equal one is there."""
        numbers = tuple(operands)
        if op.name == "pow" and (power := POWERS.get(self._constant(numbers[1], float("nan")))):
            op, numbers = TABLE[power], numbers[:1]
        if op.name == "mul" and 1.0 in (factors := [self._constant(k, 0.0) for k in numbers]):
            return numbers[1 - factors.index(1.0)]
        if op.sequences:
            parts = [numbers[place] for place in places(op, len(numbers))]
            spaces = list(map(self.spaces_of, parts))
            if max(map(len, spaces)) > 1:
                numbers = tuple(chain.from_iterable(map(self._gathered, parts)))
        else:
            spaces = [frozenset(map(self.spaces.__getitem__, numbers))]
        number = self._known.setdefault((op, numbers), len(self.list))
        if number == len(self.list):
            self._append(Scalar(op, numbers, ONCE if all(map(FIXED.issuperset, spaces)) else ROWS, node))
        return number

    def _gathered(self, items: Numbers) -> Numbers:
        """Copy the elements of a sequence to one storage, where they come from several."""
        if len(self.spaces_of(items)) < 2:
            return items
        return tuple(k if self.spaces[k] == ROWS else self._copy(k) for k in items)

    def _copy(self, number: int) -> int:
        key = (COPY, number)
        if key not in self._known:
            self._known[key] = self._append(Scalar(COPY, (number,), ROWS, self.node(number)))
        return self._known[key]

    def _constant(self, number: int, otherwise: float) -> float:
        node = self.list[number].node
        return node if isinstance(node, float) else otherwise

    # Sums and products -------------------------------------------------------------------------------------

    def _difference(self, node: Value) -> int:
        """Take ((a - b) - c) - d as a - (b + c + d)."""
        first, *others = self._parents[node]
        while isinstance(first, Value) and first in self._absorbed:
            first, other = self._parents[first]
            others.append(other)
        total = self._together([self.number(other) for other in reversed(others)], [], None)
        return self._emit(TABLE["sub"], (self.number(first), total), node)

    def _sum(self, node: Value) -> int:
        """Take a sum apart, down through the sums that only it uses, and put it together again."""
        terms, loose = [], []
        dots: list[Factors] = []
        stack: list[Value | float] = [node]
        while stack:
            term = stack.pop()
            if not isinstance(term, Value) or not (term is node or term in self._absorbed):
                terms.append(self.number(term))
                continue
            assert term._op is not None
            if term._op.name == "mul":
                loose.append((term, self._factors(*((x,) for x in self._parents[term]))))
            elif term._op.name == "dot":
                parents = self._parents[term]
                w, x, (b,) = (parents[place] for place in places(term._op, len(parents)))
                dots.append(self._factors(w, x))
                if b != 0.0 or isinstance(b, Value):
                    stack.append(b)
            else:
                stack += reversed(self._parents[term])
        if len(loose) > 1:
            dots.insert(0, _transposed((w[0], x[0]) for _, (w, x) in loose))
        else:
            terms += [self.number(term) for term, _ in loose]
        return self._together(terms, dots, node)

    def _factors(self, w: Sequence[Value | float], x: Sequence[Value | float]) -> Factors:
        """Number factors; of each pair the one that depends on the row comes second."""
        first, second = self.numbers(w), self.numbers(x)
        if ONCE not in self.spaces_of(second):
            return first, second
        space = self.spaces
        return _transposed(
            (b, a) if space[a] != ONCE and space[b] == ONCE else (a, b)
            for a, b in zip(first, second, strict=True)
        )

    def _together(self, terms: list[int], dots: list[Factors], node: Value | None) -> int:
        """Add terms and products, what no row changes first, so that it is computed once; `node` comes out.

        Each of `dots` has the factors of a `dot`, those that change with the row second. For example
        dot([w1, x1, w2], [x1, x2, u], b), whose inputs are x1 and x2, has the term b and three pairs:

        * w2·u is fixed, b is steady: together one number, ``add(b, mul(w2, u))``, computed once;
        * x1·x2 is mixed, both factors change: its product is added to that, for each row;
        * w1·x1 is weighted, a weight times what changes, and comes last: with more pairs it would be a `dot`
          whose bias is all the rest, and so a member of a matrix product.
        """
        if len(terms) < 2 and all(map(self._weighted, dots)):
            return self._chain(terms, dots, node)
        once: list[Factors] = []
        weighted: list[Factors] = []
        mixed: list[Factors] = []
        for factors in dots:
            if self._weighted(factors):
                weighted.append(factors)
                continue
            pairs = list(zip(*factors, strict=True))
            fixed = [pair for pair in pairs if self.spaces[pair[1]] == ONCE]
            units = [w if self._constant(x, 0.0) == 1.0 else x for w, x in fixed if self._unit(w, x)]
            terms = terms + units
            once.append(_transposed(pair for pair in fixed if not self._unit(*pair)))
            varying = [pair for pair in pairs if self.spaces[pair[1]] != ONCE]
            weighted.append(_transposed(pair for pair in varying if self.spaces[pair[0]] == ONCE))
            mixed.append(_transposed(pair for pair in varying if self.spaces[pair[0]] != ONCE))
        changing = [term for term in terms if self.spaces[term] != ONCE]
        steady = [term for term in terms if self.spaces[term] == ONCE]
        products = [factors for factors in (*mixed, *weighted) if factors[0]]
        fixed_products = [factors for factors in once if factors[0]]
        last = None if changing or products else node
        if steady or fixed_products:
            changing = [self._chain(changing, [], None)] if len(changing) > 1 else changing
            changing.append(self._chain(steady, fixed_products, last))
        return changing[0] if last else self._chain(changing, products, node)

    def _weighted(self, factors: Factors) -> bool:
        """Whether all products are of a weight, the same for all rows, and of what changes."""
        return self.spaces_of(factors[0]) == FIXED and ONCE not in self.spaces_of(factors[1])

    def _unit(self, w: int, x: int) -> bool:
        return 1.0 in (self._constant(w, 0.0), self._constant(x, 0.0))

    def _weightless(self, w: int, x: int) -> bool:
        first, second = self.list[w], self.list[x]
        return first.space != ONCE or (second.space == ONCE and None not in (first.op, second.op))

    def _chain(self, terms: list[int], dots: list[Factors], node: Value | None) -> int:
        """Add terms, then the products of each dot to what is there so far; `node` is what comes out.

        b + c + d and the products w·x, v·y become ``s = sum(b, c, d)`` and ``dot(w, v, x, y, s)``; a list of
        one pair becomes a ``mul`` and an ``add``, unless it was recorded as a `dot` without weights, so that
        attention to one key stands beside that to more.
        """
        if len(terms) > 1:
            alike = len({self.list[k].space for k in terms}) == 1
            whole = node is not None and node._op is TABLE["sum"] and not dots and alike
            row = TABLE["sum"] if len(terms) > 2 or whole else TABLE["add"]
            terms = [self._emit(row, terms, None if dots else node)]
        for place, (w, x) in enumerate(dots, start=1):
            made = node if place == len(dots) else None
            if len(w) == 1 and not (made and made._op is TABLE["dot"] and self._weightless(w[0], x[0])):
                product = self._emit(TABLE["mul"], (*w, *x), None if terms else made)
                terms = [self._emit(TABLE["add"], (*terms, product), made) if terms else product]
            else:
                b = terms[0] if terms else self.number(0.0)
                terms = [self._emit(TABLE["dot"], (*w, *x, b), made)]
        return terms[0]


def _transposed(pairs: Iterable[tuple[int, int]]) -> Factors:
    first, second = zip(*pairs, strict=True) if (pairs := list(pairs)) else ((), ())
    return first, second


Computed = dict[Value, tuple["Value | float", ...]]  # nodes and their parents


def _absorbed(
    computed: Computed, roots: Sequence[Value], rows: set[Value], lookups: Container[Value]
) -> set[Value]:
    """Find the nodes that go up in the one sum that uses them; a product waits for that sum's decision.

    Both change with the row, or neither does; a lookup stays what it is, and so does a root.
    """
    found = list[Value]()
    for node, parents in computed.items():
        assert node._op is not None
        taken = TAKEN.get(node._op.name)
        if taken is None or node in lookups:
            continue
        changes = node in rows
        for parent in parents[taken.places]:
            if parent in computed and parent not in lookups and (parent in rows) == changes:
                assert isinstance(parent, Value)
                assert parent._op is not None
                if parent._op.name in taken.rows:
                    found.append(parent)
    uses = Counter(filter(set(found).__contains__, chain(chain.from_iterable(computed.values()), roots)))
    return {node for node in found if uses[node] == 1}


@cache
def places(op: Row, arity: int) -> tuple[slice, ...]:
    """Return where each parameter of a row stands among so many operands."""
    n = (arity - len(op.parameters) + len(op.sequences)) // max(1, len(op.sequences))
    found, start = [], 0
    for parameter in op.parameters:
        end = start + (n if parameter in op.sequences else 1)
        found.append(slice(start, end))
        start = end
    return tuple(found)


Lookup = tuple[tuple[Value | float, ...], Value]


def _lookups(computed: Computed) -> tuple[dict[Value, Lookup], set[Value]]:
    """Find what `autograd.take` recorded: table and index for each sum, and the parts of the sums.

    That is the sum over all places i of ``where(heaviside(0.5 - abs(index - i)), element, 0)``.
    """
    found: dict[Value, Lookup] = {}
    inside: set[Value] = set()
    tests: dict[tuple[Value | float, ...], tuple[Value, list[Value]] | None] = {}
    for node, parents in computed.items():
        if node._op is not TABLE["sum"]:
            continue
        picked = [x for x in parents if isinstance(x, Value) and x._op is TABLE["where"]]
        if len(picked) < len(parents):
            continue
        heres, elements, others = zip(*map(computed.__getitem__, picked), strict=True)
        if heres not in tests:  # one table's columns, such as those of an embedding, have them in common
            tests[heres] = _all_there(heres)
        if (read := tests[heres]) and set(map(type, others)) == {float} and not any(others):
            index, nodes = read
            found[node] = elements, index
            inside.update(picked, nodes)
    return found, inside


def _all_there(heres: Sequence[Value | float]) -> tuple[Value, list[Value]] | None:
    """Read tests of all places of one index, in order: the index, and the nodes that they consist of."""
    known = [read for here in heres if (read := _is_there(here))]
    if [place for _, place, _ in known] != [*range(len(heres))] or len({id(k) for k, *_ in known}) > 1:
        return None
    return known[0][0], [part for *_, nodes in known for part in nodes]


def _is_there(node: Value | float) -> tuple[Value, float, list[Value]] | None:
    """Read ``heaviside(0.5 - abs(index - i))``: index, i, and the nodes that it consists of."""
    nodes: list[Value] = []
    for row, place in (("heaviside", 0), ("sub", 1), ("abs", 0), ("sub", 0)):
        if not isinstance(node, Value) or node._op is not TABLE[row]:
            return None
        nodes.append(node)
        node = node.parents[place]
    half, last = nodes[1].parents[0], nodes[3].parents[1]
    if not isinstance(node, Value) or half != 0.5 or isinstance(last, Value):
        return None
    return node, last, nodes


def _depends(computed: Computed, inputs: set[Value]) -> set[Value]:
    """Return which nodes (for look-up only) depend on the row."""
    rows = set(inputs)
    for node, parents in computed.items():
        if not rows.isdisjoint(parents):
            rows.add(node)
    return rows
