"""The benchmarks measure what they say: checked before timed, in turns, nothing dropped, no time asserted."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import harness, peers, reference, table
from benchmarks.__main__ import choose, parse
from benchmarks.workloads import (
    BY_NAME,
    NAMED,
    WORKLOADS,
    Workload,
    chain,
    digits,
    document,
    epochs,
    logistic,
    moons,
)
from benchmarks.workloads import names as documents  # fmt: skip

SMALL = {
    "W1": partial(moons, batch=7, width=4),
    "W2": partial(logistic, 20),
    "W3": partial(chain, 30),
    "W4": partial(digits, [5, 4, 3], 6),
    "W5": BY_NAME["W5"].make,
    "W7": partial(document, 2, 3, {"vocabulary": 4, "width": 4, "heads": 2, "hidden": 3}),
}
OURS = [peer for peer in peers.PEERS if peer.worker == "chainrule_scalars"]


class Stub:
    """Speaks like a worker: right or wrong by `error`, and writes down who was asked to run."""

    def __init__(
        self, name: str, diary: list[str], error: float = 0.0, seconds: tuple[float, ...] = (1.0,)
    ) -> None:
        self.name, self.diary, self.error, self.seconds = name, diary, error, list(seconds)

    def ask(self, **command: Any) -> dict[str, Any]:
        if command["do"] == "prepare":
            loss, result = reference.expected(command["data"])
            moved = np.array(command["data"]["p"]) - result
            wrong = result - self.error * moved
            return {"loss": loss, "result": wrong.tolist(), "steps": 1, "first": 0.5}
        self.diary.append(self.name)
        return {"seconds": self.seconds[self.diary.count(self.name) % len(self.seconds)], "share": 1.0}


def small(name: str) -> Workload:
    return Workload(name, name, SMALL[name])


@pytest.mark.parametrize("name", SMALL)
def test_the_gradient_written_by_hand_is_the_slope_of_the_loss_written_by_hand(name: str) -> None:
    data = SMALL[name]()
    value_and_grad = reference.KINDS[data["kind"]](data)
    p = np.array(data["p"])
    _, gradient = value_and_grad(p)
    h = 1e-5  # truncation h**2 and rounding eps/h are both near 1e-10; third derivatives stay below 100
    for index in range(len(p)):
        step = np.zeros_like(p)
        step[index] = h
        slope = (value_and_grad(p + step)[0] - value_and_grad(p - step)[0]) / (2 * h)
        assert gradient[index] == pytest.approx(slope, abs=1e-7, rel=1e-7)


@pytest.mark.parametrize("peer", OURS, ids=lambda peer: peer.name)
@pytest.mark.parametrize("name", ["W1", "W2", "W4", "W5", "W7"])
def test_our_workers_give_the_gradient_written_by_hand(name: str, peer: peers.Peer, tmp_path: Path) -> None:
    with harness.started(peer, tmp_path, str(tmp_path), 60.0) as (worker, versions):
        data = SMALL[name]()
        reply = worker.ask(do="prepare", name="", data=data)
    assert "chainrule" in versions
    if (peer.name, name) == ("every", "W5"):
        assert "nothing to sum" in reply["unsupported"]
        return
    assert reference.disagreement(data, reply["loss"], reply["result"]) <= harness.TOLERANCE


@pytest.mark.parametrize("name", SMALL)
def test_the_worker_that_is_the_oracle_agrees_with_itself_through_the_protocol(
    name: str, tmp_path: Path
) -> None:
    numpy = next(peer for peer in peers.PEERS if peer.name == "numpy")
    with harness.started(numpy, tmp_path, str(tmp_path), 60.0) as (worker, _):
        data = SMALL[name]()
        reply = worker.ask(do="prepare", name="", data=data)
        assert worker.ask(do="time", name="", count=2)["seconds"] > 0.0
        refusal = worker.ask(do="memory", data=data)
    assert reference.disagreement(data, reply["loss"], reply["result"]) <= 1e-14
    assert refusal == {"unsupported": "keeps no graph of its own between forward and backward"}


def test_epochs_in_compiled_code_end_where_those_written_by_hand_end(tmp_path: Path) -> None:
    peer = next(peer for peer in peers.PEERS if peer.name == "fit")
    data = epochs([5, 4, 3], 12, 4) | {"epochs": 3}
    with harness.started(peer, tmp_path, str(tmp_path), 60.0) as (worker, _):
        reply = worker.ask(do="prepare", name="", data=data)
        assert worker.ask(do="time", name="", count=2)["seconds"] > 0.0
    assert reply["steps"] == 3
    assert reference.disagreement(data, reply["loss"], reply["result"]) <= harness.TOLERANCE


def test_peers_that_run_only_what_names_them_run_nothing_else() -> None:
    ran = {peer: [w.group for w in WORKLOADS if w.takes(peer)] for peer in NAMED}
    trained = ["W7", "epochs", "epochs"]
    assert ran == {"dot-alone": ["nodes"] * 4, "jax-scan": trained, "fit": trained}


def test_a_held_graph_is_weighed(tmp_path: Path) -> None:
    peer = next(peer for peer in OURS if peer.name == "dot")
    with harness.started(peer, tmp_path, str(tmp_path), 60.0) as (worker, _):
        weight = worker.ask(do="memory", data=chain(2000))
    assert weight["traced"] > 4000 * 50  # 4000 nodes, each with ten slots of eight bytes


@pytest.mark.parametrize("name", ["W1", "W2"])
def test_a_gradient_wrong_by_a_thousandth_is_refused_and_not_timed(name: str) -> None:
    diary: list[str] = []
    workload = small(name)
    right, wrong = harness.measure(
        [workload],
        {"right": Stub("right", diary), "wrong": Stub("wrong", diary, error=1e-3)},
        repeats=3,
        budget=9.0,
    )
    assert right.samples and right.error == 0.0
    assert not wrong.samples and "wrong gradient" in wrong.reason
    assert "wrong" not in diary


def test_a_gradient_of_another_length_or_with_nan_is_infinitely_wrong() -> None:
    data = SMALL["W2"]()
    loss, gradient = reference.expected(data)
    assert reference.disagreement(data, loss, gradient[:-1].tolist()) == float("inf")
    assert reference.disagreement(data, loss, [float("nan"), *gradient[1:]]) == float("inf")


def test_repeats_are_taken_in_turns() -> None:
    diary: list[str] = []
    speakers = {name: Stub(name, diary) for name in ("a", "b", "c")}
    harness.measure([small("W2")], speakers, repeats=3, budget=99.0)
    assert diary == ["a", "b", "c"] * 4  # one trial each, then three rounds


def test_what_is_compared_along_a_curve_is_taken_in_turns_too() -> None:
    asked: list[str] = []

    class Named(Stub):
        def ask(self, **command: Any) -> dict[str, Any]:
            asked.extend([command["name"]] * (command["do"] == "time"))
            return super().ask(**command)

    points = [Workload(f"nodes/{n}", "", partial(chain, n)) for n in (10, 20)]
    results = harness.measure(points, {"a": Named("a", [])}, repeats=2, budget=99.0)
    assert asked == ["nodes/10", "nodes/20"] * 3  # one trial each, then two rounds
    assert [(r.workload, len(r.samples)) for r in results] == [("nodes/10", 2), ("nodes/20", 2)]


def test_a_worker_keeps_the_points_of_a_curve_side_by_side(tmp_path: Path) -> None:
    peer = next(peer for peer in OURS if peer.name == "dot")
    with harness.started(peer, tmp_path, str(tmp_path), 60.0) as (worker, _):
        for name, length in [("short", 10), ("long", 10_000)]:
            worker.ask(do="prepare", name=name, data=chain(length))
        assert worker.ask(do="time", name="short", count=1).keys() == {"seconds", "share"}
        assert "failed" in worker.ask(do="time", name="none", count=1)


def test_the_median_of_the_repeats_is_reported() -> None:
    stub = Stub("a", [], seconds=(5.0, 1.0, 9.0, 2.0))
    (result,) = harness.measure([small("W2")], {"a": stub}, repeats=3, budget=99.0)
    assert sorted(result.samples) == [2.0, 5.0, 9.0]
    assert result.median == 5.0


def test_a_slow_peer_stops_when_its_budget_is_spent_and_keeps_what_it_has() -> None:
    diary: list[str] = []
    slow, fast = Stub("slow", diary, seconds=(30.0,)), Stub("fast", diary)
    first, second = harness.measure([small("W2")], {"slow": slow, "fast": fast}, repeats=5, budget=10.0)
    assert first.samples == [30.0]
    assert len(second.samples) == 5


def test_a_peer_that_dies_gives_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('out of luck')"]
    worker = harness.Worker(command, {}, patience=30.0)
    assert worker.ask(do="hello") == {"failed": "worker ended: out of luck"}
    worker.close()


def test_a_peer_that_stays_silent_is_stopped() -> None:
    worker = harness.Worker([sys.executable, "-c", "import time; time.sleep(60)"], {}, patience=0.2)
    assert worker.ask(do="hello") == {"failed": "stopped after 0.2 s without an answer"}
    worker.close()


def test_a_peer_that_cannot_be_installed_stands_in_the_table_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").write_text("a file where the environments should go", encoding="utf-8")
    absent = peers.Peer("xad", "XAD", "xad_scalars", ("xad==0.0.0",))
    ours = next(peer for peer in peers.PEERS if peer.name == "numpy")
    outcome = harness.run([absent, ours], [BY_NAME["W5"]], tmp_path / "benchmarks", repeats=1, budget=0.1)
    assert outcome["missing"]["xad"].startswith("cannot install xad==0.0.0: ")
    text = " ".join(table.Report(["xad", "numpy"], ["W5"], outcome).text().split())
    assert "| XAD | missing [1] |" in text
    assert "[1] XAD: cannot install xad==0.0.0: " in text


def test_the_table_gives_time_ratio_reason_memory_target_and_growth() -> None:
    results = [
        harness.Result("micrograd", "W1", [1.2, 1.3, 1.1]),
        harness.Result("dot", "W1", [0.02]),
        harness.Result("numpy", "W1", reason="wrong gradient"),
        harness.Result("dot", "W3/1e5", [0.2], memory={"resident": 40_000_000, "traced": 30_000_000}),
        harness.Result("dot", "nodes/1e3", [1e-3]),
        harness.Result("dot", "nodes/1e4", [3e-2]),
    ]
    outcome = {"results": results, "missing": {}}
    names = ["micrograd", "numpy", "dot"]
    text = table.Report(names, ["W1", "W3/1e5", "nodes/1e3", "nodes/1e4"], outcome).text()
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "| micrograd | 1.20 s (60.0×) | – | – |" in lines
    assert "| NumPy by hand | – [1] | – | – |" in lines
    assert "[1] wrong gradient" in lines
    assert "| chainrule (dot) | 20.0 ms (1.00×) | 200 ms (1.00×) | 200 / 150 |" in lines
    assert "| W1: micrograd / chainrule (dot) | 60.0× | 55.0× | at least 60× | met |" in lines
    assert "| resident bytes per node | 200 | | at most 300, aim 200 | met |" in lines
    assert "| chainrule (dot) | 1.00 µs | 3.00 µs | 3.00 |" in lines


def test_a_thousand_updates_are_the_first_and_as_many_as_are_left() -> None:
    results = [
        harness.Result("jax-jit", "W7/names", [0.5], first=2.0),
        harness.Result("program-native", "W7/names", [0.1], first=25.0, again=21.0, steps=200),
        harness.Result("microgpt", "W7/names", reason="wrong gradient"),
    ]
    names = ["microgpt", "jax-jit", "program-native"]
    text = table.Report(names, ["W7/names"], {"results": results, "missing": {}}).text()
    lines = [" ".join(line.split()) for line in text.splitlines()]
    found = lines[lines.index("## 1000 updates of microgpt") :]
    assert found[2:6] == [
        "| peer | cold | warm | measured |",
        found[3],
        "| JAX, jit per step | 502 s | – | 1 of 1000 |",  # 2 + 999 / 2
        "| chainrule Program (native) | 105 s | 101 s | 200 of 1000 |",  # 25 + 800 / 10, and 21 + 800 / 10
    ]
    assert "| peer | W7/names | W7/names in a later process |" in lines


@pytest.mark.parametrize("name", ["microgpt", "every", "dot", "program-native", "train-native", "fit"])
def test_updates_by_adam_end_where_those_written_by_hand_end(name: str, tmp_path: Path) -> None:
    peer = next(peer for peer in peers.PEERS if peer.name == name)
    data = documents(20, {"vocabulary": 4, "width": 4, "heads": 2, "hidden": 3}, longest=4)
    with harness.started(peer, tmp_path, str(tmp_path), 60.0) as (worker, _):
        reply = worker.ask(do="prepare", name="", data=data)
    assert reply["steps"] == 20
    assert reference.disagreement(data, reply["loss"], reply["result"], 20) <= harness.TOLERANCE


def test_every_target_names_peers_and_workloads_that_exist() -> None:
    names = {peer.name for peer in peers.PEERS}
    assert {t.slow for t in table.TARGETS} | {t.fast for t in table.TARGETS} <= names
    assert {t.workload for t in table.TARGETS} <= set(BY_NAME)
    assert {peer for workload in WORKLOADS for peer in workload.peers} <= names


def test_a_group_chooses_all_of_its_workloads_and_quick_leaves_out_the_long_ones() -> None:
    assert [w.name for w in choose(["W3", "W5"], quick=False)] == ["W3/1e5", "W3/1e6", "W5"]
    assert [w.name for w in choose(["W3/1e6"], quick=True)] == ["W3/1e6"]
    assert [w.name for w in choose(None, quick=True)] == [
        "W1",
        "W2",
        "W3/1e5",
        "W4",
        "W5",
        "W6",
        "W7",
        "W7/40",
        "W7/names",
        "epochs/64-32-10",
        "epochs/784-128-10",
    ]


def test_an_unknown_peer_is_refused_with_the_ones_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--peers", "tensorflow"])
    assert "micrograd" in capsys.readouterr().err


def test_environments_live_in_the_cache_directory_asked_for_and_outside_the_repository() -> None:
    assert peers.cache_directory({"CHAINRULE_CACHE_DIR": "/somewhere"}) == Path("/somewhere/benchmarks")
    assert peers.HERE.parent not in peers.cache_directory({}).parents


def test_chainrule_is_on_the_path_of_its_own_workers_only(tmp_path: Path) -> None:
    rival = peers.Peer("autograd-scalars", "HIPS autograd", "autograd_peers", ("autograd==1.9.1",), "scalars")
    directory = tmp_path / f"autograd-1.9.1-py{sys.version_info[0]}.{sys.version_info[1]}"
    directory.mkdir()
    (directory / "requirements.txt").write_text("autograd==1.9.1", encoding="utf-8")
    _, environment = peers.command_and_environment(rival, tmp_path)
    assert "PYTHONPATH" not in environment
    _, environment = peers.command_and_environment(OURS[0], tmp_path)
    assert environment["PYTHONPATH"] == str(peers.HERE.parent)
    assert environment["OMP_NUM_THREADS"] == "1"
