# %% [markdown]
# # Loss functions and norms
#
# **What you will see**: five ways to turn "how wrong?" into one number: squared,
# absolute, and three kinds of cross entropy. Each has a character. One is upset by outliers, one is not;
# one never forgives a confident mistake. You will see it in the derivative, because the derivative is what
# a model learns from.
#
# You need [](linear_predictors): a linear predictor.

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, practice, values
from nn import features, linear, losses, norms, reg
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(5, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(5, seed=1)[1])

# %%
viz.curve(ag.square, ag.abs, low=-3, high=3)

# %% [markdown]
# Two ways to punish an error: by its square, or by its size. On the right are their slopes, and the slope is what a
# model learns from. The one grows with the error; the other is as steep for a small error as for a large one.
#
# The question of this lesson: **which of them should one take, and when?**

# %% [markdown]
# ## The squared error
#
# For one sample it is $L_i = (y_i - \hat{y}_i)^2$. The *cost* is the mean over all samples,
# the mean squared error, MSE:
#
# $$C = \frac{1}{m} \sum_i L_i$$
#
# The example of [](linear_predictors) again: $X$ has the samples $(1, 3)$ and $(2, 4)$ as columns, the
# answers are $Y = (5, 8)$, and the model is $\hat{y} = wX + b$ with $w = (0.5, -1)$, $b = 0.25$.

# %% tags=["question"]
viz.exercise(
    "The guesses are −2.25 and −2.75, the answers 5 and 8. What is the second error, and what is its square?",
    answer="10.75 and 115.5625",
    choices={
        "5.25 and 27.5625": "The error is 8 − (−2.75). Minus minus is plus.",
        "10.75 and 115.5625": "Right: 8 + 2.75, and its square.",
        "10.75 and 21.5": "21.5 is twice the error. The square is the error times itself.",
        "7.25 and 52.5625": "That is the first error.",
    },
    hints=["Answer minus guess.", "8 − (−2.75) = 10.75"],
)

# %%
X, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 8.0])
w, b = ag.array([0.5, -1.0], label="w"), Value(0.25, label="b")
yhat = w @ X + b
L = losses.square(yhat, Y, reduction="none")
print("errors:", ag.data(Y - yhat), "  their squares:", ag.data(L))

# %% tags=["check"] rows=["S000-08"]
assert ag.data(Y - yhat).tolist() == [7.25, 10.75]
assert [loss.data for loss in L] == [52.5625, 115.5625]

# %% [markdown]
# The sum of squares is a dot product of the errors with themselves:
#
# $$C = \frac{1}{2} (Y - wX - b) \cdot (Y - wX - b)$$
#
# As code:

# %%
m = len(Y)
diff = Y - yhat
C = diff @ diff / m
C.label = "C"
C

# %% tags=["check"] rows=["S000-10", "S000-13"]
assert C.data == 84.0625
assert sum(loss.data for loss in L) / 2 == 84.0625
assert losses.mse(yhat, Y).data == 84.0625

# %% [markdown]
# `w` and `b` are `Value`s, so this line has recorded a graph. Walk through it. Look at the squares: the
# engine sees `diff @ diff` as products of a number with itself, so two arrows lead from each error to its
# square.

# %%
viz.walkthrough(C, names={"C": C, "ŷ1": yhat[0], "ŷ2": yhat[1], "A1": diff[0], "A2": diff[1]})

# %% [markdown]
# The $\frac{1}{2}$ is the *average* over two samples, not part of the square. With $m$ samples
# it is $\frac{1}{m}$. Three features and four samples:

# %%
X4 = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0], [2.0, -1.0, 1.0, 0.0]])
Y4, w4, b4 = np.array([1.0, 2.0, 3.0, 5.0]), np.array([0.1, 0.2, 0.3]), 0.4
yhat4 = w4 @ X4 + b4
print(f"sum {losses.sse(yhat4, Y4):.6g}, mean {losses.mse(yhat4, Y4):.6g}")

# %% tags=["check"] rows=["S000-11", "S000-25", "S000-26", "S000-27"]
diff4 = Y4 - yhat4
assert close(diff4, [-0.1, 1.5, 2.0, 4.0])
assert close(losses.square(yhat4, Y4, reduction="none"), [0.01, 2.25, 4, 16])
assert close(losses.sse(yhat4, Y4), 22.26)  # the sum
assert close(losses.mse(yhat4, Y4), 5.565)  # the mean: a quarter of it
assert close(diff4 @ diff4 / len(Y4), 5.565)
assert losses.sse([-2.25, -2.75], Y) == 168.125 == 2 * 84.0625

# %% [markdown]
# ## Sum or mean?
#
# Some write the mean, $J = \frac{1}{n} \sum_i (\hat{y}_i - y_i)^2$, some the sum, $J = (X\theta - y)^T
# (X\theta - y)$. The best $\theta$ is the same. The number is $n$ times as large, and so is its gradient;
# so a learning rate that is good for one is not for the other. In the library it is an argument:
# `reduction="mean"` or `"sum"`.

# %% tags=["question"]
viz.exercise(
    "Four samples, mean squared error 18.5. What is the sum of the squares?",
    answer=74,
    slips={
        18.5: "18.5 is the mean. The sum is four times as much.",
        4.625: "4.625 is 18.5 / 4. The mean is the sum divided by 4.",
        37: "37 is twice the mean. There are four samples.",
        22.5: "22.5 is 18.5 + 4. The mean is the sum divided by 4.",
    },
    hints=["The mean is the sum divided by the number of samples.", "18.5 · 4", "18.5 · 4 = 74."],
)

# %%
line, price = features.linear(np.array([1.0, 2.0, 3.0, 4.0])), np.array([2.0, 3.0, 5.0, 6.0])
for theta in ([0.0, 0.0], [0.5, 1.4]):
    guesses = line @ theta
    print(f"θ = {theta}: mean {losses.mse(guesses, price):.6g}, sum {losses.sse(guesses, price):.6g}")

for loss in (losses.mse, losses.sse):
    theta = ag.array([0.0, 0.0], label="theta")
    loss(line @ theta, price).backward()
    print(f"{loss.__name__}: gradient {ag.grads(theta)}")

# %% tags=["check"] rows=["S001-02", "S001-03"] errata=["E-X-01", "E-S001-01"]
for theta, mean, total in ([0.0, 0.0], 18.5, 74.0), ([0.5, 1.4], 0.05, 0.2):
    guesses = line @ theta
    assert close(losses.mse(guesses, price), mean)
    assert close(losses.sse(guesses, price), total)
    assert close((guesses - price) @ (guesses - price), total)
for loss, expected in (losses.mse, [-8, -23.5]), (losses.sse, [-32, -94]):
    theta = ag.array([0.0, 0.0], label="theta")
    loss(line @ theta, price).backward()
    assert close(ag.grads(theta), expected)

# %% [markdown]
# Often one adds *regularisation*, a price on large weights:
# $\sum_i (y_i - \hat{y}_i)^2 + \lambda \sum_j w_j^2$. (Why, is [](regularisation).)

# %%
samples = np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, 1.0, 1.0], [2.0, 1.0, 0.0, 3.0]])
weights = ag.array([0.1, 0.2, 0.3, 0.4], label="w")
sse = losses.sse(samples @ weights, [1.0, 2.0, 3.0])
print(f"errors {sse:.4g}, with the price on the weights {sse + 0.1 * reg.l2(weights):.4g}")

# %% tags=["check"] rows=["S004-03"]
assert close(sse.data, 3.66)
assert close((sse + 0.1 * reg.l2(weights)).data, 3.69)

# %% [markdown]
# ## Outliers
#
# Take the line through four points, $\hat{y} = 0.5 + 1.4x$,
# and misread the last $y$ as 26 instead of 6.

# %% tags=["question"]
viz.exercise(
    "The last y, 6, is misread as 26. What happens to the line 0.5 + 1.4x?",
    answer="it is turned: much steeper, and it starts far lower",
    choices={
        "hardly anything: it is one point of four": "The square makes one large error worth hundreds of small ones.",
        "it is moved up, with the same slope": "The wrong point lies at one end. It pulls that end up.",
        "it is turned: much steeper, and it starts far lower": "Right: one end is pulled up, the other goes down.",
    },
    hints=[
        "An error of 20 costs 400.",
        "Which end of the line is pulled?",
        "It is turned: the square makes one large error worth hundreds of small ones, and this one pulls at one end.",
    ],
    hunch=True,
)

# %%
print("all right: θ =", linear.closed_form(line, price).round(10))
print("one wrong: θ =", linear.closed_form(line, [2.0, 3.0, 5.0, 26.0]).round(10))

# %% tags=["check"] rows=["S000-12"]
assert close(linear.closed_form(line, price), [0.5, 1.4])
assert close(linear.closed_form(line, [2.0, 3.0, 5.0, 26.0]), [-9.5, 7.4])

# %% [markdown]
# One point of four has turned the line. The reason is the square: an error of 20 costs 400, as much as four
# hundred errors of 1. The **L1 loss** takes the absolute value instead. It is more robust:
#
# $$\frac{1}{n} \sum_i |y_i - \hat{y}_i|$$
#
# In the picture at the beginning the derivatives stand on the right. That of the square grows with the error: a far
# point pulls hard. That of the absolute value is $-1$ or $+1$: every point pulls with the same force, near or far.
#
# Which single number describes the data 1, 2, 3, 4, 100 best?

# %% tags=["check"] rows=["S001-12", "S001-13"]
y, guesses = [1.0, 2.0, 3.0], [1.5, 1.0, 5.0]
assert close(losses.l1(guesses, y), (0.5 + 1 + 2) / 3)
assert close(losses.l1(guesses, y), 1.166666667)
assert close(losses.mse(guesses, y), 1.75)

# %% tags=["question"]
viz.exercise(
    "The readings are 1, 2, 3, 4 and 100. By the squared error the best constant is their mean, 22. Which one is best by the "
    "absolute error?",
    answer=3,
    slips={
        22: "22 is the mean. For the absolute error it counts how many lie above and below, not how far.",
        2.5: "2.5 is the mean of 1 to 4. The 100 counts, too, but not how far away it is.",
        50.5: "50.5 is halfway between the ends.",
        100: "At 100 four readings pull down, and none up.",
    },
    hints=[
        "How many pull up, and how many down?",
        "Two on each side.",
        "The median, 3: two readings pull up, two pull down, each with the same force.",
    ],
    hunch=True,
)

# %% tags=["tells"]
readings = [1.0, 2.0, 3.0, 4.0, 100.0]
for constant in 3.0, 22.0:
    l1, mse = (loss([constant] * 5, readings) for loss in (losses.l1, losses.mse))
    print(f"constant {constant:4g}: L1 loss {l1:g}, MSE {mse:g}")

constant = Value(3.0, label="c")
losses.l1([constant] * 5, readings).backward()
print("slope of the L1 loss at the median:", constant.grad)
constant = Value(22.0, label="c")
losses.mse([constant] * 5, readings).backward()
print("slope of the MSE at the mean:", round(constant.grad, 9) + 0)

# %% tags=["check"] rows=["S001-14"]
for constant, l1, mse in (3.0, 20.2, 1883.0), (22.0, 31.2, 1522.0):
    assert close(losses.l1([constant] * 5, readings), l1)
    assert close(losses.mse([constant] * 5, readings), mse)
assert (np.median(readings), np.mean(readings)) == (3, 22)
constant = Value(3.0, label="c")
losses.l1([constant] * 5, readings).backward()
assert constant.grad == 0  # two pull down, two pull up, and the third stands on it
constant = Value(22.0, label="c")
losses.mse([constant] * 5, readings).backward()
assert close(constant.grad, 0)  # -42 - 40 - 38 - 36 + 156, over five

# %% [markdown]
# The L1 loss takes the *median*, 3, and lets the outlier be. The squared error takes the mean, 22, which is
# near none of the data.
#
# ## Norms
#
# Behind the losses stand three ways to measure the length of a vector:
#
# $$\|x\|_1 = \sum |x_i| \qquad \|x\|_2 = \sqrt{\sum x_i^2} \qquad \|x\|_2^2 = \sum x_i^2$$
#
# For $(1, -2, 2)$ they are $1 + 2 + 2 = 5$, then $\sqrt{1 + 4 + 4} = 3$, and $9$.

# %% tags=["question"]
viz.exercise(
    "The L1 norm adds the sizes. What is it for the vector (3, −4)?",
    answer=7,
    slips={
        -1: "−1 is 3 + (−4). The sizes are added.",
        5: "5 is the L2 norm, the root of 9 + 16.",
        25: "25 is the sum of the squares.",
        12: "12 is 3 · 4. The sizes are added.",
    },
    hints=["|3| + |−4|", "3 + 4", "3 + 4 = 7."],
)

# %% tags=["question"]
viz.exercise(
    "And what is the L2 norm, the root of the sum of the squares?",
    answer=5,
    slips={
        25: "25 is the sum of the squares. Take the root.",
        7: "7 is the L1 norm.",
        3.5: "3.5 is half of 7. Square first, add, then take the root.",
        2.65: "2.65 is the root of 3 + 4. Square them first.",
    },
    hints=["3² + (−4)²", "the root of 9 + 16", "√25 = 5."],
)

# %%
for norm in (norms.l1, norms.l2, norms.l2sq):
    x = ag.array([3.0, -4.0], label="x")
    out = norm(x)
    out.backward()
    print(f"{norm.__name__:4} {out:g}, gradient {ag.grads(x)}")

# %% tags=["check"] rows=["S001-14", "S001-15", "S001-16"]
for norm, length, gradient in (
    (norms.l1, 7, [1, -1]),  # the signs
    (norms.l2, 5, [0.6, -0.8]),  # the direction, of length 1
    (norms.l2sq, 25, [6, -8]),  # twice the vector
):
    x = ag.array([3.0, -4.0], label="x")
    out = norm(x)
    out.backward()
    assert out.data == length
    assert close(ag.grads(x), gradient)

# %% [markdown]
# Seen from above: where does each norm take the same value? For L1 on squares standing on a corner, for L2
# on circles. The corners lie on the axes, where one component is 0. That is why L1 "promotes sparsity"
# ([](regularisation)).

# %%
viz.surface(lambda x_1, x_2: norms.l1([x_1, x_2]))

# %%
viz.surface(lambda x_1, x_2: norms.l2([x_1, x_2]))

# %% [markdown]
# At the origin both have a tip, and at a tip there is no derivative. One must *choose*, and 0 is a good
# choice. The root of a sum of squares, put together by hand, makes no choice: its derivative there is
# $\infty \cdot 0$. `explain` says so:

# %%
x = ag.array([0.0, 0.0], label="x")
by_hand = ag.sqrt(x[0] * x[0] + x[1] * x[1])
by_hand.backward()
print(ag.explain(by_hand, x[0]).why[0])

for norm in norms.l2, norms.l2sq, norms.l1:
    x = ag.array([0.0, 0.0], label="x")
    norm(x).backward()
    print(f"{norm.__name__:4} at (0, 0): gradient {ag.grads(x)}")

# %% tags=["check"] rows=["S001-15", "S001-16"]
x = ag.array([0.0, 0.0], label="x")
ag.sqrt(x[0] * x[0] + x[1] * x[1]).backward()
assert np.isnan(x[0].grad)
for norm in norms.l2, norms.l2sq, norms.l1:
    x = ag.array([0.0, 0.0], label="x")
    norm(x).backward()
    assert ag.grads(x).tolist() == [0, 0]

# %% [markdown]
# ## Probabilities: the cross entropy
#
# Now the answer is yes or no, $y = 1$ or $y = 0$, and the model gives a probability $\hat{y}$ for yes. The
# *binary cross entropy* of one sample is
#
# $$L(\hat{y}, y) = -[y \log \hat{y} + (1 - y) \log(1 - \hat{y})]$$
#
# One of the two terms is always 0. If $y = 1$, then $L = -\log \hat{y}$: make $\hat{y}$ large. If $y = 0$,
# then $L = -\log(1 - \hat{y})$: make $\hat{y}$ small. The guess 0.5 costs $-\log 0.5 = 0.69$ in either case.

# %% tags=["question"]
viz.exercise(
    "The answer is yes, and the loss is −log ŷ. Which guess costs more than two?",
    answer="0.1",
    choices={
        "0.9": "−log 0.9 is about 0.1: a good guess costs little.",
        "0.5": "−log 0.5 is 0.69.",
        "0.1": "Right: −log 0.1 is 2.30.",
    },
    hints=["Which guess is far from yes?", "−log 0.1 = 2.30"],
)

# %%
if_yes = [losses.bce(guess, 1) for guess in (0.1, 0.5, 0.9)]
if_no = [losses.bce(guess, 0) for guess in (0.1, 0.5, 0.9)]
print("guess:         0.1     0.5     0.9")
print("answer yes: ", *(f"{loss:.4f} " for loss in if_yes))
print("answer no:  ", *(f"{loss:.4f} " for loss in if_no))

# %% tags=["check"] rows=["S001-09", "S003-30", "S003-31", "S001-11"]
assert losses.mse([5.0, 8.0], [5.0, 8.0]) == 0.0  # no error: no cost
assert losses.mse([5.0, 8.1], [5.0, 8.0]) > 0.0  # any error: some cost
assert close(if_yes, [2.302585093, 0.6931471806, 0.1053605157])  # falls
assert close(if_no, [0.1053605157, 0.6931471806, 2.302585093])  # rises

# %% [markdown]
# Both curves, and their derivatives:


# %% rows=["S003-30", "S003-31"]
def answer_yes(guess):
    return losses.bce(guess, 1)


def answer_no(guess):
    return losses.bce(guess, 0)


viz.curve(answer_yes, answer_no, low=0.02, high=0.98)

# %% [markdown]
# ### A neuron and its loss
#
# One sample, $x = (1, 2)$, the answer is yes; $w = (0.5, -0.25)$, $b = 0.1$. The sigmoid
# squeezes the sum into a probability. What it says for *yes*, it leaves for *no*: the two sum to 1.

# %%
w1, w2, b = values(w1=0.5, w2=-0.25, b=0.1)
z = ag.dot([w1, w2], [1.0, 2.0], b)
a = ag.sigmoid(z)
L = losses.bce(a, 1)
L.label = "L"
print(f"probability of yes {a:.6f}, of no {1 - a:.6f}, loss {L:.6f}")

# %% tags=["check"] rows=["S001-18", "S003-29"]
assert close(a.data, 0.5249791875)
assert close(1 - a.data, 0.4750208125)
assert close(L.data, 0.6443966601)

# %%
viz.walkthrough(L, names={"z": z, "a": a})

# %% [markdown]
# ### Why not the squared error?
#
# Let the answer be yes, and let the model be sure of *no*: $z = -8$. The sigmoid is flat there, and its small
# derivative is a factor of every gradient.

# %% tags=["question"]
viz.exercise(
    "The model is sure of the wrong answer. Which of the two losses lets it learn?",
    answer="the cross entropy",
    choices={
        "the cross entropy": "Right: its slope cancels the flatness of the sigmoid.",
        "the squared error": "Its slope is multiplied by that of the sigmoid, which is nearly 0 out there.",
        "both": "The sigmoid is nearly flat out there. One of the two makes up for it.",
    },
    hints=[
        "How steep is a sigmoid far from 0?",
        "Which loss becomes infinitely steep for a confident mistake?",
        "The cross entropy: it becomes infinitely steep for a confident mistake, and makes up for the flat sigmoid.",
    ],
    hunch=True,
)

# %%
z = Value(-8.0, label="z")
losses.bce(ag.sigmoid(z), 1).backward()
print(f"cross entropy: dL/dz = {z.grad:.7f}")
z = Value(-8.0, label="z")
(losses.square(ag.sigmoid(z), 1) / 2).backward()
print(f"squared error: dL/dz = {z.grad:.7f}")

# %% tags=["check"] rows=["S001-17"]
assert close(z.grad, -0.0003351252488)
z = Value(-8.0, label="z")
losses.bce(ag.sigmoid(z), 1).backward()
assert close(z.grad, -0.9996646499)

# %% [markdown]
# The cross entropy's own derivative is huge there, $-1/\hat{y}$. It makes up for the flat sigmoid; that of the squared
# error, at most 1, does not.

# %% [markdown]
# ### Over all samples
#
# The cost is the mean again, $J(w, b) = \frac{1}{m} \sum_i L(\hat{y}^{(i)}, y^{(i)})$:

# %%
four = np.array([[1.0, 2.0, -1.0, 0.0], [2.0, 0.5, 1.0, -2.0]])  # four samples as columns
labels = np.array([1, 1, 0, 0])
neuron = nn.Neuron(2, "sigmoid", init=[0.5, -0.25])
neuron.b.data = 0.1
chances = [neuron(x) for x in four.T]
J = losses.bce(chances, labels)
print("probabilities:", ag.data(chances).round(4), f"  J = {J:.10f}")

# %% tags=["check"] rows=["S001-17", "S003-32", "S002-31"]
assert close(losses.bce([0.9, 0.2, 0.6], [1, 0, 1]), 0.2797765636)
assert close(J.data, 0.6054967116)
assert ag.mean([1.0, 3.0]) == 2.0  # the mean of two losses, 1 and 3

# %% [markdown]
# ### The ends of the logarithm
#
# $\log 0 = -\infty$, and $\log 1 = 0$. A confident mistake costs without limit: yes, guessed as
# $10^{-12}$, costs 27.6. But the computer has to do something *at* 0. Plain code gives nan, because
# $0 \cdot \log 0$ is not a number:

# %%
with np.errstate(all="ignore"):
    by_hand = -(1 * np.log(1.0) + (1 - 1) * np.log(1 - np.float64(1.0)))
print("perfect guess, by hand:", by_hand, "  by the library:", losses.bce(1.0, 1))

# %% tags=["check"] rows=["S001-19"] errata=["E-S001-06"]
assert close(losses.bce(1e-12, 1), 27.6310211159)
assert np.isnan(by_hand)  # a perfect guess, and the loss is nan
assert losses.bce(1.0, 1) == 0
assert losses.bce(0.0, 1) == 100  # finite: the logarithm goes on as a straight line below 1e-43

# %% [markdown]
# Better still: never compute the probability. `bce_with_logits` takes the *logit* $z$, the sum before the
# sigmoid, and is exact at both ends. A probability that is 1 for the computer may come from $z = 40$ or
# from $z = 800$. Only $z$ knows.

# %%
z = Value(-800.0, label="z")
losses.bce_with_logits(z, 1).backward()
print("z = -800, answer yes: loss", losses.bce_with_logits(-800.0, 1), " gradient", z.grad)

# %% tags=["check"] rows=["S001-19"] errata=["E-S001-06"]
assert losses.bce_with_logits(-800.0, 1) == 800
assert ag.sigmoid(40.0) == 1.0  # rounded
assert close(losses.bce_with_logits(40.0, 0), 40)
assert z.grad == -1

# %% [markdown]
# ### Towards 0 and 1
#
# For the answer yes the derivative of the cross entropy is $-1/\hat{y}$, below zero everywhere: more is always better.
# So it pulls every guess towards 0 or 1.

# %% tags=["question"]
viz.exercise(
    "What if the label itself is not sure, y = 0.7? For which guess is the cross entropy smallest?",
    answer=0.7,
    slips={
        1: "For the guess 1 the part 0.3 of no costs without limit.",
        0.5: "At 0.5 it still falls towards yes.",
        0: "For the guess 0 the part 0.7 of yes costs without limit.",
        0.3: "0.3 is the share of no.",
    },
    hints=[
        "Yes pulls with 0.7, no with 0.3.",
        "Where do they balance?",
        "At 0.7, where the pulls balance: guess what you know.",
    ],
    hunch=True,
)

# %% tags=["tells"]
for guess in (0.6, 0.7, 0.99):
    p = Value(guess, label="p")
    loss = losses.bce(p, 0.7)
    loss.backward()
    print(f"label 0.7, guess {guess}: loss {loss:.6f}, derivative {p.grad:+.4f}")

# %% tags=["check"] rows=["S001-20"] errata=["E-S001-07"]
for guess, expected in (0.5, -2.0), (0.9, -1 / 0.9):
    p = Value(guess, label="p")
    losses.bce(p, 1).backward()
    assert close(p.grad, expected)
for guess, expected in (0.6, 0.6324651562), (0.7, 0.6108643021), (0.99, 1.388586291):
    p = Value(guess, label="p")
    loss = losses.bce(p, 0.7)
    loss.backward()
    assert close(loss.data, expected)

# %% [markdown]
# ## More than two classes
#
# With $K$ classes there are $K$ probabilities, and the label is 1 for the right one and 0 for the others:
#
# $$L = -\sum_{i=1}^n \sum_{k=1}^K y_{ik} \log \hat{y}_{ik}$$
#
# Only the right class's probability counts. With $K = 2$ it is the binary cross entropy.

# %%
chances = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]
print(f"sum {losses.ce(chances, [0, 1], reduction='sum'):.6f}, mean {losses.ce(chances, [0, 1]):.6f}")

# %% tags=["check"] rows=["S001-21", "S001-22"] errata=["E-S001-08"]
assert close(losses.ce(chances, [0, 1], reduction="sum"), 0.5798184953)
assert close(losses.ce(chances, [0, 1]), 0.2899092476)
assert close(losses.ce(chances, [[1, 0, 0], [0, 1, 0]]), 0.2899092476)  # the classes as 0 and 1
assert close(losses.ce([0.3, 0.7], [1, 0]), 1.2039728043)
assert close(losses.bce(0.3, 1), 1.2039728043)

# %% tags=["check"] errata=["E-S000-01", "E-S000-17"] rows=["S000-13", "S000-27"]
w, b = np.array([0.5, -1.0]), Value(0.25, label="b")
for prediction, cost, slope in (
    (w @ X + b, 84.0625, -18.0),  # right
    (w @ X - b, 93.3125, 19.0),  # printed
):
    b.grad = None
    C = losses.mse(prediction, Y)
    C.backward()
    assert (C.data, b.grad) == (cost, slope)
assert close(Y - ag.data(w @ X - b), [7.75, 11.25])  # their sum is 19
assert close(losses.mse(w4 @ X4 + b4, Y4), 5.565)
assert close(losses.mse(w4 @ X4 - b4, Y4), 9.165)
assert (1 // 2, 1 / 2) == (0, 0.5)  # 1/2 then, and now

# %% tags=["check"] errata=["E-S002-02"] rows=["S002-31"]
assert (ag.mean([1.0, 3.0]), -ag.mean([1.0, 3.0])) == (2, -2)
for sign, expected in (
    (1, [1, 0.8, 0.64, 0.512, 0.4096]),  # right
    (-1, [1, 1.2, 1.44, 1.728, 2.0736]),  # printed
):
    way = nn.minimise(lambda theta, sign=sign: sign * theta * theta, 1.0, lambda p: SGD(p, lr=0.1), steps=4)
    assert close(way.points, expected)

# %% tags=["check"] errata=["E-S002-03"]
y, guess = 0.0, 0.9
printed = -y * np.log(guess) + (1 - y) * np.log(1 - guess)
right = -(y * np.log(guess) + (1 - y) * np.log(1 - guess))
assert close(printed, -2.302585093)
assert close(right, 2.302585093)
assert close(right, losses.bce(guess, y))

# %% tags=["check"] errata=["E-S003-03"] rows=["S003-32"]
p = np.array([neuron(x).data for x in four.T])
right = -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))
printed = -np.mean(np.log(p) + (1 - labels) * np.log(1 - p))
to_the_letter = -np.mean(np.log(p)) + np.mean((1 - labels) * np.log(1 - p))
assert close([right, printed, to_the_letter], [0.6054967116, 0.9823825332, 0.2536108901])

# %% tags=["check"] errata=["E-S001-04"]
assert (norms.l2([3.0, -4.0]), norms.l2sq([3.0, -4.0])) == (5, 25)
assert norms.l2([6.0, -8.0]) == 2 * norms.l2([3.0, -4.0]) == 10
assert norms.l2sq([6.0, -8.0]) == 4 * norms.l2sq([3.0, -4.0]) == 100

# %% tags=["check"] errata=["E-S001-05"]
assert close([losses.bce(0.9, 1), losses.bce(0.9, 0)], [0.1053605157, 2.302585093])
assert losses.bce(0.0, 0.9) > 80  # the roles exchanged: -0.9 · log 0, held finite by the library

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. The answers are (1, 2), the guesses (2, 0). What is the mean squared error?",
    answer=2.5,
    slips={
        5: "5 is the sum of the squares. Take the mean.",
        1.5: "1.5 is the mean of the sizes, the L1 loss. Square the errors.",
        0.25: "0.25 is the square of the mean error. Square first.",
        2.25: "2.25 is the square of 1.5. Square each error first.",
    },
    hints=["The errors are −1 and 2.", "(1 + 4) / 2", "5 / 2 = 2.5."],
)

# %% [markdown] tags=["solution"]
# The errors are $-1$ and $2$. The sum of the squares is 5, their mean 2.5; the mean of the sizes, the L1 loss, is 1.5.

# %% tags=["exercise"]
viz.exercise(
    "2. The answer is yes, and the loss is −log ŷ. How much more does a guess cost if it is halved?",
    answer=0.693,
    slips={
        2: "Twice as much it is not: −log adds where its argument is multiplied.",
        0.5: "−log(ŷ/2) = −log ŷ + log 2. What is log 2?",
        1: "1 is what the guess 1/e costs, 0.368.",
        0.301: "0.301 is the logarithm to the base 10. Here it is the natural one.",
    },
    hints=["−log(ŷ/2) = −log ŷ + log 2", "log 2", "log 2 = 0.693, whatever the guess is."],
)

# %% [markdown] tags=["solution"]
# $-\log(\hat{y}/2) = -\log\hat{y} + \log 2$: halving always costs $\log 2 = 0.693$ more. And the guess $1/e = 0.368$ costs
# exactly 1.

# %% tags=["exercise"]
viz.exercise(
    "3. Four samples with the labels 0, 0, 0, 1, and a model that gives the same probability p to all. Which p has the smallest "
    "cross entropy?",
    answer=0.25,
    slips={
        0.5: "At 0.5 three samples pull down, and one up.",
        0: "At 0 the sample with the label 1 costs without limit.",
        1: "At 1 three samples cost without limit.",
        0.75: "0.75 is the share of the label 0.",
    },
    hints=["What does each label pull to?", "The share of the label 1.", "1/4 = 0.25."],
)

# %% [markdown] tags=["solution"]
# The best guess is the share of yes, $\frac{1}{4}$. There the derivative is 0: one sample pulls up with $1/p = 4$, three
# pull down with $1/(1 - p) = 4/3$ each.

# %% tags=["solution"]
p = Value(0.25, label="p")
losses.bce([p] * 4, [0, 0, 0, 1]).backward()
print(f"{p.grad:.3g}")

# %% tags=["exercise"]
viz.exercise(
    "4. losses.huber is error²/2 for errors up to 1, and a straight line beyond. What is its derivative at an error of 100?",
    answer=1,
    slips={
        100: "100 is what error²/2 would have. Beyond 1 it is a straight line, which goes on with the slope at 1.",
        200: "200 is the slope of the squared error.",
        0: "A straight line has a slope, too.",
        0.5: "0.5 is its value at 1. Its slope there is 1.",
    },
    hints=["What is the slope of error²/2 at 1?", "The straight line goes on with it.", "It is 1."],
)

# %% [markdown] tags=["solution"]
# At an error of 1 the slope of $\text{error}^2/2$ is 1, and the straight line goes on with it: 1 for every larger error. For
# 0.5 it is 0.5. So huber learns like the square near the minimum, and an outlier pulls no harder than any other.

# %% tags=["solution"]
for error in (0.5, 100.0):
    guess = Value(error, label="guess")
    losses.huber(guess, 0.0).backward()
    print(error, guess.grad)

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(5, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Turn "how wrong?" into one number: squared, absolute, or a cross entropy, and say which one suits what.
# * Say what an outlier does to each, and what a confident mistake costs.
# * Read in the derivative what a model will learn from.
# * Say whether a number is a sum or a mean.
#
# PyTorch: `MSELoss`, `L1Loss`, `HuberLoss`, `BCEWithLogitsLoss`, and `CrossEntropyLoss`, which takes
# logits; all with `reduction=`.
