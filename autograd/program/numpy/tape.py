"""Three-address code: which array function is called on what, and in which scratch register its result lies.

Knows shapes only as narrow (members × rows) and wide (members × n × rows); no formula and no slot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["number", "array", "mask"]
COPY = "copyto({out}, {0})"


class Term(NamedTuple):
    """A number, an array with a name, or the result of a call, ``%3``, that has no place yet."""

    text: str
    kind: Kind = "array"
    wide: bool = False

    @property
    def virtual(self) -> bool:
        """Whether it is the result of a call."""
        return self.text.startswith("%")


class Call(NamedTuple):
    """A statement with places for the arguments and for ``out``: a virtual term or an array that exists."""

    statement: str
    arguments: tuple[Term, ...]
    out: Term

    @property
    def in_place(self) -> bool:
        """Whether the result may lie where an argument of the same shape lies."""
        return ";" not in self.statement


class Tape:
    """The calls of one block.

    Parameters
    ----------
    register : callable
        (kind, number, wide) -> the name of a scratch array.
    widened : callable
        The name of a narrow array -> the name of the same with an axis for the sequence.
    copied : str
        Where sequences are ragged, what copies a member's number to each of its elements; or "".
    starts : str
        The name of the places where ragged sequences begin; or "".
    """

    def __init__(
        self,
        register: Callable[[Kind, int, bool], str],
        widened: Callable[[str], str],
        copied: str = "",
        starts: str = "",
    ) -> None:
        self.register, self.widened, self.copied, self.starts = register, widened, copied, starts
        self.calls: list[Call] = []
        self._known: dict[tuple[str, tuple[Term, ...]], Term] = {}

    def call(self, statement: str, *arguments: Term, kind: Kind = "array", wide: bool | None = None) -> Term:
        """Add a call, unless an equal one is there, and return its result.

        Parameters
        ----------
        statement : str
            A function's name, or a statement such as ``add.reduce({0}, 1, out={out})``.
        *arguments : Term
        kind : {"array", "mask"}
        wide : bool, optional
            The result's shape; by default that of the widest argument.
        """
        if "{" not in statement:
            statement = function(statement, len(arguments))
        wide = any(argument.wide for argument in arguments) if wide is None else wide
        arguments = self._fitting(arguments, wide)
        key = (statement, arguments)
        if key not in self._known:
            self._known[key] = Term(f"%{len(self._known)}", kind, wide)
            self.calls.append(Call(statement, arguments, self._known[key]))
        return self._known[key]

    def store(self, statement: str, *arguments: Term, out: Term) -> None:
        """Add a call that leaves its result in an array that exists."""
        self.calls.append(Call(statement, self._fitting(arguments, out.wide), out))

    def _fitting(self, arguments: tuple[Term, ...], wide: bool) -> tuple[Term, ...]:
        """Copy narrow arguments of a wide result, to each element that of its member, if need be."""
        if not wide or not self.copied:
            return arguments
        return tuple(
            argument if argument.wide or argument.kind == "number" else self._copied(argument)
            for argument in arguments
        )

    def _copied(self, narrow: Term) -> Term:
        key = (self.copied, (narrow,))
        if key not in self._known:
            self._known[key] = Term(f"%{len(self._known)}", narrow.kind, wide=True)
            self.calls.append(Call(self.copied, (narrow,), self._known[key]))
        return self._known[key]

    def lines(self) -> list[str]:
        """Print the calls, with registers in the places of virtual terms."""
        calls = self._direct()
        last = {argument: place for place, call in enumerate(calls) for argument in call.arguments}
        homes: dict[Term, str] = {}
        numbers: dict[Term, tuple[Kind, int]] = {}
        busy: set[tuple[Kind, int]] = set()
        lines: list[str] = []
        for place, call in enumerate(calls):
            dying = {argument for argument in call.arguments if argument.virtual and last[argument] == place}
            early = {term for term in dying if call.in_place and term.wide == call.out.wide}
            busy -= {numbers[term] for term in early}
            if call.out.virtual:
                kind = call.out.kind
                free = next(k for k in range(len(calls)) if (kind, k) not in busy)
                numbers[call.out] = (kind, free)
                homes[call.out] = self.register(kind, free, call.out.wide)
                busy.add((kind, free))
            names = [self._name(argument, homes, call.out.wide) for argument in call.arguments]
            out = homes.get(call.out, call.out.text)
            lines += call.statement.format(*names, out=out).split("; ")
            busy -= {numbers[term] for term in dying - early}
        return [line for line in lines if not _idle(line)]

    def _direct(self) -> list[Call]:
        """Let a result that is only copied somewhere be written there at once."""
        used = Counter(argument for call in self.calls for argument in call.arguments)
        goal = {
            call.arguments[0]: call.out
            for call in self.calls
            if call.statement == COPY and (copied := call.arguments[0]).virtual
            and used[copied] == 1 and (copied.wide, copied.kind) == (call.out.wide, call.out.kind)
        }  # fmt: skip
        kept = [call for call in self.calls if not (call.statement == COPY and call.arguments[0] in goal)]
        return [call._replace(out=goal.get(call.out, call.out)) for call in kept]

    def _name(self, term: Term, homes: dict[Term, str], wide: bool) -> str:
        name = homes.get(term, term.text)
        fits = not wide or term.wide or term.kind == "number" or self.copied
        return name if fits else self.widened(name)


def function(name: str, arity: int) -> str:
    """Write the statement that calls a function of so many arguments."""
    return f"{name}({', '.join(f'{{{k}}}' for k in range(arity))}, out={{out}})"


def _idle(line: str) -> bool:
    """Whether a line copies an array onto itself."""
    inside = line.removeprefix("copyto(").removesuffix(")").split(", ")
    return line.startswith("copyto(") and len(inside) == 2 and inside[0] == inside[1]
