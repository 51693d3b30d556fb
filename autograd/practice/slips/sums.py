"""The slips of what is made of few numbers: a share, a sum of shares, a missing factor, a step, a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.snapshot import Edge
from autograd.practice.slips.arrows import LOCAL, Local, sign
from autograd.practice.slips.gradients import ON_THE_WAY
from autograd.practice.slips.table import Found, Slip, Table
from autograd.practice.slips.wording import arrow, plus, said, times

SHARE, MERGE, MISSING, STEP, COUNT = Table(), Table(), Table(), Table(), Table()


@dataclass(frozen=True)
class Shared:
    """What reaches a node over one arrow: the gradient at its consumer, times the factor on the arrow."""

    graph: Graph
    names: Names
    edge: Edge

    @property
    def above(self) -> float:
        """The gradient that arrives at the consumer."""
        return self.graph.adjoints[self.edge.target] or 0.0

    @property
    def factor(self) -> float:
        """The factor on the arrow."""
        return self.edge.partial or 0.0

    @property
    def fill(self) -> dict[str, str]:
        """What the places of the sentences are filled with."""
        names, edge = self.names, self.edge
        return {"v": names[edge.target], "x": names[edge.source], "arrow": arrow(names, edge)}


@SHARE.row("stopped early", "{n} is the gradient at {v}. One arrow is left: {arrow}.")
def _above(asked: Shared) -> Iterator[Found]:
    if asked.factor != -1:
        yield asked.above, asked.fill


@SHARE.row(
    "upstream forgotten",
    "{n} is the factor on the arrow {arrow}. Multiply it by the gradient that arrives at {v}.",
)
def _factor(asked: Shared) -> Iterator[Found]:
    if asked.above != 1:
        yield asked.factor, asked.fill


@SHARE.row("added along a path", "{n} is {sum}. An arrow stretches what comes, so multiply.")
def _added(asked: Shared) -> Iterator[Found]:
    yield asked.above + asked.factor, {"sum": plus([asked.above, asked.factor])}


@SHARE.row("sign turned", "The size is right, the sign is turned. {why}")
def _turned(asked: Shared) -> Iterator[Found]:
    if asked.above * asked.factor:
        why = sign(asked.names, [asked.edge]) if asked.factor < 0 or asked.above > 0 else ""
        at = f"What arrives at {asked.names[asked.edge.target]} is {said(asked.above)}."
        yield -asked.above * asked.factor, {"why": why or at}


@SHARE.row("whole for share", "{n} is all of {symbol}. Here the question is what comes over {arrow} alone.")
def _whole(asked: Shared) -> Iterator[Found]:
    if len(asked.graph.consumers[asked.edge.source]) > 1:
        symbol = asked.names.gradient(asked.edge.source)
        yield asked.graph.adjoints[asked.edge.source] or 0.0, {"symbol": symbol, **asked.fill}


def share_slips(asked: Shared) -> Iterator[Slip]:
    """Give all slips of a share, those on its arrow included."""
    yield from SHARE.slips(asked)
    for found in LOCAL.slips(Local(asked.graph, asked.names, asked.edge), ON_THE_WAY):
        yield found.given(asked.above * found.answer, arrow(asked.names, asked.edge))


@dataclass(frozen=True)
class Merged:
    """What reaches a node, share by share: from which node, and how much."""

    shares: tuple[tuple[str, float], ...]

    @property
    def total(self) -> float:
        """The sum of the shares."""
        return sum(share for _, share in self.shares)


@MERGE.row("path forgotten", "{n} is what comes {over}, and that part is right. Add the rest.")
def _one(asked: Merged) -> Iterator[Found]:
    for over, share in asked.shares:
        yield share, {"over": over}


@MERGE.row("paths multiplied", "{n} is {product}. Multiply along a path; add where paths meet.")
def _product(asked: Merged) -> Iterator[Found]:
    shares = [share for _, share in asked.shares]
    yield prod(shares), {"product": times(shares)}


@MERGE.row("subtracted", "{n} is {difference}. Where paths meet, add, each share with its sign.")
def _difference(asked: Merged) -> Iterator[Found]:
    (_, first), *rest = asked.shares
    yield (
        first - sum(share for _, share in rest),
        {"difference": plus([first, *(-share for _, share in rest)])},
    )


@MERGE.row("sign lost", "{n} is {sum}. One share is negative: add each with its sign.")
def _sizes(asked: Merged) -> Iterator[Found]:
    sizes = [abs(share) for _, share in asked.shares]
    if any(share < 0 for _, share in asked.shares):
        yield sum(sizes), {"sum": plus(sizes)}


@MERGE.row("sign turned", "The size is right, the sign is turned. Look at the sign of each share.")
def _merge_turned(asked: Merged) -> Iterator[Found]:
    if asked.total:
        yield -asked.total, {}


@MERGE.row("averaged", "{n} is the mean of the shares. Every way counts in full: add.")
def _mean(asked: Merged) -> Iterator[Found]:
    yield asked.total / len(asked.shares), {}


@dataclass(frozen=True)
class Missing:
    """A factor of a product that is known, as are the other factors."""

    product: float
    others: tuple[float, ...]

    @property
    def rest(self) -> float:
        """The product of the factors that are known."""
        return prod(self.others)


@MISSING.row("product for factor", "{n} is the whole product. Divide it by the factors that are known.")
def _whole_product(asked: Missing) -> Iterator[Found]:
    yield asked.product, {}


@MISSING.row("multiplied again", "{n} is {product}. The factor is already in the product: divide.")
def _again(asked: Missing) -> Iterator[Found]:
    yield asked.product * asked.rest, {"product": times([asked.product, *asked.others])}


@MISSING.row("subtracted", "{n} is {difference}. Along a path one multiplies, so divide.")
def _minus(asked: Missing) -> Iterator[Found]:
    terms = [asked.product, *(-other for other in asked.others)]
    yield sum(terms), {"difference": plus(terms)}


@MISSING.row("divided the other way", "{n} is {rest} divided by {product}. Divide the product by the rest.")
def _inverse(asked: Missing) -> Iterator[Found]:
    if asked.product:
        yield asked.rest / asked.product, {"rest": said(asked.rest), "product": said(asked.product)}


@MISSING.row(
    "known for missing", "{n} is one of the known factors. What is left when all of them are divided out?"
)
def _known(asked: Missing) -> Iterator[Found]:
    for other in (*asked.others, asked.rest):
        yield other, {}


@MISSING.row(
    "sign turned", "The size is right, the sign is turned. Count the minus signs: the product has {sign}."
)
def _missing_turned(asked: Missing) -> Iterator[Found]:
    if asked.product and asked.rest:
        yield -asked.product / asked.rest, {"sign": "one" if asked.product < 0 else "none"}


@dataclass(frozen=True)
class Stepped:
    """One step of gradient descent: a parameter, its gradient, the learning rate."""

    w: str
    f: str
    symbol: str
    value: float
    gradient: float
    lr: float

    @property
    def fill(self) -> dict[str, str]:
        """What the places of the sentences are filled with."""
        return {"w": self.w, "f": self.f, "symbol": self.symbol, "lr": said(self.lr)}


@STEP.row("uphill", "{n} is {w} + {lr}·{symbol}, which leads uphill. Go against the gradient.")
def _uphill(asked: Stepped) -> Iterator[Found]:
    yield asked.value + asked.lr * asked.gradient, asked.fill


@STEP.row("rate forgotten", "{n} is {w} − {symbol}. The step is shortened by the learning rate {lr}.")
def _rate(asked: Stepped) -> Iterator[Found]:
    yield asked.value - asked.gradient, asked.fill


@STEP.row("rate alone", "{n} is {w} − {lr}. The step is the learning rate times the gradient.")
def _alone(asked: Stepped) -> Iterator[Found]:
    yield asked.value - asked.lr, asked.fill


@STEP.row("step for place", "{n} is how far {w} moves. The question is where it arrives.")
def _moves(asked: Stepped) -> Iterator[Found]:
    yield -asked.lr * asked.gradient, asked.fill
    yield asked.lr * asked.gradient, asked.fill


@STEP.row("gradient for place", "{n} is {symbol}. Multiply it by {lr} and subtract that from {w}.")
def _gradient(asked: Stepped) -> Iterator[Found]:
    yield asked.gradient, asked.fill


@STEP.row("not moved", "{n} is where {w} stands. Move it by {lr} times {symbol}, against its sign.")
def _still(asked: Stepped) -> Iterator[Found]:
    yield asked.value, asked.fill


@dataclass(frozen=True)
class Counted:
    """The number of paths, beside other numbers of the graph."""

    x: str
    f: str
    leaving: int
    arriving: int
    arrows: int
    longest: int


@COUNT.row(
    "arrows at the leaf", "{n} arrows leave {x}. Follow each to {f}: where it forks, it counts as often."
)
def _leaving(asked: Counted) -> Iterator[Found]:
    yield float(asked.leaving), {"x": asked.x, "f": asked.f}


@COUNT.row("arrows at the root", "{n} arrows with a gradient end at {f}. Follow each down to {x}.")
def _arriving(asked: Counted) -> Iterator[Found]:
    yield float(asked.arriving), {"x": asked.x, "f": asked.f}


@COUNT.row("all arrows", "{n} is the number of arrows on the ways. A path is a whole way from {x} to {f}.")
def _arrows(asked: Counted) -> Iterator[Found]:
    yield float(asked.arrows), {"x": asked.x, "f": asked.f}


@COUNT.row(
    "length for number",
    "{n} is how many arrows the longest path has. The question is how many paths there are.",
)
def _longest(asked: Counted) -> Iterator[Found]:
    yield float(asked.longest), {}
