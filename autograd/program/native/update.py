"""An optimiser's step as C: one loop over all parameters, to stand behind a program's text.

Knows the text of an `Update`; no program, no optimiser and no compiler.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Set

from autograd.program.native.formulas import CFormulas, literal
from autograd.table.compile import indent
from autograd.table.language import assignments, names
from autograd.table.update import LEAST, Update


class UpdateFormulas(CFormulas):
    """Reads the formulas of an update for one parameter; C has words of its own, so names get a prefix.

    Parameters
    ----------
    same : set of str, optional
        The names that stand for the same number at all parameters. What is divided by such numbers alone is
        divided more quickly.

    Attributes
    ----------
    divisors : list of str
        These divisors: `d0`, `d1`, ... in the formulas, with their reciprocals `r0`, `r1`, ...

    Examples
    --------
    >>> reader = UpdateFormulas({"auto"})
    >>> reader.read("where(g > 0, sqrt(auto), g/(1 - auto))"), reader.divisors
    ('((v_g > 0.0) ? sqrt(v_auto) : over(v_g, d0, r0))', ['(1.0 - v_auto)'])
    """

    def __init__(self, same: Set[str] = frozenset()) -> None:
        self.same, self.divisors, self.names = same, list[str](), {}

    def visit(self, tree: ast.expr) -> str:
        match tree:
            case ast.BinOp(left=left, op=ast.Div(), right=right) if self._same(right) and not self._same(
                left
            ):
                divisor = self.visit(right)
                if divisor not in self.divisors:
                    self.divisors.append(divisor)
                k = self.divisors.index(divisor)
                return f"over({self.visit(left)}, d{k}, r{k})"
        return super().visit(tree)

    def _same(self, node: ast.expr) -> bool:
        """Whether an expression is the same number at all parameters, and no number of the text itself."""
        found = names(ast.unparse(node))
        return not self.names and bool(found) and found <= self.same

    def name(self, name: str) -> str:
        return self.names.get(name, literal(math.pi) if name == "pi" else f"v_{name}")


def normal(x: str) -> str:
    """Print a number, or 0 where it is less than `LEAST`."""
    return f"{x} * (fabs({x}) >= {LEAST.hex()})"


def source(update: Update) -> str:
    r"""Print the functions that make one step of n parameters, and that look ahead.

    `p` and `g` begin with the first of these parameters, the arrays of `state`, in their order, with all of
    them: `first` comes before these. `hyper` holds the hyper-parameters in their order. The step returns 0,
    or nan where a gradient or a new parameter is not finite.

    Examples
    --------
    >>> print(source(Update("v = beta*v - lr*g\np = p + v")).partition("void chainrule_ahead")[0])
    double chainrule_update(i64 n, i64 first, double lr, double t, const double *hyper,
            double *restrict p, const double *restrict g, double *const *state, double *squares) {
        const double v_beta = hyper[0];
        const double v_lr = lr;
        const double v_t = t;
        double *restrict s_v = state[0] + first;
        double length = 0.0, odd = 0.0;
        #pragma omp simd reduction(+ : length, odd)
        for (i64 i = 0; i < n; i++) {
            double v_p = p[i], v_g = g[i], v_v = s_v[i];
            const double zero = v_g * 0.0;
            length += v_g * v_g;
            v_v = ((v_beta * v_v) - (v_lr * v_g));
            v_p = (v_p + v_v);
            p[i] = v_p, s_v[i] = v_v * (fabs(v_v) >= 0x1.0000000000000p-1022);
            odd += zero + v_p * 0.0;
        }
        *squares += length;
        return odd;
    }
    """
    lines = assignments(update.text)
    targets = dict.fromkeys(name for name, _ in lines)
    given = [name for name in ("lr", "t") if name not in targets]
    reader = UpdateFormulas({*update.hyper, *given})
    made = [f"v_{name} = {reader.read(formula)};" for name, formula in lines]
    point = reader.read(update.ahead)
    hyper = [f"const double v_{name} = hyper[{row}];" for row, name in enumerate(update.hyper)]
    state = [f"double *restrict s_{name} = state[{row}] + first;" for row, name in enumerate(update.state)]
    kept = "".join(f", v_{name} = s_{name}[i]" for name in update.state)
    set_here = "".join(f", v_{name} = {name}" for name in ("lr", "t") if name in targets)
    helpers = [f"v_{name}" for name in targets if name not in {"p", "g", "lr", "t", *update.state}]
    step = [
        f"double v_p = p[i], v_g = g[i]{set_here}{kept};",
        *([f"double {', '.join(helpers)};"] if helpers else []),
        "const double zero = v_g * 0.0;",
        "length += v_g * v_g;",
        *made,
        ", ".join(["p[i] = v_p", *(f"s_{name}[i] = {normal(f'v_{name}')}" for name in update.state)]) + ";",
        "odd += zero + v_p * 0.0;",
    ]
    head = [*hyper, *(f"const double v_{name} = {name};" for name in given)]
    head += [
        f"const double d{k} = {divisor}, r{k} = 1.0 / d{k};" for k, divisor in enumerate(reader.divisors)
    ]
    ahead = [f"const double v_p = p[i]{kept};", f"point[i] = {point};"]
    return "\n".join(
        [
            "double chainrule_update(i64 n, i64 first, double lr, double t, const double *hyper,",
            "        double *restrict p, const double *restrict g, double *const *state, double *squares) {",
            *indent([*head, *state, "double length = 0.0, odd = 0.0;"]),
            *indent(["#pragma omp simd reduction(+ : length, odd)"]),
            *indent(["for (i64 i = 0; i < n; i++) {", *indent(step), "}"]),
            *indent(["*squares += length;", "return odd;"]),
            "}",
            "void chainrule_ahead(i64 n, i64 first, const double *hyper, const double *p,",
            "        double *const *state, double *point) {",
            *indent([*hyper, *state, "for (i64 i = 0; i < n; i++) {", *indent(ahead), "}"]),
            "}",
        ]
    )
