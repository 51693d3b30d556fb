"""Finds out how a class wants to be driven, and drives it: build, compute, sweep, read. Knows no derivative.

Names are tried, then what an object holds is looked at. Imports the standard library only.
"""

from __future__ import annotations

import copy
import inspect
import operator
from collections.abc import Callable, Iterator
from typing import Any

NUMBERS = ("data", "value", "v", "val", "x", "num", "number", "primal", "scalar", "_data", "_value", "item")
GRADIENTS = (
    "grad", "gradient", "derivative", "adjoint", "g", "d", "dv", "der", "deriv", "grad_value", "_grad",
    "_gradient", "adj", "bar", "delta",
)  # fmt: skip
METHODS = (
    "backward", "backprop", "backpropagate", "back_propagate", "backpropagation", "back_prop", "reverse",
    "compute_gradients", "compute_grads", "compute_grad", "calculate_gradients", "run_backward",
    "backward_pass", "backwards", "propagate",
)  # fmt: skip
SWEEPS = (*METHODS, "gradients", "get_gradients", "grads", "gradient", "grad", "derive")
LOCAL = ("_backward", "_backprop", "backward_fn", "_grad_fn", "grad_fn", "_reverse")
OPERANDS = (
    "_prev", "_children", "children", "parents", "_parents", "prev", "inputs", "operands", "child_nodes",
    "args", "sources", "backwards",
)  # fmt: skip
TURNED_ON = (
    "requires_grad", "require_grad", "requires_gradient", "needs_grad", "track", "trainable", "grad",
    "is_leaf",
)  # fmt: skip
TAPES = ("tape", "graph", "context", "ctx", "g")
BINARY = {"add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "pow": "pow"}
UNARY = {"neg": "neg", "abs": "abs"}
Node = Any
RETURNED: tuple[Callable[[Any, Node], Any], ...] = (  # how gradients may lie in what a sweep returns
    lambda told, node: told[node],
    lambda told, node: told.get(node),
    lambda told, node: told.wrt(node),
    lambda told, node: told[id(node)],
    lambda told, node: told[node.index],
    lambda told, node: told[node.id],
    lambda told, node: told[node.name],
)


class TimeUp(BaseException):
    """An experiment took too long. Not an Exception, so that most code lets it through."""


class UndrivenError(Exception):
    """The class cannot be driven, and why."""


class Interface:
    """How one class is driven.

    Parameters
    ----------
    cls : type
    names : dict
        What the file defines, for functions beside the class.
    aliases : dict of str to list of str
        For each operation, what a method or function of it may be called.
    how : dict, optional
        What was found out before, by the same class in another process.
    """

    def __init__(
        self,
        cls: type,
        names: dict[str, Any],
        aliases: dict[str, list[str]],
        how: dict[str, Any] | None = None,
    ) -> None:
        self.cls, self.names, self.aliases = cls, names, aliases
        self.tape: Any = None
        self.tapes: type | None = None
        self.extra: dict[str, Any] = {}
        self.leading = 0  # how many arguments stand before the number
        self.sweep_name = self.grad_name = ""
        self.by_function = self.by_local = self.seeded = self.by_tape = self.pulled = False
        self.number_name = self._number_name(self._constructed(1.734375))
        if how:
            vars(self).update(how)
        else:
            self._find_sweep()

    # Building and reading -----------------------------------------------------------------------------------

    def _constructed(self, x: float) -> Node:
        """Build a node the first time, and note what its constructor wants."""
        try:
            parameters = list(inspect.signature(self.cls).parameters.values())
        except (TypeError, ValueError):
            parameters = []
        for parameter in parameters:
            if parameter.name in TURNED_ON and parameter.default is False:
                self.extra[parameter.name] = True
        required = [
            p
            for p in parameters
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        if required and required[0].name.strip("_").lower() in TAPES and len(required) > 1:
            self.tapes = self._tape_class()
            self.leading = 1
        return self.leaf(x)

    def _tape_class(self) -> type:
        for name, found in self.names.items():
            if isinstance(found, type) and any(word in name.lower() for word in ("tape", "graph", "context")):
                return found
        raise UndrivenError("its constructor wants a tape, and no class of that name is defined")

    def fresh(self) -> None:
        """Begin a new program."""
        self.tape = self.tapes() if self.tapes else None
        tape = self.names.get("tape", self.names.get("TAPE"))
        if self.by_tape and tape is not None:
            self.tape = tape

    def leaf(self, x: float) -> Node:
        """Build a leaf."""
        if self.leading:
            if self.tape is None:
                self.fresh()
            return self.cls(self.tape, x, **self.extra)
        return self.cls(x, **self.extra)

    def _number_name(self, node: Node) -> str:
        x = 1.734375
        names = [*NUMBERS, *(name for name in _attributes(node) if name not in NUMBERS)]
        for exact in (True, False):
            for name in names:
                found = self._read(node, name)
                if found is not None and (found == x if exact else abs(found - x) < 1):
                    return name
        found = plain(node)
        if found is not None and abs(found - x) < 1:
            return ""
        raise UndrivenError("no attribute of a new object holds its number")

    def _read(self, node: Node, name: str) -> float | None:
        try:
            found = getattr(node, name)
        except Exception:  # a property that does not want to be read yet
            return None
        if callable(found) and inspect.ismethod(found):
            try:
                found = found()
            except Exception:  # a method of that name which wants arguments
                return None
        return self.number(found)

    def number(self, found: Any) -> float | None:
        """Return what was found as a float; None where it is no number."""
        inner = plain(found)
        if inner is None and isinstance(found, self.cls):
            inner = plain(getattr(found, self.number_name, None))
        return inner

    def value(self, node: Node) -> float | None:
        """Return the number of a node."""
        return (
            self._read(node, self.number_name)
            if self.number_name and not isinstance(node, int | float)
            else plain(node)
        )

    def gradient(self, node: Node, told: Any = None) -> float | None:
        """Return the gradient of a node; `told` is what the sweep returned, where it returns gradients."""
        if self.pulled:
            return self.number(getattr(node, self.sweep_name)())
        if self.grad_name:
            return self._read(node, self.grad_name)
        for read in RETURNED:
            try:
                found = self.number(read(told, node))
            except Exception:  # it is kept in another way
                continue
            if found is not None:
                return found
        return None

    def start(self, node: Node) -> Any:
        """Return what the gradient of a new node holds, to be set back to."""
        return _copied(getattr(node, self.grad_name, None)) if self.grad_name else None

    def reset(self, node: Node, start: Any) -> None:
        """Set the gradient of a node back by hand to what a new one has."""
        if self.grad_name:
            setattr(node, self.grad_name, _copied(start))  # some change what is there in place
            if self.number(getattr(node, self.grad_name)) != self.number(start):
                raise UndrivenError("its gradients cannot be set back by hand")

    # Sweeping -----------------------------------------------------------------------------------------------

    def _find_sweep(self) -> None:
        """Try the names of sweeps on a product; take the first that leaves gradients."""
        failed: list[BaseException] = []
        silent: list[dict[str, Any]] = []
        for setting in self._sweeps():
            vars(self).update(setting)
            try:
                found = self._gradients_of_a_product()
            except TimeUp:  # it is this one, and it does not come to an end
                return
            except (Exception, SystemExit) as error:  # another name may do
                failed.append(error)
                silent.append(setting)
                continue
            if found:
                return
            silent.append(setting)
        if not silent:
            raise UndrivenError(
                "it has no method or function that sweeps backwards (backward, reverse, backprop, ...)"
            )
        vars(self).update(silent[0])
        names = self._gradient_names(self.leaf(1.0))
        if not self.grad_name and not names:
            raise UndrivenError("no attribute of an object was found that could be its gradient")
        self.grad_name = self.grad_name or names[0]

    def _sweeps(self) -> Iterator[dict[str, Any]]:
        """List how a sweep might be run, the usual ways first."""
        none = {
            "by_function": False,
            "by_local": False,
            "by_tape": False,
            "pulled": False,
            "seeded": False,
            "sweep_name": "",
            "grad_name": "",
        }
        methods = [name for name in SWEEPS if callable(getattr(self.cls, name, None))]
        functions = [name for name in SWEEPS if inspect.isfunction(self.names.get(name))]
        tape = self.tapes or type(self.names.get("tape", self.names.get("TAPE")))
        taped = [
            name for name in SWEEPS if tape not in (type(None), list) and callable(getattr(tape, name, None))
        ]
        grads = self._gradient_names(self.leaf(1.0))
        for seeded in (False, True):
            for grad in [*grads, ""]:
                for way, names in (("", methods), ("by_function", functions), ("by_tape", taped)):
                    for name in names:
                        if name != grad and not (seeded and not grad):
                            yield {
                                **none,
                                "sweep_name": name,
                                "grad_name": grad,
                                "seeded": seeded,
                                **({way: True} if way else {}),
                            }
        for name in methods:  # the root is seeded, and each node asks those that use it
            for grad in grads:
                if name != grad:
                    yield {**none, "sweep_name": name, "grad_name": grad, "pulled": True}
        for name in LOCAL:
            if hasattr(self.leaf(1.0), name):
                for grad in grads:
                    yield {**none, "sweep_name": name, "grad_name": grad, "by_local": True}

    def _gradient_names(self, node: Node) -> list[str]:
        held = _attributes(node)
        known = [name for name in GRADIENTS if name in held or hasattr(type(node), name)]
        others = [
            name
            for name in held
            if name not in known
            and name != self.number_name
            and self._read(node, name) in (0.0, None)
            and not name.startswith("__")
        ]
        known = [name for name in known if name != self.number_name and name not in METHODS]
        return [*known, *[name for name in others if "grad" in name or "der" in name]]

    def _gradients_of_a_product(self) -> bool:
        self.fresh()
        a, b = self.leaf(2.5), self.leaf(4.5)
        root = self.apply("mul", [a, b])
        before = [None if self.pulled else self.gradient(x) for x in (a, b)]
        told = self.sweep(root)
        after = [self.gradient(x, told) for x in (a, b)]
        return any(x not in (None, 0.0) and x != y for x, y in zip(after, before, strict=True))

    def sweep(self, root: Node) -> Any:
        """Run the backward sweep of a root; return what it returns."""
        if self.seeded:
            setattr(root, self.grad_name, 1.0)
        if self.pulled:
            setattr(root, self.grad_name, 1.0)
            return None
        if self.by_local:
            setattr(root, self.grad_name, 1.0)
            for node in self._sorted(root):
                local = getattr(node, self.sweep_name)
                if callable(local):
                    local()
            return None
        if self.by_tape:
            return self._called(getattr(self.tape, self.sweep_name), [root])
        if self.by_function:
            return self._called(self.names[self.sweep_name], [root])
        return self._called(getattr(root, self.sweep_name), [])

    def _called(self, function: Callable[..., Any], arguments: list[Any]) -> Any:
        """Call a sweep; what else it requires is the 1 with which it begins."""
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return function(*arguments)
        required = [
            p
            for p in parameters
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        takes = [
            p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)
        ]
        more = [1.0] * max(0, len(required) - len(arguments))
        return function(*([*arguments, *more] if takes else []))

    def _sorted(self, root: Node) -> list[Node]:
        """Return the nodes below a root, each after all that use it: for classes without a sweep."""
        found: list[Node] = []
        seen: set[int] = set()
        stack = [(root, False)]
        while stack:
            node, done = stack.pop()
            if done:
                found.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack += [(operand, False) for operand in self.operands(node) or ()]
        return found[::-1]

    def operands(self, node: Node) -> list[Node] | None:
        """Return the operands that a node has recorded; None where none are found."""
        for name in OPERANDS:
            found = getattr(node, name, None)
            if isinstance(found, list | tuple | set | frozenset):
                pairs = [x[0] if isinstance(x, tuple) and x else x for x in found]
                return [x for x in pairs if self.value(x) is not None and not isinstance(x, int | float)]
        return None

    # Computing ----------------------------------------------------------------------------------------------

    def apply(self, op: str, operands: list[Any]) -> Node:
        """Apply an operation: Python's operator, a method, or a function of the file."""
        how = self.offered(op)
        if how == "operator":
            return getattr(operator, BINARY.get(op) or UNARY[op])(*operands)
        if how.startswith("."):
            return getattr(operands[0], how[1:])(*operands[1:])
        if how:
            return self.names[how](*operands)
        if op in BINARY:
            return getattr(operator, BINARY[op])(*operands)  # its error is the finding
        raise AttributeError(f"{self.cls.__name__} has no {op}")

    def offered(self, op: str) -> str:
        """Return how an operation is called: "operator", ".tanh", "tanh" of the file; "" if it is missing."""
        dunder = BINARY.get(op) or UNARY.get(op)
        if dunder and hasattr(self.cls, f"__{dunder}__"):
            return "operator"
        arity = 2 if op in BINARY else 1
        for name in self.aliases.get(op, [op]):
            method = getattr(self.cls, name, None)
            if callable(method) and _takes(method, arity):
                return f".{name}"
            function = self.names.get(name)
            if inspect.isfunction(function) and _takes(function, arity):
                return name
        return ""

    def reflected(self, op: str) -> bool:
        """Say whether a plain number can stand on the left."""
        return hasattr(self.cls, f"__r{BINARY[op]}__") or self.offered(op) not in ("operator", "")

    def defaults(self, op: str) -> list[float]:
        """Return the numbers that a method takes for operands that are left out."""
        how = self.offered(op)
        if how in ("", "operator"):
            return []
        function = getattr(self.cls, how[1:]) if how.startswith(".") else self.names[how]
        parameters = list(inspect.signature(function).parameters.values())[1:]
        return [
            float(p.default)
            for p in parameters
            if isinstance(p.default, (int, float)) and not isinstance(p.default, bool)
        ]

    @property
    def how(self) -> dict[str, Any]:
        """What was found out about the sweep, for another process."""
        names = ("sweep_name", "grad_name", "by_function", "by_local", "by_tape", "pulled", "seeded")
        return {name: getattr(self, name) for name in names}

    def described(self) -> str:
        """Tell how the class is driven."""
        number = f".{self.number_name}" if self.number_name else "the object as a number"
        gradient = f".{self.grad_name}" if self.grad_name else "the gradients that are returned"
        call = (
            f"{self.sweep_name}(root)"
            if self.by_function
            else f"tape.{self.sweep_name}(root)"
            if self.by_tape
            else f"{self.sweep_name}()"
        )
        if self.pulled:
            return f"reads {number}, sets the root's {gradient} to 1 and calls {call} of each node"
        seed = ", after setting the root's gradient to 1," if self.seeded or self.by_local else ""
        return f"reads {number} and {gradient}, calls{seed} {call}" + (
            " of each node" if self.by_local else ""
        )

    # Looking inside -----------------------------------------------------------------------------------------

    def trace(self, op: str, operands: list[Any]) -> dict[str, Any]:
        """Apply an operation, and tell of which operations of the class it is made.

        ``calls`` lists ``[op, operands, result, method]``: "x0" and "x1" are the operands, "t1", ... was made
        on the way; ``result`` is what came out, and ``recorded`` which operands the node has kept, or None
        where no node keeps them in a way that can be found.
        """
        calls: list[list[Any]] = []
        known = {id(x): f"x{i}" for i, x in enumerate(operands) if not isinstance(x, int | float)}
        alive = list(operands)  # so that no id is used twice

        def told(x: Any) -> Any:
            return known.get(id(x), self.value(x))

        def watched(attribute: str, function: Callable[..., Any]) -> Callable[..., Any]:
            name, reflected = methods[attribute]

            def call(*arguments: Any, **named: Any) -> Any:
                place = len(calls)
                result = function(*arguments, **named)
                if result is NotImplemented or id(result) in known:  # made of others, which are listed
                    return result
                alive.append(result)
                shown = [told(x) for x in arguments[: 2 if name in BINARY else 1]]
                known[id(result)] = f"t{len(known)}"
                calls[place:] = [[name, shown[::-1] if reflected else shown, known[id(result)], attribute]]
                return result

            return call

        methods = {f"__{dunder}__": (name, False) for name, dunder in (BINARY | UNARY).items()}
        methods |= {f"__r{dunder}__": (name, True) for name, dunder in BINARY.items()}
        methods |= {alias: (name, False) for name, aliases in self.aliases.items() for alias in aliases}
        found = [
            (owner, attribute, function)
            for owner in self.cls.__mro__[:-1]
            for attribute, function in list(vars(owner).items())
            if attribute in methods and inspect.isfunction(function)
        ]
        functions = {x: self.names[x] for x in methods if inspect.isfunction(self.names.get(x))}
        try:
            for owner, attribute, function in found:
                setattr(owner, attribute, watched(attribute, function))
            self.names.update({name: watched(name, function) for name, function in functions.items()})
            result = self.apply(op, operands)
        finally:
            for owner, attribute, function in found:
                setattr(owner, attribute, function)
            self.names.update(functions)
        kept = self.operands(result)
        recorded = [x for x in (known.get(id(node)) for node in kept or ()) if x]
        return {
            "calls": calls,
            "result": known.get(id(result), ""),
            "recorded": None if kept is None else recorded,
        }


def _copied(found: Any) -> Any:
    try:
        return copy.deepcopy(found)
    except Exception as error:
        raise UndrivenError("its gradients cannot be set back by hand") from error


def plain(found: Any) -> float | None:
    """Return a number as a float, of NumPy or an array of one element too; None for anything else."""
    if isinstance(found, int | float):
        return float(found)
    if isinstance(found, list | tuple) and len(found) == 1:
        return plain(found[0])
    if hasattr(found, "item") and hasattr(found, "dtype"):
        try:
            return float(found.item())
        except (TypeError, ValueError):
            return None
    return None


def _attributes(node: Node) -> list[str]:
    """List what an object holds: its dictionary, slots and properties."""
    found = list(getattr(node, "__dict__", {}))
    for kind in type(node).__mro__[:-1]:
        slots = vars(kind).get("__slots__", ())
        found += [slots] if isinstance(slots, str) else list(slots)
        found += [name for name, content in vars(kind).items() if isinstance(content, property)]
    return list(dict.fromkeys(found))


def _takes(function: Callable[..., Any], count: int) -> bool:
    """Say whether a function can be called with so many operands."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except (TypeError, ValueError):
        return False
    return True
