"""An optimiser's step as C: one loop over all parameters, to stand behind a program's text.

Knows the text of an `Update`; no program, no optimiser and no compiler.
"""

from __future__ import annotations

import math

from autograd.program.native.formulas import CFormulas, literal
from autograd.table.compile import indent
from autograd.table.language import assignments
from autograd.table.update import Update


class UpdateFormulas(CFormulas):
    """Reads the formulas of an update for one parameter; C has words of its own, so names get a prefix.

    Examples
    --------
    >>> UpdateFormulas().read("where(g > 0, sqrt(auto), 1)")
    '((v_g > 0.0) ? sqrt(v_auto) : 1.0)'
    """

    def __init__(self) -> None:
        pass

    def name(self, name: str) -> str:
        return literal(math.pi) if name == "pi" else f"v_{name}"


def source(update: Update) -> str:
    r"""Print the functions that make one step of n parameters, and that look ahead.

    A row of `state` holds the n numbers of one state variable, `hyper` the hyper-parameters in their order.

    Examples
    --------
    >>> print(source(Update("v = beta*v - lr*g\np = p + v")).partition("void chainrule_ahead")[0])
    void chainrule_update(i64 n, double v_lr, double v_t, const double *hyper, double *restrict p,
                          const double *restrict g, double *restrict state) {
        const double v_beta = hyper[0];
        for (i64 i = 0; i < n; i++) {
            double v_p = p[i], v_g = g[i], v_v = state[0 * n + i];
            v_v = ((v_beta * v_v) - (v_lr * v_g));
            v_p = (v_p + v_v);
            p[i] = v_p, state[0 * n + i] = v_v;
        }
    }
    """
    reader, lines = UpdateFormulas(), assignments(update.text)
    places = {name: f"state[{row} * n + i]" for row, name in enumerate(update.state)}
    hyper = [f"const double v_{name} = hyper[{row}];" for row, name in enumerate(update.hyper)]
    kept = "".join(f", v_{name} = {place}" for name, place in places.items())
    helpers = dict.fromkeys(name for name, _ in lines if name not in {"p", "g", "lr", "t", *places})
    step = [f"double v_p = p[i], v_g = g[i]{kept};"]
    step += [f"double {', '.join(f'v_{name}' for name in helpers)};"] if helpers else []
    step += [f"v_{name} = {reader.read(formula)};" for name, formula in lines]
    step += [", ".join(["p[i] = v_p", *(f"{place} = v_{name}" for name, place in places.items())]) + ";"]
    ahead = [f"const double v_p = p[i]{kept};", f"point[i] = {reader.read(update.point)};"]
    return "\n".join(
        [
            "void chainrule_update(i64 n, double v_lr, double v_t, const double *hyper, double *restrict p,",
            "                      const double *restrict g, double *restrict state) {",
            *indent([*hyper, "for (i64 i = 0; i < n; i++) {", *indent(step), "}"]),
            "}",
            "void chainrule_ahead(i64 n, const double *hyper, const double *p, const double *state,",
            "                     double *point) {",
            *indent([*hyper, "for (i64 i = 0; i < n; i++) {", *indent(ahead), "}"]),
            "}",
        ]
    )
