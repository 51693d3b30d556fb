# %% [markdown]
# # 3. The first graph: J = 3(a + bc)
#
# **What you will see** (about 25 minutes): one small expression becomes a graph; numbers flow through it to
# the right, derivatives flow back to the left; and the chain rule turns out to be nothing but multiplying
# along a path. At the end you can compute any derivative of such a graph by hand, and know why the computer
# does it from right to left.
#
# You need lesson 2: a *node* holds a number, an *edge* holds a local derivative.

# %%
import autograd as ag
import nn
import viz
from autograd import Graph, Value, values
from nn import losses

# %% [markdown]
# ## The expression
#
# The notes (003) take
#
# $$J(a, b, c) = 3(a + bc)$$
#
# and compute it in three steps: $u = bc$, then $v = a + u$, then $J = 3v$.
#
# > **Predict** before you run the next cell: with $a = 5$, $b = 3$, $c = 2$, what are $u$, $v$ and $J$?

# %% rows=["S003-40"]
a, b, c = values(a=5.0, b=3.0, c=2.0)
u = b * c
v = a + u
J = 3 * v

assert (u.data, v.data, J.data) == (6, 11, 33)
viz.graph(J, names=locals())

# %% [markdown]
# Every box is a node, with its value. The gradients are "not yet" there: nobody has asked for them. Every
# arrow carries the *local* derivative of its consumer with respect to its operand, computed at the moment
# when the node was recorded. Seven nodes (the plain number 3 is one of them), six edges:

# %% rows=["S003-40"]
graph = Graph(J)
assert (len(graph.nodes), len(graph.edges)) == (7, 6)
graph

# %% [markdown]
# ## Forward: parents first
#
# A node can be computed when its parents are known. So the graph itself says in which order to go: $u$,
# then $v$, then $J$. This is a *topological order*. Backwards it is $J$, $v$, then $a$ and $u$, then $b$
# and $c$.

# %% rows=["S003-41", "S001-24"]
names = {id(node): name for name, node in {"u": u, "v": v, "J": J}.items()}
forward = [names[id(node.value)] for node in graph.nodes if node.op]
assert forward == ["u", "v", "J"]

steps = list(ag.backward_steps(J))
receivers = [graph.nodes[step.node] for step in steps]
backward = [node.label or names.get(id(node.value), "") for node in receivers]
assert backward == ["J", "v", "a", "u", "b", "c"]
print("forward: ", " → ".join(forward))
print("backward:", " → ".join(backward))

# %% [markdown]
# A network is such a graph, only larger. Four inputs, layers of three, two and one neurons, and a loss: the
# reverse order visits $L$, then $O_{31}$, then the two $O_{2j}$, and the three $O_{1j}$ last. No neuron
# comes before all that use it have been there.

# %% rows=["S001-24"]
net = nn.MLP(4, [3, 2, 1], activation="tanh", rng=0)
L = losses.square(net([0.5, -1.0, 1.5, 2.0])[0], 1.0)
L.label = "L"
whole = Graph(L)
labels = [whole.nodes[step.node].label for step in ag.backward_steps(L)]
visited = list(dict.fromkeys(label for label in labels if label[:1] in ("L", "O")))
assert visited == ["L", "O_{31}", "O_{21}", "O_{22}", "O_{11}", "O_{12}", "O_{13}"]
print(*visited, sep=" → ")

# %% [markdown]
# ## One derivative at a time
#
# What does $dJ/dv = 3$ mean? Nudge $v$ by 0.001 and watch $J$.
#
# > **Predict**: $v$ goes from 11 to 11.001. Where does $J$ go?

# %% rows=["S003-42"]
nudged = (3 * Value(11.001)).data
assert abs(nudged - 33.003) < 1e-12
J.backward()
assert v.grad == 3.0
print(f"J goes from 33 to {nudged:.3f}, by {(nudged - 33) / 0.001:.3f} nudges; the engine says {v.grad:g}")

# %% [markdown]
# Now $a$. It does not touch $J$ itself, only $v$; and $v$ touches $J$. A nudge of $a$ moves $v$ by the same
# amount ($\partial v/\partial a = 1$), and $v$ moves $J$ by three times that:
#
# $$\frac{dJ}{da} = \frac{dJ}{dv} \cdot \frac{\partial v}{\partial a} = 3 \cdot 1 = 3$$
#
# **This is the chain rule.**

# %% rows=["S003-43"]
u.label, v.label, J.label = "u", "v", "J"
print(ag.explain(J, a))
assert a.grad == 3.0 == ag.paths(J, a).total
assert abs((3 * (Value(5.001) + b * c)).data - 33.003) < 1e-12

# %% [markdown]
# ## The path to b
#
# > **Predict**: which factors stand on the way from $J$ to $b$, and what is their product?

# %% rows=["S003-46"]
path = next(iter(ag.paths(J, b)))
assert path.partials == (3.0, 1.0, 2.0)
assert path.product == 6.0 == b.grad
assert (a.grad, b.grad, c.grad, u.grad) == (3.0, 6.0, 9.0, 3.0)
viz.paths(J, b, names=locals())

# %% [markdown]
# Multiply along the path and you have the derivative: $3 \cdot 1 \cdot 2 = 6$. In the same way $dJ/dc = 3
# \cdot 1 \cdot 3 = 9$ and $dJ/du = 3 \cdot 1 = 3$.
#
# Believe no derivative that you have not checked. Finite differences know nothing of the chain rule:

# %% rows=["S003-46", "S003-43"]
for leaf, expected in ((a, 3), (b, 6), (c, 9)):
    before = leaf.data
    leaf.data = before + 0.001
    slope = (J.forward() - 33) / 0.001
    leaf.data = before
    assert abs(slope - expected) < 1e-9
    print(f"dJ/d{leaf.label}: the nudge says {slope:.6f}, the engine said {expected}")
assert J.forward() == 33.0

# %% [markdown]
# ## Step through it
#
# Play the two waves: values to the right, derivatives to the left. Use the arrow keys.

# %%
viz.walkthrough(J, names=locals())

# %% [markdown]
# ## What the notes got wrong
#
# The scan of the notes prints $bc = v$, $v = a + u$ and $J = 3u$ (erratum E-S003-07). Take that at its word:
# with $u = bc$ the printed $J = 3u$ is 18, not 33, and it does not depend on $a$ at all.

# %% errata=["E-S003-07"] rows=["S003-40"]
a, b, c = values(a=5.0, b=3.0, c=2.0)
u = b * c
v = a + u
printed, right = 3 * u, 3 * v
assert printed.data == 18.0
assert right.data == 33.0
printed.backward()
assert a.grad is None  # no path leads from 3u to a
assert ag.paths(printed, a).total == 0
print(f"printed J = 3u: {printed.data:g}, and no gradient reaches a")
right.backward()
assert a.grad == 3.0
print(f"right   J = 3v: {right.data:g}, and dJ/da = {a.grad:g}")

# %% [markdown]
# Later the notes write $dJ/db = \frac{dJ}{dv} \cdot \frac{dv}{db} = 3c$ (erratum E-S003-08). The result is
# right, but $b$ enters through $u$: the second factor is itself a chain, $\frac{dv}{db} = \frac{\partial v}
# {\partial u} \cdot \frac{\partial u}{\partial b} = 1 \cdot c$. And $dJ/dc = 3b = 9$ and $dJ/du = 3$ are
# missing on the page.

# %% errata=["E-S003-08"] rows=["S003-46"]
(path,) = ag.paths(right, b)
dJ_dv, dv_du, du_db = path.partials
assert (dJ_dv, dv_du, du_db) == (3, 1, 2)
assert [ag.paths(right, leaf).total for leaf in (b, c, u)] == [6.0, 9.0, 3.0]
print(path)

# %% [markdown]
# ## A chain of squares
#
# The notes (002) chain two functions: $y = x^2$ and $z = y^2$, so
#
# $$\frac{dz}{dx} = \frac{dz}{dy} \cdot \frac{dy}{dx} = 2y \cdot 2x = 4xy = 4x^3$$
#
# > **Predict** $dz/dx$ at $x = 3$.

# %% rows=["S002-53", "S002-54"]
for number, expected in ((1.5, 13.5), (-2.0, -32.0), (3.0, 108.0), (0.5, 0.5)):
    x = Value(number, label="x")
    y = x**2
    z = y**2
    found = ag.paths(z, x)
    assert found.count == 1
    (path,) = found
    assert path.partials == (2 * y.data, 2 * x.data)
    assert path.product == expected == 4 * number**3
    print(f"x = {number:4}: 2y · 2x = {path.partials[0]:g} · {path.partials[1]:g} = {path.product:g}")

x = Value(2.0, label="x")
y = 3 * x
z = y**2
assert [p.product for p in ag.paths(z, x)] == [12.0 * 3.0]

# %% [markdown]
# Write the square as a product, $y = x \cdot x$, and $x$ is used *twice*: two edges lead from it. Now there
# are four paths from $z$ to $x$; each has the product $y \cdot x$, and they are **added**:

# %% rows=["S002-54"]
x = Value(3.0, label="x")
y = x * x
z = y * y
found = ag.paths(z, x)
assert found.count == 4
assert [path.product for path in found] == [27.0] * 4
assert found.total == 108.0
viz.paths(z, x, names=locals())

# %% [markdown]
# Multiply along, add across: that is all there is. In lesson 10 there will be billions of paths, and adding
# them one by one will be hopeless; the engine never does. It adds where paths meet, once.
#
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
# ## What to keep
#
# * A node can be computed after its parents (forward), and its gradient after all its consumers (backward).
# * Along a path: multiply. Where paths meet: add.
# * `J.backward()` leaves $dJ/d\text{var}$ in `var.grad`; the notes call it `dvar`.
#
# Covered: S003-40 to 43 and 46, S002-53, S002-54, S001-24; errata E-S003-07 and E-S003-08. PyTorch does the
# same with `tensor.backward()`; it keeps `.grad` for leaves only, and shows neither paths nor local
# derivatives.
