"""The command `chainrule`: an expression and its numbers in, a drawing out.

It knows nothing of how anything is computed or drawn.
"""

import argparse
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from autograd import Graph, Value, explain
from autograd.text.numbers import number
from viz.command.expression import Expression, ExpressionError, read
from viz.drawing.figure import FORMATS, Figure
from viz.drawing.render import RenderError
from viz.drawing.text import width
from viz.figures.graph import graph
from viz.figures.paths import paths
from viz.figures.size import NODES, TooLargeError
from viz.player.walkthrough import walkthrough

_EPILOG = """\
examples:
  chainrule "3*(a + b*c)" a=5 b=3 c=2                       every gradient, as text
  chainrule "3*(a + b*c)" a=5 b=3 c=2 --wrt b -o J.svg      the path to b, as a picture
  chainrule "3*(a + b*c)" a=5 b=3 c=2 -o J.html             every step, in the browser
  chainrule "L = (sigmoid(w*x) - y)**2" w=.5 x=2 y=1 --steps
"""


class _UsageError(Exception):
    """What was typed cannot be drawn; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 2 for a mistake in what was typed, 1 for trouble with the machine."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ∂ gets a question mark, not a traceback
    options = _parser().parse_intermixed_args(arguments)
    try:
        print(_answer(options), end="")
    except _UsageError as error:
        print(f"chainrule: {error}", file=sys.stderr)
        return 2
    except ExpressionError as error:
        print(f"chainrule: {_pointed(error, ' '.join(options.expression.split()))}", file=sys.stderr)
        return 2
    except (RenderError, OSError) as error:
        print(f"chainrule: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chainrule",
        description="Draw the computation graph of an expression, with the gradient of every node and "
        "the local derivative of every edge.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("expression", help="such as '3*(a + b*c)' or 'J = 3*(a + b*c)'")
    parser.add_argument("values", nargs="*", metavar="name=number", help="a number for every variable")
    parser.add_argument("--wrt", metavar="NAME", help="draw the paths from the result to this variable")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=f"file to write ({' '.join(FORMATS)}), else text is printed"
    )
    parser.add_argument("--steps", action="store_true", help="print every step of both sweeps")
    parser.add_argument(
        "--explain", action="store_true", help="print the derivation, path by path, and say why"
    )
    parser.add_argument("--latex", action="store_true", help="print the derivation in LaTeX")
    return parser


def _answer(options: argparse.Namespace) -> str:
    """Do what was asked for; return what is to be printed."""
    output, wrt = options.output, options.wrt
    if output is not None and Path(output).suffix.lower() not in FORMATS:
        raise _UsageError(f"{output!r} does not end in one of {', '.join(FORMATS)}, which say what to write.")
    expression = read(options.expression)
    leaves = _leaves(expression, options.values)
    if wrt is not None and wrt not in leaves:
        raise _UsageError(
            f"--wrt {wrt}: the expression has no such variable, only {', '.join(leaves) or 'none'}."
        )
    root = _root(expression, leaves)
    root.backward()
    leaf = None if wrt is None else leaves[wrt]
    try:
        said = [walkthrough(root, wrt=leaf).text] if options.steps else []
        said += _derivations(root, list(leaves.values()) if leaf is None else [leaf], options)
        if output is None:
            return "\n".join(said or [_figure(root, leaf).text])
        figure = _figure(root, leaf, player=Path(output).suffix.lower() == ".html")
    except TooLargeError as error:
        raise _UsageError(str(error)) from None
    figure.save(output)
    return "\n".join([*said, _summary(root, leaves, wrt, output, figure)])


def _derivations(root: Value, leaves: Sequence[Value], options: argparse.Namespace) -> list[str]:
    """Return what `--explain` and `--latex` ask for: a derivation for each variable, in text or in LaTeX."""
    if not (options.explain or options.latex):
        return []
    found = [explain(root, leaf) for leaf in leaves]
    texts = [derivation.text.rstrip() + "\n" for derivation in found] if options.explain else []
    formulas = [derivation.latex.rstrip() + "\n" for derivation in found] if options.latex else []
    return [*texts, *formulas]


def _figure(root: Value, leaf: Value | None, *, player: bool = False) -> Figure:
    if player:
        return walkthrough(root, wrt=leaf)
    return graph(root) if leaf is None else paths(root, leaf)


def _leaves(expression: Expression, assignments: Sequence[str]) -> dict[str, Value]:
    """Return a leaf for every variable; refuse numbers that are missing, unreadable, double or not used."""
    given: dict[str, float] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        name = name.strip()
        if not sign or not name.isidentifier():
            raise _UsageError(f"{assignment!r} is not of the form name=number, such as a=5.")
        if name in given:
            raise _UsageError(f"{name} is given twice.")
        given[name] = _constant(name, text)
    wanted = expression.variables(given)
    unused = [name for name in given if name not in wanted]
    if unused:
        raise _UsageError(
            f"{unused[0]}={number(given[unused[0]])} is not used: the expression has "
            f"{', '.join(wanted) or 'no variables'}. Is a name misspelt?"
        )
    return {name: Value(given[name], label=name) for name in wanted}


def _constant(name: str, text: str) -> float:
    try:
        found = read(text).evaluate({})
    except ExpressionError as error:
        raise _UsageError(f"{name}={text} is not a number. {error.message}") from None
    return float(found)


def _root(expression: Expression, leaves: dict[str, Value]) -> Value:
    root = expression.evaluate(leaves)
    if not isinstance(root, Value):
        raise _UsageError(
            f"{expression.text} is the number {number(root)}: it has no variable to differentiate by."
        )
    _label(root, expression.name, leaves)
    return root


def _label(root: Value, name: str, leaves: Collection[str]) -> None:
    """Name the result and, as is the custom, the intermediate results v_1, v_2, ... in their order."""
    letter = next(
        letter for letter in ("v", "u", "t", "step") if not any(leaf.startswith(letter) for leaf in leaves)
    )
    nodes = [node.value for node in Graph(root).nodes if node.op is not None and node.value is not None]
    if len(nodes) < NODES // 2:  # a larger graph is to collapse to its variables
        for i, node in enumerate(nodes, 1):
            node.label = f"{letter}_{i}"
    if nodes:
        root.label = name or next(name for name in ("f", "y", "out", "result") if name not in leaves)


def _pointed(error: ExpressionError, text: str) -> str:
    """Return the message with the expression and a caret below the place."""
    if error.column is None:
        return error.message
    return f"{error.message}\n  {text}\n  {' ' * width(text[: error.column])}^"


def _summary(root: Value, leaves: dict[str, Value], wrt: str | None, output: str, figure: Figure) -> str:
    wanted = [wrt] if wrt is not None else list(leaves)
    lines = [f"{root.label} = {number(root.data)}"]
    lines += [f"d{root.label}/d{name} = {number(leaves[name].grad or 0.0)}" for name in wanted]
    return "\n".join([*lines, f"{output}: {figure.drawing.title}"]) + "\n"
