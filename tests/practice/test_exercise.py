"""Exercises take answers in Python, say in words what they are, and keep a report; cards hide the answer."""

import json
import re

import pytest

import viz
from autograd import Value, practice, values


def example() -> tuple[Value, Value]:
    a, b, c = values(a=5.0, b=3.0, c=4.0)
    u = b * c
    v = a + u
    J = 3 * v
    for label, node in {"u": u, "v": v, "J": J}.items():
        node.label = label
    return J, b


def asked(title: str = "dJ/db") -> viz.Exercise:
    return viz.exercise(title, *example())


def test_wrong_answers_are_answered_in_words_and_the_right_one_with_the_way_there() -> None:
    q = asked()
    rule = "4 is the factor on the arrow b → u. Multiply it by the gradient that arrives at u."
    assert repr(q(4)) == f"✗ {rule}   (attempt 1)"
    assert repr(q(4)) == f"✗ {rule} dJ/db = 3·1·4.   (attempt 2)"
    assert repr(q("4")) == f"✗ {rule} dJ/db = 3·1·4 = 12.   (attempt 3)"
    right = q("3·1·4")
    assert right
    assert repr(right) == "✓ Right. dJ/db = 3·1·4 = 12.   (attempt 4)"
    assert 'src="data:image/svg+xml' in right._repr_mimebundle_()["text/html"]


def test_a_value_or_its_gradient_is_an_answer() -> None:
    J, b = example()
    q = viz.exercise("dJ/db", J, b)
    J.backward()
    assert q(b.grad)
    assert q(Value(12.0))
    assert not q(Value(11.0))


def test_what_cannot_be_read_is_no_attempt() -> None:
    q = asked()
    assert q("twelve").right is None
    assert q.record.answers == []
    assert repr(q(12)) == "✓ Right. dJ/db = 3·1·4 = 12."


def test_hints_say_more_and_more_and_count_as_help() -> None:
    q = asked()
    assert [q.hint() for _ in range(4)] == [
        "Let's look at one arrow: b → u.", "dJ/db = 3·1·4.", "dJ/db = 3·1·4 = 12.", "dJ/db = 3·1·4 = 12."
    ]  # fmt: skip
    q(12)
    assert q.record.result == "right with help"


def test_nothing_of_the_answer_is_shown_before_it_is_found() -> None:
    q = asked()
    assert "12" not in repr(q).replace("= 4", "")
    assert "dJ/db =" not in q.figure.text
    assert "dJ/db" in repr(q)
    q.show()
    assert "dJ/db = 12" in q.figure.text
    assert q.record.result == "shown"
    assert not q.record.right


def test_the_report_is_a_table_and_a_file(tmp_path) -> None:
    first, second, third = asked(), asked("again"), asked("open")
    first(12)
    second(4)
    second(12)
    third(4)
    lines = str(viz.exercises.report()).splitlines()
    assert re.split(r"\s{2,}", lines[0]) == ["exercise", "attempts", "answers", "result", "seconds"]
    assert re.split(r"\s{2,}", lines[1])[:4] == ["dJ/db", "1", "12", "right at the first try"]
    assert re.split(r"\s{2,}", lines[2])[:4] == ["again", "2", "4, 12", "right"]
    assert lines[3].split() == ["open", "1", "4", "open"]
    assert lines[-1] == "2 of 3 right"
    saved = json.loads(viz.exercises.save(tmp_path / "answers.json").read_text("utf-8"))
    assert saved["practice"] is True
    assert "not a grade" in saved["note"]
    assert [x["id"] for x in saved["exercises"]] == ["dJ/db", "again", "open"]
    assert saved["exercises"][1]["answers"] == ["4", "12"]
    assert "<table>" in viz.exercises.report()._repr_html_()
    assert repr(viz.exercises) == "<viz.exercises: 3 answered: .report() .save(path) .clear()>"


def test_answers_after_the_right_one_change_nothing() -> None:
    q = asked()
    q(12)
    q(4)
    assert q.record.answers == ["12"]
    assert q.record.right


def test_variables_name_the_nodes() -> None:
    w, x = Value(2.0), Value(3.0)
    y = w * x
    q = viz.exercise("dy/dw", y, w, names=locals())
    assert str(q).endswith("What is dy/dw?")
    assert "2 is w itself" in viz.exercise(practice.factor(y, y, w, names=q.question.names))(2).text


def test_a_question_without_a_graph_has_its_own_sentences() -> None:
    q = viz.exercise("How many steps?", answer=12, slips={7: "7 is 3 + 4. Multiply."}, hints=["Count."])
    assert q(7).text == "✗ 7 is 3 + 4. Multiply.   (attempt 1)"
    assert q(8).text.startswith("✗ 8 is not it yet.")
    assert q("3·4")
    assert (q.hint(), q.figure) == ("Count.", None)
    choice = viz.exercise(
        "Does it grow?", answer="yes", choices={"yes": "Right: it does.", "no": "Look again."}
    )
    assert choice("no").text == "✗ Look again.   (attempt 1)"
    assert choice("a")


def test_a_hunch_is_never_wrong_and_what_is_right_follows() -> None:
    q = viz.exercise("A hunch: how many?", answer=12, hunch=True)
    assert repr(q(7)) == "That was a hunch, and nobody could know. It is 12."
    assert q(7).right is None
    assert q.record.answers == []
    assert q(12)
    J, b = example()
    assert viz.exercise(practice.gradient(J, b), hunch=True)(4).text.startswith("That was a hunch")


def test_an_exercise_needs_a_graph_or_an_answer() -> None:
    J, b = example()
    for wrong in ((J,), (), (J, b, 12)):
        with pytest.raises(TypeError, match="takes a graph"):
            viz.exercise("dJ/db", *wrong[:2], answer=12 if len(wrong) == 3 else None)
    with pytest.raises(ValueError, match="is no number"):
        viz.exercise("?", answer="many")
    with pytest.raises(ValueError, match="none of the choices 'a', 'b'"):
        viz.exercise("?", answer="c", choices=["a", "b"])
    with pytest.raises(ValueError, match="counts as the right answer"):
        viz.exercise("?", answer=12, slips={12: "It is not."})
    with pytest.raises(ValueError, match="4 hints: give at most 3"):
        viz.exercise("?", answer=12, hints="abcd")


def test_a_card_is_the_same_bytes_and_stands_without_its_script(tmp_path) -> None:
    html = asked().html
    assert html == asked().html
    still = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert "What is dJ/db?" in still
    assert "<details" in still
    assert "<details open" not in still
    body = re.sub(r"<[^>]*>", "", still[: still.index("<details")])  # as in a notebook that is not trusted
    assert "dJ/db = " not in body
    assert "<template" not in html
    assert not re.search(r'(src|href)="(?!#|data:image/svg)', html)
    for kind in ("match", "next", "paths", "step"):
        q = viz.exercise(practice.question(kind, 5, 3))
        assert q.html.count("<script") == 2
    assert asked().save(tmp_path / "q.html").read_text("utf-8").startswith("<!doctype html>")
    assert asked().save(tmp_path / "q.txt").read_text("utf-8").endswith("What is dJ/db?\n")
    with pytest.raises(ValueError, match=r"\.html"):
        asked().save(tmp_path / "q.png")


def test_labels_never_become_markup() -> None:
    x = Value(3.0, label="<b>x</b>")
    y = x * 2
    y.label = "</script>"
    html = viz.exercise("<i>", y, x).html
    assert "<b>x" not in html
    assert html.count("</script>") == 2
    assert "<i>" not in html


def test_where_there_is_no_graphviz_the_card_has_words_alone(monkeypatch) -> None:
    def missing(*_: object) -> bytes:
        raise viz.GraphvizMissingError("no Graphviz", "install it")

    monkeypatch.setattr("viz.drawing.figure.renders", missing)
    for html in (asked().html, viz.stream(3, count=2).html, viz.solution(example()[0]).html):
        assert '"picture":""' in html
        assert "<img" not in html
    assert "What is dJ/db?" in asked().html


def test_a_large_graph_is_asked_in_words() -> None:
    x = Value(1.01, label="x")
    y = x
    for _ in range(40):
        y = y * x
    q = viz.exercise("steep", y, x)
    assert q.figure is None
    assert q(y.data).right is False
