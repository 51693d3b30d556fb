# %% [markdown]
# # Logistic regression: one neuron, cat or no cat
#
# **What you will see**: one neuron that answers *yes* or *no* with a probability. You work out its
# derivative, which turns out to be the simplest formula of the whole course; you write its training as a
# loop, then without loops; and at the end the neuron looks at pictures with 12288 numbers each and tells
# cats from no cats.
#
# You need [](loss_functions_and_norms) (cross entropy) and [](gradient_descent) (gradient descent).

# %%
from functools import partial

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value, practice, values
from nn import data, losses
from nn.optim import SGD, Momentum


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


def near(this, that):
    return np.allclose(this, that, rtol=1e-4, atol=1e-12)


from nn import features

# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(8, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(8, seed=1)[1])

# %%
viz.curve(ag.sigmoid, low=-6, high=6)

# %% [markdown]
# This curve turns any number into a chance between 0 and 1. Dashed is its slope.
#
# The question of this lesson: **how does a neuron learn from an answer that is only yes or no?**

# %% [markdown]
# ## Why not a line
#
# In *binary classification* the answer is 1 (cat) or 0 (no cat). Given the input $x$ we want the chance that
# it is a cat, $\hat{y} = P(y = 1 \text{ given } x)$, a number between 0 and 1. Linear regression would answer
# $w^T x + b$.

# %% tags=["question"]
viz.exercise(
    'A line answers w·x + b. With w = (1, 2), b = −1 and x = (2, 1): what is the "chance"?',
    answer=3,
    slips={
        4: "4 is w·x. The b is missing.",
        5: "5 is 4 + 1. b is negative.",
        2: "Multiply entry by entry: 1 · 2 and 2 · 1.",
        1: "1 is as much as a chance can be. What does the line say?",
    },
    hints=["1·2 + 2·1 − 1", "2 + 2 − 1", "2 + 2 − 1 = 3, which is no chance."],
)

# %%
for w, b, x in (([1, 2], -1, [2, 1]), ([-2, -1], 0, [1, 2])):
    print(f"a line says {ag.dot(w, x, b):g}, which is no chance; squeezed: {ag.sigmoid(ag.dot(w, x, b)):.4f}")

# %% tags=["check"] rows=["S003-21"]
for w, b, x, expected in ([1, 2], -1, [2, 1], 3), ([-2, -1], 0, [1, 2], -4):
    assert ag.dot(w, x, b) == expected

# %% [markdown]
# So the sum $z = w^T x + b$ is squeezed into (0, 1) by the *logistic function*, or sigmoid:
#
# $$\hat{y} = \sigma(z), \quad \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It is the curve at the beginning.

# %% tags=["check"] rows=["S003-20"]
chances = [ag.sigmoid(float(z)) for z in range(-30, 31)]
assert all(0 < chance < 1 for chance in chances)
assert chances == sorted(chances)

# %% [markdown]
# One neuron does all of it: the weighted sum, then the sigmoid. Two inputs, with numbers that we shall keep
# for a while:

# %%
neuron = nn.Neuron(2, "sigmoid", init=[0.5, -0.25])
neuron.b.data = 0.1
yhat = neuron([1.0, 2.0])
print(f"z = 0.5·1 − 0.25·2 + 0.1 = 0.1, ŷ = {yhat.data:.10f}: class {int(yhat > 0.5)}, just so")

# %% tags=["check"] rows=["S001-08", "S003-16", "S003-22"]
assert close(yhat.data, 0.5249791875)
assert yhat > 0.5  # so class 1: a cat

# %% [markdown]
# ## The decision boundary
#
# Where does the neuron change its mind? Where $\hat{y} = 0.5$, and that is where $z = \phi(x) \cdot w = 0$.
# For $\phi(x) = [1, x_1, x_2]$ this is a straight line. Let $z = -3 + x_1 + x_2$: at the point $(2, 2)$ it is 1, so
# the answer there is *yes*.

# %% tags=["question"]
viz.exercise(
    "z = −3 + x₁ + x₂, and the answer is yes for z > 0. On which side of the line lies the point (1, 2)?",
    answer="on the line",
    choices={
        "on the side of yes": "z = −3 + 1 + 2. Is that above 0?",
        "on the side of no": "z = −3 + 1 + 2. Is that below 0?",
        "on the line": "Right: z = −3 + 1 + 2 = 0, and the chance is one half.",
    },
    hints=["Put the point in.", "−3 + 1 + 2 = 0"],
)

# %% rows=["S002-07"]
w = [-3.0, 1.0, 1.0]
points = [(1.0, 2.0), (2.0, 2.0), (0.0, 0.0)]
z = [ag.dot(w, [1.0, *point]) for point in points]

dots, classes = [(1, 3), (2, 2), (3, 1.5), (0, 0), (1, 1)], [1, 1, 1, 0, 0]
viz.boundary(lambda x: ag.sigmoid(ag.dot(w, [1.0, *x])), dots, classes)

# %% tags=["check"] rows=["S002-07"]
phi = features.poly(2)  # [1, x, x²] with w = (−1, 0, 1): two boundaries, at x = −1 and x = 1
assert z == [0, 1, -3]
assert close([ag.sigmoid(number) for number in z], [0.5, 0.7310585786, 0.04742587318])
assert [ag.dot([-1.0, 0.0, 1.0], phi(x)) for x in (-1.0, 0.0, 1.0, 2.0)] == [0, -1, 0, 3]

# %% [markdown]
# ## One sample, forward and backward
#
# The loss is the cross entropy of [](loss_functions_and_norms). The output is called $a$ ("activation"):
#
# $$z = w_1 x_1 + w_2 x_2 + b, \quad \hat{y} = a = \sigma(z), \quad L(a, y) = -(y \log a + (1 - y) \log(1 -
# a))$$

# %% rows=["S003-47", "S003-15"]
x1, w1, x2, w2, b = values(x1=1.0, w1=0.5, x2=2.0, w2=-0.25, b=0.1)
y = 1.0
z = w1 * x1 + w2 * x2 + b
a = ag.sigmoid(z)
L = losses.bce(a, y)
L.backward()
boxes = [x1, w1, x2, w2, b, z, a]  # and none for each * and +
viz.graph(L, keep=boxes, names=locals(), notation="dvar", direction="down")

# %% tags=["check"] rows=["S003-47", "S003-15"]
assert close([z.data, a.data, L.data], [0.1, 0.5249791875, 0.6443966601])
assert close(z.grad, -0.4750208125)  # then backward

# %% [markdown]
# Read it from the bottom up. In code one often writes `da` for $dL/da$, `dz` for $dL/dz$, and so
# on. First the loss:
#
# $$da = \frac{dL}{da} = -\frac{y}{a} + \frac{1 - y}{1 - a}$$

# %%
da = L.partials[0]
print(f"da = {da:.9f}, and if the label were 0: {losses.bce(a, 0.0).partials[0]:.9f}")

# %% tags=["check"] rows=["S003-48"]
assert close(da, -y / a.data + (1 - y) / (1 - a.data))
assert close(da, -1.904837418)
assert close(losses.bce(a, 0.0).partials[0], 2.105170918)

# %% [markdown]
# Then the sigmoid. Its derivative can be written with its own output, $\partial a/\partial z = a(1 - a)$.

# %% tags=["question"]
viz.exercise(
    "For y = 1 the two factors are −1/a and a(1 − a). What is their product?",
    answer="a − 1",
    choices={
        "a − 1": "Right: the a cancels, and the minus turns 1 − a round.",
        "1 − a": "The minus of the first factor is missing.",
        "−a": "−1/a · a(1 − a): the a cancels.",
        "−(1 − a)/a": "The a in a(1 − a) cancels the one below.",
    },
    hints=["The a cancels.", "−(1 − a)"],
)

# %% tags=["tells"]
da_dz = a.partials[0]
print(f"dz = da · ∂a/∂z = {da * da_dz:.10f} = a − y")

# %% tags=["check"] rows=["S003-49"]
assert close(da_dz, a.data * (1 - a.data))
assert close(da_dz, 0.2493760402)
assert close(da * da_dz, a.data - y)
assert close(da * da_dz, -0.4750208125)
assert close(ag.grad(lambda z: losses.bce(ag.sigmoid(z), 0.0))(0.1), 0.5249791875)  # a − 0
assert close(ag.grad(lambda z: losses.bce_with_logits(z, 1.0))(0.1), a.data - y)  # both functions in one node

# %% [markdown]
# $$dz = a - y$$
#
# *Prediction minus label.* Nothing simpler can be hoped for. Then come the inputs: $dw_1 = x_1 \, dz$, $dw_2
# = x_2 \, dz$, $db = dz$.

# %% rows=["S003-50"]
viz.paths(L, w2, names=locals(), direction="down")

# %% tags=["check"] rows=["S003-50"]
assert close([w1.grad, w2.grad, b.grad], [-0.4750208125, -0.950041625, -0.4750208125])
assert close([w1.grad, w2.grad, b.grad], [x1.data * z.grad, x2.data * z.grad, z.grad])

# %% [markdown]
# And one step downhill, with $\alpha = 0.1$:

# %%
SGD([w1, w2, b], lr=0.1).step()
print(
    f"w1 = {w1.data:.4f}, w2 = {w2.data:.4f}, b = {b.data:.4f}: the loss fell from 0.6444 to {L.forward():.4f}"
)

# %% tags=["check"] rows=["S003-51"]
assert close([w1.data, w2.data, b.data], [0.5475020813, -0.1549958375, 0.1475020813])
assert close(L.data, 0.5190569368)

# %% [markdown]
# Step through a round of it yourself. (The player starts from the new parameters.)

# %%
viz.walkthrough(L, names={"L": L, "a": a, "z": z}, notation="dvar")

# %% [markdown]
# ## Many samples: the loop
#
# Four samples. They are the columns of $X$, so $X$ has the shape $(n_x, m)$ and $Y$ the
# shape $(1, m)$.

# %%
X = np.array([[1.0, 2.0, -1.0, 0.0], [2.0, 0.5, 1.0, -2.0]])
Y = np.array([[1.0, 1.0, 0.0, 0.0]])

w1, w2, b = values(w1=0.5, w2=-0.25, b=0.1)
A = [ag.sigmoid(w1 * x1 + w2 * x2 + b) for x1, x2 in X.T]
residuals = ag.data(A) - Y[0]  # we want these near zero
print("ŷ =", ag.data(A), "  ŷ − y =", residuals)

# %% tags=["check"] rows=["S003-19", "S003-26", "S003-27"]
assert (X.shape, Y.shape) == ((2, 4), (1, 4))
assert close(ag.data(A), [0.5249791875, 0.7261149813, 0.3429895373, 0.6456563062])
assert close(residuals, [-0.4750208125, -0.2738850187, 0.3429895373, 0.6456563062])

# %% [markdown]
# Now the whole algorithm. Begin with $J = 0, dw_1 = 0, dw_2 = 0, db = 0$. For each sample add its
# loss to $J$ and its derivatives to the accumulators. The accumulators need no code: a leaf's `grad` *is*
# one. Each `backward` adds (`+=`) to what is there.

# %%
J = 0.0
for (x1, x2), y in zip(X.T, Y[0], strict=True):
    z = w1 * x1 + w2 * x2 + b
    a = ag.sigmoid(z)
    loss = losses.bce(a, y)
    J += loss.data
    loss.backward()  # dw1 += x1·dz, dw2 += x2·dz, db += dz
    print(f"J = {J:.6f}  dz = {z.grad:+.6f}  dw1 = {w1.grad:+.6f}  dw2 = {w2.grad:+.6f}  db = {b.grad:+.6f}")

# %% tags=["check"] rows=["S003-53"]
assert close(J, 2.421986847)
assert close([w1.grad, w2.grad, b.grad], [-1.365780387, -2.03530721, 0.2397400123])

# %% [markdown]
# Then divide everything by $m$: the derivative of the average is the average of the derivatives.

# %%
m = Y.size
J, dw1, dw2, db = J / m, w1.grad / m, w2.grad / m, b.grad / m

cost = losses.bce(A, Y[0])  # the average in one graph
cost.zero_grad()
cost.backward()
print(f"J = {J:.10f}   dw1 = {dw1:.6f}   dw2 = {dw2:.6f}   db = {db:.6f}")

# %% tags=["check"] rows=["S003-54", "S003-52"]
assert close(J, 0.6054967116)
assert close([dw1, dw2, db], [-0.3414450968, -0.5088268024, 0.05993500307])
assert close([w1.grad, w2.grad, b.grad], [dw1, dw2, db])

# %% [markdown]
# With $n = 2$ features there are two `dw` to update, and $b$:

# %%
SGD([w1, w2, b], lr=0.1).step()
print(f"J: 0.6054967116 → {cost.forward():.10f}")

# %% tags=["check"] rows=["S003-55"]
assert close([w1.data, w2.data, b.data], [0.5341445097, -0.1991173198, 0.09400649969])
assert close(cost.data, 0.5686406625)

# %% [markdown]
# ## Without loops
#
# The same four lines with matrices. This is called *vectorisation*:

# %%
w, b = np.array([[0.5, -0.25]]), 0.1
A = 1 / (1 + np.exp(-(w @ X + b)))
J_matrix = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
dZ = A - Y
dw, db_matrix = dZ @ X.T / m, dZ.mean()
print(f"J = {J_matrix:.10f}   dw = {dw[0]}   db = {db_matrix:.6f}")

# %% tags=["check"] rows=["S003-56", "S003-14"]
assert np.abs(np.array([J_matrix - J, *(dw[0] - [dw1, dw2]), db_matrix - db])).max() < 1e-12
assert close(J_matrix, 0.6054967116)

# %% [markdown]
# You wrote the backward pass by hand there ($dZ = A - Y$). `nn.fit` spares you that: it records the graph of
# one sample and replays it as array operations over all samples.

# %% tags=["question"]
viz.exercise(
    "Is there a formula for the best w, as for the straight line?",
    answer="no, one has to search",
    choices={
        "yes, the same one": "That one was for the squared error of a straight line. Here w stands inside a sigmoid.",
        "no, one has to search": "Right. And these four samples can be told apart, so the cost only comes near 0: w grows without end.",
    },
    hints=[
        "Can the gradient be set to 0 and solved for w?",
        "w stands inside the sigmoid.",
        "No, one has to search: w stands inside the sigmoid, and the equation cannot be solved for it.",
    ],
    hunch=True,
)

# %% rows=["S001-10"]
model = nn.Layer(2, 1, "sigmoid").assign([[0.5, -0.25]], [0.1])
history = nn.fit(model, losses.bce, SGD(model.parameters(), lr=0.1), (X.T, Y[0]), epochs=1000)
outputs = [model(x)[0].data for x in X.T]
print("after 1000 steps:", ag.data(model.parameters()), f"  J = {losses.bce(outputs, Y[0]):.6f}")
viz.boundary(model, X.T, Y[0].astype(int))

# %% tags=["check"] rows=["S001-10"]
assert close(history.loss[:2], [0.60549671, 0.56864066])
assert close(losses.bce(outputs, Y[0]), 0.0096494351)
assert near(ag.data(model.parameters()), [3.6217534, 1.5167107, -1.7496101])
assert nn.metrics.accuracy(np.array(outputs) > 0.5, Y[0] == 1) == 1.0

# %% [markdown]
# There is no formula: the equation "gradient = 0" cannot be solved for $w$. And here it has no solution at
# all. The four points can be told apart by a line, so larger weights are always a little better. They grow
# for ever, ever more slowly (exercise 4).
#
# ## Where the loss comes from
#
# Each sample has a chance $\hat{y}_i$ of being a 1. The chance that the model gives to the labels as they
# *are* is a product: $\hat{y}_i$ for each 1 and $1 - \hat{y}_i$ for each 0.
#
# $$\prod_i \hat{y}_i^{y_i} (1 - \hat{y}_i)^{1 - y_i}$$
#
# Make it large, or its negative logarithm small, and that is the sum of the cross entropies:

# %%
yhat, labels = [0.9, 0.2, 0.6], [1, 0, 1]
likelihood = losses.likelihood(yhat, labels)
print(f"likelihood {likelihood:.3f}, its −log {-np.log(likelihood):.10f} = Σ BCE")

# %% tags=["check"] rows=["S001-07"] errata=["E-S001-02"]
assert close(likelihood, 0.432)
assert close(np.prod(yhat), 0.108)
assert close(-np.log(likelihood), 0.8393296907)
assert close(losses.bce(yhat, labels, reduction="sum"), 0.8393296907)

# %% [markdown]
# ## Why not the squared error
#
# With the squared error $\frac{1}{2} (\hat{y} - y)^2$ the cost is no bowl any more, and there can be more
# than one valley. Look at one sample with $y = 1$, as a function of $z$. A bowl bends upwards everywhere.
# This one does not:


# %% rows=["S003-28"]
def half_square(z):
    return 0.5 * losses.mse(ag.sigmoid(z), 1.0)


def cross_entropy(z):
    return losses.bce_with_logits(z, 1.0)


places = [-3.0, -2.0, -1.0, 0.0, 1.0]
curvatures = {
    loss.__name__: [ag.grad(ag.grad(loss))(z) for z in places] for loss in (half_square, cross_entropy)
}
for name, bends in curvatures.items():
    print(f"{name:13} curvature {np.round(bends, 4)}")
viz.curve(half_square, cross_entropy, low=-8, high=4)

# %% tags=["check"] rows=["S003-28"]
assert near(curvatures["half_square"], [-0.036911325, -0.059407084, -0.027766084, 0.0625, 0.063091664])
assert near(curvatures["cross_entropy"], [0.04517666, 0.10499359, 0.19661193, 0.25, 0.19661193])

# %% [markdown]
# Look at the right picture, far to the left. The model is *very* wrong there ($\hat{y}$ near 0, the label is
# 1), and the squared error has hardly any slope. The neuron is **saturated**: the sigmoid is flat, its local
# derivative kills the signal. Cross entropy undoes just that: $a(1 - a)$ cancels, and $a - y$ is left.

# %%
z = Value(-40.0, label="z")
print(ag.explain(half_square(z), z))

# %% tags=["check"]
assert abs(ag.paths(half_square(z), z).total) < 1e-15
assert close(ag.paths(cross_entropy(z), z).total, -1)

# %% [markdown]
# One sample gives no second valley, only a plateau: the curve above falls all the way. Take three
# samples, $x = 10, -1, 0.1$, all with the label 1, and one weight:

# %% rows=["S003-28"] errata=["E-S003-11"]
samples, labels = [[10.0], [-1.0], [0.1]], [1.0, 1.0, 1.0]


def squared_cost(w):
    return 0.5 * losses.mse([ag.sigmoid(w * x) for (x,) in samples], labels)


viz.curve(squared_cost, low=-4, high=2)

# %% tags=["check"] rows=["S003-28"] errata=["E-S003-11"]
slopes = [ag.grad(half_square)(float(z)) for z in range(-30, 31)]
assert max(slopes) < 0  # one sample: downhill everywhere, so no local minimum

# %% [markdown]
# Two valleys. Start at $-3$ and you end in the wrong one. (On the left it is so flat that plain descent
# needs 1952 steps to come within 0.000001 of its end. Momentum, [](optimisers), needs 221.) The cross entropy has one
# valley, from wherever you start.


# %%
left = nn.minimise(squared_cost, -3.0, partial(Momentum, lr=1.0), 1500).points[-1]
right = nn.minimise(squared_cost, 1.0, partial(SGD, lr=1.0), 1500).points[-1]
print(f"squared error: from −3 to {left:.6f}, from 1 to {right:.6f}")


def entropy_cost(w):
    return losses.bce_with_logits([w * x for (x,) in samples], labels)


ends = [nn.minimise(entropy_cost, start, partial(SGD, lr=0.1), 1500).points[-1] for start in (-3.0, 1.0)]
print(f"cross entropy: from −3 to {ends[0]:.6f}, from 1 to {ends[1]:.6f}")

# %% tags=["check"] rows=["S003-28"]
assert close([left, right], [-1.949818107, 0.2006859611])
assert close([squared_cost(left), squared_cost(right)], [0.2194118703, 0.09359182378])
assert close(ends, 0.2897718413)
ways = [nn.minimise(squared_cost, -3.0, partial(kind, lr=1.0), 2000).points for kind in (SGD, Momentum)]
assert [int(np.argmax(abs(way - left) < 1e-6)) for way in ways] == [1952, 221]

# %% [markdown]
# ## Cat or no cat
#
# Now pictures. A colour image of 64 × 64 pixels is three matrices in the computer: how much red, green and
# blue each pixel has. A neuron wants one list of numbers, so the three are written below each other.

# %% rows=["S003-17", "S002-35"]
image = np.zeros((64, 64, 3))
image[1, 2, 1] = 1.0  # a green dot in row 1, column 2, counted from 0
x = data.flatten_image(image)
viz.diagram("flatten")

# %% tags=["check"] rows=["S003-17", "S002-35"]
assert [plane.size for plane in np.moveaxis(image, 2, 0)] == [4096] * 3
assert x.reshape(-1, 1).shape == (12288, 1)
assert int(np.argmax(x)) == 4096 + 1 * 64 + 2 == 4162
assert int(np.argmax(image.ravel())) == 199  # numpy's own order keeps the colours of a pixel together

# %% [markdown]
# Our pictures are made up, so that nothing has to be downloaded: coloured noise, and a "cat" has less red in
# its middle. Half of them are cats. A quarter is put aside for the test.

# %%
rng = np.random.default_rng(0)
labels = np.arange(40) % 2
images = rng.uniform(0.0, 1.0, (40, 64, 64, 3))
images[labels == 1, 16:48, 16:48, 0] *= 0.5
X, X_test, y, y_test = data.split(data.flatten_image(images), labels, test_size=0.25, rng=0)
mean = X.mean(axis=0)
X, X_test = X - mean, X_test - mean  # both by the numbers of the training set
print("training", X.shape, "  test", X_test.shape)
viz.image(images[:2], titles=["no cat", "cat"])

# %% [markdown]
# One neuron with 12288 weights. All weights start at 0; for a single neuron that is fine.

# %% tags=["question"]
viz.exercise(
    "All weights are 0. What does the neuron answer before it has learned anything?",
    answer=0.5,
    slips={
        0: "0 is z. The sigmoid of 0 is asked for.",
        1: "The sigmoid comes near 1 only for a large z. Here z is 0.",
        0.6931: "0.6931 is the loss, −log of the answer.",
        0.25: "0.25 is the slope of the sigmoid there.",
    },
    hints=["z = 0, whatever the picture is.", "The sigmoid of 0", "1 / (1 + e⁰) = 0.5."],
)

# %%
neuron = nn.Neuron(12288, "sigmoid", init="zeros", expand=True)  # every product and every sum is a node
inputs = [Value(number) for number in X[0]]
a = neuron(inputs)
loss = losses.bce(a, 1.0)
loss.backward()

graph = Graph(ag.square(Value(1.0) - a))
print(f"a = {a.data}, L = {loss.data:.10f}, dz = {neuron.b.grad}")
print(f"the graph: {len(graph)} nodes, {len(graph.edges)} edges, {graph.depth + 1} nodes deep")

# %% tags=["check"] rows=["S003-18"]
assert len(inputs) == 12288
assert (a.data, neuron.b.grad) == (0.5, -0.5)
assert close(loss.data, 0.6931471806)
assert close([weight.grad for weight in neuron.w], -0.5 * X[0])
assert (len(graph), len(graph.edges), graph.depth + 1) == (49157, 49156, 12293)

# %% [markdown]
# 12293 nodes deep: a program that walks such a graph by calling itself (as most small engines do) stops with
# an error at depth 1000. This one keeps its own list.
#
# Now train. `bce_with_logits` takes $z$ and does sigmoid and loss in one, which is exact in the tails too.

# %% rows=["S003-16", "S003-18"]
cat = nn.Linear(12288, 1, init="zeros")
history = nn.fit(cat, losses.bce_with_logits, SGD(cat.parameters(), lr=0.02), (X, y), epochs=20)
for name, pictures, answers in ("training", X, y), ("test", X_test, y_test):
    z = [cat(picture)[0].data for picture in pictures]
    accuracy = nn.metrics.accuracy(np.array(z) > 0, answers == 1)
    print(f"{name}: {accuracy:.0%} of {len(answers)} pictures right")
viz.curves(history)

# %% tags=["check"] rows=["S003-16", "S003-18"]
assert close(history.loss[0], np.log(2))
assert history.loss[-1] < 0.1
for pictures, answers in (X, y), (X_test, y_test):
    z = [cat(picture)[0].data for picture in pictures]
    accuracy = nn.metrics.accuracy(np.array(z) > 0, answers == 1)
    assert accuracy == 1.0

# %% [markdown]
# What has it learned? The weights have the shape of a picture. Look at them, and at their average inside the
# patch and around it, for each colour:

# %%
red, green, blue = ag.data(cat.W).reshape(3, 64, 64)
inside = np.zeros((64, 64), dtype=bool)
inside[16:48, 16:48] = True
for name, plane in ("red", red), ("green", green), ("blue", blue):
    print(f"{name:5}  inside {plane[inside].mean():+.6f}   around {plane[~inside].mean():+.6f}")
viz.image([red, green, blue], titles=["red", "green", "blue"])

# %% tags=["check"]
assert red[inside].mean() < -10 * max(abs(plane[~inside].mean()) for plane in (red, green, blue))

# %% [markdown]
# "Less red in the middle": a negative weight there. Nobody told it where to look.

# %% tags=["check"] errata=["E-S003-02"]
printed, right = 3 * 64, data.flatten_image(image).size
assert (printed, right) == (192, 12288)

# %% tags=["check"] errata=["E-S003-03"]
a, y = np.array(A[0]), Y[0]
right = losses.bce(a, y)
printed = -np.mean(np.log(a) + (1 - y) * np.log(1 - a))
literal = -np.mean(np.log(a)) + np.mean((1 - y) * np.log(1 - a))
assert close([right, printed, literal], [0.6054967116, 0.9823825332, 0.2536108901])

# %% tags=["check"] errata=["E-X-04"]
nudge = 1e-6
slope = (losses.bce(ag.sigmoid(0.1 + nudge), 1.0) - losses.bce(ag.sigmoid(0.1 - nudge), 1.0)) / (2 * nudge)
notes_003, slides = ag.sigmoid(0.1) - 1.0, 1.0 - ag.sigmoid(0.1)
assert np.isclose(slope, notes_003, rtol=1e-6)
assert close([notes_003, slides], [-0.4750208125, 0.4750208125])

# %% tags=["check"] errata=["E-S003-09"]
z = Value(0.1, label="z")
losses.bce(ag.sigmoid(z), 1.0).backward()
assert close([ag.grad(ag.sigmoid)(0.1), z.grad], [0.2493760402, -0.4750208125])
a, y = ag.sigmoid(0.1), 1.0
right, misread = -y / a + (1 - y) / (1 - a), (-y + 1 - y) / (a * (1 - a))
assert close([right, misread], [-1.904837418, -4.010008336])

# %% tags=["check"] errata=["E-S003-15"]
row, flat, column = np.zeros((1, 4)), np.zeros(4), np.zeros((4, 1))
assert (row.shape, flat.shape) == ((1, 4), (4,))
assert (row - flat).shape == (1, 4)
assert (flat - column).shape == (4, 4)

# %% tags=["check"] rows=["S000-41"]
x, weights = [1.0, 2.0], [0.5, -0.25]
regression = nn.Neuron(2, "linear", init=weights)
classifier = nn.Neuron(2, "sigmoid", init=weights)
regression.b.data = classifier.b.data = 0.1
assert close(regression(x).data, 0.1)
assert close(classifier(x).data, 0.5249791875)
assert classifier(x) > 0.5  # class 1

# %% tags=["check"] rows=["S003-37"]
w1, w2, b = values(w1=0.5, w2=-0.25, b=0.1)
L = losses.bce(ag.sigmoid(w1 * 1.0 + w2 * 2.0 + b), 1.0)
L.backward()
SGD([w1, w2, b], lr=0.1).step()
assert close([w1.data, w2.data, b.data], [0.5475020813, -0.1549958375, 0.1475020813])
assert L.forward() < 0.6443966601  # it helped

# %% tags=["check"] rows=["S003-33"]
samples, labels = [[1.0, 2.0], [2.0, 0.5], [-1.0, 1.0], [0.0, -2.0]], [1, 1, 0, 0]
neuron = nn.Layer(2, 1, "sigmoid").assign([[0.5, -0.25]], [0.1])
history = nn.fit(neuron, losses.bce, SGD(neuron.parameters(), lr=0.1), (samples, labels), epochs=1001)
assert close(history.loss[1000], 0.009649435063)

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. The first sample again, x = (1, 2) with a = 0.525, but it is no cat. What is dw₂?",
    answer=1.05,
    slips={
        0.525: "0.525 is dz, and dw₁. The second input is 2.",
        -0.95: "−0.95 is the one of a cat, with y = 1.",
        0.95: "0.95 is 2 · 0.475. Now y = 0, so dz = a.",
        -1.05: "The size is right. dz = a − y, and y is 0.",
    },
    hints=["dz = a − y, then times the input.", "0.525 − 0, and x₂ = 2.", "0.525 · 2 = 1.05."],
)

# %% [markdown] tags=["solution"]
# Prediction minus label is $0.525 - 0$. Then $dw_1 = 1 \cdot 0.525$, $dw_2 = 2 \cdot 0.525 = 1.05$ and $db = 0.525$: all
# positive, so all three will shrink.

# %% tags=["exercise"]
viz.exercise(
    "2. The neuron says z = −8, so a = 0.000335, and the label is 1. By how much does the cross entropy pull on z?",
    answer=-0.9997,
    slips={
        0.9997: "The size is right. z must grow, so the derivative is negative.",
        -0.000335: "That is the pull of half the squared error, (a − y) · a(1 − a).",
        0.000335: "That is a. Prediction minus label is asked for.",
        -8: "−8 is z. The pull is prediction minus label.",
    },
    hints=["Prediction minus label.", "0.000335 − 1", "0.000335 − 1 = −0.9997."],
)

# %% [markdown] tags=["solution"]
# The cross entropy pulls with $a - y = -0.9997$. Half the squared error pulls with $(a - y) \, a (1 - a) = -0.000335$,
# nearly 3000 times weaker, though the answer is as wrong as can be.

# %% tags=["solution"]
print(ag.grad(cross_entropy)(-8.0), ag.grad(half_square)(-8.0))

# %% tags=["exercise"]
viz.exercise(
    "3. One neuron is trained on AND (only 11 gives 1), on OR and on XOR (exactly one is 1). Which of the three can it not "
    "learn?",
    answer="XOR",
    choices={
        "AND": "A line can separate 11 from the other corners.",
        "OR": "A line can separate 00 from the other corners.",
        "XOR": "Right: no line has 01 and 10 on one side, and 00 and 11 on the other.",
        "none: it can learn all three": "Draw a line that has 01 and 10 on one side, and 00 and 11 on the other.",
    },
    hints=["A neuron separates by a line.", "Draw the four corners, and try."],
)

# %% [markdown] tags=["solution"]
# A neuron separates by a straight line. For AND and OR there is one. For XOR there is none: 01 and 10 lie at opposite
# corners, and so do 00 and 11.

# %% tags=["solution"]
corners, exclusive = data.xor()
for name, answers in ("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", exclusive):
    gate = nn.Layer(2, 1, "sigmoid", init="zeros")
    nn.fit(gate, losses.bce, SGD(gate.parameters(), lr=1.0), (corners, answers), epochs=500)
    print(name, [round(gate(corner)[0].data, 2) for corner in corners])

# %% tags=["exercise"]
viz.exercise(
    "4. The four samples of this lesson are trained for 500, 1000 and 2000 steps. What does the length of w do?",
    answer="it grows without end",
    choices={
        "it settles": "The samples can be told apart: a longer w is surer, and costs less.",
        "it grows without end": "Right: each doubling makes the neuron a little surer. A penalty on w ends it.",
        "it shrinks": "A shorter w is less sure, and costs more.",
        "it swings to and fro": "A longer w always costs a little less here, so each step makes it longer.",
    },
    hints=["Can the samples be told apart without any error?", "Then a surer neuron always costs less."],
)

# %% [markdown] tags=["solution"]
# The samples can be told apart, so a longer $w$, which makes the sigmoid steeper, always costs a little less. A penalty on
# large weights, $0.1 (w_1^2 + w_2^2)$, ends it:

# %% tags=["solution"]
X, labels = np.array([[1.0, 2.0], [2.0, 0.5], [-1.0, 1.0], [0.0, -2.0]]), [1, 1, 0, 0]
for strength in 0.0, 0.1:
    for epochs in 500, 1000, 2000:
        model = nn.Layer(2, 1, "sigmoid").assign([[0.5, -0.25]], [0.1])
        w = model.W[0]

        def punished(prediction, target, w=w, strength=strength):
            return losses.bce(prediction, target) + strength * nn.reg.l2(w)

        nn.fit(model, punished, SGD(model.parameters(), lr=0.1), (X, labels), epochs=epochs)
        print(f"penalty {strength}, {epochs} steps: length of w {np.linalg.norm(ag.data(w)):.3f}")

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(8, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Let a neuron answer yes or no with a probability, and draw its boundary.
# * Work out $\mathrm{d}z = a - y$, prediction minus label, and the gradients of weights and bias from it.
# * Write the training loop over samples, and the same without loops.
# * Say why the cross entropy fits the sigmoid better than the squared error.
#
# In PyTorch: `torch.nn.Linear(12288, 1)` with `torch.nn.BCEWithLogitsLoss()`; the pictures are flattened by
# `torch.nn.Flatten()`.
