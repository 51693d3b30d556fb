"""Questions about a graph: what is asked, the answer, what each slip would give, and hints; made once.

A lesson, the player, a card, a worksheet and an exam print the same object. On a graph that somebody has, ask
with `gradient`, `value`, `factor` and their like; `question` draws one from a seed, `stream` without end.
"""

from autograd.practice.asking import UNKNOWN, Setting, factor, gradient, path, value
from autograd.practice.comparing import compare, direction
from autograd.practice.kinds import KINDS, LESSONS, kinds, question, review, stream
from autograd.practice.levels import LEVELS, Cell, Ladder, faded, solution
from autograd.practice.question import Alternative, Question, Verdict
from autograd.practice.reading import UNREADABLE, Formula, Reading, read
from autograd.practice.slips.table import Slip
from autograd.practice.slips.wording import formulas
from autograd.practice.structure import all_paths, letters, match, next_node, wrong_number
from autograd.practice.sums import merge, missing, nudge, share, step
from autograd.practice.written import plain

__all__ = [
    "Question", "Alternative", "Slip", "Verdict", "Setting",
    "value", "factor", "letters", "gradient", "path", "share", "merge", "missing", "nudge", "step",
    "next_node", "all_paths", "wrong_number", "match", "direction", "compare", "plain",
    "KINDS", "LESSONS", "kinds", "question", "stream", "review",
    "LEVELS", "Cell", "Ladder", "solution", "faded",
    "Reading", "Formula", "UNREADABLE", "UNKNOWN", "read", "formulas",
]  # fmt: skip
