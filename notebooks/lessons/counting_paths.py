# %% [markdown]
# # Counting paths: why backpropagation is fast
#
# **What you will see**: in a network a weight reaches the loss over several paths. You add them up by hand,
# count how many there are in a larger network, and watch the work explode. Then you store what you have
# computed, and the explosion is gone. Chain rule plus a table is backpropagation.
#
# You need [](the_first_graph) (paths) and [](backprop_through_three_layers) (a network's chain of
# derivatives).

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value, practice
from nn import losses


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=0):
    return np.allclose(this, that, rtol=rtol, atol=atol)


from nn.optim import SGD

# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(12, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(12, seed=1)[1])

# %%
W1 = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1, -1.1, 0.2]])
W2 = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
W3 = np.array([[0.7], [-0.8]])
x, y = [0.5, -1.0, 1.5, 2.0], 1.0


def network(activation):
    """A 4-3-2-1 network; the matrices have a row for each input."""
    return nn.MLP(4, [3, 2, 1], activation, activation, bias=False).assign([W1, W2, W3], rows="inputs")


def loss_of(net):
    """Record L = (O - y)² for the sample."""
    return (net(x)[0] - y) ** 2


net = network("linear")
viz.network(net, highlight=["w^1_{11}", "O_{11}", "O_{21}", "O_{22}"])

# %% [markdown]
# A network 4-3-2-1. The weight $w^k_{ij}$ lies in layer $k$ and leads from neuron $i$ of the layer before to
# neuron $j$. $O_{kj}$ is what neuron $j$ of layer $k$ puts out. Follow $w^1_{11}$ with a finger: it ends in
# $O_{11}$, and from there **two** ways lead on.
#
# The question of this lesson: **every weight has its paths, and a large network has very many. How can
# their sum be cheap?**
#
# ## One path
#
# There is no activation function yet: each neuron is a plain weighted sum, so that you can check everything
# by hand. The loss is $L = (O_{31} - y)^2$ with $y = 1$. The network says $O_{31} = -0.897$, so $\partial
# L/\partial O_{31} = 2 \cdot (-0.897 - 1) = -3.794$.
#
# A weight of the last layer has one path with two factors. The second is what the weight is multiplied by,
# $O_{21} = -0.71$:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}w^3_{11}} = \frac{\partial L}{\partial O_{31}} \cdot
# \frac{\partial O_{31}}{\partial w^3_{11}} = -3.794 \cdot (-0.71) = 2.69374$$
#
# (d counts all ways, ∂ one arrow.) A weight of the middle layer has one path, too, with three factors. The
# one in the middle is a weight, $w^3_{11} = 0.7$; the last is $O_{12} = -0.4$:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}w^2_{21}} = \frac{\partial L}{\partial O_{31}} \cdot
# \frac{\partial O_{31}}{\partial O_{21}} \cdot \frac{\partial O_{21}}{\partial w^2_{21}}$$

# %% tags=["question"]
viz.exercise(
    "What is this product, −3.794 · 0.7 · (−0.4)?",
    answer=1.06232,
    slips={
        -1.06232: "Two of the three factors are negative, and minus times minus is plus.",
        -2.6558: "−2.6558 is −3.794 · 0.7. The last factor is missing: what the weight is multiplied by.",
        1.5176: "1.5176 is −3.794 · (−0.4). The factor in the middle is missing, the weight 0.7.",
        -3.494: "−3.494 is the sum of the three. Along a path multiply.",
    },
    hints=["Along a path, multiply.", "−3.794 · 0.7 = −2.6558.", "−2.6558 · (−0.4) = 1.06232."],
)

# %% [markdown]
# The engine records every multiplication and addition as a node of its own. `collapse` keeps the inputs,
# weights, outputs and the loss, and eliminates the rest: it multiplies along what it hides and adds across
# it, so that no derivative changes.

# %%
L = loss_of(net)
L.label = "L"
drawn = Graph(L).collapse()
print(ag.paths(drawn, "w^2_21"))

# %% tags=["check"] rows=["S004-16", "S004-17"]
(last,), (middle,) = ag.paths(drawn, "w^3_11"), ag.paths(drawn, "w^2_21")
assert close(last.partials, [-3.794, -0.71])
assert close(last.product, 2.69374)
assert close(middle.partials, [-3.794, 0.7, -0.4])
assert close(middle.product, 1.06232)
sigmoid_net = network("sigmoid")
sigmoid_loss = loss_of(sigmoid_net)
assert close(ag.paths(sigmoid_loss, sigmoid_net.w(3, 1, 1)).total, -0.1213332053)
assert close(ag.paths(sigmoid_loss, sigmoid_net.w(2, 2, 1)).total, -0.01880807154)

# %% [markdown]
# ## Two paths
#
# Now $w^1_{11}$. Its two paths have the first factor and the last in common:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}w^1_{11}} = \frac{\partial L}{\partial O_{31}} \cdot
# \left[\frac{\partial O_{31}}{\partial O_{21}} \cdot \frac{\partial O_{21}}{\partial O_{11}} +
# \frac{\partial O_{31}}{\partial O_{22}} \cdot
# \frac{\partial O_{22}}{\partial O_{11}}\right] \cdot \frac{\partial O_{11}}{\partial w^1_{11}}$$
#
# The path over $O_{21}$ has the factors $-3.794 \cdot 0.7 \cdot 0.1 \cdot 0.5$, and that is $-0.13279$. The
# last one is the input $x_1 = 0.5$.

# %% tags=["question"]
viz.exercise(
    "What is the product of the path over O₂₂? Its two weights are w³₂₁ = −0.8 and w²₁₂ = −0.2.",
    answer=-0.30352,
    slips={
        0.30352: "The size is right. Count the minus signs: there are three.",
        -0.60704: "−0.60704 ends at O₁₁. One factor is missing: the input x₁ = 0.5.",
        -0.13279: "−0.13279 is the path over O₂₁. Here the weights are −0.8 and −0.2.",
        1.5176: "1.5176 is −3.794 · (−0.8) · 0.5. The weight −0.2 is missing.",
    },
    hints=[
        "The first factor and the last are those of the other path.",
        "The factors are −3.794, −0.8, −0.2 and 0.5.",
        "−3.794 · (−0.8) · (−0.2) · 0.5 = −0.30352.",
    ],
)

# %% tags=["question"]
viz.exercise(
    "And the sum over both paths, dL/dw¹₁₁?",
    answer=-0.43631,
    slips={
        0.17073: "0.17073 is −0.13279 + 0.30352. Both products are negative.",
        -0.17073: "−0.17073 is the difference of the two. Add them.",
        0.0403: "0.0403 is the product of the two paths. Multiply along a path; add where paths meet.",
        0.43631: "The size is right. The sum of two negative numbers is negative.",
    },
    hints=["Where paths meet, add.", "−0.13279 + (−0.30352)", "−0.13279 − 0.30352 = −0.43631."],
)

# %% rows=["S004-18", "S004-19"]
w111 = net.w(1, 1, 1)
print(ag.paths(drawn, w111))
viz.paths(drawn, w111)

# %% tags=["check"] rows=["S004-18", "S004-19"]
found = ag.paths(drawn, w111)
over_O22, over_O21 = found
assert found.count == 2
assert close(over_O21.partials, [-3.794, 0.7, 0.1, 0.5])
assert close(over_O22.partials, [-3.794, -0.8, -0.2, 0.5])
assert close([over_O21.product, over_O22.product], [-0.13279, -0.30352])
assert close(found.total, -0.43631)

# %% [markdown]
# With an activation $f$ every factor $\partial O/\partial O$ has an $f'$ in it, and $f'$ of the sigmoid is
# at most $\frac{1}{4}$. There are still two paths:

# %%
sigmoid_net = network("sigmoid")
print(ag.paths(Graph(loss_of(sigmoid_net)).collapse(), sigmoid_net.w(1, 1, 1)))

# %% tags=["check"] rows=["S004-19"]
expected = {
    "sigmoid": (-0.0005361148829, -0.001163570687, -0.00169968557),
    "tanh": (-0.04503635026, -0.1215824867, -0.166618837),
    "relu": (0.0, 0.0, 0.0),
}
for activation, numbers in expected.items():
    other = network(activation)
    found = ag.paths(loss_of(other), other.w(1, 1, 1))
    products = sorted((path.product for path in found), reverse=True)
    assert np.allclose([*products, found.total], numbers, rtol=1e-8, atol=0)
over_O22, over_O21 = ag.paths(Graph(loss_of(sigmoid_net)).collapse(), sigmoid_net.w(1, 1, 1))
assert close(over_O21.partials, [-1.092124827, 0.1735147779, 0.0247316451, 0.1143921202])
assert close(over_O22.partials, [-1.092124827, -0.1983026033, -0.04696734026, 0.1143921202])
other = network("relu")
explanation = ag.explain(loss_of(other), other.w(1, 1, 1))
assert explanation.gradient == 0.0
assert explanation.why[0].startswith("dead here: O₃₁ = relu(z₃₁) at z₃₁ = -0.528")

# %% tags=["check"] rows=["S004-04", "S004-15"]
sigmoid_loss = loss_of(sigmoid_net)
assert close(sigmoid_loss.data, 0.2981841592)
sigmoid_loss.backward()
SGD(sigmoid_net.parameters(), lr=0.5).step()
assert close(sigmoid_net.w(3, 1, 1).data, 0.7606666027)
assert close(sigmoid_net.w(1, 1, 1).data, 0.1008498428)
assert close(loss_of(sigmoid_net).data, 0.2738628082)

# %% [markdown]
# The sigmoid shrinks the sum by a factor of more than 200. [Lesson](why_deep_networks_are_hard) is about
# that; here we only count.
#
# ## How much work is it?
#
# A path of four factors costs three multiplications. A weight of the first layer has two such paths, and
# there are 12 of these weights: $12 \cdot 2 \cdot 3 = 72$. The 6 weights of the second layer have one path
# of three factors: $6 \cdot 2 = 12$.

# %% tags=["question"]
viz.exercise(
    "And with the 2 weights of the last layer, whose paths have two factors: how many multiplications in all?",
    answer=86,
    slips={
        84: "84 is 72 + 12. The two weights of the last layer are missing.",
        88: "88 counts two multiplications for a path of two factors. Between two factors stands one sign.",
        118: "118 is the number of factors. Between four factors stand three multiplication signs.",
        32: "32 is the number of paths. Count the multiplications on each.",
        20: "20 is the number of weights. Count the multiplications on all their paths.",
    },
    hints=["A path of two factors costs one multiplication.", "72 + 12 + 2 · 1", "72 + 12 + 2 = 86."],
)

# %% tags=["question"]
viz.exercise(
    "The network 4-16-16-16-1 has 592 weights. How many paths lead to all of them together?",
    answer="about 20000",
    choices={
        "about 600": "That would be one path for each weight. A weight of the first layer has 16 · 16.",
        "about 2000": "More. The 64 weights of the first layer have 16 · 16 paths each.",
        "about 20000": "Yes: the 64 weights of the first layer alone have 64 · 16 · 16 = 16384.",
    },
    hints=[
        "How many ways lead on from one neuron of the first hidden layer?",
        "16 · 16 for each of 64 weights.",
    ],
)

# %%
small = ag.cost(drawn)

big_net = nn.MLP(4, [16, 16, 16, 1], bias=False)
big_loss = loss_of(big_net)
big_drawn = Graph(big_loss).collapse()
big = ag.cost(big_drawn)
for name, count in {"4-3-2-1": small, "4-16-16-16-1": big}.items():
    print(f"{name:13}{count.leaves:4} weights {count.paths:6} paths {count.naive:6} multiplications")

# %% tags=["check"] rows=["S004-20"]
assert (small.leaves, small.paths, small.naive) == (20, 32, 86)
assert (big.leaves, big.paths, big.naive) == (592, 20752, 78352)

# %% [markdown]
# The big network has 256 paths to $w^1_{11}$ alone: 16 ways into the second hidden layer, times 16 into the
# third. The algorithm that works path by path is in the library; run it:

# %%
print(ag.naive_gradient(big_drawn, big_net.w(1, 1, 1)))

# %% tags=["check"] rows=["S004-20"]
by_path = ag.naive_gradient(big_drawn, big_net.w(1, 1, 1))
assert (by_path.paths, by_path.multiplications) == (256, 256 * 4)

# %% [markdown]
# ## Store what you have
#
# Look at the formula for $w^1_{11}$ again. For its neighbour $w^1_{21}$ everything is the same but the last
# factor: $x_2$ in place of $x_1$. So compute $\mathrm{d}L/\mathrm{d}O_{11}$ once,
#
# $$\frac{\mathrm{d}L}{\mathrm{d}O_{11}} = -3.794 \cdot [0.7 \cdot 0.1 + (-0.8) \cdot (-0.2)] = -0.87262$$
#
# and keep it in a table. Then $\mathrm{d}L/\mathrm{d}w^1_{11} = -0.87262 \cdot 0.5$, a single multiplication.

# %% tags=["question"]
viz.exercise(
    "What is dL/dw¹₂₁? Its input is x₂ = −1.",
    answer=0.87262,
    slips={
        -0.87262: "−0.87262 is dL/dO₁₁ itself. Multiply it by the input, −1.",
        -0.43631: "−0.43631 belongs to w¹₁₁, whose input is 0.5. Here the input is −1.",
        0.43631: "0.43631 has the input −0.5. The input of this weight is x₂ = −1.",
        -1.87262: "−1.87262 is −0.87262 + (−1). Along a path multiply.",
    },
    hints=["Take dL/dO₁₁ from the table.", "−0.87262 · (−1)", "−0.87262 · (−1) = 0.87262."],
)

# %% [markdown]
# To find $\mathrm{d}L/\mathrm{d}O_{11}$ you need $\mathrm{d}L/\mathrm{d}O_{21}$ and
# $\mathrm{d}L/\mathrm{d}O_{22}$; keep these, too. To keep what was computed, so as not to compute it again,
# is called *memoization*.

# %% tags=["question"]
viz.exercise(
    "How many derivatives stand in the table when all 20 weights are done?",
    answer=6,
    slips={
        20: "20 is the number of weights. What is kept are the derivatives that several of them share.",
        3: "3 are those of the first layer. They need those of the later layers, which are kept, too.",
        5: "5 is 3 + 2. The output O₃₁ has one, too.",
        7: "7 counts L, too. Its derivative by itself is 1, and needs no place in the table.",
        28: "28 is the number of multiplications. How many different nodes lie in between?",
    },
    hints=["One for each neuron.", "3 + 2 + 1", "3 neurons, 2 neurons and 1 neuron: 6."],
)

# %%
memo = None
for weight in net.parameters():
    found = ag.memoized_gradient(drawn, weight, memo)
    memo = found.memo
for node, derivative in memo.items():
    looked_up = len(drawn.operands[drawn.index(node)])
    print(f"dL/d{node.label:6} = {derivative:9.6f}   looked up {looked_up} times")
print(f"{memo.multiplications} look-ups: {memo.misses} computed, {memo.hits} found")

# %% tags=["check"] rows=["S004-21", "S004-22"]
assert (memo.multiplications, memo.misses, memo.hits) == (28, 6, 22)

# %% [markdown]
# (The derivative of $L$ by itself is 1. It needs no multiplication, so its look-up is not counted.)
#
# 28 multiplications instead of 86. Not impressive? The big network:

# %%
print("4-3-2-1\n" + str(small))
print("\n4-16-16-16-1\n" + str(big))

# %% tags=["check"] rows=["S004-20", "S004-21", "S004-22"]
assert (small.naive, small.recursive, small.memoized) == (86, 74, 28)
assert (big.naive, big.recursive, big.memoized) == (78352, 42832, 1120)
assert (big.misses, big.hits) == (49, 1071)

# %% [markdown]
# **86 against 28, and 78352 against 1120.** With the table, every arrow of the graph is multiplied once.
# That answers the question of this lesson. (The line *recursive* takes common factors out, but computes
# every bracket anew. The line *differences* nudges each weight: two forward runs for each.)
#
# And it gets worse with depth. One input, one output, and 1, 2, 3, 4 hidden layers of 10 neurons:

# %%
deeper = [nn.MLP(1, [10] * depth + [1], bias=False) for depth in (1, 2, 3, 4)]
costs = [ag.cost(Graph(losses.square(model([1.0])[0], y)).collapse()) for model in deeper]
for depth, cost in enumerate(costs, 1):
    print(f"hidden layers: {depth}   naive {cost.naive:6}   memoized {cost.memoized:4}")

# %% tags=["check"] rows=["S004-20", "S004-22"]
assert [cost.naive for cost in costs] == [30, 510, 7210, 93210]
assert [cost.memoized for cost in costs] == [30, 230, 430, 630]

# %% tags=["question"]
viz.exercise(
    "And with five hidden layers: how many multiplications with the table?",
    answer=830,
    slips={
        630: "630 is what four hidden layers take. Each further one adds the same number.",
        1260: "1260 is twice 630. It does not double: look at the differences of the numbers above.",
        430: "430 is what three hidden layers take.",
        1143210: "That is path by path. With the table the number grows by the same amount each time.",
    },
    hints=["Look at the differences: 30, 230, 430, 630.", "630 + 200", "630 + 200 = 830."],
)

# %%
model = nn.MLP(1, [10] * 5 + [1], bias=False)
cost = ag.cost(Graph(losses.square(model([1.0])[0], y)).collapse())
print(f"hidden layers: 5   naive {cost.naive}   memoized {cost.memoized}")

# %% [markdown]
# Path by path the cost grows *exponentially* with the depth. With the table it grows by 200 for each layer,
# one multiplication for a weight's own derivative and one to go on through it.
#
# ## The same numbers
#
# Both ways must give the same numbers, and `backward()` must agree with them:

# %%
for widths in ([4, 3, 2, 1], [2, 3, 2, 1]):
    model = nn.MLP(widths[0], widths[1:], "sigmoid", "sigmoid", bias=False)
    loss = losses.square(model(x[: widths[0]])[0], y)
    loss.backward()
    naive = [ag.naive_gradient(loss, w).gradient for w in model.parameters()]
    stored = [ag.memoized_gradient(loss, w).gradient for w in model.parameters()]
    print(widths, "largest difference:", np.abs(np.subtract(naive, stored)).max())

# %% tags=["check"] rows=["S004-23"]
for widths in ([4, 3, 2, 1], [2, 3, 2, 1]):
    model = nn.MLP(widths[0], widths[1:], "sigmoid", "sigmoid", bias=False)
    loss = losses.square(model(x[: widths[0]])[0], y)
    loss.backward()
    naive = [ag.naive_gradient(loss, w).gradient for w in model.parameters()]
    stored = [ag.memoized_gradient(loss, w).gradient for w in model.parameters()]
    assert np.abs(np.subtract(naive, stored)).max() < 1e-12
    assert ag.grads(model.parameters()).tolist() == stored  # bit for bit

# %% [markdown]
# Chain rule + table = backpropagation. Watch it: the two counters run side by side while the sweep goes
# from $L$ to the inputs, and each $O$ adds up what comes from all that use it **before** it passes anything
# on.

# %%
viz.walkthrough(drawn, wrt=[w111, net.w(1, 2, 1), net.w(2, 2, 1), net.w(3, 1, 1)])

# %% [markdown]
# ## What it costs
#
# Going forward takes one multiplication for each weight, 20 and 592. Going back takes 28 and 1120.

# %% tags=["question"]
viz.exercise(
    "In the big network, how many times as many multiplications as forward does it take to go back?",
    answer="less than twice",
    choices={
        "less than twice": "Yes: 1120 / 592 = 1.89.",
        "about ten times": "It is less: compare 1120 with 592.",
        "592 times, once for each weight": "That is what nudging each weight would take. Backward does all at once.",
    },
    hints=["Compare the two numbers in the sentence above.", "1120 / 592"],
)

# %%
for name, count in {"4-3-2-1": small, "4-16-16-16-1": big}.items():
    print(f"{name:13} backward / forward = {count.memoized / count.leaves:.2f}")

# %% tags=["check"] rows=["S004-28"] errata=["E-S004-10"]
assert (small.leaves, small.memoized) == (20, 28)
assert (big.leaves, big.memoized) == (592, 1120)

# %% [markdown]
# All derivatives together cost less than *two* forward runs, however many weights there are. This is why
# networks with billions of weights can be trained at all. The price is memory: the numbers of the forward
# run must be kept until the sweep has passed. With every `*` and `+` as a node of its own, the small
# network has 67 numbers, and 77 local derivatives on its edges.


# %% tags=["check"] rows=["S004-22", "S003-10"] errata=["E-S004-19"]
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
cat = nn.Neuron(12288, "sigmoid", expand=True)  # one neuron that looks at a 64 × 64 colour image
assert len(Graph(ag.square(Value(1.0) - cat([Value(0.5)] * 12288)))) == 49157 - 12287  # one leaf, not 12288
assert len(Graph(ag.square(Value(1.0) - cat([Value(0.5) for _ in range(12288)])))) == 49157

# %% tags=["check"] errata=["E-S004-06"]
other = network("sigmoid")
loss_of(other).backward()
assert close([other.w(1, 1, 1).grad, other.w(1, 2, 2).grad], [-0.00169968557, -0.001509707461])

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. In the network 4-3-2-1 without activations, over how many paths does L depend on the input x₁?",
    answer=6,
    slips={
        2: "2 is the number of ways on from O₁₁. But x₁ leads into three neurons of the first layer.",
        3: "3 is the number of neurons that x₁ leads into. From each of them more than one way leads on.",
        5: "5 is 3 + 2. Each of the three ways forks into two: multiply.",
        12: "12 is the number of weights of the first layer. Begin at x₁ alone.",
    },
    hints=["Follow x₁ with a finger, layer by layer.", "Three ways, each forks into two.", "3 · 2 · 1 = 6."],
)

# %% [markdown] tags=["solution"]
# From $x_1$ an arrow leads to each of the three $O_{1j}$. From each of these one leads to $O_{21}$ and one to
# $O_{22}$, and from there only one way leads on, to $O_{31}$ and $L$. So there are $3 \cdot 2 \cdot 1 = 6$
# paths. The engine counts them when the inputs are `Value`s, too:

# %% tags=["solution"]
inputs = list(ag.array(x, label="x"))
print(ag.paths((net(inputs)[0] - y) ** 2, inputs[0]).count)

# %% tags=["exercise"]
viz.exercise(
    "2. How many paths lead to all the weights of the network 2-16-16-1 together?",
    answer=784,
    slips={
        304: "304 is the number of weights, 2·16 + 16·16 + 16. Those of the first layer have 16 paths each.",
        512: "512 is the first layer, 2·16 weights with 16 paths each. Two layers are missing.",
        768: "768 is the first and the second layer. The 16 weights of the last one have a path each, too.",
        528: "528 is 2·16·16 + 16. The 16·16 weights in the middle have a path each.",
        8192: "8192 counts 16·16 paths for each of the 32 weights. Behind the second layer only one way leads on.",
    },
    hints=[
        "A weight has as many paths as ways lead on from its neuron to the loss.",
        "16 for a weight of the first layer, 1 for one of the second, 1 for one of the last.",
        "2·16·16 + 16·16 + 16 = 784.",
    ],
)

# %% [markdown] tags=["solution"]
# A weight of the first layer ends in a neuron from which 16 ways lead on, one over each neuron of the
# second layer. A weight of the second layer ends in a neuron from which one way leads on, and so does one
# of the last layer. So there are $2 \cdot 16 \cdot 16 + 16 \cdot 16 + 16 = 512 + 256 + 16 = 784$ paths.

# %% tags=["solution"]
loss = (nn.MLP(2, [16, 16, 1], bias=False)([0.5, -1.0])[0] - y) ** 2
print(ag.cost(Graph(loss).collapse()))

# %% tags=["exercise"]
viz.exercise(
    "3. And how many multiplications does the network 2-16-16-1 take with the table?",
    answer=576,
    slips={
        304: "304 is one for each weight. A weight of the second or third layer is used twice: once for itself, "
        "once to go on through it.",
        608: "608 is two for each weight. Nobody goes on through the weights of the first layer to the inputs.",
        2064: "2064 is path by path. With the table each arrow is multiplied once.",
        784: "784 is the number of paths. With the table each arrow is multiplied once.",
    },
    hints=[
        "One multiplication for each arrow that is crossed.",
        "A weight of the first layer is one arrow; of the others two, to the weight and to the neuron before.",
        "2·16 + 2·(16·16 + 16) = 576.",
    ],
)

# %% [markdown] tags=["solution"]
# Each arrow is crossed once. To a weight of the first layer leads one arrow: $2 \cdot 16 = 32$. At a weight
# of the other layers there are two, one to the weight itself and one, whose factor is the weight, to the
# neuron before: $2 \cdot (16 \cdot 16 + 16) = 544$. Together 576.

# %% tags=["exercise"]
viz.exercise(
    "4. x₁ = x₀ + x₀, x₂ = x₁ + x₁, and so on, fifty times. How many multiplications does it take with the table?",
    answer=98,
    slips={
        50: "50 is the number of steps. Each has two arrows.",
        100: "100 is the number of arrows. The two of the last step need no multiplication: they start with 1.",
        49: "49 counts one arrow for each step below the last. Each step has two.",
        1125899906842624: "That is the number of paths, 2 to the power of 50. The table takes each arrow once.",
    },
    hints=["Count the arrows.", "Two for each step; the last step starts with 1.", "2 · 49 = 98."],
)

# %% [markdown] tags=["solution"]
# There are $2 \cdot 50 = 100$ arrows and $2^{50}$ paths. The two arrows of the last step begin with
# $\mathrm{d}x_{50}/ \mathrm{d}x_{50} = 1$, so that they need no multiplication; that leaves 98. Path by
# path it would be $2^{50} \cdot 49$, and the library declines:

# %% tags=["solution"]
leaf = top = Value(1.0, label="x")
for _ in range(50):
    top = top + top
print(ag.memoized_gradient(top, leaf).gradient == 2.0**50)
try:
    ag.naive_gradient(top, leaf)
except ValueError as error:
    print(error)

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(12, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Over several paths: add the products. $-0.13279 - 0.30352 = -0.43631$.
# * Count the paths and the multiplications of a network, path by path and with a table.
# * Say why a table makes backpropagation cheap: one multiplication for each arrow, 78352 → 1120.
#
# In PyTorch the table is the autograd tape. It is thrown away after `loss.backward()`; a second call raises
# an error unless you say `retain_graph=True`.
