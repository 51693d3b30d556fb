# %% [markdown]
# # Linear predictors as graph, network and matrix
#
# **What you will see**: the simplest model of all, $\hat{y} = w \cdot x + b$, in four
# forms: as an expression, as a graph, as a network, and as a matrix product. They are the same thing, and
# you will read each from the others. Most confusion about neural networks is confusion about indices; here
# you get rid of it.
#
# You need [](the_first_graph): a graph, its local derivatives, and its paths.

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, practice, values
from nn import features, losses
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


from autograd import Graph

# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(4, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(4, seed=1)[1])

# %%
viz.network(nn.Linear(2, 2, bias=False).assign([[7, 8], [9, 10]]), weights="values")

# %% [markdown]
# Two numbers go in, two come out, and four weights stand on the lines. Written down, the weights are a matrix with the
# rows $(7, 8)$ and $(9, 10)$.
#
# The question of this lesson: **which number of the matrix stands on which line, and why?**

# %% [markdown]
# ## As an expression
#
# The first function is
#
# $$y(x_1, x_2) = a x_1 + b x_2 + c$$
#
# $x_1$ and $x_2$ come from the data. $a$, $b$ and $c$ are the *parameters*: they are what is learned.

# %% tags=["question"]
viz.exercise(
    "y = a·x₁ + b·x₂ + c with a = 3, b = −2, c = 7 and x = (2, 5). What is y?",
    answer=3,
    slips={
        23: "23 is 6 + 10 + 7. b is negative.",
        -4: "−4 is 6 − 10. The c is missing.",
        13: "13 is a·x₁ + c. The b·x₂ is missing.",
        18: "18 is 3 · 5 − 2 · 2 + 7. a belongs to x₁, and b to x₂.",
    },
    hints=["Three terms.", "3 · 2 + (−2) · 5 + 7", "6 − 10 + 7 = 3."],
)

# %% tags=["question"]
viz.exercise(
    "And what is dy/da?",
    answer=2,
    slips={
        3: "3 is a itself. When a grows by 1, by how much does a · x₁ grow?",
        5: "5 belongs to b. a is multiplied by x₁.",
        6: "6 is the term a·x₁. How fast does it move with a?",
        1: "1 belongs to c. a is multiplied by something.",
    },
    hints=["What is a multiplied by?", "By x₁.", "x₁ = 2."],
)

# %% rows=["S000-02"]
a, b, c = values(a=3.0, b=-2.0, c=7.0)
x1, x2 = values(x1=2.0, x2=5.0)
y = a * x1 + b * x2 + c
viz.graph(y, names=locals())

# %% tags=["check"] rows=["S000-02"]
assert y.data == 3
y.backward()
assert (a.grad, b.grad, c.grad) == (2, 5, 1)  # the parameters' derivatives are the inputs
assert (x1.grad, x2.grad) == (3, -2)  # and the other way round

# %% [markdown]
# To the engine a parameter and an input are both leaves. What makes the difference is what we *do* with them:
# parameters are handed to an optimiser, inputs are replaced by the next sample.
#
# All parameters may start at 0. Then $y = 0$, but the parameters' derivatives are the same as
# before, for they depend on the inputs alone. So the first update moves them:

# %%
parameters = a, b, c
y.zero_grad()
for parameter in parameters:
    parameter.data = 0.0
print("y =", y.forward())
y.backward()
print("derivatives:", ag.grads(parameters))

# %% tags=["check"] rows=["S000-02"]
assert y.data == 0
assert (a.grad, b.grad, c.grad) == (2, 5, 1)

# %% [markdown]
# ## As a neuron
#
# With other letters it is the linear regression model for two features,
#
# $$\hat{y} = w_1 x_1 + w_2 x_2 + b = \vec{w} \cdot \vec{x} + b$$
#
# Over the $x_1$-$x_2$ plane this is a plane too. $w_1$ and $w_2$ are its slopes, and $b$ moves it up and
# down. The library has it as a layer without activation. Two samples are $(1, 3)$ and $(2, 4)$:

# %% rows=["S000-06"]
model = nn.Linear(2, 1, expand=True).assign([[0.5, -1.0]], [0.25])
(neuron,) = model.neurons

viz.surface(lambda x_2, x_1: neuron([x_1, x_2]), (0, 4), (0, 4))

# %% tags=["check"] rows=["S000-06"]
assert neuron([1.0, 3.0]).data == 0.5 * 1 - 1 * 3 + 0.25 == -2.25
assert neuron([2.0, 4.0]).data == -2.75
neuron.b.data += 1.0
assert (neuron([1.0, 3.0]).data, neuron([2.0, 4.0]).data) == (-1.25, -1.75)  # both up by 1
neuron.b.data -= 1.0

# %% [markdown]
# Walk through the neuron for the first sample. The weights' labels are explained below.

# %%
x1, x2 = values(x1=1.0, x2=3.0)
viz.walkthrough(neuron([x1, x2]))

# %% [markdown]
# ## Many inputs, many samples
#
# $\vec{w} \cdot \vec{x}_i$ is short for $\sum_j w_j X_{ji}$: multiply matching entries, add up. Here a
# *column* of the matrix $X$ is one sample, and a row is one feature.

# %%
X = np.array([[1.0, 2.0], [3.0, 4.0]])  # two samples as columns: (1, 3) and (2, 4)
w = ag.array([0.5, -1.0], label="w")

(outputs,) = model.forward_columns(X)
print("wX + b =", ag.data(outputs))

# %% tags=["check"] rows=["S000-09", "S000-07"]
dots = [w[0] * X[0, i] + w[1] * X[1, i] for i in range(2)]
assert ag.data(dots).tolist() == [-2.5, -3.0]
assert ag.data(w @ X).tolist() == [-2.5, -3.0]  # NumPy multiplies Values too
assert ag.data(w @ X + 0.25).tolist() == [-2.25, -2.75]
assert ag.data(outputs).tolist() == [-2.25, -2.75]

# %% [markdown]
# With $n$ features and $m$ samples:
#
# $$[y_1 \dots y_m] = [w_1 \dots w_n] \cdot X + b$$

# %% tags=["question"]
viz.exercise(
    "Three features, four samples, the samples as columns. What are the shapes of X, w and y?",
    answer="X 3 × 4, w 3, y 4",
    choices={
        "X 4 × 3, w 3, y 4": "That has the samples as rows. Here they are columns.",
        "X 3 × 4, w 3, y 4": "Right: a weight for each feature, an answer for each sample. b is one number.",
        "X 3 × 4, w 4, y 3": "There is a weight for each feature, and there are three.",
        "X 3 × 4, w 3 × 4, y 4": "All samples share the same weights.",
    },
    hints=["A column is a sample, a row a feature.", "A weight for each feature, an answer for each sample."],
)

# %%
X = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0], [2.0, -1.0, 1.0, 0.0]])
model = nn.Linear(3, 1).assign([[0.1, 0.2, 0.3]], [0.4])
(outputs,) = model.forward_columns(X)
n, m = X.shape
print(f"X {X.shape}, w ({n},), y ({m},), b one number:", ag.data(outputs))

# %% tags=["check"] rows=["S000-23", "S000-24"]
assert (n, m) == (3, 4)
assert model.W.shape == (1, n)
assert len(outputs) == m
assert model.b.shape == (1,)  # one number for all samples
assert close(ag.data(outputs), [1.1, 0.5, 1.0, 1.0])

# %% [markdown]
# One can turn it around: a *row* is a sample, and there is no $b$ but a column of ones in $X$:
#
# $$\hat{y}_i = \sum_{j=1}^d x_{ij} \theta_j$$
#
# With rows, a model is simply called for each row. This is the library's own form, and everybody else's.

# %%
X = features.linear(np.array([1.0, 2.0, 3.0, 4.0]))
line = nn.Linear(2, 1, bias=False, init=[[0.5, 1.4]])
outputs = [line(row)[0] for row in X]
print("Xθ =", ag.data(outputs))

# %% tags=["check"] rows=["S001-01"]
assert X.tolist() == [[1, 1], [1, 2], [1, 3], [1, 4]]
assert close(ag.data(outputs), [1.9, 3.3, 4.7, 6.1])
assert close(X @ [0.5, 1.4], ag.data(outputs))
assert close([o.data for o in line.forward_columns(X.T)[0]], ag.data(outputs))  # columns: transpose

# %% [markdown]
# The ones were put in by `features.linear`, the map $\phi(x) = [1, x]$. A linear predictor need not be
# linear in $x$, only in $\phi(x)$, which you choose ([](features_and_networks)).
#
# $$f_w(x) = w \cdot \phi(x)$$

# %%
f = nn.Linear(2, 1, bias=False, init=[[1.0, 2.0]])
features.linear

# %% tags=["check"] rows=["S002-02"]
assert features.linear(0.5) == [1, 0.5]
assert f(features.linear(0.5))[0].data == 1 * 1 + 2 * 0.5 == 2

# %% [markdown]
# ## As a network
#
# A linear predictor with four inputs and one output:
# $f_w(x) = w_1 x_1 + w_2 x_2 + w_3 x_3 + w_4 x_4$:

# %%
predictor = nn.Linear(4, 1, bias=False, expand=True).assign([[0.5, -1.0, 2.0, 0.25]])
x = [Value(float(k), label=f"x_{k}") for k in (1, 2, 3, 4)]
(f,) = predictor(x)
f.backward()
weights = predictor.neurons[0].w
print("f =", f.data, "  df/dw =", ag.grads(weights), "  df/dx =", ag.grads(x))

# %% tags=["check"] rows=["S002-09"]
assert f.data == 5.5
assert ag.grads(weights).tolist() == [1, 2, 3, 4]  # the derivative for a weight is its input
assert ag.grads(x).tolist() == [0.5, -1, 2, 0.25]  # and for an input its weight

# %% [markdown]
# Drawn as a network it is small: a circle for each number, a line for each weight.

# %% tags=["question"]
viz.exercise(
    "How many circles has this network, with four inputs and one output?",
    answer=5,
    slips={
        4: "4 are the inputs. The output has a circle, too.",
        8: "8 would be inputs and weights. A weight is a line.",
        9: "9 counts the lines, too. Circles are numbers that flow, lines are weights.",
        1: "1 is the output. The inputs have circles, too.",
    },
    hints=["A circle for each input and each output.", "4 + 1", "4 + 1 = 5, and 4 lines."],
)

# %% rows=["S002-10"]
network = viz.network(predictor)
network

# %% tags=["check"] rows=["S002-10"]
assert len(network.drawing.boxes) == 5
assert len(network.drawing.arrows) == 4

# %% rows=["S002-10"]
viz.graph(f, direction="down")

# %% tags=["check"] rows=["S002-10"]
graph = Graph(f)
assert len(graph.leaves) == 8  # 4 inputs and 4 weights, then 4 products and 3 sums
assert (len(graph.nodes), len(graph.edges)) == (8 + 4 + 3, 14)

# %% [markdown]
# Both pictures show the same function. The network is the short form: it hides the arithmetic inside a
# circle, and shows a weight as a line and not as a number that comes in.
#
# ## Two outputs: a matrix
#
# For a second output one needs a second set of weights: $3 \cdot 2$ fitting parameters for three inputs.
#
# $$\hat{y}_1 = w_{11} x_1 + w_{12} x_2 + w_{13} x_3$$
#
# $$\hat{y}_2 = w_{21} x_1 + w_{22} x_2 + w_{23} x_3$$
#
# That is $\hat{y} = W x$, with one *row* of $W$ per output. In index notation:
# $\hat{y}_i = \sum_j w_{ij} x_j$.

# %%
W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
layer = nn.Linear(3, 2, bias=False, notation="w[k]_ij").assign(W)
outputs = layer([1.0, -1.0, 2.0])
outputs

# %% tags=["check"] rows=["S002-11", "S002-12"]
assert len(layer.parameters()) == 6
assert ag.data(outputs).tolist() == [5, 11]
assert (W @ [1.0, -1.0, 2.0]).tolist() == [5, 11]

# %% [markdown]
# ## From matrix to network, and back
#
# The entry $w_{ij}$ is the line *from input $j$ to output $i$*. In the picture at the beginning 8 is $w_{12}$: it stands
# in the first row and the second column, and on the line from $x_2$ to $\hat{y}_1$.

# %% tags=["question"]
viz.exercise(
    "The matrix has the rows (1, 2, 3) and (4, 5, 6). Which number stands on the line from x₃ to the second output?",
    answer=6,
    slips={
        3: "3 leads from x₃ to the first output.",
        5: "5 leads from x₂ to the second output.",
        2: "2 leads from x₂ to the first output.",
        9: "9 is the sum of the column. A line has one number.",
    },
    hints=[
        "A row belongs to an output, a column to an input.",
        "The second row, the third column.",
        "It is 6.",
    ],
)

# %% rows=["S002-13"]
network = viz.network(layer, weights="values")
network

# %% tags=["check"] rows=["S002-13"]
lines = {(line.source, line.target): float(line.label) for line in network.drawing.arrows}
assert len(network.drawing.boxes) == 5
assert len(lines) == 6
assert lines["l0-3", "l1-2"] == W[1, 2] == 6
for (i, j), weight in np.ndenumerate(W):
    assert lines[f"l0-{j + 1}", f"l1-{i + 1}"] == weight

# %% tags=["check"] rows=["S002-13", "S002-15"]
rng = np.random.default_rng(4)
for _ in range(20):
    random_W, random_x = rng.normal(size=(2, 3)), rng.normal(size=3)
    by_network = ag.data(nn.Linear(3, 2, bias=False, init=random_W)(random_x))
    by_index = [sum(random_W[i, j] * random_x[j] for j in range(3)) for i in range(2)]
    assert close(by_network, random_W @ random_x)
    assert close(by_network, by_index)
assert sum(W[1, j] * [1, 2, 3][j] for j in range(3)) == 4 * 1 + 5 * 2 + 6 * 3 == 32

# %% [markdown]
# ## The bias, two ways
#
# A plane through the origin is not enough: there must be an offset. One can have it for free. Fix the first
# input at 1, so the first column of $W$ is added whatever the other inputs are:

# %% rows=["S002-14"]
one, x2, x3 = values(one=1.0, x2=2.0, x3=3.0)
outputs = layer([one, x2, x3])
viz.network(layer, inputs=[1, "x_2", "x_3"])

# %% tags=["check"] rows=["S002-14"]
assert ag.data(outputs).tolist() == [14, 32]

# %% [markdown]
# The other way is to write the offset apart, as $b$: the *explicit bias*. The formula is
#
# $$\hat{y} = W x + b$$

# %% rows=["S002-16", "S002-17"]
explicit = nn.Linear(2, 2, notation="w[k]_ij").assign(W[:, 1:], W[:, 0])
outputs_too = explicit([x2, x3])
viz.network(explicit, biases=True, inputs=["x_2", "x_3"])

# %% tags=["check"] rows=["S002-16", "S002-17"]
assert ag.data(outputs_too).tolist() == [14, 32]  # the same
assert (W[:, 1:] @ [2.0, 3.0] + W[:, 0]).tolist() == [14, 32]
assert (W[:, 1:] @ [2.0, 3.0]).tolist() == [13, 28]  # without b

# %% [markdown]
# They are the same for learning, too: the derivative for a bias is the derivative for a weight on a
# constant 1.

# %%
losses.sse(outputs, [10.0, 20.0]).backward()
losses.sse(outputs_too, [10.0, 20.0]).backward()
on_the_one = ag.grads(layer.W[:, 0]).tolist()
print("derivatives for the biases, and for the weights on the 1:", on_the_one)

# %% tags=["check"] rows=["S002-16"]
assert ag.grads(explicit.b).tolist() == on_the_one == [2 * (14 - 10), 2 * (32 - 20)]

# %% [markdown]
# With $w$ and $b$ apart, $b$ is called the *intercept*: where the line cuts the
# axis. The other way is an extra feature $x_0 = 1$ and one vector $\theta = [b; w]$:

# %%
neuron = nn.Neuron(2, "linear", init=[0.5, -0.25])
neuron.b.data = 0.1

theta = np.array([neuron.b, *neuron.w])
z = theta @ [1.0, 1.0, 2.0]  # x_0 = 1, then x = (1, 2)
print(f"θᵀx = {z:.4f}   w·x + b = {neuron([1.0, 2.0]):.4f}")

# %% tags=["check"] rows=["S003-23", "S003-24", "S003-25"]
assert (len(neuron.w), len(neuron.parameters()) - len(neuron.w)) == (2, 1)  # two weights, one bias
assert ag.data(theta).tolist() == [0.1, 0.5, -0.25]
assert theta[0] is neuron.b
assert close(z.data, 0.1)
assert close(neuron([1.0, 2.0]).data, 0.1)

# %% [markdown]
# ## Dimensions
#
# With $m$ outputs and $n$ inputs: $\hat{y}$ is $m \times 1$, $W$ is $m \times n$, $x$ is $n \times 1$, and
# $b$ is $m \times 1$. Some count the bias as part of $x$, some write it apart, and some leave it out: that
# is `bias=False` here.

# %%
with_bias, without = nn.Linear(3, 2), nn.Linear(3, 2, bias=False)
try:
    with_bias([1.0, 2.0])
except ValueError as error:
    print(error)
with_bias

# %% tags=["check"] rows=["S002-18", "S002-19"]
assert (len(with_bias.parameters()), len(without.parameters())) == (8, 6)
assert len(with_bias.b) == 2  # m biases
try:
    with_bias([1.0, 2.0])
except ValueError:
    pass
else:
    raise AssertionError("two inputs where three are needed")

# %% [markdown]
# ## The other order of indices
#
# There is another habit. It writes $w^k_{ij}$: layer $k$, *from* neuron $i$ of the previous layer *to*
# neuron $j$ of the next. So the row of the matrix is the input, and the column is the output. The first
# matrix of a 4-3-2-1 network is then $4 \times 3$, where above it would be $3 \times 4$. One is the
# transpose of the other: $s = W^T x$.

# %% tags=["question"]
viz.exercise(
    "In this notation, which two neurons does w¹₂₁ connect?",
    answer="from x₂ to O₁₁",
    choices={
        "from x₂ to O₁₁": "Right: from neuron 2 of the layer before to neuron 1 of this layer.",
        "from x₁ to O₁₂": "That is the other order. Here the first index is where the line comes from.",
        "from O₂₁ to O₁₁": "Layer 1 is the one between the inputs and O₁₁, O₁₂, O₁₃.",
    },
    hints=["The layer, then from, then to.", "From neuron 2 to neuron 1."],
)

# %% rows=["S004-02"] errata=["E-S004-01"]
W1 = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1.0, -1.1, 0.2]])
x = [0.5, -1.0, 1.5, 2.0]
net = nn.MLP(4, [3, 2, 1], bias=False)
net.layers[0].assign(W1.T)  # the library stores one row per output
viz.network(net)

# %% tags=["check"] rows=["S004-02"] errata=["E-S004-01"]
assert W1.shape == (4, 3)
assert close(W1.T @ x, [0.6, -0.4, 1.3])
assert close(ag.data(net.layers[0].trace(x).z), [0.6, -0.4, 1.3])
assert net.w(1, 2, 1).label == "w^1_{21}"
assert net.w(1, 2, 1).data == W1[1, 0] == 0.4  # from x_2 = -1 to O_11
assert net.w(1, 2, 1) is net.W(1)[0, 1]

# %% [markdown]
# Nothing is right or wrong about an order of indices, as long as one says which. The library labels a
# weight in either: `notation="w^k_ij"` as here, or `notation="w[k]_ij"`, output first.
#
# ## One step of learning
#
# For the two samples $(1, 3)$ and $(2, 4)$ with the answers 5 and 8, all parameters at once:
#
# $$\vec{w} = \vec{w} - \alpha \frac{\mathrm{d}C}{\mathrm{d}w} \qquad b = b - \alpha \frac{\mathrm{d}
# C}{\mathrm{d}b}$$

# %%
model = nn.Linear(2, 1).assign([[0.5, -1.0]], [0.25])
samples, answers = [[1.0, 3.0], [2.0, 4.0]], [[5.0], [8.0]]
losses.mse([model(x) for x in samples], answers).backward()
SGD(model.parameters(), lr=0.01).step()
(neuron,) = model.neurons
print("w =", ag.data(neuron.w), "  b =", neuron.b.data)

# %% tags=["check"] rows=["S000-20"]
assert close(ag.data(neuron.w), [0.7875, -0.3525])
assert close(neuron.b.data, 0.43)
assert close(losses.mse([model(x) for x in samples], answers).data, 39.1298125)

# %% tags=["check"] errata=["E-S000-02"]
X = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0], [2.0, -1.0, 1.0, 0.0]])
w = np.array([0.1, 0.2, 0.3])
assert X.shape == (3, 4)
assert close(w @ X + 0.4, [1.1, 0.5, 1.0, 1.0])
try:
    printed = w @ X.T
except ValueError:
    assert X.T.shape == (4, 3)
else:
    raise AssertionError("the printed shape should not fit")

# %% tags=["check"] errata=["E-S000-03"]
printed = np.array([[1.0, 1.0], [3.0, 3.0]])
right = np.array([[1.0, 2.0], [3.0, 4.0]])
assert ([0.5, -1.0] @ printed + 0.25).tolist() == [-2.25, -2.25]
assert ([0.5, -1.0] @ right + 0.25).tolist() == [-2.25, -2.75]

# %% tags=["check"] errata=["E-X-02"]
X, w = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]]), np.array([0.1, 0.2, 0.3])
as_columns, as_rows = X, np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 4.0]])
assert (as_columns.shape, as_rows.shape) == ((3, 4), (4, 2))
assert close(as_columns.T @ w, w @ as_columns)

# %% tags=["check"] rows=["S000-23"] errata=["E-S000-04", "E-S000-12"]
y = np.array([1.0, 2.0, 3.0, 5.0])
X, w = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]]), np.array([0.1, 0.2, 0.3])
own_bias = y - w @ X  # whatever w is
assert (w.shape, (w @ X).shape, own_bias.shape) == ((3,), (4,), (4,))
assert np.isclose(losses.mse(w @ X + own_bias, y), 0, atol=1e-30)
assert close(losses.mse(w @ X + 0.4, y), 5.565)
assert close(w @ X, [0.7, 0.1, 0.6, 0.6])
assert close(w @ X + 0.4, [1.1, 0.5, 1, 1])

# %% tags=["check"] errata=["E-S002-01", "E-S002-12"]
W, x, b = np.array([[2.0, 3.0], [5.0, 6.0]]), np.array([2.0, 3.0]), np.array([1.0, 4.0])
assert (W @ x + b).tolist() == [14, 32]
assert np.ndim(W @ x @ b) == 0  # read as a product it is a single number: two outputs became one
assert nn.Linear(3, 2).W.shape == (2, 3)

# %% tags=["check"] errata=["E-S002-09"]
assert ag.data(layer([1.0, 2.0, 3.0])).tolist() == [14, 32]  # x_1 = 1
assert ag.data(explicit([2.0, 3.0])).tolist() == [14, 32]
assert close(ag.data(theta @ [1.0, 1.0, 2.0]), 0.1)  # x_0 = 1

# %% tags=["check"] errata=["E-S004-01", "E-X-03"]
square, x = np.array([[0.1, 0.2], [0.4, -0.5]]), [1.0, 2.0]
assert close(square @ x, [0.5, -0.6])
assert close(square.T @ x, [0.9, -0.8])

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. W has the rows (1, 0, 2) and (−1, 3, 1), x = (2, 1, −1) and b = (1, 0). What is the first entry of Wx + b?",
    answer=1,
    slips={
        0: "0 is the first entry of Wx, or the second of Wx + b. The first bias is 1.",
        5: "5 takes 2 · (−1) as +2.",
        3: "3 is 2 + 1. The third product, 2 · (−1), is missing.",
        -2: "−2 is the last product alone.",
    },
    hints=["The first row times x, plus the first bias.", "1·2 + 0·1 + 2·(−1) + 1", "2 + 0 − 2 + 1 = 1."],
)

# %% [markdown] tags=["solution"]
# The first row gives $1 \cdot 2 + 0 \cdot 1 + 2 \cdot (-1) + 1 = 1$, the second $-1 \cdot 2 + 3 \cdot 1 + 1 \cdot (-1) + 0 =
# 0$.

# %% tags=["solution"]
print(ag.data(nn.Linear(3, 2).assign([[1, 0, 2], [-1, 3, 1]], [1, 0])([2.0, 1.0, -1.0])))

# %% tags=["exercise"]
viz.exercise(
    "2. How many parameters has a linear predictor with two outputs that looks at a 64 × 64 colour image?",
    answer=24578,
    slips={
        24576: "24576 are the weights. Each output has a bias, too.",
        12288: "12288 is the number of inputs. There are two outputs.",
        12290: "Each of the two outputs has its own weights.",
        8194: "8194 is 2 · 64 · 64 + 2. A colour image has three numbers in each pixel.",
    },
    hints=[
        "How many inputs? Three numbers in each pixel.",
        "2 · 12288 weights and 2 biases",
        "24576 + 2 = 24578.",
    ],
)

# %% [markdown] tags=["solution"]
# The image has $64 \cdot 64 \cdot 3 = 12288$ numbers. Each of the two outputs has as many weights and one bias: $2 \cdot
# 12288 + 2 = 24578$.

# %% tags=["exercise"]
viz.exercise(
    "3. W has the rows (1, 2, 3) and (4, 5, 6), and s is the sum of both outputs of Wx. What is ds/dx₃?",
    answer=9,
    slips={
        3: "3 comes over the first output. x₃ leads into the second, too.",
        6: "6 comes over the second output. x₃ leads into the first, too.",
        18: "18 is 3 · 6. Where paths meet, add.",
        15: "15 is the sum of the second row. x₃ is a column.",
        21: "21 is the sum of all entries. x₃ is one column.",
    },
    hints=[
        "Over how many paths does s depend on x₃?",
        "Two, one through each output: 3 and 6.",
        "3 + 6 = 9.",
    ],
)

# %% [markdown] tags=["solution"]
# Two paths lead from $s$ to $x_3$, one through each output. The factors are the entries of the third column, 3 and 6;
# where the paths meet they are added: 9.

# %% tags=["solution"]
layer = nn.Linear(3, 2, bias=False).assign([[1, 2, 3], [4, 5, 6]])
x = ag.array([1.0, -1.0, 2.0], label="x")
print(ag.paths(ag.sum(layer(x)), x[2]))

# %% tags=["exercise"]
viz.exercise(
    "4. A linear layer 4 → 3, and behind it a linear layer 3 → 2, no biases. Is that more than one linear layer 4 → 2?",
    answer="no, its matrix is W₂W₁",
    choices={
        "yes, it has 18 weights and not 8": "More weights, but which functions can it compute?",
        "no, its matrix is W₂W₁": "Right: W₂(W₁x) = (W₂W₁)x.",
        "no, its matrix is W₁W₂": "Which matrix is applied first? And do the shapes fit?",
        "no, its matrix is W₁ + W₂": "One layer works on what the other gives out. And do the shapes fit?",
    },
    hints=["Write both layers as matrix products.", "W₂(W₁x)"],
)

# %% [markdown] tags=["solution"]
# $W_2 (W_1 x) = (W_2 W_1) x$: it is one linear layer, with the matrix $W_2 W_1$. Something that is not linear must stand
# between them; [](features_and_networks) says what.

# %% tags=["solution"]
two = nn.MLP(4, [3, 2], activation="linear", bias=False, rng=1)
single = nn.Linear(4, 2, bias=False, init=ag.data(two.W(2)) @ ag.data(two.W(1)))
print(ag.data(two([1.0, 2.0, 3.0, 4.0])), ag.data(single([1.0, 2.0, 3.0, 4.0])))

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(4, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Read a linear predictor in four forms: $\hat{y}_i = \sum_j w_{ij} x_j + b_i$ as an expression, a graph, a
#   network and a row of a matrix.
# * Name its derivatives: for a weight its input, for an input its weight, for a bias 1.
# * Say whether samples are rows or columns, and which index of a weight is the input. Then check the shapes.
#
# In PyTorch the layer is `torch.nn.Linear(n, m)`; its `weight` has the shape `(m, n)` as here, and samples
# are rows.
