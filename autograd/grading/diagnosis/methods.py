"""Where the methods of a class stand, and what their text shows; runs nothing and decides nothing."""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from autograd.grading.ladder.student import ARITHMETIC, aliases

DUNDERS = {op: {"div": "truediv"}.get(op, op) for op in (*ARITHMETIC, "neg", "abs")}


@dataclass(frozen=True)
class Methods:
    """The methods and functions of a file, by name, each with its first line, its text and its cell."""

    found: Mapping[str, tuple[int, str, str]]

    def name(self, op: str, left: bool = False) -> str:
        """Return the method of an operation, or of a number on its left; "" if it is not found."""
        dunder = DUNDERS.get(op)
        names = [f"__r{dunder}__"] if left else []
        names += [f"__{dunder}__"] if dunder else []
        return next((x for x in [*names, op, *aliases().get(op, [])] if x in self.found), "")

    def line(self, op: str, left: bool = False) -> int | None:
        """Return the line on which the method of an operation starts."""
        return self.line_of(self.name(op, left))

    def line_of(self, name: str) -> int | None:
        """Return the line on which a method starts."""
        return self.found[name][0] if name in self.found else None

    def cell(self, line: int | None) -> str:
        """Return the cell of a notebook in which a method starts on a line; "" for a file."""
        return next((cell for first, _, cell in self.found.values() if first == line), "")

    def operation(self, line: int | None) -> str:
        """Return the operation in whose method a line stands; "" if it is in none."""
        if line is None:
            return ""
        for name, (first, text, _) in self.found.items():
            if first <= line < first + len(text.splitlines()):
                for op in aliases():
                    if name in (op, f"__{DUNDERS.get(op)}__", f"__r{DUNDERS.get(op)}__", *aliases()[op]):
                        return op
        return ""

    @cached_property
    def _trees(self) -> dict[str, ast.AST]:
        found: dict[str, ast.AST] = {}
        for name, (_, text, _) in self.found.items():
            try:
                found[name] = ast.parse(textwrap.dedent(text))
            except SyntaxError:  # a lambda in the middle of a line
                continue
        return found

    def gradient_read(self, op: str, gradient: str) -> str:
        """Return whose gradient the rule of an operation reads, where that is an operand's; else ""."""
        tree = self._trees.get(self.name(op))
        if tree is None or not gradient:
            return ""
        parameters = {
            argument.arg
            for node in ast.walk(tree)
            if isinstance(node, ast.arguments)
            for argument in node.args
        }
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Load()):
                    if attribute == gradient and name in parameters:
                        return name
        return ""

    @cached_property
    def _stored(self) -> dict[str, Counter[tuple[str, str]]]:
        return {name: Counter(_stored(tree)) for name, tree in self._trees.items()}

    def stored_elsewhere(self, op: str) -> bool:
        """Say whether a method stores a function at `self`, where most store it at what they return."""
        own = self.name(op)
        mine = self._stored.get(own, Counter())
        others = sum((stored for name, stored in self._stored.items() if name != own), Counter())
        return any(
            owner == "self"
            and sum(n for (who, what), n in others.items() if what == attribute and who != "self") > 1
            for owner, attribute in mine
        )


def _stored(tree: ast.AST | None) -> Iterator[tuple[str, str]]:
    """List where a method puts functions that it defines: the object's name, and the attribute."""
    if tree is None:
        return
    inner = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=owner), attr=attribute)],
                value=ast.Lambda() | ast.Name() as value,
            ):
                if isinstance(value, ast.Lambda) or value.id in inner:
                    yield owner, attribute
