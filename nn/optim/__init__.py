"""The optimisers and what goes with them, under one name.

Each optimiser is a row of `nn.optim.rules`; what they share is in `nn.optim.optimizer`, what they train in
`nn.optim.parameters`. Learning rates that change are in `nn.optim.schedules`.
"""

from typing import TYPE_CHECKING

from nn.optim import rules
from nn.optim.line_search import LineSearch, line_search
from nn.optim.optimizer import Optimizer
from nn.optim.parameters import clip_grad_norm

if TYPE_CHECKING:  # for editors and type checkers: the names of the rows
    from nn.optim.rules import *  # noqa: F403

ROWS = {
    name: row
    for name, row in vars(rules).items()
    if isinstance(row, type) and issubclass(row, Optimizer) and row is not Optimizer
}
globals().update(ROWS)  # every row is a public class
for row in ROWS.values():
    row.__module__ = __name__  # a pickle names public places only, so that files can move

__all__ = [*ROWS, "Optimizer", "clip_grad_norm", "line_search", "LineSearch"]


def __dir__() -> list[str]:
    return __all__
