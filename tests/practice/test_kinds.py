"""Questions drawn from seeds: reproducible, right, and with the answer apart from every slip."""

import itertools
import json
import math
import re
from collections.abc import Iterator

import pytest

import viz
from autograd import Graph, Value, backward_steps, explain, forward_steps, paths, practice, values
from autograd.practice import KINDS, Question, question, read

SEEDS = range(12)
DRAWN = list(itertools.product(KINDS, (1, 2, 3)))


def false_equations(text: str) -> Iterator[str]:
    """Yield the sentences in which two numbers that are not equal, as they are written, are said to be."""
    for sentence in re.split(r"(?<=[.!?])\s|\n|;", text):
        sides = [side.strip().rstrip(".") for side in sentence.split("=")]
        written = [read(side) if re.fullmatch(r"[-−+0-9.·()\s e/^*]+", side) else None for side in sides]
        for one, other in itertools.pairwise(written):
            if one and other and one.value != pytest.approx(other.value, rel=2e-3, abs=1e-12):
                yield sentence


@pytest.mark.parametrize("kind", KINDS)
def test_equations_between_numbers_hold_as_they_are_written(kind) -> None:
    for level in (1, 2, 3):
        for seed in range(12):
            asked = question(kind, seed=seed, level=level)
            for text in (*asked.hints, *(slip.sentence for slip in asked.slips)):
                assert not [*false_equations(text)], asked.source


def test_numbers_that_nearly_cancel_are_written_with_the_digits_that_tell_them_apart() -> None:
    (x,) = values(x=1.0)
    y = x * 1.0004 - x
    y.label = "y"
    told = [explain(y, x), paths(y, x), *(step.text for step in (*forward_steps(y), *backward_steps(y)))]
    told += [*practice.gradient(y, x).hints, *practice.merge(y, x).hints, *practice.value(y).hints]
    told += [viz.paths(y, x).text, viz.worksheet(y).solved.text, viz.walkthrough(y).text]
    for text in map(str, told):
        assert not [*false_equations(text)]
    assert "dy/dx = 1.0004 - 1 = 0.0004" in str(told[0])
    assert "1.0004 - 1 = 0.0004" in explain(y, x).latex
    assert '"operands":{"3":["1.0004","1"]}' in viz.walkthrough(y).html
    assert [*false_equations("y = 1 - 1 = 0.0004. Fine: 1 + 1 = 2")] == ["y = 1 - 1 = 0.0004."]


def test_a_nudge_that_is_small_beside_the_result_can_be_seen_in_it() -> None:
    a, b = values(a=114.0, b=2.0)
    f = a * b
    f.label = "f"
    asked = practice.nudge(f, a, 0.02)  # 2·0.02
    assert asked.hints[1] == "f is 228 at a = 114 and 228.04 at a = 114.02."
    assert asked.hints[2] == "228.04 − 228 = 0.04."


def nudged(graph: Graph, node: int, edge: object = None, by: float = 1e-6) -> float:
    """Difference the root by a node, recomputing the graph in plain floats; independent of every partial."""

    def root(shift: float) -> float:
        data = [n.data for n in graph.nodes]
        data[node] += shift
        for n in graph.nodes:
            if n.op is not None and n.index != node:
                x = [data[e.source] for e in graph.operands[n.index]]
                data[n.index] = {
                    "add": sum, "mul": math.prod, "sub": lambda x: x[0] - x[1], "div": lambda x: x[0] / x[1],
                    "pow": lambda x: x[0] ** x[1],
                }[n.op.name](x)  # fmt: skip
        return data[graph.roots[0]]

    return (root(by) - root(-by)) / (2 * by)


def truth(q: Question) -> float | None:
    """Find the answer of a drawn question in another way than its maker; None where there is no number."""
    if q.kind in ("gradient", "merge"):
        return nudged(q.graph, q.asked)
    if q.kind == "nudge":
        by = -0.01 if "shrinks" in q.prompt else 0.01
        return nudged(q.graph, q.asked, by=abs(by) / 2) * by if not square_of(q) else None
    if q.kind == "value":
        return float(eval_lines(q)[q.names[q.asked]])
    if q.kind == "step":
        lr = float(q.prompt.rstrip("?").split()[-1])
        return q.graph.nodes[q.asked].data - lr * nudged(q.graph, q.asked)
    return None


def square_of(q: Question) -> bool:
    return any(n.op is not None and n.op.name == "pow" for n in q.graph.nodes)


def eval_lines(q: Question) -> dict[str, float]:
    """Run the lines that the question shows, as Python: what is shown must give what is asked."""
    scope: dict[str, float] = {}
    for line in reversed(q.given):
        for part in line.split(", "):
            name, _, text = part.partition(" = ")
            text = text.replace("·", "*").replace("−", "-").replace("²", "**2")
            scope[name] = eval(text, {}, scope)  # noqa: S307  # our own line
    return scope


@pytest.mark.parametrize(("kind", "level"), DRAWN)
def test_a_drawn_question_keeps_its_answer_apart_from_every_slip(kind, level) -> None:
    for seed in SEEDS:
        q = question(kind, seed, level)
        leaves = [q.graph.nodes[leaf].data for leaf in q.graph.leaves]
        assert len({abs(x) for x in leaves}) == len(leaves)  # no equal leaves, nor opposite ones
        assert not {0.0, 1.0, -1.0} & set(leaves)
        if q.form == "number":
            assert q.hides == ()
            assert len(q.slips) >= 2
            assert all(q.check(slip.answer).right is False for slip in q.slips)
            assert all(q.check(slip.answer).sentence == slip.sentence for slip in q.slips)
            assert q.check(q.answer).right
        if q.alternatives:
            rights = [choice for choice in q.alternatives if choice.right]
            assert len(rights) == 1 or kind == "next"
            assert len({choice.text for choice in q.alternatives}) == len(q.alternatives) >= 3
            assert all(q.check(choice.text).right is choice.right for choice in q.alternatives)


@pytest.mark.parametrize("kind", ["gradient", "merge", "nudge", "value", "step"])
def test_answers_are_those_of_differences_of_the_forward_pass(kind) -> None:
    for seed in range(12):
        q = question(kind, seed, 1 + seed % 3)
        found = truth(q)
        assert found is None or q.answer == pytest.approx(found, rel=1e-6, abs=1e-9)


def test_products_and_missing_factors_multiply_to_what_is_told() -> None:
    for seed in range(12):
        q = question("missing", seed, 2)
        told, product_, _ = q.prompt.split(". ", 2)
        whole = float(told.rpartition(" ")[2].replace("−", "-"))
        others = [
            float(x)
            for x in product_.replace("−", "-").replace(" is ", " are ").split(" are ")[1].split(", ")
        ]
        assert q.answer * math.prod(others) == pytest.approx(whole)
        p = question("path", seed, 2)
        assert p.answer == pytest.approx(math.prod(edge.partial for edge in p.asked.edges))


def test_the_same_seed_gives_the_same_question_and_other_seeds_others() -> None:
    again = [json.dumps(question(kind, 7, 2).data(), sort_keys=True) for kind in KINDS]
    assert again == [json.dumps(question(kind, 7, 2).data(), sort_keys=True) for kind in KINDS]
    assert len({str(question("gradient", seed, 2)) for seed in range(30)}) == 30


def test_no_two_is_squared() -> None:
    for kind, level in DRAWN:
        for seed in SEEDS:
            q = question(kind, seed, level)
            bases = [
                q.graph.nodes[q.graph.operands[n.index][0].source].data
                for n in q.graph.nodes
                if n.op is not None and n.op.name == "pow"
            ]
            assert not {0.0, 1.0, -1.0, 2.0} & set(bases)


def test_every_lesson_has_its_kinds_and_opens_with_two_of_earlier_ones() -> None:
    assert practice.kinds(1) == practice.kinds(2) == ("nudge", "value", "factor")
    assert {"next", "paths", "path", "match"} <= set(practice.kinds(3))
    assert {"merge", "missing"} <= set(practice.kinds(6))
    assert "step" in practice.kinds(7)
    assert "step" not in practice.kinds(6)
    assert {"paths", "wrong"} <= set(practice.kinds(12))
    assert practice.kinds(19) == practice.kinds(99)  # whatever is asked at the end is asked to the last
    assert {kind for lesson in range(1, 20) for kind in practice.kinds(lesson)} == set(KINDS)
    for lesson in range(4, 20):
        first, second = practice.review(lesson, seed=1)
        earlier = {kind for before in range(1, lesson) for kind in practice.kinds(before)}
        assert first.kind != second.kind
        assert {first.source.split("/")[0], second.source.split("/")[0]} <= earlier
    stream = practice.stream(3, seed=2)
    kinds = [next(stream).source.split("/")[0] for _ in practice.kinds(3)]
    assert kinds == list(practice.kinds(3))


def test_a_kind_or_a_level_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no questions of the kind 'sums'. The kinds are nudge, value, "):
        question("sums")
    for drawn in (lambda: question("value", level=4), lambda: practice.stream(3, level=4)):
        with pytest.raises(ValueError, match="level=4 is none: levels go from 1, the easiest, to 3"):
            drawn()
    for drawn in (lambda: practice.stream(0), lambda: viz.stream(-1)):
        with pytest.raises(ValueError, match=r"There is no lesson (0|-1): no kind of question is asked"):
            drawn()
    with pytest.raises(ValueError, match="Lesson 1 has no lesson before it"):
        practice.review(1)


def test_data_is_all_that_a_page_needs_and_pure_json() -> None:
    for kind in KINDS:
        found = question(kind, 3, 2).data()
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        assert {"form", "prompt", "given", "accepted", "tolerance", "hints", "shown"} <= found.keys()


def test_a_value_may_be_infinite() -> None:
    x = Value(1e300, label="x")
    q = practice.gradient(x * x * 1e10, x)
    assert json.dumps(q.data(), allow_nan=False)
