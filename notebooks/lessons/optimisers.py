# %% [markdown]
# # Optimisers: line search, momentum, Nesterov, RMSProp
#
# **What you will see**: a gradient says which way is down; it does not say how far to go. You try four
# answers, each on a loss so small that you can check every number: line search, momentum, Nesterov's
# look-ahead and RMSProp. The ways down the hill are drawn, so that you see what each of them mends.
#
# You need [](gradient_descent) (the line through four points) and [](batches).

# %%
from functools import partial

import numpy as np

import nn
import viz
from autograd import Value, practice
from nn import losses
from nn.optim import SGD, Adagrad, Adam, Momentum, Nesterov, RMSProp, line_search


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


from itertools import pairwise

# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(16, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(16, seed=1)[1])


# %%
def bowl(x, y):
    return (x * x + 10 * y * y) / 2


crawling, jumping = (nn.minimise(bowl, [10.0, 1.0], partial(SGD, lr=lr), 24).points for lr in (0.05, 0.18))
viz.trajectory(bowl, {"α = 0.05": crawling, "α = 0.18": jumping}, (-1, 11), (-1.5, 1.5))

# %% [markdown]
# A loss that is steep in one direction and flat in the other:
#
# $$f(x, y) = \frac{x^2 + 10 y^2}{2} \qquad \text{from } (10, 1)$$
#
# With $\alpha = 0.05$ gradient descent crawls along the valley, with $\alpha = 0.18$ it jumps to and fro
# across it. The question of this lesson: **one learning rate for a steep and a flat direction is a
# compromise. What is better?**
#
# ## One learning rate
#
# In $y$ the curvature is 10, so $\alpha$ must be below $\frac{2}{10}$. In $x$ it is 1. How many steps until
# the distance to the minimum is below 0.001?

# %% tags=["question"]
viz.exercise(
    "Which of the learning rates 0.05, 0.18 and 0.21 comes within 0.001 of the minimum soonest?",
    answer="0.18",
    choices={
        "0.05": "It is safe, and crawls along the valley.",
        "0.18": "Right, though it jumps to and fro across the valley.",
        "0.21": "Across, the limit is 2/10. This one is above it, and never arrives.",
    },
    hints=["Across the valley α must be below 2/10.", "Along it the longest step is best."],
)

# %%
ways = {}
for lr in (0.05, 0.18, 0.21):
    ways[lr] = nn.minimise(bowl, [10.0, 1.0], partial(SGD, lr=lr), 200).points
    arrived = np.linalg.norm(ways[lr], axis=1) < 1e-3
    steps = int(np.argmax(arrived)) if arrived.any() else None
    print(f"α = {lr}: {steps or 'never'};  y = {ways[lr][:5, 1].round(4).tolist()} ...")

# %% tags=["check"] rows=["S001-40"]
for lr, expected in (0.05, 180), (0.18, 47), (0.21, None):
    ways[lr] = nn.minimise(bowl, [10.0, 1.0], partial(SGD, lr=lr), 200).points
    arrived = np.linalg.norm(ways[lr], axis=1) < 1e-3
    steps = int(np.argmax(arrived)) if arrived.any() else None
    assert steps == expected
assert sum(a * b < 0 for a, b in pairwise(ways[0.18][1:48, 1])) == 46  # y flips in every step
assert abs(ways[0.21][-1, 1]) > 1e8


# %% rows=["S001-40"]
def along_x(t):
    return bowl(t, 0.0)


def along_y(t):
    return bowl(0.0, t)


viz.curve(along_x, along_y, low=-2, high=2)

# %% [markdown]
# The picture shows the two curvatures side by side: the same step means little in the flat one and much in
# the steep one.
#
# ## How far to go: line search
#
# Why not look along the line and take the best step, the $\alpha$ that makes $L(\theta - \alpha \nabla L)$
# smallest? Along a line there is only *one* unknown, $\alpha$, however many parameters there are. For a
# quadratic loss the answer is a formula, $\alpha = \frac{g \cdot g}{g \cdot H g}$, with the gradient $g$
# and the second derivatives $H$.
#
# Take the cost of the line through four points from [](gradient_descent). Its lowest value is 0.05:

# %%
X, y = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]), np.array([2.0, 3.0, 5.0, 6.0])


def cost(t0, t1):
    return losses.mse([t0 + t1 * x for _, x in X], y)


exact = line_search(lambda t: cost(*t), [0.0, 0.0], quadratic=True)
print(f"α = {exact.alpha:.6f} leads to θ = {exact.theta.round(6).tolist()}, J = {exact.value:.8f}")

# %% tags=["check"] rows=["S001-34"]
assert close(
    [exact.alpha, *exact.theta, exact.value], [0.05987805767, 0.4790244613, 1.407134355, 0.05007348119]
)

# %% [markdown]
# One step, and $J$ is within 0.0001 of its minimum. For any other loss: try $\alpha = 1$ and halve it until
# the loss falls enough (*backtracking*).

# %% tags=["question"]
viz.exercise(
    "α = 1 is halved until the loss falls enough, which is so at 1/16. How many evaluations of the loss does that take?",
    answer=5,
    slips={
        4: "4 is the number of halvings. The first try, α = 1, is an evaluation, too.",
        16: "16 is 1/α. Each halving halves the step.",
        2: "1, 1/2, 1/4 and so on: list them.",
    },
    hints=["List the tries.", "1, 1/2, 1/4, 1/8, 1/16", "5 evaluations."],
)

# %%
halved = line_search(lambda t: cost(*t), [0.0, 0.0])
print(
    f"{halved.evaluations} evaluations: α = {halved.alpha}, J falls from {cost(0, 0)} to {halved.value:.6f}"
)

# %% tags=["check"] rows=["S001-34", "S001-35"] errata=["E-S001-13"]
assert cost(0, 0) == 18.5
assert (halved.alpha, halved.evaluations, halved.value) == (0.0625, 5, 0.08544921875)
assert close(exact.value, 0.05007348119)

# %% [markdown]
# Line search is unusual in deep learning all the same: with mini-batches it would fit the noise of the
# batch. Along the first sample's own loss the best step is another one:

# %%
alone = line_search(lambda t: losses.square(t[0] + t[1], 2.0), [0.0, 0.0], quadratic=True)
print(f"best α for sample 1 alone: {alone.alpha}; for the loss of all: {exact.alpha:.6f}")

# %% tags=["check"] errata=["E-S001-12"]
assert alone.alpha == 0.25
assert close(exact.alpha, 0.05987805767)

# %% [markdown]
# And even the best step along each gradient zig-zags. On the bowl each point is $\frac{9}{11}$ of the one
# before, and $y$ changes its sign every time:

# %% rows=["S004-30", "S004-32"]
zigzag = [np.array([10.0, 1.0])]
for _ in range(20):
    zigzag.append(line_search(lambda p: bowl(*p), zigzag[-1], quadratic=True).theta)
viz.trajectory(bowl, {"exact line search": zigzag}, (-1, 11), (-3, 3))

# %% tags=["check"] rows=["S004-30", "S004-32"]
assert close(zigzag[:3], [[10, 1], [8.18181818, -0.818181818], [6.69421488, 0.669421488]])
assert close(np.abs(np.array(zigzag[1:])), np.abs(np.array(zigzag[:-1])) * 9 / 11)
assert close([bowl(*p) for p in zigzag[:5]], [55, 36.8181818, 24.646882, 16.4991524, 11.0448872])

# %% [markdown]
# So the *direction* must become better, not only the length.
#
# ## Momentum
#
# Instead of jumping to and fro along the wrong direction, keep what was common to the last steps: a
# velocity $v$.
#
# $$v^{k+1} = \beta v^k - \alpha \nabla L(\theta^k) \qquad \theta^{k+1} = \theta^k + v^{k+1}$$
#
# The smallest example is $L = \theta^2$ from $\theta = 1$, with $\alpha = 0.1$ and $\beta = 0.9$. The first
# step is the one of plain descent: $v = -0.1 \cdot 2 = -0.2$, and $\theta = 0.8$.

# %% tags=["question"]
viz.exercise(
    "What is v after the second step? β is 0.9, α is 0.1, and the gradient at θ = 0.8 is 1.6.",
    answer=-0.34,
    slips={
        -0.16: "−0.16 is the step of plain descent. The old velocity goes on, with 0.9.",
        -0.36: "−0.36 is −0.2 − 0.16. The old velocity is multiplied by 0.9.",
        -0.02: "−0.02 is −0.18 + 0.16. The gradient is subtracted.",
        0.46: "0.46 is the new θ, 0.8 − 0.34.",
    },
    hints=["β · v − α · gradient", "0.9 · (−0.2) − 0.1 · 1.6", "−0.18 − 0.16 = −0.34, so θ = 0.46."],
)

# %%
way = nn.minimise(lambda t: t * t, 1.0, partial(Momentum, lr=0.1), 5)
print("θ:", way.points.round(5).tolist())
print("v:", way.state["v"].round(5).tolist())

# %% tags=["check"] rows=["S001-41", "S001-42"]
assert close(way.points[1:], [0.8, 0.46, 0.062, -0.3086, -0.58042])
assert close(way.state["v"][1:], [-0.2, -0.34, -0.398, -0.3706, -0.27182])

# %% [markdown]
# It runs through the minimum at 0 and swings up on the other side, as a ball does.
#
# What is in $v$? Give it a gradient of 1 once, then nothing. Then give it 1 every time:

# %%
once, always = Momentum([Value(0.0)], lr=0.1), Momentum([Value(0.0)], lr=0.1)
echo, sums = [], []
for k in range(200):
    once.advance(np.zeros(1), np.array([float(k == 0)]))
    always.advance(np.zeros(1), np.array([1.0]))
    echo.append(-once.state["v"][0])
    sums.append(always.state["v"][0])
print("the echo of one gradient:", np.round(echo[:4], 4).tolist(), "...")
print(f"a constant gradient: v = {sums[0]:.4g}, {sums[1]:.4g}, ..., {sums[9]:.10f}, ..., {sums[-1]:.4g}")

# %% tags=["check"] rows=["S001-43"] errata=["E-S001-15"]
assert close(echo[:4], [0.1, 0.09, 0.081, 0.0729])
assert close([sums[0], sums[1], sums[9], sums[-1]], [-0.1, -0.19, -0.6513215599, -1.0])

# %% [markdown]
# So $v$ is a weighted sum of all gradients so far. The weights $\alpha, \alpha\beta, \alpha\beta^2, \ldots$
# add up to $\frac{\alpha}{1 - \beta} = 10 \alpha$, so that under a constant gradient one step becomes as
# long as ten. If you turn on momentum, turn down the learning rate.
#
# ## Over the bump
#
# A landscape with two valleys, the right one less deep: $f(t) = \frac{t^4}{4} - \frac{t^2}{2} + 0.1 t$.

# %% tags=["question"]
viz.exercise(
    "Both start at t = 2, above the right valley. Where do they end?",
    answer="plain descent in the right valley, momentum in the left one",
    choices={
        "both in the right valley": "One of them arrives there with a velocity.",
        "plain descent in the right valley, momentum in the left one": "Right: it rolls through, and over the bump.",
        "both in the left valley": "Plain descent stops where the slope is 0. The right valley comes first.",
    },
    hints=[
        "Where is the slope 0 first?",
        "Which of them is still moving there?",
        "Plain descent stops in the right valley, where the slope is 0 first; momentum rolls through it, and over the bump.",
    ],
    hunch=True,
)


# %% rows=["S001-44"]
def bump(t):
    return t**4 / 4 - t**2 / 2 + 0.1 * t


ends = {}
for kind in (SGD, Momentum):
    ends[kind] = nn.minimise(bump, 2.0, partial(kind, lr=0.05), 500).points[-1]
    print(f"{kind.__name__:8}: from 2 to {ends[kind]:.8f}, f = {bump(ends[kind]):.8f}")
viz.curve(bump, low=-1.5, high=1.5)

# %% tags=["check"] rows=["S001-44"]
for kind, end, low in (SGD, 0.945649273924, -0.152639441774), (Momentum, -1.0466805318, -0.3523860738):
    ends[kind] = nn.minimise(bump, 2.0, partial(kind, lr=0.05), 500).points[-1]
    assert close([ends[kind], bump(ends[kind])], [end, low])

# %% [markdown]
# The dashed line is the slope, and shows why plain descent stops at 0.9456: it is 0 there. The next picture has a
# second direction, so that the two ways can be told apart.


# %% rows=["S001-44"]
def two_valleys(t, s):
    return bump(t) + s * s / 2


ways = [nn.minimise(two_valleys, [2.0, 0.6], partial(kind, lr=0.05), 150) for kind in (SGD, Momentum)]
viz.trajectory(two_valleys, {way.name: way for way in ways}, (-2, 2.2), (-0.8, 0.8))

# %% [markdown]
# Momentum *can* pass over a bump; it need not. Start a little lower, at 1.5, and the same momentum is not
# enough:

# %%
over, stuck = (nn.minimise(bump, t, partial(Momentum, lr=0.05), 500).points[-1] for t in (2.0, 1.5))
print(f"from 2.0 to {over:.6f}, from 1.5 to {stuck:.7f}")

# %% tags=["check"] errata=["E-S001-16"]
assert close(over, -1.0466805318)
assert close(stuck, 0.945649273924)

# %% [markdown]
# ## Nesterov: look ahead
#
# The velocity will carry us to $\tilde{\theta} = \theta + \beta v$ anyway. So take the gradient *there*:
#
# $$\tilde{\theta}^{k+1} = \theta^k + \beta v^k \qquad v^{k+1} = \beta v^k - \alpha \nabla
# L(\tilde{\theta}^{k+1}) \qquad \theta^{k+1} = \theta^k + v^{k+1}$$
#
# The first step is the same as before, $\theta = 0.8$ and $v = -0.2$.

# %% tags=["question"]
viz.exercise(
    "θ = 0.8 and v = −0.2. Where does Nesterov take the second gradient?",
    answer=0.62,
    slips={
        0.8: "0.8 is where θ is. Nesterov looks ahead, by β · v.",
        0.6: "0.6 is 0.8 − 0.2. The velocity is multiplied by β = 0.9.",
        0.98: "0.98 is 0.8 + 0.18. v is negative.",
        0.46: "0.46 is where momentum arrives after the second step.",
    },
    hints=["At θ + β · v.", "0.8 + 0.9 · (−0.2)", "0.8 − 0.18 = 0.62."],
)

# %%
way = nn.minimise(lambda t: t * t, 1.0, partial(Nesterov, lr=0.1), 5)
velocity = way.state["v"]
ahead = (way.points + 0.9 * velocity)[1:]  # where the next gradient will be taken
print("look-ahead:", ahead.round(6).tolist())
print("v:         ", velocity.round(6).tolist())
print("θ:         ", way.points.round(6).tolist())

# %% tags=["check"] rows=["S001-45", "S001-46"]
assert close(ahead[0], 0.62)
assert close(velocity[1:], [-0.2, -0.304, -0.31808, -0.2646016, -0.173176832])
assert close(way.points[1:], [0.8, 0.496, 0.17792, -0.0866816, -0.259858432])

# %% [markdown]
# This is why an optimiser's `step` takes a *closure*, a function that computes the loss anew and goes
# backward: the gradient is needed at a point where the parameters are not. PyTorch avoids it by storing
# $\tilde{\theta}$ in place of $\theta$. Its numbers look different, and they are the look-aheads above:

# %%
nesterov = partial(SGD, lr=0.1, momentum=0.9, nesterov=True)
stored = nn.minimise(lambda t: t * t, 1.0, nesterov, 5).points[1:]
print("PyTorch's form:", stored.round(6).tolist())

# %% tags=["check"] rows=["S001-46"]
assert close(stored, [0.62, 0.2224, -0.108352, -0.32482304, -0.4157175808])
assert close(stored, ahead)

# %% [markdown]
# ## RMSProp
#
# Momentum still has one $\alpha$ for all directions. RMSProp keeps, for each parameter, a running average
# $s$ of its squared gradient, and divides by the root. The sign $\circ$ means: element by element.
#
# $$s^{k+1} = \beta s^k + (1 - \beta) [\nabla L \circ \nabla L] \qquad \theta^{k+1} = \theta^k - \alpha
# \frac{\nabla L}{\sqrt{s^{k+1}} + \epsilon}$$
#
# Again $\theta^2$ from 1, $\alpha = 0.1$, $\beta = 0.9$, $\epsilon = 10^{-8}$. The first gradient is 2, so
# $s = 0.1 \cdot 4 = 0.4$, and the step is $0.1 \cdot 2/\sqrt{0.4} = 0.316$:

# %%
found = nn.minimise(lambda t: t * t, 1.0, partial(RMSProp, lr=0.1), 5)
way, average = found.points[1:], found.state["s"][1:]
print("s:", np.round(average, 6).tolist())
print("θ:", np.round(way, 6).tolist())

# %% tags=["check"] rows=["S001-47", "S001-48"]
assert close(average, [0.4, 0.5470177899, 0.5918647665, 0.5871960043, 0.5582497725])
assert close(way, [0.683772239, 0.4988706135, 0.3691805603, 0.2728248918, 0.1997951603])

# %% tags=["check"] errata=["E-S001-17"]
without_root = 1 - 0.1 * 2 / 0.4
assert close([without_root, way[0]], [0.5, 0.683772239])

# %% [markdown]
# Now two directions, with gradients 10 and 0.01.

# %% tags=["question"]
viz.exercise(
    "The gradient is 10 in one direction and 0.01 in the other. How long is the first step of RMSProp in the second one?",
    answer="as long as in the first",
    choices={
        "a thousand times shorter": "That is plain descent. RMSProp divides by the root of 0.1 · g², which is a thousand times smaller, too.",
        "as long as in the first": "Right: α · g / √(0.1 · g²) is the same for every g.",
        "a thousand times longer": "The gradient stands above, and its size below. They cancel.",
    },
    hints=["α · g / √(0.1 · g²)", "The size of g cancels."],
)

# %%
for kind in (SGD, RMSProp):
    first = -nn.minimise(lambda a, b: 10 * a + 0.01 * b, [0.0, 0.0], partial(kind, lr=0.1), 1).points[-1]
    print(f"{kind.__name__:7}: steps {first.round(9).tolist()}")

# %% tags=["check"] rows=["S001-49", "S001-48"]
optimizer = RMSProp([Value(0.0)], lr=0.1)
assert (optimizer.beta, optimizer.eps) == (0.9, 1e-8)  # the notes' values are the defaults
for kind, expected in (SGD, [1, 0.001]), (RMSProp, [0.316227765, 0.316226766]):
    first = -nn.minimise(lambda a, b: 10 * a + 0.01 * b, [0.0, 0.0], partial(kind, lr=0.1), 1).points[-1]
    assert close(first, expected)
first = -np.diff(nn.minimise(bowl, [10.0, 1.0], partial(RMSProp, lr=0.1), 1).points, axis=0)[0]
assert close(first, [0.316227765, 0.316227765])

# %% [markdown]
# The scale is gone: $\frac{g}{\sqrt{0.1 g^2}} = \sqrt{10}$, whatever $g$ is.
#
# The $\epsilon$ keeps us from dividing by 0. Here it stands *outside* the root, as in PyTorch; others put
# it inside. For a tiny gradient, $10^{-8}$, that is not a detail:

# %%
moved = {}
for inside in False, True:
    made = partial(RMSProp, lr=1.0, eps_inside_sqrt=inside)
    moved[inside] = -nn.minimise(lambda t: 1e-8 * t, 0.0, made, 1).points[-1]
print(f"eps outside the root: step {moved[False]:.6f}; inside: {moved[True]:.8f}")

# %% tags=["check"] rows=["S001-48"]
assert np.allclose(list(moved.values()), [0.7597469266, 9.999999995e-05], rtol=1e-8, atol=0)

# %% [markdown]
# ## All of them on the bowl

# %% tags=["question"]
viz.exercise(
    "Descent with α = 0.05 needs 180 steps to come within 0.001. How many does momentum need, with β = 0.7?",
    answer="about 50",
    choices={
        "about 150": "Under a steady gradient a step becomes 1/(1 − 0.7) = 3.3 times as long.",
        "about 50": "Right: 180 / 3.3.",
        "5": "A step becomes 3.3 times as long, not 36 times.",
    },
    hints=["How much longer does a step become?", "1 / (1 − 0.7) = 3.3"],
)

# %% rows=["S001-55"]
starters = {
    "descent": partial(SGD, lr=0.05),
    "momentum": partial(Momentum, lr=0.05, beta=0.7),
    "Nesterov": partial(Nesterov, lr=0.05, beta=0.7),
    "RMSProp": partial(RMSProp, lr=0.3),
}
ways = {name: nn.minimise(bowl, [10.0, 1.0], made, 200) for name, made in starters.items()}
for name, way in ways.items():
    near_enough = np.linalg.norm(way.points, axis=1) < 1e-3
    print(f"{name:8}: {np.argmax(near_enough) if near_enough.any() else 'never'}")
viz.trajectory(bowl, {name: way.points[:60] for name, way in ways.items()}, (-3, 11), (-1.5, 1.5))

# %% tags=["check"] rows=["S001-55"]
arrived = {name: int(np.argmax(np.linalg.norm(way.points, axis=1) < 1e-3)) for name, way in ways.items()}
assert [arrived[name] for name in ("momentum", "Nesterov")] == [49, 39]
assert arrived["descent"] == 180

# %% [markdown]
# RMSProp begins diagonally, since its steps are alike in both directions; near the minimum its
# steps stay long, and it would need a shrinking $\alpha$ to arrive. The others hurry along the valley, and
# damp the zig-zag.

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. L = θ² from θ = 1 with momentum, α = 0.1, but β = 0.5. Where is θ after two steps?",
    answer=0.54,
    slips={
        0.46: "0.46 is the one with β = 0.9.",
        0.64: "0.64 is plain descent, without the old velocity.",
        0.8: "0.8 is after one step.",
        0.86: "0.86 adds the gradient: 0.8 − 0.1 + 0.16. It is subtracted.",
    },
    hints=[
        "After one step θ = 0.8 and v = −0.2.",
        "v = 0.5 · (−0.2) − 0.1 · 1.6 = −0.26",
        "0.8 − 0.26 = 0.54.",
    ],
)

# %% [markdown] tags=["solution"]
# After one step $v = -0.2$ and $\theta = 0.8$, where the gradient is 1.6. Then $v = 0.5 \cdot (-0.2) - 0.1 \cdot 1.6 =
# -0.26$ and $\theta = 0.54$.

# %% tags=["solution"]
print(nn.minimise(lambda t: t * t, 1.0, partial(Momentum, lr=0.1, beta=0.5), 2).points)

# %% tags=["exercise"]
viz.exercise(
    "2. The bowl is made worse: f = (x² + 100·y²)/2. Which learning rate is the limit?",
    answer=0.02,
    slips={
        0.2: "0.2 was the limit of the old bowl. The curvature in y is 100 now.",
        0.01: "0.01 is 1/100. The limit is 2/λ.",
        2: "2 is the limit in x. The largest curvature counts.",
        50: "50 is 100/2, upside down.",
    },
    hints=["2/λ with the largest curvature.", "2 / 100", "0.02."],
)

# %% [markdown] tags=["solution"]
# The largest curvature is 100, and the limit $2/100 = 0.02$. A little below it arrives, a little above it runs away:

# %% tags=["solution"]
for lr in (0.0199, 0.0201):
    points = nn.minimise(lambda x, y: (x * x + 100 * y * y) / 2, [10.0, 1.0], partial(SGD, lr=lr), 300).points
    print(lr, points[-1])

# %% tags=["exercise"]
viz.exercise(
    "3. Under a constant gradient, how long is the 100th step of Adagrad with α = 1? It divides by the root of the sum of all "
    "squared gradients.",
    answer=0.1,
    slips={
        1: "1 is the first step. The sum grows with every step.",
        0.01: "0.01 is 1/100. The root of the sum is 10 times the gradient.",
        10: "10 is what is divided by.",
        100: "The sum of squares stands below.",
    },
    hints=["g / √(100 · g²)", "1 / √100", "1 / 10 = 0.1."],
)

# %% [markdown] tags=["solution"]
# $g / \sqrt{100 g^2} = \frac{1}{10}$. Adagrad's steps shrink for ever, as $1/\sqrt{k}$; those of RMSProp, which divides by
# a running average, go to 1. So RMSProp can go on learning.

# %% tags=["solution"]
for kind in Adagrad, RMSProp:
    steps = -np.diff(nn.minimise(lambda t: 3.0 * t, 0.0, partial(kind, lr=1.0), 100).points)
    print(kind.__name__, steps[[0, 1, 9, 99]].round(3))

# %% tags=["exercise"]
viz.exercise(
    "4. Adam is momentum and RMSProp in one, with a correction for the zeros at the start. How long is its first step with α = "
    "0.1, if the gradient is 5?",
    answer=0.1,
    slips={
        0.5: "0.5 is α · 5. Adam divides by the size of the gradient.",
        5: "5 is the gradient.",
        0.316: "0.316 is RMSProp, without the correction.",
        0.05: "Without the correction momentum would begin with a part of the gradient.",
    },
    hints=[
        "Corrected, momentum begins with g, and the average with g².",
        "0.1 · g / √g²",
        "0.1, whatever the gradient is.",
    ],
)

# %% [markdown] tags=["solution"]
# Corrected for the zeros at the start, the first momentum is $g$ and the first average $g^2$, so the step is $\alpha \, g /
# \sqrt{g^2}$: as long as $\alpha$, whatever the gradient is.

# %% tags=["solution"]
for slope in (5.0, 0.001, -20.0):
    print(slope, nn.minimise(lambda t, slope=slope: slope * t, 0.0, partial(Adam, lr=0.1), 1).points[1])

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(16, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Say why one learning rate for steep and flat directions is a compromise.
# * Take a step of momentum, of Nesterov's look-ahead and of RMSProp by hand.
# * Choose: momentum hurries along the valley, Nesterov takes the gradient where the velocity leads, RMSProp
#   gives every parameter a scale of its own.
#
# In PyTorch: `torch.optim.SGD(momentum=0.9)` has $\alpha$ outside $v$, and with `nesterov=True` the
# look-ahead form; `torch.optim.RMSprop` has the decay 0.99 by default, so write `alpha=0.9`.
