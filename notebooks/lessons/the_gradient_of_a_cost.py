# %% [markdown]
# # The gradient of a cost
#
# **What you will see**: the derivative of the squared error, worked out by hand and read off the graph; both
# are the same numbers. First two samples, then any number of them. At the end you have the formula that every
# library uses.
#
# You need [](the_first_graph) (multiply along a path, add where paths meet), [](linear_predictors) (the
# linear predictor) and [](loss_functions_and_norms) (the squared error).

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, practice, values
from nn import losses
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(6, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(6, seed=1)[1])

# %%
X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 8.0])
w1, w2, b = values(w1=0.5, w2=-1.0, b=0.25)
A1, A2 = (y - w1 * x1 - w2 * x2 - b for (x1, x2), y in zip(X.T, Y, strict=True))
L1, L2 = A1**2, A2**2
C = (L1 + L2) / 2
viz.graph(C, names=locals())

# %% tags=["check"]
assert (A1.data, A2.data, C.data) == (7.25, 10.75, 84.0625)

# %% [markdown]
# Two samples with two features each are the *columns* of $X$:
#
# $$X = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}, \quad Y = [5, 8], \quad w = [0.5, -1], \quad b = 0.25$$
#
# The error of sample $k$ is $A_k = y_k - w_1 x_{1k} - w_2 x_{2k} - b$. Its square is the sample's loss,
# $L_k = A_k^2$, and the cost is the average, $C = \frac{1}{2} (L_1 + L_2)$. The picture shows all of it.
#
# The question of this lesson: **both samples pull at the same parameters. Who wins?**
#
# ## Two samples, by hand
#
# Read the graph from $C$ backwards. First comes the square. Its local derivative is $2A$: for the first
# sample $\partial L_1/\partial A_1 = 2 \cdot 7.25 = 14.5$.

# %% tags=["question"]
viz.exercise(
    "The second sample has A₂ = 10.75. If the guess were too large by 3, A₂ would be −3. What would ∂L₂/∂A₂ be?",
    answer=-6,
    slips={
        6: "The size is right. A₂ is negative, so L₂ falls when A₂ grows.",
        -3: "−3 is A₂. The derivative of a square is twice that.",
        9: "9 is the square itself.",
        2: "2 is the exponent. The derivative of A² is 2A.",
        21.5: "21.5 is 2 · 10.75, as it stands in the picture. Now A₂ is −3.",
    },
    hints=["The derivative of A² is 2A.", "2 · (−3)", "2 · (−3) = −6."],
)

# %%
print(
    f"∂L2/∂A2 would be {ag.grad(ag.square)(-3.0):g}; it is {L2.partials[0]}, and ∂L1/∂A1 is {L1.partials[0]}"
)

# %% tags=["check"] rows=["S000-15"]
assert (L1.partials[0], L2.partials[0]) == (2 * A1.data, 2 * A2.data) == (14.5, 21.5)

# %% [markdown]
# Then the error itself. It is linear in the parameters, so its derivatives are the inputs, with a minus:
#
# $$\frac{\mathrm{d}A_k}{\mathrm{d}w_1} = -x_{1k} \quad \frac{\mathrm{d}A_k}{\mathrm{d}w_2} = -x_{2k} \quad
# \frac{\mathrm{d}A_k}{\mathrm{d}b} = -1$$

# %%
partials = [[ag.paths(A, leaf).total for leaf in (w1, w2, b)] for A in (A1, A2)]
print("dA1/d(w1, w2, b) =", partials[0], "  dA2/d(w1, w2, b) =", partials[1])

# %% tags=["check"] rows=["S000-18"]
assert partials == [[-1, -3, -1], [-2, -4, -1]]

# %% [markdown]
# Each parameter is used by both samples, so two paths lead from $C$ to it. Multiply along each, add the two.
# For $w_1$: $\frac{1}{2} \cdot 14.5 \cdot (-1) + \frac{1}{2} \cdot 21.5 \cdot (-2) = -7.25 - 21.5 = -28.75$.
# That answers the question: nobody wins, the two pulls are added.

# %% tags=["question"]
viz.exercise(
    "What is dC/db? The two paths have the factors ½ · 2A · (−1), with A₁ = 7.25 and A₂ = 10.75.",
    answer=-18,
    slips={
        18: "The size is right. The last factor of each path is −1.",
        -7.25: "−7.25 comes over the path of the first sample. Add that of the second.",
        -10.75: "−10.75 comes over the path of the second sample. Add that of the first.",
        -36: "−36 lacks the ½ of the average.",
        -9: "−9 has the average twice: the ½ and the 2 cancel.",
    },
    hints=["½ · 2A · (−1) = −A", "−7.25 and −10.75", "−7.25 − 10.75 = −18."],
)

# %%
viz.paths(C, b, names=locals())

# %% [markdown]
# The derivative of a sum of losses is the sum of their derivatives; this is called *linearity*. So we need
# not build one large graph. Run `backward` on each sample's half-loss *separately*. The leaves add up what
# arrives, and end with the gradient of the whole cost:

# %%
leaves = [w1, w2, b]
(L1 / 2).backward()
print("from sample 1:  ", ag.grads(leaves))
(L2 / 2).backward()  # no zero_grad in between: this one is added
print("with sample 2:  ", ag.grads(leaves))
C.zero_grad()
C.backward()
print("dC/d(w1, w2, b):", ag.grads(leaves))

# %% tags=["check"] rows=["S000-14"]
C.zero_grad()
(L1 / 2).backward()
first = ag.grads(leaves)
assert first.tolist() == [-7.25, -21.75, -7.25]
(L2 / 2).backward()
assert (ag.grads(leaves) - first).tolist() == [-21.5, -43, -10.75]
assert ag.grads(leaves).tolist() == [-28.75, -64.75, -18]
C.zero_grad()
C.backward()
assert ag.grads(leaves).tolist() == [-28.75, -64.75, -18]

# %% [markdown]
# That is why a gradient must be set back (`zero_grad`) before the next step: otherwise the old one is added
# to the new.
#
# With $A = [A_1, A_2]$ all this is two short lines. The first $\frac{1}{2}$ is the average, the $2$ comes
# from the square:
#
# $$\frac{\mathrm{d}C}{\mathrm{d}w} = -\frac{1}{2} \cdot 2 \cdot A X^T \qquad \frac{\mathrm{d}C}{\mathrm{d}b}
# = -\frac{1}{2} \cdot 2 \cdot \sum_k A_k$$
#
# (Books write $\partial C/\partial w$ for $\mathrm{d}C/\mathrm{d}w$. Drawn from its leaves alone, $C$ has one
# arrow from each, and then both are the same number.)

# %%
A = ag.data([A1, A2])
print("dC/dw:", -(1 / 2) * 2 * A @ X.T, "  dC/db:", -(1 / 2) * 2 * A.sum())

# %% tags=["check"] rows=["S000-19"]
assert (-(1 / 2) * 2 * A @ X.T).tolist() == [-28.75, -64.75] == ag.grads([w1, w2]).tolist()
assert -(1 / 2) * 2 * A.sum() == -18 == b.grad

# %% [markdown]
# Play it. Watch $w_1$: first a number arrives from one sample, then one from the other, and the ledger adds.

# %%
viz.walkthrough(C, names={"C": C, "A1": A1, "A2": A2, "L1": L1, "L2": L2})

# %% [markdown]
# ## One direction, or every parameter?
#
# If all three parameters grow at the same speed, how fast does $C$ change? That is one number, the
# derivative in the *direction* $(1, 1, 1)$. It is the sum of the three derivatives, and the engine computes
# such a thing forwards, with `jvp`, without any `backward`:


# %%
def cost(w, b):
    return losses.mse(w @ X + b, Y)


_, slope = ag.jvp(cost, (np.array([0.5, -1.0]), 0.25), (np.ones(2), 1.0))
w = np.array([0.5, -1.0])
print(f"in the direction (1, 1, 1) the cost changes by {slope} per unit")

# %% tags=["check"] rows=["S000-16"]
dA = -X.sum(axis=0) - 1
h = 1e-4
assert dA.tolist() == [-5, -7]
assert (1 / 2) * 2 * dA @ A == -111.5
assert close(slope, -111.5)
assert np.isclose((cost(w + h, 0.25 + h) - cost(w - h, 0.25 - h)) / (2 * h), -111.5, rtol=1e-7)

# %% [markdown]
# One number for one direction says nothing about the other directions. To step downhill we need all three.
#
# ## One step
#
# $$w \leftarrow w - \alpha \frac{\mathrm{d}C}{\mathrm{d}w} \qquad b \leftarrow b - \alpha \frac{\mathrm{d}
# C}{\mathrm{d}b}$$
#
# $\alpha$ is the *learning rate*. The gradient points to where $C$ grows fastest, hence the minus.

# %% tags=["question"]
viz.exercise(
    "α = 0.01. Does the cost grow or fall with w − α · dC/dw? And with a plus in place of the minus?",
    answer="it falls with minus and grows with plus",
    choices={
        "it falls with minus and grows with plus": "Right: the gradient points to where the cost grows fastest.",
        "it grows with minus and falls with plus": "The gradient points uphill. Minus turns round.",
        "it falls with both": "One of the two directions leads uphill.",
    },
    hints=["Where does the gradient point?", "To where C grows fastest."],
)

# %%
for sign in (-1, +1):
    w_new = w + sign * 0.01 * ag.grads([w1, w2])
    b_new = 0.25 + sign * 0.01 * b.grad
    print(f"{'minus' if sign < 0 else 'plus'}: C goes from 84.0625 to {cost(w_new, b_new):.7f}")

# %% tags=["check"] rows=["S000-21"]
assert cost(w, 0.25) == 84.0625
for sign, expected in (-1, 39.1298125), (+1, 145.9923125):
    w_new = w + sign * 0.01 * ag.grads([w1, w2])
    b_new = 0.25 + sign * 0.01 * b.grad
    assert close(cost(w_new, b_new), expected)

# %% [markdown]
# ## Any number of features and samples
#
# Now $n = 3$ features (rows) and $m = 4$ samples (columns), $w = [0.1, 0.2, 0.3]$ and $b = 0.4$. The errors
# are $-0.1$, 1.5, 2 and 4. Nothing changes but the sums:
#
# $$\frac{\mathrm{d}C}{\mathrm{d}w} = -\frac{2}{m} A X^T \qquad \frac{\mathrm{d}C}{\mathrm{d}b} = -\frac{2}{m}
# \sum_k A_k$$

# %% tags=["question"]
viz.exercise(
    "What is dC/db, with the four errors −0.1, 1.5, 2 and 4?",
    answer=-3.7,
    slips={
        3.7: "The size is right. There is a minus in front.",
        -7.4: "−7.4 is minus the sum of the errors: the factor 2/m is 2/4 here.",
        -14.8: "−14.8 is −2 · 7.4. Divide by m = 4.",
        -1.85: "−1.85 is minus the mean of the errors. The 2 of the square is missing.",
        -3.8: "−3.8 takes the first error as +0.1.",
    },
    hints=["−(2/m) · the sum of the errors", "The sum is 7.4.", "−(2/4) · 7.4 = −3.7."],
)

# %%
X = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]])
Y = np.array([1.0, 2, 3, 5])
model = nn.Linear(3, 1).assign([[0.1, 0.2, 0.3]], [0.4])
w, b = model.W[0], model.b[0]
((*yhat,),) = model.forward_columns(X)  # one Value for each column
A = [y - guess for y, guess in zip(Y, yhat, strict=True)]
L = [error**2 for error in A]

partials = np.array([[ag.paths(error, leaf).total for leaf in (*w, b)] for error in A])
print("   dA/dw1 dA/dw2 dA/dw3 dA/db")
print(partials + 0.0)

# %% tags=["check"] rows=["S000-30", "S000-32"]
assert close(ag.data(A), [-0.1, 1.5, 2, 4])
assert close([loss.partials[0] for loss in L], [-0.2, 3, 4, 8])  # ∂L_k/∂A_k
assert partials[2].tolist() == [-3, 0, -1, -1]  # sample 3: −x_13, −x_23, −x_33 and −1
assert partials.sum(axis=1).tolist() == [-4, -3, -5, -6]  # the notes' dA_k

# %% [markdown]
# One `backward` on the mean, and all four derivatives are there. The sum over samples and the matrix
# formula give the same:

# %%
C = ag.mean(L)
C.backward()
dw, db = ag.grads(w), b.grad

errors = ag.data(A)
by_sample = np.array([2 * error * row for error, row in zip(errors, partials, strict=True)])
print(f"engine:   dC/dw = {dw}, dC/db = {db:.2f}")
print(f"samples:  {by_sample.sum(axis=0) / 4}")
print(f"matrices: dC/dw = {-(2 / 4) * errors @ X.T}, dC/db = {-(2 / 4) * errors.sum():.2f}")

# %% tags=["check"] rows=["S000-29", "S000-33", "S000-31"]
assert close(dw, [-12.45, -2.75, -0.15])
assert close(db, -3.7)
assert close(by_sample.sum(axis=0) / 4, [*dw, db])  # (1/m) Σ dL_i
assert close(-(2 / 4) * errors @ X.T, dw)
assert close(-(2 / 4) * errors.sum(), db)
assert close((2 / 4) * partials.sum(axis=1) @ errors, -19.05)  # the notes' dC …
assert close(dw.sum() + db, -19.05)  # … is the sum of all partials

# %% tags=["check"] rows=["S000-17"]
m = 4
assert close(-(1 / m) * 2 * errors @ X.T, [-12.45, -2.75, -0.15])  # right: the 1/2 was 1/m all along
assert close(-(1 / 2) * 2 * errors @ X.T, [-24.9, -5.5, -0.3])  # twice too long

# %%
SGD(model.parameters(), lr=0.1).step()
print("after one step:", ag.data([*w, b]))

# %% tags=["check"] rows=["S000-34"]
assert close(ag.data([*w, b]), [1.345, 0.475, 0.315, 0.77])

# %% [markdown]
# ## The same, path by path
#
# Another common way to write it takes the plain sum, $L = \sum_i (y_i - f)^2$ with the guess $f = w^T x_i$.
# Here are four inputs, no bias, and the first of three samples, $x = (1, 0, 2, -1)$ with $y = 1$ and $f =
# 0.3$. The path to a weight has few factors:
#
# $$\frac{\partial L}{\partial f} = -2 (y - f) = -1.4 \qquad \frac{\mathrm{d}f}{\mathrm{d}w_j} = x_j$$

# %% tags=["question"]
viz.exercise(
    "What is dL/dw₃? The two factors are −1.4 and x₃ = 2.",
    answer=-2.8,
    slips={
        2.8: "The size is right. The first factor is negative.",
        0.6: "0.6 is −1.4 + 2. Along a path multiply.",
        -1.4: "−1.4 is the first factor. Go on to the weight: its factor is the input.",
        -0.42: "−0.42 is −1.4 · 0.3, with the weight. The factor of a weight is its input.",
    },
    hints=["Multiply along the path.", "−1.4 · 2", "−1.4 · 2 = −2.8."],
)

# %% rows=["S004-08", "S004-10"]
X = np.array([[1.0, 0, 2, -1], [0, 1, 1, 1], [2, 1, 0, 3]])
y = np.array([1.0, 2, 3])
w = ag.array([0.1, 0.2, 0.3, 0.4], label="w")
guess = ag.dot(w, X[0])
guess.label = "f"
L1 = losses.square(guess, y[0])
L1.label = "L"
viz.paths(L1, w[2], direction="down")

# %% tags=["check"] rows=["S004-08", "S004-10"]
assert close([ag.paths(guess, weight).total for weight in w], X[0])  # df/dw = (1, 0, 2, −1)
assert close(ag.paths(L1, guess).total, -1.4)
assert close([ag.paths(L1, weight).total for weight in w], [-1.4, 0, -2.8, 1.4])

# %% [markdown]
# All three samples, one in each row, and their sum, $\mathrm{d}L/\mathrm{d}w_j = -2 \sum_i x_{ij} (y_i -
# \hat{y}_i)$:

# %%
numbers = ag.data(w)
each = ag.jacobian(lambda w: losses.square(X @ w, y, reduction="none"))(numbers)
print(np.array(each) + 0.0, "\nsum", np.sum(each, axis=0))

# %% tags=["check"] rows=["S004-09", "S004-10", "S004-11"]
residuals = y - X @ numbers
assert close(-2 * residuals, [-1.4, -2.2, -2.8])  # dL_i/df_i
assert close(each, [[-1.4, 0, -2.8, 1.4], [0, -2.2, -2.2, -2.2], [-5.6, -2.8, 0, -8.4]])
assert close(np.sum(each, axis=0), [-7, -5, -5, -9.2])
assert close(-2 * X.T @ residuals, [-7, -5, -5, -9.2])

# %% tags=["check"] rows=["S004-05", "S004-07", "S004-12"]
w = ag.array(numbers, label="w")
L = losses.sse(X @ w, y)
assert close(L.data, 3.66)
L.backward()
assert close(ag.grads(w), [-7, -5, -5, -9.2])  # ∇L, one entry for each weight
SGD(w, lr=0.05).step()  # w_new = w_old − η·∇L(w_old)
assert close(ag.data(w), [0.45, 0.45, 0.55, 0.86])
assert close(losses.sse(X @ w, y).data, 0.9806)

# %% tags=["check"] errata=["E-S000-06"]
X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 8.0])
start, everywhere = (np.array([0.5, -1.0]), 0.25), (np.ones(2), 1.0)
_, printed = ag.jvp(lambda w, b: losses.sse(w @ X + b, Y), start, everywhere)
_, right = ag.jvp(lambda w, b: losses.mse(w @ X + b, Y), start, everywhere)
assert (printed, right) == (-223, -111.5)

# %% tags=["check"] errata=["E-S000-07"]
X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 8.0])
start, dw, db = (np.array([0.5, -1.0]), 0.25), np.array([0.001, 0.0]), 0.002


def cost(w, b):
    return losses.mse(w @ X + b, Y)


change = cost(start[0] + dw, start[1] + db) - cost(*start)
_, right = ag.jvp(cost, start, (dw, db))
_, printed = ag.jvp(cost, start, (np.ones(2), 1.0))
assert close(change, -0.0647375)
assert close(right, -0.06475)
assert close(printed, -111.5)

# %% tags=["check"] errata=["E-S000-10", "E-S000-11"]
four, guessed = np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.1, 0.5, 1.0, 1.0])
difference = four - guessed
slopes_b = -2 * difference  # dL_i/db
assert close(slopes_b[0], 0.2)  # printed: one term alone
assert close(slopes_b.sum() / 4, -3.7)  # right: in the brackets
assert close(sum(difference @ difference for _ in four) / 4, 22.26)  # printed
assert close(difference @ difference / 4, 5.565)  # right

# %% tags=["check"] errata=["E-S000-08"]
X, A = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([7.25, 10.75])
printed = -A @ X.T - A * 1
right = -(2 / 2) * A @ X.T, -(2 / 2) * A.sum()
assert printed.tolist() == [-36, -75.5]
assert (right[0].tolist(), right[1]) == ([-28.75, -64.75], -18)
X, A = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]]), np.array([-0.1, 1.5, 2, 4])
try:
    -A @ X.T - A * 1
except ValueError:
    assert ((A @ X.T).shape, A.shape) == ((3,), (4,))
else:
    raise AssertionError("shapes (3,) and (4,) must not add up")

# %% tags=["check"] rows=["S000-33"] errata=["E-S000-09"]
X, A = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]]), np.array([-0.1, 1.5, 2, 4])
printed = -(1 / 2) * 2 * A @ X.T, -(1 / 2) * 2 * A.sum()
right = -(1 / 4) * 2 * A @ X.T, -(1 / 4) * 2 * A.sum()
assert close(printed[0], [-24.9, -5.5, -0.3])
assert close(printed[1], -7.4)
assert close(printed[1] / right[1], 2)
assert close(right[0], [-12.45, -2.75, -0.15])
assert close(right[1], -3.7)

# %% tags=["check"] errata=["E-S004-02"]
w = ag.array([0.5, -0.25], label="w")
z = ag.dot(w, [1.0, 2.0], 0.1)
f = ag.sigmoid(z)
right = ag.paths(f, w[1]).total
printed = 2.0  # x_2
assert close(f.partials[0], 0.2493760402)
assert close(right, 0.2493760402 * 2)
assert close(printed / right, 4.0100083)

# %% tags=["check"] rows=["S004-09"] errata=["E-S004-03"]
X, y = np.array([[1.0, 0, 2, -1], [0, 1, 1, 1], [2, 1, 0, 3]]), np.array([1.0, 2, 3])
right = ag.grad(lambda w: losses.sse(X @ w, y))(numbers)
printed = -2 * X.T @ (y - X @ numbers) * (-1)
assert close(printed, [7, 5, 5, 9.2])
assert close(right, [-7, -5, -5, -9.2])

# %% [markdown]
# ## Find the mistake
#
# Somebody has derived $\sum_i (y_i - f_i)^2$ by hand, and got $\mathrm{d}L/\mathrm{d}f_i = -2 (y_i - f_i)
# \cdot (-1)$, "because of the inner derivative".

# %% tags=["question"]
viz.exercise(
    "With this gradient, does a step of gradient descent lead down or up?",
    answer="up",
    choices={
        "down": "The sign is turned round, and with it the direction of the step.",
        "up": "Right: minus times the wrong sign points uphill.",
        "it depends on the sample": "The sign is wrong for every sample in the same way.",
    },
    hints=["The sign of the whole gradient is turned round.", "A step against it goes the other way."],
)

# %%
numbers = ag.data(w)
wrong = -2 * X.T @ (y - X @ numbers) * (-1)
print(f"before: {losses.sse(X @ numbers, y):.4f}   after: {losses.sse(X @ (numbers - 0.05 * wrong), y):.4f}")

# %% [markdown]
# The inner derivative $-1$ *is* the minus in front of the 2. It must not be counted twice.

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. One sample, x = 3 and y = 2, the model ŷ = w·x with w = 1, the loss (ŷ − y)². What is dL/dw?",
    answer=6,
    slips={
        2: "2 is the factor of the square. Go on to the weight.",
        3: "3 is the input. The factor of the square is missing.",
        -6: "The size is right. The guess 3 is above 2, so L grows with w.",
        1: "1 is the loss, and the error.",
        12: "12 takes the guess for the error: the error is 3 − 2 = 1.",
    },
    hints=["Two factors: of the square, and of the product.", "2 · (3 − 2) and 3.", "2 · 3 = 6."],
)

# %% [markdown] tags=["solution"]
# The guess is 3, the error 1. The square has the factor $2 \cdot 1 = 2$, the product the factor $x = 3$, and along the path
# they make 6. A step with $\alpha = 0.1$ leads to $w = 0.4$, with the guess 1.2: from 1 too high to 0.8 too low. That is better, though
# it went too far.

# %% tags=["solution"]
w = Value(1.0, label="w")
((w * 3 - 2) ** 2).backward()
SGD([w], lr=0.1).step()
print(w.grad, w.data)

# %% tags=["exercise"]
viz.exercise(
    "2. A third sample x = (0, 1) with y = 1 joins the two of the beginning. Its error is 1.75. What is now dC/db?",
    answer=-13.17,
    slips={
        -19.75: "−19.75 is minus the sum of the errors. The factor is 2/m, and m is 3 now.",
        -39.5: "−39.5 is −2 · 19.75. Divide by m = 3.",
        -6.583: "−6.583 is minus the mean of the errors. The 2 of the square is missing.",
        13.17: "The size is right. There is a minus in front.",
        -18: "−18 is the one of two samples.",
    },
    hints=["−(2/m) · the sum of the errors", "−(2/3) · (7.25 + 10.75 + 1.75)", "−(2/3) · 19.75 = −13.17."],
)

# %% [markdown] tags=["solution"]
# The errors are 7.25, 10.75 and 1.75, together 19.75. The average is over three samples now: $-\frac{2}{3} \cdot 19.75 =
# -13.17$.

# %% tags=["solution"]
X, Y = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 1.0]]), np.array([5.0, 8.0, 1.0])
A = Y - np.array([0.5, -1.0]) @ X - 0.25
print("errors", A, "  dC/dw", -(2 / 3) * A @ X.T, "  dC/db", -(2 / 3) * A.sum())

# %% tags=["exercise"]
viz.exercise(
    "3. In the example with four samples, which one pulls hardest at b?",
    answer="the fourth, with the error 4",
    choices={
        "the first, with the error −0.1": "Each sample pulls with its error. This one is the smallest.",
        "the second, with the error 1.5": "Each sample pulls with its error. There is a larger one.",
        "the third, with the error 2": "Each sample pulls with its error. There is a larger one.",
        "the fourth, with the error 4": "Right: its share is −(2/4) · 4 = −2, and b will grow.",
    },
    hints=["What is the share of one sample in dC/db?", "−(2/4) times its error."],
)

# %% [markdown] tags=["solution"]
# The shares are $-\frac{2}{4}$ times the errors: 0.05, $-0.75$, $-1$ and $-2$. The fourth pulls hardest. Its share is
# negative, so that $b$ will grow.

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(6, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Work out the gradient of a squared error by hand: each sample's error, weighted with its input, averaged.
# * Write it for any number of samples: $\mathrm{d}C/\mathrm{d}w = -\frac{2}{m} A X^T$, and
#   $\mathrm{d}C/\mathrm{d}b = -\frac{2}{m} \sum A$.
# * Say why the leaves add up gradients, and why you must clear them before each step.
#
# In PyTorch: `loss.backward()` adds to `.grad` in the same way, and `optimizer.zero_grad()` clears it.
