# %% [markdown]
# # 12. Optimisers: batches, line search, momentum, Nesterov, RMSProp
#
# **What you will see** (about 45 minutes): a gradient says which way is down; it does not say how far to go,
# nor from how many samples to compute it. You try the answers of notes 001 one after the other, each on a
# loss so small that you can check every number: batches, line search, momentum, Nesterov's look-ahead and
# RMSProp. The ways down the hill are drawn, so that you see what each of them mends.
#
# You need lesson 6 (gradient descent on the line with four points) and lesson 11 (all gradients first, then
# the update).

# %%
import math
from functools import partial
from itertools import combinations, cycle, islice, pairwise

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, values
from nn import data, init, losses
from nn.optim import SGD, Adagrad, Adam, Momentum, Nesterov, RMSProp, line_search
from nn.schedules import InverseTime

close = partial(np.allclose, rtol=1e-8, atol=1e-12)  # numbers that the notes' tables give in ten digits
near = partial(np.allclose, rtol=1e-4, atol=1e-12)  # and in six

# %% [markdown]
# ## Where to start
#
# "Initialise $w^k_{ij}$, lots of techniques out there" is step 1 in notes 004. One technique is certainly
# wrong: all weights equal.
#
# > **Predict**: a 2-2-1 net with tanh in the middle. All weights are 0.5. Do the two hidden neurons ever
# > become different? And what if all weights are 0?

# %% rows=["S004-14"]
for start, expected in (0.0, [[0, 0]] * 2), (0.5, [[-0.01714034028, -0.03428068056]] * 2):
    net = nn.MLP(2, [2, 1], bias=False, init=partial(init.constant, value=start))
    losses.mse(net([1.0, 2.0]), [1.0]).backward()
    hidden = ag.grads(net.W(1))
    assert close(hidden, expected)
    print(f"all weights {start}: gradients of the hidden weights {(hidden + 0.0).round(8).tolist()}")

# %% [markdown]
# Zero: nothing moves. One half: both rows get the same gradient, so the neurons stay twins for ever. Random
# numbers break the tie. `init` has the usual ones; each takes a seed, so that a run can be repeated:

# %% rows=["S004-14"]
drawn = init.xavier_uniform((2, 2), rng=0)
assert (drawn == init.xavier_uniform((2, 2), rng=0)).all()
assert len(np.unique(drawn)) == 4
print(drawn)

# %% [markdown]
# ## The loop, as a function
#
# We shall run many optimisers on many losses. `nn.minimise(f, start, optimizer, steps)` is the training loop
# of lesson 6 for a function of a few numbers: forget the old gradients, compute, go backward, step. It makes
# the parameters itself, so it wants a function that makes an optimiser for them, and it returns all points
# visited, the start first, with the values of `f` and the optimiser's own numbers.

# %%
way = nn.minimise(lambda t: t * t, 1.0, lambda params: SGD(params, lr=0.1), steps=3)
assert close(way.points, [1, 0.8, 0.64, 0.512])
assert close(way.values, way.points**2)
print(way, way.points, sep="\n")

# %% [markdown]
# ## One sample, or all of them
#
# The line through four points, as in lesson 6: $\hat{y} = \theta_0 + \theta_1 x$. The best parameters are
# known, $\theta^* = (0.5, 1.4)$, and so is the lowest loss, $J^* = 0.05$.

# %%
X, y = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]), np.array([2.0, 3.0, 5.0, 6.0])
samples = list(zip(X, y, strict=True))
best = np.array([0.5, 1.4])


def cost(t0, t1):
    return losses.mse([t0 + t1 * x for _, x in X], y)


def of_one(x, target):
    """Return the loss of one sample, as a function of θ."""
    return lambda t0, t1: losses.square(t0 + t1 * x[1], target)


start = [0.0, 0.0]

# %% [markdown]
# Notes 001 write two rules. With a single sample,
#
# $$\theta^{k+1} = \theta^k - \alpha \nabla_\theta L_i(\theta^k, x_i, y_i)$$
#
# and with all $n$ samples, where $L$ is the average of the $L_i$:
#
# $$\theta^{k+1} = \theta^k - \alpha \nabla_\theta L(\theta^k, x_{1..n}, y_{1..n})$$
#
# The first, sample after sample:

# %% rows=["S001-31"]
sgd = [start]
for x, target in samples:
    sgd.append(nn.minimise(of_one(x, target), sgd[-1], partial(SGD, lr=0.02), 1).points[-1].tolist())
expected = [[0, 0], [0.08, 0.08], [0.1904, 0.3008], [0.346688, 0.769664], [0.44967424, 1.181609]]
assert near(sgd, expected)
print(*sgd, sep="\n")

# %% [markdown]
# The second, all four at once (here with a longer step, 0.1):

# %% rows=["S001-32"]
visited = nn.minimise(cost, start, partial(SGD, lr=0.1), 3).points
assert close(visited[1:], [[0.8, 2.35], [0.265, 0.775], [0.6245, 1.83]])
print(visited)

# %% [markdown]
# Going through all samples once is called an *epoch*. Both rules are in `nn.fit`: `batch_size=1` is the
# first, no `batch_size` the second. (`rng=None` keeps the order; usually one shuffles.)

# %% rows=["S004-25"]
line = nn.Linear(2, 1, bias=False, init="zeros")
nn.fit(line, losses.mse, SGD(line.parameters(), lr=0.01), (X, y), epochs=1, batch_size=1, rng=None)
assert close(ag.data(line.parameters()), [0.26889664, 0.75165056])
print("one epoch, four steps:", ag.data(line.parameters()))

# %% [markdown]
# ## A batch: sum the losses, one backward
#
# "Instead of doing backprop for every point, $\Sigma$ loss over a batch of points and then do backprop.
# Kinda the same thing but a ton faster" (notes 004). Watch where the four samples meet. The leaf $\theta_0$
# receives one contribution from each sample.
#
# > **Predict** the four contributions to $\theta_0$ at $\theta = 0$. Each is $2 (\hat{y}_i - y_i) \cdot 1$.

# %% rows=["S004-29"]
t0, t1 = values(θ0=0.0, θ1=0.0)
guesses = {f"ŷ{i}": t0 + t1 * x for i, (_, x) in enumerate(X, start=1)}
total = losses.mse(list(guesses.values()), y, reduction="sum")
total.backward()
assert ag.grads([t0, t1]).tolist() == [-32, -94]
viz.walkthrough(total, names={"L": total, **guesses}, wrt=[t0, t1])

# %% [markdown]
# So the gradient of the sum is the sum of the gradients, exactly. Here they are one by one. (`jacobian` of a
# function that returns four losses gives four gradients, one per row.)

# %% rows=["S004-29"]
each = ag.jacobian(lambda t: [(t[0] + t[1] * x - target) ** 2 for (_, x), target in samples])
gradients = np.array(each([0.0, 0.0]))
assert gradients.tolist() == [[-4, -4], [-6, -12], [-10, -30], [-12, -48]]
assert gradients.sum(axis=0).tolist() == [-32, -94]
assert gradients.mean(axis=0).tolist() == [-8, -23.5]
print(gradients)

# %% [markdown]
# "Kinda the same" is true of the *gradient at one place*. Four steps one after the other are something else,
# since the second sample already sees the new parameters. And a mean is a quarter of a sum:

# %% rows=["S004-29"] errata=["E-S004-11", "E-X-01"]
ends = {}
for name, size, reduction in ("sum", 4, "sum"), ("mean", 4, "mean"), ("one by one", 1, "sum"):
    line = nn.Linear(2, 1, bias=False, init="zeros")
    optimizer = SGD(line.parameters(), lr=0.01)
    history = nn.fit(
        line, losses.mse, optimizer, (X, y), epochs=1, batch_size=size, reduction=reduction, rng=None
    )
    ends[name] = ag.data(line.parameters())
    print(f"{name:10}: θ = {ends[name].round(8).tolist()}, loss before {history.loss[0]:.6g}")
assert close(ends["sum"], [0.32, 0.94])
assert close(ends["mean"], [0.08, 0.235])
assert close(ends["one by one"], [0.26889664, 0.75165056])
assert close(losses.mse(np.zeros(4), y), 18.5)
assert close(losses.mse(np.zeros(4), y, reduction="sum"), 74)

# %% [markdown]
# (The errata E-S004-11 and E-X-01 are just this: say which reduction you mean. With the mean, the learning
# rate must be $n$ times as large for the same step.)
#
# ## Batch size
#
# How many samples per update? The notes call $n$ the *batch size*, a hyperparameter: a number that you choose
# and no gradient chooses for you. 1000 samples make, per epoch:

# %% rows=["S001-36", "S001-39"]
updates = {size: len(data.batches(1000, size)) for size in (1, 32, 64, 1000)}
assert list(updates.values()) == [1000, 32, 16, 1]
assert len(data.batches(1000, 32)[-1]) == 8  # the last batch takes what is left
assert len(data.batches(10**6, 1024)) == 977
print("updates per epoch, by batch size:", updates)

# %% [markdown]
# Small batches are noisy, say the notes. How noisy? At $\theta = 0$ we know all four gradients, so we can
# list *all* batches of a size and take the variance over them.
#
# > **Predict**: with batches of 2, is the variance a half of that of single samples, or less?

# %% rows=["S001-37", "S001-38"]
variance = {}
for size, expected in (1, [10, 288.75]), (2, [3.333333333, 96.25]), (4, [0, 0]):
    every = np.array([gradients[list(chosen)].mean(axis=0) for chosen in combinations(range(4), size)])
    variance[size] = every.var(axis=0)
    assert close(variance[size], expected)
    print(f"batches of {size}: {len(every)} of them, variance {variance[size].round(4).tolist()}")

# %% [markdown]
# A third: pairs are drawn without putting back, and that helps a little beyond the half.
#
# Large batches converge faster *per update*. But an update with four samples costs four sample gradients.
# Compare at equal cost:

# %% rows=["S001-38"] errata=["E-S001-14"]
full = nn.minimise(cost, start, partial(SGD, lr=0.02), 4).values
assert near(full[1], 8.23335)
assert close([full[4], cost(*sgd[4])], [0.7641163169, 0.4651960051])
print(f"4 sample gradients, one full step:    J = {full[1]:.5f}")
print(f"4 sample gradients, four small steps: J = {cost(*sgd[4]):.5f}")
print(f"16 sample gradients, four full steps: J = {full[4]:.5f}")

# %% [markdown] errata=["E-S001-21"]
# "Smaller batch: slower convergence" (E-S001-14) is true per update, and here false per work done. In
# practice the samples of a batch are computed side by side on the hardware, so a batch of 32 or 1024 costs
# hardly more time than one sample. Take the biggest that fits, as the notes say. (They end with "could
# millions": *be* is missing, E-S001-21.)
#
# ## Zig-zag
#
# "The path towards the global cost minimum is not direct, but may go zig-zag" (notes 004). The figure is
# lost; here it is again. Forty steps of either kind:

# %% rows=["S004-30"]
sgd = [np.zeros(2)]
for x, target in islice(cycle(samples), 40):
    sgd.append(nn.minimise(of_one(x, target), sgd[-1], partial(SGD, lr=0.02), 1).points[-1])
gd = nn.minimise(cost, start, partial(SGD, lr=0.02), 40).points
names = "θ₀", "θ₁"
viz.trajectory(cost, {"full batch": gd, "single samples": sgd}, (-0.1, 0.8), (-0.1, 2.0), names=names)

# %% [markdown]
# And the end of both ways, enlarged (from the eighth step on):

# %% rows=["S004-30"]
viz.trajectory(cost, {"full batch": gd[8:], "single samples": sgd[8:]}, names=names)

# %% [markdown]
# How crooked is a way? Divide its length by the straight distance from its start to its end. And count the
# steps in which the loss *rose*:

# %% rows=["S004-30"]
for name, way, rises, crooked in ("full batch", gd, 0, 1.00138), ("single samples", sgd, 9, 1.584344):
    length = sum(math.dist(a, b) for a, b in pairwise(way))
    risen = sum(cost(*b) > cost(*a) for a, b in pairwise(way))
    assert risen == rises
    assert near(length / math.dist(way[0], way[-1]), crooked)
    print(f"{name}: the loss rises in {risen} of 40 steps; length / distance = {crooked}")

# %% [markdown]
# ## Does it arrive?
#
# "Stochastic gradient descent almost surely converges to the global minimum if the cost is convex" (notes
# 004). With a constant learning rate it does not: near the minimum the samples pull in different
# directions, and the parameters circle. The theorem wants learning rates that shrink, though not too fast.
# A *schedule* does that: $\alpha_k = 0.02/(1 + 0.01 k)$.
#
# > **Predict**: 40000 steps. Which of the two ends nearer to $\theta^*$?

# %% rows=["S004-31"] errata=["E-S004-12"]
for name, lr, expected in (
    ("constant", 0.02, 0.056407439),
    ("shrinking", InverseTime(0.02, decay=0.01), 0.00219295),
):
    optimizer, theta = SGD(list(values(θ0=0.0, θ1=0.0)), lr=lr), np.zeros(2)
    for x, target in islice(cycle(samples), 40_000):
        theta = optimizer.advance(theta, 2 * (x @ theta - target) * x)  # the gradient of one square
    assert near(np.linalg.norm(theta - best), expected)
    print(f"{name:9}: θ = {theta.round(6).tolist()}, {np.linalg.norm(theta - best):.6f} away from θ*")

# %% [markdown]
# ## When to stop
#
# "Stop when $w_{new} \approx w_{old}$: convergence" (notes 004). In the library this rule is
# `SmallStep(tol)`. The loss is $(w - 3)^2$, from $w = 0$:

# %% rows=["S004-26"]
one = [[1.0]], [3.0]  # one sample: the input is 1, the target 3, so the guess is w
neuron = nn.Neuron(1, "linear", bias=False, init="zeros")
optimizer = SGD(neuron.parameters(), lr=0.1)
history = nn.fit(neuron, losses.mse, optimizer, one, epochs=1000, stop_when=nn.SmallStep(1e-6))
(w,) = neuron.parameters()
assert len(history.loss) == 61
assert close(w.data, 2.999996322)
assert near(3 - w.data, 3.67799e-06)
print(f"stopped after {len(history.loss)} steps at w = {w.data:.9f}")

# %% [markdown]
# A trap: steps are also small when the learning rate is tiny. Then "convergence" is declared at once, far
# away from the minimum (E-S004-08):

# %% rows=["S004-26"] errata=["E-S004-08"]
w.data = 0.0
optimizer = SGD([w], lr=1e-9)
history = nn.fit(neuron, losses.mse, optimizer, one, epochs=1000, stop_when=nn.SmallStep(1e-6))
assert len(history.loss) == 1
assert close(w.data, 6e-9)
print(f"stopped after {len(history.loss)} step at w = {w.data:.1g}, where the slope is {w.data * 2 - 6:.0f}")

# %% [markdown]
# ## How far to go: line search
#
# Why not look along the line and take the best step, the $\alpha$ that makes $L(\theta - \alpha \nabla L)$
# smallest? The notes: "not practical since we would need to solve a huge system every time." But along a
# line there is only *one* unknown, $\alpha$, however many parameters there are. For a quadratic loss the
# answer is a formula, $\alpha = \frac{g \cdot g}{g \cdot H g}$:

# %% rows=["S001-34"]
exact = line_search(lambda t: cost(*t), [0.0, 0.0], quadratic=True)
assert close(
    [exact.alpha, *exact.theta, exact.value], [0.05987805767, 0.4790244613, 1.407134355, 0.05007348119]
)
print(f"α = {exact.alpha:.6f} leads to θ = {exact.theta.round(6).tolist()}, J = {exact.value:.8f}")

# %% [markdown]
# One step, and $J$ is within 0.0001 of its minimum. For any other loss: try $\alpha = 1$ and halve it until
# the loss falls enough (*backtracking*).
#
# > **Predict**: how many evaluations of the loss does that take here?

# %% rows=["S001-34", "S001-35"] errata=["E-S001-13"]
halved = line_search(lambda t: cost(*t), [0.0, 0.0])
assert cost(0, 0) == 18.5
assert (halved.alpha, halved.evaluations, halved.value) == (0.0625, 5, 0.08544921875)
assert close(exact.value, 0.05007348119)
print(
    f"{halved.evaluations} evaluations: α = {halved.alpha}, J falls from {cost(0, 0)} to {halved.value:.6f}"
)

# %% [markdown]
# Five, and no system was solved (E-S001-13). Line search is unusual in deep learning for another reason: with
# mini-batches the line search would fit the noise of the batch. The printed formula shows the danger. It
# searches $L$ along the gradient of *one* sample (E-S001-12). Along the first sample's own loss:

# %% errata=["E-S001-12"]
alone = line_search(lambda t: losses.square(t[0] + t[1], 2.0), [0.0, 0.0], quadratic=True)
assert alone.alpha == 0.25
assert close(exact.alpha, 0.05987805767)
print(f"best α for sample 1 alone: {alone.alpha}; for the loss of all: {exact.alpha:.6f}")

# %% [markdown]
# ## A badly scaled bowl
#
# Now a loss that is steep in one direction and flat in the other:
#
# $$f(x, y) = \frac{x^2 + 10 y^2}{2} \qquad \text{from } (10, 1)$$
#
# Even the best step along each gradient zig-zags. Each point is $\frac{9}{11}$ of the one before, and $y$
# changes its sign every time:


# %% rows=["S004-30", "S004-32"]
def bowl(x, y):
    return (x * x + 10 * y * y) / 2


zigzag = [np.array([10.0, 1.0])]
for _ in range(20):
    zigzag.append(line_search(lambda p: bowl(*p), zigzag[-1], quadratic=True).theta)
assert close(zigzag[:3], [[10, 1], [8.18181818, -0.818181818], [6.69421488, 0.669421488]])
assert close(np.abs(np.array(zigzag[1:])), np.abs(np.array(zigzag[:-1])) * 9 / 11)
assert close([bowl(*p) for p in zigzag[:5]], [55, 36.8181818, 24.646882, 16.4991524, 11.0448872])
viz.trajectory(bowl, {"exact line search": zigzag}, (-1, 11), (-3, 3))

# %% [markdown]
# "Gradient is scaled equally across all dimensions" is the first problem in the notes' list: one $\alpha$
# for both directions. It must be below $\frac{2}{10}$ for the sake of $y$, and then $x$ crawls. How many
# steps until the distance to the minimum is below 0.001?
#
# > **Predict** which of 0.05, 0.18 and 0.21 is best. What happens at 0.21?

# %% rows=["S001-40"]
ways = {}
for lr, expected in (0.05, 180), (0.18, 47), (0.21, None):
    ways[lr] = nn.minimise(bowl, [10.0, 1.0], partial(SGD, lr=lr), 200).points
    arrived = np.linalg.norm(ways[lr], axis=1) < 1e-3
    steps = int(np.argmax(arrived)) if arrived.any() else None
    assert steps == expected
    print(f"α = {lr}: {steps or 'never'};  y = {ways[lr][:5, 1].round(4).tolist()} ...")
assert sum(a * b < 0 for a, b in pairwise(ways[0.18][1:48, 1])) == 46  # y flips in every step
assert abs(ways[0.21][-1, 1]) > 1e8

# %% rows=["S001-40"]
crawling, jumping = ways[0.05][:25], ways[0.18][:25]
viz.trajectory(bowl, {"α = 0.05": crawling, "α = 0.18": jumping}, (-1, 11), (-1.5, 1.5))

# %% [markdown]
# ## Momentum
#
# "Instead of making many steps back and forth along the wrong dimensions, we would like to capture the
# momentum." Keep a velocity $v$:
#
# $$v^{k+1} = \beta v^k - \alpha \nabla L(\theta^k) \qquad \theta^{k+1} = \theta^k + v^{k+1}$$
#
# The smallest example is $L = \theta^2$ from $\theta = 1$, with $\alpha = 0.1$ and $\beta = 0.9$. The first
# step is the one of plain descent: $v = -0.1 \cdot 2 = -0.2$.
#
# > **Predict** the second: what is $v$, and where is $\theta$?

# %% rows=["S001-41", "S001-42"]
way = nn.minimise(lambda t: t * t, 1.0, partial(Momentum, lr=0.1), 5)
assert close(way.points[1:], [0.8, 0.46, 0.062, -0.3086, -0.58042])
assert close(way.state["v"][1:], [-0.2, -0.34, -0.398, -0.3706, -0.27182])
print("θ:", way.points.round(5).tolist())
print("v:", way.state["v"].round(5).tolist())

# %% [markdown]
# It runs through the minimum at 0 and swings up on the other side, as a ball does.
#
# What is in $v$? Give it a gradient of 1 once, then nothing. Then give it 1 every time:

# %% rows=["S001-43"] errata=["E-S001-15"]
once, always = Momentum([Value(0.0)], lr=0.1), Momentum([Value(0.0)], lr=0.1)
echo, sums = [], []
for k in range(200):
    once.advance(np.zeros(1), np.array([float(k == 0)]))
    always.advance(np.zeros(1), np.array([1.0]))
    echo.append(-once.state["v"][0])
    sums.append(always.state["v"][0])
assert close(echo[:4], [0.1, 0.09, 0.081, 0.0729])
assert close([sums[0], sums[1], sums[9], sums[-1]], [-0.1, -0.19, -0.6513215599, -1.0])
print("the echo of one gradient:", np.round(echo[:4], 4).tolist(), "...")
print(f"a constant gradient: v = {sums[0]:.4g}, {sums[1]:.4g}, ..., {sums[9]:.10f}, ..., {sums[-1]:.4g}")

# %% [markdown]
# The notes call $v$ "an exponentially-weighted average of the gradient". It is a weighted *sum*
# (E-S001-15). The weights $\alpha, \alpha\beta, \alpha\beta^2, \ldots$ add up to $\frac{\alpha}{1 - \beta}
# = 10 \alpha$, so that under a constant gradient one step becomes as long as ten. If you turn on momentum,
# turn down the learning rate.
#
# ## Over the bump
#
# Momentum "can potentially overcome local minima". A landscape with two valleys, the right one less deep:
# $f(t) = \frac{t^4}{4} - \frac{t^2}{2} + 0.1 t$.


# %% rows=["S001-44"]
def bump(t):
    return t**4 / 4 - t**2 / 2 + 0.1 * t


ends = {}
for kind, end, low in (SGD, 0.945649273924, -0.152639441774), (Momentum, -1.0466805318, -0.3523860738):
    ends[kind] = nn.minimise(bump, 2.0, partial(kind, lr=0.05), 500).points[-1]
    assert close([ends[kind], bump(ends[kind])], [end, low])
    print(f"{kind.__name__:8}: from 2 to {ends[kind]:.8f}, f = {bump(ends[kind]):.8f}")
viz.curve(bump, low=-1.5, high=1.5)

# %% [markdown]
# The red dashed slope shows why plain descent stops at 0.9456: the slope is 0 there. The next picture has a
# second direction, so that the two ways can be told apart.


# %% rows=["S001-44"]
def two_valleys(t, s):
    return bump(t) + s * s / 2


ways = [nn.minimise(two_valleys, [2.0, 0.6], partial(kind, lr=0.05), 150) for kind in (SGD, Momentum)]
viz.trajectory(two_valleys, {way.name: way for way in ways}, (-2, 2.2), (-0.8, 0.8))

# %% [markdown]
# *Potentially* is the right word (E-S001-16). Start a little lower, at 1.5, and the same momentum is not
# enough:

# %% errata=["E-S001-16"]
over, stuck = (nn.minimise(bump, t, partial(Momentum, lr=0.05), 500).points[-1] for t in (2.0, 1.5))
assert close(over, -1.0466805318)
assert close(stuck, 0.945649273924)
print(f"from 2.0 to {over:.6f}, from 1.5 to {stuck:.7f}")

# %% [markdown]
# ## Nesterov: look ahead
#
# The velocity will carry us to $\tilde{\theta} = \theta + \beta v$ anyway. So take the gradient *there*:
#
# $$\tilde{\theta}^{k+1} = \theta^k + \beta v^k \qquad v^{k+1} = \beta v^k - \alpha \nabla
# L(\tilde{\theta}^{k+1}) \qquad \theta^{k+1} = \theta^k + v^{k+1}$$
#
# The first step is the same as before, $\theta = 0.8$ and $v = -0.2$.
#
# > **Predict**: where is the second gradient taken?

# %% rows=["S001-45", "S001-46"]
way = nn.minimise(lambda t: t * t, 1.0, partial(Nesterov, lr=0.1), 5)
velocity = way.state["v"]
ahead = (way.points + 0.9 * velocity)[1:]  # where the next gradient will be taken
assert close(ahead[0], 0.62)
assert close(velocity[1:], [-0.2, -0.304, -0.31808, -0.2646016, -0.173176832])
assert close(way.points[1:], [0.8, 0.496, 0.17792, -0.0866816, -0.259858432])
print("look-ahead:", ahead.round(6).tolist())
print("v:         ", velocity.round(6).tolist())
print("θ:         ", way.points.round(6).tolist())

# %% [markdown]
# This is why an optimiser's `step` takes a *closure*, a function that computes the loss anew and goes
# backward: the gradient is needed at a point where the parameters are not. PyTorch avoids it by storing
# $\tilde{\theta}$ in place of $\theta$. Its numbers look different, and they are the look-aheads above:

# %% rows=["S001-46"]
nesterov = partial(SGD, lr=0.1, momentum=0.9, nesterov=True)
stored = nn.minimise(lambda t: t * t, 1.0, nesterov, 5).points[1:]
assert close(stored, [0.62, 0.2224, -0.108352, -0.32482304, -0.4157175808])
assert close(stored, ahead)
print("PyTorch's form:", stored.round(6).tolist())

# %% [markdown]
# ## RMSProp
#
# Momentum still has one $\alpha$ for all directions. RMSProp keeps, for each parameter, a running average
# $s$ of its squared gradient, and divides by the root. The sign $\circ$ means: element by element.
#
# $$s^{k+1} = \beta s^k + (1 - \beta) [\nabla L \circ \nabla L] \qquad \theta^{k+1} = \theta^k - \alpha
# \frac{\nabla L}{\sqrt{s^{k+1}} + \epsilon}$$
#
# Again $\theta^2$ from 1, $\alpha = 0.1$, $\beta = 0.9$, $\epsilon = 10^{-8}$:

# %% rows=["S001-47", "S001-48"]
found = nn.minimise(lambda t: t * t, 1.0, partial(RMSProp, lr=0.1), 5)
way, average = found.points[1:], found.state["s"][1:]
assert close(average, [0.4, 0.5470177899, 0.5918647665, 0.5871960043, 0.5582497725])
assert close(way, [0.683772239, 0.4988706135, 0.3691805603, 0.2728248918, 0.1997951603])
print("s:", np.round(average, 6).tolist())
print("θ:", np.round(way, 6).tolist())

# %% [markdown]
# The text above the formula says "divide the learning rate by an average of squared gradients". By its *root*
# (E-S001-17). Without the root the first step would be another one:

# %% errata=["E-S001-17"]
without_root = 1 - 0.1 * 2 / 0.4
assert close([without_root, way[0]], [0.5, 0.683772239])
print(f"as the text says: {without_root}; by the formula: {way[0]:.9f}")

# %% [markdown]
# Now two directions, with gradients 10 and 0.01.
#
# > **Predict** the first step of plain descent and of RMSProp in both directions.

# %% rows=["S001-49", "S001-48"]
optimizer = RMSProp([Value(0.0)], lr=0.1)
assert (optimizer.beta, optimizer.eps) == (0.9, 1e-8)  # the notes' values are the defaults
for kind, expected in (SGD, [1, 0.001]), (RMSProp, [0.316227765, 0.316226766]):
    first = -nn.minimise(lambda a, b: 10 * a + 0.01 * b, [0.0, 0.0], partial(kind, lr=0.1), 1).points[-1]
    assert close(first, expected)
    print(f"{kind.__name__:7}: steps {first.round(9).tolist()}")
first = -np.diff(nn.minimise(bowl, [10.0, 1.0], partial(RMSProp, lr=0.1), 1).points, axis=0)[0]
assert close(first, [0.316227765, 0.316227765])

# %% [markdown]
# The scale is gone: $\frac{g}{\sqrt{0.1 g^2}} = \sqrt{10}$, whatever $g$ is.
#
# The $\epsilon$ keeps us from dividing by 0. The notes put it *outside* the root, and so does PyTorch;
# others put it inside. For a tiny gradient, $10^{-8}$, that is not a detail:

# %% rows=["S001-48"]
moved = {}
for inside in False, True:
    made = partial(RMSProp, lr=1.0, eps_inside_sqrt=inside)
    moved[inside] = -nn.minimise(lambda t: 1e-8 * t, 0.0, made, 1).points[-1]
assert np.allclose(list(moved.values()), [0.7597469266, 9.999999995e-05], rtol=1e-8, atol=0)
print(f"eps outside the root: step {moved[False]:.6f}; inside: {moved[True]:.8f}")

# %% [markdown]
# ## All of them on the bowl
#
# > **Predict**: which arrives first?

# %% rows=["S001-55"]
starters = {
    "descent": partial(SGD, lr=0.05),
    "momentum": partial(Momentum, lr=0.05, beta=0.7),
    "Nesterov": partial(Nesterov, lr=0.05, beta=0.7),
    "RMSProp": partial(RMSProp, lr=0.3),
}
ways = {name: nn.minimise(bowl, [10.0, 1.0], made, 60) for name, made in starters.items()}
for name, way in ways.items():
    print(f"{name:8}: after 60 steps f = {way.values[-1]:.3g}")
distances = [np.linalg.norm(ways[name].points, axis=1) for name in ("momentum", "Nesterov")]
needed = [int(np.argmax(distance < 1e-3)) for distance in distances]
assert needed == [49, 39]
patient = nn.minimise(bowl, [10.0, 1.0], partial(SGD, lr=0.05), 200).points
assert int(np.argmax(np.linalg.norm(patient, axis=1) < 1e-3)) == 180
viz.trajectory(bowl, ways, (-3, 11), (-1.5, 1.5))

# %% [markdown]
# Nesterov needs 39 steps to come within 0.001, momentum 49, descent with the same $\alpha$ 180. RMSProp
# goes straight for the corner, since its steps are alike in both directions; near the minimum its steps
# stay long, and it would need a shrinking $\alpha$ to arrive.
#
# ## What the notes got wrong
#
# Most was corrected on the way: batches (E-S004-11, E-S001-14, E-S001-21), convergence (E-S004-12,
# E-S004-08), line search (E-S001-12, E-S001-13), momentum (E-S001-15, E-S001-16), the root (E-S001-17). One
# more: "the gradient is the average over the *residuals*" (E-S001-11). It is the average of the samples'
# gradients, which has as many numbers as there are parameters:

# %% errata=["E-S001-11"]
residuals = np.zeros(4) - y
assert residuals.tolist() == [-2, -3, -5, -6]
assert residuals.mean() == -4
assert gradients.mean(axis=0).tolist() == [-8, -23.5]
print(f"mean of the residuals: {residuals.mean()}; mean of the gradients: {gradients.mean(axis=0).tolist()}")

# %% [markdown]
# ## Exercises
#
# **1.** By hand: $L = \theta^2$ from $\theta = 1$ with momentum, $\alpha = 0.1$, but $\beta = 0.5$. Where is
# $\theta$ after two steps?

# %% tags=["solution"]
way = nn.minimise(lambda t: t * t, 1.0, partial(Momentum, lr=0.1, beta=0.5), 2).points
assert close(way, [1, 0.8, 0.8 + (0.5 * -0.2 - 0.1 * 1.6)])
assert close(way[2], 0.54)

# %% [markdown]
# **2.** Make the bowl worse: $f = \frac{x^2 + 100 y^2}{2}$. What is the largest learning rate that does not
# diverge? Test one a little below and one a little above.

# %% tags=["solution"]
calm, wild = (
    nn.minimise(lambda x, y: (x * x + 100 * y * y) / 2, [10.0, 1.0], partial(SGD, lr=lr), 300).points
    for lr in (0.0199, 0.0201)
)
assert abs(calm[-1, 1]) < 0.1 < 1 < abs(wild[-1, 1])  # the limit is 2/100

# %% [markdown]
# **3.** From $t = 1.5$, momentum with $\beta = 0.9$ stays in the upper valley. Find a $\beta$ that escapes.
# Is more always better? Try 0.97 from $t = 2$.

# %% tags=["solution"]
ends = {
    beta: nn.minimise(bump, 1.5, partial(Momentum, lr=0.05, beta=beta), 800).points[-1]
    for beta in (0.9, 0.92, 0.95)
}
assert ends[0.9] > 0 > ends[0.92]
assert ends[0.95] < 0
too_much = nn.minimise(bump, 2.0, partial(Momentum, lr=0.05, beta=0.97), 800).points
assert too_much.min() < -1
assert near(too_much[-1], 0.94565)  # it rolled over the bump, and back again

# %% [markdown]
# **4.** Adagrad divides by the root of the *sum* of all squared gradients, RMSProp by that of their running
# average. Under a constant gradient, how long is step $k$ of each? Which of them can go on learning for ever?

# %% tags=["solution"]
adagrad, rmsprop = (
    -np.diff(nn.minimise(lambda t: 3.0 * t, 0.0, partial(kind, lr=1.0), 100).points)
    for kind in (Adagrad, RMSProp)
)
assert near(adagrad, 1 / np.sqrt(np.arange(1, 101)))  # 1, 0.71, 0.58, ... towards 0
assert near(rmsprop, 1 / np.sqrt(1 - 0.9 ** np.arange(1, 101)))  # 3.16, 2.29, ... towards 1

# %% [markdown]
# **5.** Adam is momentum and RMSProp in one, with a correction for the zeros at the start. Its first step has
# the same length whatever the gradient is. Which? Look at gradients of 5, 0.001 and −20.

# %% tags=["solution"]
for slope in (5.0, 0.001, -20.0):
    way = nn.minimise(lambda t, slope=slope: slope * t, 0.0, partial(Adam, lr=0.1), 1)
    assert near(way.points[1], -0.1 * np.sign(slope))

# %% [markdown]
# ## What to keep
#
# * The gradient of a summed batch is the sum of the samples' gradients. Small batches are noisy and cheap.
# * A constant learning rate circles the minimum; a shrinking one arrives.
# * A small step is no proof of convergence.
# * One learning rate for steep and flat directions is a compromise. Momentum damps the zig-zag and hurries
#   along the valley; RMSProp gives every parameter a scale of its own.
# * Nesterov takes the gradient where the velocity leads.
#
# Covered: S001-31, 32 and 34 to 49, S004-14, 25, 26, 29 to 32; errata E-S001-11 to 17 and 21, E-S004-08, 11
# and 12, E-X-01. In PyTorch: `torch.optim.SGD(momentum=0.9)` is the notes' momentum with $\alpha$ outside
# $v$, and with `nesterov=True` its look-ahead form; `torch.optim.RMSprop` has the decay 0.99 by default, so
# write `alpha=0.9`; mini-batches come from a `DataLoader`, schedules from `torch.optim.lr_scheduler`.
