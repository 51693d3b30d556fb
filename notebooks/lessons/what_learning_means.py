# %% [markdown]
# # What learning means: data, model, cost, update
#
# **What you will see**: a model with three numbers in it makes a guess, is told how wrong it was, and becomes
# better. That is all of learning, and it is a loop with four stations. You go round it once by hand; then you
# let it run.
#
# You need nothing but a little Python. Where derivatives come from is [](nudges_and_the_value_node); here
# they are just *used*.

# %%

import numpy as np

import autograd as ag
import nn
import viz
from autograd import values
from nn import linear, losses
from nn.optim import SGD


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


from nn import features

# %% rows=["S000-44"]
process = viz.diagram("ml-process")
process

# %% tags=["check"] rows=["S000-44"]
ways = {(arrow.source, arrow.target) for arrow in process.drawing.arrows}
assert ("data", "model") in ways
assert {("model", "cost"), ("cost", "update"), ("update", "model")} <= ways  # round and round

# %% [markdown]
# * **data**: examples, each with inputs $x$ and the right answer $y$.
# * **model**: a function with adjustable numbers in it, the *parameters*. It makes a guess $\hat{y}$.
# * **cost** $C$: one number for how bad the guesses are. Small is good.
# * **update**: change the parameters a little, so that $C$ becomes smaller. Then again.
#
# The question of this lesson: **how does the update know in which direction to change a parameter?**
#
# ## Data
#
# Four flats, in a table:
#
# | rooms $x$ | price $y$ |
# |---|---|
# | 1 | 2 |
# | 2 | 3 |
# | 3 | 5 |
# | 4 | 6 |
#
# A row is an *example* (also: sample). Their number is called $m$.

# %%
rooms, price = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 3.0, 5.0, 6.0])
m = len(price)
print("m =", m)

# %% tags=["check"] rows=["S003-07", "S003-11"]
X = features.linear(rooms)
assert X.shape == (4, 2)
assert X.tolist() == [[1, 1], [1, 2], [1, 3], [1, 4]]
assert m == 4

# %% [markdown]
# Data whose columns have a clear meaning are called *structured*. Images, sound and text are *unstructured*:
# there are numbers in them too, but no single number means anything. They come in [](data_and_networks).
#
# When every example has its right answer, as here, one speaks of *supervised* learning. There are other
# kinds, which learn from data without answers.
#
# ## Forward: predict, and measure
#
# Now two smaller examples, to be done by hand. Each has two inputs, and the right answers are 5 and 8:
#
# $$x_1 = (1, 3), \; y_1 = 5 \qquad x_2 = (2, 4), \; y_2 = 8$$
#
# The model is $\hat{y} = w_1 x_1 + w_2 x_2 + b$. Its parameters are $w_1$, $w_2$ and $b$. The cost is the
# mean of the squared errors, $C = \frac{1}{2} \sum_i (y_i - \hat{y}_i)^2$.
#
# With $w_1 = 0.5$, $w_2 = -1$ and $b = 0.25$, the guess for the first example is
# $0.5 \cdot 1 - 1 \cdot 3 + 0.25 = -2.25$. It should be 5, so the error is 7.25.

# %% tags=["question"]
viz.exercise(
    "With w₁ = 0.5, w₂ = −1 and b = 0.25: what does the model say for the second example, x = (2, 4)?",
    answer=-2.75,
    slips={
        -2.25: "−2.25 is the guess for the first example, (1, 3).",
        -3: "−3 is w₁x₁ + w₂x₂. The b is missing.",
        5.25: "5.25 has the wrong sign in the middle: w₂ is −1.",
        10.75: "10.75 is the error, 8 − (−2.75). Asked is the guess.",
    },
    hints=[
        "ŷ = w₁ · x₁ + w₂ · x₂ + b",
        "0.5 · 2 + (−1) · 4 + 0.25",
        "1 − 4 + 0.25 = −2.75. The error is 8 + 2.75 = 10.75.",
    ],
)

# %%
samples, answers = [(1.0, 3.0), (2.0, 4.0)], [5.0, 8.0]
w1, w2, b = values(w1=0.5, w2=-1.0, b=0.25)
guesses = [w1 * x1 + w2 * x2 + b for x1, x2 in samples]
C = losses.mse(guesses, answers)
C.label = "C"
print("guesses:", ag.data(guesses), "  right answers:", answers, "  cost:", C.data)

# %% tags=["check"] rows=["S000-03"]
assert ag.data(guesses).tolist() == [-2.25, -2.75]
assert C.data == 84.0625

# %% [markdown]
# That was the *forward propagation*: parameters and data go in, a cost comes out. These parameters are bad.
# Zeros are better, and there are parameters without any error:

# %%
model = nn.Linear(2, 1)
for weights, bias in (([0.5, -1], 0.25), ([0, 0], 0), ([2, 1], 0)):
    model.assign([weights], [bias])
    cost = losses.mse([model(x) for x in samples], [[y] for y in answers])
    print(f"w = {weights}, b = {bias}: C = {cost.data:g}")

# %% tags=["check"] rows=["S000-03"]
for weights, bias, expected in ([0.5, -1], 0.25, 84.0625), ([0, 0], 0, 44.5), ([2, 1], 0, 0):
    model.assign([weights], [bias])
    cost = losses.mse([model(x) for x in samples], [[y] for y in answers])
    assert cost.data == expected

# %% [markdown]
# ## What is a good cost?
#
# Large must mean bad; that is all that is asked of it. Which one to take depends on the problem. The squared
# error is for numbers; other costs come in [](loss_functions_and_norms).
#
# ## Backward: which way is better?
#
# There are three parameters. Should $w_1$ grow or shrink, and how strongly does $C$ answer? The *derivative*
# $\mathrm{d}C / \mathrm{d}w_1$ says so: it is the change of $C$ per change of $w_1$. `backward()` computes
# it for all parameters at once.

# %% tags=["question"]
viz.exercise(
    "Both guesses are too small, and all inputs are positive. If w₁ grows, does the cost C grow or fall?",
    answer="it falls",
    choices={
        "it grows": "If w₁ grows, the guesses grow. They are too small now, so they come nearer to the answers.",
        "it falls": "Right: the guesses grow, towards the answers. So the derivative is negative.",
    },
    hints=["What happens to the guesses when w₁ grows?", "They grow, and they are too small."],
)

# %%
C.backward()
w1, w2, b

# %% tags=["check"] rows=["S000-04"]
assert (w1.grad, w2.grad, b.grad) == (-28.75, -64.75, -18.0)

# %% [markdown]
# All three are negative: $C$ falls when they grow. So we move every parameter *against* its derivative, by a
# small part of it, say a hundredth ($\alpha = 0.01$, the *learning rate*):
#
# $$w \leftarrow w - \alpha \frac{\mathrm{d}C}{\mathrm{d}w}$$
#
# For $w_1$ that is $0.5 - 0.01 \cdot (-28.75) = 0.7875$.

# %% tags=["question"]
viz.exercise(
    "What is the new b? It was 0.25, and its derivative is −18; the learning rate is 0.01.",
    answer=0.43,
    slips={
        0.07: "0.07 is 0.25 + 0.01 · (−18). The step goes against the derivative.",
        18.25: "18.25 takes the whole derivative. Take a hundredth of it.",
        0.18: "0.18 is the step. Add it to the old b.",
        -17.75: "−17.75 is 0.25 − 18. The rule is b − α · dC/db.",
    },
    hints=["b − α · dC/db", "0.25 − 0.01 · (−18)", "0.25 + 0.18 = 0.43."],
)

# %%
optimizer = SGD([w1, w2, b], lr=0.01)
optimizer.step()
C.forward()  # compute it anew, with the new parameters
print(f"w1 = {w1:.4f}, w2 = {w2:.4f}, b = {b:.2f}: the cost fell from 84.0625 to {C:.7f}")

# %% tags=["check"] rows=["S000-04"]
assert close([w1.data, w2.data, b.data], [0.7875, -0.3525, 0.43])
assert close(C.data, 39.1298125)
assert losses.mse([0.5 * x1 - x2 + 0.25 for x1, x2 in samples], answers) == 84.0625

# %% [markdown]
# One step, and the cost is less than half. That answers the question: the sign of the derivative is the
# direction. This way of stepping is called *gradient descent*; [](gradient_descent) is about nothing else.
#
# ## Round and round
#
# Estimate, compute $C$, update, repeat:

# %%
w1, w2, b = values(w1=0.5, w2=-1.0, b=0.25)
optimizer = SGD([w1, w2, b], lr=0.01)
costs = []
for _ in range(6):
    guesses = [w1 * x1 + w2 * x2 + b for x1, x2 in samples]  # estimate
    C = losses.mse(guesses, answers)  # how wrong?
    costs.append(C.data)
    optimizer.zero_grad()
    C.backward()  # which way?
    optimizer.step()  # update
print(*(f"updates: {step}   C = {cost:.6g}" for step, cost in enumerate(costs)), sep="\n")

# %% tags=["check"] rows=["S000-05"]
assert close(costs, [84.0625, 39.1298125, 18.2373568, 8.52285639, 4.00575574, 1.90528377])
assert costs == sorted(costs, reverse=True)

# %% [markdown]
# The library has this loop under the name `nn.fit`. It does exactly the same, for any model and any data:

# %% rows=["S000-05"]
model = nn.Linear(2, 1).assign([[0.5, -1.0]], [0.25])
optimizer = SGD(model.parameters(), lr=0.01)
history = nn.fit(model, losses.mse, optimizer, (samples, answers), epochs=30, rng=None)
viz.curves(history, log=True)

# %% tags=["check"] rows=["S000-05"]
assert close(history.loss[:6], costs)

# %% [markdown]
# ## Step through one round
#
# Look inside one round, one number at a time. First the values flow along the arrows: parameters, guesses,
# errors, cost. Then the derivatives flow back against them. Use the arrow keys. You need not understand every
# step yet: in [](the_first_graph) you will.

# %%
w1, w2, b = values(w1=0.5, w2=-1.0, b=0.25)
guess_1, guess_2 = (w1 * x1 + w2 * x2 + b for x1, x2 in samples)
C = losses.mse([guess_1, guess_2], answers)
viz.walkthrough(C, names={"C": C, "ŷ1": guess_1, "ŷ2": guess_2})

# %% [markdown]
# ## What it is good for
#
# The purpose is not the small cost: it is to *predict new points*. Back to the flats. Training finds the
# line $\hat{y} = 0.5 + 1.4 x$. For three rooms it says $0.5 + 1.4 \cdot 3 = 4.7$.

# %% tags=["question"]
viz.exercise(
    "What will a flat with five rooms cost?",
    answer=7.5,
    slips={
        7: "7 is 1.4 · 5. The 0.5 is missing.",
        1.9: "1.9 is for one room.",
        6.9: "6.9 is 0.5 + 1.4 + 5. Multiply 1.4 by 5.",
        9.5: "9.5 is (0.5 + 1.4) · 5. Only the 1.4 is multiplied by the rooms.",
    },
    hints=["Put x = 5 into ŷ = 0.5 + 1.4x.", "0.5 + 1.4 · 5", "0.5 + 7 = 7.5."],
)

# %%
flats = linear.LinearRegression().fit(rooms[:, None], price)
print(f"five rooms: {flats.predict([[5.0]])[0]:.3f}")

# %% tags=["check"] rows=["S000-22"]
assert close([flats.intercept_, *flats.coef_], [0.5, 1.4])
assert close(flats.predict([[5.0]]), 7.5)

# %% [markdown]
# More experience helps. Here the model has seen two flats, then three, then all four, and estimates the
# fourth:

# %%
for seen in (2, 3, 4):
    learned = linear.LinearRegression().fit(rooms[:seen, None], price[:seen])
    (estimate,) = learned.predict([[4.0]])
    print(f"after {seen} flats: {estimate:.3f}, the right price is 6, error {price[3] - estimate:+.3f}")

# %% tags=["check"] rows=["S000-45"]
for seen, expected, error in (2, 5.0, 1.0), (3, 19 / 3, -1 / 3), (4, 6.1, -0.1):
    learned = linear.LinearRegression().fit(rooms[:seen, None], price[:seen])
    (estimate,) = learned.predict([[4.0]])
    assert close(estimate, expected)
    assert close(price[3] - estimate, error)

# %% [markdown]
# (The last line does not count: there the model has *seen* the flat that it estimates.)
#
# Predicting a number, such as a price, is called *regression*. Predicting a category, cat or no cat, is
# called *classification*; [](logistic_regression) does it with the same sum.
#
# ## Idea, code, experiment
#
# There is a second loop around the first: have an idea, write it down as code, try it. Deep learning is
# *empirical*: experiments first, theory later. So here is an experiment. The cost is $\theta^2$, whose derivative
# is $2\theta$; we start at $\theta = 1$ and take 20 steps. Only the learning rate changes. (`nn.minimise` is the loop above for a
# function of a few numbers; it returns the points that it visited.)

# %% tags=["question"]
viz.exercise(
    "Which of these learning rates comes nearest to the minimum of θ², from θ = 1 in 20 steps?",
    answer="0.5",
    choices={
        "0.001": "That one hardly moves: each step is a thousandth of the slope.",
        "0.1": "It comes near, but another one arrives.",
        "0.5": "Right: one step is 1 − 0.5 · 2 = 0, and there it stays.",
        "1": "One step is 1 − 1 · 2 = −1: as far from 0 as before, on the other side.",
        "1.1": "One step is 1 − 1.1 · 2 = −1.2: farther away than before.",
    },
    hints=[
        "The derivative of θ² at 1 is 2. Where does one step lead?",
        "1 − α · 2, for each α.",
        "0.5: one step is 1 − 0.5 · 2 = 0, and there it stays.",
    ],
    hunch=True,
)

# %%
for lr in (0.001, 0.1, 0.5, 1.0, 1.1):
    way = nn.minimise(lambda theta: theta * theta, 1.0, lambda params, lr=lr: SGD(params, lr=lr), steps=20)
    print(f"lr = {lr:5}: θ = {way.points[-1]:.7g} after 20 steps")

# %% tags=["check"] rows=["S003-13", "S004-46"]
for lr, expected in (0.001, 0.960751), (0.1, 0.01152922), (0.5, 0.0), (1.0, 1.0), (1.1, 38.3376):
    way = nn.minimise(lambda theta: theta * theta, 1.0, lambda params, lr=lr: SGD(params, lr=lr), steps=20)
    assert np.isclose(way.points[-1], expected, rtol=1e-6, atol=0)

# %% [markdown]
# Too small hardly moves, 0.5 happens to hit the minimum at once, 1 jumps to and fro for ever, and 1.1 runs
# away. No theory was needed to see it; [](gradient_descent) has the theory.

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. The two examples above, with w₁ = w₂ = 1 and b = 0. What is the cost C?",
    answer=2.5,
    slips={
        5: "5 is the sum of the squares. C is their mean.",
        1.5: "1.5 is the mean of the errors. Square them first.",
        2.25: "2.25 is the square of the mean error. Square first, then take the mean.",
        3: "3 is the sum of the errors, 1 + 2. C is the mean of their squares.",
    },
    hints=[
        "First the two guesses.",
        "1 + 3 = 4 and 2 + 4 = 6; the answers are 5 and 8.",
        "(1² + 2²) / 2 = 2.5.",
    ],
)

# %% [markdown] tags=["solution"]
# The guesses are $1 + 3 = 4$ and $2 + 4 = 6$. The answers are 5 and 8, so the errors are 1 and 2, and $C = \frac{1}{2}
# (1^2 + 2^2) = 2.5$.

# %% tags=["exercise"]
viz.exercise(
    "2. In the loop above the learning rate was 0.01. What does the cost do with 0.1?",
    answer="it grows in every step",
    choices={
        "it falls ten times as fast": "That would be so if the slope stayed the same along the step. Try it.",
        "it grows in every step": "Right: each step jumps over the minimum, and lands higher up on the other side.",
        "it stays the same": "The derivatives are not 0, so something moves.",
        "it falls at first, and grows later": "Already the first step jumps over the minimum, and lands higher up. Try it.",
    },
    hints=[
        "The first step for b would be 0.1 · 18 = 1.8, that of w₂ 6.475. Where does the model land?",
        "Change lr, and run the loop.",
    ],
)

# %% [markdown] tags=["solution"]
# The steps are ten times as long, and jump over the minimum. On the other side the slope is steeper, so the next jump is
# longer still, and lands higher up. [](gradient_descent) says how long a step may be.

# %% tags=["solution"]
model = nn.Linear(2, 1).assign([[0.5, -1.0]], [0.25])
optimizer = SGD(model.parameters(), lr=0.1)
history = nn.fit(model, losses.mse, optimizer, (samples, answers), epochs=5, rng=None)
print(*(f"{cost:.4g}" for cost in history.loss))

# %% tags=["exercise"]
viz.exercise(
    "3. The costs of the loop fall by nearly the same factor at each step. Which one?",
    answer=0.466,
    slips={
        2.148: "2.148 is 84.0625 / 39.1298. The cost is multiplied by less than 1.",
        44.93: "44.93 is the difference of the first two. Divide them.",
        0.534: "0.534 is the part that is lost. What is left?",
        0.01: "0.01 is the learning rate.",
    },
    hints=[
        "Divide a cost by the one before it.",
        "39.1298 / 84.0625",
        "39.1298 / 84.0625 = 0.4655, and the next 0.4661.",
    ],
)

# %% [markdown] tags=["solution"]
# $39.1298 / 84.0625 = 0.4655$, then $18.2374 / 39.1298 = 0.4661$, and so on. If that went on, twelve updates would bring
# the cost below 0.01. It takes far more, as the curve above on its logarithmic axis shows: after the first few steps only
# the flat direction of the bowl is left.

# %% tags=["solution"]
model = nn.Linear(2, 1).assign([[0.5, -1.0]], [0.25])
optimizer = SGD(model.parameters(), lr=0.01)
history = nn.fit(model, losses.mse, optimizer, (samples, answers), epochs=1500, rng=None)
print("below 0.01 after", int(np.argmax(np.array(history.loss) < 0.01)), "updates")

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(1, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Name the four stations of the loop: data, model, cost, update.
# * Go forward: compute a guess and its cost.
# * Go back: read from the sign of a derivative whether a parameter should grow.
# * Take one step of gradient descent by hand, and say why a learning rate can be too large.
#
# In PyTorch the loop is the same four lines: `loss = criterion(model(x), y)`, `optimizer.zero_grad()`,
# `loss.backward()`, `optimizer.step()`.
