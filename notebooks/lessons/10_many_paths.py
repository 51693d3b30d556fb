# %% [markdown]
# # 10. Many paths: why backpropagation is fast
#
# **What you will see** (about 45 minutes): in a network a weight reaches the loss over several paths. You
# add them up by hand, count how many there are in larger networks, and watch the work explode. Then you
# store what you have computed, and the explosion is gone: chain rule plus memoization is backpropagation.
# On the way the questions get an answer that everybody asks who writes an engine like this one: why the
# order of the nodes matters, why `+=` and not `=`, why `zero_grad`, and what a second `backward()` does.
#
# You need lesson 3 (paths) and lesson 9 (a network's chain of derivatives).

# %%
from functools import partial

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value
from nn import losses
from nn.optim import SGD

close = partial(np.allclose, rtol=1e-8, atol=0)

# %% [markdown]
# ## The network of the handwritten notes
#
# The notes (004) draw a network 4-3-2-1. In their notation $w^k_{ij}$ lies in layer $k$ and leads from
# neuron $i$ of the layer before to neuron $j$; $O_{kj}$ is what neuron $j$ of layer $k$ puts out. Follow
# $w^1_{11}$ with a finger: it ends in $O_{11}$, and from there **two** ways lead on.

# %%
W1 = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1, -1.1, 0.2]])
W2 = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
W3 = np.array([[0.7], [-0.8]])
x, y = [0.5, -1.0, 1.5, 2.0], 1.0


def notes_network(activation):
    """The notes' 4-3-2-1 without biases; `assign` takes one row per output, the notes one per input."""
    net = nn.MLP(4, [3, 2, 1], activation, activation, bias=False)
    for layer, W in zip(net.layers, (W1, W2, W3), strict=True):
        layer.assign(W.T)
    return net


def loss_of(net):
    """Record L = (O - y)² for the sample."""
    L = losses.square(net(x)[0], y)
    L.label = "L"
    return L


net = notes_network("linear")
viz.network(net, highlight=["w^1_{11}", "O_{11}", "O_{21}", "O_{22}"])

# %% [markdown]
# To begin with, there is no activation function (each neuron is a plain weighted sum), so that you can check
# everything by hand. The loss is $L = (y - O_{31})^2$ with $y = 1$.
#
# For a weight of the last layer there is one path. (d counts all ways, ∂ one arrow. The notes write ∂ for
# both: drawn from its leaves alone, $L$ has one arrow from each, and then both are the same number.)
#
# $$\frac{\mathrm{d}L}{\mathrm{d}w^3_{11}} = \frac{\partial L}{\partial O_{31}} \cdot
# \frac{\partial O_{31}}{\partial w^3_{11}}$$
#
# and for one of the middle layer, too:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}w^2_{21}} = \frac{\partial L}{\partial O_{31}} \cdot
# \frac{\partial O_{31}}{\partial O_{21}} \cdot \frac{\partial O_{21}}{\partial w^2_{21}}$$
#
# The engine records more nodes than the notes draw. `collapse` keeps what they draw (inputs, weights, outputs
# and the loss) and eliminates the rest: it multiplies along what it hides and adds across it, so that no
# derivative changes. A node is named by its label, or is handed in itself.

# %% rows=["S004-16", "S004-17"]
L = loss_of(net)
drawn = Graph(L).collapse()
(path,) = ag.paths(drawn, "w^3_11")
assert close(path.partials, [-3.794, -0.71])
assert close(path.product, 2.69374)
print(path)

(path,) = ag.paths(drawn, "w^2_21")
assert close(path.product, 1.06232)
print(path)

sigmoid_net = notes_network("sigmoid")
sigmoid_loss = loss_of(sigmoid_net)
assert close(ag.paths(sigmoid_loss, sigmoid_net.w(3, 1, 1)).total, -0.1213332053)
assert close(ag.paths(sigmoid_loss, sigmoid_net.w(2, 2, 1)).total, -0.01880807154)

# %% [markdown]
# ## Multiple paths, so adding them up
#
# Now $w^1_{11}$. The notes write
#
# $$\frac{\mathrm{d}L}{\mathrm{d}w^1_{11}} = \frac{\partial L}{\partial O_{31}} \cdot
# \left[\frac{\partial O_{31}}{\partial O_{21}} \cdot \frac{\partial O_{21}}{\partial O_{11}} \cdot
# \frac{\partial O_{11}}{\partial w^1_{11}} + \frac{\partial O_{31}}{\partial O_{22}} \cdot
# \frac{\partial O_{22}}{\partial O_{11}} \cdot \frac{\partial O_{11}}{\partial w^1_{11}}\right]$$
#
# > **Predict** both products. $\partial L/\partial O_{31} = 2(O_{31} - 1) = -3.794$; all other factors are
# > weights of the network, and at the end the input $x_1 = 0.5$.

# %% rows=["S004-18", "S004-19"]
w111 = net.w(1, 1, 1)
found = ag.paths(drawn, w111)
over_O22, over_O21 = found
assert found.count == 2
assert close(over_O21.partials, [-3.794, 0.7, 0.1, 0.5])
assert close(over_O22.partials, [-3.794, -0.8, -0.2, 0.5])
assert close([over_O21.product, over_O22.product], [-0.13279, -0.30352])
assert close(found.total, -0.43631)
print(f"dL/dw¹₁₁ = {over_O21.product:.5f} - {-over_O22.product:.5f} = {found.total:.5f}")
viz.paths(drawn, w111)

# %% [markdown]
# The same with activations. Every factor $\partial O/\partial O$ now has an $f'$ in it:
#
# > **Predict**: with sigmoid, will the products be larger or smaller? And what if $O_{31}$ is a relu that
# > gets a negative number?

# %% rows=["S004-19"]
expected = {
    "sigmoid": (-0.0005361148829, -0.001163570687, -0.00169968557),
    "tanh": (-0.04503635026, -0.1215824867, -0.166618837),
    "relu": (0.0, 0.0, 0.0),
}
for activation, numbers in expected.items():
    other = notes_network(activation)
    found = ag.paths(loss_of(other), other.w(1, 1, 1))
    products = sorted((path.product for path in found), reverse=True)
    assert np.allclose([*products, found.total], numbers, rtol=1e-8, atol=0)
    print(activation, ag.paths(Graph(loss_of(other)).collapse(), other.w(1, 1, 1)), sep="\n", end="\n\n")

over_O22, over_O21 = ag.paths(Graph(sigmoid_loss).collapse(), sigmoid_net.w(1, 1, 1))
assert close(over_O21.partials, [-1.092124827, 0.1735147779, 0.0247316451, 0.1143921202])
assert close(over_O22.partials, [-1.092124827, -0.1983026033, -0.04696734026, 0.1143921202])

# %% [markdown]
# The sigmoid shrinks both products by a factor of more than 200. (Lesson 13 is about that.) With relu, both
# are exactly zero: the sum in $O_{31}$ is negative, so the output does not move when a weight moves.
# `explain` finds the culprit:

# %% rows=["S004-19"]
other = notes_network("relu")
explanation = ag.explain(loss_of(other), other.w(1, 1, 1))
assert explanation.gradient == 0.0
assert explanation.why[0].startswith("dead here: O₃₁ = relu(z₃₁) at z₃₁ = -0.528")
print(explanation.why[0])

# %% [markdown]
# With all 20 derivatives at hand, one step of gradient descent, $\eta = 0.5$, with the sigmoids:

# %% rows=["S004-04", "S004-15"]
assert close(sigmoid_loss.data, 0.2981841592)
sigmoid_loss.backward()
SGD(sigmoid_net.parameters(), lr=0.5).step()
assert close(sigmoid_net.w(3, 1, 1).data, 0.7606666027)
assert close(sigmoid_net.w(1, 1, 1).data, 0.1008498428)
assert close(loss_of(sigmoid_net).data, 0.2738628082)
print(f"L = {sigmoid_loss.data:.6f} → {loss_of(sigmoid_net).data:.6f}")

# %% [markdown]
# ## This involves computing a lot of gradients
#
# So the notes sigh, and: *one gradient will be computed many times.* Let us count. In 4-3-2-1, a weight of
# the first layer has $2$ paths of four factors each, so $3$ multiplications for each path. There are 12 such
# weights; 6 weights with one path of three factors; and 2 with one path of two factors:
#
# $$12 \cdot 2 \cdot 3 + 6 \cdot 2 + 2 \cdot 1 = 72 + 12 + 2 = 86$$
#
# > **Predict** before the next cell: the network 4-16-16-16-1 has 592 weights. How many paths lead to all of
# > them together: about 600, about 2000, or about 20000?

# %% rows=["S004-20"]
small = ag.cost(drawn)
assert (small.leaves, small.paths, small.naive) == (20, 32, 86)

big_net = nn.MLP(4, [16, 16, 16, 1], bias=False)
big_loss = loss_of(big_net)
big_drawn = Graph(big_loss).collapse()
big = ag.cost(big_drawn)
assert (big.leaves, big.paths, big.naive) == (592, 20752, 78352)
for name, count in {"4-3-2-1": small, "4-16-16-16-1": big}.items():
    print(f"{name:13}{count.leaves:4} weights {count.paths:6} paths {count.naive:6} multiplications")

# %% [markdown]
# The algorithm that works path by path is in the library; run it. The big network has 256 paths to
# $w^1_{11}$ alone (16 ways into the second hidden layer, 16 into the third):

# %% rows=["S004-20"]
by_path = ag.naive_gradient(big_drawn, big_net.w(1, 1, 1))
assert (by_path.paths, by_path.multiplications) == (256, 256 * 4)
print(by_path)
print(ag.paths(big_drawn, big_net.w(1, 1, 1)))

# %% [markdown]
# ## Store the gradients in a hash table
#
# Look at the bracket in the formula for $w^1_{11}$, and at the one for its neighbour $w^1_{21}$: they are the
# same. Only the last factor differs. So compute $dL/dO_{11}$ once, and keep it. To find it
# you need $dL/dO_{21}$ and $dL/dO_{22}$; keep these, too.
#
# > **Predict**: how many derivatives stand in the table when all 20 weights are done?

# %% rows=["S004-21", "S004-22"]
memo = None
for weight in net.parameters():
    found = ag.memoized_gradient(drawn, weight, memo)
    memo = found.memo

assert (memo.multiplications, memo.misses, memo.hits) == (28, 6, 22)
for node, derivative in memo.items():
    looked_up = len(drawn.operands[drawn.index(node)])
    print(f"dL/d{node.label:6} = {derivative:9.6f}   looked up {looked_up} times")
print(f"{memo.multiplications} look-ups: {memo.misses} computed, {memo.hits} found")

# %% [markdown]
# (The derivative of $L$ by itself is 1. It needs no multiplication, so its look-up is not counted.)
#
# 28 multiplications instead of 86. Not impressive? The big network:

# %% rows=["S004-20", "S004-21", "S004-22"]
assert (small.naive, small.recursive, small.memoized) == (86, 74, 28)
assert (big.naive, big.recursive, big.memoized) == (78352, 42832, 1120)
assert (big.misses, big.hits) == (49, 1071)
print("4-3-2-1\n" + str(small))
print("\n4-16-16-16-1\n" + str(big))

# %% [markdown]
# **86 against 28, and 78352 against 1120.** The line *recursive* is the bracketed formula without a table:
# it takes common factors out, but computes every bracket anew. The line *differences* is what lesson 2 did:
# two forward runs for each weight.
#
# And it gets worse with depth. One input, one output, and 1, 2, 3, 4 hidden layers of 10 neurons:
#
# > **Predict**: with each further layer, *naive* is multiplied by about ... , and *memoized* grows by ... .

# %% rows=["S004-20", "S004-22"]
deeper = [nn.MLP(1, [10] * depth + [1], bias=False) for depth in (1, 2, 3, 4)]
costs = [ag.cost(Graph(losses.square(model([1.0])[0], y)).collapse()) for model in deeper]
assert [cost.naive for cost in costs] == [30, 510, 7210, 93210]
assert [cost.memoized for cost in costs] == [30, 230, 430, 630]
for depth, cost in enumerate(costs, 1):
    print(f"hidden layers: {depth}   naive {cost.naive:6}   memoized {cost.memoized:4}")

# %% [markdown]
# Path by path the cost grows *exponentially* with the depth; with the table, by 200 for each layer: one
# multiplication for a weight's own derivative and one to go on through it. The notes call it *dynamic
# programming, for the entire* $\nabla L$.
#
# Both ways must give the same numbers, and `backward()` must agree with them:

# %% rows=["S004-23"]
for widths in ([4, 3, 2, 1], [2, 3, 2, 1]):
    model = nn.MLP(widths[0], widths[1:], "sigmoid", "sigmoid", bias=False)
    loss = losses.square(model(x[: widths[0]])[0], y)
    loss.backward()
    naive = [ag.naive_gradient(loss, w).gradient for w in model.parameters()]
    stored = [ag.memoized_gradient(loss, w).gradient for w in model.parameters()]
    assert np.abs(np.subtract(naive, stored)).max() < 1e-12
    assert ag.grads(model.parameters()).tolist() == stored  # bit for bit
    print(widths, "largest difference:", np.abs(np.subtract(naive, stored)).max())

# %% [markdown]
# *Chain rule + memoization ↓ boom! ↓ Backpropagation!* So it stands in the notes. Watch it: the two counters
# run side by side while the sweep goes from $L$ to the inputs, and each $O$ adds up what comes from all its
# consumers **before** it passes anything on.

# %%
viz.walkthrough(drawn, wrt=[w111, net.w(1, 2, 1), net.w(2, 2, 1), net.w(3, 1, 1)])

# %% [markdown]
# ## Why the order matters
#
# A node may pass its derivative on only when *all* its consumers have been heard. The engine therefore walks
# the nodes in reverse topological order: every consumer before its operands. What if we don't? Here is the
# whole of backpropagation in a few lines, for any order you like. It notes what each node had **when it
# passed it on**.


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
# Right: layer by layer, from the loss down. Wrong: we run ahead, from $O_{21}$ to the first layer, and do
# $O_{22}$ afterwards. The weights come last in both.
#
# > **Predict**: which node is the first with a wrong number? And which wrong number will $w^1_{11}$ get? (You
# > have seen it already.)

# %%
weights = [node.label for node in drawn.nodes if node.label.startswith("w")]
layer_by_layer = ["L", "O_{31}", "O_{22}", "O_{21}", "O_{11}", "O_{12}", "O_{13}", *weights]
ahead = ["L", "O_{31}", "O_{21}", "O_{11}", "O_{12}", "O_{13}", "O_{22}", *weights]
right = sweep(drawn, drawn.indices(layer_by_layer))
wrong = sweep(drawn, drawn.indices(ahead))

assert all(right[node] == drawn.adjoints[node] for node in right)
bad = [name for name in ahead if wrong[drawn.index(name)] != right[drawn.index(name)]]
assert bad[0] == "O_{11}"
assert close([right[drawn.index("w^1_{11}")], wrong[drawn.index("w^1_{11}")]], [-0.43631, -0.13279])
print("node       right order  wrong order")
for name in ahead:
    mark = "  ← the first wrong one" if name == bad[0] else "  wrong" if name in bad else ""
    print(f"{name:9}{right[drawn.index(name)]:13.5f}{wrong[drawn.index(name)]:13.5f}{mark}")

# %% [markdown]
# $O_{22}$ comes too late: the three $O_{1j}$ have passed on a part of their sum, and the weights below never
# hear of the rest. $w^1_{11}$ has $-0.13279$, which is *one of its two paths*. No error, no nan, a plausible
# number: that is why such a mistake is hard to find, and why the engine sorts.
#
# (Does every wrong order do harm? No: any order in which consumers come before operands is right, and there
# are many. Recursion without a list of visited nodes is also right, but walks every *path*: we are back at
# 78352.)
#
# ## Why += and not =
#
# Where paths meet, contributions are added. With `=`, the last one would win:

# %% rows=["S004-18"]
steps = [step for step in ag.backward_steps(drawn) if step.node == drawn.index("O_11")]
for step in steps:
    print(step.text)
assert close(steps[-1].adjoint, sum(step.contribution for step in steps))
assert close(steps[-1].adjoint * 0.5, -0.43631)
print(f"with = the node would keep {steps[-1].contribution:.5f}, with += it has {steps[-1].adjoint:.5f}")

# the smallest example: x used twice by one node
x_twice = Value(3.0, label="x")
(x_twice * x_twice).backward()
assert x_twice.grad == 6.0  # 3 + 3; with = it would be 3
print(f"d(x·x)/dx at 3 = {x_twice.grad:g}")

# %% [markdown]
# ## Why zero_grad, and what a second backward does
#
# Leaves *keep* what arrives, over several sweeps. That is a feature: the gradient of a sum of losses is the
# sum of their gradients, so a batch can be done sample by sample. But nobody empties them for you.

# %% rows=["S004-21"]
w = Value(3.0, label="w")
L = w * w
L.backward()
assert w.grad == 6.0
L.backward()
assert w.grad == 12.0  # exactly the same again
assert L.grad == 1.0  # an inner node shows the latest sweep only
print(f"two sweeps: w.grad = {w.grad:g}, L.grad = {L.grad:g}")
L.zero_grad()
print("after zero_grad():", w.grad)

# %% [markdown]
# In training, a forgotten `zero_grad` means that every step uses the sum of *all* gradients so far. With
# $L = \theta^2$ from $\theta = 1$ and $\alpha = 0.1$:
#
# > **Predict**: will $\theta$ go to 0 more slowly, faster, or not at all?

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
    assert close(walk[:3], [0.8, 0.64, 0.512] if cleaned else [0.8, 0.44, -0.008])

# %% [markdown]
# Without it, $\theta$ swings through zero and back, for ever: the old gradients push on like a mass without
# friction. (Lesson 12 adds the friction, and calls it momentum.)
#
# ## The table is valid for one iteration
#
# The notes say so in brackets: *only works for the current iteration*. All stored numbers, the local
# derivatives on the edges and the table, belong to the leaves' numbers at that moment. Change a leaf and
# they are stale:
#
# > **Predict**: $L = w \cdot w$ at $w = 3$. Set $w$ to 5 and do nothing else. What do the stored local
# > derivatives say that $dL/dw$ is? What is it really?

# %% rows=["S004-21"]
w = Value(3.0, label="w")
L = w * w
w.data = 5.0
stale = sum(L.partials)
assert stale == 6.0  # the true derivative is 10

try:
    L.backward()
except ag.StaleGraphError as error:
    print(error)
else:
    raise AssertionError("a stale graph must not be differentiated")

L.forward()  # compute everything anew, or build the expression again
L.backward()
assert w.grad == 10.0
print(f"stored numbers: {stale:g}; after forward(): {w.grad:g}")

# %% [markdown]
# An engine without that check returns 6 and says nothing. So does a table of your own that outlives its
# iteration; this one refuses:

# %% rows=["S004-21"]
w = Value(3.0, label="w")
L = w * w
first = ag.memoized_gradient(L, w)
w.data = 5.0
L.forward()
try:
    ag.memoized_gradient(L, w, first.memo)
except ag.StaleGraphError as error:
    print(error)
assert ag.memoized_gradient(L, w).gradient == 10.0

# %% [markdown]
# ## The price: is backward expensive?
#
# *Computing the derivatives is the most time consuming step*, say the notes. Count multiplications: forward
# has one for each weight, backward (with the table) 28 and 1120.

# %% rows=["S004-28"] errata=["E-S004-10"]
assert (small.leaves, small.memoized) == (20, 28)
assert (big.leaves, big.memoized) == (592, 1120)
print(f"4-3-2-1:      forward {small.leaves:4}, backward {small.memoized:5}: {28 / 20:.2f} times as many")
print(f"4-16-16-16-1: forward {big.leaves:4}, backward {big.memoized:5}: {1120 / 592:.2f} times as many")

# %% [markdown]
# All derivatives together cost less than *two* forward runs, however many weights there are. This is the
# reason why networks with billions of weights can be trained at all. The wish behind the sentence remains
# right: an activation function should have a derivative that costs little.
#
# ## What the notes got wrong
#
# **Only slightly more memory (E-S004-19).** The table of the drawing has six entries. But the engine keeps
# more than the drawing shows: one number for each node and one local derivative for each edge. Record every
# `*` and `+` as a node of its own:


# %% rows=["S004-22"] errata=["E-S004-19"]
def scalar_graph(widths):
    """Record every * and + of a network, the inputs and the label as leaves."""
    model = nn.MLP(widths[0], widths[1:], "tanh", "tanh", bias=False, expand=True)
    return (Value(y) - model(list(ag.array(x)))[0]) ** 2, model


for widths, nodes, edges, naive in (([4, 3, 2, 1], 67, 77, 340), ([4, 16, 16, 16, 1], 1783, 2322, 737175)):
    loss, model = scalar_graph(widths)
    graph = Graph(loss)
    values = [node for node in graph.nodes if not node.constant]
    everything = ag.cost(graph)
    assert (len(values), everything.edges, ag.cost(graph, model.parameters()).naive) == (nodes, edges, naive)
    print(f"{widths}: {nodes} values; backward adds {nodes} gradients and {edges} local derivatives")
    print(f"    multiplications: {naive} path by path, {edges} with memory, one for each edge")

# %% [markdown]
# So there are about three numbers where there was one; with millions of activations this is what fills the
# graphics card.
# (The 77 counts the edge at the loss itself, whose multiplication by 1 `ag.cost` leaves out.)
#
# **Letters (E-S004-06).** The scan reads $w'_{ii}$ where $w^1_{11}$ is meant, and *memorization* for
# memoization. It is not all the same which weight you take:

# %% errata=["E-S004-06"]
other = notes_network("sigmoid")
loss_of(other).backward()
assert close([other.w(1, 1, 1).grad, other.w(1, 2, 2).grad], [-0.00169968557, -0.001509707461])
print(f"dL/dw¹₁₁ = {other.w(1, 1, 1).grad:.10f}, dL/dw¹₂₂ = {other.w(1, 2, 2).grad:.10f}")

# %% [markdown]
# ## Exercises
#
# **1.** In 4-3-2-1 without activations: over which paths does $L$ depend on the *input* $x_1$? How many are
# there? (Give the inputs as Values.)

# %% tags=["solution"]
inputs = list(ag.array(x, label="x"))
L = losses.square(net(inputs)[0], y)
assert ag.paths(L, inputs[0]).count == 3 * 2 * 1

# %% [markdown]
# **2.** How many paths, naive and memoized multiplications has 2-16-16-1? First by the formula (a weight
# $w^k_{ij}$ has as many paths as the layers after it have neurons, multiplied), then by `cost`.

# %% tags=["solution"]
loss = losses.square(nn.MLP(2, [16, 16, 1], bias=False)([0.5, -1.0])[0], y)
cost = ag.cost(Graph(loss).collapse())
assert cost.paths == 2 * 16 * 16 + 16 * 16 + 16 == 784
assert cost.naive == 2 * 16 * 16 * 3 + 16 * 16 * 2 + 16 == 2064
assert cost.memoized == 2 * 16 + 2 * (16 * 16 + 16) == 576

# %% [markdown]
# **3.** $x_1 = x_0 + x_0$, $x_2 = x_1 + x_1$, ... fifty times. Naive and memoized multiplications? Ask for
# the naive gradient and read what the library answers.

# %% tags=["solution"]
leaf = top = Value(1.0, label="x")
for _ in range(50):
    top = top + top
cost = ag.cost(top)
assert (cost.paths, cost.naive, cost.memoized) == (2**50, 2**50 * 49, 98)
assert ag.memoized_gradient(top, leaf).gradient == 2.0**50
try:
    ag.naive_gradient(top, leaf)
except ValueError as error:
    print(error)

# %% [markdown]
# **4.** Find an order of the nodes of `drawn` that is *not* the engine's and still right. Then find one in
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
# ## What to keep
#
# * Over several paths: add the products. $-0.13279 - 0.30352 = -0.43631$.
# * Path by path, the work grows exponentially with depth; with a table it is one multiplication for each
#   edge.
# * Chain rule + memoization = backpropagation: 86 → 28, 78352 → 1120.
# * Reverse topological order, because a node must have heard all its consumers. `+=`, because paths add up.
#   `zero_grad`, because leaves accumulate. A second `backward()` adds the same again.
# * What is stored is valid for one iteration.
#
# Covered: S004-04, S004-15 to 23, S004-28; errata E-S004-06, E-S004-10, E-S004-19. In PyTorch: the table is
# the autograd tape; it is thrown away after `loss.backward()` (a second call raises an error unless you say
# `retain_graph=True`), gradients accumulate in `.grad`, and `optimizer.zero_grad()` empties them.
