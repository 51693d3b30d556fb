# %% [markdown]
# # The first graph: J = 3(a + bc)
#
# **What you will see**: one small expression becomes a graph. Numbers flow through it to the right,
# derivatives flow back to the left, and the chain rule turns out to be nothing but multiplying along a
# path.
#
# You need [](nudges_and_the_value_node): a *node* holds a number, an *edge* holds a local derivative.

# %%
import autograd as ag
import viz
from autograd import Graph, Value, values

# %% rows=["S003-40"]
a, b, c = values(a=5.0, b=3.0, c=2.0)
u = b * c
v = a + u
J = 3 * v
u.label, v.label, J.label = "u", "v", "J"
viz.graph(J)

# %% tags=["check"] rows=["S003-40"]
assert (u.data, v.data, J.data) == (6, 11, 33)

# %% [markdown]
# This is $J(a, b, c) = 3(a + bc)$, computed in three steps: $u = bc$, then $v = a + u$, then $J = 3v$.
# Every box is a node, with its value. Every arrow carries the *local* derivative of its head by its tail.
# The gradients are "not yet" there: nobody has asked for them.
#
# The question of this lesson: **when $b$ is nudged, how far does $J$ move?** It is three arrows away.

# %% tags=["check"] rows=["S003-40"]
assert (len(Graph(J).nodes), len(Graph(J).edges)) == (7, 6)

# %% [markdown]
# ## One arrow away
#
# Begin at $J$. It is $3v$, so a nudge of $v$ moves $J$ three times as far: $dJ/dv = 3$.

# %% tags=["question"]
viz.exercise(
    "v goes from 11 to 11.001. By how much does J grow?",
    answer=0.003,
    slips={
        0.001: "0.001 is the nudge of v. J is 3v, so it moves three times as far.",
        3: "3 is the derivative, how many times as far J moves. Multiply the nudge by it.",
        33.003: "33.003 is where J arrives. By how much has it grown?",
    },
    hints=["J = 3v: how far does J move when v moves?", "3 times as far as 0.001.", "3 · 0.001 = 0.003."],
)

# %%
nudged = (3 * Value(11.001)).data
print(f"J goes from 33 to {nudged:.3f}, by {(nudged - 33) / 0.001:.3f} nudges")

# %% tags=["check"] rows=["S003-42"]
assert abs(nudged - 33.003) < 1e-12
J.backward()
assert v.grad == 3.0
J.zero_grad()

# %% [markdown]
# ## Two arrows away
#
# Now $a$. It does not touch $J$ itself, only $v$; and $v$ touches $J$. A nudge of $a$ moves $v$ by the same
# amount ($\partial v/\partial a = 1$), and $v$ moves $J$ by three times that:
#
# $$\frac{dJ}{da} = \frac{dJ}{dv} \cdot \frac{\partial v}{\partial a} = 3 \cdot 1 = 3$$
#
# **This is the chain rule.** The engine says the same, in the same words:

# %%
print(ag.explain(J, a))

# %% tags=["check"] rows=["S003-43"]
J.backward()
assert a.grad == 3.0 == ag.paths(J, a).total
assert abs((3 * (Value(5.001) + b * c)).data - 33.003) < 1e-12
J.zero_grad()

# %% [markdown]
# ## Three arrows away

# %% tags=["question"]
viz.exercise("dJ/db", J, b)

# %% rows=["S003-46"]
viz.paths(J, b)

# %% tags=["check"] rows=["S003-46"]
(path,) = ag.paths(J, b)
J.backward()
assert path.partials == (3.0, 1.0, 2.0)
assert path.product == 6.0 == b.grad
assert (a.grad, b.grad, c.grad, u.grad) == (3.0, 6.0, 9.0, 3.0)
J.zero_grad()

# %% [markdown]
# Multiply along the path and you have the derivative: $3 \cdot 1 \cdot 2 = 6$. That answers the question.

# %% tags=["question"]
viz.exercise("dJ/dc", J, c)

# %%
J.backward()
print(f"dJ/dc = {c.grad:g}, dJ/du = {u.grad:g}")

# %% [markdown]
# Believe no derivative that you have not checked. Nudges know nothing of the chain rule:

# %%
for leaf in (a, b, c):
    before = leaf.data
    leaf.data = before + 0.001
    slope = (J.forward() - 33) / 0.001
    leaf.data = before
    J.forward()
    print(f"dJ/d{leaf.label}: the nudge says {slope:.6f}, the engine said {leaf.grad:g}")

# %% tags=["check"] rows=["S003-46", "S003-43"]
for leaf, expected in ((a, 3), (b, 6), (c, 9)):
    before = leaf.data
    leaf.data = before + 0.001
    slope = (J.forward() - 33) / 0.001
    leaf.data = before
    assert abs(slope - expected) < 1e-9
assert J.forward() == 33.0

# %% [markdown]
# ## In which order?
#
# A node can be computed when its parents are known. So the graph itself says how to go: $u$, then $v$, then
# $J$. Any order in which parents come first is called a *topological order*. Back it goes the other way
# round: a node can pass its derivative on when all that use it have been there.

# %% tags=["question"]
viz.exercise(
    "The backward sweep begins at J. Which node comes next?",
    answer="v",
    choices={
        "a": "a is used by v, and v has not been there yet.",
        "b": "b is used by u, and u has not been there yet.",
        "u": "u is used by v, and v has not been there yet.",
        "v": "Right: only J uses v, and J has been there.",
    },
    hints=["A node comes when all that use it have been there.", "Which node is used by J alone?"],
)

# %%
for step in ag.backward_steps(J):
    print(step.text)

# %% tags=["check"] rows=["S003-41"]
graph = Graph(J)
assert [graph.nodes[step.node].label for step in ag.forward_steps(J)][-3:] == ["u", "v", "J"]
assert [graph.nodes[step.node].label for step in ag.backward_steps(J)] == ["J", "v", "a", "u", "b", "c"]

# %% [markdown]
# Play the two waves: values to the right, derivatives to the left. Use the arrow keys.

# %%
viz.walkthrough(J)

# %% tags=["check"] errata=["E-S003-07"] rows=["S003-40"]
a, b, c = values(a=5.0, b=3.0, c=2.0)
u = b * c
v = a + u
printed, right = 3 * u, 3 * v
assert printed.data == 18.0
assert right.data == 33.0
printed.backward()
assert a.grad is None  # no path leads from 3u to a
assert ag.paths(printed, a).total == 0
right.backward()
assert a.grad == 3.0

# %% tags=["check"] errata=["E-S003-08"] rows=["S003-46"]
a, b, c = values(a=5.0, b=3.0, c=2.0)
u = b * c
right = 3 * (a + u)
(path,) = ag.paths(right, b)
dJ_dv, dv_du, du_db = path.partials
assert (dJ_dv, dv_du, du_db) == (3, 1, 2)
assert [ag.paths(right, leaf).total for leaf in (b, c, u)] == [6.0, 9.0, 3.0]

# %% [markdown]
# ## A chain of squares
#
# Two functions in a row: $y = x^2$ and $z = y^2$. There is one path from $z$ to $x$, with two factors:
#
# $$\frac{dz}{dx} = \frac{dz}{dy} \cdot \frac{dy}{dx} = 2y \cdot 2x$$
#
# At $x = 1.5$ that is $2 \cdot 2.25 \cdot 2 \cdot 1.5 = 13.5$.

# %% tags=["question"]
viz.exercise(
    "What is dz/dx at x = 3?",
    answer=108,
    slips={
        24: "24 is 18 + 6. Along a path multiply.",
        54: "54 is 9 · 6: the first factor is 2y, and y is 9.",
        18: "18 is 2y, the first factor alone. Multiply it by the second, 2x.",
        6: "6 is 2x, the factor of the first square alone.",
        27: "27 is x³. The derivative of x⁴ is 4x³.",
    },
    hints=["First y = x², then the two factors.", "2y = 18 and 2x = 6.", "18 · 6 = 108."],
)

# %%
for number in (1.5, -2.0, 3.0, 0.5):
    x = Value(number, label="x")
    y = x**2
    z = y**2
    (path,) = ag.paths(z, x)
    print(f"x = {number:4}: 2y · 2x = {path.partials[0]:g} · {path.partials[1]:g} = {path.product:g}")

# %% tags=["check"] rows=["S002-53", "S002-54"]
for number, expected in ((1.5, 13.5), (-2.0, -32.0), (3.0, 108.0), (0.5, 0.5)):
    x = Value(number, label="x")
    y = x**2
    z = y**2
    found = ag.paths(z, x)
    assert found.count == 1
    (path,) = found
    assert path.partials == (2 * y.data, 2 * x.data)
    assert path.product == expected == 4 * number**3
x = Value(2.0, label="x")
y = 3 * x
z = y**2
assert [p.product for p in ag.paths(z, x)] == [12.0 * 3.0]

# %% [markdown]
# Write the square as a product, $y = x \cdot x$, and $x$ is used *twice*: two edges lead from it to $y$,
# and two from $y$ to $z$. What arrives over different paths is **added**:

# %% rows=["S002-54"]
x = Value(3.0, label="x")
y = x * x
z = y * y
viz.paths(z, x, names=locals(), direction="down")

# %% tags=["check"] rows=["S002-54"]
found = ag.paths(z, x)
assert found.count == 4
assert [path.product for path in found] == [27.0] * 4
assert found.total == 108.0

# %% [markdown]
# There are four paths (two edges, and again two), each with the product $9 \cdot 3 = 27$, and $4 \cdot 27 =
# 108$. That is what came out before: $x \cdot x$ is $x^2$.
#
# Multiply along, add across: that is all there is.
#
# ## Find the mistake
#
# Somebody writes the three steps down as $u = bc$, $v = a + u$, $J = 3u$, and wonders that training never
# changes $a$.

# %% tags=["question"]
viz.exercise(
    "What is J = 3u, with b = 3 and c = 2?",
    answer=18,
    slips={
        33: "33 is 3v, what was meant. Written is 3u.",
        11: "11 is v. Written is 3u, and u is b · c.",
        6: "6 is u. J is three times as much.",
        15: "15 is 3 · 5 with u = b + c. Here u = b · c.",
    },
    hints=["First u = b · c.", "3 · 6", "3 · 6 = 18."],
)

# %% tags=["question"]
viz.exercise(
    "Why does a get no gradient?",
    answer="no path leads from J to a",
    choices={
        "no path leads from J to a": "Right: a is used by v alone, and nobody uses v.",
        "a path leads to a, with the product 0": "A product of 0 needs a path. Which arrows lead from J to a?",
        "backward() was called too early": "It was called after J was computed. Look at what uses a.",
    },
    hints=["Which node uses a? And which node uses that one?", "a → v, and from v no arrow leads on."],
)

# %% tags=["tells"]
a, b, c = values(a=5.0, b=3.0, c=2.0)
u = b * c
v = a + u
wrong = 3 * u
wrong.backward()
print(f"J = {wrong:g}, and the gradient of a is {a.grad}: no path leads from 3u to a")

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. L = (w·x − y)² with w = 0.5, x = 2 and y = 3. Draw the graph on paper, and write the local derivative on each "
    "arrow. What is dL/dw?",
    answer=-8,
    slips={
        8: "The size is right. w·x − y is negative here, and so is the factor of the square.",
        -4: "−4 is the factor of the square, 2 · (w·x − y). Go on along the path, to w.",
        -2: "−2 is w·x − y itself. The factor of the square is twice that.",
        4: "4 is the loss. What happens to it when w is nudged?",
        -1: "−1 is −4 + 1 + 2, the sum of the factors. Along a path multiply.",
    },
    hints=[
        "Three steps: w·x, then minus y, then the square.",
        "The factors are 2 · (−2), 1 and 2.",
        "−4 · 1 · 2 = −8.",
    ],
)

# %% [markdown] tags=["solution"]
# The product $wx$ is 1, the difference $wx - y$ is $-2$, its square 4. Backwards, the square has the factor
# $2 \cdot (-2) = -4$, the subtraction the factor 1, and the product the other factor, $x = 2$. Along the path
# $-4 \cdot 1 \cdot 2 = -8$: when $w$ grows, $L$ falls.

# %% tags=["solution"]
w, x, y = values(w=0.5, x=2.0, y=3.0)
viz.paths((w * x - y) ** 2, w)

# %% tags=["exercise"]
viz.exercise(
    "2. K = 3(a + b·b) with a = 5 and b = 3. What is dK/db?",
    answer=18,
    slips={
        9: "9 comes over one of the two arrows from b. The other arrow brings as much.",
        6: "6 is 2b, the derivative of b·b. The factor 3 is missing.",
        27: "27 is 3 · 9, with the value of b·b. The factor of each arrow is the other b, 3.",
        81: "81 is the product of the two paths. Where paths meet, add.",
        42: "42 is K itself.",
    },
    hints=["Two arrows lead from b.", "Each brings 3 · 1 · 3.", "9 + 9 = 18."],
)

# %% [markdown] tags=["solution"]
# Two arrows lead from $b$ to $b \cdot b$, each with the other factor, 3. So there are two paths from $K$ to $b$, each
# with the product $3 \cdot 1 \cdot 3 = 9$, and where they meet they are added: 18.

# %% tags=["solution"]
a, b = values(a=5.0, b=3.0)
K = 3 * (a + b * b)
viz.paths(K, b, names=locals(), direction="down")

# %% tags=["exercise"]
viz.exercise(
    "3. Take x₁ = x₀ + x₀, x₂ = x₁ + x₁, and so on, 10 times. How many paths lead from x₁₀ to x₀?",
    answer=1024,
    slips={
        20: "20 is the number of arrows, two for each step. At every step a path can go on over either.",
        10: "10 is the number of steps. At every step a path can go on over either of two arrows.",
        100: "100 is 10². At every step the number of paths doubles.",
        512: "512 is one doubling too few: there are ten steps.",
    },
    hints=[
        "How many paths are there after one step, after two, after three?",
        "2, 4, 8: it doubles.",
        "2¹⁰ = 1024.",
    ],
)

# %% [markdown] tags=["solution"]
# Two arrows lead from $x_0$ to $x_1$: two paths. From $x_1$ two arrows lead on to $x_2$, so that each path forks: four.
# After ten steps there are $2^{10} = 1024$ paths, but only 20 arrows. Each path has the product 1, so that the derivative
# is 1024, too. (It must be: $x_{10} = 1024 \, x_0$.)

# %% tags=["solution"]
x = top = Value(1.0, label="x")
for _ in range(10):
    top = top + top
print(ag.paths(top, x).count, "paths,", len(Graph(top).edges), "arrows, derivative", ag.paths(top, x).total)

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(3, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Go forward through a graph: each node after its parents. Go back: each node after all that use it.
# * Multiply along a path, and add where paths meet.
# * Read $dJ/d\text{var}$ from `var.grad` after `J.backward()`.
#
# PyTorch does the same with `tensor.backward()`. It keeps `.grad` for leaves only, and shows neither paths
# nor local derivatives.
