# %% [markdown]
# # Features, activations and neural networks
#
# **What you will see**: a straight line fits a wave, once it is given the right
# *features*. Somebody must choose them, and nobody knows how. So you let a layer of neurons choose: you
# watch the four corners of the exclusive or move, in the space of the hidden neurons, until one straight
# line tells them apart. The price is a cost that is no longer a bowl.
#
# You need [](gradient_descent) (gradient descent) and [](logistic_regression) (one neuron).

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, practice
from nn import data, features, linear, losses
from nn.optim import Adam


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


def near(this, that):
    return np.allclose(this, that, rtol=1e-4, atol=1e-12)


def slope_through(depth, activation):
    chain = nn.MLP(1, [1] * depth, activation=activation, output=activation, bias=False, init=[[1.0]])
    x = Value(0.5, label="x")
    (out,) = chain([x])
    return ag.paths(out, x).total


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(9, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(9, seed=1)[1])

# %% rows=["S002-01"]
workflow = viz.diagram("ml-workflow")
workflow

# %% tags=["check"] rows=["S002-01"]
assert {box.id for box in workflow.drawing.boxes} == {"data", "phi", "predictor", "loss", "update"}

# %% [markdown]
# The loop of [](what_learning_means) has one station more here. Before the model sees $x$, somebody has
# chosen *features* $\phi(x)$: numbers that are made from $x$.
#
# The question of this lesson: **which features, and who chooses them?**
#
# ## How do I choose the feature vector?
#
# The model is linear, $f_w(x) = w \cdot \phi(x)$, in whatever
# $\phi$ makes of the input:

# %% rows=["S002-06"]
choice = viz.diagram("feature-choice")
choice

# %% tags=["check"] rows=["S002-06"]
assert len(choice.drawing.boxes) == 5
assert {arrow.source for arrow in choice.drawing.arrows} == {"phi"}
assert len(choice.drawing.arrows) == 4

# %% [markdown]
# The three known ones, at $x = 0.5$. The model stays linear in $w$, but not in $x$: the derivative $df/dx$ is
# different for each.

# %%
maps = features.linear, features.poly(3), features.sin3
weights = [1.0, 2.0], [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0]
for phi, w in zip(maps, weights, strict=True):
    x = Value(0.5, label="x")
    out = ag.dot(w, phi(x))
    print(f"{phi}: f(0.5) = {out.data:.6g}, df/dx = {ag.paths(out, x).total:.6g}")

# %% tags=["check"] rows=["S002-03", "S002-04", "S002-05"]
phis = [1, 0.5], [1, 0.5, 0.25, 0.125], [1, 0.5, 0.9974949866]
values_and_slopes = (2, 2), (3.25, 8), (4.99248496, 2.636634815)
for phi, w, expected, (f, slope) in zip(maps, weights, phis, values_and_slopes, strict=True):
    x = Value(0.5, label="x")
    out = ag.dot(w, phi(x))
    assert close(ag.data(phi(x)), expected)
    assert close([out.data, ag.paths(out, x).total], [f, slope])

# %% [markdown]
# Now fit each of them to a wave, $\sin(3x)$ at eleven points between $-1$ and $1$. The best weights come from
# the formula of [](gradient_descent).

# %% tags=["question"]
viz.exercise(
    "Which of the three will fit the wave sin(3x) exactly?",
    answer="1, x and sin(3x)",
    choices={
        "1 and x": "That is a straight line.",
        "1, x, x² and x³": "A cubic comes near a wave, and is none.",
        "1, x and sin(3x)": "Right: with the weights 0, 0 and 1. We knew the answer.",
    },
    hints=["Which of the features is the wave itself?", "With which weight?"],
)

# %%
xs = np.linspace(-1.0, 1.0, 11)
wave = np.sin(3 * xs)
for phi in maps:
    w = linear.closed_form(phi(xs), wave)
    error = losses.mse(phi(xs) @ w, wave)
    print(f"{phi}: error {error:.6f}, w = {w.round(4) + 0.0}")

# %% tags=["check"] rows=["S002-03", "S002-04", "S002-05", "S002-27"]
for phi, expected in zip(maps, (0.2213746964, 0.004471530371, 0.0), strict=True):
    w = linear.closed_form(phi(xs), wave)
    error = losses.mse(phi(xs) @ w, wave)
    assert close(error, expected)
assert np.allclose(w, [0, 0, 1])

# %% [markdown]
# Everything depends on the features. The third map is perfect *because we knew the answer*. And the fourth,
# the question mark? Let the machine find it. Here is a network with three neurons between input and output.
# Nobody tells it about sines or cubes:

# %%
net = nn.MLP(1, [3, 1], activation="tanh", rng=1)
history = nn.fit(net, losses.mse, Adam(net.parameters(), lr=0.02), (xs[:, None], wave), epochs=1500)
print(f"learned features: error {history.loss[-1]:.6f}")

# %% tags=["check"] rows=["S002-27"]
assert history.loss[-1] < 0.004471530371 / 10  # far better than the cubic

# %% [markdown]
# That is why one learns *deep*: **feature learning**.
#
# ## The nonlinear predictor
#
# A layer is the matrix product of [](linear_predictors), with a function after it: $\hat{y} = \sigma(W x)$.

# %%
layer = nn.Layer(3, 2, "sigmoid", bias=False, init=[[1, 2, 3], [4, 5, 6]])
z, outputs = layer.trace([1.0, -1.0, 2.0])
print("Wx =", ag.data(z), "  σ(Wx) =", ag.data(outputs))

# %% tags=["check"] rows=["S002-20"]
assert ag.data(z).tolist() == [5, 11]
assert close(ag.data(outputs), [0.9933071491, 0.9999832986])

# %% [markdown]
# The function in between is called the **activation**. Without it a network would be pointless: two matrices
# in a row are just one matrix (exercise 2). Three are common.
#
# **The logistic function**, or sigmoid: $\sigma(x) = \frac{1}{1 + e^{-x}}$, between 0 and 1.

# %% rows=["S002-21", "S004-34", "S001-30"]
places = [-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3]
viz.curve(ag.sigmoid, low=-6, high=6)

# %% tags=["check"] rows=["S002-21", "S004-34", "S001-30"]
half = [0.047425873, 0.11920292, 0.26894142, 0.37754067]
expected = [*half, 0.5, 0.62245933, 0.73105858, 0.88079708, 0.95257413]
assert near([ag.sigmoid(float(x)) for x in places], expected)
assert close(ag.sigmoid(1.0), 0.7310585786)
assert (ag.sigmoid(-800.0) < 1e-300, ag.sigmoid(800.0)) == (True, 1.0)  # no overflow
slopes = [ag.grad(ag.sigmoid)(float(x)) for x in places]
half = [0.04517666, 0.10499359, 0.19661193, 0.23500371]
assert near(slopes, [*half, 0.25, *half[::-1]])
assert close(slopes, [ag.sigmoid(float(x)) * (1 - ag.sigmoid(float(x))) for x in places])  # σ' = σ(1 − σ)

# %% [markdown]
# **tanh** has the same shape, between $-1$ and $1$: $\tanh(x) = 2 \sigma(2x) - 1$.

# %% rows=["S004-37", "S004-38"]
viz.curve(ag.tanh, low=-4, high=4)

# %% tags=["check"] rows=["S004-37", "S004-38"]
half = [0.99505475, 0.96402758, 0.76159416, 0.46211716]
tanhs = [ag.tanh(float(x)) for x in places]
assert near(tanhs, [*(-number for number in half), 0, *half[::-1]])
assert close(tanhs, [2 * ag.sigmoid(2.0 * x) - 1 for x in places])
half = [0.0098660372, 0.070650825, 0.41997434, 0.78644773]
slopes = [ag.grad(ag.tanh)(float(x)) for x in places]
assert near(slopes, [*half, 1.0, *half[::-1]])

# %% [markdown]
# **ReLU**, the rectified linear unit: $x H(x)$, with the step $H$. It lets positive numbers through, and
# nothing else.

# %% rows=["S002-22", "S001-29"]
for x in (-2.0, -1.0, 0.0, 0.5, 3.0):
    print(f"relu({x}) = {ag.relu(x):g}, slope {ag.grad(ag.relu)(x):g}")
viz.curve(ag.relu, low=-3, high=3)

# %% tags=["check"] rows=["S002-22", "S001-29"]
for x, value, slope in (-2.0, 0, 0), (-1.0, 0, 0), (0.0, 0, 0), (0.5, 0.5, 1), (3.0, 3, 1):
    assert (ag.relu(x), ag.grad(ag.relu)(x)) == (value, slope)

# %% [markdown]
# What does one ask of an activation? That it has a derivative, and that this derivative is cheap.
# First: is it right? A nudge knows no rule, so it may judge. Any function of one number can be an activation,
# by its name. Here are the usual ones, at nine places:

# %%
h = 6e-6
for f in ag.sigmoid, ag.tanh, ag.relu, ag.leaky_relu, ag.elu, ag.silu, ag.gelu, ag.softplus, ag.logsigmoid:
    spots = [x + 0.01 for x in places]  # beside the kinks
    nudged = [(f(Value(x + h)).data - f(Value(x - h)).data) / (2 * h) for x in spots]
    worst = np.abs(np.array([ag.grad(f)(x) for x in spots]) - nudged).max()
    print(f"{f.name:12} largest difference {worst:.1e}")

# %% tags=["check"] rows=["S004-33"]
for f in ag.sigmoid, ag.tanh, ag.relu, ag.leaky_relu, ag.elu, ag.silu, ag.gelu, ag.softplus, ag.logsigmoid:
    spots = [x + 0.01 for x in places]  # beside the kinks
    nudged = [(f(Value(x + h)).data - f(Value(x - h)).data) / (2 * h) for x in spots]
    worst = np.abs(np.array([ag.grad(f)(x) for x in spots]) - nudged).max()
    assert worst < 1e-6

# %% [markdown]
# Cheap: σ′ = σ (1 − σ) can be had from the *output*, which the forward pass has already computed. So can the
# derivative of $e^x$, which is its own output, and tanh′ = 1 − tanh². Nothing is computed twice.

# %%
out = ag.sigmoid(Value(1.0, label="x"))
for row in ag.exp, ag.sigmoid, ag.tanh:
    print(f"{row.name:8} derivative: {row.identities.get('x', row.partials[0])}")

# %% tags=["check"] rows=["S004-35"]
assert close(out.data, 0.7310585786)
assert close(out.partials[0], out.data * (1 - out.data))
assert close(out.partials[0], 0.1966119332)
assert ag.exp.partials == ("out",)

# %% [markdown]
# ## Dead, and saturated
#
# Two things can go wrong in a neuron. A relu whose sum is negative passes nothing on: it is *dead* for this
# input. A sigmoid or tanh with a large sum is *saturated*: flat, so that hardly anything comes through. The
# graph shows where:

# %%
w, z = Value(-2.0, label="w"), Value(9.0, label="z")
dead, saturated = ag.relu(w * 3.0), ag.tanh(z)
print(ag.explain(dead, w), ag.explain(saturated, z), sep="\n\n")

# %% tags=["check"]
assert ag.paths(dead, w).total == 0.0
assert 0 < ag.paths(saturated, z).total < 1e-6

# %% [markdown]
# One flat neuron is bad, ten in a row are fatal. Each factor of a path is such a slope. The slope of the
# sigmoid is never above $\frac{1}{4}$; that of tanh is 1, at 0 only; that of relu is 1 everywhere on the
# right. So switching from sigmoid to relu is one of the changes that made deep networks
# possible.

# %% tags=["question"]
viz.exercise(
    "Ten sigmoids in a chain, each with w = 1. What is left of a derivative of 1 at the end?",
    answer="less than a millionth",
    choices={
        "all of it": "That is so for relu, whose slope is 1.",
        "about a third": "That would be a factor of 0.9 each. The slope of a sigmoid is at most 0.25.",
        "less than a millionth": "Right: ten factors of about 0.22.",
    },
    hints=["The slope of a sigmoid is at most 1/4.", "(1/4)¹⁰ is about a millionth."],
)

# %%
for f in ag.sigmoid, ag.tanh, ag.relu:
    x = out = Value(0.5, label="x")
    for _ in range(10):
        out = f(out)
    print(f"{f.name:8} ten deep: {ag.paths(out, x).total:.6g}")

# %% tags=["check"] rows=["S003-12", "S004-38"]
expected = [0.786447733, 0.3930039249, 0.2227595303, 0.1072740126]
assert near(slope_through(10, "sigmoid"), 3.48311561e-07)
assert slope_through(10, "relu") == 1
assert close([slope_through(depth, "tanh") for depth in (1, 5, 10, 20)], expected)

# %% [markdown]
# [Lesson](why_deep_networks_are_hard) is about nothing else.
#
# ## A network
#
# Layers, one after the other: $\hat{y} = \sigma(W_2 \, \sigma(W_1 x))$. Each neuron of a layer is connected
# to each neuron of the layer before. Here is a small one, 2-3-1, with $2 \cdot 3 + 3 \cdot 1 = 9$ weights:

# %% rows=["S000-46", "S002-23"]
net = nn.MLP(2, [3, 1])
picture = viz.network(net, highlight="hidden")
picture

# %% tags=["check"] rows=["S000-46", "S002-23"]
assert (len(picture.drawing.boxes), len(picture.drawing.arrows)) == (6, 9)

# %% [markdown]
# The fully connected 4-3-2-1 will be with us for some lessons. It has 4 inputs and 6 neurons.

# %% tags=["question"]
viz.exercise(
    "How many weights has the fully connected network 4-3-2-1?",
    answer=20,
    slips={
        10: "10 is the number of circles, 4 + 3 + 2 + 1.",
        24: "24 is 4 · 3 · 2 · 1. A weight lies between two neighbouring layers.",
        26: "26 counts the six biases, too.",
        9: "9 is 4 + 3 + 2. Between two layers stands a product.",
        18: "18 is 4 · 3 + 3 · 2. The last layer has two more.",
    },
    hints=[
        "Between two layers: the one times the other.",
        "4·3 + 3·2 + 2·1",
        "12 + 6 + 2 = 20; with the 6 biases 26.",
    ],
)

# %% rows=["S003-02", "S004-01"]
net = nn.MLP(4, [3, 2, 1])
picture = viz.network(net)
picture

# %% tags=["check"] rows=["S003-02", "S004-01"]
sizes = [layer.outputs for layer in net.layers]
assert (net.layers[0].inputs, sum(sizes)) == (4, 6)
assert len(picture.drawing.arrows) == 12 + 6 + 2 == 20
assert net.W(1).shape == (3, 4)
assert len(net.parameters()) == 26
assert len(nn.MLP(4, [3, 2, 1], bias=False).parameters()) == 20

# %% [markdown]
# Numbers: first two layers without biases, 2-3-2, then three, 2-3-2-1, $\hat{y} = \sigma(W_3 \, \sigma(W_2 \, \sigma(W_1 x)))$:

# %%
W1 = [[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]]
W2 = [[0.7, -0.8, 0.9], [-0.3, 0.2, 0.1]]
W3 = [[1.0, -1.2]]
x = [1.5, -2.0]
two = nn.MLP(2, [3, 2], activation="sigmoid", output="sigmoid", bias=False)
three = nn.MLP(2, [3, 2, 1], activation="sigmoid", output="sigmoid", bias=False)
for net in two, three:
    for layer, W in zip(net.layers, (W1, W2, W3), strict=False):
        layer.assign(W)

hidden, output = two.trace(x)
print("v =", ag.data(hidden.outputs), "  ŷ =", ag.data(output.outputs))
print(f"three layers: ŷ = {three(x)[0].data:.10f}")

# %% tags=["check"] rows=["S002-23", "S002-25"]
assert close(ag.data(hidden.outputs), [0.634135591, 0.5, 0.1245533582])
assert close(ag.data(output.outputs), [0.5389193447, 0.4805634638])
assert close(three(x)[0].data, 0.4905619182)
assert close(ag.data(three.trace(x)[1].outputs), ag.data(two(x)))  # the first two layers are the same
assert len(three.parameters()) == 14

# %% [markdown]
# And with biases, layer by layer: $v^{(1)} = \sigma(W_1 x + b_1)$, $v^{(2)} = \sigma(W_2 v^{(1)} + b_2)$, and
# so on.

# %%
net = nn.MLP(2, [3, 2, 1], activation="sigmoid", output="sigmoid")
for layer, W, b in zip(net.layers, (W1, W2, W3), ([0.05, -0.1, 0.2], [-0.15, 0.25], [0.3]), strict=True):
    layer.assign(W, b)
v1, v2, yhat = (ag.data(layer.outputs) for layer in net.trace(x))
print("v(1) =", v1, "  v(2) =", v2, "  ŷ =", yhat)

# %% tags=["check"] rows=["S002-26", "S002-25"]
assert close(v1, [0.6456563062, 0.4750208125, 0.148047198])
assert close(v2, [0.5137928104, 0.5414327695])
assert close(yhat, [0.5409266005])
assert len(net.parameters()) == 20

# %% [markdown]
# ## The hidden layer is a learned φ
#
# Cut the network before its last layer. What is left in front is a function $\phi(x)$: it turns an input
# into features. What is behind is the linear predictor of [](linear_predictors). So a network is a linear
# model that has made its own features.
#
# The smallest pattern that is not straight is the *exclusive or*: the answer is 1 when exactly one of the two
# inputs is 1. Look for the best plane $\theta_0 + \theta_1 x_1 + \theta_2 x_2$:

# %% tags=["question"]
viz.exercise(
    "What will the best plane say for the corner (0, 1)?",
    answer=0.5,
    slips={
        1: "1 is what it should say. Can a plane say so, and 0 for both 00 and 11?",
        0: "0 would be right for 00 and 11 only.",
        0.25: "0.25 is the mean squared error.",
        0.75: "The other three corners pull it down. By symmetry all four get the same.",
    },
    hints=[
        "Two corners are 1, two are 0, opposite to each other.",
        "By symmetry it is the same everywhere.",
        "One half, by symmetry: two corners are 1, two are 0, opposite to each other.",
    ],
    hunch=True,
)

# %%
corners, targets = data.xor()
with_one = np.insert(corners, 0, 1.0, axis=1)
theta = linear.closed_form(with_one, targets)
print("the best plane says", (with_one @ theta).round(10), "and should say", targets)

# %% tags=["check"] rows=["S000-01"]
assert close(theta, [0.5, 0, 0])
assert close(losses.mse(with_one @ theta, targets), 0.25)

# %% [markdown]
# "One half, whatever you ask": it has learned nothing. Now two *hidden* neurons in between. With the
# weights below the network computes $\text{relu}(x_1 + x_2) - 2 \, \text{relu}(x_1 + x_2 - 1)$. Here is
# where they put the four corners:

# %% rows=["S002-24"]
by_hand = nn.MLP(2, [2, 1], activation="relu")
by_hand.layers[0].assign([[1, 1], [1, 1]], [0, -1])
by_hand.layers[1].assign([[1, -2]], [0])
phi = np.array([ag.data(by_hand.layers[0](corner)) for corner in corners])
for corner, feature, target in zip(corners, phi, targets, strict=True):
    print(f"x = {corner}  φ(x) = {feature}  φ1 − 2 φ2 = {feature @ [1, -2]:g}  target {target}")
viz.boundary(by_hand, corners, targets)

# %% tags=["check"] rows=["S002-24", "S000-01"]
assert losses.mse([by_hand(corner)[0] for corner in corners], targets).data == 0.0
assert phi.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
assert [by_hand(corner)[0].data for corner in corners] == [0, 1, 1, 0]
assert (phi @ [1, -2]).tolist() == [0, 1, 1, 0]
along = [[by_hand([s / 2 + t, s / 2 - t])[0].data for s in (0.4, 0.5, 0.6, 1.4, 1.5, 1.6)] for t in (0, 0.3)]
assert np.allclose(along, [0.4, 0.5, 0.6, 0.6, 0.5, 0.4])  # two straight lines, x1 + x2 = 0.5 and 1.5

# %% [markdown]
# The corners 01 and 10 have moved to the *same place*. In the plane of the features $(\phi_1, \phi_2)$
# there is room for a line. In the plane of the inputs the net needs two, which run side by side: between
# them the answer is above 0.5, and no plane can do that. Here are the same four points after $\phi$:

# %% rows=["S002-24"]
viz.boundary(by_hand.layers[1], phi, targets, names=("φ₁", "φ₂"))

# %% [markdown]
# Those weights we chose ourselves. Now they shall be *learned*, from a random start, with tanh and a sigmoid
# at the end:

# %%
net = nn.MLP(2, [2, 1], activation="tanh", output="sigmoid", rng=1)
before = np.array([ag.data(net.layers[0](corner)) for corner in corners])
history = nn.fit(net, losses.bce, Adam(net.parameters(), lr=0.05), (corners, targets), epochs=600)
after = np.array([ag.data(net.layers[0](corner)) for corner in corners])
print("φ before:", before.round(2).tolist(), "\nφ after: ", after.round(2).tolist())
print("answers: ", [round(net(corner)[0].data, 3) for corner in corners])
viz.boundary(net, corners, targets)

# %% tags=["check"]
assert history.loss[-1] < 0.01

# %% [markdown]
# In the plane of the inputs there are two boundaries. In the plane of the learned features there is one
# straight line: 00 and 11, which have the same answer, have moved to nearly the same place.

# %%
viz.boundary(net.layers[1], after, targets, names=("φ₁, learned", "φ₂, learned"))

# %% [markdown]
# The same with 120 points in two moons. The network is 2-8-2-1. Its last hidden layer has two neurons, so it
# can be drawn. First the data as they are, then as the last neuron sees them:

# %%
X, y = data.moons(120, noise=0.1, rng=1)
net = nn.MLP(2, [8, 2, 1], activation="tanh", output="sigmoid", rng=2)
history = nn.fit(net, losses.bce, Adam(net.parameters(), lr=0.02), (X, y), epochs=600)
viz.boundary(net, X, y)

# %% tags=["check"]
assert nn.metrics.accuracy(np.array([net(x)[0].data for x in X]) > 0.5, y == 1) == 1.0

# %%
phi = np.array([ag.data(net.trace(x)[1].outputs) for x in X])
viz.boundary(net.layers[2], phi, y, names=("φ₁, learned", "φ₂, learned"))

# %% [markdown]
# Step through a forward and a backward wave of the exclusive-or network, for the corner 01. At $x_1$ and
# $x_2$ you see a merge: each input feeds both hidden neurons.

# %%
net = nn.MLP(2, [2, 1], activation="tanh", output="sigmoid", rng=1)
x1, x2 = Value(0.0, label="x_1"), Value(1.0, label="x_2")
L = losses.bce(net([x1, x2])[0], 1.0)
L.label = "L"
viz.walkthrough(L)

# %% [markdown]
# ## The price: no bowl
#
# For a linear predictor the cost is a bowl: halfway between two points it is never above the mean of the
# two. ([Lesson](gradient_descent): 1.25, and the mean is 11.5.) A network has no such luck. Exchange its
# two hidden neurons, with all their weights, and it computes the same function. So there are two equally
# good places, and between them there must be a hill.
#
# Take $f(x) = u_1 \tanh(w_1 x) + u_2 \tanh(w_2 x)$ and let it generate its own targets.

# %% rows=["S002-34"]
xs = np.arange(-2.0, 3.0)


def cost(u1, w1, u2, w2):
    wanted = [ag.tanh(2 * x) - ag.tanh(0.5 * x) for x in xs.tolist()]
    return losses.mse([u1 * ag.tanh(w1 * x) + u2 * ag.tanh(w2 * x) for x in xs.tolist()], wanted)


good, swapped = np.array([1, 2, -1, 0.5]), np.array([-1, 0.5, 1, 2])
print(f"both ends: cost 0; halfway: {cost(*(good + swapped) / 2):.6f}")


def slice_of_cost(s, t):
    return cost(t + s, 1.25 + 0.75 * s, t - s, 1.25 - 0.75 * s)


viz.surface(slice_of_cost, (-1.3, 1.3), (-0.25, 0.25))

# %% tags=["check"] rows=["S002-34"]
assert cost(*good) == cost(*swapped) == 0
assert close(cost(*(good + swapped) / 2), 0.1233728284)

# %% [markdown]
# The picture is a slice through four dimensions. The one good place is at $s = 1$, the other at $s = -1$,
# both with $t = 0$. On the straight way from one to the other stands the ridge.
#
# The smallest network that is no bowl is $L = (w_1 w_2 - 1)^2$, two weights in a row. At $(0, 0)$ the
# surface bends up in one direction and down in the other. It is a *saddle*: the gradient is zero there, and
# it is no minimum.

# %% rows=["S002-34"]
viz.surface(lambda w_1, w_2: (w_1 * w_2 - 1) ** 2, (-2.2, 2.2), (-2.2, 2.2))

# %% tags=["check"] rows=["S002-34"]
H = ag.hessian(lambda w: (w[0] * w[1] - 1) ** 2)(np.zeros(2))
assert np.linalg.eigvalsh(H).tolist() == [-2, 2]

# %% [markdown]
# For comparison, the bowl:


# %% rows=["S002-34"]
def bowl(t0, t1):  # the line through the points (1, 2), (2, 3), (3, 5), (4, 6)
    return losses.mse([t0 + t1 * x for x in (1, 2, 3, 4)], [2, 3, 5, 6])


viz.surface(bowl, (-4, 5), (-0.6, 3.4), names=("θ₀", "θ₁"))

# %% tags=["check"] rows=["S002-34"]
assert bowl(0.5, 1.0) == 1.25 < (bowl(0.0, 0.0) + bowl(1.0, 2.0)) / 2 == 11.5

# %% [markdown]
# In practice that means: *where you start* decides where you end. The learned exclusive or above had a lucky
# seed. See exercise 4.

# %% tags=["check"] errata=["E-S002-10"]
logistic, rectified = ag.sigmoid(1.0), ag.relu(1.0)
assert close([logistic, rectified], [0.7310585786, 1])

# %% tags=["check"] errata=["E-S001-10", "E-S002-11"]
chosen = ag.grad(ag.relu)(0.0)
other = np.heaviside(0.0, 0.5)
assert (chosen, other) == (0.0, 0.5)
with np.errstate(invalid="ignore"):
    naive = np.float64(-np.inf) * np.heaviside(-np.inf, 0.5)
assert np.isnan(naive)
assert ag.relu(-np.inf) == 0

# %% tags=["check"] errata=["E-S004-13"]
assert (ag.grad(ag.tanh)(0.0), ag.grad(ag.sigmoid)(0.0)) == (1.0, 0.25)
gentle, harsh = slope_through(10, "tanh"), slope_through(10, "sigmoid")
assert near([gentle, harsh], [0.22276, 3.48312e-07])

# %% tags=["check"] errata=["E-S002-08"]
wanted = [1.0, 0.0]
open_ended = nn.MLP(2, [3, 2], activation="sigmoid", output="linear", bias=False)
for layer, W in zip(open_ended.layers, (W1, W2), strict=True):
    layer.assign(W)
squeezed, straight = (losses.sse(net([1.5, -2.0]), wanted).data for net in (two, open_ended))
assert close([squeezed, straight], [0.4435366134, 0.7183984833])

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. A tanh neuron gives the output 0.9. What is its local derivative? (That of tanh is 1 − out².)",
    answer=0.19,
    slips={
        0.09: "0.09 is 0.9 · 0.1, that of a sigmoid with this output.",
        0.1: "0.1 is 1 − 0.9. Square the output first.",
        0.81: "0.81 is the square of the output. Take it from 1.",
        1: "1 is the slope at 0.",
    },
    hints=["1 − out²", "1 − 0.81", "1 − 0.81 = 0.19."],
)

# %% [markdown] tags=["solution"]
# $1 - 0.9^2 = 0.19$. A sigmoid with the output 0.9 has $0.9 \cdot (1 - 0.9) = 0.09$. Neither needs an exponential: the
# output is already there.

# %% tags=["exercise"]
viz.exercise(
    "2. The activation is taken out of a 2-3-1 network without biases. With how many weights can one linear layer compute the "
    "same?",
    answer=2,
    slips={
        9: "9 are the weights of the network. W₂W₁ is a single row.",
        3: "3 is the number of hidden neurons. They are gone.",
        6: "6 are the weights of the first layer.",
        1: "There are two inputs.",
    },
    hints=["W₂W₁ is one matrix.", "1 × 3 times 3 × 2", "A 1 × 2 matrix: 2 weights."],
)

# %% [markdown] tags=["solution"]
# $W_2 (W_1 x) = (W_2 W_1) x$, and $W_2 W_1$ is a $1 \times 2$ matrix: two weights. Without an activation the hidden layer is
# of no use.

# %% tags=["solution"]
plain = nn.MLP(2, [3, 1], activation="linear", bias=False, rng=0)
single = nn.Linear(2, 1, bias=False, init=ag.data(plain.W(2)) @ ag.data(plain.W(1)))
print(plain([1.5, -2.0])[0].data, single([1.5, -2.0])[0].data)

# %% tags=["exercise"]
viz.exercise(
    "3. Both biases of the hand-made exclusive-or network are set to −3, so that both hidden relu neurons are dead for all four "
    "corners. What are the gradients of their weights?",
    answer=0,
    slips={
        1: "1 is the slope of a living relu.",
        -3: "−3 is the bias. What does a dead neuron pass on?",
        0.01: "A leaky relu would pass on a hundredth. A relu passes on nothing.",
    },
    hints=[
        "What is the slope of relu below 0?",
        "Each path to these weights has that factor.",
        "All are exactly 0: no step will ever change them.",
    ],
)

# %% [markdown] tags=["solution"]
# For every corner the sum is $x_1 + x_2 - 3 < 0$, where relu has the slope 0. Each path to these weights goes through it, so
# that all gradients are exactly 0, and no step will ever change them. A leaky relu has a small slope there, and they move:

# %% tags=["solution"]
for activation in "relu", "leaky_relu":
    net = nn.MLP(2, [2, 1], activation=activation)
    net.layers[0].assign([[1, 1], [1, 1]], [-3, -3])
    net.layers[1].assign([[1, -2]], [0])
    losses.mse([net(corner)[0] for corner in corners], targets).backward()
    print(activation, ag.grads(net.W(1)).tolist())

# %% tags=["exercise"]
viz.exercise(
    "4. The exclusive or is trained ten times, from ten random starts: with two hidden tanh neurons, then with four. What do you "
    "expect?",
    answer="with two not all find it, with four all do",
    choices={
        "all find it, with two as with four": "Two are enough to write the answer down. Finding it is something else.",
        "with two not all find it, with four all do": "Right: with more neurons there are more ways down.",
        "none finds it": "The lesson has shown one that did.",
        "with two all find it, with four not all do": "More neurons are more ways down, not fewer.",
    },
    hints=["The cost is no bowl.", "Try it: rng=0 to 9."],
)

# %% [markdown] tags=["solution"]
# With two neurons some starts end in a local minimum, or on a plateau. With four there are more ways down.

# %% tags=["solution"]
for width in 2, 4:
    found = 0
    for seed in range(10):
        net = nn.MLP(2, [width, 1], activation="tanh", output="sigmoid", rng=seed)
        history = nn.fit(net, losses.bce, Adam(net.parameters(), lr=0.05), (corners, targets), epochs=400)
        found += history.loss[-1] < 0.05
    print(width, "hidden neurons:", found, "of 10 find it")

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(9, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * A linear model is as good as its features. A hidden layer is a feature map that is learned.
# * Without an activation between them, two layers are one.
# * Sigmoid and tanh saturate, relu dies; the local derivative tells. Their slopes come from their outputs.
# * A network's cost is no bowl: there are saddles, and several minima. The start matters.
#
# In PyTorch: `torch.nn.Sequential(torch.nn.Linear(2, 2),
# torch.nn.Tanh(), torch.nn.Linear(2, 1), torch.nn.Sigmoid())`; cut it with `model[:2]` and you have $\phi$.
