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
#
# > **Predict**: $v$ goes from 11 to 11.001. Where does $J$ go?

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
J.backward()
print(ag.explain(J, a))

# %% tags=["check"] rows=["S003-43"]
assert a.grad == 3.0 == ag.paths(J, a).total
assert abs((3 * (Value(5.001) + b * c)).data - 33.003) < 1e-12

# %% [markdown]
# ## Three arrows away
#
# > **Predict**: which factors stand on the way from $J$ to $b$, and what is their product?

# %% rows=["S003-46"]
viz.paths(J, b)

# %% tags=["check"] rows=["S003-46"]
(path,) = ag.paths(J, b)
assert path.partials == (3.0, 1.0, 2.0)
assert path.product == 6.0 == b.grad
assert (a.grad, b.grad, c.grad, u.grad) == (3.0, 6.0, 9.0, 3.0)

# %% [markdown]
# Multiply along the path and you have the derivative: $3 \cdot 1 \cdot 2 = 6$. That answers the question.
#
# > **Predict** $dJ/dc$ in the same way.

# %%
print(f"dJ/dc = {c.grad:g}, dJ/du = {u.grad:g}")

# %% [markdown]
# Believe no derivative that you have not checked. Nudges know nothing of the chain rule:

# %%
for leaf in (a, b, c):
    before = leaf.data
    leaf.data = before + 0.001
    slope = (J.forward() - 33) / 0.001
    leaf.data = before
    print(f"dJ/d{leaf.label}: the nudge says {slope:.6f}, the engine said {leaf.grad:g}")
J.forward()

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
#
# > **Predict** the order of the backward steps. Which node comes after $J$?

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
#
# > **Predict** $dz/dx$ at $x = 3$.

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
viz.paths(z, x, names=locals())

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
#
# > **Predict**: what is $J$ now, and why does $a$ get no gradient?

# %%
a, b, c = values(a=5.0, b=3.0, c=2.0)
u = b * c
v = a + u
wrong = 3 * u
wrong.backward()
print(f"J = {wrong:g}, and the gradient of a is {a.grad}: no path leads from 3u to a")

# %% [markdown]
# ## Exercises
#
# **1.** With $a = 5, b = 3, c = 2$: by hand, what is $dJ/dc$? Then nudge $c$ in your head.

# %% tags=["solution"]
a, b, c = values(a=5.0, b=3.0, c=2.0)
J = 3 * (a + b * c)
assert ag.paths(J, c).total == 3 * 1 * 3 == 9

# %% [markdown]
# **2.** $L = (wx - y)^2$ with $w = 0.5$, $x = 2$, $y = 3$. Draw the graph on paper, write the local
# derivative on each edge, and multiply along the path to $w$.

# %% tags=["solution"]
w, x, y = values(w=0.5, x=2.0, y=3.0)
L = (w * x - y) ** 2
(path,) = ag.paths(L, w)
assert path.partials == (-4.0, 1.0, 2.0)
assert path.product == -8.0

# %% [markdown]
# **3.** $K = 3(a + b \cdot b)$ with $a = 5$, $b = 3$. How many paths lead from $K$ to $b$, and what is
# their sum?

# %% tags=["solution"]
a, b = values(a=5.0, b=3.0)
K = 3 * (a + b * b)
assert (ag.paths(K, b).count, ag.paths(K, b).total) == (2, 18.0)

# %% [markdown]
# **4.** Take $x_1 = x_0 + x_0$, $x_2 = x_1 + x_1$, and so on, 50 times. How many paths, how many edges, and
# what is the derivative?

# %% tags=["solution"]
x = top = Value(1.0, label="x")
for _ in range(50):
    top = top + top
assert ag.paths(top, x).count == 2**50
assert len(Graph(top).edges) == 100
assert ag.paths(top, x).total == 2.0**50

# %% [markdown]
# ## What you can do now
#
# * Go forward through a graph: each node after its parents. Go back: each node after all that use it.
# * Multiply along a path, and add where paths meet.
# * Read $dJ/d\text{var}$ from `var.grad` after `J.backward()`.
#
# PyTorch does the same with `tensor.backward()`. It keeps `.grad` for leaves only, and shows neither paths
# nor local derivatives.
