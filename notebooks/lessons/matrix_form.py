# %% [markdown]
# # Matrix form: from scalars back to W
#
# **What you will see**: [](backprop_through_three_layers) followed single weights. Now you do a whole layer
# at once and find the three matrix products of backpropagation: $Wx$ forward, $W^\top\delta$ and $\delta
# x^\top$ backward. The engine finds them, too: from a recorded graph of scalars it prints these formulas
# and runs them for many samples. And a trap: an order of updates that spoils gradients.
#
# You need [](backprop_through_three_layers) (deltas), [](counting_paths) (sums over paths) and
# [](order_and_accumulation) (what is stored is true for one moment).

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Program, Value, practice
from nn import losses
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=0):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(14, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(14, seed=1)[1])

# %%
viz.network(nn.MLP(2, [3, 2], bias=False), highlight="hidden")

# %% [markdown]
# Twelve weights, and each has its paths. But they stand in two matrices, and all lines between two layers do the same at once.
#
# The question of this lesson: **can one go back through a whole layer in one step?**

# %% [markdown]
# ## Two matrices
#
# Take a network with one hidden layer and no biases:
#
# $$f(x) = W_2\, \sigma(W_1 x), \quad L = \|f(x) - y\|^2$$
#
# We take 2 inputs, 3 hidden neurons and 2 outputs, so $W_1$ is $3 \times 2$ and $W_2$ is $2 \times 3$: a row
# for each output of the layer, a column for each input.

# %%
W1 = np.array([[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]])
W2 = np.array([[0.7, -0.8, 0.9], [-0.3, 0.2, 0.1]])
x, y = np.array([1.5, -2.0]), np.array([1.0, 0.0])


def network_of_two(output):
    """Build the network; `output` is the activation of the last layer."""
    return nn.MLP(2, [3, 2], "sigmoid", output, bias=False, notation="w[k]_ij").assign([W1, W2])


viz.network(network_of_two("linear"), weights="values")

# %% [markdown]
# Forward in matrices, and forward in scalars. They must agree, number by number:

# %%
v = ag.sigmoid(W1 @ x)
f = W2 @ v
loss = float(np.sum((f - y) ** 2))

net = network_of_two("linear")
(_, v_nodes), (_, f_nodes) = net.trace(x)
L = losses.sse(f_nodes, y)
L.label = "L"
print(f"matrices: L = {loss:.10f}   scalars: L = {L.data:.10f}")

# %% tags=["check"] rows=["S002-28"]
assert close(f, [0.1559929361, -0.07778534148])
assert close([loss, L.data], 0.7183984833)

# %% [markdown]
# ## How do we calculate the gradients?
#
# ### The last matrix
#
# $f_i = \sum_j W_{ij} v_j$. So the weight $W_{ij}$ changes only $f_i$, and does it by $v_j$. With
# $\delta_i = \mathrm{d}L/\mathrm{d}f_i = 2(f_i - y_i)$ we have
#
# $$\frac{\mathrm{d}L}{\mathrm{d}W_{ij}} = \delta_i\, v_j$$
#
# Every $\delta_i$ times every $v_j$: the *outer product* $\delta v^\top$, of the same shape as $W_2$.

# %% tags=["question"]
viz.exercise(
    "v = (0.634, 0.5, 0.125) and δ = (−1.69, −0.16). Which weight of W₂ gets the gradient of the largest size?",
    answer="W₁₁, with δ₁v₁",
    choices={
        "W₁₁, with δ₁v₁": "Right: the largest δ times the largest v.",
        "W₁₃, with δ₁v₃": "v₃ is the smallest of the v.",
        "W₂₁, with δ₂v₁": "δ₂ is ten times smaller than δ₁.",
    },
    hints=["Every δ times every v.", "Which δ is largest, and which v?"],
)

# %%
L.backward()
delta2 = 2 * (f - y)
grad_W2 = np.outer(delta2, v)
print(grad_W2)

# %% tags=["check"] rows=["S002-30"]
assert close(
    grad_W2,
    [
        [-1.070429837, -0.8440070639, -0.2102478283],
        [-0.09865290699, -0.07778534148, -0.019376851],
    ],
)
assert close(grad_W2, ag.grads(net.W(2)))

# %% [markdown]
# ### Through the matrix, backwards
#
# A hidden output $v_j$ feeds *all* outputs: over one path each. So its derivative is a sum over the
# outputs, and the factors are the weights in **column** $j$:
#
# $$\frac{\mathrm{d}L}{\mathrm{d}v_j} = \sum_i \delta_i W_{ij} = (W_2^\top \delta)_j$$
#
# That is where the transpose comes from. Forward, a neuron reads a row; backward, it hears a column.

# %%
drawn = Graph(L).collapse()
print("W2ᵀ δ =", W2.T @ delta2)
viz.paths(drawn, v_nodes[0], direction="down")

# %% tags=["check"]
found = ag.paths(drawn, v_nodes[0])
assert found.count == 2
assert close(found.total, (W2.T @ delta2)[0])

# %% [markdown]
# ### Through the activation, and on to the first matrix
#
# The sigmoid works on each number alone, so its derivative $v_j(1 - v_j)$ multiplies number by number,
# written $\odot$. Then the same outer product as before:
#
# $$\delta^{[1]} = (W_2^\top \delta) \odot v \odot (1 - v), \quad
# \frac{\mathrm{d}L}{\mathrm{d}W_1} = \delta^{[1]} x^\top$$

# %% tags=["question"]
viz.exercise(
    "W₂ᵀ is 3 × 2 and δ has 2 entries; x has 2 entries. Which shapes have W₂ᵀδ and the outer product δ[1]xᵀ?",
    answer="3, and 3 × 2",
    choices={
        "3, and 3 × 2": "Right: a number for each hidden neuron, and a matrix like W₁.",
        "2, and 2 × 2": "W₂ᵀ has three rows, so W₂ᵀδ has three entries.",
        "3 × 2, and 3": "A matrix times a vector is a vector; an outer product is a matrix.",
        "3, and 2 × 3": "An outer product has a row for each entry of the first factor.",
    },
    hints=["A number for each row of W₂ᵀ.", "δ[1] has 3 entries, x has 2."],
)

# %%
delta1 = (W2.T @ delta2) * v * (1 - v)
grad_W1 = np.outer(delta1, x)
print(grad_W1)

# %% tags=["check"] rows=["S002-29"]
assert delta1.shape == (3,)
assert grad_W1.shape == W1.shape == (3, 2)
assert close(
    grad_W1,
    [
        [-0.3949716741, 0.5266288988],
        [0.4947364371, -0.6596485828],
        [-0.2510265294, 0.3347020392],
    ],
)
assert close(grad_W1, ag.grads(net.W(1)))

# %% [markdown]
# **These are all the rules there are.** Forward $z = Wx$. Backward: $\delta$ comes in; $\delta x^\top$ is the
# gradient of the matrix; $W^\top\delta$ goes on. Each weight is used once in each of the three products.
#
# Now one update of both matrices, $W \leftarrow W - \alpha \nabla_W L$ with $\alpha = 0.1$:

# %%
SGD(net.parameters(), lr=0.1).step()
after = losses.sse(net(x), y).data
print(f"L = {L.data:.8f} → {after:.8f}")

# %% tags=["check"] rows=["S002-29", "S002-30"]
assert close(ag.data(net.W(1)), W1 - 0.1 * grad_W1)
assert close(after, 0.43481986, rtol=1e-7)

# %% [markdown]
# ## With a sigmoid at the end
#
# Put a second sigmoid at the end: $L = \|\sigma(W_2\,\sigma(W_1 x)) - y\|^2$. With
# $R = \hat{y} - y$ only $\delta$ at the output changes:
#
# $$\delta = 2R \odot \hat{y} \odot (1 - \hat{y}), \quad \nabla_{W_2} L = \delta v^\top, \quad
# \nabla_{W_1} L = [(W_2^\top \delta) \odot v \odot (1-v)]\, x^\top$$

# %%
yhat = ag.sigmoid(W2 @ v)
R = yhat - y
delta2 = 2 * R * yhat * (1 - yhat)
delta1 = (W2.T @ delta2) * v * (1 - v)

inputs, targets = list(ag.array(x, label="x")), list(ag.array(y, label="y"))
net = network_of_two("sigmoid")
L = losses.sse(net(inputs), targets)
L.label = "L"
L.backward()
print(f"L = {L.data:.10f}")

# %% tags=["check"] rows=["S002-55", "S002-56", "S002-57"]
assert close(R, [-0.4610806553, 0.4805634638])
assert close([R @ R, L.data], 0.4435366134)
assert close(
    np.outer(delta2, v),
    [
        [-0.1453080588, -0.1145717579, -0.02854059439],
        [0.1521409475, 0.1199593192, 0.0298826721],
    ],
)
assert close(
    np.outer(delta1, x),
    [
        [-0.08086953043, 0.1078260406],
        [0.08673695259, -0.1156492701],
        [-0.0298066834, 0.03974224453],
    ],
)
assert close(np.outer(delta2, v), ag.grads(net.W(2)))
assert close(np.outer(delta1, x), ag.grads(net.W(1)))

# %% [markdown]
# Step through it. Watch $v^{[1]}_1$: two shares arrive, one from each row of
# $W_2$.

# %%
viz.walkthrough(Graph(L).collapse(), wrt=[net.W(1)[0, 0], net.W(2)[0, 0]])

# %% [markdown]
# ## The engine finds the matrices
#
# So far the engine had scalars only: a graph of products and sums. `Program` looks at such a graph, sees that
# three `dot` nodes read the same inputs with different weights, and rolls them up into one product. Here is
# what it finds; this listing is not written by us:

# %% tags=["question"]
viz.exercise(
    "How many lines will the engine's listing have for the way forward?",
    answer="7",
    choices={
        "7": "Right: two for each layer, and three for the loss.",
        "12": "That would be one for each weight. The engine rolls them up.",
        "more than 20": "The graph has more nodes than that. The engine rolls them up.",
    },
    hints=[
        "How many matrix products are there?",
        "One for each layer.",
        "7: a matrix product and a sigmoid for each layer, and three for the loss.",
    ],
    hunch=True,
)

# %%
program = Program(L, inputs=[*inputs, *targets])
print(program)

# %% tags=["check"] rows=["S002-55"]
listing = str(program)
assert "z1[3] = W1[3,2] @ x[2]" in listing
assert "z2[2] = W2[2,3] @ v1" in listing

# %% [markdown]
# Those are the formulas from above. The three-layer network of [](backprop_through_three_layers), with
# biases and cross entropy, is the *hypothesis* from there, line by line:

# %%
deep = nn.MLP(2, [3, 2, 1], "sigmoid", "sigmoid", notation="w[k]_ij")
deep.layers[0].assign(W1, [0.05, -0.1, 0.2])
deep.layers[1].assign(W2, [-0.15, 0.25])
deep.layers[2].assign([[1.0, -1.2]], [0.3])
label = Value(1.0, label="y")
deep_program = Program(losses.bce(deep(inputs)[0], label), inputs=[*inputs, label])
print(deep_program)

# %% tags=["check"] rows=["S002-32"]
assert [line.split(" = ")[1] for line in str(deep_program).splitlines()[2:]] == [
    "W1[3,2] @ x[2] + b1",
    "sigmoid(z1)",
    "W2[2,3] @ v1 + b2",
    "sigmoid(z2)",
    "W3[1,2] @ v2 + b3",
    "sigmoid(z3)",
    "bce(v3, y)",
]

# %% [markdown]
# What does it run? Array code, generated from the same table of derivatives that the scalars use. Look only
# at the matrix products: two forward; backward one $W^\top\delta$ (none is needed for the inputs) and two
# $\delta x^\top$:

# %%
products = [line.strip() for line in program.source.splitlines() if "matmul" in line or line.endswith(".T")]
print("\n".join(products))

# %% tags=["check"]
assert sum("matmul" in line for line in products) == 5

# %% [markdown]
# The numbers are the same. The gradient comes as one long array, matrix after matrix:

# %%
row = [[*x, *y]]
value, gradient = program.value_and_grad(row)
print(gradient[:6].reshape(3, 2))

# %% tags=["check"] rows=["S002-56", "S002-57"]
assert close(value, 0.4435366134)
assert close(gradient[:6].reshape(3, 2), np.outer(delta1, x))
assert close(gradient[6:].reshape(2, 3), np.outer(delta2, v))

# %% [markdown]
# And now the reason for all this. A *row* is a sample. The recorded graph is replayed for as many as you
# like, and $Wx$ becomes $WX$, one column for each sample. The training loss is the mean over the samples,
#
# $$L(W_1, W_2) = \frac{1}{n} \sum_{i=1}^{n} L(x^{(i)}, y^{(i)}, W_1, W_2)$$

# %% tags=["question"]
viz.exercise(
    "One sample has 12 derivatives. How many numbers has the gradient of the mean loss of 1000 samples?",
    answer=12,
    slips={
        12000: "12000 are the derivatives of all samples. The gradient of the mean is their mean.",
        1000: "There is a number for each weight, not for each sample.",
        1: "There is a number for each weight.",
    },
    hints=["One number for each weight.", "The samples are averaged.", "12, as for one sample."],
)

# %%
rng = np.random.default_rng(0)
rows = np.hstack([rng.normal(size=(1000, 2)), rng.integers(0, 2, size=(1000, 2))])
value, gradient = program.value_and_grad(rows)
print(f"mean loss over {len(rows)} samples: {value:.6f}, gradient of shape {gradient.shape}")

# %% tags=["check"] rows=["S002-32"]
fifty = program.value_and_grad(rows[:50], reduction="sum")[1]
net.zero_grad()
for sample in rows[:50]:
    losses.sse(net(sample[:2]), sample[2:]).backward()
assert gradient.shape == (12,)
assert np.allclose(fifty, ag.grads(net.parameters()), rtol=1e-12)

# %% [markdown]
# `nn.fit` uses a Program without being asked. The larger the network, the more it saves: 745 nodes of the
# 4-16-16-16-1 network of [](counting_paths) become nine lines.

# %%
four = list(ag.array([0.5, -1.0, 1.5, 2.0], label="x"))
large = losses.square(nn.MLP(4, [16, 16, 16, 1])(four)[0], label)
large_program = Program(large, inputs=[*four, label])
print(Graph(large))
print(large_program)

# %% tags=["check"]
assert "z2[16] = W2[16,16] @ O1 + b2" in str(large_program)

# %% [markdown]
# ## The objective and the optimal predictor
#
# *Objective*: the weights that minimise the training loss, $\hat{W} = \operatorname{argmin} L(W)$. *Optimal
# predictor*: put them back into $f$. For a network the arg min can only be searched; here with one neuron and
# four samples, 1000 steps of gradient descent. For a line it can be computed:

# %%
samples, answers = [[1, 2], [2, 0.5], [-1, 1], [0, -2]], [1, 1, 0, 0]
logistic = nn.Layer(2, 1, "sigmoid", init=[[0.5, -0.25]]).assign([[0.5, -0.25]], [0.1])
optimizer = SGD(logistic.parameters(), lr=0.1)
history = nn.fit(logistic, losses.bce, optimizer, (samples, answers), epochs=1000)
J = losses.bce([logistic(sample)[0] for sample in samples], answers).data
print(f"searched: J = {J:.9f}")

theta = nn.linear.closed_form([[1, 1], [1, 2], [1, 3], [1, 4]], [2, 3, 5, 6])
best = nn.Linear(1, 1).assign([[theta[1]]], [theta[0]])
print(f"computed: θ = {theta.round(6)}, f(5) = {best([5.0])[0].data:.6f}")

# %% tags=["check"] rows=["S002-32", "S002-33"]
assert len(history.loss) == 1000
assert close(J, 0.009649435063)
assert close(best([5.0])[0].data, 7.5)

# %% [markdown]
# ## The trap in the order of updates
#
# Somebody saves memory, and updates each matrix as soon as its gradient is there, the one closest to the
# output first: update $W_3$, then compute the gradient of $W_2$ (which needs $W_3^\top$!) and update that.

# %% tags=["question"]
viz.exercise(
    "W₃ is updated first, and only then the gradient of W₂ is computed, with the new W₃. Does it come out the same?",
    answer="no",
    choices={
        "yes": "The gradient of W₂ contains W₃ᵀ. Which W₃ belongs to the loss that was computed?",
        "no": "Right: it contains W₃ᵀ, and that is another matrix now.",
    },
    hints=["Which matrix stands in the gradient of W₂?", "W₃ᵀ."],
)

# %% tags=["tells"]
trace = deep.trace(x)
deep_loss = losses.bce(trace[-1].outputs[0], 1.0)
deep_loss.backward()
right = ag.grads(deep.W(2))

v1, v2, yhat3 = (ag.data(layer.outputs) for layer in trace)
delta3 = yhat3 - 1.0
W3_old = ag.data(deep.W(3))
W3_new = W3_old - 0.5 * np.outer(delta3, v2)

wrong = np.outer((W3_new.T @ delta3) * v2 * (1 - v2), v1)
ratio = wrong / right
print("rows of the gradient of W2, spoilt by the factors", ratio[:, 0])

# %% tags=["check"] rows=["S004-24"] errata=["E-S004-07"]
assert close(np.outer((W3_old.T @ delta3) * v2 * (1 - v2), v1), right)
assert np.allclose(
    wrong,
    [
        [-0.08277691, -0.060900443, -0.018980516],
        [0.079164569, 0.058242779, 0.018152216],
    ],
    rtol=1e-7,
)
assert close(ratio, np.outer([1.117934306, 0.8964344241], [1, 1, 1]))

# %% [markdown]
# So: **all gradients first, with the old weights; then all updates.** Then the order of the updates does not
# matter. It is the stale graph of [](order_and_accumulation) once more, and the engine refuses:

# %%
deep_loss.zero_grad()
deep.layers[2].assign(W3_new)
try:
    deep_loss.backward()
except ag.StaleGraphError as error:
    print(error)

deep.layers[2].assign(W3_old)
deep_loss.forward()
deep_loss.backward()

# %% tags=["check"] errata=["E-S004-07"]
assert close(ag.grads(deep.W(2)), right)
deep.layers[2].assign(W3_new)
try:
    deep_loss.backward()
except ag.StaleGraphError:
    pass
else:
    raise AssertionError("the graph belongs to the old weights")
finally:
    deep.layers[2].assign(W3_old)

# %% tags=["check"] errata=["E-S002-07"]
try:
    2 * W2.T @ R * yhat * (1 - yhat) * v * (1 - v)
except ValueError:
    assert (v.shape, yhat.shape) == ((3,), (2,))
else:
    raise AssertionError("the literal formula should not be defined")
A1, A2 = np.array([[0.1, -0.2], [0.4, 0.3]]), np.array([[3, 1], [-0.5, 0.2]])
u = ag.sigmoid(A1 @ x)
p = ag.sigmoid(A2 @ u)
literal = np.outer(2 * A2.T @ (p - y) * p * (1 - p) * u * (1 - u), x)
grouped = np.outer((A2.T @ (2 * (p - y) * p * (1 - p))) * u * (1 - u), x)
square = nn.MLP(2, [2, 2], "sigmoid", "sigmoid", bias=False)
square.layers[0].assign(A1)
square.layers[1].assign(A2)
losses.sse(square(x), y).backward()
assert np.allclose(literal, [[-0.024998138, 0.033330851], [0.0011488527, -0.0015318036]], rtol=1e-7)
assert np.allclose(grouped, [[-0.051532583, 0.068710111], [0.01179074, -0.015720987]], rtol=1e-7)
assert close(grouped, ag.grads(square.W(1)))

# %% tags=["check"] errata=["E-S002-02"]
for sign, walk in ((-1.0, [1.2, 1.44, 1.728, 2.0736]), (1.0, [0.8, 0.64, 0.512, 0.4096])):
    seen = nn.minimise(lambda θ, sign=sign: sign * θ * θ, 1.0, lambda p: SGD(p, lr=0.1), steps=4).points[1:]
    assert close(seen, walk)

# %% tags=["check"] errata=["E-S004-01", "E-S002-08"]
V1 = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1, -1.1, 0.2]])
x4 = np.array([0.5, -1.0, 1.5, 2.0])
assert close(V1.T @ x4, [0.6, -0.4, 1.3])
try:
    V1 @ x4
except ValueError:
    pass
else:
    raise AssertionError("a row for each input: the transpose is meant")
ends = {end: losses.sse(network_of_two(end)(x), y).data for end in ("sigmoid", "linear")}
assert close([ends["sigmoid"], ends["linear"]], [0.4435366134, 0.7183984833])

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. A bias b is added to a layer: z = Wx + b. What is dL/db in terms of δ = dL/dz?",
    answer="δ",
    choices={
        "δ": "Right: the local derivative of z by b is 1.",
        "δxᵀ": "That is dL/dW. b is multiplied by 1, not by x.",
        "Wᵀδ": "That is dL/dx.",
        "1": "1 is the local derivative. δ arrives at z.",
    },
    hints=["What is b multiplied by?", "By 1, so what arrives at z passes on."],
)

# %% [markdown] tags=["solution"]
# $\partial z_i/\partial b_i = 1$, so $\mathrm{d}L/\mathrm{d}b = \delta$: what arrives at the sum passes on unchanged.

# %% tags=["solution"]
deep.zero_grad()
trace = deep.trace(x)
losses.bce(trace[-1].outputs[0], 1.0).backward()
print(ag.grads(deep.layers[0].b), [z.grad for z in trace[0].z])

# %% tags=["exercise"]
viz.exercise(
    "2. And what is the derivative of L with respect to the inputs x, if δ belongs to the first layer, z = W₁x?",
    answer="W₁ᵀδ",
    choices={
        "W₁ᵀδ": "Right: the same product that leads from one layer to the one before.",
        "W₁δ": "The shapes do not fit: δ has an entry for each row of W₁.",
        "δxᵀ": "That is dL/dW₁.",
        "δ": "x is multiplied by W₁ on the way.",
    },
    hints=["The same step as from one layer to the one before.", "Through the matrix, backwards."],
)

# %% [markdown] tags=["solution"]
# It is the step that leads from one layer to the one before, $W_1^\top \delta^{[1]}$: each input adds up what comes back over
# its lines.

# %% tags=["solution"]
print(W1.T @ delta1, [value.grad for value in inputs])

# %% tags=["exercise"]
viz.exercise(
    "3. Two samples are the columns of X, and Δ has a column for each of them. What sums up the gradients of the samples in "
    "ΔXᵀ?",
    answer="the matrix product, over the columns",
    choices={
        "the matrix product, over the columns": "Right: entry ij is the sum over the samples of Δᵢ times Xⱼ.",
        "nothing: they must be added afterwards": "Write out one entry of the product.",
        "the transpose": "It only turns X, so that the shapes fit.",
        "the outer product, one for each sample": "That is the gradient of one sample. What adds the two up?",
    },
    hints=["Write out one entry of ΔXᵀ.", "Δᵢ₁Xⱼ₁ + Δᵢ₂Xⱼ₂"],
)

# %% [markdown] tags=["solution"]
# Entry $ij$ of $\Delta X^\top$ is $\sum_k \Delta_{ik} X_{jk}$, a sum over the samples $k$. So one product does all samples at
# once.

# %% tags=["solution"]
both = np.array([[1.5, -2.0, 1.0, 0.0], [0.5, 1.0, 0.0, 1.0]])
X, Y = both[:, :2].T, both[:, 2:].T
V = ag.sigmoid(W1 @ X)
P = ag.sigmoid(W2 @ V)
D2 = 2 * (P - Y) * P * (1 - P)
D1 = (W2.T @ D2) * V * (1 - V)
print(
    np.abs(
        [*(D1 @ X.T).ravel(), *(D2 @ V.T).ravel()] - program.value_and_grad(both, reduction="sum")[1]
    ).max()
)

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(14, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Write a layer's way forward and back as three matrix products: $Wx$, $W^\top\delta$ and $\delta x^\top$.
# * Check the shapes of all of them.
# * Let the engine find the matrices in a recorded graph, and run them for many samples.
# * Say why all gradients come before any update.
#
# In PyTorch, `nn.Linear` stores $W$ with a row for each output, as here, and `loss.backward()` runs the
# three products; `torch.compile` records and fuses, as `Program` does.
