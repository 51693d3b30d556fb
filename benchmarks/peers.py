"""The peers as data: what to install, which worker speaks for them; installs them, and knows no workload."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
THREADS = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
) | {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}  # fmt: skip


class MissingPeerError(Exception):
    """A peer that cannot run here; the message is the reason that the table gives."""


@dataclass(frozen=True)
class Peer:
    """One row of the table.

    `requirements` are pinned and get an environment of their own; none means the environment that the command
    runs in. A worker that speaks for chainrule finds it on its path. `compiles` marks peers whose
    preparation is worth a column of its own.
    """

    name: str
    title: str
    worker: str
    requirements: tuple[str, ...] = ()
    argument: str = ""
    compiles: bool = False


TORCH = ("torch==2.13.0", "numpy==2.4.6")
AUTOGRAD = ("autograd==1.9.1", "numpy==2.4.6")
JAX = ("jax==0.10.2", "jaxlib==0.10.2", "numpy==2.4.6")
PROGRAM = "chainrule_program"
PEERS = (
    Peer("micrograd", "micrograd", "micrograd_scalars", ("micrograd==0.1.0",)),
    Peer("microgpt", "microgpt's Value, written anew", "microgpt_scalars"),
    Peer("xad", "XAD", "xad_scalars", ("xad==1.5.2",)),
    Peer("torch-scalars", "PyTorch, scalars", "torch_peers", TORCH, "scalars"),
    Peer("torch-tensors", "PyTorch, tensors", "torch_peers", TORCH, "tensors"),
    Peer("autograd-scalars", "HIPS autograd, scalars", "autograd_peers", AUTOGRAD, "scalars"),
    Peer("autograd-arrays", "HIPS autograd, arrays", "autograd_peers", AUTOGRAD, "arrays"),
    Peer("jax-eager", "JAX, eager", "jax_peers", JAX, "eager"),
    Peer("jax-jit", "JAX, jit per step", "jax_peers", JAX, "jit", compiles=True),
    Peer("jax-loop", "JAX, 200 steps in one jit", "jax_peers", JAX, "loop", compiles=True),
    Peer("jax-scan", "JAX, an epoch in one lax.scan", "jax_peers", JAX, "epochs", compiles=True),
    Peer("casadi", "CasADi SX", "casadi_peer", ("casadi==3.8.2", "numpy==2.4.6"), compiles=True),
    Peer("numpy", "NumPy by hand", "numpy_peer"),
    Peer("every", "chainrule (every * and +)", "chainrule_scalars", argument="every"),
    Peer("dot", "chainrule (dot)", "chainrule_scalars", argument="dot"),
    Peer("dot-alone", "chainrule (dot), collector off", "chainrule_scalars", argument="dot off"),
    Peer("program-numpy", "chainrule Program (numpy)", PROGRAM, argument="numpy step", compiles=True),
    Peer("program-native", "chainrule Program (native)", PROGRAM, argument="native step", compiles=True),
    Peer("program-jax", "chainrule Program (jax)", PROGRAM, JAX, "jax step", compiles=True),
    Peer("train-numpy", "chainrule train (numpy)", PROGRAM, argument="numpy train", compiles=True),
    Peer("train-native", "chainrule train (native)", PROGRAM, argument="native train", compiles=True),
    Peer("fit", "chainrule nn.fit (native)", "chainrule_fit", compiles=True),
)


def cache_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Where environments live: `$CHAINRULE_CACHE_DIR`, else the user's cache directory."""
    if environ.get("CHAINRULE_CACHE_DIR"):
        return Path(environ["CHAINRULE_CACHE_DIR"]) / "benchmarks"
    home = Path.home()
    if sys.platform == "win32":
        base = Path(environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "chainrule" / "benchmarks"


def interpreter(peer: Peer, cache: Path) -> Path:
    """Return the Python that runs this peer's worker; make its environment when it is not there yet.

    Raises
    ------
    MissingPeerError
        When the environment cannot be made or the packages cannot be installed.
    """
    if not peer.requirements:
        return Path(sys.executable)
    name = f"{peer.requirements[0].replace('==', '-')}-py{sys.version_info[0]}.{sys.version_info[1]}"
    directory, complete = cache / name, cache / name / "requirements.txt"
    python = directory / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = "\n".join(peer.requirements)
    if complete.exists() and complete.read_text(encoding="utf-8") == wanted:
        return python
    print(f"installing {', '.join(peer.requirements)} into {directory}", file=sys.stderr)
    shutil.rmtree(directory, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", str(directory)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.requirements],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
            raise MissingPeerError(f"cannot install {', '.join(peer.requirements)}: {lines[-1].strip()}")
    complete.write_text(wanted, encoding="utf-8")
    return python


def command_and_environment(peer: Peer, cache: Path) -> tuple[list[str], dict[str, str]]:
    """Say how to start a worker: with one thread, and with this repository on the path where it is wanted."""
    python = interpreter(peer, cache)
    inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    environment = inherited | THREADS
    if peer.worker.startswith("chainrule") or not peer.requirements:
        environment["PYTHONPATH"] = str(HERE.parent)
    return [str(python), str(HERE / "workers" / f"{peer.worker}.py"), *peer.argument.split()], environment
