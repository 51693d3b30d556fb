"""What is said to wrong numbers: each slip has its sentence, and two slips with one number have none."""

import pytest

from autograd import Value, practice, sigmoid, values
from autograd.practice import Question
from autograd.practice.reading import Reading


def named(**nodes: Value) -> list[Value]:
    for label, node in nodes.items():
        node.label = label
    return list(nodes.values())


def two_ways() -> Question:
    """f = 3·u + x·5 with u = 4·x: 12 through u, 5 over the other way."""
    (x,) = values(x=7.0)
    u = 4 * x
    f = 3 * u + 5 * x
    named(u=u, f=f)
    return practice.gradient(f, x)


def one_way(factor: float = -4.0) -> Question:
    (x,) = values(x=5.0)
    v = 3 * x
    f = factor * v
    named(v=v, f=f)
    return practice.gradient(f, x)


def chain() -> Question:
    a, b, c = values(a=5.0, b=3.0, c=4.0)
    u = b * c
    v = a + u
    J = 3 * v
    named(u=u, v=v, J=J)
    return practice.gradient(J, b)


def difference() -> Question:
    x, y = values(x=9.0, y=3.0)
    f = x - y
    named(f=f)
    return practice.gradient(5 * f, y)


def product() -> Question:
    b, c = values(b=3.0, c=2.0)
    u = b * c
    named(u=u)
    return practice.factor(u, u, b)


def inner() -> Question:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    v = a + u
    J = 3 * v
    named(u=u, v=v, J=J)
    return practice.gradient(J, v)


def power() -> Question:
    (e,) = values(e=-2.0)
    L = e**2
    named(L=L)
    return practice.factor(L, L, e)


def neuron() -> Question:
    (z,) = values(z=2.0)
    a = sigmoid(z)
    named(a=a)
    return practice.factor(a, a, z)


FORGOTTEN = "12 is what comes through u, and that part is right. One more way leads from x to f; add it."
INPUT = "The rule a·(1 − a) is right. This number comes from putting in z; it needs a = sigmoid(z)."
SENTENCES = [
    (two_ways, "12", FORGOTTEN),
    (one_way, "−4", "−4 is the gradient at v, so you are nearly there. One arrow is left: x → v."),
    (one_way, 3, "3 is the factor on the arrow x → v. Multiply it by the gradient that arrives at v."),
    (two_ways, "60", "60 is the product of the two paths. Multiply along a path; add where paths meet."),
    (chain, 8, "8 is 3 + 1 + 4. Each arrow stretches the nudge, so along a path multiply."),
    (difference, 5, "The size is right, the sign is turned. y is subtracted here, so its arrow carries −1."),
    (product, 3, "3 is b itself. In b·c the arrow from b carries the other factor, c."),
    (inner, 11, "11 is the value of v. The question is how fast J moves when v moves."),
    (power, "-2", "−2 is e. The derivative of e² is 2·e, so one factor 2 is missing."),
    (neuron, "-2", INPUT),
    (one_way, "70", "I can't see where 70 comes from. Let's look at one arrow: x → v."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ask", "typed", "sentence"), SENTENCES, ids=lambda x: getattr(x, "__name__", str(x))
)
def test_a_slip_is_told_by_its_number_on_this_very_graph(ask, typed, sentence) -> None:
    verdict = ask().check(typed)
    assert verdict.right is False
    assert verdict.sentence == sentence


def test_a_number_that_two_slips_give_claims_neither() -> None:
    """3 is b itself and the gradient at u: who knows."""
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    v = a + u
    J = 3 * v
    named(u=u, v=v, J=J)
    verdict = practice.gradient(J, b).check("3")
    assert (verdict.kind, verdict.right) == ("several", False)
    assert verdict.sentence == "3 can come about in more than one way. Let's look at one arrow: b → u."


def test_further_misses_get_the_rule_with_numbers_and_then_the_worked_step() -> None:
    question = chain()
    first, second, third, fourth = (question.check("70", attempt).sentence for attempt in (1, 2, 3, 4))
    assert first == "I can't see where 70 comes from. Let's look at one arrow: b → u."
    assert second == f"{first} dJ/db = 3·1·4."
    assert third == fourth == f"{first} dJ/db = 3·1·4 = 12."


def test_a_slip_that_gives_the_right_number_is_right_and_is_told_to_teachers() -> None:
    (x,) = values(x=2.0)
    y = x * x
    named(y=y)
    question = practice.gradient(y, x)  # 4, as y is; and 2·2 is 2 + 2
    assert question.check("4").right
    assert question.hides == ("paths multiplied", "value for derivative")


@pytest.mark.parametrize(
    ("typed", "right"), [("0.39", True), ("0.4", False), ("0,3935", True), ("0.38", False), ("1/4", False)]
)
def test_right_to_the_two_or_more_digits_typed_is_right(typed, right) -> None:
    x, y = values(x=0.6, y=0.6559)
    assert bool(practice.value(x * y).check(typed)) is right  # 0.39354


def test_a_slip_is_none_the_less_one_where_the_answer_rounds_to_it() -> None:
    (c,) = values(c=3.0)
    J = -4.0 * c
    named(J=J)
    question = practice.step(J, c, lr=0.01)  # 3 + 0.01·4 = 3.04
    for typed in ("3.04", "3.0400"):
        assert question.check(typed).right
    for typed in ("3", "3.0", "3,00", "2.96"):  # it has not moved; uphill
        assert question.check(typed).kind == ("not moved" if typed != "2.96" else "uphill")
    assert not question.right(Reading(3.0, 0.05))


def test_a_whole_number_is_right_to_its_ones_though_it_ends_in_zeros() -> None:
    x, y = values(x=31.0, y=4.0)
    question = practice.value(x * y)
    assert [bool(question.check(typed)) for typed in ("124", "124.0", "120", "100", "1.2e2")] == [
        True, True, False, False, True,
    ]  # fmt: skip


def test_what_cannot_be_read_is_no_attempt() -> None:
    verdict = chain().check("two")
    assert verdict.right is None
    assert verdict.sentence == "Write a number, such as −0.25, 1/3 or 3·1·2."


def test_a_derivative_that_does_not_exist_is_not_asked() -> None:
    x, y = values(x=1.0, y=2.0)
    z = x * 2 + 0 * y.detach()
    z.label = "z"
    with pytest.raises(ValueError, match="z is not computed from z, or is z itself"):
        practice.gradient(z, z)
    with pytest.raises(ValueError, match="x is a leaf: its value 1 is given"):
        practice.value(z, x)
    with pytest.raises(ValueError, match=r"No arrow leads from x to z\. Its operands: v"):
        practice.factor(z, z, x)
