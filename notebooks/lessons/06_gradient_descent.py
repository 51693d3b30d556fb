# %% [markdown]
# # 6. Gradient descent on linear regression
#
# **What you will see** (about 40 minutes): the derivative of the squared error, first worked out by hand as
# the notes do it, then read off the graph, and both are the same numbers. Then you use it: step after step
# downhill, to the place where a formula says the bottom is. On the way you learn how long a step may be.
#
# You need lesson 3 (multiply along a path, add where paths meet), lesson 4 (the linear predictor) and lesson
# 5 (the squared error).

# %%
from functools import partial

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, values
from nn import linear, losses
from nn.optim import SGD

close = partial(np.allclose, rtol=1e-8, atol=1e-12)  # numbers that the notes' tables give in ten digits
near = partial(np.allclose, rtol=1e-4, atol=1e-12)  # and in six

# %% [markdown]
# ## Two samples, by hand
#
# Notes 000 begin with two features and two samples. The samples are the *columns* of $X$:
#
# $$X = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}, \quad Y = [5, 8], \quad w = [0.5, -1], \quad b = 0.25$$
#
# Call the error of sample $k$
#
# $$A_k = y_k - w_1 x_{1k} - w_2 x_{2k} - b$$
#
# Its square is the sample's loss, $L_k = A_k^2$, and the cost is the average, $C = \frac{1}{2} (L_1 + L_2)$.

# %%
X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 8.0])
w1, w2, b = values(w1=0.5, w2=-1.0, b=0.25)
A1, A2 = (y - w1 * x1 - w2 * x2 - b for (x1, x2), y in zip(X.T, Y, strict=True))
L1, L2 = A1**2, A2**2
C = (L1 + L2) / 2
assert (A1.data, A2.data, C.data) == (7.25, 10.75, 84.0625)
viz.graph(C, names=locals())

# %% [markdown]
# Read the graph from $C$ backwards. First comes the square. With $A$ for its operand, $dL_k = 2 A_k \cdot
# dA_k$:
#
# > **Predict** the two local derivatives $\partial L_k/\partial A_k$.

# %% rows=["S000-15"]
assert (L1.partials[0], L2.partials[0]) == (2 * A1.data, 2 * A2.data) == (14.5, 21.5)
print(f"∂L1/∂A1 = {L1.partials[0]},  ∂L2/∂A2 = {L2.partials[0]}")

# %% [markdown]
# Then the error itself. It is linear in the parameters, so its derivatives are the inputs, with a minus:
#
# $$\frac{\mathrm{d}A_k}{\mathrm{d}w_1} = -x_{1k} \quad \frac{\mathrm{d}A_k}{\mathrm{d}w_2} = -x_{2k} \quad
# \frac{\mathrm{d}A_k}{\mathrm{d}b} = -1$$

# %% rows=["S000-18"]
partials = [[ag.paths(A, leaf).total for leaf in (w1, w2, b)] for A in (A1, A2)]
assert partials == [[-1, -3, -1], [-2, -4, -1]]
print("dA1/d(w1, w2, b) =", partials[0], "  dA2/d(w1, w2, b) =", partials[1])

# %% [markdown]
# Each parameter is used by both samples, so two paths lead from $C$ to it. Multiply along each, add the two.
# That adding is the *linearity* of the derivative: the derivative of a sum of losses is the sum of their
# derivatives.
#
# > **Predict** $\mathrm{d}C/\mathrm{d}b$: the two paths have the factors $\frac{1}{2} \cdot 2 A_k
# > \cdot (-1)$.

# %%
viz.paths(C, b, names=locals())

# %% [markdown]
# Linearity also means that we need not build one large graph. Run `backward` on each sample's half-loss
# *separately*. The leaves add up what arrives (`+=`, not `=`), and end with the gradient of the whole cost:

# %% rows=["S000-14"]
leaves = [w1, w2, b]
(L1 / 2).backward()
assert ag.grads(leaves).tolist() == [-7.25, -21.75, -7.25]
first = ag.grads(leaves)
(L2 / 2).backward()  # no zero_grad in between: this one is added
assert (ag.grads(leaves) - first).tolist() == [-21.5, -43, -10.75]
assert ag.grads(leaves).tolist() == [-28.75, -64.75, -18]
C.zero_grad()
C.backward()
assert ag.grads(leaves).tolist() == [-28.75, -64.75, -18]
print("dC/d(w1, w2, b) =", ag.grads(leaves))

# %% [markdown]
# That is why a gradient must be set back (`zero_grad`) before the next step: otherwise the old one is added
# to the new.
#
# The notes write the same in compact form, and you should check that it *is* the same (equation 9, set right
# below):
#
# $$\frac{\mathrm{d}C}{\mathrm{d}w} = -\frac{1}{2} \cdot 2 \cdot A X^T \qquad \frac{\mathrm{d}C}{\mathrm{d}b}
# = -\frac{1}{2} \cdot 2 \cdot \sum_k A_k$$

# %% rows=["S000-19"]
A = ag.data([A1, A2])
assert (-(1 / 2) * 2 * A @ X.T).tolist() == [-28.75, -64.75] == ag.grads([w1, w2]).tolist()
assert -(1 / 2) * 2 * A.sum() == -18 == b.grad

# %% [markdown]
# Play it. Watch $w_1$: first a number arrives from one sample, then one from the other, and the ledger adds.

# %%
viz.walkthrough(C, names={"C": C, "A1": A1, "A2": A2, "L1": L1, "L2": L2})

# %% [markdown]
# ## What is dC?
#
# In equations 6 to 8 the notes put the parts together as $dC = \frac{1}{2} \cdot 2 \cdot dA \cdot A^T$ with
# $dA_k = -x_{1k} - x_{2k} - 1$. That is the derivative in *one direction*: all three parameters grow at the
# same speed. The engine computes such a thing forwards, with `jvp`, without any `backward`:


# %% rows=["S000-16"]
def cost(w, b):
    return losses.mse(w @ X + b, Y)


dA = -X.sum(axis=0) - 1
assert dA.tolist() == [-5, -7]
assert (1 / 2) * 2 * dA @ A == -111.5
_, slope = ag.jvp(cost, (np.array([0.5, -1.0]), 0.25), (np.ones(2), 1.0))
assert close(slope, -111.5)
h = 1e-4
w = np.array([0.5, -1.0])
assert np.isclose((cost(w + h, 0.25 + h) - cost(w - h, 0.25 - h)) / (2 * h), -111.5, rtol=1e-7)
print(f"in the direction (1, 1, 1) the cost changes by {slope} per unit")

# %% [markdown]
# "This is a nice expression but we don't actually need $dC$. We need the partials." True: one number for one
# direction says nothing about the other directions.
#
# ## One step
#
# $$w \leftarrow w - \alpha \frac{\mathrm{d}C}{\mathrm{d}w} \qquad b \leftarrow b - \alpha \frac{\mathrm{d}
# C}{\mathrm{d}b}$$
#
# $\alpha$ is the *learning rate*. The gradient points to where $C$ grows fastest, hence the minus.
#
# > **Predict**: $\alpha = 0.01$ and $C = 84.06$. What happens with a plus instead?

# %% rows=["S000-21"]
assert cost(w, 0.25) == 84.0625
for sign, expected in (-1, 39.1298125), (+1, 145.9923125):
    w_new = w + sign * 0.01 * ag.grads([w1, w2])
    b_new = 0.25 + sign * 0.01 * b.grad
    assert close(cost(w_new, b_new), expected)
    print(f"{'minus' if sign < 0 else 'plus'}: C goes from 84.0625 to {cost(w_new, b_new):.7f}")

# %% [markdown]
# ## Any number of features and samples
#
# Now $n = 3$ features (rows) and $m = 4$ samples (columns). Nothing changes but the sums:
#
# $$\frac{\mathrm{d}C}{\mathrm{d}w} = -\frac{2}{m} A X^T \qquad \frac{\mathrm{d}C}{\mathrm{d}b} = -\frac{2}{m}
# \sum_k A_k$$

# %% rows=["S000-30", "S000-32"]
X = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]])
Y = np.array([1.0, 2, 3, 5])
model = nn.Linear(3, 1).assign([[0.1, 0.2, 0.3]], [0.4])
w, b = model.W[0], model.b[0]
((*yhat,),) = model.forward_columns(X)  # one Value for each column
A = [y - guess for y, guess in zip(Y, yhat, strict=True)]
L = [error**2 for error in A]
assert close(ag.data(A), [-0.1, 1.5, 2, 4])
assert close([loss.partials[0] for loss in L], [-0.2, 3, 4, 8])  # ∂L_k/∂A_k

partials = np.array([[ag.paths(error, leaf).total for leaf in (*w, b)] for error in A])
assert partials[2].tolist() == [-3, 0, -1, -1]  # sample 3: −x_13, −x_23, −x_33 and −1
assert partials.sum(axis=1).tolist() == [-4, -3, -5, -6]  # the notes' dA_k
print("   dA/dw1 dA/dw2 dA/dw3 dA/db")
print(partials + 0.0)

# %% [markdown]
# One `backward` on the mean, and all four derivatives are there. Three ways to the same numbers: the engine,
# the sum over samples, the matrix formula.

# %% rows=["S000-29", "S000-33", "S000-31"]
C = ag.mean(L)
C.backward()
dw, db = ag.grads(w), b.grad
assert close(dw, [-12.45, -2.75, -0.15])
assert close(db, -3.7)

errors = ag.data(A)
by_sample = np.array([2 * error * row for error, row in zip(errors, partials, strict=True)])
assert close(by_sample.sum(axis=0) / 4, [*dw, db])  # (1/m) Σ dL_i
assert close(-(2 / 4) * errors @ X.T, dw)
assert close(-(2 / 4) * errors.sum(), db)
assert close((2 / 4) * partials.sum(axis=1) @ errors, -19.05)  # the notes' dC …
assert close(dw.sum() + db, -19.05)  # … is the sum of all partials
print(f"dC/dw = {dw}, dC/db = {db:.2f}")

# %% [markdown]
# "The 2 were purposely left, as one of those will normally be a different number, which one?" ask the notes
# about $\frac{1}{2} \cdot 2$.
#
# > **Predict**: which of them becomes another number when there are four samples?

# %% rows=["S000-17"]
m = 4
assert close(-(1 / m) * 2 * errors @ X.T, [-12.45, -2.75, -0.15])  # right: the 1/2 was 1/m all along
assert close(-(1 / 2) * 2 * errors @ X.T, [-24.9, -5.5, -0.3])  # twice too long
print("the 1/2 is the average over m = 2 samples; the 2 comes from the square and stays")

# %% rows=["S000-34"]
SGD(model.parameters(), lr=0.1).step()
assert close(ag.data([*w, b]), [1.345, 0.475, 0.315, 0.77])
print("after one step:", ag.data([*w, b]))

# %% [markdown]
# ## The cost is a bowl
#
# A square of something linear curves upwards in every direction. The numbers that say so are the eigenvalues
# of the second derivatives: all positive. So there is one lowest point, and going downhill must end there.


# %% rows=["S000-28"]
def cost_of_four(theta):
    return losses.mse(theta[:3] @ X + theta[3], Y)


H = ag.hessian(cost_of_four)(np.array([0.1, 0.2, 0.3, 0.4]))
assert near(np.linalg.eigvalsh(H), [0.05928226, 0.3071391, 3.139399, 17.49418])

bottom = linear.closed_form(np.vstack([X, np.ones(4)]).T, Y)
assert close(bottom, [1.25, 1.25, 0.5, -1.25])
assert close(cost_of_four(bottom), 0)
print("curvatures", np.linalg.eigvalsh(H).round(4), "  lowest point", bottom.round(10))

# %% [markdown]
# Four parameters cannot be drawn. A line through four points has only two, $\hat{y} = \theta_0 + \theta_1 x$
# (notes 001). There the samples are rows, and the first column is the constant 1:

# %% rows=["S000-28"]
X = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]])
y = np.array([2.0, 3, 5, 6])


def mean_square(theta):
    return losses.mse(X @ theta, y)


assert near(np.linalg.eigvalsh(ag.hessian(mean_square)(np.zeros(2))), [0.29939027, 16.70061])
viz.surface(lambda t0, t1: mean_square(np.array([t0, t1])), (-4, 5), (-0.6, 3.4), names=("θ₀", "θ₁"))

# %% [markdown]
# A long narrow valley: 56 times steeper across than along.
#
# ## The bottom, by a formula
#
# At the lowest point the gradient is zero. In matrix form (notes 001) it is $2 X^T X \theta - 2 X^T y$, for
# the *sum* of squares; for the mean divide by $n$. Set to zero and solved, these are the *normal equations*:
#
# $$\theta = (X^T X)^{-1} X^T y$$

# %% rows=["S001-04", "S001-05"]
at_zero, best = np.zeros(2), linear.closed_form(X, y)
assert (X.T @ X).tolist() == [[4, 10], [10, 30]]
assert (X.T @ y).tolist() == [16, 47]
assert close(best, [0.5, 1.4])


def sum_square(theta):
    return losses.sse(X @ theta, y)


assert ag.grad(sum_square)(at_zero).tolist() == (2 * X.T @ X @ at_zero - 2 * X.T @ y).tolist() == [-32, -94]
assert close(ag.grad(mean_square)(at_zero), [-8, -23.5])
assert np.allclose(ag.grad(sum_square)(best), 0, atol=1e-12)
print("θ =", best.round(10), f"  J there: {mean_square(best):.4f}")

# %% [markdown]
# The mean's gradient is the mean of the samples' gradients. Here they are, one row each:

# %% rows=["S001-33"]
per_sample = ag.jacobian(lambda theta: losses.square(X @ theta, y, reduction="none"))(at_zero)
assert np.array_equal(per_sample, [[-4, -4], [-6, -12], [-10, -30], [-12, -48]])
assert np.mean(per_sample, axis=0).tolist() == [-8, -23.5]
print(np.array(per_sample), "\nmean", np.mean(per_sample, axis=0))

# %% [markdown]
# ## The bottom, step by step
#
# Why walk, when a formula jumps there? Because for nearly everything else there is no formula (lesson 7). So
# learn to walk where you can check the result. The process is called **gradient descent**: initialise, then
# step in the steepest direction downhill, again and again.


# %% rows=["S000-36"]
def height(t0, t1):
    return mean_square(np.array([t0, t1]))


ways = {
    f"from ({x}, {y})": nn.minimise(height, [x, y], lambda params: SGD(params, lr=0.1), steps=60)
    for x, y in ((0, 0), (-2, 0))
}
assert close(ways["from (0, 0)"].points[1:4], [[0.8, 2.35], [0.265, 0.775], [0.6245, 1.83]])
viz.trajectory(height, ways, names=("θ₀", "θ₁"))

# %% [markdown]
# It jumps to and fro across the valley, and creeps along it. 56 times steeper, remember. The first start is a
# lucky one: nearly straight across from the bottom.
#
# > **Predict**: the steps across would grow instead of shrink if $\alpha$ were larger. By how much larger:
# > 1.2, 2 or 10 times?

# %% rows=["S001-06"]
limit = 2 / np.linalg.eigvalsh(ag.hessian(mean_square)(at_zero)).max()
assert close(limit, 0.1197561066)

line = nn.Linear(2, 1, bias=False, init="zeros")


def arrived(old, new):
    return np.linalg.norm(new - best) < 1e-6


optimizer = SGD(line.parameters(), lr=0.1)
history = nn.fit(line, losses.mse, optimizer, (X, y), epochs=1000, stop_when=arrived)
assert len(history.loss) == 330
print(f"lr = 0.1:  {len(history.loss)} steps to within 0.000001 of the formula's answer")

line = nn.Linear(2, 1, bias=False, init="zeros")
history = nn.fit(line, losses.mse, SGD(line.parameters(), lr=0.12), (X, y), epochs=1000)
assert history.loss[-1] > 1000 > history.loss[0]
print(f"lr = 0.12: the cost grows from {history.loss[0]} to {history.loss[-1]:.0f}; the limit is {limit:.6f}")

# Convex: halfway between two points the bowl lies below the straight line between them.
a, c = at_zero, np.array([1.0, 2.0])
assert (mean_square((a + c) / 2), (mean_square(a) + mean_square(c)) / 2) == (1.25, 11.5)

# %% [markdown]
# A bowl bends up everywhere, so a step is too long as soon as it lands *higher on the other side*. This is
# so from $\alpha = 2/\lambda$ on, with the largest curvature $\lambda$.
#
# ## Which way is downhill?
#
# In one dimension there are only two directions, and the sign of the slope decides (notes 003 draw a bowl
# with a tangent on either side). "There is no graphical justification" for the update, say the notes (000).
# The tangent is one (E-S000-18): its slope says which way is down, and how far to go. For $L = (w - 3)^2$,
# with $\alpha = 0.25$:

# %% rows=["S000-35", "S000-47"] errata=["E-S000-18"]
slope = ag.grad(lambda w: (w - 3) ** 2)
starts = np.array([1.0, 2.0, 4.0, 5.0])
slopes = np.array([slope(start) for start in starts])
stepped = starts - 0.25 * slopes
assert slopes.tolist() == [-4, -2, 2, 4]
assert stepped.tolist() == [2, 2.5, 3.5, 4]
assert (abs(stepped - 3) < abs(starts - 3)).all()  # each is nearer to the minimum
print(f"at w = 1 the slope is {slope(1.0)}: step right;  at w = 5 it is {slope(5.0)}: step left")
viz.curve(lambda w: (w - 3) ** 2, at=[1, 2, 4, 5], steps=0.25)

# %% [markdown]
# The notes say: "the gradient always points away from the minimum". With two parameters that is no longer
# so. Take $f = (x^2 + 10 y^2)/2$, whose minimum is at 0, and stand at $(10, 1)$:


# %% rows=["S000-35"] errata=["E-S000-13"]
def f(x, y):
    return (x**2 + 10 * y**2) / 2


here = np.array([10.0, 1.0])
downhill = -np.array(ag.grad(f, (0, 1))(*here))
cosine = downhill @ -here / np.linalg.norm(downhill) / np.linalg.norm(here)
assert close(np.degrees(np.arccos(cosine)), 39.289407)
print(f"steepest descent points {np.degrees(np.arccos(cosine)):.2f} degrees past the minimum")
viz.trajectory(f, {"straight to the minimum": [here, [0, 0]], "steepest": [here, here + 0.2 * downhill]})

# %% [markdown]
# (The two axes have different scales here.) Downhill it goes all the same. Only the *promise* is smaller:
# the gradient knows the slope here, not where the minimum is.
#
# "The farther away we are from the minimum the larger the gradient" (notes 000). Along one straight line
# through the minimum that is exact: the slope of a parabola is proportional to the distance.

# %% rows=["S000-37"]
e1 = np.array([1.0, 0, 0, 0])
for distance, expected in (1, 16.16323), (2, 32.32646), (4, 64.65292):
    length = np.linalg.norm(H @ (distance * e1))  # the gradient of the bowl at bottom + distance·e1
    assert near(length, expected)
    print(f"distance {distance}: gradient of length {length:.5f}")

# %% [markdown]
# Compare different directions, and it fails (E-S000-14): on the bowl $f$ above, the point $(10, 0)$ is five
# times farther from the minimum than $(0, 2)$, with half the gradient.

# %% errata=["E-S000-14"]
for point, distance, length in ((10.0, 0.0), 10, 10), ((0.0, 2.0), 2, 20):
    assert np.linalg.norm(point) == distance
    assert np.linalg.norm(ag.grad(f, (0, 1))(*point)) == length
    print(f"{point}: distance {distance}, gradient {length}")

# %% [markdown]
# ## The same in the words of notes 003
#
# "Train" means: find $w$ and $b$ that minimise the cost $J(w, b)$. In code, the notes write `dw` for
# $dJ/dw$; here that is `w.grad`. Nothing in the loop asks *which* cost it is:

# %% rows=["S003-34", "S003-35"]
w = Value(0.0, label="w")
steps = []
for _ in range(100):
    w.zero_grad()
    ((w - 3) ** 2).backward()
    w.data = w.data - 0.1 * w.grad  # w := w − α·dw
    steps.append(w.data)
assert close(steps[:3], [0.6, 1.08, 1.464])
assert np.isclose(steps[-1], 3, rtol=1e-8)
print(*(f"{step:.4g}" for step in steps[:6]), "…", f"{steps[-1]:.8f}")

theta = Value(1.0, label="theta")  # and one step on θ², from 1
(theta**2).backward()
assert (theta.grad, theta.data - 0.1 * theta.grad) == (2, 0.8)

# %% [markdown]
# It works for a cost that we have not treated yet, too. A neuron with a sigmoid (lesson 7), four samples, and
# the cross entropy of lesson 5:

# %% rows=["S003-33"]
samples, labels = [[1.0, 2.0], [2.0, 0.5], [-1.0, 1.0], [0.0, -2.0]], [1, 1, 0, 0]
neuron = nn.Layer(2, 1, "sigmoid").assign([[0.5, -0.25]], [0.1])
history = nn.fit(neuron, losses.bce, SGD(neuron.parameters(), lr=0.1), (samples, labels), epochs=1001)
assert close(history.loss[1000], 0.009649435063)
viz.curves(history, log=True)

# %% [markdown]
# ## The same in the words of notes 004
#
# Four inputs, three samples, no bias, and the plain sum $L = \sum_i (y_i - f(w^T x_i))^2$, here with $f$ the
# identity. We look for $w^* = \text{argmin}_w L$.

# %% rows=["S004-05", "S004-07", "S004-12"]
X = np.array([[1.0, 0, 2, -1], [0, 1, 1, 1], [2, 1, 0, 3]])
y = np.array([1.0, 2, 3])
w = ag.array([0.1, 0.2, 0.3, 0.4], label="w")
L = losses.sse(X @ w, y)
assert close(L.data, 3.66)

L.backward()
assert close(ag.grads(w), [-7, -5, -5, -9.2])  # ∇L, one entry for each weight

SGD(w, lr=0.05).step()  # w_new = w_old − η·∇L(w_old)
assert close(ag.data(w), [0.45, 0.45, 0.55, 0.86])
assert close(losses.sse(X @ w, y).data, 0.9806)
print("w =", ag.data(w), f"  L: 3.66 → {losses.sse(X @ w, y).data:.4f}")

# %% [markdown]
# "Follow the connecting path and keep differentiating until the input is reached." On the first sample the
# path has few factors. $\partial L/\partial f = -2 (y - f) = -1.4$, then $\mathrm{d}f/\mathrm{d}w_j = x_j$:

# %% rows=["S004-08", "S004-10"]
w = ag.array([0.1, 0.2, 0.3, 0.4], label="w")
guess = ag.dot(w, X[0])
guess.label = "f"
L1 = losses.square(guess, y[0])
L1.label = "L"
assert close([ag.paths(guess, weight).total for weight in w], X[0])  # df/dw = (1, 0, 2, −1)
assert close(ag.paths(L1, guess).total, -1.4)
assert close([ag.paths(L1, weight).total for weight in w], [-1.4, 0, -2.8, 1.4])
viz.paths(L1, w[2])

# %% [markdown]
# All three samples, and their sum: $\mathrm{d}L/\mathrm{d}w_j = -2 \sum_i x_{ij} (y_i - \hat{y}_i)$.

# %% rows=["S004-09", "S004-10", "S004-11"]
numbers = ag.data(w)
residuals = y - X @ numbers
assert close(-2 * residuals, [-1.4, -2.2, -2.8])  # dL_i/df_i
each = ag.jacobian(lambda w: losses.square(X @ w, y, reduction="none"))(numbers)
assert close(each, [[-1.4, 0, -2.8, 1.4], [0, -2.2, -2.2, -2.2], [-5.6, -2.8, 0, -8.4]])
assert close(np.sum(each, axis=0), [-7, -5, -5, -9.2])
assert close(-2 * X.T @ residuals, [-7, -5, -5, -9.2])
print(np.array(each) + 0.0, "\nsum", np.sum(each, axis=0))

# %% [markdown]
# Four weights and three samples: there are more unknowns than equations. So the error can be brought to
# exactly zero, in many ways, and $w^*$ is not one point. The library then returns the shortest.

# %% rows=["S004-06"]
best = linear.closed_form(X, y)
assert np.isclose(losses.sse(X @ best, y), 0, atol=1e-12)
print("a w* with error 0:", best.round(4))

# %% [markdown]
# ## What the notes got wrong
#
# **The lost half** (E-S000-06). Equation 5 says $dC = d(\sum L_i)$; the $\frac{1}{2}$ is back in equation 6.

# %% errata=["E-S000-06"]
X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 8.0])
start, everywhere = (np.array([0.5, -1.0]), 0.25), (np.ones(2), 1.0)
_, printed = ag.jvp(lambda w, b: losses.sse(w @ X + b, Y), start, everywhere)
_, right = ag.jvp(lambda w, b: losses.mse(w @ X + b, Y), start, everywhere)
assert (printed, right) == (-223, -111.5)
print(f"printed, the sum: {printed}   right, the cost: {right}")

# %% [markdown]
# **A differential without increments** (E-S000-07). The notes print $dC = \frac{\partial C}{\partial w} +
# \frac{\partial C}{\partial b}$. A change of $C$ needs to know how far the parameters move: $dC =
# \frac{\partial C}{\partial w} \cdot dw + \frac{\partial C}{\partial b} \, db$. (Here ∂ as the notes have it:
# drawn from its leaves alone, $C$ has one arrow from each, so that it is the number $\mathrm{d}C/\mathrm{d}w$
# of above.) Move $w_1$ by 0.001 and $b$ by 0.002:

# %% errata=["E-S000-07"]
dw, db = np.array([0.001, 0.0]), 0.002
change = cost(start[0] + dw, start[1] + db) - cost(*start)
_, right = ag.jvp(cost, start, (dw, db))
_, printed = ag.jvp(cost, start, (np.ones(2), 1.0))
assert close(change, -0.0647375)
assert close(right, -0.06475)
assert close(printed, -111.5)
print(f"true change {change:.7f}   right {right:.5f}   printed {printed}")

# %% [markdown]
# **What the sum runs over** (E-S000-10, E-S000-11). Equation 16 prints $\frac{1}{m} \sum dL_i/dw + dL/db$:
# without brackets only the first term is summed, and averaged. Equation 14 has whole vectors inside a sum
# over $i$: then each of the four terms is already the sum of all. With the four samples from above:

# %% errata=["E-S000-10", "E-S000-11"]
four, guessed = np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.1, 0.5, 1.0, 1.0])
difference = four - guessed
slopes_b = -2 * difference  # dL_i/db
assert close(slopes_b[0], 0.2)  # printed: one term alone
assert close(slopes_b.sum() / 4, -3.7)  # right: in the brackets
assert close(sum(difference @ difference for _ in four) / 4, 22.26)  # printed
assert close(difference @ difference / 4, 5.565)  # right
print(f"dC/db: printed {slopes_b[0]:+.1f}, right {slopes_b.mean():.1f}   C: printed 22.26, right 5.565")

# %% [markdown]
# **Apples and pears** (E-S000-08). Equation 9 adds $-A X^T$, one number per *weight*, to $-A$, one number
# per *sample*. With two weights and two samples that does not even fail: it gives nonsense. With three and
# four it fails. They are two separate arrays.

# %% errata=["E-S000-08"]
A = np.array([7.25, 10.75])
printed = -A @ X.T - A * 1
right = -(2 / 2) * A @ X.T, -(2 / 2) * A.sum()
assert printed.tolist() == [-36, -75.5]
assert (right[0].tolist(), right[1]) == ([-28.75, -64.75], -18)
print(f"printed {printed}   right {right[0]} and {right[1]}")

X, A = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]]), np.array([-0.1, 1.5, 2, 4])
try:
    -A @ X.T - A * 1
except ValueError as error:
    assert ((A @ X.T).shape, A.shape) == ((3,), (4,))
    print("three weights, four samples:", error)
else:
    raise AssertionError("shapes (3,) and (4,) must not add up")

# %% [markdown]
# **The other half** (E-S000-09). Equation 20, for any $m$, still has the $\frac{1}{2}$ of the two samples.

# %% rows=["S000-33"] errata=["E-S000-09"]
printed = -(1 / 2) * 2 * A @ X.T, -(1 / 2) * 2 * A.sum()
right = -(1 / 4) * 2 * A @ X.T, -(1 / 4) * 2 * A.sum()
assert close(printed[0], [-24.9, -5.5, -0.3])
assert close(printed[1], -7.4)
assert close(printed[1] / right[1], 2)
assert close(right[0], [-12.45, -2.75, -0.15])
assert close(right[1], -3.7)
print(f"printed {printed[0]}, {printed[1]:.2f}   right {right[0]}, {right[1]:.2f}")

# %% [markdown]
# **Sum or mean** (E-S001-01, E-X-01). Notes 001 define $J$ with $\frac{1}{n}$, and lose it in the matrix
# form. The lowest point is the same. The gradient is $n$ times longer, and with it the largest learning rate
# $n$ times smaller: 0.1 was fine above, and now explodes.

# %% errata=["E-S001-01", "E-X-01"]
X, y = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]]), np.array([2.0, 3, 5, 6])
assert (mean_square(at_zero), sum_square(at_zero)) == (18.5, 74)
assert (ag.grad(mean_square)(at_zero) * 4).tolist() == ag.grad(sum_square)(at_zero).tolist() == [-32, -94]
assert near(2 / np.linalg.eigvalsh(ag.hessian(sum_square)(at_zero)).max(), 0.029939027)
assert near(2 / np.linalg.eigvalsh(ag.hessian(mean_square)(at_zero)).max(), 0.11975611)
for reduction in "mean", "sum":
    line = nn.Linear(2, 1, bias=False, init="zeros")
    optimizer = SGD(line.parameters(), lr=0.1)
    history = nn.fit(line, losses.mse, optimizer, (X, y), epochs=20, reduction=reduction)
    assert (history.loss[-1] > history.loss[0]) == (reduction == "sum")
    print(f"{reduction}: the cost goes from {history.loss[0]} to {history.loss[-1]:.4g}")

# %% [markdown]
# **What is averaged** (E-S001-11). "The gradient is the average over the *residuals*": over the samples'
# *gradients*. The residuals at $\theta = 0$ average to one number, and the gradient has two.

# %% errata=["E-S001-11"]
residuals = X @ at_zero - y
assert residuals.tolist() == [-2, -3, -5, -6]
assert residuals.mean() == -4
assert np.mean(per_sample, axis=0).tolist() == [-8, -23.5]
print(f"mean of the residuals {residuals.mean()}   mean of the gradients {np.mean(per_sample, axis=0)}")

# %% [markdown]
# **An inverse that need not exist** (E-S001-03). $(X^T X)^{-1}$ exists only when no column can be made of the
# others. Here the second is twice the first. The library does not invert: it solves the least-squares problem
# in a way that still works, and returns the shortest of all solutions.

# %% errata=["E-S001-03"]
doubled = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
assert np.isclose(np.linalg.det(doubled.T @ doubled), 0)
shortest = linear.closed_form(doubled, [5.0, 10.0, 15.0])
assert close(shortest, [1, 2])
print("det = 0, and yet a solution:", shortest.round(10))

# %% [markdown]
# **Up or down** (E-S003-04, 05, 06). Notes 003 say that descent converges "to global *maximum* close to
# zero", that we update $w$ "to make it closer to *zero*", and that for negative `dw` we *decrease* $w$.
# Three times no: it goes to a minimum of $J$; the minimum of $(w - 3)^2$ is at 3; and for negative `dw`, $w$
# *grows*.

# %% errata=["E-S003-04", "E-S003-05"]
assert np.isclose(steps[-1], 3)  # right: the minimiser; it is J that is close to zero there
assert np.isclose((steps[-1] - 3) ** 2, 0, atol=1e-12)
printed = losses.square(0.0, 3.0)  # printed: w is zero; a maximum there is none, J grows without end
assert printed == 9 < (100 - 3) ** 2
print(f"right: w goes to {steps[-1]:.6f}, J to {(steps[-1] - 3) ** 2:.1e}   printed: w = 0, J = {printed}")

# %% rows=["S003-36"] errata=["E-S003-06"]
for start, slope, right, wrong in (-1.0, -2.0, -0.8, -1.2), (1.0, 2.0, 0.8, 1.2):
    w = Value(start, label="w")
    (w**2).backward()
    assert w.grad == slope
    SGD([w], lr=0.1).step()
    printed = start + 0.1 * w.grad  # with the sign turned round
    assert close(w.data, right)
    assert close(printed, wrong)
    print(f"w = {start}, dw = {slope}: right {w.data} (nearer to 0), printed {printed} (farther away)")

# %% [markdown]
# **A factor lost** (E-S004-02). Notes 004 write $\frac{\partial L}{\partial f} \frac{\partial f}{\partial
# w_i} = x_i$. Two things are missing. $\partial L/\partial f$ has vanished, and the second factor is
# $x_i$ only when $f$ is the identity. For the sigmoid it is $f'(w^T x) \, x_i$:

# %% errata=["E-S004-02"]
w = ag.array([0.5, -0.25], label="w")
z = ag.dot(w, [1.0, 2.0], 0.1)
f = ag.sigmoid(z)
right = ag.paths(f, w[1]).total
printed = 2.0  # x_2
assert close(f.partials[0], 0.2493760402)
assert close(right, 0.2493760402 * 2)
assert close(printed / right, 4.0100083)
print(f"df/dw2: printed {printed}, right {right:.6f}, so {printed / right:.4f} times too large")

# %% [markdown]
# **Two minus signs** (E-S004-03). The derivative of $\sum (y - f)^2$ with respect to $f$ is $-2 \sum (y -
# f)$: the inner derivative $-1$ *is* that minus. The notes print it, and then multiply by $(-1)$ again.
# (Their next line is right again.)

# %% rows=["S004-09"] errata=["E-S004-03"]
X, y = np.array([[1.0, 0, 2, -1], [0, 1, 1, 1], [2, 1, 0, 3]]), np.array([1.0, 2, 3])
right = ag.grad(lambda w: losses.sse(X @ w, y))(numbers)
printed = -2 * X.T @ (y - X @ numbers) * (-1)
assert close(printed, [7, 5, 5, 9.2])
assert close(right, [-7, -5, -5, -9.2])
print(f"printed {printed}   right {right}: the printed one leads uphill")

# %% [markdown] errata=["E-S000-05", "E-S004-04", "E-S004-18", "E-S000-16"]
# **Indices** (E-S000-05, E-S004-04, E-S004-18). Sums "from $i = 0$ to $m$" have one term too many: it is 1
# to $m$, or in Python 0 to $m - 1$. And one letter $i$ counts samples and weights at once in $\min_{w_i}
# \sum_i$: read "over all $w$", and $x_{ij}$ for input $j$ of sample $i$. The $\frac{1}{2}$ that is both an
# average and the partner of the 2 (E-S000-16) you have met above.
#
# ## Exercises
#
# **1.** One sample, $x = 3$, $y = 2$, the model $\hat{y} = wx$ with $w = 1$, loss $(\hat{y} - y)^2$. By hand:
# $dL/dw$, and $w$ after one step with $\alpha = 0.1$. Is it a good step?

# %% tags=["solution"]
w = Value(1.0, label="w")
((w * 3 - 2) ** 2).backward()
assert w.grad == 2 * (3 - 2) * 3 == 6
SGD([w], lr=0.1).step()
assert close(w.data, 0.4)
assert abs(w.data * 3 - 2) < 1  # from 1 too high to 0.8 too low: better, though it went too far

# %% [markdown]
# **2.** For that loss, which $\alpha$ lands on the minimum in a single step? From which $\alpha$ on does it
# diverge? (The curvature is $d^2L/dw^2$.)

# %% tags=["solution"]
curvature = ag.grad(ag.grad(lambda w: (w * 3 - 2) ** 2))(1.0)
assert curvature == 18
assert close(1.0 - 6 / curvature, 2 / 3)  # α = 1/18 lands on w = 2/3; from α = 2/18 on it diverges

# %% [markdown]
# **3.** Forget `zero_grad` in the loop for the line through four points ($\alpha = 0.01$, 100 steps). What
# happens, and why?

# %% tags=["solution"]
X, y = np.array([[1.0, 1], [1, 2], [1, 3], [1, 4]]), np.array([2.0, 3, 5, 6])
ends = {}
for forgetful in False, True:
    theta = ag.array([0.0, 0.0], label="theta")
    optimizer = SGD(theta, lr=0.01)
    for _ in range(100):
        if not forgetful:
            optimizer.zero_grad()
        mean_square(theta).backward()
        optimizer.step()
    ends[forgetful] = mean_square(theta).data
assert ends[False] < 0.1
assert ends[True] > 10 * ends[False]  # every step repeats all the old ones: it swings and does not settle

# %% [markdown]
# **4.** Subtract the mean from the column $x$ (1, 2, 3, 4 become −1.5, −0.5, 0.5, 1.5). How do the two
# curvatures of the bowl change? How many steps does it take now, with the best $\alpha$ you can find, to come
# within 0.000001 of the formula's answer? (It was 330.)

# %% tags=["solution"]
X = np.array([[1.0, -1.5], [1, -0.5], [1, 0.5], [1, 1.5]])
curvatures = np.linalg.eigvalsh(ag.hessian(mean_square)(at_zero))
assert close(curvatures, [2, 2.5])  # nearly a round bowl
best = linear.closed_form(X, y)
line = nn.Linear(2, 1, bias=False, init="zeros")
optimizer = SGD(line.parameters(), lr=2 / curvatures.sum())  # the best compromise between the two
history = nn.fit(line, losses.mse, optimizer, (X, y), epochs=100, stop_when=arrived)
assert len(history.loss) < 10

# %% [markdown]
# ## What to keep
#
# * $\mathrm{d}C/\mathrm{d}w = -\frac{2}{m} A X^T$ and $\mathrm{d}C/\mathrm{d}b = -\frac{2}{m} \sum A$: each
#   sample's error, weighted with its input, averaged.
# * Gradients of samples add up; that is why leaves accumulate, and why you must zero them before each step.
# * The squared error of a linear model is a bowl: one minimum, a formula for it, and a limit $2/\lambda$ for
#   the learning rate.
# * The gradient is the steepest way up *here*. It does not point at the minimum.
#
# Covered: S000-14 to 19, 21, 28 to 37; S001-04, 05, 06, 33; S003-33 to 36; S004-05 to 12; errata E-S000-05 to
# 11, 13, 14, 16; E-S001-01, 03, 11; E-S003-04, 05, 06; E-S004-02, 03, 04, 18; E-X-01. In PyTorch:
# `torch.optim.SGD(model.parameters(), lr=0.1)`, with the same `zero_grad()` and `step()`, and
# `torch.linalg.lstsq` for the formula.
