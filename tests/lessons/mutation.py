"""Does anything fail when a number that the notes print is changed a little?

A claim is the id of a row of the course notes, or of a mistake in them; `notebooks/syllabus.toml` lists its
numbers. Whatever bears the id proves it: a cell of a lesson, a test. Here the proof's code is read for the
places where such a number is *expected*: in an assertion, or in a table that only assertions read. Then the
proof is run once more for each of them, with that one number changed, in a process of its own. An assertion
must fail. Knows no claim, no lesson and no test by name.

``python -m tests.lessons.mutation FILE ...`` lists the numbers of those files that may change unnoticed.
"""

from __future__ import annotations

import ast
import math
import operator
import os
import signal
import sys
import tomllib
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from notebooks.build import FOLDER, Lesson, tagged

ROOT = FOLDER.parent
# Functions that only hold, order or compare numbers: what is expected of them is expected of their arguments.
PASSING = {"abs", "all", "allclose", "any", "approx", "array", "array_equal", "asarray", "close", "dict"}
PASSING |= {"enumerate", "float", "isclose", "list", "near", "round", "set", "sorted", "tuple", "zip"}
ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
SECONDS = 60  # a proof that hangs once it is changed has failed by no assertion


@cache
def claims() -> dict[str, list[float]]:
    """Return the numbers of every row and every mistake of the notes."""
    syllabus = tomllib.loads((FOLDER / "syllabus.toml").read_text("utf-8"))
    found: dict[str, list[float]] = dict(syllabus["others"])
    for lesson in syllabus["lessons"].values():
        found |= lesson["rows"]
        for name, parts in lesson.get("errata", {}).items():
            found[name] = [n for several in parts.values() for n in several]
    return found


def digits(wanted: float) -> int:
    """Count the significant digits that the notes' table prints of a number."""
    mantissa = repr(wanted).lower().split("e")[0].lstrip("-")
    return len(mantissa.replace(".", "").strip("0")) or 1


def same(wanted: float, found: float) -> bool:
    """Tell whether a number is the wanted one, to the digits that the table prints."""
    if isinstance(wanted, int) or wanted == 0:
        return found == wanted
    unit = 10.0 ** (math.floor(math.log10(abs(wanted))) + 1 - digits(wanted))
    return abs(found - wanted) <= max(0.51 * unit if digits(wanted) > 3 else 0, 1e-12 * abs(wanted))


def step(wanted: float) -> float:
    """Return the change that must be noticed.

    What the table prints in ten digits is asserted with rel=1e-8, in fewer digits with rel=1e-4; a whole
    number is exact, and is asserted with pytest's 1e-6 at most. Twice as much must fail.
    """
    if wanted == int(wanted):
        return 2e-6 * (abs(wanted) or 1)
    return 2e-8 * abs(wanted) if digits(wanted) >= 10 else 2e-4 * abs(wanted)


def number(node: ast.AST) -> float | None:
    """Return the number that an expression without names stands for."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=inner) if (value := number(inner)) is not None:
            return -value
        case ast.BinOp(op=op, left=left, right=right) if (
            type(op) in ARITHMETIC and number(left) is not None and number(right) is not None
        ):
            return ARITHMETIC[type(op)](number(left), number(right))
    return None


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls."""
    return ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""


def parameters(mark: ast.Call) -> list[str]:
    """Return the names that a mark `parametrize` gives to a test."""
    names = ast.literal_eval(mark.args[0])
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


@dataclass
class Place:
    """Where a number is expected: the expression, and the assertions that it reaches."""

    node: ast.expr
    value: float
    names: frozenset[str]
    asserts: list[ast.stmt] = field(default_factory=list)


class Expectations:
    """The places in a piece of code where numbers are expected.

    Parameters
    ----------
    code
        The cell or the test.
    around
        The code that binds the names which `code` reads: a module, or nothing.
    """

    def __init__(self, code: ast.AST, around: ast.AST | None = None) -> None:
        self.bindings: dict[str, list[ast.expr | None]] = defaultdict(list)
        self.loads: dict[str, set[ast.Name]] = defaultdict(set)
        self.visited: set[ast.Name] = set()
        self.found: dict[ast.expr, Place] = {}
        self.code = code
        for node in ast.walk(code):
            self._bind(node)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self.loads[node.id].add(node)
            elif called(node) == "print":
                self.visited |= {one for one in ast.walk(node) if isinstance(one, ast.Name)}
        own = set(self.bindings)
        for node in getattr(around, "body", []):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                self._bind(node, but=own)
        for node in ast.walk(code):
            assertion = isinstance(node, ast.Assert)
            if assertion or (isinstance(node, ast.Expr) and called(node.value).startswith("assert_")):
                tests = [node.test] if assertion else node.value.args
                if any(self._computed(test) for test in tests):
                    for test in tests:
                        self._expect(test, node, frozenset())

    def places(self) -> list[Place]:
        """Return the places; a name is no expectation if anything but assertions reads it."""
        return [
            place
            for place in self.found.values()
            if all(self.loads[name] <= self.visited for name in place.names)
        ]

    def _bind(self, node: ast.AST, but: set[str] = frozenset()) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [pair for target in targets for pair in self._pairs(target, value)]
            case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                pairs = list(self._pairs(target, value))
            case ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated):
                pairs = list(self._iterated(target, iterated))
            case ast.AugAssign(target=target):
                pairs = list(self._pairs(target, None))
            case ast.FunctionDef(args=arguments):
                pairs = []
                for mark in node.decorator_list:
                    if called(mark) == "parametrize":
                        names = parameters(mark)
                        target = ast.Tuple([ast.Name(name, ast.Store()) for name in names])
                        one = target.elts[0] if len(names) == 1 else target
                        pairs += self._iterated(one, mark.args[1])
                given = {name for name, _ in pairs}
                pairs += [(one.arg, None) for one in arguments.args if one.arg not in given]
            case _:
                return
        for name, value in pairs:
            if name not in but:
                self.bindings[name].append(value)

    def _pairs(self, target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
        if isinstance(target, ast.Name):
            empty = isinstance(value, ast.List | ast.Dict) and not ast.unparse(value)[1:-1]
            yield target.id, None if empty else value  # to be filled with what is computed
        elif isinstance(target, ast.Tuple | ast.List):
            if called(value) == "param":
                value = ast.Tuple(value.args)
            known = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            for place, one in enumerate(target.elts):
                yield from self._pairs(one, value.elts[place] if known else None)

    def _iterated(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
        match value:
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                for element in elements:
                    yield from self._pairs(target, element)
            case ast.Call(args=arguments) if called(value) == "zip" and isinstance(target, ast.Tuple):
                for one, argument in zip(target.elts, arguments, strict=False):
                    yield from self._iterated(one, argument)
            case ast.Call(args=[inner, *_]) if called(value) == "enumerate" and isinstance(target, ast.Tuple):
                yield from self._iterated(target.elts[1], inner)
            case ast.Call(func=ast.Attribute(value=ast.Dict() as table, attr="items")):
                for key, element in zip(table.keys, table.values, strict=True):
                    yield from self._pairs(target, ast.Tuple([key, element]))
            case ast.Name(id=name) if any(self.bindings[name]):
                self.visited.add(value)
                for bound in self.bindings[name]:
                    yield from self._iterated(target, bound) if bound else ()
            case _:
                yield from self._pairs(target, None)

    def _computed(self, node: ast.AST, known: frozenset[str] = frozenset(PASSING)) -> bool:
        """Tell whether an assertion reads anything but numbers that are written down."""
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and one.id not in known:
                bound, inner = self.bindings[one.id], known | {one.id}
                if not bound or any(value is None or self._computed(value, inner) for value in bound):
                    return True
        return False

    def _expect(self, node: ast.expr, where: ast.stmt, names: frozenset[str]) -> None:
        if (value := number(node)) is not None:
            place = self.found.setdefault(node, Place(node, value, names))
            if where not in place.asserts:
                place.asserts.append(where)
        match node:
            case ast.Compare(left=left, ops=signs, comparators=others):
                operands = [left, *others]
                inner = []
                for sign, a, b in zip(signs, operands, others, strict=False):
                    if isinstance(sign, ast.Eq):
                        inner += [a, b]
                    elif isinstance(sign, ast.Lt | ast.LtE) and called(a) == "abs":
                        inner += [a]  # abs(computed - expected) < tolerance
            case ast.BoolOp(values=inner) | ast.Dict(values=inner):
                pass
            case ast.Tuple(elts=inner) | ast.List(elts=inner) | ast.Set(elts=inner):
                pass
            case ast.UnaryOp(operand=operand) if value is None:
                inner = [operand]
            case ast.BinOp(op=op, left=left, right=right) if value is not None or isinstance(
                op, ast.Add | ast.Sub
            ):
                inner = [left, right]
            case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element) | ast.Starred(value=element):
                inner = [element]
            case ast.IfExp(body=body, orelse=other):
                inner = [body, other]
            case ast.Call(args=arguments, keywords=keywords) if called(node) in PASSING:
                inner = arguments + [one.value for one in keywords if called(node) == "dict"]
            case ast.Subscript(value=ast.Name() as table):
                inner = [table]
            case ast.Name(id=name) if name not in names:
                self.visited.add(node)
                bound = self.bindings[name]
                inner = [] if None in bound else [one for one in bound if one]
                names |= {name}
            case _:
                inner = []
        for one in inner:
            self._expect(one, where, names)


@dataclass
class Proof:
    """A cell or a test that bears the ids of claims."""

    name: str
    claims: list[str]
    code: ast.AST
    around: ast.Module | None = None
    check: bool = False

    def places(self) -> dict[tuple[str, float], list[Place]]:
        """Return, for each claim and each of its numbers that is expected here, where."""
        wanted, found = claims(), Expectations(self.code, self.around).places()
        every = {
            (claim, n): [place for place in found if same(n, place.value)]
            for claim in self.claims
            for n in wanted.get(claim, [])
        }
        return {key: places for key, places in every.items() if places}


@cache
def book(lesson: Lesson) -> Any:
    """Return a lesson's notebook, read once."""
    return lesson.read()


def cells(lesson: Lesson) -> list[Proof]:
    """Return a lesson's cells of code, those that claim nothing, too."""
    return [
        Proof(
            cell["id"],
            [*cell.metadata.get("rows", []), *cell.metadata.get("errata", [])],
            ast.parse(cell.source),
            check=tagged(cell, "check"),
        )
        for cell in book(lesson).cells
        if cell.cell_type == "code"
    ]


def tests(path: Path) -> list[Proof]:
    """Return the tests of a file that bear the mark `row`."""
    around = ast.parse(path.read_text("utf-8"))
    return [
        Proof(node.name, [ast.literal_eval(one) for one in mark.args], node, around)
        for node in around.body
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if ast.unparse(mark).startswith("pytest.mark.row(") and isinstance(mark, ast.Call)
    ]


def proofs() -> dict[Path, list[Proof]]:
    """Return all cells and tests that bear the id of a claim, by file."""
    found = {path: [one for one in cells(Lesson(path)) if one.claims] for path in FOLDER.glob("lessons/*.py")}
    found |= {path: tests(path) for path in (ROOT / "tests").glob("*/test_*.py")}
    return {path: several for path, several in sorted(found.items()) if several}


class Changed:
    """Write another number at a place, for as long as the block lasts."""

    def __init__(self, root: ast.AST, place: Place, value: float) -> None:
        self.new = ast.copy_location(ast.Constant(value), place.node)
        self.where = next(
            (parent, name, index)
            for parent in ast.walk(root)
            for name, child in ast.iter_fields(parent)
            for index, one in enumerate(child if isinstance(child, list) else [child])
            if one is place.node
        )
        self.old = place.node

    def _write(self, node: ast.expr) -> None:
        parent, name, index = self.where
        if isinstance(getattr(parent, name), list):
            getattr(parent, name)[index] = node
        else:
            setattr(parent, name, node)

    def __enter__(self) -> None:
        self._write(self.new)

    def __exit__(self, *_: object) -> None:
        self._write(self.old)


def fails(run: Callable[[], object]) -> bool:
    """Tell whether an assertion fails in `run`, which happens in a process of its own."""
    sys.stdout.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # about threads: the child starts none
        child = os.fork()
    if not child:
        signal.alarm(SECONDS)
        code = 0
        try:
            run()
        except AssertionError:
            code = 1
        except BaseException:
            code = 2
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def noticed(root: ast.AST, place: Place, wanted: float, run: Callable[[], object]) -> bool:
    """Tell whether a proof fails once a number is changed at a place.

    A whole number may be a count or an index, which nothing but another whole number can stand for.
    """
    nudges = [step(wanted), 1] if isinstance(place.value, int) else [step(wanted)]
    for nudge in nudges:
        with Changed(root, place, place.value + nudge):
            if fails(run):
                return True
    return False


def unnoticed_in_lesson(lesson: Lesson) -> list[str]:
    """Run a lesson; return the numbers that its cells expect, and that may be changed unnoticed."""
    os.environ |= {"MPLBACKEND": "agg", "TQDM_DISABLE": "1"}
    os.chdir(FOLDER)
    space: dict[str, Any] = {"__name__": "__main__", "display": print}
    seen: dict[tuple[str, float], bool] = {}
    for cell in cells(lesson):
        assert isinstance(cell.code, ast.Module)
        body, places = cell.code.body, cell.places()
        names = dict(space) if cell.check else space

        def index(node: ast.AST, body: list[ast.stmt] = body) -> int:
            return next(i for i, stmt in enumerate(body) if any(one is node for one in ast.walk(stmt)))

        spans = {}
        for place in {id(one): one for several in places.values() for one in several}.values():
            ends = [index(one) for one in place.asserts]
            called_later = any(isinstance(body[end], ast.FunctionDef) for end in ends)
            spans[id(place)] = index(place.node), len(body) if called_later else max(ends) + 1
        for at, statement in enumerate(body):
            for (claim, wanted), several in places.items():
                seen.setdefault((claim, wanted), False)
                for place in several:
                    first, last = spans[id(place)]
                    if first == at and not seen[claim, wanted]:
                        seen[claim, wanted] = noticed(
                            cell.code, place, wanted, partial(execute, body[first:last], names)
                        )
            execute([statement], names)
    return [
        f"{claim} {wanted} in {lesson.source.stem}" for (claim, wanted), found in seen.items() if not found
    ]


def execute(body: list[ast.stmt], space: dict[str, Any]) -> None:
    """Run statements in a namespace."""
    exec(compile(ast.Module(body, []), "<cell>", "exec"), space)


class Mutating:
    """A plugin of pytest that runs each marked test once more for each number that it expects."""

    def __init__(self, paths: list[Path]) -> None:
        self.proofs = {(path, proof.name): (proof, proof.places()) for path in paths for proof in tests(path)}
        self.seen: dict[tuple[Path, str, float], bool] = {}

    def pytest_runtest_call(self, item: Any) -> None:
        """Change the numbers of a test that is about to run."""
        proof, wanted = self.proofs[item.path, item.originalname]
        for (claim, n), places in wanted.items():
            self.seen[item.path, claim, n] = self.seen.get((item.path, claim, n), False) or any(
                noticed(proof.around, place, n, partial(again, item, proof, place)) for place in places
            )


def again(item: Any, proof: Proof, place: Place) -> None:
    """Run a test with its code as it stands now, and with the tables of its module."""
    assert isinstance(proof.code, ast.FunctionDef) and proof.around is not None
    space = dict(item.module.__dict__)
    tables = [
        one
        for one in proof.around.body
        if isinstance(one, ast.Assign | ast.AnnAssign) and set(names_of(one)) & place.names
    ]
    bare = ast.FunctionDef(**{name: getattr(proof.code, name, None) for name in ast.FunctionDef._fields})
    bare.decorator_list = [
        one for one in bare.decorator_list if not ast.unparse(one).startswith("pytest.mark")
    ]
    execute([*tables, ast.fix_missing_locations(ast.copy_location(bare, proof.code))], space)
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
    for mark in proof.code.decorator_list:
        if called(mark) == "parametrize":
            assert isinstance(mark, ast.Call)
            names = parameters(mark)
            table = ast.Assign([ast.Name("table", ast.Store())], mark.args[1])
            execute([ast.fix_missing_locations(ast.copy_location(table, mark))], space)
            one = list(space["table"])[item.callspec.indices[names[0]]]
            one = getattr(one, "values", [one] if len(names) == 1 else one)
            arguments |= zip(names, one, strict=True)
    space[proof.name](**arguments)


def names_of(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    """Return the names that a statement binds."""
    return [
        one.id for one in ast.walk(statement) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    ]


def unnoticed_in_tests(paths: list[Path]) -> list[str]:
    """Run tests of some files; return the numbers that they expect, and that may be changed unnoticed."""
    import pytest

    plugin = Mutating(paths)
    marked = [f"{path}::{name}" for path, name in plugin.proofs]
    if marked and pytest.main(["-q", "-x", "-p", "no:cacheprovider", *marked], plugins=[plugin]):
        raise SystemExit("a test fails as it stands")
    return [f"{claim} {n} in {path.stem}" for (path, claim, n), seen in plugin.seen.items() if not seen]


def main(names: list[str]) -> int:
    """Print the numbers that may be changed unnoticed, one a line; return how many there are."""
    paths = [Path(name).resolve() for name in names]
    sources = [path for path in paths if path.is_relative_to(FOLDER)]
    with redirect_stdout(sys.stderr):
        found = unnoticed_in_tests([path for path in paths if path not in sources])
        for path in sources:
            found += unnoticed_in_lesson(Lesson(path))
    print(*found, sep="\n")
    return len(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
