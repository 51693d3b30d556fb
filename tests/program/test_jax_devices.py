"""The lowered JAX function on meshes of devices and on several processes; the guide's own script.

Each runs in processes of its own, since JAX divides the CPU once, when it starts.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd import Program, Value

pytest.importorskip("jax")

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/guides/many-machines.md").read_text(encoding="utf-8")
SCRIPT, JOINED, OWN_ROWS, BY_HAND = re.findall(
    r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL
)

QUICK = (  # to compile; and patient where the machine is busy
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    "--xla_cpu_collective_call_terminate_timeout_seconds=240"
)


def started(code: str, *arguments: str, devices: int) -> subprocess.Popen[str]:
    flags = {"XLA_FLAGS": f"--xla_force_host_platform_device_count={devices} {QUICK}", "JAX_PLATFORMS": "cpu"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | flags, cwd=ROOT,
    )  # fmt: skip


def printed(*runs: subprocess.Popen[str]) -> list[str]:
    try:
        ended = [run.communicate(timeout=300) for run in runs]
    finally:
        for run in runs:
            run.kill()
    assert all(run.returncode == 0 for run in runs), "\n".join(errors for _, errors in ended)
    return [output.strip() for output, _ in ended]


MESHES = """
import sys
import jax, numpy as np
from jax.sharding import AxisType, NamedSharding, PartitionSpec as P
import autograd as ag, nn
from autograd import Program, Value, values

jax.config.update("jax_enable_x64", True)
assert len(jax.devices()) == 8
rng = np.random.default_rng(0)

def network():  # edges that are there in some rows only, a constant among the terms, a lookup, a penalty
    model = nn.MLP(2, [4, 1], activation="tanh", output="linear", rng=1)
    a, b, y, k = values(a=0.1, b=0.2, y=1.0, k=1.0)
    w, *more = model.parameters()
    z = ag.where(ag.heaviside(a), ag.sqrt(ag.relu(a)) * w, w * b)
    penalty = 1e-3 * nn.reg.l2(model)
    loss = ag.square(model([a, b])[0] - y * ag.take(more, k)) + ag.logsumexp([w * a, z, 1.0]) + penalty
    columns = rng.normal(size=64), rng.uniform(size=64), rng.normal(size=64), rng.integers(0, 4, 64)
    return Program(loss, [a, b, y, k]), np.column_stack(columns)

def penalty():  # needs no row
    w = [Value(k + 1.0) for k in range(8)]
    return Program(ag.dot(w, w), [Value(1.0)]), rng.normal(size=(64, 1))

axis = {"explicit": AxisType.Explicit, "automatic": AxisType.Auto}[sys.argv[1]]
line = jax.make_mesh((8,), ("b",), axis_types=(axis,))
plane = jax.make_mesh((4, 2), ("b", "m"), axis_types=(axis, axis))

def checked(make, mesh, *ways):
    program, table = make()
    function, (loss, gradient) = program.lower("jax"), program.value_and_grad(table)
    bound = 64 * 2.0**-52 * (1.0 + np.abs(gradient).max() + abs(loss))  # sums of 64 rows in another order
    rows = jax.device_put(table, NamedSharding(mesh, P("b")))
    whole = jax.device_put(program.parameters, NamedSharding(mesh, P()))
    def mapped(**more):
        mean = lambda p, r: jax.lax.pmean(function(p, r), "b")
        return jax.shard_map(mean, mesh=mesh, in_specs=(P(), P("b")), out_specs=(P(), P()), **more)
    def inside(p, r):
        with jax.set_mesh(mesh):
            return jax.jit(function)(p, r)
    def compiled(p, r):
        run = jax.jit(function).lower(p, r).compile()
        assert "all-reduce" in run.as_text(), "each device sums its rows, and the sums are added"
        assert "all-gather" not in run.as_text(), "no row leaves its device"
        return run(p, r)
    calls = {
        "direct": function, "jit": compiled, "in the mesh": inside, "shard_map": mapped(),
        "jit of shard_map": jax.jit(mapped()), "unchecked": jax.jit(mapped(check_vma=False)),
        "partly mapped": jax.jit(mapped(axis_names={"b"})), "parts": function,
    }
    for way in ways:
        parameters = whole
        if way == "in the mesh":
            parameters = program.parameters
        if way == "parts":
            parameters = jax.device_put(whole, NamedSharding(mesh, P(mesh.axis_names[-1])))
        found = calls[way](parameters, rows)
        assert abs(float(found[0]) - loss) < bound, (make, mesh, way, found, loss)
        assert np.abs(np.asarray(found[1]) - gradient).max() < bound, (make, mesh, way, found, gradient)
        if way != "parts":
            assert found[1].sharding.is_fully_replicated, (make, way)
        elif axis == AxisType.Explicit:
            assert found[1].sharding.is_equivalent_to(parameters.sharding, 1), found[1].sharding

checked(network, line, "direct", "jit", "in the mesh", "jit of shard_map")
if axis == AxisType.Explicit:
    checked(network, line, "shard_map", "unchecked")
checked(penalty, line, "direct")
checked(penalty, plane, "parts", "partly mapped")
print("agree")
"""


@pytest.mark.parametrize("axes", ["explicit", "automatic"])
def test_a_mesh_gives_the_gradient_of_one_machine_however_it_is_called(axes: str) -> None:
    assert printed(started(MESHES, axes, devices=8)) == ["agree"]


def on_one_machine(epochs: int) -> float:
    """Train the guide's network by Adam's formulas, from the program's own gradients."""
    names: dict[str, object] = {"__name__": "one machine"}
    recorded = (
        SCRIPT[: SCRIPT.index("function = ")] + SCRIPT[SCRIPT.index("rng = ") : SCRIPT.index("rows = ")]
    )
    lines = [line for line in recorded.splitlines() if not re.search(r"\b(jax|optax)\b", line)]
    exec("\n".join(lines), names)  # noqa: S102 - the page's own lines
    program, data = names["program"], names["data"]
    assert isinstance(program, Program)
    m = v = np.zeros(len(program.parameters))
    loss = 0.0
    for t in range(1, epochs + 1):
        loss, g = program.value_and_grad(np.asarray(data))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        program.parameters -= 0.02 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return loss


def test_the_guides_script_trains_on_eight_devices_and_on_two_processes_as_on_one_machine() -> None:
    pytest.importorskip("optax")
    expected = on_one_machine(200)
    assert expected < 0.01
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (placed,) = re.findall(r"^rows = .*$", SCRIPT, flags=re.MULTILINE)
    several = JOINED + SCRIPT.replace(placed, OWN_ROWS)
    by_hand = SCRIPT + BY_HAND + "print(float(loss) - program.value_and_grad(data)[0])\n"
    alone, first, second = printed(
        started(by_hand, devices=8),
        *(started(several, address, "2", str(number), devices=2) for number in range(2)),
    )
    alone, difference = alone.splitlines()
    assert abs(float(difference)) < 1e-14
    for output, processes, devices in ((alone, 1, 8), (first, 2, 4), (second, 2, 4)):
        told, loss = output.splitlines()[-1].split(": ")
        assert told == f"{processes} processes, {devices} devices"
        assert float(loss) == pytest.approx(expected, rel=1e-6), "200 updates, each of sums in another order"


def test_a_jax_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import jax

    monkeypatch.delattr(jax, "enable_x64")
    with pytest.raises(ImportError, match=r"jax 0\.8 or later, and .+ is installed.*--upgrade"):
        Program(Value(1.0) * 2.0).lower("jax")
