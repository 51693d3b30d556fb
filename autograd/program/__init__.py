"""Record once, replay as matrices: recorded scalars lowered to few array operations and run by a backend.

`program` and `record` are what a learner calls; `scalars`, `grouping` and `layout` lower a graph to the
frozen `blocks`; a backend runs these.
"""

from autograd.program.program import Program
from autograd.program.record import record

__all__ = ["Program", "record"]
