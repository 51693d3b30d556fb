"""Questions about a graph: what is asked, the answer, what each slip would give, and hints; made once."""

from autograd.practice.asking import factor, gradient, path, value
from autograd.practice.question import Alternative, Question, Verdict
from autograd.practice.reading import UNREADABLE, Reading, read
from autograd.practice.slips.table import Slip

__all__ = [
    "Alternative", "Question", "Slip", "Verdict", "Reading", "UNREADABLE",
    "factor", "gradient", "path", "read", "value",
]  # fmt: skip
