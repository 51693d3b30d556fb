"""The questions of a walkthrough: which numbers are asked, and that no form of it holds an answer."""

import re
from html import unescape

import pytest

import viz
from autograd import Value, exp, tanh, values
from tests.figures.figures import chain_rule_example
from tests.player.player_examples import a_merge, data_of


def steep() -> Value:
    """Return x·exp(x), all of whose numbers but the leaf's are unmistakable."""
    x = Value(1.3, label="x")
    f = x * exp(x)
    f.label = "f"
    return f


ANSWERS = ("3.669", "4.77", "8.439")  # exp(1.3), 1.3·exp(1.3) and 2.3·exp(1.3)


def kinds(root: Value, *, easy: bool = False) -> list[tuple[str, str]]:
    """Return what is asked, and of which node."""
    figure = viz.walkthrough(root, guess=True)
    data = data_of(figure.html)
    return [
        (kind, data["labels"][data["steps"][k][1]])
        for k, kind, in_the_head, *_ in data["questions"]
        if in_the_head or not easy
    ]


def test_the_modes_are_those_of_the_issue_and_another_is_refused():
    modes = [
        re.search(r'data-mode="(\w+)"', viz.walkthrough(a_merge(), guess=guess).html)[1]
        for guess in (False, True, "ask", "exam", "show")
    ]
    assert modes == ["show", "ask", "ask", "exam", "show"]
    with pytest.raises(ValueError, match=r'guess="quiz" is no way|guess=\'quiz\' is no way.*"exam"'):
        viz.walkthrough(a_merge(), guess="quiz")


def test_leaves_are_never_asked_and_an_exam_asks_every_other_number():
    assert kinds(chain_rule_example()[0]) == [
        *[("value", name) for name in "uvJ"],
        ("gradient", "J"),
        *[("amount", name) for name in "vaubc"],
    ]


def test_a_merge_is_asked_once_all_has_arrived():
    assert kinds(a_merge(), easy=True) == [
        ("value", "y"), ("amount", "x"), ("amount", "x"), ("gradient", "x"),
    ]  # fmt: skip


def test_arithmetic_that_needs_a_calculator_is_left_to_the_exam():
    a, b = values(a=0.37, b=0.52)
    f = tanh(a * b)
    f.label = "f"
    assert [kind for kind, _ in kinds(f, easy=True)] == ["amount", "amount", "amount"]
    assert [kind for kind, _ in kinds(f)].count("value") == 2
    zero = exp(Value(0.0, label="x"))  # 1, in the head
    assert kinds(zero, easy=True)[0][0] == "value"


@pytest.mark.parametrize("guess", [True, "exam"])
def test_no_form_of_a_figure_with_questions_holds_an_answer(guess, tmp_path):
    figure = viz.walkthrough(steep(), guess=guess)
    bundle = figure._repr_mimebundle_()
    still = re.sub(r"<(script|template|style).*?</\1>", "", bundle["text/html"], flags=re.DOTALL)
    forms = {
        "text": figure.text,
        "svg": figure.svg,
        "dot": figure.dot,
        "str": str(figure),
        "repr": repr(figure),
        "plain": bundle["text/plain"],
        "picture": bundle["image/svg+xml"],
        "page without its script": unescape(still),
    }
    for ending in (".svg", ".dot", ".txt"):
        forms[ending] = figure.save(tmp_path / f"f{ending}").read_text(encoding="utf-8")
    plain = viz.walkthrough(steep())
    told = " ".join((plain.text, plain.svg))
    for answer in ANSWERS:
        assert answer in told
        for name, form in forms.items():
            assert answer not in form, (name, answer)
    assert "x = 1.3" in figure.svg
    assert "not yet" in figure.svg
    assert "forward   what is the value of f = x * v₁?" in figure.text


def test_an_arrow_without_influence_does_not_say_so_before_it_is_known():
    x = Value(-2.0, label="x")
    f = x.relu()
    f.label = "f"
    dashed = 'class="edge zero"'
    assert dashed in viz.walkthrough(f).svg
    assert dashed not in viz.walkthrough(f, guess=True).svg
