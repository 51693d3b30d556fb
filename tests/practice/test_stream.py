"""Streams and solutions with blanks: the same for the same seed, without end in Python, fading by level."""

import json
import re

import pytest

import viz
from autograd import Graph, Value, practice, values
from autograd.practice import LEVELS, Ladder, faded


def example() -> Value:
    a, b, c = values(a=5.0, b=3.0, c=4.0)
    u = b * c
    v = a + u
    J = 3 * v
    for label, node in {"u": u, "v": v, "J": J}.items():
        node.label = label
    return J


def told(html: str) -> dict:
    """Return the data of a card."""
    return json.loads(re.search(r'class="cr-data">(.*?)</script>', html)[1])


def test_a_stream_has_the_questions_of_its_lesson_in_an_order_that_the_seed_gives() -> None:
    stream = viz.stream(7, seed=3, count=6)
    data = told(stream.html)
    assert stream.html == viz.stream(7, seed=3, count=6).html
    assert [q["id"] for q in data["questions"]] == [q.source for q in stream.questions]
    assert {q["kind"] for q in data["questions"]} <= {*practice.kinds(7)}
    assert stream.questions != viz.stream(7, seed=4, count=6).questions
    assert len({str(q) for q in viz.stream(7, seed=3, count=24).questions}) == 24
    assert "viz.stream(7, seed=4)" in data["words"]["end"]


def test_a_stream_has_no_end_in_python_and_takes_answers() -> None:
    stream = viz.stream(1, count=2)
    for _ in range(5):
        exercise = next(stream)
        assert stream.present is exercise
        assert stream("nothing").right is None
        assert stream(exercise.question.answer)
    assert len(viz.exercises.report().records) == 5
    assert next(iter(stream)) is stream.present


def test_the_first_questions_of_a_stream_stand_on_paper_with_their_answers_folded() -> None:
    stream = viz.stream(3, count=5)
    still = re.sub(r"<(script|style)\b.*?</\1>", "", stream.html, flags=re.DOTALL)
    assert still.count("<details") == still.count('class="cr-prompt"') == 3
    assert "<details open" not in still
    assert not re.search("<(button|form|input|svg)", still)  # none that would do nothing


def test_a_stream_of_no_lesson_or_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no lesson 0"):
        viz.stream(0)
    with pytest.raises(ValueError, match="count=0"):
        viz.stream(3, count=0)
    with pytest.raises(ValueError, match="level=9 is none"):
        viz.stream(3, level=9)


@pytest.mark.parametrize("level", LEVELS)
def test_a_solution_fades_by_level_in_drawing_list_and_text(level) -> None:
    page = viz.solution(example(), level)
    blanks = [cell for cell in page.cells if cell.blank]
    # 3 leaves, u, v, J; 5 arrows that gradient flows along: b, c, a, u, v
    assert len(blanks) == {1: 0, 2: 1, 3: 3, 4: 5, 5: 10, 6: 13}[level]
    assert page.text.count("?") == page.figure.text.replace("= ?", "?").count("?") == len(blanks)
    data = told(page.html)
    assert [("question" in cell) for cell in data["cells"]] == [cell.blank for cell in page.cells]
    assert sorted(re.findall(r'data-fill="(\d+)"', data["picture"]), key=int) == [
        str(k) for k, cell in enumerate(page.cells) if cell.blank
    ]
    assert data["picture"].count("?<") == len(blanks)
    assert page.html == viz.solution(example(), level).html


def test_a_solution_is_filled_in_blank_by_blank() -> None:
    page = viz.solution(example(), 6)
    blanks = [cell for cell in page.cells if cell.blank]
    assert [cell.symbol for cell in blanks][:4] == ["u", "v", "J", "∂u/∂b"]
    assert str(page(7)).startswith("✗ 7 is b + c. Here it is b·c.")
    for cell in blanks:
        assert page.present.question.answer == cell.answer
        assert page(cell.answer)
    assert "?" not in page.text
    assert page.present is None
    with pytest.raises(ValueError, match="take a higher level"):
        page(1)


def test_the_same_symbol_of_another_graph_and_on_another_level_is_another_exercise() -> None:
    for factor, level in ((3, 2), (4, 2), (4, 3)):
        b = Value(3.0, label="b")
        f = factor * b
        f.label = "f"
        page = viz.solution(f, level)
        assert "(attempt 1)" in str(page(9))
        assert page(factor)
    assert viz.exercises.report().summary == "3 of 3 right"


def test_a_card_that_cannot_be_drawn_never_breaks_the_notebook(monkeypatch) -> None:
    def broken(self):
        raise OSError("no room")

    for shown in (viz.exercise("1 + 1?", answer=2), viz.stream(4), viz.solution(example(), 2)):
        monkeypatch.setattr(type(shown), "html", property(broken))
        assert shown._repr_mimebundle_() == {"text/plain": f"{shown!r}\n(no card: no room)"}


def test_numbers_of_a_large_graph_are_no_exercise() -> None:
    x = Value(1.01, label="x")
    y = x
    for _ in range(40):
        y = y * x
    with pytest.raises(viz.TooLargeError, match="no exercise: it has 41 nodes"):
        viz.solution(y)
    with pytest.raises(viz.TooLargeError, match="39 operations are hidden"):
        viz.solution(Graph(y).collapse([x]))
    with pytest.raises(ValueError, match="level=7 is none"):
        viz.solution(x * x, 7)


DRAWN = [kind for kind in practice.KINDS if kind not in ("missing", "step")]  # these are about no drawing


@pytest.mark.parametrize("kind", DRAWN)
def test_the_drawing_of_any_kind_fades_and_never_shows_what_is_asked(kind) -> None:
    for seed in range(4):
        question = practice.question(kind, seed, 2)
        shown = []
        for level in LEVELS:
            asked = faded(question, level)
            text = viz.exercise(asked).figure.text
            shown.append(len(asked.numbers) + len(asked.factors) - len(asked.veiled))
            graph, names = question.graph, question.names
            if kind in ("gradient", "merge"):
                assert f"{names.gradient(question.asked)} =" not in text
            if kind == "factor" and question.form == "number":
                arrow = question.asked
                assert f"{names.local(arrow)} =" not in text
            if kind == "path":
                assert f"{names.gradient(question.asked.nodes[-1])} =" not in text
            if kind == "value":
                root = text.partition(f"{names.root} = ")[2].partition("\n")[0]
                assert not root.endswith(f"= {question.shown.replace('−', '-')}")
            if level == 6 and kind != "wrong":
                inner = [n for n in graph.nodes if n.op is not None]
                assert {n.index for n in inner} == set(asked.veiled)
        assert shown == sorted(shown, reverse=True)


def test_who_has_read_a_solution_meets_the_first_blank() -> None:
    ladder, said = Ladder(1).read()
    assert (ladder.level, said) == (2, "Now the last leaf's gradient is blank.")
