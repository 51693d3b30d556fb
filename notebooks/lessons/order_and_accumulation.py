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
from autograd import Graph, Value, practice
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=0):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(13, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(13, seed=1)[1])

# %%
W1 = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1, -1.1, 0.2]])
W2 = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
W3 = np.array([[0.7], [-0.8]])
net = nn.MLP(4, [3, 2, 1], "linear", "linear", bias=False).assign([W1, W2, W3], rows="inputs")
L = (net([0.5, -1.0, 1.5, 2.0])[0] - 1.0) ** 2
L.label = "L"
drawn = Graph(L).collapse()
viz.network(net, highlight=["O_{11}", "O_{21}", "O_{22}", "O_{31}"])

# %% [markdown]
# This is the network 4-3-2-1 of [](counting_paths), with the loss $L = (O_{31} - 1)^2$. Two lines leave each $O_{1j}$,
# to $O_{21}$ and to $O_{22}$.
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

# %% tags=["question"]
viz.exercise(
    "In the wrong order L, O₃₁, O₂₁, O₁₁, O₁₂, O₁₃, O₂₂: which node is the first to pass on a wrong number?",
    answer="O₁₁",
    choices={
        "O₂₁": "O₂₁ has heard O₃₁, the only node that uses it. Its number is right.",
        "O₁₁": "Right: O₁₁ is used by O₂₁ and by O₂₂, and O₂₂ has not been there.",
        "O₁₂": "O₁₂ is wrong, too, but another node before it is wrong already.",
        "O₂₂": "O₂₂ comes late, but it has heard O₃₁, the only node that uses it. Its number is right.",
    },
    hints=[
        "A number is right when all that use the node have been heard.",
        "Which node passes on before O₂₂ was there?",
    ],
)

# %% tags=["question"]
viz.exercise(
    "Which number does w¹₁₁ get in this order? Only O₂₁ has been heard, and w¹₁₁ gets half of what O₁₁ has.",
    answer=-0.13279,
    slips={
        -0.43631: "−0.43631 is right, and needs both. O₁₁ has heard O₂₁ alone.",
        -0.26558: "−0.26558 is what O₁₁ has. The input of w¹₁₁ is 0.5.",
        -0.30352: "−0.30352 is the other half of the sum, which comes over O₂₂. That one is late.",
        0.13279: "The size is right. Look at the sign of what comes from O₂₁.",
    },
    hints=["What has arrived at O₁₁ from O₂₁ alone?", "−0.26558 · 0.5", "−0.26558 · 0.5 = −0.13279."],
)

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

# %% tags=["question"]
viz.exercise(
    "First −0.60704 arrives at O₁₁ from O₂₂, then −0.26558 from O₂₁. What would be left with = in place of +=?",
    answer=-0.26558,
    slips={
        -0.87262: "−0.87262 is the sum, which += makes. With = the second number replaces the first.",
        -0.60704: "−0.60704 came first. With = it is replaced by what comes second.",
        0.16121: "0.16121 is the product of the two. = neither adds nor multiplies: it replaces.",
    },
    hints=["= forgets what was there.", "The last one wins.", "−0.26558 is left."],
)

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

# %% tags=["question"]
viz.exercise(
    "L = w · w at w = 3. What is w.grad after two calls of backward(), with nothing in between?",
    answer=12,
    slips={
        6: "6 is there after one call. Leaves keep what arrives: the second adds the same again.",
        9: "9 is L. What is its derivative?",
        36: "36 is 6 · 6. The second call adds, it does not multiply.",
        3: "3 comes over one of the two arrows from w, in one call.",
    },
    hints=["What does one call leave?", "6 + 6", "6 + 6 = 12."],
)

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

# %% tags=["question"]
viz.exercise(
    "Without zero_grad every step uses the sum of all gradients so far. Does θ then go to 0 more slowly, faster, or not at all?",
    answer="not at all",
    choices={
        "more slowly": "The steps become longer, not shorter: old gradients are added to new ones.",
        "faster": "At first, yes. But at 0 the old gradients are still there. What do they do?",
        "not at all": "Right: at 0 the old gradients still push, so it runs through and swings back.",
    },
    hints=[
        "What is the gradient at 0, and what is the sum of all gradients so far?",
        "The sum is still positive there.",
    ],
)

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

# %% tags=["question"]
viz.exercise(
    "L = w · w was recorded at w = 3, then w is set to 5. What do the stored local derivatives say that dL/dw is?",
    answer=6,
    slips={
        10: "10 is what it really is at w = 5. Stored are the numbers of w = 3.",
        3: "3 is one stored local derivative. There are two arrows.",
        9: "9 is the stored value of L.",
        8: "8 is 3 + 5. Both stored numbers are of the time when w was 3.",
    },
    hints=[
        "Two arrows, each with the other factor at the time of recording.",
        "3 + 3",
        "3 + 3 = 6; really it is 10.",
    ],
)

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

# %% tags=["exercise"]
viz.exercise(
    "1. Which of these orders of a sweep is right, too?",
    answer="L, O₃₁, O₂₁, O₂₂, O₁₃, O₁₁, O₁₂",
    choices={
        "L, O₃₁, O₂₁, O₂₂, O₁₃, O₁₁, O₁₂": "Right: each comes after all that use it.",
        "L, O₂₁, O₃₁, O₂₂, O₁₁, O₁₂, O₁₃": "O₂₁ is used by O₃₁, which has not been there yet.",
        "L, O₃₁, O₁₁, O₂₁, O₂₂, O₁₂, O₁₃": "O₁₁ is used by O₂₁ and O₂₂, and neither has been there yet.",
        "O₁₁, O₁₂, O₁₃, O₂₁, O₂₂, O₃₁, L": "That is the way forward. Nothing has arrived at O₁₁ when it passes on.",
    },
    hints=["A node comes after all that use it.", "Within a layer any order will do."],
)

# %% [markdown] tags=["solution"]
# A node may come when all its consumers have been there. $O_{21}$ and $O_{22}$ are used by $O_{31}$ alone, each
# $O_{1j}$ by both of them. So the layers must come one after the other, from the back, and within a layer any order is
# right. The sweep of this lesson agrees:

# %% tags=["solution"]
other = ["L", "O_{31}", "O_{21}", "O_{22}", "O_{13}", "O_{11}", "O_{12}", *reversed(weights)]
found = sweep(drawn, drawn.indices(other))
print(all(np.isclose(found[node], right[node]) for node in found))

# %% tags=["exercise"]
viz.exercise(
    "2. L = (w − 1)² + (w − 4)² at w = 2. backward() runs on the first square, then on the second, with no zero_grad in "
    "between. What is w.grad?",
    answer=-2,
    slips={
        -4: "−4 comes from the second square. What the first left is still there.",
        2: "2 comes from the first square. The second adds to it.",
        6: "6 is 2 + 4. The second square has a negative slope at w = 2.",
        5: "5 is the sum of the two squares. Their slopes are asked for.",
    },
    hints=["What does each square leave?", "2 · (2 − 1) = 2 and 2 · (2 − 4) = −4.", "2 − 4 = −2."],
)

# %% [markdown] tags=["solution"]
# The first square leaves $2 (2 - 1) = 2$, the second adds $2 (2 - 4) = -4$. Together $-2$, and that is no mistake: it is
# the gradient of the sum. So a batch can be done sample by sample.

# %% tags=["exercise"]
viz.exercise(
    "3. A training loop records the loss once, before the loop, and then only calls backward() and step(). What does this "
    "engine do?",
    answer="it stops with an error in the second round",
    choices={
        "it trains as usual": "The graph belongs to the old weights. Its local derivatives would be those of the start.",
        "it stops with an error in the second round": "Right: after the first step the graph is stale, and it says so.",
        "it uses the gradient of the start in every round": "An engine without a check would. This one looks first.",
        "it records the loss anew by itself": "A step changes the leaves. Only forward(), or writing the loss down again, computes it anew.",
    },
    hints=[
        "What does a step change, and what was stored before it?",
        "The leaves are new, the graph is old.",
    ],
)

# %% [markdown] tags=["solution"]
# After the first step the weights are others than those that the graph was recorded with. The engine refuses to
# differentiate it. Without the check every step would use the gradient at the start. Call `forward()` in each round, or
# record the loss anew.

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
    print(error)

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(13, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Sort a sweep: a node passes on when all its consumers have been heard.
# * Say why `+=`: paths add up. And why `zero_grad`: leaves keep what arrived.
# * Recognise a stale number: what is stored is true for the leaves it was computed from.
#
# In PyTorch gradients accumulate in `.grad` in the same way, and `optimizer.zero_grad()` empties them.
