"""Questions about how a graph hangs together, and those of few numbers, with what is said to each answer."""

import pytest

from autograd import Value, practice, relu, sigmoid, values
from autograd.graph.graph import Graph


def crossing() -> tuple[Graph, ...]:
    x, y = values(x=3.0, y=4.0)
    u = x * y
    v = u + x
    f = u * v
    for label, node in {"u": u, "v": v, "f": f}.items():
        node.label = label
    return Graph(f), x


def test_a_node_is_next_when_all_that_use_it_are_done() -> None:
    graph, _ = crossing()
    q = practice.next_node(graph, ["f", "v"])
    assert q.check("u").sentence == "Right. All that use u are done: v, f."
    assert q.check("x").sentence == (
        "x still waits for what comes from u. A node is next when all that use it are done."
    )
    assert q.check("v").sentence == "The sweep has been at v already."
    assert q.check("z").right is None
    with pytest.raises(ValueError, match="The backward sweep has been everywhere"):
        practice.next_node(graph, ["f", "v", "u", "x", "y"])


def test_paths_are_clicked_in_any_order_and_direction_or_counted() -> None:
    graph, x = crossing()
    q = practice.all_paths(graph, x)
    three = [["x", "u", "f"], ["f", "v", "u", "x"], ["x", "v", "f"]]
    assert q.check(three).right
    assert q.check(3).right
    assert q.check("3").sentence == "Right. x → u → f; x → u → v → f; x → v → f: three."
    assert "1 path is right, and there is more" in q.check(three[:1]).sentence
    assert q.check([["x", "f"]]).sentence == (
        "x → f is no path: each arrow leads from a node to one that uses it."
    )
    many = x
    for _ in range(4):
        many = many + many
    with pytest.raises(ValueError, match="There are 16 paths from x to f: ask where there are 1 to 8"):
        practice.all_paths(many, x)


def test_an_operand_used_twice_makes_two_paths() -> None:
    (x,) = values(x=3.0)
    assert practice.all_paths(x * x, x).answer == 2
    assert practice.all_paths(x**2, x).answer == 1


def test_the_wrong_number_is_a_slip_and_all_others_are_right() -> None:
    graph, x = crossing()
    q = practice.wrong_number(graph, x)
    wrong = dict(q.numbers)
    right = {node: graph.adjoints[node] for node in wrong}
    assert [node for node in wrong if wrong[node] != right[node]] == [graph.index(x)]
    assert q.check("x").right
    assert q.check("v").sentence == "This one is right: df/dv = 12."


def test_x_squared_and_x_times_x_are_two_graphs() -> None:
    (x,) = values(x=3.0)
    q = practice.match(x * x)
    assert q.check("x·x").right
    assert q.check("x²").sentence == "In x² one arrow leads from x to f. Here it is x·x: two arrows do."
    p = practice.match(x**2)
    assert p.check("x²").right
    assert p.check("x·x").sentence == "In x·x two arrows lead from x to f. Here it is x²: one arrow does."
    with pytest.raises(ValueError, match="No expression differs"):
        practice.match(sigmoid(x))


def test_a_rule_in_letters_has_the_slips_as_alternatives() -> None:
    (e,) = values(e=-2.0)
    L = e**2
    L.label = "L"
    q = practice.letters(L, L, e)
    assert {choice.text for choice in q.alternatives if choice.right} == {"2·e"}
    assert q.check("e").sentence == "The derivative of e² is 2·e, so one factor 2 is missing."
    assert q.check("2·e²").sentence == "The exponent goes down by one: 2·e."
    assert str(q).splitlines()[-1].startswith("e) ")


def test_a_choice_is_answered_by_its_letter_too() -> None:
    (x,) = values(x=3.0)
    q = practice.match(x * x)
    letter = "abcde"[[choice.right for choice in q.alternatives].index(True)]
    assert q.check(letter).right


def test_a_nudge_is_answered_by_the_change_or_by_the_gradient() -> None:
    (x,) = values(x=3.0)
    q = practice.nudge(x * x, x)
    assert q.check("0.0601").right
    assert q.check("0.06").right
    assert q.check("6").right is False
    assert q.check("9.0601").sentence == "9.06 is where f arrives. The question is how far it moves."
    with pytest.raises(ValueError, match="x cannot be nudged by 0"):
        practice.nudge(x * x, x, 0.0)


def test_shares_are_added_where_they_meet() -> None:
    graph, x = crossing()
    q = practice.merge(graph, x)
    assert q.prompt == "108 from u and 12 from v reach x. What is df/dx?"
    assert q.check(120).sentence == "Right. df/dx = 108 + 12 = 120."
    assert q.check(1296).sentence == "1296 is 108·12. Multiply along a path; add where paths meet."
    with pytest.raises(ValueError, match="Only one arrow brings y a gradient"):
        practice.merge(graph, "y")


def test_a_share_is_the_gradient_times_the_factor() -> None:
    graph, x = crossing()
    q = practice.share(graph, "u", x)
    assert q.prompt == "How much reaches x from u?"
    assert q.check("27·4").right
    assert q.check(27).sentence == "27 is the gradient at u. One arrow is left: x → u."
    assert q.check(4).sentence == (
        "4 is the factor on the arrow x → u. Multiply it by the gradient that arrives at u."
    )
    assert q.check(120).sentence == "120 is all of df/dx. Here the question is what comes over x → u alone."


def test_a_step_goes_downhill_by_the_rate() -> None:
    w, x = values(w=3.0, x=-4.0)
    q = practice.step(w * x, w, 0.1)
    assert q.check("3.4").right
    assert q.check("7").sentence == "7 is w − df/dw. The step is shortened by the learning rate 0.1."


def test_a_missing_factor_is_found_by_division() -> None:
    a, b, c = values(a=5.0, b=3.0, c=4.0)
    J = 3 * (a + b * c)
    q = practice.missing(J, [b, "v₁", "v₂", J])
    assert q.check("12 : 3").right
    assert q.check("36").sentence == "36 is 12·3·1. The factor is already in the product: divide."
    zero = values(p=0.0, q=2.0)
    with pytest.raises(ValueError, match="does not follow: the others must not be 0"):
        practice.missing(3 * (zero[0] * zero[1]), [zero[1], "v₁", "f"], 1)


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5, 6])
def test_a_solution_fades_with_the_level(level) -> None:
    b, c = values(b=3.0, c=2.0)
    u = b * c
    J = 4 * u
    u.label, J.label = "u", "J"
    blanks = [cell.symbol for cell in practice.solution(J, level) if cell.blank]
    leaves, inner = ["dJ/dc", "dJ/db"], ["dJ/du"]
    local, made = ["∂u/∂b", "∂u/∂c", "∂J/∂u"], ["u", "J"]
    expected = {1: [], 2: leaves[1:], 3: leaves, 4: inner + leaves, 5: local + inner + leaves}
    assert blanks == expected.get(level, made + local + inner + leaves)
    for cell in practice.solution(J, level):
        assert not cell.blank or cell.question.check(cell.answer).right


def test_two_right_lead_up_and_two_wrong_down_and_help_counts_neither_way() -> None:
    ladder = practice.Ladder(2)
    ladder, said = ladder.after(True)
    assert (ladder.level, said) == (2, "")
    ladder, said = ladder.after(True)
    assert (ladder.level, ladder.right) == (3, 0)
    assert said == "Two right without help: one level up. Now the gradients of all leaves are blank."
    ladder, _ = ladder.after(False)
    ladder, _ = ladder.after(True)  # a right one between: no two in a row
    ladder, _ = ladder.after(False)
    ladder, _ = ladder.after(True, helped=True)
    ladder, said = ladder.after(False)
    assert (ladder.level, said) == (3, "")
    ladder, said = ladder.after(False)
    assert (ladder.level, said) == (
        2, "Let's take one step back and look at more of the solution: the last leaf's gradient is blank."
    )  # fmt: skip
    assert practice.Ladder(**ladder.data()) == ladder
    assert practice.Ladder(6, right=1).after(True) == (practice.Ladder(6, right=2), "")
    assert practice.Ladder(1, wrong=1).after(False)[0].level == 1
    with pytest.raises(ValueError, match="level=7 is none: levels go from 1, all shown, to 6, all blank"):
        practice.solution(values(x=1.0)[0] * 2, 7)


def test_directions_and_sizes_are_chosen_without_a_number() -> None:
    x, y, z = values(x=9.0, y=3.0, z=-7.0)
    e = x - y
    f = 5 * e + 0 * z
    e.label, f.label = "e", "f"
    assert practice.direction(f, x).check("it grows").right
    q = practice.direction(f, y)
    assert q.check("b").sentence == "Right. df/dy = 1·5·(−1) = −5. So it shrinks."
    assert q.check("it grows").sentence == "Not this way. y is subtracted here, so its arrow carries −1."
    assert practice.direction(f, z).check("it stays").right
    assert practice.compare(f, x, y).check("both alike").right
    assert practice.compare(f, x, z).check("x").sentence == "Right. df/dx = 5 and df/dz = 0."
    assert practice.compare(x * y, x, y).check("x").sentence == (
        "x is the larger number. The question is which of them moves f more."
    )
    assert practice.compare(x * y, x, y).check("both alike").right is False
    with pytest.raises(ValueError, match="x is compared with itself"):
        practice.compare(f, x, x)


def test_a_small_factor_in_letters_is_no_zero() -> None:
    (a,) = values(a=10000.0)
    u = 1.0 / a
    u.label = "u"
    question = practice.letters(u, u, a)  # -1/a², here -1e-8
    for typed in ("-u/a", "-1/a^2", "-u·u"):
        assert question.check(typed).right
    for typed in ("0", "1e-7", "-1e-8", "u·u", "-1/a^3"):
        assert question.check(typed).right is False
    assert question.check("-1e-8").sentence.startswith("-1e-8 is right for these numbers.")
    assert "right for these" not in question.check("0").sentence


def test_a_factor_in_letters_may_be_typed_in_any_form() -> None:
    b, c, x = values(b=3.0, c=2.0, x=-1.5)
    u = b * c
    f = x**2 / u
    u.label, f.label = "u", "f"
    product = practice.letters(f, u, b)
    for typed in ("c", "∂u/∂b = c", "u/b", "2c - c", "bc/b", "c·(b + 1) − bc"):
        assert product.check(typed).sentence == "Right. ∂u/∂b = c.", typed
    assert product.check("1b").sentence == product.check("b").sentence
    assert product.check("2").sentence == "2 is right for these numbers. Which formula gives it for all?"
    assert product.check("c + 1").sentence == "Look at u = b·c: how fast does it move when b alone moves?"
    assert product.check("q").right is None
    assert product.check("q").sentence.startswith("Write a formula with b, c, u, numbers, ")
    square = practice.letters(f, f.parents[0], x)
    node = square.formula.names[1]
    assert practice.letters(f, f, u).formula.names == (node, "u", "f", "c", "b", "x")
    for typed in ("2x", "x + x", f"2{node}/x", "x·2^1"):
        assert square.check(typed).right, typed
    assert square.check("x").right is False
    quotient = practice.letters(f, f, u)
    for typed in ("-f/u", "−x²/u²", f"-{node}/u^2", f"-({node}/u)/u"):
        assert quotient.check(typed).right, typed
    assert quotient.check("f/u").right is False


def test_a_rule_that_holds_on_one_side_of_a_kink_alone_is_chosen() -> None:
    s = Value(1e-3, label="s")
    f = relu(s - 1e-4)
    question = practice.letters(f, f, 0)
    assert question.check(next(choice.text for choice in question.alternatives if choice.right)).right


@pytest.mark.parametrize("seed", range(40))
def test_every_slip_in_letters_is_another_formula(seed: int) -> None:
    question = practice.question("factor", f"letters {seed}", 1 + seed % 3)
    if question.formula is None:
        return
    right = next(choice for choice in question.alternatives if choice.right)
    assert question.formula.check(right.text) == (True, "")
    known = [choice.sentence for choice in question.alternatives]
    for values_, sentence in question.formula.slips:
        assert sentence in known
        assert list(values_) != list(question.formula.right)
