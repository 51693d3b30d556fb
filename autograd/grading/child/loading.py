"""Loads what a file defines (imports, functions, classes, constants) and runs nothing else of it.

Libraries that are not there are replaced by stubs, which remember that they were touched: what a stub had a
hand in is never held against anybody. Imports the standard library only.
"""

from __future__ import annotations
import __future__

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import linecache
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

# Calls that a constant may make: nothing is drawn, read, written or trained by them.
HARMLESS = {
    "TypeVar", "NewType", "ParamSpec", "namedtuple", "NamedTuple", "Enum", "auto", "frozenset", "set", "dict",
    "list", "tuple", "float", "int", "str", "bool", "complex", "range", "zip", "map", "enumerate", "len",
    "min",
    "max", "sum", "abs", "round", "sorted", "reversed", "partial", "property", "staticmethod", "classmethod",
    "type", "object", "iter", "next", "defaultdict", "OrderedDict", "deque", "Counter", "count", "field",
    "dataclass", "getattr", "sqrt", "exp", "log", "array", "zeros", "float32", "float64",
    "WeakValueDictionary",
    "WeakSet", "local", "Lock", "getLogger", "itemgetter", "attrgetter", "lru_cache", "cache", "wraps",
    "ContextVar", "Union",
}  # fmt: skip
DEFINITIONS = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass, ast.Delete,
)  # fmt: skip


class Stub(ModuleType):
    """Stands for a library that is missing, and for all that is in it."""

    touched = 0  # how often any stub was used

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        Stub.touched += 1
        found = self.__dict__[name] = Stub(f"{self.__name__}.{name}")
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Leave what is decorated as it is; give the stub for any other call."""
        Stub.touched += 1
        decorates = len(args) == 1 and not kwargs and isinstance(args[0], FunctionType | type)
        return args[0] if decorates else self

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (StubBase,)

    def _same(self, *args: Any) -> Any:
        Stub.touched += 1
        return self

    __getitem__ = __enter__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __truediv__ = __rtruediv__ = __neg__ = __pow__ = __rpow__ = __or__ = __ror__ = __matmul__ = _same

    def __exit__(self, *args: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        Stub.touched += 1
        return iter(())

    def __bool__(self) -> bool:
        Stub.touched += 1
        return True

    def __float__(self) -> float:
        raise TypeError(f"{self.__name__} is not installed here")


class StubBase:
    """The base of a class whose own base is in a library that is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        Stub.touched += 1


class Loaded:
    """What was defined, and what was left out.

    Attributes
    ----------
    names : dict
        The namespace of the file.
    defines : list of type
        The classes of the file itself and of its neighbours, in their order.
    skipped : list of str
        The names whose line was not run.
    problems : list of (int, str)
        The lines that were run and raised, with the error.
    stubbed : list of str
        The libraries that are missing.
    """

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self.defines: list[type] = []
        self.skipped: list[str] = []
        self.problems: list[tuple[int, str]] = []
        self.stubbed: list[str] = []


def load(path: str, run: bool = False) -> Loaded:
    """Load a Python file or a notebook; with `run`, run all of it."""
    loaded, (folder, name) = Loaded(), _place(Path(path))
    sys.meta_path.append(Neighbours(folder, name, path, loaded, run))
    if not path.endswith(".ipynb"):  # through its package, which may import it first
        loaded.names = importlib.import_module(name).__dict__
        return loaded
    module = sys.modules[name] = ModuleType(name)
    loaded.names, problem = module.__dict__, None
    for place, source in _cells(path):
        try:
            Definer(loaded, loaded.names, place, run).define(source)
        except SyntaxError as error:
            problem = problem or error
    if problem is not None and not loaded.defines:
        raise problem
    return loaded


def _place(path: Path) -> tuple[Path, str]:
    """Return the folder from which imports start, and the module's dotted name."""
    folder, parts = path.parent, [path.stem.replace(".", "_")]
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    if len(parts) == 1 and parts[0] in {*sys.modules, *sys.stdlib_module_names}:
        parts[0] += "_graded"
    return folder, ".".join(parts)


def _cells(path: str) -> list[tuple[str, bytes]]:
    """Return the code cells of a notebook, magics left out, each with its place."""
    cells = [cell for cell in json.loads(Path(path).read_bytes())["cells"] if cell.get("cell_type") == "code"]
    found = []
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        if not source.lstrip().startswith("%%"):
            lines = ["" if line.lstrip()[:1] in ("%", "!", "?") else line for line in source.split("\n")]
            found.append((f"cell {number}", "\n".join(lines).encode()))
    return found


class Neighbours(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules beside the file, and gives a stub for all that is found nowhere."""

    def __init__(self, folder: Path, name: str, path: str, loaded: Loaded, run: bool) -> None:
        self.folder, self.name, self.path, self.loaded, self.run = folder, name, path, loaded, run

    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module beside the file, or make a stub."""
        if name == self.name:
            return importlib.util.spec_from_file_location(name, self.path, loader=self)
        if name.partition(".")[0] in sys.stdlib_module_names:
            return None
        start = self.folder.joinpath(*name.split("."))
        init, file = start / "__init__.py", start.with_name(f"{start.name}.py")
        if init.is_file():
            return importlib.util.spec_from_file_location(
                name, init, loader=self, submodule_search_locations=[str(start)]
            )
        if file.is_file():
            return importlib.util.spec_from_file_location(name, file, loader=self)
        if start.is_dir():
            spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = [str(start)]
            return spec
        self.loaded.stubbed.append(name)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Make the stub of what has no file."""
        return None if spec.origin else Stub(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run the definitions of a neighbour."""
        if module.__spec__ is not None and module.__spec__.origin:
            place = module.__spec__.origin
            Definer(self.loaded, module.__dict__, place, self.run).define(Path(place).read_bytes())


class Definer:
    """Runs the definitions of one source text, statement by statement.

    Parameters
    ----------
    loaded : Loaded
        Notes what was defined and what was not.
    names : dict
        The namespace.
    place : str
        What a traceback calls the text.
    run : bool
        Run everything.
    """

    def __init__(self, loaded: Loaded, names: dict[str, Any], place: str, run: bool) -> None:
        self.loaded, self.names, self.place, self.run = loaded, names, place, run
        self.flags = 0  # of `from __future__ import ...`, which hold for each statement

    def define(self, source: bytes) -> None:
        """Run a text's definitions."""
        tree = ast.parse(source, self.place)
        text = source.decode(errors="replace")
        linecache.cache[self.place] = (len(text), None, text.splitlines(keepends=True), self.place)
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    self.flags |= getattr(__future__, alias.name).compiler_flag
        self._all(tree.body)

    def _all(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, ast.If) and not self.run:
                self._branch(node)
            elif isinstance(node, ast.Try) and not self.run:
                self._attempt(node)
            elif self.run or self._defines(node):
                self._execute(node)
            else:
                self._skip(node)

    def _skip(self, node: ast.stmt) -> None:
        stored = (x.id for x in ast.walk(node) if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store))
        self.loaded.skipped += stored
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            self.loaded.skipped.append(node.name)

    def _execute(self, node: ast.stmt) -> None:
        code = compile(ast.Module([node], []), self.place, "exec", self.flags, dont_inherit=True)
        try:
            exec(code, self.names)
        except Exception as error:  # the line's own fault; what depends on it will tell
            self.loaded.problems.append((node.lineno, f"{type(error).__name__}: {error}"))
            self._skip(node)
            return
        if isinstance(node, ast.ClassDef) and isinstance(self.names.get(node.name), type):
            self.loaded.defines.append(self.names[node.name])

    def _branch(self, node: ast.If) -> None:
        """Take the branch of an `if` whose condition is harmless; never that of ``__main__``."""
        test = ast.unparse(node.test)
        if "__name__" in test or "TYPE_CHECKING" in test:
            self._all(node.orelse)
        elif not any(isinstance(part, ast.Call) for part in ast.walk(node.test)):
            code = compile(ast.Expression(node.test), self.place, "eval", self.flags, dont_inherit=True)
            try:
                holds = eval(code, self.names)
            except Exception:  # a name that was skipped
                holds = False
            self._all(node.body if holds else node.orelse)

    def _attempt(self, node: ast.Try) -> None:
        """Run a `try` of imports; its handlers, where an import found a stub only."""
        before = len(self.loaded.stubbed)
        self._all(node.body)
        if len(self.loaded.stubbed) > before:
            for handler in node.handlers:
                self._all(handler.body)
        else:
            self._all(node.orelse)
        self._all(node.finalbody)

    def _defines(self, node: ast.stmt) -> bool:
        """Say whether a statement only defines."""
        match node:
            case ast.Assign(value=value) | ast.AugAssign(value=value):
                return self._harmless(value)
            case ast.AnnAssign(value=value):
                return value is None or self._harmless(value)
            case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=arguments)):
                return all(map(self._harmless, arguments))
            case ast.For(iter=iterated, body=body):  # for name in ...: setattr(Value, name, ...)
                return self._harmless(iterated) and all(map(self._defines, body))
        return isinstance(node, DEFINITIONS)

    def _harmless(self, value: ast.expr) -> bool:
        """Say whether a value is a constant, a name, a function, or put together of such."""
        for part in _evaluated(value):
            if isinstance(part, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
                return False
            if isinstance(part, ast.Call) and not self._harmless_call(part):
                return False
        return True

    def _harmless_call(self, call: ast.Call) -> bool:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        called = self.names.get(name)
        if isinstance(called, type) and called.__module__ == self.names["__name__"]:
            return not call.args and not call.keywords  # an object of the file's own, such as `tape = Tape()`
        if isinstance(
            called, FunctionType
        ):  # what makes functions of functions, such as `tanh = op(math.tanh, ...)`
            simple = ast.Name | ast.Lambda | ast.Attribute | ast.Constant
            return all(isinstance(x, simple) for x in call.args) and any(
                isinstance(x, ast.Lambda)
                or (isinstance(x, ast.Attribute) and ast.unparse(x).startswith("math."))
                for x in call.args
            )
        return name in HARMLESS


def _evaluated(value: ast.AST) -> Iterator[ast.AST]:
    """Walk the parts of an expression that are evaluated now: not those inside a lambda."""
    yield value
    if not isinstance(value, ast.Lambda):
        for part in ast.iter_child_nodes(value):
            yield from _evaluated(part)
