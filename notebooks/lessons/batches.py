# %% [markdown]
# # Batches: from how many samples?
#
# **What you will see**: a gradient can be computed from one sample, from some, or from all. Few samples
# make a crooked way and cheap steps. You compare them at equal work, and learn when to stop.
#
# You need [](gradient_descent) (the line through four points) and [](order_and_accumulation) (gradients of
# samples add up).

# %%
import math
from functools import partial
from itertools import combinations, cycle, islice, pairwise

import numpy as np

import autograd as ag
import nn
import viz
from autograd import practice, values
from nn import data, losses
from nn.optim import SGD
from nn.schedules import InverseTime


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


def near(this, that):
    return np.allclose(this, that, rtol=1e-4, atol=1e-12)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(15, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(15, seed=1)[1])

# %%
X, y = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]), np.array([2.0, 3.0, 5.0, 6.0])
samples = list(zip(X, y, strict=True))
best = np.array([0.5, 1.4])


def cost(t0, t1):
    return losses.mse([t0 + t1 * x for _, x in X], y)


start = [0.0, 0.0]

# %% rows=["S004-30"]
one_by_one = [np.zeros(2)]
for x, target in islice(cycle(samples), 40):
    theta = one_by_one[-1]
    one_by_one.append(theta - 0.02 * 2 * (x @ theta - target) * x)  # against the gradient of one square
all_four = nn.minimise(cost, start, partial(SGD, lr=0.02), 40).points
ways = {"full batch": all_four, "single samples": one_by_one}
names = "θ₀", "θ₁"
viz.trajectory(cost, ways, (-0.1, 0.8), (-0.1, 2.0), names=names)

# %% [markdown]
# Two ways down, forty steps each, for the line $\hat{y} = \theta_0 + \theta_1 x$ through the four points of
# [](gradient_descent). One takes the gradient of all four samples for each step. The other takes one sample
# at a time. The lowest point is $\theta^* = (0.5, 1.4)$, with the cost $J^* = 0.05$.
#
# The question of this lesson: **how many samples should a step look at?**
#
# (`nn.minimise(f, start, optimizer, steps)` is the training loop for a function of a few numbers. It makes
# the parameters itself, so it wants a function that makes an optimiser for them, and it returns all points
# visited.)

# %% tags=["check"]
way = nn.minimise(lambda t: t * t, 1.0, lambda params: SGD(params, lr=0.1), steps=3)
assert close(way.points, [1, 0.8, 0.64, 0.512])
assert close(way.values, way.points**2)

# %% [markdown]
# ## One sample, or all of them
#
# With a single sample a step is
#
# $$\theta^{k+1} = \theta^k - \alpha \nabla_\theta L_i(\theta^k)$$
#
# and with all $n$ samples, where $L$ is the average of the $L_i$:
#
# $$\theta^{k+1} = \theta^k - \alpha \nabla_\theta L(\theta^k)$$
#
# At $\theta = (0, 0)$ the first sample, $x = 1$ and $y = 2$, has the gradient $2 (0 - 2) \cdot (1, 1) =
# (-4, -4)$. With $\alpha = 0.02$ the first step leads to $(0.08, 0.08)$.

# %% tags=["question"]
viz.exercise(
    "The second sample is x = 2, y = 3, and its guess is now 0.24. What is the new θ₀? It was 0.08, and α is 0.02.",
    answer=0.1904,
    slips={
        -0.0304: "−0.0304 is 0.08 + 0.02 · 2 · (0.24 − 3). The step goes against the gradient.",
        0.1352: "0.1352 lacks the 2 of the square.",
        0.3008: "0.3008 is the new θ₁, whose input is 2. That of θ₀ is 1.",
        0.1104: "0.1104 is the step. Add it to 0.08.",
    },
    hints=["θ₀ − α · 2 · (guess − answer)", "0.08 − 0.02 · 2 · (0.24 − 3)", "0.08 + 0.1104 = 0.1904."],
)

# %%
sgd = [theta.round(10).tolist() for theta in one_by_one[:5]]
print(*sgd, sep="\n")

# %% tags=["check"] rows=["S001-31"]
expected = [[0, 0], [0.08, 0.08], [0.1904, 0.3008], [0.346688, 0.769664], [0.44967424, 1.181609]]
assert near(sgd, expected)

# %% tags=["check"] rows=["S001-32"]
visited = nn.minimise(cost, start, partial(SGD, lr=0.1), 3).points
assert close(visited[1:], [[0.8, 2.35], [0.265, 0.775], [0.6245, 1.83]])

# %% [markdown]
# Going through all samples once is called an *epoch*. Both rules are in `nn.fit`: `batch_size=1` is the
# first, no `batch_size` the second. (`rng=None` keeps the order; usually one shuffles.)

# %%
line = nn.Linear(2, 1, bias=False, init="zeros")
nn.fit(line, losses.mse, SGD(line.parameters(), lr=0.01), (X, y), epochs=1, batch_size=1, rng=None)
print("one epoch, four steps:", ag.data(line.parameters()))

# %% tags=["check"] rows=["S004-25"]
assert close(ag.data(line.parameters()), [0.26889664, 0.75165056])

# %% [markdown]
# ## A batch: sum the losses, one backward
#
# Instead of going back for every sample, add up the losses of some samples, and go back once. Such a group
# is called a *batch*. Watch where the four samples meet: the leaf $\theta_0$ receives one contribution from
# each. The first is $2 (0 - 2) \cdot 1 = -4$.

# %% tags=["question"]
viz.exercise(
    "What is the sum of the four contributions to θ₀? The answers are 2, 3, 5 and 6, the guesses 0.",
    answer=-32,
    slips={
        32: "The size is right. Guess minus answer is negative.",
        -16: "−16 lacks the 2 of the square.",
        -8: "−8 is the mean. Here the losses are added.",
        -28: "−28 are the other three. The first brings −4.",
    },
    hints=["2 · (guess − answer) for each.", "−4, −6, −10 and −12", "−4 − 6 − 10 − 12 = −32."],
)

# %% rows=["S004-29"]
t0, t1 = values(θ0=0.0, θ1=0.0)
guesses = {f"ŷ{i}": t0 + t1 * x for i, (_, x) in enumerate(X, start=1)}
total = losses.mse(list(guesses.values()), y, reduction="sum")
total.backward()
viz.walkthrough(total, names={"L": total, **guesses}, wrt=[t0, t1])

# %% tags=["check"] rows=["S004-29"]
assert ag.grads([t0, t1]).tolist() == [-32, -94]

# %% [markdown]
# So the gradient of the sum is the sum of the gradients, exactly. Here they are one by one. (`jacobian` of a
# function that returns four losses gives four gradients, one per row.)

# %%
each = ag.jacobian(lambda t: [(t[0] + t[1] * x - target) ** 2 for (_, x), target in samples])
gradients = np.array(each([0.0, 0.0]))
print(gradients)

# %% tags=["check"] rows=["S004-29"]
assert gradients.tolist() == [[-4, -4], [-6, -12], [-10, -30], [-12, -48]]
assert gradients.sum(axis=0).tolist() == [-32, -94]
assert gradients.mean(axis=0).tolist() == [-8, -23.5]

# %% [markdown]
# That is so *at one place*. Four steps one after the other are something else, since the second sample
# already sees the new parameters. And a mean is a quarter of a sum: with the mean, the learning rate must
# be $n$ times as large for the same step.

# %%
ends = {}
for name, size, reduction in ("sum", 4, "sum"), ("mean", 4, "mean"), ("one by one", 1, "sum"):
    line = nn.Linear(2, 1, bias=False, init="zeros")
    optimizer = SGD(line.parameters(), lr=0.01)
    history = nn.fit(
        line, losses.mse, optimizer, (X, y), epochs=1, batch_size=size, reduction=reduction, rng=None
    )
    ends[name] = ag.data(line.parameters())
    print(f"{name:10}: θ = {ends[name].round(8).tolist()}, loss before {history.loss[0]:.6g}")

# %% tags=["check"] rows=["S004-29"] errata=["E-S004-11", "E-X-01"]
assert close(ends["sum"], [0.32, 0.94])
assert close(ends["mean"], [0.08, 0.235])
assert close(ends["one by one"], [0.26889664, 0.75165056])
assert close(losses.mse(np.zeros(4), y), 18.5)
assert close(losses.mse(np.zeros(4), y, reduction="sum"), 74)

# %% tags=["check"] errata=["E-S001-11"]
residuals = np.zeros(4) - y
assert residuals.tolist() == [-2, -3, -5, -6]
assert residuals.mean() == -4
assert gradients.mean(axis=0).tolist() == [-8, -23.5]

# %% [markdown]
# ## Batch size
#
# How many samples per update? That is the *batch size*, a *hyperparameter*: a number that you choose and no
# gradient chooses for you. Of 1000 samples, batches of 64 make 16 updates in an epoch; the last batch takes
# what is left.

# %% tags=["question"]
viz.exercise(
    "Of 1000 samples, how many updates per epoch do batches of 32 make?",
    answer=32,
    slips={
        31: "31 are the full batches, 31 · 32 = 992. The last one takes what is left.",
        31.25: "31.25 is 1000 / 32. The last batch is smaller, and makes an update, too.",
        1000: "1000 is for batches of one sample.",
        968: "968 is 1000 − 32. Divide.",
    },
    hints=["1000 / 32 is a little more than 31.", "31 full ones and a rest of 8.", "32 updates."],
)

# %%
updates = {size: len(data.batches(1000, size)) for size in (1, 32, 64, 1000)}
print("updates per epoch, by batch size:", updates)

# %% tags=["check"] rows=["S001-36", "S001-39"]
assert list(updates.values()) == [1000, 32, 16, 1]
assert len(data.batches(1000, 32)[-1]) == 8  # the last batch takes what is left
assert len(data.batches(10**6, 1024)) == 977

# %% [markdown]
# Small batches are noisy. How noisy? At $\theta = 0$ we know all four gradients, so we can list *all*
# batches of a size and take the variance over them.

# %% tags=["question"]
viz.exercise(
    "With batches of 2, is the variance of the gradient a half of that of single samples?",
    answer="less than a half",
    choices={
        "a half": "That would be so if the two were drawn independently. Here no sample is drawn twice.",
        "less than a half": "Right: pairs are drawn without putting back, and that helps a little.",
        "more than a half": "The mean of two is calmer than that.",
    },
    hints=[
        "With batches of 4, all samples, the variance is 0.",
        "So it falls faster than by a half each time.",
        "Less than a half, since pairs are drawn without putting back: with all four samples it is 0.",
    ],
    hunch=True,
)

# %%
variance = {}
for size in (1, 2, 4):
    every = np.array([gradients[list(chosen)].mean(axis=0) for chosen in combinations(range(4), size)])
    variance[size] = every.var(axis=0)
    print(f"batches of {size}: {len(every)} of them, variance {variance[size].round(4).tolist()}")

# %% tags=["check"] rows=["S001-37", "S001-38"]
for size, expected in (1, [10, 288.75]), (2, [3.333333333, 96.25]), (4, [0, 0]):
    every = np.array([gradients[list(chosen)].mean(axis=0) for chosen in combinations(range(4), size)])
    variance[size] = every.var(axis=0)
    assert close(variance[size], expected)

# %% [markdown]
# A third: pairs are drawn without putting back, and that helps a little beyond the half.
#
# Large batches converge faster *per update*. But an update with four samples costs four sample gradients.

# %% tags=["question"]
viz.exercise(
    "Four sample gradients are spent, on one full step or on four small ones. Which comes lower here?",
    answer="four small ones",
    choices={
        "one full step": "One step with 0.02 moves little. Four steps move about four times as far.",
        "four small ones": "Right: at equal work they go farther.",
        "both the same": "The gradients differ, and there are four steps against one.",
    },
    hints=[
        "How far does one step with α = 0.02 lead?",
        "Four steps lead about four times as far.",
        "Four small ones: at equal work they go about four times as far here.",
    ],
    hunch=True,
)

# %%
full = nn.minimise(cost, start, partial(SGD, lr=0.02), 4).values
print(f"4 sample gradients, one full step:    J = {full[1]:.5f}")
print(f"4 sample gradients, four small steps: J = {cost(*sgd[4]):.5f}")
print(f"16 sample gradients, four full steps: J = {full[4]:.5f}")

# %% tags=["check"] rows=["S001-38"] errata=["E-S001-14"]
assert near(full[1], 8.23335)
assert close([full[4], cost(*sgd[4])], [0.7641163169, 0.4651960051])

# %% [markdown]
# At equal work the small steps win here. In practice the hardware computes the samples of a batch side by
# side, as many as it has room for, and such a batch takes hardly more time than one sample. So one takes the biggest
# that fits.
#
# ## Zig-zag
#
# The picture at the beginning shows the price of small batches: the way is not direct. Here is its end,
# enlarged (from the eighth step on):

# %% rows=["S004-30"]
viz.trajectory(cost, {name: way[8:] for name, way in ways.items()}, names=names)

# %% [markdown]
# How crooked is a way? Divide its length by the straight distance from its start to its end. And count the
# steps in which the loss *rose*:

# %%
for name, way in ways.items():
    length = sum(math.dist(a, b) for a, b in pairwise(way))
    risen = sum(cost(*b) > cost(*a) for a, b in pairwise(way))
    crooked = length / math.dist(way[0], way[-1])
    print(f"{name:14}: the loss rises in {risen} of 40 steps; length / distance = {crooked:.3f}")

# %% tags=["check"] rows=["S004-30"]
for way, rises, crooked in (all_four, 0, 1.00138), (one_by_one, 9, 1.584344):
    length = sum(math.dist(a, b) for a, b in pairwise(way))
    risen = sum(cost(*b) > cost(*a) for a, b in pairwise(way))
    assert risen == rises
    assert near(length / math.dist(way[0], way[-1]), crooked)

# %% [markdown]
# ## Does it arrive?
#
# Near the minimum single samples pull in different directions. A *schedule* makes the learning rate smaller and
# smaller: $\alpha_k = 0.02/(1 + 0.01 k)$.

# %% tags=["question"]
viz.exercise(
    "40000 steps from single samples, with a constant and with a shrinking learning rate. Which ends nearer to θ*?",
    answer="the shrinking one",
    choices={
        "the constant one": "It never stops circling: each sample pulls it away again.",
        "the shrinking one": "Right: its steps become too short to be pulled away.",
        "both arrive": "At θ* the four samples still pull, each in another direction.",
    },
    hints=[
        "What does a single sample say at θ*?",
        "It pulls, and the step is as long as α allows.",
        "The shrinking one: its steps become too short for a single sample to pull it away again.",
    ],
    hunch=True,
)

# %%
for name, lr in (("constant", 0.02), ("shrinking", InverseTime(0.02, decay=0.01))):
    optimizer, theta = SGD(list(values(θ0=0.0, θ1=0.0)), lr=lr), np.zeros(2)
    for x, target in islice(cycle(samples), 40_000):
        theta = optimizer.advance(theta, 2 * (x @ theta - target) * x)  # the gradient of one square
    print(f"{name:9}: θ = {theta.round(6).tolist()}, {np.linalg.norm(theta - best):.6f} away from θ*")

# %% tags=["check"] rows=["S004-31"] errata=["E-S004-12"]
for lr, expected in (
    (0.02, 0.056407439),
    (InverseTime(0.02, decay=0.01), 0.00219295),
):
    optimizer, theta = SGD(list(values(θ0=0.0, θ1=0.0)), lr=lr), np.zeros(2)
    for x, target in islice(cycle(samples), 40_000):
        theta = optimizer.advance(theta, 2 * (x @ theta - target) * x)  # the gradient of one square
    assert near(np.linalg.norm(theta - best), expected)

# %% [markdown]
# ## When to stop
#
# "Stop when $w_{new} \approx w_{old}$." In the library this rule is `SmallStep(tol)`. The loss is $(w -
# 3)^2$, from $w = 0$:

# %%
one = [[1.0]], [3.0]  # one sample: the input is 1, the target 3, so the guess is w
neuron = nn.Neuron(1, "linear", bias=False, init="zeros")
optimizer = SGD(neuron.parameters(), lr=0.1)
history = nn.fit(neuron, losses.mse, optimizer, one, epochs=1000, stop_when=nn.SmallStep(1e-6))
(w,) = neuron.parameters()
print(f"stopped after {len(history.loss)} steps at w = {w.data:.9f}")

# %% tags=["check"] rows=["S004-26"]
assert len(history.loss) == 61
assert close(w.data, 2.999996322)
assert near(3 - w.data, 3.67799e-06)

# %% [markdown]
# A trap: steps are also small when the learning rate is tiny.

# %% tags=["question"]
viz.exercise(
    "With α = 10⁻⁹ and the same rule, after how many steps does it stop?",
    answer=1,
    slips={
        61: "61 it was with α = 0.1. How long is the first step now?",
        1000: "The rule stops when a step is below 0.000001. How long is the first step?",
        0: "One step is taken, and found to be small.",
    },
    hints=["How long is the first step?", "10⁻⁹ · 6", "Far below 10⁻⁶: it stops at once, after 1 step."],
)

# %%
w.data = 0.0
optimizer = SGD([w], lr=1e-9)
history = nn.fit(neuron, losses.mse, optimizer, one, epochs=1000, stop_when=nn.SmallStep(1e-6))
print(f"steps: {len(history.loss)}, at w = {w.data:.1g}, where the slope is {w.data * 2 - 6:.0f}")

# %% tags=["check"] rows=["S004-26"] errata=["E-S004-08"]
assert len(history.loss) == 1
assert close(w.data, 6e-9)

# %% [markdown]
# "Convergence" at once, far away from the minimum. Look at the gradient, too: at a minimum it is small;
# here it is $-6$.

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. At θ = 0 the four sample gradients are (−4, −4), (−6, −12), (−10, −30) and (−12, −48). What is the first entry of the "
    "gradient of the mean of all four?",
    answer=-8,
    slips={
        -32: "−32 is the sum. Take the mean.",
        8: "The size is right. All four are negative.",
        -23.5: "−23.5 is the second entry.",
        -16: "−16 is half the sum. There are four samples.",
    },
    hints=["Add the first entries, and divide by four.", "(−4 − 6 − 10 − 12) / 4", "−32 / 4 = −8."],
)

# %% [markdown] tags=["solution"]
# $(-4 - 6 - 10 - 12)/4 = -8$, and the second entry is $-23.5$. Of the batches of two, those of the samples 2 and 3 and of 1
# and 4 come nearest, with $(-8, -21)$ and $(-8, -26)$.

# %% tags=["solution"]
print(gradients.mean(axis=0), gradients[[1, 2]].mean(axis=0), gradients[[0, 3]].mean(axis=0))

# %% tags=["exercise"]
viz.exercise(
    "2. One epoch over 50000 samples with batches of 128. How many updates?",
    answer=391,
    slips={
        390: "390 are the full batches. The last one takes the 80 that are left.",
        390.6: "390.6 is 50000 / 128. The last batch makes an update, too.",
        49872: "49872 is 50000 − 128. Divide.",
        128: "128 is the size of a batch.",
    },
    hints=["50000 / 128 is a little more than 390.", "390 full ones and a rest of 80.", "391."],
)

# %% [markdown] tags=["solution"]
# $390 \cdot 128 = 49920$; the last 80 samples make one more update: 391.

# %% tags=["solution"]
print(len(data.batches(50_000, 128)), len(data.batches(50_000, 128)[-1]))

# %% tags=["exercise"]
viz.exercise(
    "3. With the sum in place of the mean of four samples, which learning rate takes the same first step as α = 0.1?",
    answer=0.025,
    slips={
        0.4: "0.4 is four times as large. The sum is four times the mean, so α must be smaller.",
        0.1: "The sum is four times as long as the mean.",
        0.05: "0.05 is a half. There are four samples.",
    },
    hints=["The sum is four times the mean.", "0.1 / 4", "0.025."],
)

# %% [markdown] tags=["solution"]
# The sum is four times the mean, so the learning rate must be a quarter: 0.025.

# %% tags=["solution"]
print(0.025 * gradients.sum(axis=0), 0.1 * gradients.mean(axis=0))

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(15, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Add up the gradients of a batch, and say what a mean changes.
# * Count the updates of an epoch, and compare batch sizes at equal work.
# * Say why a constant learning rate circles, and why a small step is no proof of convergence.
#
# In PyTorch batches come from a `DataLoader`, schedules from `torch.optim.lr_scheduler`.
