"""The table of kernels: who names them, what the columns name, and how far the columns agree."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Program, Value, logsumexp
from autograd.program.numpy.backend import FUNCTIONS
from autograd.table.kernels import IEEE, KERNELS, SIGNS, Kernel
from autograd.table.language import functions, names
from autograd.table.primitive import BUILT_IN, TABLE, Primitive, register, unregister
from autograd.table.rows import pow
from tests.program.compiling import needs_compiler

ROWS = [row for row in TABLE.values() if row in BUILT_IN]
ELEMENTWISE = [kernel for kernel in KERNELS.values() if not kernel.sequences]


def texts(kernel: Kernel) -> list[str]:
    """The columns of a kernel that are formulas."""
    return [text for text in (kernel.numpy, kernel.c, kernel.jax) if "(" in text]


def row_of(kernel: Kernel) -> Primitive:
    """A row that is nothing but the kernel."""
    return pow if kernel.name == "power" else TABLE[kernel.name]


def test_rows_name_kernels_and_every_kernel_is_named() -> None:
    named = {name for row in ROWS for text in (row.forward, *row.partials) for name in functions(text)}
    assert named - {"where"} <= KERNELS.keys()
    inside = {name for kernel in KERNELS.values() for text in texts(kernel) for name in functions(text)}
    assert inside - {"where"} <= KERNELS.keys()
    assert KERNELS.keys() <= named | inside


@pytest.mark.parametrize("kernel", [*KERNELS.values(), *SIGNS.values()], ids=lambda kernel: kernel.name)
def test_a_kernel_has_every_column(kernel: Kernel) -> None:
    assert callable(kernel.fast)
    assert callable(kernel.ieee)
    assert all((kernel.parameters, kernel.numpy, kernel.c, kernel.jax))
    assert set(kernel.sequences) <= set(kernel.parameters)
    for text in texts(kernel):
        assert names(text) <= {*kernel.parameters, "j"}


@pytest.mark.parametrize("kernel", [*KERNELS.values(), *SIGNS.values()], ids=lambda kernel: kernel.name)
def test_what_a_column_names_is_there(kernel: Kernel) -> None:
    assert kernel.numpy in texts(kernel) or kernel.numpy in FUNCTIONS
    jax = pytest.importorskip("jax")
    from jax.scipy import special

    if kernel.jax not in [*texts(kernel), "others"]:
        assert hasattr(jax.numpy, kernel.jax) or hasattr(special, kernel.jax)


def test_a_kernel_differs_from_its_ieee_column_only_where_it_raises() -> None:
    points = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -3.0, 800.0, -800.0, 1e308, math.inf, -math.inf, math.nan]
    for kernel in ELEMENTWISE:
        for x in points:
            for operands in [(x,)] if len(kernel.parameters) == 1 else [(x, y) for y in points]:
                found = kernel.ieee(*operands)
                try:
                    expected = kernel.fast(*operands)
                except (ArithmeticError, ValueError):
                    continue
                assert found == expected or (math.isnan(found) and math.isnan(expected))


def sampled(kernel: Kernel) -> np.ndarray:
    """Operands inside the domain of the kernel's row; for logaddexp where its terms do not cancel."""
    rng, boxes = np.random.default_rng(3), row_of(kernel).domain[: len(kernel.parameters)]
    lowest = 0.0 if kernel.name == "logaddexp" else -math.inf
    return np.column_stack([rng.uniform(max(low, lowest), high, 500) for low, high in boxes])


def differences(backend: str) -> dict[str, float]:
    """Replay all kernels, and say by how many units in the last place each differs from eager evaluation."""
    rows = [sampled(kernel) for kernel in ELEMENTWISE]
    inputs = [[Value(x) for x in numbers[0].tolist()] for numbers in rows]
    nodes = [row_of(kernel)(*operands) for kernel, operands in zip(ELEMENTWISE, inputs, strict=True)]
    program = Program(ag.sum(nodes), [x for operands in inputs for x in operands], backend, outputs=nodes)
    assert program.backend == backend
    program.forward(np.hstack(rows))
    found = {}
    for kernel, numbers, got in zip(ELEMENTWISE, rows, program.outputs.T, strict=True):
        expected = np.array([kernel.ieee(*operands) for operands in numbers.tolist()])
        found[kernel.name] = float(np.max(np.abs(got - expected) / np.spacing(np.abs(expected))))
    return found


def too_far(backend: str) -> dict[str, float]:
    """The kernels that differ by more than they state."""
    return {name: ulps for name, ulps in differences(backend).items() if ulps > KERNELS[name].ulps}


def test_numpy_is_within_the_stated_ulps_of_eager_evaluation() -> None:
    assert too_far("numpy") == {}


@needs_compiler
def test_c_is_within_the_stated_ulps_of_eager_evaluation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path))
    assert too_far("native") == {}


def test_a_kernel_that_is_wrong_in_the_last_places_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FUNCTIONS, "sin", lambda x, out: np.multiply(np.sin(x), 1 + 2e-15, out=out))
    assert too_far("numpy").keys() == {"sin"}


@pytest.mark.parametrize("name", ["erf", "erfc"])
@given(x=st.lists(st.floats(), min_size=1, max_size=5))
def test_an_error_function_of_an_array_has_the_bits_of_the_error_function(name: str, x: list[float]) -> None:
    leaf = Value(0.5)
    got = Program(TABLE[name](leaf), [leaf]).forward(np.array(x)[:, None])
    assert got.tobytes() == np.array([getattr(math, name)(v) for v in x]).tobytes()


def test_error_functions_fill_every_shape() -> None:
    out = np.empty((2, 3))
    FUNCTIONS["erf"](np.array([[0.5], [math.inf]]), out)
    assert out.tolist() == [[math.erf(0.5)] * 3, [1.0] * 3]


@given(x=st.floats(), y=st.floats())
def test_the_larger_and_the_smaller_of_two_keep_nan(x: float, y: float) -> None:
    for name, function in (("maximum", np.maximum), ("minimum", np.minimum)):
        np.testing.assert_equal(IEEE[name](x, y), float(function(x, y)))


def test_a_division_by_zero_is_ieee_in_the_column_that_never_raises() -> None:
    divide = SIGNS["/"].ieee
    assert [divide(x, y) for x, y in [(1.0, 0.0), (1.0, -0.0), (-1.0, 0.0), (1.0, 4.0)]] == [
        math.inf, -math.inf, -math.inf, 0.25,
    ]  # fmt: skip
    assert math.isnan(divide(0.0, 0.0))


def test_a_row_may_call_any_kernel() -> None:
    row = register("bounded", "x", "minimum(maximum(x, -1), 1)", ["where(abs(x) <= 1, 1, 0)"])
    try:
        x = Value(0.5)
        program = Program(row(x) * 1.0, [x])
        assert row(3.0) == 1.0
        assert program.forward([[-2.0], [0.25], [7.0]]).tolist() == [-1.0, 0.25, 1.0]
    finally:
        unregister("bounded")


def test_replay_keeps_small_terms_of_a_logarithm_of_a_sum() -> None:
    x = [Value(0.0), Value(1.0)]
    program = Program(logsumexp(x), x)
    rows = [[0.0, -40.0], [-40.0, 0.0], [0.0, 0.0], [-math.inf, -math.inf], [math.inf, 0.0], [1e308, 1e308]]
    tiny = math.log1p(math.exp(-40.0))
    assert program.forward(rows).tolist() == [tiny, tiny, math.log(2.0), -math.inf, math.inf, 1e308]
