"""An optimiser's step as C: compiled, it does what the text does in NumPy."""

import ctypes

import numpy as np
import pytest

import nn
from autograd import Update, Value
from autograd.program.native import backend, toolchain, update
from tests.program.compiling import needs_compiler

pytestmark = needs_compiler
N = 37  # no multiple of a vector's width


@pytest.fixture(autouse=True)
def cache_of_these_tests(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "updates"))


def compiled(text):
    """The functions of an update, called with a matrix of state."""
    library = backend.compiled(text)
    n, number, array = ctypes.c_int64, ctypes.c_double, np.ctypeslib.ndpointer(np.float64, flags="C")
    rows = np.ctypeslib.ndpointer(np.uintp)
    library.chainrule_update.argtypes = [n, n, number, number, array, array, array, rows, array]
    library.chainrule_ahead.argtypes = [n, n, array, array, rows, array]
    library.chainrule_update.restype, library.chainrule_ahead.restype = number, None
    return library


def steps(text, hyper, count=8):
    """Parameters and state after some steps, by NumPy and by C."""
    library, rng = compiled(text), np.random.default_rng(0)
    p, g = rng.normal(size=N), rng.normal(size=(count, N))
    g[:, :3] = 0.0
    state = rng.uniform(0.1, 1.0, size=(len(text.state), N))
    squares = np.zeros(1)
    numbers = np.array([hyper[name] for name in text.hyper])
    q, rows, point = p.copy(), state.copy(), np.empty(N)
    places = np.array([row.ctypes.data for row in rows], dtype=np.uintp)
    for t in range(1, count + 1):
        library.chainrule_ahead(N, 0, numbers, q, places, point)
        assert text.point(p, tuple(state), hyper) == pytest.approx(point, rel=1e-13, abs=1e-13)
        p, new = text(p, g[t - 1], tuple(state), 0.1, float(t), hyper)
        state = np.array(new).reshape(state.shape)
        assert library.chainrule_update(N, 0, 0.1, t, numbers, q, g[t - 1], places, squares) == 0.0
    assert squares[0] == pytest.approx(np.sum(g * g), rel=1e-13)
    return p, q, state, rows


CASES = [
    (kind, options)
    for kind in nn.optim.ROWS.values()
    for options in ({}, {"nesterov": True, "momentum": 0.9}, {"eps_inside_sqrt": True}, {"weight_decay": 0.1})
    if options.keys() <= set(kind.__dataclass_fields__)
]


@pytest.mark.parametrize(("kind", "options"), CASES)
def test_every_optimiser_makes_the_same_bits_in_c(kind, options, monkeypatch):
    exact = tuple(flag.replace("fp-contract=fast", "fp-contract=off") for flag in toolchain.FLAGS)
    monkeypatch.setattr(toolchain, "FLAGS", exact)
    optimizer = kind([Value(0.0)], lr=0.1, **options)
    p, q, state, rows = steps(optimizer.update, vars(optimizer))
    assert q.tolist() == p.tolist()
    assert rows.tolist() == state.tolist()


@pytest.mark.parametrize("kind", [nn.optim.Nesterov, nn.optim.Adam])
def test_products_and_sums_that_are_rounded_once_change_the_last_places_only(kind):
    optimizer = kind([Value(0.0)], lr=0.1)
    p, q, state, rows = steps(optimizer.update, vars(optimizer))
    assert q == pytest.approx(p, rel=1e-12, abs=1e-13)
    assert rows == pytest.approx(state, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("kind", "left"), [(nn.optim.Momentum, [0.0]), (nn.optim.Adam, [0.0, 0.951e-307])])
def test_what_decays_without_a_gradient_ends_at_zero_in_c_as_in_numpy(kind, left):
    optimizer = kind([Value(0.0)], lr=0.1)
    text, hyper = optimizer.update, vars(optimizer)
    library, numbers = compiled(text), np.array([hyper[name] for name in text.hyper])
    p, g, squares = np.ones(N), np.zeros(N), np.zeros(1)
    state = np.full((len(text.state), N), 1e-307)
    q, rows = p.copy(), state.copy()
    places = np.array([row.ctypes.data for row in rows], dtype=np.uintp)
    for t in range(1, 51):  # 0.9^50 * 1e-307 is 5e-310, which has lost two of its digits
        p, new = text(p, g, tuple(state), 0.1, float(t), hyper)
        state = np.array(new)
        assert library.chainrule_update(N, 0, 0.1, t, numbers, q, g, places, squares) == 0.0
    assert q.tolist() == p.tolist()
    for found in (rows, state):
        assert found == pytest.approx(np.outer(left, np.ones(N)), rel=1e-3, abs=0.0)


def test_words_of_c_and_all_forms_of_the_language_can_be_used():
    text = Update("""
        double = where(g == 0, 0, sign(g)*maximum(abs(g), auto)) + pi
        int = -double/2 + floor(int)
        p = where(auto - 0.5, p - lr*double**2, int)
    """)
    assert (text.state, text.hyper) == (("int",), ("auto",))
    for auto in (0.5, 0.25):
        p, q, state, rows = steps(text, {"auto": auto})
        assert q == pytest.approx(p, rel=1e-12)
        assert rows == pytest.approx(state, rel=1e-12)


def test_a_text_printed_wrongly_would_be_noticed(monkeypatch):
    printed = update.source
    monkeypatch.setattr(
        backend, "update_source", lambda text: printed(text).replace("v_beta *", "1.001 * v_beta *")
    )
    optimizer = nn.optim.Momentum([Value(0.0)], lr=0.1)
    p, q, _, _ = steps(optimizer.update, vars(optimizer), count=1)
    assert q != pytest.approx(p, rel=1e-6)
