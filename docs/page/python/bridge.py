"""Answers the page: a question as JSON in, an answer as JSON out; runs in the page's Python, and natively.

It reads expressions and numbers as the command line does, runs programs, and asks `autograd` and `viz` for
all that is shown. It knows no browser and draws nothing of its own; `print` is what the worker gives it.
"""

import ast
import io
import json
import linecache
import math
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from itertools import islice
from pkgutil import get_data
from typing import Any

from autograd import (
    TABLE,
    AdvisedError,
    AutogradError,
    ExpressionError,
    Graph,
    StaleGraphError,
    Value,
    backward_steps,
    explain,
    expression,
    practice,
)
from autograd.graph.names import Names
from autograd.text.numbers import addition, counted, number, product, whole
from autograd.text.symbols import NOTATIONS
from viz.cards.exercise import exercise
from viz.cards.solution import solution
from viz.command.typed import UsageError, constant, name_result, remarks, uses, with_gradients
from viz.drawing.figure import FORMATS, Figure
from viz.drawing.render import TIMEOUT
from viz.figures.graph import graph, graph_drawing
from viz.figures.names import names_of
from viz.figures.paths import paths
from viz.figures.size import PATH_NODES
from viz.player.walkthrough import walkthrough
from viz.sheets import html
from viz.sheets.worksheet import worksheet

PROGRAM = "your program"  # what tracebacks call it
USUAL = (2.0, 3.0, 5.0, 0.5, -1.0, 4.0)  # numbers for variables that nobody gave one, in turn
INSIDE = 0.5  # where those are outside a function's domain
LISTED = 60  # leaves with a slider, rows of a list
PATHS = 12
MOST = 4000  # nodes: larger graphs take their time, and deeper chains may not fit on the stack of WebAssembly
WORDS: dict[str, str] = json.loads(get_data(__name__, "words.json") or "{}")


def say(key: str, **values: Any) -> str:
    """Return a sentence of the page's table."""
    return WORDS[key].format(**values)


@dataclass
class Shown:
    """What the page shows: a result, its leaves, and the names that a program gave."""

    kind: str
    text: str
    root: Value
    leaves: dict[str, Value]
    given: dict[str, str]
    results: tuple[str, ...] = ()
    names: dict[str, Any] | None = None
    remarks: list[str] = field(default_factory=list)


_shown: Shown | None = None


def answer(question: str, write: Callable[[str], None] = lambda text: None) -> str:
    """Return the answer to a question: of one with ``"error"``, that is why there is no other.

    Parameters
    ----------
    question : str
        A JSON object; ``"do"`` says what is asked.
    write : callable
        Is given what a program prints, as it prints it.
    """
    asked = json.loads(question)
    try:
        found = ASKED[asked["do"]](asked, write)
    except (UsageError, ExpressionError) as error:
        found = {"error": str(error)}
    except AdvisedError as error:
        found = {"error": f"{error.reason} {say('smaller')}" if error.advice else error.reason}
    except AutogradError as error:
        found = {"error": str(error)}
    except RecursionError:
        found = {"error": say("too_deep", smaller=say("smaller"))}
    return json.dumps(found, ensure_ascii=False, allow_nan=False)


def rehearse(number: int) -> None:
    """Draw an expression that nobody sees, another one for each number: the next drawing is faster."""
    json.dumps(_drawn(_computed(f"J = tanh({number}*a + b*c) + a", {}, None), {"pane": "graph"}))


# What was typed ---------------------------------------------------------------------------------------------


def _draw(asked: Mapping[str, Any], write: Callable[[str], None]) -> dict[str, Any]:
    """Compute what was typed with the numbers given, and draw one pane of it."""
    global _shown
    kind, text = asked["kind"], asked["text"]
    given = dict(asked.get("numbers", {}))
    again = _shown is not None and (_shown.kind, _shown.text) == (kind, text) and not asked.get("run")
    if kind == "expression":
        _shown = _computed(text, given, asked.get("of"))
    else:
        if not again:
            _shown = _run(text, write)
        assert _shown is not None
        _replayed(_shown, given)
    if _shown is None:
        raise UsageError(say("nothing"))
    return _drawn(_shown, asked)


def _drawn(shown: Shown, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Answer with all numbers of what is shown, and one pane of it."""
    wanted = _wanted(shown, asked.get("wrt"))
    swept = with_gradients(shown.root)
    names = names_of(swept, shown.names, _notation(asked))
    notes = [*shown.remarks, *remarks(swept, names, say("where", pane=say("pane_explain")))]
    return {
        "root": {"name": names.root, "value": _plain(shown.root.data), "shown": number(shown.root.data)},
        "results": shown.results,
        "leaves": list(islice(_leaves(shown, swept, names), LISTED)),
        "hidden": max(0, len(shown.leaves) - LISTED),
        "given": shown.given,
        "wrt": wanted,
        "size": f"{counted(len(swept.nodes), 'node')}, {counted(len(swept.edges), 'edge')}",
        "notes": notes,
        "nudge": _nudged(shown, swept, names, wanted, asked.get("nudge")),
        "pane": {"name": asked["pane"], **PANES[asked["pane"]](shown, swept, names, wanted, asked)},
    }


def _notation(asked: Mapping[str, Any]) -> str:
    found = asked.get("notation", "leibniz")
    return found if found in NOTATIONS else "leibniz"


def _computed(text: str, given: Mapping[str, str], of: str | None) -> Shown:
    """Return the result of an expression; variables without a number get one at which it is defined."""
    read = expression(text)
    usual = {name: USUAL[i % len(USUAL)] for i, name in enumerate(read.variables)}
    known = {name: constant(name, given[name]) for name in read.variables if name in given}
    try:
        computed = read(**(usual | known))
    except ExpressionError:
        if usual.keys() <= known.keys():
            raise
        usual = dict.fromkeys(usual, INSIDE)
        computed = read(**(usual | known))
    name_result(computed, computed.outputs)
    roots = {root.label: root for root in computed.outputs if root.op is not None}
    root = roots.get(of or "", computed.outputs[-1])
    swept = Graph(root)
    leaves = {name: leaf for name, leaf in computed.leaves.items() if uses(swept, leaf)}
    used = {name: given.get(name, number(x)) for name, x in usual.items()}
    shown = Shown("expression", text, root, leaves, used, tuple(roots) if len(roots) > 1 else ())
    _replayed(shown, {name: x for name, x in given.items() if name in leaves and name not in usual})
    return shown


def _replayed(shown: Shown, given: Mapping[str, str]) -> None:
    """Compute the result anew for other numbers; where that leaves the reals, everything is as it was."""
    changes = {name: constant(name, given[name]) for name in shown.leaves if name in given}
    before = {name: shown.leaves[name].data for name in changes}
    if changes == before:
        return
    try:
        for name, x in changes.items():
            shown.leaves[name].data = x
        shown.root.forward()
    except BaseException:
        for name, x in before.items():
            shown.leaves[name].data = x
        shown.root.forward()
        raise
    shown.given |= {name: given[name] for name in changes}


class _Printed(io.TextIOBase):
    """Hands on each line as it ends, for the next may never come; up to a length: a page is no file."""

    MOST = 200_000

    def __init__(self, write: Callable[[str], None]) -> None:
        self.out, self.left, self.line = write, self.MOST, ""

    def write(self, text: str) -> int:
        self.line += text[: max(0, self.left)]
        if len(text) > self.left >= 0:
            self.line += f"\n… {say('printed_on')}\n"
            self.left = -1
        self.left -= len(text)
        if "\n" in self.line:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self.line:
            self.out(self.line)
        self.line = ""


def _run(text: str, write: Callable[[str], None]) -> Shown:
    """Run a program; what it says last, or else made last, is drawn."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    linecache.cache[PROGRAM] = (len(text), None, text.splitlines(keepends=True), PROGRAM)
    with redirect_stdout(_Printed(write)) as printed:
        try:
            tree = ast.parse(text, PROGRAM)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, PROGRAM, "exec"), scope)  # the reader's own program, in her own browser
            said = eval(compile(ast.Expression(last.value), PROGRAM, "eval"), scope) if last else None
        except ModuleNotFoundError as error:
            raise UsageError(say("needs_arrays") if error.name == "numpy" else _told(error)) from None
        except (Exception, SystemExit) as error:
            raise UsageError(_told(error)) from None
        finally:
            printed.flush()
    root = said if isinstance(said, Value) else _last(tree, scope)
    if root is None:
        raise UsageError(say("no_value"))
    told = []
    try:
        swept = Graph(root)
    except StaleGraphError:
        root.forward()
        swept = Graph(root)
        told.append(say("stale"))
    if len(swept.nodes) > MOST:
        raise UsageError(say("too_many", steps=whole(len(swept.nodes)), most=whole(MOST)))
    names = names_of(swept, scope, "leibniz")
    leaves = {names[i]: swept.nodes[i].value for i in swept.leaves}
    found = {name: leaf for name, leaf in leaves.items() if leaf is not None}
    given = {name: number(leaf.data) for name, leaf in found.items()}
    return Shown(
        "program", text, root, found, given, (), {k: v for k, v in scope.items() if k[0] != "_"}, told
    )


def _last(tree: ast.Module, scope: Mapping[str, Any]) -> Value | None:
    """Return the Value that a program's last assignments made."""
    assigned = (
        node.id
        for statement in reversed(tree.body)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    found = (scope.get(name) for name in assigned)
    return next((x for x in found if isinstance(x, Value) and x.op is not None), None)


def _told(error: BaseException) -> str:
    """Return a traceback as its writer needs it: her own lines, and what happened."""
    whole = traceback.TracebackException.from_exception(error)
    if isinstance(error, SyntaxError) and error.filename == PROGRAM:
        return "".join(whole.format_exception_only()).strip().replace(f'File "{PROGRAM}", line', say("line"))
    whole.stack = traceback.StackSummary.from_list([x for x in whole.stack if x.filename == PROGRAM])
    whole.__cause__ = whole.__context__ = None
    lines = "".join(whole.stack.format()).replace(f'File "{PROGRAM}", line', say("line"))
    return f"{lines}{''.join(whole.format_exception_only())}".rstrip()


# What is answered -------------------------------------------------------------------------------------------


def _wanted(shown: Shown, wrt: str | None) -> str:
    """Return the leaf that is asked about: the one named, or the first."""
    return wrt if wrt in shown.leaves else next(iter(shown.leaves), "")


def _plain(x: float | None) -> float | str | None:
    """Return a number as JSON can hold it."""
    return x if x is None or math.isfinite(x) else str(x)


def _leaves(shown: Shown, swept: Graph, names: Names) -> Iterator[dict[str, Any]]:
    for name, leaf in shown.leaves.items():
        index = swept.index(leaf)
        slope = swept.adjoints[index]
        yield {
            "name": name,
            "label": names[index],
            "id": f"n{index}",
            "value": _plain(leaf.data),
            "shown": number(leaf.data),
            "typed": shown.given.get(name, number(leaf.data)),
            "symbol": names.gradient(index),
            "slope": _plain(slope),
            "gradient": say("no_gradient") if slope is None else number(slope),
        }


def _nudged(shown: Shown, swept: Graph, names: Names, wanted: str, by: str | None) -> dict[str, Any] | None:
    """Say what the gradient predicts for a small step of a leaf, and what really happens."""
    if not by or not wanted:
        return None
    step, leaf, root = constant("nudge", by), shown.leaves[wanted], shown.root
    slope, before, x = swept.adjoint(leaf), root.data, leaf.data
    told = {"leaf": wanted, "by": number(step), "symbol": names.gradient(swept.index(leaf))}
    try:
        leaf.data = x + step
        after = root.forward()
    except AutogradError as error:
        return told | {"error": str(error)}
    finally:
        leaf.data = x
        root.forward()
    predicted = (slope or 0.0) * step
    return told | {
        "slope": number(slope or 0.0),
        "predicted": number(predicted),
        "really": number(after - before),
        "after": number(after),
        "off": number(after - before - predicted),
        "exact": math.isclose(after - before, predicted, rel_tol=1e-6, abs_tol=1e-12),
    }


def _graph_pane(
    shown: Shown, swept: Graph, names: Names, wanted: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    return {"svg": _figure("graph", shown, swept, wanted, asked).svg}


def _paths_pane(
    shown: Shown, swept: Graph, names: Names, wanted: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    leaf = shown.leaves[wanted]
    found = swept.paths(leaf)
    symbol = names.gradient(swept.index(leaf))
    listed = list(islice(found, PATHS))
    whole_graph = len({i for path in listed for i in path.nodes}) <= PATH_NODES  # or it is drawn collapsed
    told = [
        {
            "lit": [f"p{at}", "sum", *(f"n{i}" for i in path.nodes)] if whole_graph else [],
            "chain": " → ".join(_clipped([names[i] for i in path.nodes])),
            "product": f"{product(path.partials)} = {number(path.product)}"
            if len(path.partials) <= 8
            else say("factors", count=len(path.partials), product=number(path.product)),
        }
        for at, path in enumerate(listed, 1)
    ]
    if found.count > len(listed):
        rest = found.count - len(listed)
        total = say("more_paths", total=f"{symbol} = {number(found.total)}", count=whole(rest))
    elif found.count > 1:
        total = f"{symbol} = {addition(path.product for path in listed)} = {number(found.total)}"
    else:
        total = f"{symbol} = {number(found.total)}"
    return {"svg": _figure("paths", shown, swept, wanted, asked).svg, "paths": told, "total": total}


def _explain_pane(
    shown: Shown, swept: Graph, names: Names, wanted: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    return {"text": explain(_called(shown, swept), shown.leaves[wanted]).text}


def _latex_pane(
    shown: Shown, swept: Graph, names: Names, wanted: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    return {"latex": explain(_called(shown, swept), shown.leaves[wanted]).latex}


def _called(shown: Shown, swept: Graph) -> Value | Graph:
    """Return what is explained; a program's variables label its nodes."""
    if shown.names is None:
        return shown.root
    for name, x in shown.names.items():
        if isinstance(x, Value) and not x.label and uses(swept, x):
            x.label = name
    return shown.root


def _steps_pane(
    shown: Shown, swept: Graph, names: Names, wanted: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    return {"html": _figure("steps", shown, swept, wanted, asked).html}


def _table_pane(
    shown: Shown, swept: Graph, names: Names, wanted: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """List the nodes with their numbers, and the rows of the table that computed them."""
    nodes = [
        {
            "name": names[node.index],
            "formula": names.formula(node.index) if node.op is not None else "",
            "value": number(node.data),
            "symbol": names.gradient(node.index),
            "gradient": say("no_gradient")
            if (slope := swept.adjoints[node.index]) is None
            else number(slope),
        }
        for node in swept.nodes
        if not node.constant
    ]
    used = {node.op.name for node in swept.nodes if node.op is not None}
    rows = [
        {
            "name": row.name,
            "call": f"{row.name}({', '.join(row.parameters)})",
            "forward": row.forward,
            "partials": [
                f"∂/∂{p}: {row.identities.get(p) or text}"
                for p, text in zip(row.parameters, row.partials, strict=True)
            ],
            "needs": row.needs,
            "kinks": [f"{kink.at}: {kink.why}" for kink in row.kinks],
            "used": row.name in used,
        }
        for row in TABLE.values()
    ]
    rows.sort(key=lambda row: not row["used"])
    return {"nodes": nodes[:LISTED], "more": max(0, len(nodes) - LISTED), "rows": rows}


def _practice_pane(
    shown: Shown, swept: Graph, names: Names, wanted: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Ask one of endlessly many questions, as a card: its kind, its number and its level say which.

    A level has as many blanks as a solution of that level, and every second one larger graphs.
    """
    kind, number_, level = _practised_place(asked)
    said = {"kinds": {key: one.says for key, one in practice.KINDS.items()}, "levels": practice.LEVELS}
    if kind == "own":
        try:
            return said | {"html": solution(swept, level, names=shown.names, notation=_notation(asked)).html}
        except AdvisedError as error:
            return said | {"html": "", "told": error.reason}
    question = _practised(kind, number_, level)
    if kind == "whole":
        return said | {"html": solution(question.graph, level).html}
    return said | {"html": exercise(practice.faded(question, level)).html}


def _practised_place(asked: Mapping[str, Any]) -> tuple[str, int, int]:
    """Read the kind, the number and the level from the link."""
    kind, number_, level = (asked.get("practice") or "whole.1.1").split(".")
    return kind, int(number_), max(1, min(max(practice.LEVELS), int(level)))


def _practised(kind: str, number_: int, level: int) -> practice.Question:
    """Draw a question; of whole solutions, for its graph alone."""
    kinds = [*practice.KINDS]
    drawn = "gradient" if kind == "whole" else kinds[(number_ - 1) % len(kinds)]
    return practice.question(kind if kind in kinds else drawn, number_, (level + 1) // 2)


def _ladder(asked: Mapping[str, Any], write: Callable[[str], None]) -> dict[str, Any]:
    """Say where a learner stands who has done something with a question: its first mark counts."""
    ladder, mark = practice.Ladder(**asked["ladder"]), asked["mark"]
    if mark == "read":
        found, said = ladder.read()
    else:
        found, said = ladder.after(mark == "right", helped=mark not in ("right", "wrong"))
    return {"ladder": found.data(), "said": said}


PANES: dict[str, Callable[..., dict[str, Any]]] = {
    "graph": _graph_pane,
    "paths": _paths_pane,
    "explain": _explain_pane,
    "steps": _steps_pane,
    "latex": _latex_pane,
    "table": _table_pane,
    "practice": _practice_pane,
}


def _figure(pane: str, shown: Shown, swept: Graph, wanted: str, asked: Mapping[str, Any]) -> Figure:
    """Return the picture of a pane."""
    look = {
        "names": shown.names,
        "notation": _notation(asked),
        **({"direction": asked["direction"]} if asked.get("direction") else {}),
    }
    if pane == "paths":
        return paths(swept, shown.leaves[wanted], **look)
    if pane == "steps":
        guess = asked.get("guess", "show")
        title = "; ".join(line.strip() for line in shown.text.splitlines() if line.strip())
        return walkthrough(
            swept,
            guess=False if guess == "show" else guess,
            title=title if shown.kind == "expression" else "",
            **look,
        )
    return graph(swept, **look)


def _clipped(names: list[str]) -> list[str]:
    return names if len(names) <= 12 else [*names[:6], say("more_names", count=len(names) - 10), *names[-4:]]


def _inspect(asked: Mapping[str, Any], write: Callable[[str], None]) -> dict[str, Any]:
    """Say what a node or an edge is, and which of the picture's parts its paths are made of."""
    if _shown is None:
        raise UsageError(say("nothing"))
    swept = with_gradients(_shown.root)
    names = names_of(swept, _shown.names, _notation(asked))
    place = int(asked["id"][1:])
    steps = [step for step in backward_steps(swept) if step.edge is not None]
    if asked["id"][0] == "e":
        edge = swept.edges[place]
        found = [step for step in steps if step.edge == edge]
        local = say("no_flow") if edge.partial is None else f"{names.local(edge)} = {number(edge.partial)}"
        rule = found[0].rule if found else ""
        return {
            "title": f"{names[edge.target]} → {names[edge.source]}",
            "lines": [local if not rule or edge.partial is None else f"{rule} = {number(edge.partial)}"]
            if not rule.endswith(f"= {number(edge.partial or 0.0)}")
            else [rule],
            "share": [f"{step.formula}: {step.sentence(names)}" for step in found],
            "lit": [*_above(swept, edge.target), asked["id"], f"n{edge.source}"],
        }
    node = swept.nodes[place]
    if node.constant:
        return {
            "title": number(node.data),
            "lines": [say("plain_number")],
            "share": [],
            "lit": [],
        }
    said = names.formula(place) if node.op is not None else ""
    count = swept.paths(node).count
    leads = (
        say(
            "over",
            gradient=f"{names.gradient(place)} = {number(swept.adjoints[place])}",
            paths=counted(count, "path"),
        )
        if swept.adjoints[place] is not None
        else f"{names.gradient(place)}: {say('no_gradient')}"
    )
    return {
        "title": f"{names[place]} = {said} = {number(node.data)}"
        if said and said != names[place]
        else f"{names[place]} = {number(node.data)}",
        "lines": [leads],
        "share": [step.sentence(names) for step in steps if step.node == place],
        "lit": _above(swept, place),
        "leaf": next((name for name, leaf in _shown.leaves.items() if leaf is node.value), None),
    }


def _above(swept: Graph, place: int) -> list[str]:
    """Return the nodes and edges on the ways from the root to a node."""
    reached, lit = {place}, [f"n{place}"]
    waiting = [place]
    numbered = {edge: i for i, edge in enumerate(swept.edges)}
    while waiting:
        for edge in swept.consumers[waiting.pop()]:
            lit.append(f"e{numbered[edge]}")
            if edge.target not in reached:
                reached.add(edge.target)
                lit.append(f"n{edge.target}")
                waiting.append(edge.target)
    return lit


def _save(asked: Mapping[str, Any], write: Callable[[str], None]) -> dict[str, Any]:
    """Return the picture of a pane as a file."""
    if _shown is None:
        raise UsageError(say("nothing"))
    swept = with_gradients(_shown.root)
    wanted = _wanted(_shown, asked.get("wrt"))
    if asked["ending"] == "worksheet":
        return {"content": _printed(_shown, swept, asked)}
    figure = _figure("steps" if asked["ending"] == ".html" else asked["pane"], _shown, swept, wanted, asked)
    sheet = figure.sheet.but({"theme": asked["theme"]} if asked.get("theme") else {})
    made = FORMATS[asked["ending"]](figure, sheet, TIMEOUT)
    return {"content": made if isinstance(made, str) else made.decode("utf-8")}


def _printed(shown: Shown, swept: Graph, asked: Mapping[str, Any]) -> str:
    """Return a sheet of paper of the graph that is practised on, and a second one with its solution."""
    kind, number_, level = _practised_place(asked)
    if kind == "own":
        sheet = worksheet(swept, names=shown.names, notation=_notation(asked))
    else:
        sheet = worksheet(_practised(kind, number_, level).graph)
    return html.fragment([sheet, sheet.solved])


# The first minute -------------------------------------------------------------------------------------------


def _story(asked: Mapping[str, Any], write: Callable[[str], None]) -> dict[str, Any]:
    """Draw values alone, or with the local derivatives along one path: for a reader who has seen no ∂ yet."""
    shown = _computed(asked["text"], asked["numbers"], None)
    swept = with_gradients(shown.root)
    names = names_of(swept, None, "leibniz")
    leaf = asked.get("path")
    lit = _above(swept, swept.index(shown.leaves[leaf])) if leaf else []
    whole = graph_drawing(swept, names, asked.get("direction", "right"))
    boxes = tuple(replace(box, lines=_plainly(swept, names, int(box.id[1:]))) for box in whole.boxes)
    arrows = tuple(
        replace(
            arrow,
            label=number(swept.edges[int(arrow.id[1:])].partial or 0.0) if arrow.id in lit else "",
            classes=("flow",),
        )
        for arrow in whole.arrows
    )
    about = say("story_about", root=names.root)
    told = replace(
        whole,
        title=f"{names.root} = {number(shown.root.data)}",
        description=about,
        boxes=boxes,
        arrows=arrows,
        caption=(),
    )
    factors: list[str] = []
    if leaf:
        path = next(iter(swept.paths(shown.leaves[leaf])))
        factors = [
            product(path.partials),
            number(path.product),
            names.gradient(swept.index(shown.leaves[leaf])),
        ]
    return {
        "svg": Figure(told).svg,
        "value": shown.root.data,
        "shown": number(shown.root.data),
        "lit": lit,
        "factors": factors,
    }


def _plainly(swept: Graph, names: Names, index: int) -> tuple[str, ...]:
    """Return what a box says to somebody who knows arithmetic: a formula in the leaves, and its value."""
    node = swept.nodes[index]
    if node.op is None:
        return (number(node.data) if node.constant else f"{names[index]} = {number(node.data)}",)
    assert node.value is not None  # an operation is recorded
    called, small = f"{names[index]} = " if node.label else "", Graph(node.value).collapse()
    return (
        f"{called}{small.names.composed(small.roots[0])}",
        f"{' ' * len(called) or ' '}= {number(node.data)}",
    )


ASKED: dict[str, Callable[[Mapping[str, Any], Callable[[str], None]], dict[str, Any]]] = {
    "draw": _draw,
    "inspect": _inspect,
    "save": _save,
    "story": _story,
    "practised": _ladder,
}
