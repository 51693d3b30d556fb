"""The command `chainrule exam`: an expression or a level in; sheets, solutions and banks of questions out.

It knows nothing of how numbers are drawn, nor of what stands on a sheet.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from autograd import AdvisedError, ExpressionError
from autograd.text.numbers import counted
from viz.command.typed import Parser, UsageError, numbers, trouble
from viz.drawing.render import RenderError
from viz.sheets.exam import BANKS, HIGHEST, Exam, KeyMissingError, exam
from viz.sheets.worksheet import FORMATS

_EPILOG = """\
examples:
  chainrule exam "u = b*c; v = a + u; J = 3*v" -o sheet.pdf                     one blank sheet
  chainrule exam "J = 3*(a + b*c)" --variants 30 --key SECRET -o exam.pdf       30, and exam-solutions.pdf
  chainrule exam --level 2 --variants 30 --seed 7 --key SECRET -o exam.gift     a bank of questions for Moodle
  chainrule exam "J = 3*(a + b*c)" --variant K7Q2M9-4XYT -o again.pdf           one sheet again, by its code

The key is a word of yours. It seals the codes on the sheets: a code opens the blank sheet, and only with the
key the solution.
"""


def main(arguments: Sequence[str]) -> int:
    """Write the exam that was typed; return 0, 2 for a mistake in it, 1 for trouble with the machine."""
    try:
        _answer(_parser().parse_intermixed_args(arguments))
    except (UsageError, ExpressionError) as error:
        return _failed(str(error), 2)
    except OSError as error:
        return _failed(trouble(error), 1)
    except (RenderError, ModuleNotFoundError) as error:
        return _failed(getattr(error, "reason", str(error)), 1)
    except KeyMissingError as error:
        return _failed(f'{error.reason} Add --key "a word of yours".', 2)
    except (AdvisedError, ValueError) as error:
        return _failed(getattr(error, "reason", str(error)), 2)
    return 0


def _failed(reason: str, code: int) -> int:
    print(f"chainrule exam: {reason}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="chainrule exam",
        description="Print exams: drawing, tables and questions on one page, blank and solved.",
        epilog=_EPILOG,
    )
    say = parser.add_argument
    say("expression", nargs="?", default="", help="such as '3*(a + b*c)', or several lines; else --level")
    say(
        "values",
        nargs="*",
        metavar="name=number",
        help="numbers that every variant has; the others are drawn",
    )
    say("--level", type=int, metavar="N", help=f"draw graphs, too: from 1, the easiest, to {HIGHEST}")
    say("--seed", type=int, default=0, metavar="N", help="another seed, other numbers (else 0)")
    say("--variants", type=int, default=1, metavar="N", help="how many (else 1)")
    say("--variant", default="", metavar="CODE", help="the code of one sheet, to print it again")
    say("--key", default="", metavar="SECRET", help="the teacher's: also write the solutions")
    say("--title", default="", help="what stands above each sheet")
    say(
        "-o", "--output", type=Path, default=Path("exam.pdf"), metavar="FILE",
        help=f"sheets ({' '.join(FORMATS)}), or a bank of questions ({' '.join(BANKS)}: Moodle's GIFT, QTI "
        "1.2); else exam.pdf",
    )  # fmt: skip
    return parser


def _answer(options: argparse.Namespace) -> None:
    output: Path = options.output
    if output.suffix.lower() not in {**FORMATS, **BANKS}:
        raise UsageError(f"{output} does not end in one of {', '.join([*FORMATS, *BANKS])}.")
    made = _made(options)
    told = f"{counted(len(made), 'variant')}: {', '.join(made.codes[:3])}{', …' if len(made) > 3 else ''}"
    print(f"{told}\nwritten to {made.save(output)}")
    if options.key and output.suffix.lower() in FORMATS:
        print(f"solutions written to {made.solved.save(output.with_stem(f'{output.stem}-solutions'))}")


def _made(options: argparse.Namespace) -> Exam:
    if bool(options.expression) == (options.level is not None):
        raise UsageError(
            'Give an expression, such as chainrule exam "3*(a + b*c)", or --level N, one of both.'
        )
    return exam(
        options.expression or options.level,
        seed=options.seed,
        variants=options.variants,
        variant=options.variant,
        key=options.key,
        title=options.title,
        numbers=numbers(options.values),
    )
