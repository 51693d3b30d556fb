# %% [markdown]
# # Backprop through the 3-layer network
#
# **What you will see**: a network with three layers, 20 parameters and one sample. You
# follow the derivative of its loss from the last weight to the first bias, one factor at a time, and see every number in between.
#
# You need [](the_first_graph) (multiply along a path, add where paths meet), [](loss_functions_and_norms)
# (binary cross entropy) and [](features_and_networks) (layers).

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value, practice
from nn import losses
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=0):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(11, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(11, seed=1)[1])

# %%
viz.network(nn.MLP(2, [3, 2, 1]), highlight=["w^1_{11}", "O_{11}", "O_{21}", "O_{22}", "O_{31}"])

# %% [markdown]
# Three layers. A weight of the first one is far from the loss: its nudge passes a sum, an activation, and again, and again.
#
# The question of this lesson: **what is the derivative of the loss with respect to a weight so far away?**

# %% [markdown]
# ## The hypothesis
#
# The network is a function of its input and its weights, the *hypothesis*:
#
# $$z^{[1]} = W^{[1]} x + b^{[1]}, \quad v^{[1]} = \sigma(z^{[1]})$$
#
# $$z^{[2]} = W^{[2]} v^{[1]} + b^{[2]}, \quad v^{[2]} = \sigma(z^{[2]})$$
#
# $$z^{[3]} = W^{[3]} v^{[2]} + b^{[3]}, \quad \hat{y} = v^{[3]} = \sigma(z^{[3]})$$
#
# Here it has 2 inputs, then 3, 2 and 1 neurons. A row of a
# matrix belongs to one output: $w^{[k]}_{ij}$ leads from neuron $j$ to neuron $i$.

# %%
net = nn.MLP(2, [3, 2, 1], activation="sigmoid", output="sigmoid", notation="w[k]_ij")
net.layers[0].assign([[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]], [0.05, -0.1, 0.2])
net.layers[1].assign([[0.7, -0.8, 0.9], [-0.3, 0.2, 0.1]], [-0.15, 0.25])
net.layers[2].assign([[1.0, -1.2]], [0.3])
W1, W2, W3 = net.W(1), net.W(2), net.W(3)  # the weights themselves, as matrices
b1, b2, b3 = net.b(1), net.b(2), net.b(3)
start = net.state_dict()
viz.network(net, biases=True)

# %% [markdown]
# ## Forward
#
# The sample is $x = (1.5, -2)$ with the label $y = 1$.

# %% tags=["question"]
viz.exercise(
    "The last sum is v₁ − 1.2·v₂ + 0.3, and both v are near one half. Is ŷ, its sigmoid, above or below 0.5?",
    answer="above",
    choices={
        "above": "Right: 0.5 − 0.6 + 0.3 = 0.2 is positive.",
        "below": "0.5 − 0.6 + 0.3 is positive, and the sigmoid of a positive number is above one half.",
    },
    hints=["Put one half for both.", "0.5 − 0.6 + 0.3 = 0.2"],
)

# %%
x, y = [1.5, -2.0], 1.0
(z1, v1), (z2, v2), (z3, v3) = net.trace(x)
(yhat,) = v3
for name, numbers in {"z[1]": z1, "v[1]": v1, "z[2]": z2, "v[2]": v2, "z[3]": z3, "v[3]": v3}.items():
    print(name, ag.data(numbers))

# %% tags=["check"] rows=["S002-36", "S002-37"]
assert close(ag.data(z1), [0.6, -0.1, -1.75])
assert close(ag.data(v1), [0.6456563062, 0.4750208125, 0.148047198])
assert close(ag.data(z2), [0.05518524257, 0.1661119904])
assert close(ag.data(v2), [0.5137928104, 0.5414327695])
assert close(ag.data(z3), [0.164073487])
assert close(yhat.data, 0.5409266005)
assert close(net(x)[0].data, yhat.data)

# %% [markdown]
# The loss is the binary cross entropy, $L = -[y \log\hat{y} + (1-y)\log(1-\hat{y})]$. For $y = 1$ that is
# $-\log 0.5409$:

# %%
L = losses.bce(yhat, y)
L.label = "L"
L

# %% tags=["check"]
assert close(L.data, 0.614471683)

# %% [markdown]
# ## What are the gradients?
#
# Begin with the last matrix:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}W^{[3]}} = \frac{\partial L}{\partial \hat{y}}
# \frac{\partial \hat{y}}{\partial z^{[3]}} \frac{\partial z^{[3]}}{\partial W^{[3]}}$$
#
# Three factors, because three edges lead from $L$ down to a weight of the last layer. Each factor is a
# *local* derivative, and the engine wrote all of them down while it computed the loss. Here they are:

# %%
dL_dyhat = L.partials[0]

dyhat_dz3 = yhat.partials[0]

print(f"∂L/∂ŷ = {dL_dyhat:.6f}   ∂ŷ/∂z[3] = {dyhat_dz3:.6f}   ∂z[3]/∂W[3] = v[2] = {ag.data(v2)}")

# %% tags=["check"] rows=["S002-43", "S002-44", "S002-45"]
dz3_dW3 = z3[0].partials[:2]  # after them come those for v[2], then that for b[3]
assert close(dL_dyhat, -y / yhat.data + (1 - y) / (1 - yhat.data))
assert close(dL_dyhat, -1.848679653)
assert close(losses.bce(yhat, 0.0).partials[0], 2.178300902)
assert close(dyhat_dz3, yhat.data * (1 - yhat.data))
assert close(dyhat_dz3, 0.2483250134)
assert close(dz3_dW3, ag.data(v2))
assert close(dz3_dW3, [0.5137928104, 0.5414327695])

# %% [markdown]
# Two of them need a word.
#
# * $\partial\hat{y}/\partial z^{[3]} = \sigma'(z^{[3]}) = \hat{y}(1-\hat{y})$: the derivative of $\sigma$ can
#   be written with its *output*, which is already there. (So it is with $e^x$: its derivative is the number
#   that the node holds. No exponential is computed twice.)
# * $\partial z^{[3]}/\partial W^{[3]} = v^{[2]}$: in the product $w \cdot v$, the derivative with respect to
#   one factor is the other factor. A weight learns in proportion to what it is multiplied with.

# %% tags=["question"]
viz.exercise(
    "ŷ is too small, and v is positive. Which sign has dL/dw for the weight between them?",
    answer="negative",
    choices={
        "positive": "If the weight grows, ŷ grows, towards the answer. What does the loss do?",
        "negative": "Right: when the weight grows, ŷ comes nearer to the answer, and the loss falls.",
        "zero": "A nudge of the weight moves ŷ, and ŷ moves the loss.",
    },
    hints=["What happens to ŷ when the weight grows?", "It grows, and it was too small."],
)

# %% rows=["S002-40"]
(path,) = ag.paths(L, W3[0][0])
viz.paths(L, W3[0][0])

# %% tags=["check"] rows=["S002-40"]
assert close(path.partials, [-1.848679653, 0.2483250134, 0.5137928104])
assert close([ag.paths(L, w).total for w in W3[0]], [-0.2358686121, -0.2485573821])

# %% [markdown]
# The derivative is negative: the loss falls when the weight grows. The first two factors together are
# remarkable, so we look at them alone. For $y = 1$:
#
# $$\frac{\partial L}{\partial \hat{y}} \cdot \frac{\partial \hat{y}}{\partial z^{[3]}} = -\frac{1}{\hat{y}}
# \cdot \hat{y}(1 - \hat{y}) = \hat{y} - 1$$
#
# and for any $y$ it is $\hat{y} - y$: prediction minus label. Call it $\delta^{[3]}$.

# %%
L.backward()
print(f"δ[3] = ŷ - y = {yhat.data - y:.6f}, and δ[3] · v[2] = {ag.grads(W3)}")

# %% tags=["check"] rows=["S002-46"]
assert close(z3[0].grad, dL_dyhat * dyhat_dz3)
assert close(z3[0].grad, yhat.data - y)
assert close(ag.grads(W3), [[-0.2358686121, -0.2485573821]])
assert close(ag.grads(W3), (yhat.data - y) * ag.data(v2))

# %% [markdown]
# ## One layer further back
#
# For $W^{[2]}$ the way is two edges longer:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}W^{[2]}} = \frac{\partial L}{\partial \hat{y}}
# \frac{\partial \hat{y}}{\partial z^{[3]}} \frac{\partial z^{[3]}}{\partial v^{[2]}}
# \frac{\partial v^{[2]}}{\partial z^{[2]}} \frac{\partial z^{[2]}}{\partial W^{[2]}}$$

# %% tags=["question"]
viz.exercise(
    "Which weight is the factor ∂z[3]/∂v[2]₁? (z[3] = 1·v₁ − 1.2·v₂ + 0.3)",
    answer=1,
    slips={
        -1.2: "−1.2 belongs to v₂.",
        0.3: "0.3 is the bias. It is multiplied by nothing.",
        0.51: "0.51 is v₁ itself. In a product the arrow from v₁ carries the other factor, the weight.",
    },
    hints=["What is v₁ multiplied by?", "By w[3]₁₁.", "It is 1."],
)

# %%
print(ag.explain(L, W2[0][0]))
delta2 = [z.grad for z in z2]

# %% tags=["check"] rows=["S002-41"]
assert [len(path.partials) for path in ag.paths(L, W2[0][0])] == [5]
assert close(delta2, [-0.114681015, 0.1367763244])
assert close(delta2, z3[0].grad * ag.data(W3[0]) * ag.data(v2) * (1 - ag.data(v2)))
assert close(
    ag.grads(W2),
    [
        [-0.07404452054, -0.05447586893, -0.01697820294],
        [0.08831049638, 0.06497160074, 0.02024935158],
    ],
)
assert close(ag.grads(W2), np.outer(delta2, ag.data(v1)))

# %% [markdown]
# The name $\delta^{[2]}$ stands for the derivative with respect to the sums $z^{[2]}$. From there it is one
# more factor to a weight, $v^{[1]}$, and one more to a bias: $\partial z^{[2]}/\partial b^{[2]} = 1$. So the
# gradient of the bias *is* $\delta^{[2]}$.

# %% rows=["S002-42"]
(path,) = ag.paths(L, b2[0])
viz.paths(L, b2[0])

# %% tags=["check"] rows=["S002-42"]
assert path.partials[-1] == 1.0
assert close(ag.grads(b2), [-0.114681015, 0.1367763244])
assert ag.grads(b2).tolist() == delta2

# %% [markdown]
# ## The first layer: several ways lead back
#
# A weight of the first layer changes one neuron, $v^{[1]}_1$; but that neuron feeds *both* neurons of the
# second layer. So the gradients of all neurons that are influenced by that weight are summed.

# %% tags=["question"]
viz.exercise(
    "How many paths lead from L to w[1]₁₁, in a network with 3, 2 and 1 neurons?",
    answer=2,
    slips={
        1: "The neuron that this weight leads into feeds more than one neuron of the next layer.",
        3: "3 is the number of neurons of the first layer. This weight leads into one of them.",
        6: "6 is 3 · 2. Begin at the one neuron that this weight leads into.",
    },
    hints=[
        "The weight leads into one neuron. Where does that one lead?",
        "Into both neurons of the second layer.",
        "2 paths, with seven factors each.",
    ],
)

# %%
viz.paths(L, W1[0][0])

# %% tags=["check"]
found = ag.paths(L, W1[0][0])
assert (found.count, [len(path.partials) for path in found]) == (2, [7, 7])
assert close(sum(path.product for path in found), W1[0][0].grad)
assert close(ag.grads(W1)[0], [-0.0416305897257, 0.0555074529676])

# %% [markdown]
# [Lesson](counting_paths) goes on from here.

# %% tags=["check"] rows=["S001-28"]
linear = nn.MLP(4, [3, 2, 1], activation="linear", bias=False)
linear.layers[0].assign([[0.1, 0.4, -0.7, 1.0], [0.2, -0.5, 0.8, -1.1], [0.3, 0.6, 0.9, 0.2]])
linear.layers[1].assign([[0.1, 0.3, -0.5], [-0.2, 0.4, 0.6]])
linear.layers[2].assign([[0.7, -0.8]])
square = losses.square(linear([0.5, -1.0, 1.5, 2.0])[0], 1.0)
products = sorted(path.product for path in ag.paths(square, linear.w(1, 1, 1)))
assert close(products, [-0.30352, -0.13279])
assert close(sum(products), -0.43631)

# %% [markdown]
# ## All of it, step by step
#
# Forward, every node computes its number and keeps its local derivatives. Backward, every edge is walked
# once: multiply, and add where something has already arrived. Watch the two additions at each $v^{[1]}$.

# %%
viz.walkthrough(L, wrt=[W3[0][0], W2[0][0], W1[0][0], b1[0]])

# %% [markdown]
# Is it true? Finite differences know nothing of layers. They nudge each of the 20 parameters and compute the
# loss anew:

# %%
differences = []
for parameter in net.parameters():
    before = parameter.data
    parameter.data = before + 1e-5
    above = L.forward()
    parameter.data = before - 1e-5
    below = L.forward()
    parameter.data = before
    differences.append((above - below) / 2e-5)
L.forward()
print(f"largest disagreement: {np.abs(differences - ag.grads(net.parameters())).max():.1e}")

# %% tags=["check"]
assert np.allclose(differences, ag.grads(net.parameters()), rtol=1e-7)

# %% [markdown]
# ## Two neurons in the last layer
#
# Here is the last layer with indices:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}w_{ij}} = \frac{\partial L}{\partial \hat{y}_i} \cdot
# \frac{\partial \hat{y}_i}{\partial z_i} \cdot \frac{\partial z_i}{\partial w_{ij}}$$
#
# Only output $i$ depends on row $i$, so there is still one path for each weight. Take $x = (1, 2)$,
# $y = (1, 0)$ and $L = \sum_i (\hat{y}_i - y_i)^2$:

# %% rows=["S001-27"]
last = nn.Layer(2, 2, "sigmoid", bias=False, init=[[0.1, 0.2], [-0.3, 0.4]], notation="w[k]_ij")
z, outputs = last.trace([1.0, 2.0])
loss = losses.sse(outputs, [1.0, 0.0])
loss.label = "L"
loss.backward()
viz.paths(Graph(loss).collapse([last.W[1, 0], z[1], outputs[1]]), last.W[1, 0], direction="down")

# %% tags=["check"] rows=["S001-27"]
assert close(ag.data(z), [0.5, 0.5])
assert close(ag.data(outputs), [0.6224593312, 0.6224593312])
assert close(loss.data, 0.5299925756)
assert close(
    ag.grads(last.W),
    [[-0.1774469173, -0.3548938347], [0.2925605071, 0.5851210141]],
)

# %% [markdown]
# ## Computing is not adjusting
#
# `backward()` computes gradients and changes no weight. The optimiser changes the weights, and only then.
# One neuron, $w = (0.5, -0.25)$, $b = 0.1$, $x = (1, 2)$, $y = 1$, $\alpha = 0.1$:

# %%
neuron = nn.Neuron(2, "sigmoid", init=[0.5, -0.25])
neuron.b.data = 0.1
optimizer = SGD(neuron.parameters(), lr=0.1)
losses.bce(neuron([1.0, 2.0]), 1.0).backward()
after_backward = ag.data(neuron.w)
optimizer.step()
after_step = ag.data(neuron.w)
print("after backward():", after_backward, "  after step():", after_step)

# %% tags=["check"] rows=["S001-23"] errata=["E-S001-09"]
gradient = ag.grads(neuron.w)
assert after_backward.tolist() == [0.5, -0.25]
assert close(after_step, [0.5475020813, -0.1549958375])
assert close(after_step - after_backward, -0.1 * gradient)

# %% [markdown]
# Now the whole network. Update the last matrix alone, then all six arrays, with $\alpha = 0.5$:
#
# $$W^{[i]} \leftarrow W^{[i]} - \alpha \frac{\mathrm{d}L}{\mathrm{d}W^{[i]}}, \quad
# b^{[i]} \leftarrow b^{[i]} - \alpha \frac{\mathrm{d}L}{\mathrm{d}b^{[i]}}$$

# %% tags=["question"]
viz.exercise(
    "One step of the last matrix alone, or one step of all six arrays: which lowers the loss more?",
    answer="all six arrays",
    choices={
        "the last matrix alone": "It moves along one part of the gradient. The other parts lead down, too.",
        "all six arrays": "Right: every part of the gradient leads down.",
        "both the same": "The first layers have gradients, too, and moving along them helps.",
    },
    hints=[
        "Does a step of the first layers help, too?",
        "Along minus the gradient every part lowers the loss.",
    ],
)

# %%
SGD(W3[0], lr=0.5).step()
only_last = losses.bce(net(x)[0], y).data

net.load_state_dict(start)
SGD(net.parameters(), lr=0.5).step()
every = losses.bce(net(x)[0], y).data
print(f"loss {L.data:.8f} → {only_last:.8f} with one array, → {every:.8f} with six")

# %% tags=["check"] rows=["S002-39", "S002-47"]
assert close(ag.data(W3), [[1.117934306, -1.075721309]])
assert close(only_last, 0.55778641)
assert close(every, 0.43980754)

# %% [markdown]
# ## Common terms
#
# Look back at the chains. Every one of the six begins with $\frac{\partial L}{\partial\hat{y}}
# \frac{\partial\hat{y}}{\partial z^{[3]}} = -0.4590733995$. Can they be kept, and used again for other
# gradients? Yes: in a table with one entry for each inner node. Fill it for one weight, then ask for its
# neighbour:

# %%
net.load_state_dict(start)
net.zero_grad()
L = losses.bce(net.trace(x)[-1].outputs[0], y)
L.label = "L"
first = ag.memoized_gradient(L, W1[0][0])
second = ag.memoized_gradient(L, W1[0][1], first.memo)
table = {node.label: derivative for node, derivative in first.memo.items()}
for label, derivative in table.items():
    print(f"dL/d{label:9} = {derivative:10.6f}")
print(f"first weight: {first.multiplications} multiplications; the next one: {second.multiplications}")

# %% tags=["check"] rows=["S002-48"]
assert close(table["z[3]_{1}"], -0.4590733995)
assert (second.multiplications, second.misses) == (1, 0)

# %% [markdown]
# How much does the table save in this small network? Count on the network as it is drawn, neurons and
# weights, without biases (2-3-2-1):

# %%
small = nn.MLP(2, [3, 2, 1], activation="sigmoid", output="sigmoid", bias=False)
cost = ag.cost(Graph(losses.square(small(x)[0], y)).collapse())
print(cost)

# %% tags=["check"] rows=["S002-48"]
assert (cost.naive, cost.memoized) == (50, 22)

# %% [markdown]
# 50 multiplications when every path is multiplied by itself, 22 with the table. In [](counting_paths) the gap
# becomes a gulf.

# %% tags=["check"] errata=["E-S002-04", "E-X-04"] rows=["S002-46", "S002-47"]
L.backward()
right = ag.grads(W3)
printed = (y - yhat.data) * ag.data([v2])
assert close(right, [[-0.2358686121, -0.2485573821]])
assert close(printed, [[0.2358686121, 0.2485573821]])
net.layers[2].assign(ag.data(W3) - 0.5 * right, [0.3])
down = losses.bce(net(x)[0], y).data
net.load_state_dict(start)
net.layers[2].assign(ag.data(W3) - 0.5 * printed, [0.3])
up = losses.bce(net(x)[0], y).data
net.load_state_dict(start)
assert close([L.data, down, up], [0.61447168, 0.55778641, 0.67521533])
z = Value(0.1, label="z")
losses.bce_with_logits(z, 1.0).backward()
assert close(z.grad, -0.4750208125)

# %% tags=["check"] errata=["E-S002-03"]
p, label = 0.9, 0.0
literal = -label * ag.log(p) + (1 - label) * ag.log(1 - p)
right = losses.bce(p, label)
assert close([literal, right], [-2.302585093, 2.302585093])

# %% tags=["check"] errata=["E-S002-06"]
row_of_delta = np.ones((1, 2))
row_of_v1 = ag.data([v1])
assert (row_of_delta.shape, row_of_v1.shape) == ((1, 2), (1, 3))
try:
    row_of_delta @ row_of_v1
except ValueError:
    pass
else:
    raise AssertionError("a (1, 2) times a (1, 3) matrix should have no product")
assert np.outer(delta2, ag.data(v1)).shape == ag.data(W2).shape == (2, 3)

# %% tags=["check"] errata=["E-S002-05"]
samples, labels = [(1, 2), (2, 0.5), (-1, 1), (0, -2)], [1.0, 1.0, 0.0, 0.0]
neuron = nn.Neuron(2, "sigmoid", init=[0.5, -0.25])
neuron.b.data = 0.1
losses.bce(neuron(samples[0]), labels[0]).backward()
one = neuron.b.grad
neuron.zero_grad()
losses.bce([neuron(sample) for sample in samples], labels, reduction="sum").backward()
assert close([one, neuron.b.grad], [-0.4750208125, 0.2397400123])

# %% tags=["check"] rows=["S002-38"]
net = nn.MLP(2, [3, 2, 1], activation="sigmoid", output="sigmoid")
net.layers[0].assign([[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]], [0.05, -0.1, 0.2])
net.layers[1].assign([[0.7, -0.8, 0.9], [-0.3, 0.2, 0.1]], [-0.15, 0.25])
net.layers[2].assign([[1.0, -1.2]], [0.3])
output = net([1.5, -2.0])
assert close(losses.bce(output, 1, reduction="sum").data, 0.614471683)
assert close(losses.bce(output, 0, reduction="sum").data, 0.77854517)

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. The same network, with ŷ = 0.5409, but the label is 0. What is δ[3]?",
    answer=0.5409,
    slips={
        -0.4591: "−0.4591 is ŷ − 1. The label is 0 now.",
        0.4591: "0.4591 is 1 − ŷ. Prediction minus label, and the label is 0.",
        -0.5409: "The size is right. Prediction minus label, not label minus prediction.",
        0.2483: "0.2483 is the slope of the sigmoid, ŷ(1 − ŷ). The cross entropy cancels it.",
    },
    hints=["Prediction minus label.", "0.5409 − 0", "0.5409: no new forward pass is needed."],
)

# %% [markdown] tags=["solution"]
# $\delta^{[3]} = \hat{y} - y = 0.5409 - 0$. Then $\mathrm{d}L/\mathrm{d}w^{[3]}_{12} = \delta^{[3]} v^{[2]}_2 = 0.5409 \cdot
# 0.5414 = 0.2929$. No new forward pass is needed.

# %% tags=["solution"]
net.zero_grad()
losses.bce(net(x)[0], 0.0).backward()
print(W3[0][1].grad)

# %% tags=["exercise"]
viz.exercise(
    "2. How many paths lead from L to the input x₁?",
    answer=6,
    slips={
        2: "2 lead to one weight of the first layer. x₁ leads into all three neurons.",
        3: "3 is the number of neurons that x₁ leads into. From each, two ways lead on.",
        5: "5 is 3 + 2. Each of the three ways forks: multiply.",
        1: "x₁ leads into three neurons.",
    },
    hints=["Layer by layer.", "Three ways, each forks into two.", "3 · 2 · 1 = 6."],
)

# %% [markdown] tags=["solution"]
# $x_1$ leads into three neurons, each of these into two, and each of these into the output: $3 \cdot 2 \cdot 1 = 6$.

# %% tags=["solution"]
inputs = list(ag.array(x, label="x"))
print(ag.paths(losses.bce(net(inputs)[0], y), inputs[0]).count)

# %% tags=["exercise"]
viz.exercise(
    "3. The weight w[3]₁₁ is set to 0. Which parameters have the gradient 0 now?",
    answer="those that act through v[2]₁ alone",
    choices={
        "w[3]₁₁ alone": "Its own factor is v[2]₁, and that is not 0. Where is the factor w[3]₁₁ itself?",
        "those that act through v[2]₁ alone": "Right: each of their paths has the factor w[3]₁₁ = 0.",
        "all of the first layer": "They have a second path, through v[2]₂.",
        "none": "Which paths have the factor w[3]₁₁?",
    },
    hints=["Which paths have the factor w[3]₁₁?", "Those through v[2]₁."],
)

# %% [markdown] tags=["solution"]
# Every path through $v^{[2]}_1$ has the factor $w^{[3]}_{11} = 0$. The weights and the bias of that neuron have no other path.
# Those of the first layer have one through $v^{[2]}_2$ as well, and $w^{[3]}_{11}$ itself has the factor $v^{[2]}_1$.

# %% tags=["solution"]
W3[0][0].data = 0.0
L = losses.bce(net(x)[0], y)
L.backward()
print(ag.grads(W2), ag.explain(L, W2[0][0]).why[0], sep="\n")
net.load_state_dict(start)

# %% tags=["exercise"]
viz.exercise(
    "4. With the loss ½(ŷ − y)² in place of the cross entropy: what is δ[3], with ŷ = 0.5409 and y = 1?",
    answer=-0.114,
    slips={
        -0.4591: "−0.4591 is ŷ − y, what the cross entropy gives. Here the slope of the sigmoid stays.",
        0.2483: "0.2483 is the slope of the sigmoid alone. Multiply it by ŷ − y.",
        0.114: "The size is right. ŷ is below the label.",
        -0.228: "The ½ cancels the 2 of the square.",
    },
    hints=["(ŷ − y) times the slope of the sigmoid.", "−0.4591 · 0.2483", "−0.4591 · 0.2483 = −0.114."],
)

# %% [markdown] tags=["solution"]
# $\delta^{[3]} = (\hat{y} - y) \, \hat{y} (1 - \hat{y}) = -0.4591 \cdot 0.2483 = -0.114$. The slope of the sigmoid is still
# there, which the cross entropy cancels. Where $\hat{y}$ is near 0 and should be 1, it is nearly 0, and the neuron hardly
# learns.

# %% tags=["solution"]
((z,), (out,)) = net.trace(x)[-1]
(0.5 * losses.square(out, y)).backward()
print(z.grad)

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(11, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Follow a derivative from the loss to any weight of a deep network, one factor at a time.
# * Say which factors are weights, which are slopes of activations, and which are inputs.
# * Begin with $\hat{y} - y$, and reuse what is already there.
# * Tell computing a gradient from adjusting a weight.
#
# In PyTorch: `torch.nn.Sequential` of `Linear` and `Sigmoid`, `loss.backward()`, `optimizer.step()`; and
# `BCEWithLogitsLoss`, which contains the $\hat{y} - y$ of this lesson.
