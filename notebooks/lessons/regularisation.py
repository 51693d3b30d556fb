# %% [markdown]
# # Regularisation: holding a model back
#
# **What you will see**: a model that is far too rich for its data, and three ways to hold it back: a price on large weights
# (L2, L1), the average of many models, and dropout, which is many networks in one. First on ten points, where every number can
# be checked; then on 569 patients of a breast clinic.
#
# You need [](generalisation): overfitting, validation, cross-validation.

# %%
import math
from functools import partial
from itertools import product

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import KFold

import autograd as ag
import nn
import viz
from autograd import practice, values
from nn import data, features, losses, metrics, reg
from nn.linear import LogisticRegression, closed_form
from nn.optim import Adam


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


def near(this, that):
    return np.allclose(this, that, rtol=1e-4, atol=1e-12)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(19, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(19, seed=1)[1])

# %%
xs = np.linspace(-1, 1, 10)
ys = np.sin(3 * xs) + 0.2 * (-1.0) ** np.arange(10)
between = (xs[:-1] + xs[1:]) / 2
truth = np.sin(3 * between)


def polynomial(degree, l2=0.0):
    """Return the fitted polynomial as a function of one number or Value."""
    phi = features.poly(degree)
    theta = closed_form(phi(xs), ys, l2=l2).tolist()

    def fitted(x):
        return ag.dot(theta, phi(x))

    fitted.__name__ = f"degree {degree}" + (f", λ = {l2:g}" if l2 else "")
    return fitted


viz.curve(polynomial(3), polynomial(9), low=-1, high=1, samples=(xs, ys))

# %% [markdown]
# The ten points of [](generalisation), with a cubic and with a polynomial of degree 9. Degree 9 goes through all of them, noise
# included, and swings wildly in between.
#
# The question of this lesson: **can one keep a rich model, and hold it back?**

# %% [markdown]
# ## A price on weights
#
# Add to the loss a price for large weights:
#
# $$L' = L + \lambda R(\theta) \qquad R_{\text{L2}} = \sum_i \theta_i^2 \qquad R_{\text{L1}} = \sum_i
# |\theta_i|$$
#
# The price is a node of the graph, like any other. Some loss $L = 1.25$, two weights, $\lambda = 0.1$:

# %% tags=["question"]
viz.exercise(
    "L = 1.25, λ = 0.1, and the price is θ₁² + θ₂² with θ = (3, −4). What is L′?",
    answer=3.75,
    slips={
        2.5: "2.5 is the price alone, 0.1 · 25.",
        26.25: "26.25 lacks the λ.",
        1.95: "1.95 is the one with L1, 0.1 · 7.",
        1.75: "1.75 takes the root of 25. The price is the square.",
    },
    hints=["L + λ · (θ₁² + θ₂²)", "1.25 + 0.1 · (9 + 16)", "1.25 + 2.5 = 3.75."],
)

# %% tags=["question"]
viz.exercise(
    "And what does this price add to the gradient of θ₂ = −4?",
    answer=-0.8,
    slips={
        0.8: "The size is right. The slope of θ² at −4 is negative.",
        -0.1: "−0.1 is what L1 adds.",
        1.6: "1.6 is the price of θ₂. Its derivative is asked for.",
        -8: "−8 lacks the λ.",
    },
    hints=["The derivative of 0.1 · θ² is 0.2 · θ.", "0.2 · (−4)", "−0.8."],
)

# %% rows=["S001-50", "S001-51"]
L, a, b = values(L=1.25, θ1=3.0, θ2=-4.0)
R = reg.l2([a, b])
total = L + 0.1 * R
total.backward()
viz.walkthrough(total, names={"L'": total, "R": R})

# %% tags=["check"] rows=["S001-50", "S001-51"]
assert close(total.data, 3.75)
assert close([L.grad, a.grad, b.grad], [1, 0.6, -0.8])

# %%
L, a, b = values(L=1.25, θ1=3.0, θ2=-4.0)
total = L + 0.1 * reg.l1([a, b])
total.backward()
print(f"L1: L' = {total.data:.4g}, it adds {a.grad:.4g} and {b.grad:.4g} to the gradients")

# %% tags=["check"] rows=["S001-50", "S001-52"]
assert close(total.data, 1.95)
assert close([a.grad, b.grad], [0.1, -0.1])

# %% [markdown]
# L2 pulls in proportion to the weight. L1 pulls with the same force whatever the weight is, down to zero. In
# a network the sum goes over all weights, $\sum (w^k_{ij})^2$. For the 4-3-2-1 net:

# %%
W1 = [[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1.0, -1.1, 0.2]]
W2, W3 = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]], [[0.7], [-0.8]]
net = nn.MLP(4, [3, 2, 1], bias=False).assign([W1, W2, W3], rows="inputs")
penalty = 0.1 * reg.l2(net)
penalty.backward()
squares = reg.l2(net).data
print(f"sum of the squares {squares:.4g}; its root, the L2 norm, {math.sqrt(squares):.9f}")

# %% tags=["check"] rows=["S004-13"] errata=["E-S004-05"]
assert close([squares, math.sqrt(squares)], [7.14, 2.672077843])
assert close(ag.grads(net.parameters()), 2 * 0.1 * ag.data(net.parameters()))

# %% [markdown]
# ### Which weights does it like?
#
# Two weight vectors for the input $x = (1, 2, 1)$. Both predict 1.5.

# %% tags=["question"]
viz.exercise(
    "(0, 0.75, 0) and (0.25, 0.5, 0.25): which one is cheaper under L2, the sum of the squares?",
    answer="the second",
    choices={
        "the first": "Its price is 0.5625. What is that of the second?",
        "the second": "Right: 0.375 against 0.5625. Under L1 it is the other way round, 1 against 0.75.",
        "both cost the same": "Square and add.",
    },
    hints=["Square and add.", "0.0625 + 0.25 + 0.0625 = 0.375"],
)

# %%
one, spread = np.array([0.0, 0.75, 0.0]), np.array([0.25, 0.5, 0.25])
prices = {
    penalty.__name__: [penalty(list(ag.array(theta))).data for theta in (one, spread)]
    for penalty in (reg.l2, reg.l1)
}
for name, (of_one, of_spread) in prices.items():
    print(f"{name}: {one.tolist()} costs {of_one}, {spread.tolist()} costs {of_spread}")

# %% tags=["check"] rows=["S001-51", "S001-52"] errata=["E-S001-19"]
assert [one @ [1, 2, 1], spread @ [1, 2, 1]] == [1.5, 1.5]
assert prices == {"l2": [0.5625, 0.375], "l1": [0.75, 1.0]}

# %% [markdown]
# L2 prefers the spread-out weights, which use all inputs. L1 prefers the sparse ones, which use one.
#
# Why does L1 make zeros? Take one weight. The data want it to be $a$: the loss is $(t - a)^2$. Here are both
# penalties with $a = 0.3$. The kink at 0 is deeper than the pull of the data:


# %% rows=["S004-45", "S001-52"]
def with_l1(t, a=0.3):
    return losses.square(t, a) + abs(t)


def with_l2(t, a=0.3):
    return losses.square(t, a) + t * t


viz.curve(with_l1, with_l2, low=-0.6, high=0.6)

# %% [markdown]
# The minimum lies where the derivative changes its sign. With L2 that is at $a/2$: smaller, never 0. With
# L1 it is $a$ moved by $\frac{1}{2}$ towards zero, and exactly 0 for all $|a| \le \frac{1}{2}$.

# %%
pulls = [0.3, -0.4, 0.5, 2.0, -3.0]
print("the data want  ", pulls)
print("L2 makes of it ", [a / 2 for a in pulls])
print("L1 makes of it ", [math.copysign(max(abs(a) - 0.5, 0), a) + 0 for a in pulls])

# %% tags=["check"] rows=["S001-51", "S001-52", "S004-45"]
for loss, minima in (with_l2, [0.15, -0.2, 0.25, 1, -1.5]), (with_l1, [0, 0, 0, 1.5, -2.5]):
    for a, best in zip(pulls, minima, strict=True):
        slope = ag.grad(partial(loss, a=a))
        assert slope(best - 1e-6) < 0 < slope(best + 1e-6)

# %% [markdown]
# ### How strong?
#
# $\lambda$ sets the strength. Degree 9 again, which was hopeless without.

# %% tags=["question"]
viz.exercise(
    "As λ grows from 0 to 10, what do the training error and the validation error do?",
    answer="the training error rises; the validation error falls, then rises",
    choices={
        "both fall": "A price on the weights cannot make the training error smaller.",
        "both rise": "Without a price degree 9 is terrible on the validation set. Can it become worse at once?",
        "the training error rises; the validation error falls, then rises": "Right: first the noise is let go, then the curve, too.",
    },
    hints=[
        "What does the price do to the fit of the training points?",
        "And to the swings in between?",
        "The training error rises throughout. The validation error falls first, when the noise is let go, then rises, when the curve goes, too.",
    ],
    hunch=True,
)

# %%
phi = features.poly(9)
sweep = []
for strength in (0, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10):
    theta = closed_form(phi(xs), ys, l2=strength)
    seen_error, unseen_error = metrics.mse(phi(xs) @ theta, ys), metrics.mse(phi(between) @ theta, truth)
    size = theta @ theta
    sweep.append((seen_error, unseen_error, size))
    print(f"λ = {strength:<6g} training {seen_error:.6f}  validation {unseen_error:.6f}  Σθ² {size:.6g}")

# %% tags=["check"] rows=["S001-53", "S001-54"] errata=["E-S001-20"]
on_training, on_validation, sizes = np.transpose(sweep)
assert near(on_training, [0, 0.026362, 0.032746, 0.047392, 0.15512, 0.40583, 0.49959])
assert near(on_validation, [2.08832, 0.00786204, 0.009684, 0.034663, 0.13414, 0.38643, 0.502227])
assert near(sizes[1:], [35.9418, 8.1806, 3.84383, 1.07909, 0.0469431, 0.000881434])

# %% [markdown]
# The training error rises throughout. The validation error falls for a *moderate* $\lambda$: at 0.0001 the
# validation error is 265 times smaller than without, at 10 the model says nearly nothing.

# %% rows=["S001-54"]
viz.curve(polynomial(9), polynomial(9, l2=1e-4), polynomial(9, l2=1.0), low=-1, high=1, samples=(xs, ys))

# %% tags=["check"] rows=["S001-54"]
assert (np.diff(np.transpose(sweep)[0]) > 0).all()

# %% [markdown]
# ## Average many
#
# A *random forest* lets many decision trees overfit, each in its own way, and averages them:

# %% rows=["S004-47"]
viz.diagram("forest")

# %% [markdown]
# The average is calmer than each tree. How much, depends on how different they are. Take 10 predictors,
# each with variance 1. The variance of their mean is $\frac{1}{100}$ times the sum of all entries of their
# covariance matrix.

# %% tags=["question"]
viz.exercise(
    "10 predictors with variance 1 are averaged. What is the variance of the mean, if they are independent?",
    answer=0.1,
    slips={
        1: "1 is that of each. The mean is calmer.",
        0.01: "0.01 is 1/100. Ten variances of 1 are added: 10/100.",
        0.316: "0.316 is the standard deviation, the root.",
        0.37: "0.37 is the one with a correlation of 0.3.",
    },
    hints=[
        "1/100 times the sum of all entries of the covariance matrix.",
        "10 entries of 1, all others 0.",
        "10/100 = 0.1; with a correlation of 0.3 it is 0.37.",
    ],
)

# %%
for correlation in (0.0, 0.3, 1.0):
    covariance = np.full((10, 10), correlation) + (1 - correlation) * np.eye(10)
    print(f"correlation {correlation}: variance of the mean {covariance.mean():.2f}")

# %% tags=["check"] rows=["S004-47"]
for correlation, expected in (0.0, 0.1), (0.3, 0.37), (1.0, 1.0):
    covariance = np.full((10, 10), correlation) + (1 - correlation) * np.eye(10)
    assert close(covariance.mean(), expected)

# %% [markdown]
# ## Dropout: many networks in one
#
# The same idea for a network, without training many: at each step every hidden neuron is switched off
# with probability $p = 0.2$. Those that stay are scaled by $\frac{1}{1 - p} = 1.25$, so that the sum keeps
# its size. Five neurons with the outputs 1, 2, 3, 4, 5:

# %%
hidden, w = [1.0, 2.0, 3.0, 4.0, 5.0], [0.5, -1.0, 2.0, 1.5, -0.5]
drop = nn.Dropout(p=0.2, rng=17)
first = drop(hidden)
print("step 0:", first)
for step in range(1, 5):
    print(f"step {step}:", drop(hidden))  # a new mask at every call

# %% tags=["check"] rows=["S004-48", "S004-49"]
assert first == [1.25, 0, 3.75, 5, 6.25]

# %% [markdown]
# It is like trying out a random subset of the features. The network of step 0: every hidden layer has a
# mask of its own, and what is off takes its arrows with it.

# %% rows=["S004-48"]
net = nn.MLP(4, [5, 5, 1], "relu")
viz.network(net, weights="none", mask={1: first, 2: [1, 1, 0, 1, 0]})

# %% [markdown]
# And the gradient? Multiplying by the mask is an operation like any other, so it flows back through the same
# factors: 1.25 to those that are on, nothing to the one that is off.

# %% tags=["question"]
viz.exercise(
    "h₁ is on, with the factor 1.25, and its weight is 0.5. What is its gradient?",
    answer=0.625,
    slips={
        0.5: "0.5 is the weight. The factor of the mask is missing.",
        1.25: "1.25 is the factor of the mask. The weight is missing.",
        1.75: "1.75 is 0.5 + 1.25. Along a path multiply.",
        0: "0 gets the one that is off.",
    },
    hints=["Two factors on the path.", "1.25 · 0.5", "0.625."],
)

# %% rows=["S004-50"]
h = list(ag.array(hidden, label="h"))
out = ag.dot(w, nn.Dropout(p=0.2, rng=17)(h))
out.backward()
viz.walkthrough(out, names={"out": out})

# %% tags=["check"] rows=["S004-50"]
assert close(ag.grads(h), np.multiply(w, [1.25, 0, 1.25, 1.25, 1.25]))

# %% [markdown]
# Only while training, not at *inference*, when the model is
# asked. `model.eval()` switches dropout off, `model.train()` on again. (`nn.fit` does both.) In
# `eval` the numbers pass as they are, and so do the gradients:

# %%
drop = nn.Dropout(p=0.2, rng=17).eval()
h = list(ag.array(hidden, label="h"))
ag.sum(drop(h)).backward()
print("in eval mode:", drop(hidden), "  w·h =", ag.dot(w, drop(hidden)))

# %% tags=["check"] rows=["S004-50"] errata=["E-S004-17"]
assert drop(hidden) == hidden
assert ag.grads(h).tolist() == [1] * 5
assert close(ag.dot(w, drop(hidden)), 8)

# %% [markdown]
# ### How many are off?
#
# With $p = 0.2$ a fifth of the neurons are off, but on average only: each neuron is drawn for itself. With
# five neurons there are $2^5 = 32$ masks, few enough to list them all with their chances.

# %% tags=["question"]
viz.exercise(
    "p = 0.2, five neurons. How often is none of them off?",
    answer=0.328,
    slips={
        0.8: "0.8 is for one neuron. All five must be on.",
        0.4096: "0.4096 is the chance that exactly one is off.",
        0.2: "0.2 is the chance that one is off.",
        0.00032: "0.00032 is 0.2⁵, the chance that all are off.",
    },
    hints=[
        "Each is on with 0.8.",
        "0.8 · 0.8 · 0.8 · 0.8 · 0.8",
        "0.8⁵ = 0.328; exactly one is off with 0.41.",
    ],
)

# %%
masks = np.array(list(product([0, 1], repeat=5)))
chances = np.where(masks == 1, 0.8, 0.2).prod(axis=1)
off = (masks == 0).sum(axis=1)
for count in range(6):
    print(f"{count} off: {chances[off == count].sum():.5f}")

# %% tags=["check"] rows=["S004-48"] errata=["E-S004-16"]
assert len(masks) == 32
assert close([chances[off == 1].sum(), chances[off == 0].sum()], [0.4096, 0.32768])

# %% [markdown]
# So there are 32 networks in one, and each step trains another. Their average:

# %%
dropped = masks * hidden / 0.8
outputs = dropped @ w
mean = chances @ outputs
print("mean of the hidden layer:", (chances @ dropped).round(10).tolist())
print(f"mean of the output {mean:.4g} (full network: 8), variance {chances @ (outputs - mean) ** 2:.5g}")
print(f"mean without the factor 1.25: {chances @ (masks * hidden @ w):.3g}")

# %% tags=["check"] rows=["S004-47", "S004-48", "S004-49", "S004-51"] errata=["E-S004-16"]
assert len(masks) == 32
assert close(chances @ dropped, hidden)
assert close([mean, chances @ (outputs - mean) ** 2], [8.0, 20.625])
assert close(chances @ (masks * hidden @ w), 6.4)  # without the factor 1.25

# %% [markdown]
# For a linear layer you have just seen it: the mean over all 32 networks *is* the full network, exactly.
# Through a nonlinear function it is only nearly so. And without the scaling, training and inference would
# disagree: 6.4 against 8.
#
# ## Batch normalisation
#
# Another remedy: over a batch, each feature is shifted to mean 0 and scaled to
# variance 1:

# %%
batch = [[x] for x in ag.array([1.0, 2.0, 3.0, 4.0], label="x")]
normal = nn.BatchNorm(1, eps=1e-5)(batch)
outputs = ag.data(normal).ravel()
normal[0][0].backward()
slopes = ag.grads(batch).ravel()
print("normalised:              ", outputs.round(6))
print("derivatives of the first:", slopes.round(6))

# %% tags=["check"] rows=["S004-44"]
assert close(outputs, [-1.34163542, -0.4472118067, 0.4472118067, 1.34163542])
assert close(slopes, [0.2683303039, -0.357768372, -0.08944343463, 0.1788815028])
assert np.isclose(slopes.sum(), 0, atol=1e-12)

# %% [markdown]
# The first output depends on *all* samples. The derivatives add up to 0: shift all four samples by the same
# amount, and nothing changes. The batch's chance mixture works as a noise, and that regularises a little.

# %% [markdown]
# ## The real set
#
# The patients of [](generalisation) again: 341 to train on, 228 held out, and a network with 16 hidden neurons, once as it
# is, once with L2 and once with dropout:

# %%
patients, benign = load_breast_cancer(return_X_y=True)
X_train, X_held, y_train, y_held = data.split(patients, benign, test_size=0.4, rng=0)
X_train, X_held = data.standardise(X_train, X_held)


def trained(dropout=0.0, l2=0.0):
    """Train a 30-16-1 network; return its cross entropy on both sets."""
    hidden, drop = nn.Layer(30, 16, "relu", rng=0), nn.Dropout(dropout, rng=3)
    net = nn.Sequential(hidden, drop, nn.Linear(16, 1, rng=1))

    def loss(z, t):
        return losses.bce_with_logits(z, t) + l2 * reg.l2(net)

    nn.fit(net, loss, Adam(net.parameters(), lr=0.01), (X_train, y_train), epochs=100, batch_size=64)
    with ag.no_grad():
        seen, held = ([net(row)[0].data for row in rows] for rows in (X_train, X_held))
    return losses.bce_with_logits(seen, y_train), losses.bce_with_logits(held, y_held)


results = {
    "nothing": trained(),
    "L2, λ = 0.003": trained(l2=0.003),
    "dropout, p = 0.2": trained(dropout=0.2),
}
for name, (on_seen, on_held) in results.items():
    print(f"{name:16}: cross entropy on training {on_seen:.4f}, held out {on_held:.4f}")

# %% tags=["check"] rows=["S004-44", "S001-54"]
assert results["L2, λ = 0.003"][0] > results["nothing"][0]
assert results["L2, λ = 0.003"][1] < results["nothing"][1]

# %% [markdown]
# L2 does what was promised: it raises the training loss and lowers the other. Dropout alone does not
# help this network, perhaps because 16 neurons have little to spare. Experiments first: which
# remedy works is to be tried, and to be tried on data that were held out.
#
# ### Cross-validated
#
# How good is a model on a *new* patient? Logistic regression with L2, five folds. Note that the scale of the
# inputs is measured inside `train`, on the training folds only: whatever is learned from data is part of the
# training.


# %%
def logistic(l2):
    def train(X, y):
        scale = data.Standardiser(X)
        model = LogisticRegression(lr=1.0, epochs=1000, l2=l2).fit(scale(X), y)
        return lambda new: model.predict_proba(scale(new))[:, 1]

    return train


folds = KFold(5, shuffle=True, random_state=0)
table, by_fold = {}, {}
for l2 in (0.0, 0.001, 0.1):
    found = metrics.out_of_fold(logistic(l2), patients, benign, folds.split(patients))
    seen_loss = losses.bce(logistic(l2)(patients, benign)(patients), benign)
    unseen_loss, right = losses.bce(found, benign), metrics.accuracy(found > 0.5, benign == 1)
    table[l2] = seen_loss, unseen_loss, right
    by_fold[l2] = [losses.bce(found[fold], benign[fold]) for _, fold in folds.split(patients)]
    print(f"λ = {l2:<5}: training {seen_loss:.4f}, cross-validated {unseen_loss:.4f}, {right:.1%} right")

# %% tags=["check"] rows=["S001-54"]
on_training, on_folds, accuracy = np.transpose(list(table.values()))
assert on_training[0] < on_training[1] < on_training[2]
assert on_folds[1] < on_folds[0]
assert on_folds[1] < on_folds[2]
assert (on_folds > on_training).all()
assert accuracy[1] > 0.96

# %% [markdown]
# The same picture as on ten points. Without a penalty the training loss is the lowest and lies the most. A
# moderate $\lambda$ is best on patients that were not seen. A strong one is bad on both, and at least honest.
# Each fold is a little different; the spread says how far the mean can be trusted:

# %%
print("the five folds:", np.round(by_fold[0.001], 4), f"  mean {table[0.001][1]:.4f}")

# %% tags=["check"] errata=["E-S001-19"]
for theta in one, spread:
    l1_price, l2_price = (penalty(list(ag.array(theta))).data for penalty in (reg.l1, reg.l2))
    assert l1_price > l2_price
assert (reg.l1(list(values(a=3.0, b=-4.0))).data, reg.l2(list(values(a=3.0, b=-4.0))).data) == (7, 25)
assert (reg.l1(list(ag.array(one))).data, reg.l2(list(ag.array(one))).data) == (0.75, 0.5625)
assert (reg.l1(list(ag.array(spread))).data, reg.l2(list(ag.array(spread))).data) == (1.0, 0.375)

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. One weight, the loss (t − 2)² + λ|t|. From which λ on is the best t exactly 0?",
    answer=4,
    slips={
        2: "2 is what the data want. How steep is (t − 2)² at 0?",
        1: "At 0 the pull of the data is 4. The price must hold against it.",
        8: "At 0 the slope of (t − 2)² is −4, not −8.",
    },
    hints=[
        "How strongly do the data pull at t = 0?",
        "The slope of (t − 2)² there is −4.",
        "From λ = 4 on the price holds against it.",
    ],
)

# %% [markdown] tags=["solution"]
# At $t = 0$ the data pull with the slope $-4$. The price pulls back with $\lambda$, whatever $t$ is; from $\lambda = 4$ on it
# holds. With L2 there is no such $\lambda$: the best $t$ is $2/(1 + \lambda)$, small, but never 0.

# %% tags=["solution"]
for strength in (3.9, 4.1):
    slope = ag.grad(lambda t, s=strength: losses.square(t, 2.0) + s * abs(t))
    print(strength, slope(-1e-9), slope(1e-9))

# %% tags=["exercise"]
viz.exercise(
    "2. One weight, the loss (t − 3)² + λ·t² with λ = 0.5. Which t is best?",
    answer=2,
    slips={
        3: "3 is what the data want. The price pulls it towards 0.",
        1.5: "1.5 is the one for λ = 1, half of what the data want. Here λ is 0.5.",
        0: "With L2 the best t is smaller, but never 0.",
        2.5: "2.5 is 3 − 0.5, as L1 with λ = 1 would have it. L2 pulls in proportion to t.",
        6: "6 is the pull of the data at t = 0. Where do both pulls balance?",
    },
    hints=["Where is the slope 0?", "2·(t − 3) + 2·0.5·t = 0", "3·t = 6, so t = 2."],
)

# %% [markdown] tags=["solution"]
# The slope is $2 (t - 3) + 2 \cdot 0.5 \, t = 3t - 6$, and it is 0 at $t = 2$. In general the best $t$ is $3/(1 + \lambda)$.

# %% tags=["solution"]
print(ag.grad(lambda t: losses.square(t, 3.0) + 0.5 * t * t)(2.0))

# %% tags=["exercise"]
viz.exercise(
    "3. The five neurons above, whose output is 8 without dropout, but with p = 0.5. What is the mean of the output over all 32 "
    "masks?",
    answer=8,
    slips={
        4: "4 would be without the scaling, 8 · 0.5. What is on is multiplied by 1/(1 − p) = 2.",
        16: "16 is 8 · 2. Only half of the neurons are on.",
        6.4: "6.4 is 8 · 0.8, for p = 0.2 without the scaling.",
        10: "10 is 8 · 1.25, with the factor for p = 0.2 and all on.",
    },
    hints=["Half are off, the others count double.", "0.5 · 2 = 1", "8, as without dropout."],
)

# %% [markdown] tags=["solution"]
# Half of the neurons are off on average, and the others count double, so that the mean is 8, as it is for every $p$. The
# variance grows, from 20.6 to 82.5.

# %% tags=["solution"]
outputs = (masks * hidden / 0.5) @ w
print(outputs.mean(), outputs.var())

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(19, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Hold a model back: L2, L1, dropout, averages of many; and say what each does to a weight.
# * Say which $\lambda$ is too weak and which too strong, by two curves.
# * Say what the scaling of dropout is for, and what it does at inference.
# * Compare remedies on data that were held out.
#
# In PyTorch: `weight_decay` in the optimiser is L2 (with $2\lambda$), `nn.Dropout` and `nn.BatchNorm1d` are
# layers, `model.train()` and `model.eval()` switch them.
