"""From a row's text to the Python functions that run it: on floats, on `Value`s, and recording.

The only module that generates and executes code. A row's functions are printed from the same text: value and
local gradients on the fast kernels; the same with IEEE semantics, for the operands on which those raise; the
function that records a node; local gradients as `Value`s. A parameter `x` has the number `x_`, the partial
`d_x`, and the flag `x_live`: it is a `Value`. The text is registered with `linecache`, so that tracebacks and
debuggers show it. What a formula means, the table says; what lies in which slot, `autograd.core.value`.
"""

from __future__ import annotations

import ast
import linecache
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import compress, dropwhile
from typing import Any, NoReturn

from autograd.core.anomaly import inspect_forward
from autograd.core.modes import modes, recording, state
from autograd.core.real import one, real, unmapped
from autograd.core.row import Row
from autograd.core.value import Value
from autograd.core.walk import times
from autograd.table.kernels import FAST, IEEE, KERNELS
from autograd.table.language import Reader, names


class PythonSource(Reader[str]):
    """Prints a formula as Python on floats: parameters get a trailing underscore, `where` is lazy.

    Examples
    --------
    >>> PythonSource(ieee=False).read("where(out == 0, 0, out * log(x))")
    '(0.0 if (out == 0.0) else (out * log(x_)))'
    """

    def __init__(self, ieee: bool, places: Mapping[str, str] | None = None) -> None:
        self.ieee, self.places = ieee, places or {}

    def number(self, value: float) -> str:
        return repr(float(value))

    def name(self, name: str) -> str:
        known = {"pi": repr(math.pi), "none": "None", **self.places}
        return known.get(name, name if name in ("out", "n", "count", "j") else f"{name}_")

    def item(self, name: str) -> str:
        return f"{name}_j"

    def negative(self, operand: str) -> str:
        return f"(-{operand})"

    def operation(self, symbol: str, left: str, right: str) -> str:
        if symbol == "/" and self.ieee:
            return f"divide({left}, {right})"
        return f"({left} {symbol} {right})"

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> str:
        return f"({self.visit(a)} if {self.visit(condition)} else {self.visit(b)})"

    def call(self, name: str, arguments: list[ast.expr]) -> str:
        if name == "others":
            return "others_j"
        if all(isinstance(argument, ast.Constant) for argument in arguments):
            return repr(IEEE[name](*(float(ast.literal_eval(argument)) for argument in arguments)))
        return super().call(name, arguments)

    def apply(self, name: str, arguments: list[str]) -> str:
        kernel = KERNELS.get(name)
        if kernel and kernel.inline and not self.ieee:
            places = dict(zip(kernel.parameters, arguments, strict=True))
            return PythonSource(ieee=False, places=places).read(kernel.inline)
        return f"{name}({', '.join(arguments)})"


# The functions of a row -------------------------------------------------------------------------------------


def evaluator(row: Row, ieee: bool) -> Callable[..., tuple[float, tuple[Any, ...]]]:
    """Make the function (floats) -> (out, partials) of a row; a list for each sequence parameter.

    The fast one raises ArithmeticError or ValueError where the arithmetic does, and where the row is
    undefined; the IEEE one never raises.
    """
    lines = [*([] if ieee else check(row)), *formulas(row, PythonSource(ieee))]
    lines.append(f"return out, ({each(row, 'd_{}')})")
    return defined(row, "ieee" if ieee else "fast", numbers(row), lines, IEEE if ieee else FAST)


def predicate(row: Row, text: str) -> Callable[..., bool]:
    """Make the function (floats, out) -> bool that reads a condition on a row's operands, as IEEE has it."""
    lines = [*prelude(row, [text]), f"return {PythonSource(ieee=True).read(text)}"]
    return defined(row, "condition", [*numbers(row), "out=None"], lines, IEEE)


def partials_reader(row: Row, rows: Mapping[str, Any]) -> Callable[..., tuple[Any, ...]]:
    """Make the function (out, operands, wanted) -> partials of a row, on `Value`s.

    A list for each sequence parameter; None where a partial is not wanted. `rows` says what each function
    that a formula calls does with `Value`s.
    """
    lines = [*prelude(row, row.partials), *partials(row, PythonSource(ieee=True), "wanted", row.parameters)]
    lines.append(f"return ({each(row, 'd_{}')})")
    arguments = ["out", *numbers(row), *(f"{p}_wanted" for p in row.parameters)]
    return defined(row, "partials", arguments, lines, {**rows, "others": products})


def recorder(row: Row, known: str = "", reflected: bool = False) -> Callable[..., Any]:
    """Make the function that computes a row and records the node.

    Parameters
    ----------
    row : Row
    known : str
        The parameter that is certain to be a `Value`: the first, in a method. Such a function returns
        NotImplemented for an array, which makes NumPy map it. "" makes the public function.
    reflected : bool
        Take the two operands in reversed order, as ``__rsub__`` does.
    """
    role = "reflected" if reflected else "method" if known else "function"
    arguments = [p + (f"={row.defaults[p]!r}" if p in row.defaults else "") for p in row.parameters]
    # A call without any Value records no node: in a function of one operand, that is certain to be one.
    unsure = [p for p in row.parameters if p != known] if row.sequences or len(row.parameters) > 1 else []
    if row.sequences:
        lines = [*operands_of_sequences(row, row.parameters), *lengths(row)]
        lines.append(f"if not ({live(row)}): return row.plain({', '.join(row.parameters)})")
    else:
        lines = operands(row, known, unsure)
    lines += [*node(row, formulas(row, PythonSource(ieee=False), unsure)), "return node"]
    return defined(row, role, arguments[::-1] if reflected else arguments, lines, SURROUNDINGS | {"row": row})


def recorder_of_many(row: Row) -> Callable[..., list[Any]]:
    """Make the function that records a row over two sequences many times, for one second sequence.

    It takes a sequence of operands for every other parameter, reads the second sequence once, and returns a
    list: what `recorder`'s function would return call by call. The partials of the others must need nothing
    but the second sequence (as in `dot`): then they are the same for all.
    """
    second = row.sequences[1]
    others = [p for p in row.parameters if p != second]
    lines = [
        *operands_of_sequences(row, [second]),
        "nodes, alike, alike_plain = [], None, None",
        f"for {', '.join(others)} in zip({', '.join(f'{p}_each' for p in others)}, strict=True):",
        *indent(operands_of_sequences(row, others) + lengths(row)),
        f"    if not ({live(row)}):",
        f"        nodes.append(row.plain({', '.join(row.parameters)}))",
        "        continue",
        *indent(node(row, formulas(row, PythonSource(ieee=False), row.parameters), loop=True)),
        "    nodes.append(node)",
        "return nodes",
    ]
    arguments = [p if p == second else f"{p}_each" for p in row.parameters]
    return defined(row, "many", arguments, lines, SURROUNDINGS | {"row": row})


def defined(
    row: Row, role: str, arguments: list[str], lines: list[str], names: Mapping[str, Any]
) -> Callable[..., Any]:
    """Print a function of a row and execute the text."""
    name = f"{row.name}_{role}"
    made = compiled(name, function(name, arguments, lines), dict(names))
    made.__doc__ = row.doc
    return made


def compiled(name: str, source: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """Execute generated source that defines `name`, and return the function, visible to tracebacks."""
    filename = f"<autograd row {name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]  # type: ignore[no-any-return]


# Printing: formulas -----------------------------------------------------------------------------------------


def function(name: str, arguments: list[str], lines: list[str]) -> str:
    """Print a function definition."""
    return "\n".join([f"def {name}({', '.join(arguments)}):", *indent(lines), ""])


def indent(lines: Iterable[str]) -> list[str]:
    """Indent lines by one level."""
    return [f"    {line}" for line in lines]


def numbers(row: Row) -> list[str]:
    """List the names of the operands' floats."""
    return [f"{p}_" for p in row.parameters]


def each(row: Row, form: str) -> str:
    """Print the inside of a tuple with something for each parameter."""
    return "".join(f"{form.format(p)}, " for p in row.parameters)


def check(row: Row) -> list[str]:
    """Print the test that keeps a row inside its domain."""
    if not row.undefined:
        return []
    test = PythonSource(ieee=False).read(row.undefined)
    return [*prelude(row, [row.undefined]), f"if {test}: raise ArithmeticError"]


def prelude(row: Row, texts: Iterable[str]) -> list[str]:
    """Print what formulas of a row over sequences mention: their length ``n``, and the ``count`` of ties.

    Examples
    --------
    >>> from autograd import max
    >>> prelude(max, max.partials)
    ['count = float(x_.count(out))']
    """
    mentioned = set().union(*map(names, texts))
    first = f"{row.sequences[0]}_" if row.sequences else ""
    known = {"n": f"n = float(len({first}))", "count": f"count = float({first}.count(out))"}
    return [line for name, line in known.items() if name in mentioned]


def formulas(row: Row, printer: PythonSource, unsure: Collection[str] = ()) -> list[str]:
    """Print the forward and the partials, those of `unsure` parameters only where they are `Value`s."""
    if row.from_callables:
        masks = [f"if not {p}_live: d_{p} = None" for p in unsure]
        return [f"out, ({each(row, 'd_{}')}) = row._fast({', '.join(numbers(row))})", *masks]
    lines = [*prelude(row, [row.forward]), f"out = {printer.read(row.forward)}"]
    lines += [line for line in prelude(row, row.partials) if line not in lines]
    return lines + partials(row, printer, "live", [p for p in unsure if p not in row.sequences])


def partials(row: Row, printer: PythonSource, flag: str, flagged: Collection[str]) -> list[str]:
    """Print the local gradients: of sequences lists; of `flagged` parameters None where the flag is down."""
    lines = []
    for parameter, text in zip(row.parameters, row.partials, strict=True):
        formula, lists = printer.read(text), {}
        if parameter in row.sequences:
            lists = {f"{p}_j": f"{p}_" for p in row.sequences if f"{p}[j]" in text}
            if "others(j)" in text:
                lists["others_j"] = f"others({row.sequences[0]}_)"
            if parameter in flagged:
                lists[f"{parameter}_{flag}_j"] = f"{parameter}_{flag}"
                formula = f"{formula} if {parameter}_{flag}_j else None"
            formula = lists.get(formula) or for_each(formula, lists) or f"[{formula}] * len({parameter}_)"
        elif parameter in flagged and text != "none":
            formula = f"{formula} if {parameter}_{flag} else None"
        lines.append(f"d_{parameter} = {formula}")
    return lines


def for_each(formula: str, lists: dict[str, str]) -> str:
    """Print the list of a formula's results, for the elements of some lists; "" for none.

    Examples
    --------
    >>> for_each("(w_j * x_j)", {"w_j": "w_", "x_j": "x_"})
    '[(w_j * x_j) for w_j, x_j in zip(w_, x_)]'
    """
    items, over = ", ".join(lists), ", ".join(lists.values())
    return f"[{formula} for {items} in {over if len(lists) == 1 else f'zip({over})'}]" if lists else ""


# Printing: operands -----------------------------------------------------------------------------------------


def operands(row: Row, known: str, unsure: list[str]) -> list[str]:
    """Print how operands become floats, and what happens to arrays and to calls without any `Value`."""
    everything = ", ".join(row.parameters)
    refuse = "return unmapped({p})" if known else f"return row.mapped({everything})"
    called = f"elif callable({{p}}): return row.of_functions(row, {everything})"
    lines = [f"{p}_live = {p}.__class__ is Value" for p in unsure]
    if not known:
        anything = live(row) if unsure else f"{everything}.__class__ is Value"
        lines.append(f"if not ({anything}): return row.plain({everything})")
    for p in row.parameters:
        if p not in unsure:
            lines.append(f"{p}_ = {p}._data")
            continue
        lines += [
            f"if {p}_live: {p}_ = {p}._data",
            f"elif {p}.__class__ is float: {p}_ = {p}",
            *([called.format(p=p)] if row.of_functions else []),
            "else:",
            f"    {p}_ = real({p})",
            f"    if {p}_ is None: {refuse.format(p=p)}",
            f"    {p} = {p}_",
        ]
    return lines


def operands_of_sequences(row: Row, parameters: Iterable[str]) -> list[str]:
    """Print how some operands of a row over sequences become floats."""
    lines = []
    for p in parameters:
        if p in row.sequences:
            lines += [
                f"if {p}.__class__ is not list: {p} = listed({p}, row, {p!r})",
                f"if {p} and {p}[0].__class__ is Value:",
                f"    try: {p}_ = [v._data for v in {p}]; {p}_live = True",
                f"    except AttributeError: {p}, {p}_, {p}_live = mixed({p}, row, {p!r})",
                f"elif FLOATS.issuperset(map(type, {p})): {p}_ = {p}; {p}_live = False",
                f"else: {p}, {p}_, {p}_live = mixed({p}, row, {p!r})",
            ]
        else:
            lines.append(f"{p}_live = {p}.__class__ is Value")
            lines.append(f"{p}_ = {p}._data if {p}_live else {p} if {p}.__class__ is float else one({p})")
            lines.append(f"if not {p}_live: {p} = {p}_")
    return lines


def lengths(row: Row) -> list[str]:
    """Print the test that the sequences of a row have one length."""
    first, *others = row.sequences
    if not others:
        return []
    told = ", ".join(f"{p!r}: len({p})" for p in row.sequences)
    return [f"if {' or '.join(f'len({first}) != len({p})' for p in others)}: unequal(row, {{{told}}})"]


def live(row: Row) -> str:
    """Print whether any operand is a `Value`."""
    return " or ".join(f"{p}_live" for p in row.parameters)


# Printing: the node -----------------------------------------------------------------------------------------


def node(row: Row, formulas: list[str], loop: bool = False) -> list[str]:
    """Print the computation, with its way out where the arithmetic raises, and the node that keeps it."""
    floats = each(row, "{}_")
    return [
        "try:",
        *indent([*check(row), *formulas]),
        "except (ArithmeticError, ValueError):",
        f"    out, ({each(row, 'd_{}')}) = row.rescue(({each(row, '{}')}), ({floats}))",
        "node = new(Value)",
        "node._data = out",
        "node._grad = None",
        'node._label = ""',
        "node._op = row",
        *storage(row, loop),
        "node._stamp = state.now",
        "node._mark = None",
        "if state.watching: node = watched(node)",
    ]


def storage(row: Row, loop: bool = False) -> list[str]:
    r"""Print the assignment of operands and partials to the node's slots.

    Of one or two operands each has slots of its own. Of more, the
    `Value`s lie in one tuple and their partials in another; the plain numbers lie in a third, which has None
    in the place of each `Value`.

    Cases without a mixture inside a sequence go first: data, and what may be left out, are all `Value`s or
    all plain numbers. What depends on the data and on a plain bias alone is the same for all nodes of a loop
    over neurons: `alike` keeps it.

    Examples
    --------
    What a neuron's weighted sum becomes, ``dot(w, x, b)`` with the partials ``d_w = x``, ``d_x = w``,
    ``d_b = 1``:

    >>> from autograd import dot, values
    >>> print("\n".join(storage(dot)[1:5]))
    if w_live is True and x_live is True and b_live is True:
        node._a = (*w, *x, b, ); node._da = (*d_w, *d_x, d_b, ); node._b = None
    elif w_live is True and x_live is False and b_live is True:
        node._a = (*w, b, ); node._da = (*d_w, d_b, ); node._b = (None,) * len(w) + (*x, None, )

    It reads data here, so the second case holds. The gradient flows to w1, w2 and b only, along ``_da``;
    where the numbers 10 and 20 belong among the operands is told by ``_b``:

    >>> w1, w2, b = values(w1=0.1, w2=0.2, b=0.3)
    >>> s = dot([w1, w2], [10.0, 20.0], b)
    >>> [v.label for v in s._a], s._da
    (['w1', 'w2', 'b'], (10.0, 20.0, 1.0))
    >>> s._b
    (None, None, 10.0, 20.0, None)
    >>> s.partials
    (10.0, 20.0, None, None, 1.0)

    With a number among the weights, neither holds: the last lines sort each operand by itself.

    >>> s = dot([w1, 0.2], [10.0, 20.0], b)
    >>> [v.label for v in s._a], s._da, s._b
    (['w1', 'b'], (10.0, 1.0), (None, 0.2, 10.0, 20.0, None))
    """
    if not row.sequences and len(row.parameters) <= 2:
        first, *second = row.parameters
        b, db = (second[0], f"d_{second[0]}") if second else ("None", "None")
        return [f"node._a = {first}", f"node._da = d_{first}", f"node._b = {b}", f"node._db = {db}"]
    values, slopes = {p: p for p in row.parameters}, {p: f"d_{p}" for p in row.parameters}
    lines = [f"node._db = {any('none' in names(text) for text in row.partials) or None}"]
    for plain in plain_operands(row):
        own = [p for p in row.parameters if p not in plain]
        a, da = (flat(row, {p: texts[p] for p in own}) for texts in (values, slopes))
        b = numbers_in_place(row, plain) if plain else "None"
        test = " and ".join(f"{p}_live is {p in own}" for p in row.parameters)
        lines.append(f"{'elif' if plain else 'if'} {test}:")
        if loop and plain:
            lines += indent(shared(row, plain, da, b))
            lines.append(f"    node._a = {a}")
        else:
            lines.append(f"    node._a = {a}; node._da = {da}; node._b = {b}")
    lines.append("else:")
    for p in row.parameters:
        if p in row.sequences:
            lines += [
                f"    if {p}_live is True: a_{p} = {p}; b_{p} = (None,) * len({p})",
                f"    elif {p}_live: a_{p}, d_{p}, b_{p} = chosen({p}, d_{p}, {p}_live)",
                f"    else: a_{p} = d_{p} = (); b_{p} = {p}",
            ]
        else:
            sorted_ = f"([{p}], [d_{p}], [None]) if {p}_live else ((), (), [{p}])"
            lines.append(f"    a_{p}, d_{p}, b_{p} = {sorted_}")
    a, da, b = (each(row, f"*{part}_{{}}") for part in "adb")
    return [*lines, f"    node._a = ({a}); node._da = ({da}); node._b = ({b})"]


def plain_operands(row: Row) -> list[list[str]]:
    """List what is often plain while all else is `Value`s: data, a bias that is left out, neither, or both.

    Examples
    --------
    >>> from autograd import dot, logsumexp
    >>> plain_operands(dot), plain_operands(logsumexp)
    ([[], ['x'], ['b'], ['x', 'b']], [[]])
    """
    data, optional = list(row.sequences[1:]), list(row.defaults)
    return [list(plain) for plain in dict.fromkeys(map(tuple, ([], data, optional, data + optional)))]


def numbers_in_place(row: Row, plain: Collection[str]) -> str:
    """Print the tuple of the plain numbers among a node's operands, with None for each `Value`.

    Examples
    --------
    >>> from autograd import dot
    >>> numbers_in_place(dot, ["b"])
    '(None,) * (len(w) + len(x)) + (b, )'
    """
    known = list(dropwhile(lambda p: p in row.sequences and p not in plain, row.parameters))
    before = [f"len({p})" for p in row.parameters if p not in known]
    rest = flat(row, {p: p if p in plain else blank(row, p) for p in known})
    count = before[0] if len(before) == 1 else f"({' + '.join(before)})"
    return f"(None,) * {count} + {rest}" if before else rest


def blank(row: Row, parameter: str) -> str:
    """Print what stands for an operand that is a `Value` among the plain numbers."""
    return f"(None,) * len({parameter})" if parameter in row.sequences else "None"


def shared(row: Row, plain: Collection[str], da: str, b: str) -> list[str]:
    """Print how nodes of one loop share what is the same for all whose plain scalars are the same objects."""
    scalars = [p for p in plain if p not in row.sequences]
    data = row.sequences[1] in plain
    slots, made = ("node._da, node._b", f"{da}, {b}") if data else ("node._b", b)
    alike = "alike_plain" if scalars else "alike"
    test = " or ".join([f"{alike} is None", *(f"{p} is not {p}_alike" for p in scalars)])
    keep = "".join(f"{p}_alike = {p}; " for p in scalars)
    own = [] if data else [f"node._da = {da}"]
    return [*own, f"if {test}: {keep}{alike} = {made}", f"{slots} = {alike}"]


def flat(row: Row, texts: Mapping[str, str]) -> str:
    """Print a flat tuple of what belongs to some parameters; a sequence gives its elements."""
    return "(" + "".join(f"{'*' * (p in row.sequences)}{text}, " for p, text in texts.items()) + ")"


# What generated functions call ------------------------------------------------------------------------------


def listed(items: Iterable[Any], row: Row, parameter: str) -> list[Any]:
    """Make a list of a sequence operand that is no list: a tuple, an array, a generator."""
    try:
        return list(items)
    except TypeError:
        raise TypeError(
            f"{row.name} takes a sequence for {parameter}, got {items!r} of type {type(items).__name__}. "
            f"Put brackets around it: [{parameter}_1, {parameter}_2, ...]."
        ) from None


def mixed(items: Sequence[Any], row: Row, parameter: str) -> tuple[Any, Any, Any]:
    """Read a sequence with plain numbers: the operands, their floats, which are `Value`s (or False)."""
    numbers = [item if item.__class__ is Value else real(item) for item in items]
    live = [number.__class__ is Value for number in numbers]
    if any(number is None for number in numbers):
        raise TypeError(
            f"{row.name} takes a flat sequence for {parameter}, got arrays inside it. Flatten it first."
        )
    floats = [item._data if item.__class__ is Value else item for item in numbers]
    return numbers, floats, live if any(live) else False


def chosen(
    operands: Sequence[Any], partials: Sequence[float], live: list[bool]
) -> tuple[list[Any], list[float], list[Any]]:
    """Split a sequence: its `Value`s, their partials, and the plain numbers, with None for each `Value`."""
    numbers = [None if here else operand for operand, here in zip(operands, live, strict=True)]
    return list(compress(operands, live)), list(compress(partials, live)), numbers


def unequal(row: Row, lengths: dict[str, int]) -> NoReturn:
    """Refuse sequences of different lengths, with both numbers."""
    told = " and ".join(f"len({parameter}) = {length}" for parameter, length in lengths.items())
    raise ValueError(f"{row.name}({', '.join(row.parameters)}) needs sequences of one length, got {told}.")


def watched(node: Value) -> Value:
    """Finish a node while a mode is on anywhere: hunt anomalies, or cut the graph under `no_grad`."""
    if modes.anomaly:
        inspect_forward(node)
    if modes.recording:
        return node
    if modes.told is None:
        return Value(node._data)
    with recording():  # a recording repeats it for every row, without its gradient
        return node.stop_gradient()


def products(x: Sequence[Any]) -> list[Any]:
    """Return, for each j, the product of all elements but the j-th: `kernels.others`, on `Value`s."""
    after: list[Any] = [1.0]
    for item in reversed(x):
        after.append(times(item, after[-1]))
    result, before = [], 1.0
    for j, item in enumerate(x, start=2):
        result.append(times(before, after[-j]))
        before = times(before, item)
    return result


SURROUNDINGS: dict[str, Any] = FAST | {
    "Value": Value, "new": object.__new__, "state": state, "watched": watched,
    "real": real, "one": one, "unmapped": unmapped, "FLOATS": frozenset({float}),
    "listed": listed, "mixed": mixed, "chosen": chosen, "unequal": unequal,
}  # fmt: skip
WORDS = {"out", "n", "count", "j", "pi", "none", "where"}  # what formulas mention beside operands
LOCAL = {"row", "node", "nodes", "alike", "alike_plain", "v"}


def reserved(parameters: Iterable[str]) -> set[str]:
    """Return the names that a row's functions use for something else than the operand of that name.

    Examples
    --------
    >>> {"out", "node", "exp", "x_", "d_x"} <= reserved(["x"])
    True
    """
    forms = (
        "{}_", "{}_j", "{}_live", "{}_wanted", "{}_wanted_j", "{}_each", "{}_alike", "a_{}", "b_{}", "d_{}",
    )  # fmt: skip
    made = {form.format(parameter) for form in forms for parameter in parameters}
    return WORDS | LOCAL | SURROUNDINGS.keys() | made
