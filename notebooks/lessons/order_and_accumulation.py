# %% [markdown]
# # The order of the sweep, and what is kept
#
# **What you will see**: the four questions that everybody asks who writes an engine like this one. Why does
# the order of the nodes matter? Why `+=` and not `=`? Why `zero_grad`? And when is a stored number no
# longer true?
#
# You need [](counting_paths): where paths meet, products are added, and what was computed is kept.

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=0):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %%
W1 = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1, -1.1, 0.2]])
W2 = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
W3 = np.array([[0.7], [-0.8]])
net = nn.MLP(4, [3, 2, 1], "linear", "linear", bias=False).assign([W1, W2, W3], rows="inputs")
L = (net([0.5, -1.0, 1.5, 2.0])[0] - 1.0) ** 2
L.label = "L"
drawn = Graph(L).collapse()
viz.graph(drawn)

# %% [markdown]
# This is the network 4-3-2-1 of [](counting_paths) as a graph, with the loss $L = (O_{31} - 1)^2$. Two
# arrows leave each $O_{1j}$, to $O_{21}$ and to $O_{22}$.
#
# The question of this lesson: **when may a node pass on what it has?**
#
# ## Why the order matters
#
# Here is the whole of backpropagation in a few lines, for any order of the nodes. It notes what each node
# had **when it passed it on**.


# %%
def sweep(graph, order):
    """Walk the nodes in this order; each passes on what it has at that moment."""
    adjoint = dict.fromkeys(order, 0.0)
    adjoint[graph.roots[0]] = 1.0
    passed = {}
    for node in order:
        passed[node] = adjoint[node]
        for edge in graph.operands[node]:
            adjoint[edge.source] += adjoint[node] * edge.partial
    return passed


# %% [markdown]
# Right is: layer by layer, from the loss down. Then $O_{11}$ gets $-3.794 \cdot 0.7 \cdot 0.1 = -0.26558$
# from $O_{21}$ and $-3.794 \cdot (-0.8) \cdot (-0.2) = -0.60704$ from $O_{22}$, together $-0.87262$, and
# $w^1_{11}$ gets half of it, $-0.43631$.
#
# Wrong is: we run ahead, from $O_{21}$ to the first layer, and do $O_{22}$ afterwards. The weights come
# last in both.
#
# > **Predict**: which node is the first with a wrong number?
#
# > **Predict**: which wrong number will $w^1_{11}$ get?

# %%
weights = [node.label for node in drawn.nodes if node.label.startswith("w")]
layer_by_layer = ["L", "O_{31}", "O_{22}", "O_{21}", "O_{11}", "O_{12}", "O_{13}", *weights]
ahead = ["L", "O_{31}", "O_{21}", "O_{11}", "O_{12}", "O_{13}", "O_{22}", *weights]
right = sweep(drawn, drawn.indices(layer_by_layer))
wrong = sweep(drawn, drawn.indices(ahead))
print("node       right order  wrong order")
for name in ahead:
    node = drawn.index(name)
    mark = "" if wrong[node] == right[node] else "  wrong"
    print(f"{name:9}{right[node]:13.5f}{wrong[node]:13.5f}{mark}")

# %% tags=["check"] rows=["S001-24"]
assert all(right[node] == drawn.adjoints[node] for node in right)
bad = [name for name in ahead if wrong[drawn.index(name)] != right[drawn.index(name)]]
assert bad[0] == "O_{11}"
assert close([right[drawn.index("w^1_{11}")], wrong[drawn.index("w^1_{11}")]], [-0.43631, -0.13279])
labels = [drawn.nodes[step.node].label for step in ag.backward_steps(drawn)]
visited = list(dict.fromkeys(label for label in labels if label[:1] in ("L", "O")))
assert visited == ["L", "O_{31}", "O_{21}", "O_{22}", "O_{11}", "O_{12}", "O_{13}"]

# %% [markdown]
# $O_{22}$ comes too late: the three $O_{1j}$ have passed on a part of their sum, and the weights below never
# hear of the rest. $w^1_{11}$ has $-0.13279$, which is *one of its two paths*. No error, no nan, a plausible
# number: that is why such a mistake is hard to find, and why the engine sorts.
#
# So a node may pass on what it has when **all** its consumers have been heard. Any order that obeys this is
# right, and there are many.
#
# What about a plain recursion, that starts at $L$ and calls itself for every operand, with no list of
# visited nodes? It is right, too, since it walks every path. But it multiplies again and again: 40 times
# here, where the sorted sweep needs 28; and 25120 times on 4-16-16-16-1, where the sweep needs 1120.
# (Multiplying every path by itself took 86 and 78352. The recursion shares the beginnings of the paths.)


# %%
def recursion(graph, node=None):
    """Count the multiplications of a recursion without a list of visited nodes."""
    node = graph.roots[0] if node is None else node
    return sum(1 + recursion(graph, edge.source) for edge in graph.operands[node])


big = nn.MLP(4, [16, 16, 16, 1], bias=False)
big_drawn = Graph((big([0.5, -1.0, 1.5, 2.0])[0] - 1.0) ** 2).collapse()
for graph in drawn, big_drawn:
    print(recursion(graph) - 1, "multiplications instead of", ag.cost(graph).memoized)

# %% tags=["check"] rows=["S004-20"]
assert [recursion(graph) - 1 for graph in (drawn, big_drawn)] == [40, 25120]
assert [ag.cost(graph).naive for graph in (drawn, big_drawn)] == [86, 78352]
assert [ag.cost(graph).memoized for graph in (drawn, big_drawn)] == [28, 1120]

# %% [markdown]
# (The first arrow, from $L$, needs no multiplication: the derivative of $L$ by itself is 1.)
#
# ## Why += and not =
#
# Where paths meet, contributions are added. With `=`, the last one would win.
#
# > **Predict**: two contributions arrive at $O_{11}$, first one from $O_{22}$, then one from $O_{21}$. What
# > would be left with `=`?

# %%
for step in ag.backward_steps(drawn):
    if step.node == drawn.index("O_11"):
        print(step.text)

# %% tags=["check"] rows=["S004-18"]
steps = [step for step in ag.backward_steps(drawn) if step.node == drawn.index("O_11")]
assert close(steps[-1].adjoint, sum(step.contribution for step in steps))
assert close(steps[-1].adjoint * 0.5, -0.43631)

# %% [markdown]
# The smallest example has one node that uses $x$ twice. Both arrows carry 3, and with `=` the result would
# be 3:

# %%
x = Value(3.0, label="x")
square = x * x
square.backward()
print(f"d(x·x)/dx at 3 = {x.grad:g}")

# %% tags=["check"]
assert x.grad == 6.0

# %% [markdown]
# ## Why zero_grad
#
# Leaves *keep* what arrives, over several sweeps. That is a feature: the gradient of a sum of losses is the
# sum of their gradients, so a batch can be done sample by sample. But nobody empties them for you.
#
# > **Predict**: $L = w \cdot w$ at $w = 3$. What is `w.grad` after one `backward()`, and what after two?

# %%
w = Value(3.0, label="w")
L = w * w
L.backward()
print(f"one sweep:  w.grad = {w.grad:g}, L.grad = {L.grad:g}")
L.backward()
print(f"two sweeps: w.grad = {w.grad:g}, L.grad = {L.grad:g}")
L.zero_grad()
print("after zero_grad():", w.grad)

# %% tags=["check"] rows=["S004-21"]
L.zero_grad()
L.backward()
assert w.grad == 6.0
L.backward()
assert w.grad == 12.0  # exactly the same again
assert L.grad == 1.0  # an inner node shows the latest sweep only

# %% [markdown]
# In training, a forgotten `zero_grad` means that every step uses the sum of *all* gradients so far. With
# $L = \theta^2$ from $\theta = 1$ and $\alpha = 0.1$, the first step leads to 0.8 in any case.
#
# > **Predict**: without `zero_grad`, will $\theta$ then go to 0 more slowly, faster, or not at all?

# %%
for cleaned in (True, False):
    theta = Value(1.0, label="θ")
    optimizer = SGD([theta], lr=0.1)
    walk = []
    for _ in range(12):
        if cleaned:
            optimizer.zero_grad()
        (theta * theta).backward()
        optimizer.step()
        walk.append(theta.data)
    print("with   " if cleaned else "without", "zero_grad:", " ".join(f"{number:6.3f}" for number in walk))

# %% tags=["check"]
for cleaned in (True, False):
    theta = Value(1.0, label="θ")
    optimizer = SGD([theta], lr=0.1)
    walk = []
    for _ in range(12):
        if cleaned:
            optimizer.zero_grad()
        (theta * theta).backward()
        optimizer.step()
        walk.append(theta.data)
    assert close(walk[:3], [0.8, 0.64, 0.512] if cleaned else [0.8, 0.44, -0.008])

# %% [markdown]
# Without it, $\theta$ swings through zero and back, for ever: the old gradients push on like a mass without
# friction. ([Lesson](optimisers) adds the friction, and calls it momentum.)
#
# ## What is stored is true for one moment
#
# All stored numbers, the local derivatives on the edges and the table, belong to the leaves' numbers at the
# moment of recording. Change a leaf and they are *stale*.
#
# > **Predict**: $L = w \cdot w$ at $w = 3$. Set $w$ to 5 and do nothing else. What do the stored local
# > derivatives say that $dL/dw$ is? What is it really?

# %%
w = Value(3.0, label="w")
L = w * w
w.data = 5.0
stale = sum(L.partials)

try:
    L.backward()
except ag.StaleGraphError as error:
    print(error)

L.forward()  # compute everything anew, or build the expression again
L.backward()
print(f"stored numbers: {stale:g}; after forward(): {w.grad:g}")

# %% tags=["check"] rows=["S004-21"]
assert stale == 6.0  # the true derivative is 10
assert w.grad == 10.0
w.data = 7.0
try:
    L.backward()
except ag.StaleGraphError:
    pass
else:
    raise AssertionError("a stale graph must not be differentiated")

# %% [markdown]
# An engine without that check returns 6 and says nothing. So does a table of your own that outlives its
# iteration; this one refuses:

# %%
w = Value(3.0, label="w")
L = w * w
first = ag.memoized_gradient(L, w)
w.data = 5.0
L.forward()
try:
    ag.memoized_gradient(L, w, first.memo)
except ag.StaleGraphError as error:
    print(error)

# %% tags=["check"] rows=["S004-21"]
assert ag.memoized_gradient(L, w).gradient == 10.0
try:
    ag.memoized_gradient(L, w, first.memo)
except ag.StaleGraphError:
    pass
else:
    raise AssertionError("a table of older numbers must not be read")

# %% [markdown]
# ## Exercises
#
# **1.** Find an order of the nodes of `drawn` that is *not* the engine's and still right. Then find one in
# which only the two weights of the last layer are right.

# %% tags=["solution"]
other = ["L", "O_{31}", "O_{21}", "O_{22}", "O_{13}", "O_{11}", "O_{12}", *reversed(weights)]
found = sweep(drawn, drawn.indices(other))
assert all(np.isclose(found[node], right[node], rtol=1e-12) for node in found)

late = ["L", "O_{22}", "O_{21}", "O_{11}", "O_{12}", "O_{13}", "O_{31}", *weights]  # O_31 after its operands
found = sweep(drawn, drawn.indices(late))
assert [name for name in weights if found[drawn.index(name)] == right[drawn.index(name)]] == [
    "w^3_{11}",
    "w^3_{21}",
]

# %% [markdown]
# **2.** $L = (w - 1)^2 + (w - 4)^2$ at $w = 2$. Run `backward()` on the first square, then on the second,
# with no `zero_grad` in between. What is `w.grad`? Is that a mistake?

# %% tags=["solution"]
w = Value(2.0, label="w")
((w - 1) ** 2).backward()
((w - 4) ** 2).backward()
assert w.grad == 2 * (2 - 1) + 2 * (2 - 4) == -2  # no mistake: the gradient of the sum

# %% [markdown]
# **3.** A training loop computes the loss once, before the loop, and then only calls `backward()` and
# `step()`. What does this engine say, and what would an engine without the check do?

# %% tags=["solution"]
w = Value(3.0, label="w")
L = (w - 1) ** 2
optimizer = SGD([w], lr=0.1)
try:
    for _ in range(3):
        optimizer.zero_grad()
        L.backward()
        optimizer.step()
except ag.StaleGraphError as error:
    print(error)  # in the second round; without the check every step would use the gradient at w = 3
assert np.isclose(w.data, 3 - 0.1 * 4)

# %% [markdown]
# ## What you can do now
#
# * Sort a sweep: a node passes on when all its consumers have been heard.
# * Say why `+=`: paths add up. And why `zero_grad`: leaves keep what arrived.
# * Recognise a stale number: what is stored is true for the leaves it was computed from.
#
# In PyTorch gradients accumulate in `.grad` in the same way, and `optimizer.zero_grad()` empties them.
