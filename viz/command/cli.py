"""The command `chainrule`: an expression and its numbers in, a drawing out.

It knows nothing of how anything is computed or drawn.
"""

import argparse
import difflib
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from unicodedata import normalize

from autograd import AdvisedError, Computed, ExpressionError, Graph, NotationError, Value, explain, expression
from autograd.text.numbers import DIGITS, number, shown_digits
from autograd.text.symbols import NOTATIONS
from viz.command.typed import Parser, UsageError, name_result, numbers, remarks, trouble, uses, with_gradients
from viz.drawing.drawing import DIRECTIONS
from viz.drawing.figure import FORMATS, Figure
from viz.drawing.looks.sheet import THEMES, SheetOptions
from viz.drawing.render import TIMEOUT, RenderError
from viz.figures.graph import graph
from viz.figures.names import names_of
from viz.figures.paths import paths
from viz.player.walkthrough import walkthrough

T = TypeVar("T")

_EPILOG = """\
examples:
  chainrule "3*(a + b*c)" a=5 b=3 c=2                       every gradient, as text
  chainrule "u = b*c; v = a + u; J = 3*v" a=5 b=3 c=2       line by line, with names
  chainrule "3*(a + b*c)" a=5 b=3 c=2 --wrt b -o J.svg      the path to b, as a picture
  chainrule "3*(a + b*c)" a=5 b=3 c=2 -o J.html             every step, in the browser
  chainrule "3*(a + b*c)" a=5 b=3 c=2 -o J.png --size 1920x1080px --theme dark
  chainrule "L = (sigmoid(w*x) - y)**2" w=.5 x=2 y=1 --steps
  chainrule grade my_value.py                               where somebody's own class is wrong
  chainrule exam "J = 3*(a + b*c)" --variants 30 -o exam.pdf            sheets of paper (exam --help)
"""

_SMALLER = (
    "Name the parts that matter, in lines of their own (u = ...; v = ...): a large picture keeps what has a "
    "name. --wrt NAME follows one variable; --explain prints the derivation at any size."
)
_OTHERWISE = "--notation leibniz writes d for the first."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 2 for a mistake in what was typed, 1 for trouble with the machine."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ∂ gets a question mark, not a traceback
    given = sys.argv[1:] if arguments is None else arguments
    if [*given[:1]] == ["grade"]:
        from viz.command import grade  # late, as is the next: drawing needs none of it

        return grade.main(given[1:])
    if [*given[:1]] == ["exam"]:
        from viz.command import exam

        return exam.main(given[1:])
    try:
        options = _parser().parse_intermixed_args(_marked(given))
        with shown_digits(options.digits):
            _answer(options)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (UsageError, ExpressionError) as error:
        return _failed(str(error), 2)
    except AdvisedError as error:
        ours = _OTHERWISE if isinstance(error, NotationError) else _SMALLER
        told = f"{error.reason} {ours}" if error.advice else error.reason  # its own advice is for programs
        return _failed(told, 1 if isinstance(error, RenderError) else 2)
    except BrokenPipeError:  # who reads us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _failed(trouble(error), 1)
    return 0


def _failed(reason: str, code: int) -> int:
    print(f"chainrule: {reason}", file=sys.stderr)
    return code


# What was typed ---------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        missing='There is no expression. For example: chainrule "3*(a + b*c)" a=5 b=3 c=2',
        prog="chainrule",
        description="Draw the computation graph of an expression, with the gradient of every node and "
        "the local derivative of every edge.",
        epilog=_EPILOG,
    )
    say = parser.add_argument
    say("expression", help="such as '3*(a + b*c)', or several lines 'u = b*c; J = 3*(a + u)'")
    say("values", nargs="*", metavar="name=number", help="a number for every variable")
    say("--wrt", metavar="NAME", help="draw the paths from the result to this variable")
    say("--of", metavar="NAME", help="of several results, the one that is differentiated")
    say(
        "-o", "--output", metavar="FILE",
        help=f"file to write ({' '.join(FORMATS)}), else text is printed; - is SVG to the standard output, "
        "-.dot and so on another format",
    )  # fmt: skip
    say("--guess", action="store_true", help="let the player (an .html file) ask before it shows")
    say("--steps", action="store_true", help="print every step of both sweeps")
    say("--explain", action="store_true", help="print the derivation, path by path, and say why")
    say("--latex", action="store_true", help="print the derivation in LaTeX")
    say(
        "--notation",
        choices=[*NOTATIONS],
        default="leibniz",
        help=", ".join(f"{k}: {v}" for k, v in NOTATIONS.items()),
    )
    say(
        "--digits",
        type=_digits,
        default=DIGITS,
        metavar="N",
        help=f"digits of numbers, 1 to 17 (else {DIGITS})",
    )
    say("--size", metavar="WxH", help="of a picture, such as 16x9cm, 1920x1080px, or a width alone, 12cm")
    say("--font-size", type=float, metavar="POINTS", help="of the letters in a picture (else 12)")
    say("--theme", choices=[*THEMES], help="colours of a picture (else auto: as the reader's system is)")
    say("--direction", choices=[*DIRECTIONS], help="where values flow in a picture")
    say("--version", action="version", version=f"chainrule {_version()}")
    return parser


def _digits(text: str) -> int:
    if not re.fullmatch("[1-9]|1[0-7]", text):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to 17")
    return int(text)


def _version() -> str:
    try:
        return version("chainrule")
    except PackageNotFoundError:
        return "(a copy that is not installed)"


def _marked(arguments: Sequence[str]) -> list[str]:
    """Put a blank before what begins with a minus and is no option: the parser would take it for one."""
    known = [name for action in _parser()._actions for name in action.option_strings]
    marked: list[str] = []
    for i, argument in enumerate(arguments):
        bad = next((c for c in argument if "\ud800" <= c <= "\udfff"), "")
        if bad:
            shown = argument.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            raise UsageError(f"What was typed is no UTF-8 text, here: {shown}. Set the terminal to UTF-8.")
        if argument == "--":
            return marked + [f" {rest}" for rest in arguments[i + 1 :]]
        name = argument.partition("=")[0]
        if not argument.startswith("-") or name in (*known, "-") or _has_file(argument):
            marked.append(argument)
        elif f"-{name}" in known:
            raise UsageError(f"{name} is written with two: -{name}.")
        elif re.fullmatch(r"--[a-z][a-z-]+", name):
            close = difflib.get_close_matches(name, known, 1)
            meant = f" Did you mean {close[0]}?" if close else ""
            raise UsageError(
                f"There is no option {name}.{meant} (An expression that begins so goes behind a lone --.)"
            )
        else:
            marked.append(f" {argument}")
    return marked


def _has_file(argument: str) -> bool:
    """Whether this is ``-oJ.svg``, and not an expression such as ``-out*2``."""
    return argument.startswith("-o") and (argument == "-o-" or Path(argument).suffix.lower() in FORMATS)


# What is answered -------------------------------------------------------------------------------------------


def _answer(options: argparse.Namespace) -> None:
    """Do what was asked for; print what is to be printed."""
    output, notation = _output(options), options.notation
    computed = expression(options.expression)(**numbers(options.values))
    leaf = _leaf(computed, options.wrt)
    roots = _results(computed, options.of, leaf)
    name_result(computed, roots)
    wanted = list(computed.leaves.values()) if leaf is None else [leaf]
    said = list(chain.from_iterable(_texts(root, wanted, leaf, options) for root in roots))
    if output is None:
        print(
            "\n".join(said or [_figure(with_gradients(root), leaf, options).text for root in roots]), end=""
        )
    else:
        figure = _sheeted(_figure, with_gradients(*roots), leaf, options, _format(output))
        if not options.guess:  # an answer must not stand on the terminal before the page has asked
            said += [_gradients(root, wanted, notation) for root in roots]
        if len(roots) > 1:
            said.append("The gradients in the file are those of the sum; --of NAME takes one result.")
        asks = "A page that asks before it shows, for your browser"
        said.append(asks if options.guess else figure.drawing.title)
        _sheeted(_write, figure, output, "\n".join(said))
    for swept in map(Graph, roots):
        for note in remarks(swept, names_of(swept, None, notation), "--explain says where that arises."):
            print(f"chainrule: note: {note}", file=sys.stderr)


def _output(options: argparse.Namespace) -> str | None:
    """Return where to write, ``-.svg`` for ``-``; refuse an ending that says nothing."""
    output: str | None = options.output and options.output.strip()
    if output == "-":
        output = "-.svg"
    if output is not None and _format(output) not in FORMATS:
        raise UsageError(f"{output!r} does not end in one of {', '.join(FORMATS)}, which say what to write.")
    if options.guess and (output is None or _format(output) != ".html"):
        raise UsageError("--guess is for the player, which is a page: add -o J.html, say.")
    for name, given in _look(options).items():
        if given is not None and (output is None or _format(output) == ".txt"):
            raise UsageError(f"--{name.replace('_', '-')} is for pictures: add -o J.svg, say.")
    return output


def _format(output: str) -> str:
    return output[1:].lower() if output.startswith("-.") else Path(output).suffix.lower()


def _results(computed: Computed, of: str | None, leaf: Value | None) -> list[Value]:
    """Return what is differentiated: all results that depend on the leaf, or the one that is named."""
    known = {
        x.label: x
        for found in computed.named.values()
        for x in (found if isinstance(found, list) else [found])
    }
    if of is not None and of not in known:
        raise UsageError(f"--of {of}: no line has this name, only {', '.join(known) or 'one without any'}.")
    roots = list(computed.outputs) if of is None else [known[of]]
    found = [root for root in roots if leaf is None or uses(Graph(root), leaf)]
    if leaf is not None and not found:
        raise UsageError(f"--wrt {leaf.label}: {roots[0].label or 'the result'} does not depend on it.")
    return found


def _leaf(computed: Computed, wrt: str | None) -> Value | None:
    """Return the variable that is asked for."""
    if wrt is None:
        return None
    wrt = normalize("NFKC", wrt)
    if wrt not in computed.leaves:
        raise UsageError(
            f"--wrt {wrt}: the expression has no such variable, only {', '.join(computed.leaves)}."
        )
    return computed.leaves[wrt]


def _texts(
    root: Value, wanted: Sequence[Value], leaf: Value | None, options: argparse.Namespace
) -> Iterator[str]:
    """Yield what `--steps`, `--explain` and `--latex` ask for, of one result."""
    swept = with_gradients(root)
    if options.steps:
        yield walkthrough(swept, wrt=leaf, notation=options.notation, title=_typed(options)).text
    if options.explain or options.latex:
        found = [explain(swept, leaf) for leaf in wanted if uses(swept, leaf)]
        texts = [derivation.derivation for derivation in found if options.explain]
        if texts:  # the same words for all of them, once
            texts.append("\n".join(found[0].legend if len(found) == 1 else swept.names.legend()))
        texts += [derivation.latex for derivation in found if options.latex]
        yield from (text.rstrip() + "\n" for text in texts)


def _typed(options: argparse.Namespace) -> str:
    """Return the expression as it was typed, in one line."""
    return "; ".join(line.strip() for line in options.expression.splitlines() if line.strip())


def _figure(swept: Graph, leaf: Value | None, options: argparse.Namespace, ending: str = "") -> Figure:
    """Return the picture of a graph, or of the paths in it; for a page of HTML the player."""
    look = {name: given for name, given in _look(options).items() if given is not None}
    look["notation"] = options.notation
    if ending == ".html":
        return walkthrough(swept, wrt=leaf, guess=options.guess, title=_typed(options), **look)
    return graph(swept, **look) if leaf is None else paths(swept, leaf, **look)


def _look(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was said of how a picture looks; None for what was not."""
    return {name: getattr(options, name) for name in ("direction", *SheetOptions.__annotations__)}


def _sheeted(make: Callable[..., T], *arguments: Any) -> T:
    """Make something that lies on a sheet; what is wrong with that is told in the words of the shell."""
    try:
        return make(*arguments)
    except ValueError as error:
        if isinstance(error, AdvisedError):
            raise
        told = re.sub(
            r"\b(font_)?size=|\bfont_size\b",
            lambda m: f"--{m[0].replace('_', '-').replace('=', ' ')}",
            str(error),
        )
        raise UsageError(told) from None


def _gradients(root: Value, wanted: Sequence[Value], notation: str) -> str:
    """Say what a result is, and its gradient by each variable."""
    swept = Graph(root)
    names = names_of(swept, None, notation)
    lines = [f"{names.root} = {number(root.data)}"]
    for leaf in wanted:
        if uses(swept, leaf):
            lines.append(f"{names.gradient(swept.index(leaf))} = {number(swept.adjoint(leaf) or 0.0)}")
        else:
            lines.append(f"{names.root} does not depend on {leaf.label}")
    return "\n".join(lines)


def _write(figure: Figure, output: str, summary: str) -> None:
    """Write a file and say so; to the standard output goes the picture alone."""
    if not output.startswith("-."):
        figure.save(output)
        print(f"{summary}, written to {output}")
        return
    made = FORMATS[_format(output)](figure, figure.sheet, TIMEOUT)
    sys.stdout.flush()
    sys.stdout.buffer.write(made.encode("utf-8") if isinstance(made, str) else made)
    print(summary, file=sys.stderr)
