# %% [markdown]
# # Why deep networks are hard
#
# **What you will see**: a product of many factors is seldom near 1. In a deep network the
# derivative *is* such a product, so it vanishes or it explodes. You see four illnesses on the graph, dead,
# saturated, vanishing and exploding, and learn to tell them apart; and then what helps.
#
# You need [](counting_paths) (paths and their products) and [](optimisers) (optimisers).

# %%
from functools import partial
from itertools import pairwise

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value, practice, values
from nn import init, losses
from nn.optim import SGD, clip_grad_norm


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=0):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(17, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(17, seed=1)[1])

# %%
viz.curve(ag.sigmoid, ag.tanh)

# %% [markdown]
# Two activations, and on the right their slopes. That of the sigmoid is at most $\frac{1}{4}$, that of tanh at most 1, and that
# only at 0. A path through a deep network has such a factor in every layer.
#
# The question of this lesson: **what becomes of a product of many factors?**

# %% [markdown]
# ## The simplest deep network
#
# One neuron in each layer: $O_k = f(w_k O_{k-1})$, beginning with the input $x = 0.5$. There is exactly one
# path, and the derivative is one product:
#
# $$\frac{\mathrm{d}O_n}{\mathrm{d}x} = f'(\cdot)\, w_n \cdot f'(\cdot)\, w_{n-1} \cdots f'(\cdot)\, w_1$$


# %%
def chain(f, depth, weight=1.0):
    """Return the last output, the input, and the weights of a chain of neurons."""
    x = out = Value(0.5, label="x")
    weights = [Value(weight, label=f"w_{k}") for k in range(1, depth + 1)]
    for k, w in enumerate(weights, 1):
        out = f(w * out)
        out.label = f"O_{k}"
    return out, x, weights


# %% [markdown]
# ## Vanishing

# %% tags=["question"]
viz.exercise(
    "Ten sigmoids, all weights 1. How large is dO₁₀/dx: about 0.1, about 0.001, or less than a millionth?",
    answer="less than a millionth",
    choices={
        "about 0.1": "That would be ten factors of 0.8. Each is at most 0.25.",
        "about 0.001": "That would be ten factors of 0.5. Each is at most 0.25.",
        "less than a millionth": "Right: each factor is about 0.22.",
    },
    hints=["Each factor is at most 1/4.", "(1/4)¹⁰ is about a millionth."],
)

# %%
depths = (1, 5, 10, 20)
slopes = [ag.paths(*chain(ag.sigmoid, n)[:2]).total for n in depths]
bounds = [ag.grad(ag.sigmoid)(0.0) ** n for n in depths]  # the sigmoid is steepest at 0
for n, slope, bound in zip(depths, slopes, bounds, strict=True):
    print(f"{n:2} sigmoids: {slope:.3e}, at most {bound:.3e}")

# %% tags=["check"] rows=["S004-36"]
assert close(slopes, [0.2350037122, 0.0006079862743, 3.48311561e-07, 1.143095887e-13])
assert close(bounds, [0.25, 0.0009765625, 9.536743164e-07, 9.094947018e-13])

# %% [markdown]
# Look at the factors. None of them is tiny; each is about 0.22. It is their *number*.

# %% rows=["S004-39"]
out, x, weights = chain(ag.sigmoid, 10)
viz.paths(Graph(out).collapse(), x)

# %% [markdown]
# What does that mean for training? What stands at the beginning gets a step of $\eta$ times this product: factors below
# 1, so a product far below 1, so $w_{new} \approx w_{old}$.

# %%
eta = 0.1
out.backward()
print(ag.explain(out, x).why[0])
print(f"step of x: {eta * x.grad:.3e}; step of the last weight: {eta * weights[-1].grad:.3e}")

# %% tags=["check"] rows=["S004-39"]
assert close(eta * x.grad, 3.48312e-08, rtol=1e-5)

# %% [markdown]
# Play it backwards, with half of the layers, and watch the gradient melt away:

# %%
out, x, _ = chain(ag.sigmoid, 5)
viz.walkthrough(Graph(out).collapse(), wrt=x)

# %% [markdown]
# ## Exploding
#
# The same product with factors above 1. Relu has the derivative 1 where it is alive, so with the weight 2
# every layer doubles.

# %% tags=["question"]
viz.exercise(
    "Each of 10 layers has the factor 2. What is the derivative?",
    answer=1024,
    slips={
        20: "20 is 10 · 2. Along a path multiply: 2 · 2 · 2 ...",
        100: "100 is 10². It is 2¹⁰.",
        512: "512 is 2⁹, one factor too few.",
        2: "2 is the factor of one layer.",
    },
    hints=["2 · 2 · 2 · ..., ten times.", "2¹⁰", "2¹⁰ = 1024; and 1.5⁵⁰ is 637 million."],
)

# %%
out, x, _ = chain(ag.relu, 10, weight=2.0)
out.backward()
far = ag.paths(*chain(lambda z: z, 50, weight=1.5)[:2]).total
print(f"10 layers of 2: {x.grad:g};   50 layers of 1.5: {far:.1f}")
print(ag.explain(out, x).why[0])

# %% tags=["check"] rows=["S004-40"]
assert x.grad == 1024.0
assert close(far, 637621500.2)

# %% rows=["S004-40"]
viz.paths(Graph(out).collapse(), x)

# %% [markdown]
# If it goes on, the numbers leave what a float can hold. Then `inf` appears, next `nan`, and every weight is
# lost. `detect_anomaly` stops at the first such number and names its place:

# %%
try:
    with ag.detect_anomaly():
        chain(ag.relu, 10, weight=1e40)
except ag.AnomalyError as error:
    print(error)

# %% tags=["check"]
try:
    with ag.detect_anomaly():
        chain(ag.relu, 10, weight=1e40)
except ag.AnomalyError:
    pass
else:
    raise AssertionError("1e40 to the power of 10 is more than a float holds")

# %% [markdown]
# ## Saturated
#
# One factor alone can be tiny, in a network with one layer. Where a sigmoid or tanh is *flat*, its output
# hardly moves: the neuron is sure of itself, rightly or wrongly.

# %%
w, x, b = values(w=4.0, x=3.0, b=0.0)
h = ag.sigmoid(w * x + b)
h.label = "h"
h.backward()
saturated = ag.explain(h, w)
print(saturated)
viz.graph(h, direction="down")

# %% tags=["check"]
assert close(w.grad, 3 * ag.sigmoid(12.0) * ag.sigmoid(-12.0))
assert saturated.why[-1].startswith("saturated")

# %% [markdown]
# ## Dead
#
# A relu whose sum is negative has the derivative *exactly* 0. For one sample that is its job. If it is so for
# **all** samples, no sample ever tells its weights to move: it stays dead.

# %% tags=["question"]
viz.exercise(
    "h = relu(w·x + b) with w = 0.5 and b = −2. For which inputs does it learn anything?",
    answer="for x > 4",
    choices={
        "for all x": "Below 0 the slope of relu is 0.",
        "for x > 4": "Right: 0.5·x − 2 must be positive.",
        "for x > 0": "At x = 1 the sum is −1.5.",
        "for x < 4": "There the sum is negative, and the slope 0.",
    },
    hints=["Where is 0.5·x − 2 positive?", "0.5·x > 2"],
)

# %%
w, x, b = values(w=0.5, x=1.0, b=-2.0)
h = ag.relu(w * x + b)
h.label = "h"
h.backward()
dead = ag.explain(h, w)
print(dead.why[0])
viz.graph(h, direction="down")

# %% tags=["check"]
assert dead.gradient == 0.0
assert dead.why[0].startswith("dead here")

# %% [markdown]
# Note the two different zeros: `0` is a derivative that was computed and is zero. A gradient that nobody
# has computed is `None`, drawn as "not yet"; and `explain` says "not connected" where no path exists.
#
# | | on the graph | in the numbers | cure |
# |---|---|---|---|
# | dead | one edge with exactly 0 | gradient 0 for every sample | smaller steps, leaky relu |
# | saturated | one edge far below 0.01 | $z$ far from 0 | smaller weights, cross entropy with sigmoid |
# | vanishing | many edges below 1 | shrinks layer by layer | relu, a good start, shortcuts |
# | exploding | many edges above 1 | grows layer by layer, then inf | a good start, clipping |
#
# ## In a whole network
#
# Eight hidden layers of 12 neurons, 8 random samples, one sweep. How large are the gradients in each layer?

# %%
samples = np.random.default_rng(0).normal(size=(8, 12))


def deep(activation, start=None):
    """Build a network with 8 hidden layers, and run forward and backward once."""
    model = nn.MLP(12, [12] * 8 + [1], activation, init=start, rng=1)
    losses.mse([model(sample)[0] for sample in samples], [1.0] * 8).backward()
    return model


sigmoid_net = deep("sigmoid")
medians = [float(np.median(np.abs(ag.grads(layer.parameters())))) for layer in sigmoid_net.layers]
print("from layer 1 to layer 9 they grow by the factors", *(f"{b / a:.1f}" for a, b in pairwise(medians)))
viz.histogram(sigmoid_net)

# %% tags=["check"]
factors = [b / a for a, b in pairwise(medians)]
assert [round(f) for f in (factors[0], factors[-1])] == [16, 23]
assert all(3 < factor < 6 for factor in factors[1:-1])
assert 1 / 2.2e6 < medians[0] / medians[-1] < 1 / 1.9e6

# %% [markdown]
# Each layer back costs a factor: 16 and 23 at the two ends, 3 to 6 in between. Layer 1 gets half a millionth of
# what layer 9 gets. With tanh and Xavier's start (small weights, so that $f' \approx 1$), all layers get about the same:

# %%
tanh_net = deep("tanh")
viz.histogram(tanh_net)

# %% [markdown]
# And relu with weights that are too large, drawn with a standard deviation of 1, where He's start would take
# $\sqrt{2/12} \approx 0.41$:

# %% tags=["question"]
viz.exercise(
    "relu, 8 layers of 12 neurons, weights with a standard deviation of 1. How large are the gradients of the first layer?",
    answer="about 1000 and more",
    choices={
        "about 1": "A layer multiplies by about 1 / 0.41 = 2.4 compared with a good start.",
        "about 1000 and more": "Right: 2.4 to the power of 8 is about 1100.",
        "inf": "A float holds numbers up to 10 to the power of 308.",
    },
    hints=[
        "Weights 1/0.41 = 2.4 times as large, in 8 layers.",
        "2.4⁸ is about 1100.",
        "Above 1000: the weights are 1 / 0.41 = 2.4 times too large, and 2.4⁸ is about 1100.",
    ],
    hunch=True,
)

# %%
wild_net = deep("relu", start=partial(init.normal, std=1.0))
first = float(np.median(np.abs(ag.grads(wild_net.layers[0].parameters()))))
print(f"the median gradient of the first layer has the size {first:.0f}")
viz.histogram(wild_net)

# %% tags=["check"]
medians = {
    name: [float(np.median(np.abs(ag.grads(layer.parameters())))) for layer in model.layers]
    for name, model in {"sigmoid": sigmoid_net, "tanh": tanh_net, "relu, std 1": wild_net}.items()
}
assert medians["sigmoid"][0] < 1e-5 * medians["sigmoid"][-1]
assert 0.1 < medians["tanh"][0] / medians["tanh"][-1] < 10
assert medians["relu, std 1"][0] > 1000

# %% [markdown]
# ## Does it learn?
#
# XOR again, with one hidden layer and with six. Without learning anything, the best answer is 0.5 for all,
# and a loss of 0.25.

# %%
X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
final = {}
for activation in ("sigmoid", "tanh", "relu"):
    for depth in (1, 6):
        model = nn.MLP(2, [8] * depth + [1], activation, rng=0)
        history = nn.fit(model, losses.mse, SGD(model.parameters(), lr=0.1), (X, y), epochs=1000)
        final[activation, depth] = history.loss[-1]
        print(f"{activation:8}hidden layers: {depth}   loss {history.loss[0]:.3f} → {history.loss[-1]:.2g}")

# %% tags=["check"]
assert 0.2499 < final["sigmoid", 6] < 0.2501
assert all(final[activation, 6] < 1e-6 for activation in ("tanh", "relu"))

# %% [markdown]
# Six layers of sigmoids have learned nothing: the loss is still 0.25. With tanh and relu the derivatives come through.
#
# ## Where to start
#
# Every weight must begin somewhere. One start is certainly wrong: all weights equal.

# %% tags=["question"]
viz.exercise(
    "A 2-2-1 net with tanh in the middle, all weights 0.5. Do the two hidden neurons ever become different?",
    answer="never",
    choices={
        "after a few steps": "Both compute the same, and both get the same gradient.",
        "never": "Right: same weights, same gradients, same step. They stay twins.",
        "only with a large learning rate": "The step is the same for both, whatever the learning rate is.",
    },
    hints=[
        "What do the two compute?",
        "The same. Which gradients do they get?",
        "Never: same weights, same gradients, same step. They stay twins.",
    ],
    hunch=True,
)

# %%
for start in (0.0, 0.5):
    net = nn.MLP(2, [2, 1], bias=False, init=partial(init.constant, value=start))
    losses.mse(net([1.0, 2.0]), [1.0]).backward()
    hidden = ag.grads(net.W(1))
    print(f"all weights {start}: gradients of the hidden weights {(hidden + 0.0).round(8).tolist()}")

# %% tags=["check"] rows=["S004-14"]
for start, expected in (0.0, [[0, 0]] * 2), (0.5, [[-0.01714034028, -0.03428068056]] * 2):
    net = nn.MLP(2, [2, 1], bias=False, init=partial(init.constant, value=start))
    losses.mse(net([1.0, 2.0]), [1.0]).backward()
    hidden = ag.grads(net.W(1))
    assert close(hidden, expected)

# %% [markdown]
# Zero: nothing moves. One half: both rows get the same gradient, so the neurons stay twins for ever. Random
# numbers break the tie. `init` has the usual ones; each takes a seed, so that a run can be repeated:

# %%
drawn = init.xavier_uniform((2, 2), rng=0)
print(drawn)

# %% tags=["check"] rows=["S004-14"]
assert (drawn == init.xavier_uniform((2, 2), rng=0)).all()
assert len(np.unique(drawn)) == 4

# %% tags=["check"] errata=["E-S000-15"]
for start, expected in (0.0, [[0, 0], [0, 0]]), (0.5, [[-0.01714034, -0.034280681]] * 2):
    net = nn.MLP(2, [2, 1], bias=False, init=lambda shape, start=start: np.full(shape, start))
    losses.mse(net([1.0, 2.0]), [1.0]).backward()
    rows = ag.grads(net.W(1))
    assert np.allclose(rows, expected, rtol=1e-7)

# %% [markdown]
# ## What helps
#
# **A start that keeps the size** of numbers and gradients from layer to layer: Xavier for tanh, He for relu
# (`nn.init`). **Clipping** shortens a gradient that is too long, and keeps its direction:

# %%
out, x, weights = chain(ag.relu, 10, weight=2.0)
out.backward()
before = clip_grad_norm(weights, max_norm=1.0)
after = float(np.linalg.norm(ag.grads(weights)))
print(f"norm of all gradients: {before:.1f}, clipped to {after:.3f}")

# %% tags=["check"]
assert close(after, 1.0)

# %% [markdown]
# **A shortcut** around every layer, $O_k = O_{k-1} + \sigma(O_{k-1})$: now there are $2^{10}$ paths, and one
# of them goes through no activation at all. Its product is 1, whatever the depth.

# %% tags=["question"]
viz.exercise(
    "With the shortcut, can the derivative still vanish?",
    answer="no",
    choices={
        "yes": "One path has the product 1, and here all products are positive.",
        "no": "Right: one path has the product 1, and the others add to it.",
    },
    hints=[
        "What is the product of the path over all shortcuts?",
        "1, and the slopes of a sigmoid are positive.",
    ],
)

# %%
x = out = Value(0.5, label="x")
for k in range(1, 11):
    out = out + ag.sigmoid(out)
    out.label = f"O_{k}"
found = ag.paths(out, x)
largest = next(iter(found))
print(f"{found.count} paths, the largest product is {largest.product:g}, their sum {found.total:.3f}")

# %% tags=["check"]
assert (found.count, largest.product, set(largest.partials)) == (1024, 1.0, {1.0})
assert found.total > 1.0

# %% [markdown]
# (That is the idea of residual networks, which are hundreds of layers deep.)
#
# ## Must the activation be differentiable?
#
# Backpropagation needs derivatives. Relu has a kink at 0: slope 0 on the left, 1 on the right. Does the
# idea fail?

# %%
report = ag.gradcheck(ag.relu, [0.0], raise_exception=False)
print(report)

relu_net = nn.MLP(2, [4, 1], "relu", rng=0)
history = nn.fit(relu_net, losses.mse, SGD(relu_net.parameters(), lr=0.1), (X, y), epochs=500)
print(f"relu learns XOR: loss {history.loss[0]:.3f} → {history.loss[-1]:.1e}")

# %% tags=["check"] rows=["S004-27"] errata=["E-S004-09"]
assert ag.relu(Value(0.0)).partials[0] == 0.0
assert "kink" in str(report)
assert history.loss[-1] < 1e-6

# %% [markdown]
# It does not. A single point where we *choose* a slope does no harm; a sum hits it almost never,
# and any number between the two slopes would do. (We choose 0, as PyTorch does.)
#
# What does fail is a function with the derivative 0 *everywhere*. The step, 1 for $z > 0$ and else 0, was the
# activation of the first neurons in history:

# %% tags=["question"]
viz.exercise(
    "The hidden layer has a step function. Which weights will change in training?",
    answer="those of the last layer",
    choices={
        "all": "The slope of a step is 0 everywhere but at the jump.",
        "those of the last layer": "Right: no activation lies between them and the loss.",
        "those of the hidden layer": "Their paths go through the step, with the factor 0.",
        "none": "The last layer has paths that do not go through the step.",
    },
    hints=["What is the slope of a step?", "Which paths do not go through it?"],
)

# %%
step_net = nn.MLP(2, [4, 1], "heaviside", rng=0)
before = ag.data(step_net.parameters())
loss = losses.mse([step_net(sample)[0] for sample in X], y)
loss.backward()
hidden = step_net.layers[0].parameters()
of_hidden = [parameter.grad for parameter in hidden]
print(ag.explain(loss, step_net.w(1, 1, 1)).why[0])

nn.fit(step_net, losses.mse, SGD(step_net.parameters(), lr=0.1), (X, y), epochs=100)
moved = ag.data(step_net.parameters()) != before
print(f"moved: {moved[: len(hidden)].sum()} of {len(hidden)} in the hidden layer")

# %% tags=["check"] rows=["S004-27"] errata=["E-S004-09"]
assert of_hidden == [0.0] * len(hidden)
assert not moved[: len(hidden)].any()
assert moved[len(hidden) :].any()

# %% tags=["check"] errata=["E-S004-14"]
out, x, _ = chain(ag.sigmoid, 10)
out.backward()
tiny = eta * x.grad
out, x, _ = chain(ag.relu, 10, weight=2.0)
out.backward()
huge = eta * x.grad
assert close(huge, 102.4)
assert close(tiny, 3.48311561e-08)

# %% tags=["check"] errata=["E-S004-13"]
assert ag.tanh(Value(0.0)).partials[0] == 1.0
assert ag.sigmoid(Value(0.0)).partials[0] == 0.25
ten = {f.name: ag.paths(*chain(f, 10)[:2]).total for f in (ag.tanh, ag.sigmoid, ag.relu)}
assert close([ten["tanh"], ten["sigmoid"], ten["relu"]], [0.2227595303, 3.48311561e-07, 1.0])

# %% tags=["check"] errata=["E-S004-08"]
for lr, steps, error in ((0.1, 61, 3.67799e-06), (1e-9, 1, 3.0)):
    line = nn.Linear(1, 1, bias=False, init="zeros")
    optimizer = SGD(line.parameters(), lr=lr)
    rule = nn.SmallStep(1e-6)
    run = nn.fit(line, losses.square, optimizer, ([[1.0]], [3.0]), epochs=1000, stop_when=rule)
    (w,) = line.parameters()
    assert len(run.loss) == steps
    assert np.isclose(3.0 - w.data, error, rtol=1e-5, atol=0)

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. A chain of 10 tanh, all weights equal. For which weight is dO₁₀/dx largest: 0.8, 1.0 or 1.2?",
    answer="1.0",
    choices={
        "0.8": "Ten factors of 0.8 make 0.1.",
        "1.0": "Right: below, the factors w shrink it; above, the outputs stay away from 0, where tanh is flatter.",
        "1.2": "The outputs stay away from 0, where tanh is flatter.",
        "all three give the same": "The factor w stands in every layer: 0.8 ten times is 0.1.",
    },
    hints=["Two things count: w itself, and how flat tanh is.", "Try all three."],
)

# %% [markdown] tags=["solution"]
# Below 1 the ten factors $w$ shrink the product. Above 1 the outputs stay away from 0, where tanh is flatter, and that
# shrinks it more.

# %% tags=["solution"]
for weight in (0.8, 1.0, 1.2):
    print(weight, round(ag.paths(*chain(ag.tanh, 10, weight)[:2]).total, 3))

# %% tags=["exercise"]
viz.exercise(
    "2. nn.MLP(2, [4, 1], 'relu', rng=3) does not learn XOR with the settings above. What has happened? Train it, and look at the "
    "outputs of the hidden layer for the four samples.",
    answer="some neurons are dead for all samples",
    choices={
        "the gradients explode": "Then the loss would run away. It stays.",
        "some neurons are dead for all samples": "Right: they output 0 for every sample, and get no gradient.",
        "the sigmoid is saturated": "There is no sigmoid in it.",
        "the learning rate is too small": "Then the loss would fall slowly. It stays where it is.",
    },
    hints=["Which neurons output 0 for every sample?", "trace(sample)[0].outputs"],
)

# %% [markdown] tags=["solution"]
# Some hidden neurons output 0 for all four samples. Their gradients are exactly 0, so that they stay dead, and what is left
# is too few.

# %% tags=["solution"]
unlucky = nn.MLP(2, [4, 1], "relu", rng=3)
history = nn.fit(unlucky, losses.mse, SGD(unlucky.parameters(), lr=0.1), (X, y), epochs=500)
outputs = np.array([ag.data(unlucky.trace(sample)[0].outputs) for sample in X])
print(f"loss {history.loss[-1]:.3f}; alive for some sample: {(outputs > 0).any(axis=0)}")

# %% tags=["exercise"]
viz.exercise(
    "3. Which single change makes the model of exercise 2 learn?",
    answer="leaky relu in place of relu",
    choices={
        "leaky relu in place of relu": "Right: with a small slope below 0 a dead neuron can come back.",
        "a smaller learning rate": "A gradient of 0 times any learning rate is 0.",
        "more training": "Without a gradient nothing moves, however long.",
        "clipping": "That helps where gradients are too long. Here they are 0.",
    },
    hints=["What does a dead neuron need?", "A slope that is not 0."],
)

# %% [markdown] tags=["solution"]
# With leaky relu the slope below 0 is small, but not 0, so that the neurons can come back.

# %% tags=["solution"]
leaky = nn.MLP(2, [4, 1], partial(ag.leaky_relu, slope=0.1), rng=3)
history = nn.fit(leaky, losses.mse, SGD(leaky.parameters(), lr=0.1), (X, y), epochs=2000)
print(f"loss {history.loss[-1]:.1e}")

# %% tags=["exercise"]
viz.exercise(
    "4. A loss is nan after 200 updates. Where do you look first?",
    answer="at the first bad number, and its place",
    choices={
        "at the first bad number, and its place": "Right: then at the gradients before it, then at the learning rate.",
        "at the last update": "By then every number is nan. Where was the first?",
        "at the data of the last batch": "Perhaps they are to blame. The first bad number will tell.",
        "at the loss function": "It may be what went wrong first. The first bad number will tell.",
    },
    hints=["nan spreads. Where did it begin?", "detect_anomaly, or the error of fit, names the place."],
)

# %% [markdown] tags=["solution"]
# nan spreads to every number that it touches, so look for the first one. `fit` stops there and says what it saw; often
# the cause is a learning rate that is too large.

# %% tags=["solution"]
line = nn.Linear(1, 1)
try:
    nn.fit(line, losses.mse, SGD(line.parameters(), lr=10.0), ([[1.0], [2.0]], [1.0, 2.0]), epochs=500)
except nn.TrainingDivergedError as error:
    print(error)

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(17, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Recognise four illnesses on a graph: dead, saturated, vanishing, exploding.
# * Say which factor of a path is to blame, and which cure helps: another activation, a start that keeps the
#   size, clipping, a shortcut.
# * Choose a start for the weights, and say why equal weights never learn apart.
#
# In PyTorch: `torch.nn.init.kaiming_normal_`, `torch.nn.utils.clip_grad_norm_`,
# `torch.autograd.detect_anomaly`, and `x + layer(x)` for the shortcut.
