# %% [markdown]
# # Gradient descent
#
# **What you will see**: a cost is a landscape, and learning is walking downhill in it. You walk to the
# place where a formula says the bottom is. On the way you learn how long a step may be, and what the
# gradient does not know.
#
# You need [](the_gradient_of_a_cost): the gradient of a squared error.

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, practice
from nn import linear, losses
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


def near(this, that):
    return np.allclose(this, that, rtol=1e-4, atol=1e-12)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(7, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(7, seed=1)[1])

# %% rows=["S000-28"]
X = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]])
y = np.array([2.0, 3, 5, 6])


def cost(t0, t1):
    return losses.mse(t0 + t1 * X[:, 1], y)


viz.surface(cost, (-4, 5), (-0.6, 3.4), names=("θ₀", "θ₁"))


# %% tags=["check"] rows=["S000-28"]
def mean_square(theta):
    return losses.mse(X @ theta, y)


def cost_of_four(theta):
    inputs = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]])
    return losses.mse(theta[:3] @ inputs + theta[3], [1.0, 2, 3, 5])


assert near(np.linalg.eigvalsh(ag.hessian(mean_square)(np.zeros(2))), [0.29939027, 16.70061])
assert near(
    np.linalg.eigvalsh(ag.hessian(cost_of_four)(np.zeros(4))), [0.05928226, 0.3071391, 3.139399, 17.49418]
)
bottom = linear.closed_form([[1, 0, 2, 1], [2, 1, -1, 1], [3, 0, 1, 1], [4, 1, 0, 1]], [1.0, 2, 3, 5])
assert close(bottom, [1.25, 1.25, 0.5, -1.25])
assert close(cost_of_four(bottom), 0, atol=1e-12)

# %% [markdown]
# The picture is the cost of a line, $\hat{y} = \theta_0 + \theta_1 x$, through the four points (1, 2), (2,
# 3), (3, 5) and (4, 6). Each place is a line; its height says how badly the line fits. It is a long narrow
# bowl.
#
# The question of this lesson: **standing somewhere on the slope, in the fog, how do you come to the bottom?**
#
# ## Which way is downhill?
#
# Begin with one parameter. There are only two directions, and the sign of the slope decides. Take $L = (w -
# 3)^2$, whose minimum is at 3. Its slope is $2 (w - 3)$. At $w = 1$ that is $-4$: negative, so $L$ falls to
# the right. A step is $w - \alpha \cdot \text{slope}$, and with $\alpha = 0.25$ it leads from 1 to $1 -
# 0.25 \cdot (-4) = 2$.

# %% tags=["question"]
viz.exercise(
    "Where does the step from w = 5 lead? The slope there is 2 · (5 − 3), and α is 0.25.",
    answer=4,
    slips={
        6: "6 is 5 + 0.25 · 4. The step goes against the slope.",
        1: "1 is 5 − 4. Only a quarter of the slope is taken.",
        4.75: "4.75 takes a slope of 1. It is 4 here.",
        4.5: "4.5 takes the slope 2. It is 2 · (5 − 3) = 4.",
    },
    hints=["w − α · slope", "5 − 0.25 · 4", "5 − 1 = 4."],
)

# %% tags=["tells"] rows=["S000-35", "S000-47"] errata=["E-S000-18"]
slope = ag.grad(lambda w: (w - 3) ** 2)
for start in 1.0, 5.0:
    print(f"from {start:g}: slope {slope(start):g}, to {start - 0.25 * slope(start):g}")
viz.curve(lambda w: (w - 3) ** 2, at=[1, 2, 4, 5], steps=0.25)

# %% tags=["check"] rows=["S000-35", "S000-47"] errata=["E-S000-18"]
starts = np.array([1.0, 2.0, 4.0, 5.0])
slopes = np.array([slope(start) for start in starts])
stepped = starts - 0.25 * slopes
assert slopes.tolist() == [-4, -2, 2, 4]
assert stepped.tolist() == [2, 2.5, 3.5, 4]
assert (abs(stepped - 3) < abs(starts - 3)).all()  # each is nearer to the minimum

# %% [markdown]
# The tangent says which way is down, and, by its steepness, how far to go. Far from the minimum the steps are
# long, near it they are short. As a loop:

# %%
w = Value(0.0, label="w")
steps = []
for _ in range(100):
    w.zero_grad()
    ((w - 3) ** 2).backward()
    w.data = w.data - 0.1 * w.grad  # w := w − α·dw
    steps.append(w.data)
print(*(f"{step:.4g}" for step in steps[:6]), "…", f"{steps[-1]:.8f}")

# %% tags=["check"] rows=["S003-34", "S003-35"]
assert close(steps[:3], [0.6, 1.08, 1.464])
assert np.isclose(steps[-1], 3, rtol=1e-8)
theta = Value(1.0, label="theta")  # and one step on θ², from 1
(theta**2).backward()
assert (theta.grad, theta.data - 0.1 * theta.grad) == (2, 0.8)

# %% tags=["check"] errata=["E-S003-04", "E-S003-05"]
assert np.isclose(steps[-1], 3)  # right: the minimiser; it is J that is close to zero there
assert np.isclose((steps[-1] - 3) ** 2, 0, atol=1e-12)
printed = losses.square(0.0, 3.0)  # printed: w is zero; a maximum there is none, J grows without end
assert printed == 9 < (100 - 3) ** 2

# %% tags=["check"] rows=["S003-36"] errata=["E-S003-06"]
for start, slope, right, wrong in (-1.0, -2.0, -0.8, -1.2), (1.0, 2.0, 0.8, 1.2):
    w = Value(start, label="w")
    (w**2).backward()
    assert w.grad == slope
    SGD([w], lr=0.1).step()
    printed = start + 0.1 * w.grad  # with the sign turned round
    assert close(w.data, right)
    assert close(printed, wrong)

# %% [markdown]
# ## Two parameters
#
# With two parameters the gradient has two numbers, one for each direction. Together they point to where the
# cost grows fastest, and so does a walk with $-\alpha$ times the gradient lead down:

# %% rows=["S000-36"]
ways = {
    f"from ({x}, {y})": nn.minimise(cost, [x, y], lambda params: SGD(params, lr=0.1), steps=60)
    for x, y in ((0, 0), (-2, 0))
}
viz.trajectory(cost, ways, names=("θ₀", "θ₁"))

# %% tags=["check"] rows=["S000-36"]
assert close(ways["from (0, 0)"].points[1:4], [[0.8, 2.35], [0.265, 0.775], [0.6245, 1.83]])

# %% [markdown]
# It jumps to and fro across the valley, and creeps along it. The first start is a lucky one: nearly straight
# across from the bottom.
#
# Does the gradient point away from the minimum? In one dimension it does. Take $f = (x^2 + 10 y^2)/2$, whose
# minimum is at 0, and stand at $(10, 1)$. The gradient is $(x, 10 y) = (10, 10)$.

# %% tags=["question"]
viz.exercise(
    "At (10, 1) the way to the minimum leads along (−10, −1). Along which direction does steepest descent lead?",
    answer="(−10, −10)",
    choices={
        "(−10, −1)": "That is the way to the minimum. The gradient is (x, 10y).",
        "(−10, −10)": "Right: minus the gradient. It does not point at the minimum.",
        "(10, 10)": "That is the gradient itself. It points uphill.",
        "(−1, −10)": "The gradient is (x, 10y), with x = 10 and y = 1.",
    },
    hints=["Minus the gradient.", "The gradient is (10, 10 · 1)."],
)


# %% rows=["S000-35"] errata=["E-S000-13"]
def f(x, y):
    return (x**2 + 10 * y**2) / 2


here = np.array([10.0, 1.0])
downhill = -np.array(ag.grad(f, (0, 1))(*here))
cosine = downhill @ -here / np.linalg.norm(downhill) / np.linalg.norm(here)
print(f"steepest descent points {np.degrees(np.arccos(cosine)):.2f} degrees past the minimum")
viz.trajectory(f, {"straight to the minimum": [here, [0, 0]], "steepest": [here, here + 0.2 * downhill]})

# %% tags=["check"] rows=["S000-35"] errata=["E-S000-13"]
assert close(np.degrees(np.arccos(cosine)), 39.289407)

# %% [markdown]
# (The two axes have different scales here.) Downhill it goes all the same. Only the *promise* is smaller:
# the gradient knows the slope here, not where the minimum is.
#
# Is the gradient larger, the farther away we are? Along one straight line through the minimum that is
# exact: the slope of a parabola is proportional to the distance. Compare different directions, and it
# fails:

# %%
for point in (5.0, 0.0), (10.0, 0.0), (0.0, 2.0):
    length = np.hypot(*ag.grad(f, (0, 1))(*point))
    print(f"{point}: distance {np.hypot(*point):g}, gradient of length {length:g}")

# %% tags=["check"] errata=["E-S000-14"] rows=["S000-37"]
for point, distance, length in ((10.0, 0.0), 10, 10), ((0.0, 2.0), 2, 20):
    assert np.linalg.norm(point) == distance
    assert np.linalg.norm(ag.grad(f, (0, 1))(*point)) == length


def cost_of_four(theta):
    inputs = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]])
    return losses.mse(theta[:3] @ inputs + theta[3], [1.0, 2, 3, 5])


bottom, across = np.array([1.25, 1.25, 0.5, -1.25]), np.array([1.0, 0, 0, 0])
for distance, expected in (1, 16.16323), (2, 32.32646), (4, 64.65292):
    assert near(np.linalg.norm(ag.grad(cost_of_four)(bottom + distance * across)), expected)

# %% [markdown]
# ## The bottom, by a formula
#
# At the lowest point the gradient is zero. With the samples as the rows of $X$ it is $\frac{2}{n} (X^T X
# \theta - X^T y)$. Set to zero and solved, these are the *normal equations*:
#
# $$\theta = (X^T X)^{-1} X^T y$$

# %%
best = linear.closed_form(X, y)
print("θ =", best.round(10), f"  cost there: {cost(*best):.4f}")


# %% tags=["check"] rows=["S001-04", "S001-05"]
def mean_square(theta):
    return losses.mse(X @ theta, y)


def sum_square(theta):
    return losses.sse(X @ theta, y)


at_zero = np.zeros(2)
assert (X.T @ X).tolist() == [[4, 10], [10, 30]]
assert (X.T @ y).tolist() == [16, 47]
assert close(best, [0.5, 1.4])
assert ag.grad(sum_square)(at_zero).tolist() == (2 * X.T @ X @ at_zero - 2 * X.T @ y).tolist() == [-32, -94]
assert close(ag.grad(mean_square)(at_zero), [-8, -23.5])
assert np.allclose(ag.grad(sum_square)(best), 0, atol=1e-12)

# %% tags=["check"] rows=["S001-33"]
per_sample = ag.jacobian(lambda theta: losses.square(X @ theta, y, reduction="none"))(np.zeros(2))
assert np.array_equal(per_sample, [[-4, -4], [-6, -12], [-10, -30], [-12, -48]])
assert np.mean(per_sample, axis=0).tolist() == [-8, -23.5]

# %% tags=["check"] errata=["E-S001-01", "E-X-01"]
X, y = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]]), np.array([2.0, 3, 5, 6])


def mean_square(theta):
    return losses.mse(X @ theta, y)


def sum_square(theta):
    return losses.sse(X @ theta, y)


at_zero = np.zeros(2)
assert (mean_square(at_zero), sum_square(at_zero)) == (18.5, 74)
assert (ag.grad(mean_square)(at_zero) * 4).tolist() == ag.grad(sum_square)(at_zero).tolist() == [-32, -94]
assert near(2 / np.linalg.eigvalsh(ag.hessian(sum_square)(at_zero)).max(), 0.029939027)
assert near(2 / np.linalg.eigvalsh(ag.hessian(mean_square)(at_zero)).max(), 0.11975611)
for reduction in "mean", "sum":
    line = nn.Linear(2, 1, bias=False, init="zeros")
    optimizer = SGD(line.parameters(), lr=0.1)
    history = nn.fit(line, losses.mse, optimizer, (X, y), epochs=20, reduction=reduction)
    assert (history.loss[-1] > history.loss[0]) == (reduction == "sum")

# %% tags=["check"] errata=["E-S001-11"]
X, y = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]]), np.array([2.0, 3, 5, 6])
residuals = -y
per_sample = ag.jacobian(lambda theta: losses.square(X @ theta, y, reduction="none"))(np.zeros(2))
assert residuals.tolist() == [-2, -3, -5, -6]
assert residuals.mean() == -4
assert np.mean(per_sample, axis=0).tolist() == [-8, -23.5]

# %% tags=["check"] errata=["E-S001-03"]
doubled = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
assert np.isclose(np.linalg.det(doubled.T @ doubled), 0)
shortest = linear.closed_form(doubled, [5.0, 10.0, 15.0])
assert close(shortest, [1, 2])

# %% [markdown]
# Why walk, when a formula jumps there? Because for nearly everything else there is no formula. So learn to
# walk where you can check the result.
#
# ## How long may a step be?
#
# On $L = (w - 3)^2$ with $\alpha = 1$, a step from $w = 1$ leads to $1 + 4 = 5$: as far from 3 as before,
# on the other side. With a longer step it would land *higher* than it began. The limit is $2/\lambda$, with
# the curvature $\lambda$, here 2. For a bowl the largest curvature counts. Ours has two, 0.30 along the
# valley and 16.70 across.

# %% tags=["question"]
viz.exercise(
    "The limit is 2/λ with the largest curvature λ. The two curvatures are 0.30 and 16.70. What is the limit of α?",
    answer=0.1198,
    slips={
        6.667: "6.667 is 2/0.30. The largest curvature counts, for across the valley the steps are too long first.",
        0.0599: "0.0599 is 1/16.70. That one lands at the bottom of the steep direction; the limit is twice as much.",
        0.1176: "0.1176 is 2/17. The curvatures are not added: the largest one counts.",
        8.35: "8.35 is 16.70/2, upside down.",
    },
    hints=["Which of the two curvatures is the largest?", "2 / 16.70", "2 / 16.70 = 0.1198."],
)

# %%
curvatures = np.linalg.eigvalsh(ag.hessian(lambda t: losses.mse(X @ t, y))(np.zeros(2)))
print("curvatures", curvatures.round(4), f"  limit {2 / curvatures.max():.6f}")


def arrived(old, new):
    return np.linalg.norm(new - best) < 1e-6


line = nn.Linear(2, 1, bias=False, init="zeros")
calm = nn.fit(line, losses.mse, SGD(line.parameters(), lr=0.1), (X, y), epochs=1000, stop_when=arrived)
print(f"α = 0.1:  {len(calm.loss)} steps to within 0.000001 of the formula's answer")

line = nn.Linear(2, 1, bias=False, init="zeros")
wild = nn.fit(line, losses.mse, SGD(line.parameters(), lr=0.12), (X, y), epochs=1000)
print(f"α = 0.12: the cost grows from {wild.loss[0]} to {wild.loss[-1]:.0f}")

# %% tags=["check"] rows=["S001-06"]
a, c = np.zeros(2), np.array([1.0, 2.0])
assert close(2 / curvatures.max(), 0.1197561066)
assert len(calm.loss) == 330
assert wild.loss[-1] > 1000 > wild.loss[0]
# convex: halfway between two points the bowl lies below the straight line between them
assert (cost(*(a + c) / 2), (cost(*a) + cost(*c)) / 2) == (1.25, 11.5)

# %% [markdown]
# Two curvatures, one step length: what is short enough across is far too short along. That is why it took 330
# steps. [Lesson](optimisers) is about what helps.
#
# ## More weights than samples
#
# With four weights and three samples there are more unknowns than equations. The error can be brought to
# exactly zero, in many ways, and the best $w$ is not one point. The library then returns the shortest:

# %%
inputs, answers = np.array([[1.0, 0, 2, -1], [0, 1, 1, 1], [2, 1, 0, 3]]), np.array([1.0, 2, 3])
shortest = linear.closed_form(inputs, answers)
print("w =", shortest.round(4), f"  error {losses.sse(inputs @ shortest, answers):.1e}")

# %% tags=["check"] rows=["S004-06"]
assert np.isclose(losses.sse(inputs @ shortest, answers), 0, atol=1e-12)

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. The loss (3w − 2)² has the curvature 18. Which α lands on the minimum in a single step, from any start?",
    answer="1/18",
    slips={
        0.1111: "1/9 is 2/18, the limit. There the step lands as far from the minimum as before, on the other side.",
        0.5: "Check it from w = 1: the slope is 6, the minimum 2/3.",
        18: "18 is the curvature. The larger it is, the shorter the step must be.",
        0.1: "From w = 1 this leads to 0.4, beyond 2/3.",
    },
    hints=["From w = 1: the slope is 6, and the minimum 2/3 is 1/3 away.", "α · 6 = 1/3", "α = 1/18."],
)

# %% [markdown] tags=["solution"]
# From $w = 1$ the slope is $2 (3 - 2) \cdot 3 = 6$, and the minimum $2/3$ is $1/3$ away: $\alpha \cdot 6 = 1/3$, so
# $\alpha = 1/18$. That is one over the curvature, and it is so from any start, as the slope is the curvature times the
# distance. From $\alpha = 2/18$ on it diverges.

# %% tags=["solution"]
print("curvature", ag.grad(ag.grad(lambda w: (w * 3 - 2) ** 2))(1.0))

# %% tags=["exercise"]
viz.exercise(
    "2. In the loop for the line through four points, zero_grad is forgotten (α = 0.01, 100 steps). What happens?",
    answer="it swings and does not settle",
    choices={
        "nothing changes": "The gradients of all earlier steps are still there, and are added.",
        "it arrives sooner": "At first it is faster. But at the bottom the old gradients still push.",
        "it swings and does not settle": "Right: every step repeats all the old ones.",
        "the first step goes uphill": "The first step has no old gradients, and is the same as with zero_grad.",
    },
    hints=["What is in .grad at the bottom?", "The sum of all gradients so far, and it is not 0."],
)

# %% [markdown] tags=["solution"]
# Every step repeats all the old ones. At the bottom the new gradient is 0, but the sum of the old ones is not, so that it
# runs through and up on the other side.

# %% tags=["solution"]
for forgetful in False, True:
    theta = ag.array([0.0, 0.0], label="theta")
    optimizer = SGD(theta, lr=0.01)
    for _ in range(100):
        if not forgetful:
            optimizer.zero_grad()
        cost(*theta).backward()
        optimizer.step()
    print("without" if forgetful else "with   ", f"zero_grad: cost {cost(*theta).data:.4f}")

# %% tags=["exercise"]
viz.exercise(
    "3. Subtract the mean from the column x: 1, 2, 3, 4 become −1.5, −0.5, 0.5, 1.5. Now the two curvatures are 2 and 2.5. "
    "What is the limit of α?",
    answer=0.8,
    slips={
        1: "1 is 2/2. The largest curvature counts.",
        0.4: "0.4 is 1/2.5. The limit is 2/λ.",
        0.4444: "0.4444 is 2/4.5. The curvatures are not added for the limit.",
        0.1198: "0.1198 is the limit of the narrow valley. This bowl is nearly round.",
    },
    hints=["2/λ with the largest curvature", "2 / 2.5", "2 / 2.5 = 0.8."],
)

# %% [markdown] tags=["solution"]
# The limit is $2/2.5 = 0.8$. The bowl is nearly round, so one step length is right for both directions: with $\alpha =
# 2/(2 + 2.5)$, the best compromise, it takes less than ten steps to come within 0.000001 of the formula's answer, not 330.

# %% tags=["solution"]
centred = np.array([[1.0, -1.5], [1, -0.5], [1, 0.5], [1, 1.5]])
print("curvatures", np.linalg.eigvalsh(ag.hessian(lambda t: losses.mse(centred @ t, y))(np.zeros(2))))
best = linear.closed_form(centred, y)
line = nn.Linear(2, 1, bias=False, init="zeros")
optimizer = SGD(line.parameters(), lr=2 / 4.5)
history = nn.fit(line, losses.mse, optimizer, (centred, y), epochs=100, stop_when=arrived)
print(len(history.loss), "steps")

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(7, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Walk downhill: $\theta \leftarrow \theta - \alpha \, \nabla C$, again and again.
# * Say how long a step may be: $\alpha < 2/\lambda$, with the largest curvature $\lambda$.
# * Say what a gradient knows, the steepest way up *here*, and what not: where the minimum is.
# * Find the bottom of a squared error by a formula, and say why one walks all the same.
#
# In PyTorch: `torch.optim.SGD(model.parameters(), lr=0.1)`, with the same `zero_grad()` and `step()`, and
# `torch.linalg.lstsq` for the formula.
