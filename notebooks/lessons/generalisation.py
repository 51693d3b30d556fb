# %% [markdown]
# # Generalisation: overfitting, early stopping, cross-validation
#
# **What you will see**: a model that makes no error at all on its training data, and is useless. You learn to notice
# it (validation, cross-validation), and to stop in time (early stopping). First on ten points, where every number can be
# checked; then on a real set: 569 patients of a breast clinic.
#
# You need [](gradient_descent) (least squares, the closed form) and [](optimisers) (optimisers, epochs).

# %%
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import KFold, PredefinedSplit

import autograd as ag
import nn
import viz
from autograd import practice
from nn import data, features, losses, metrics
from nn.linear import LinearRegression, closed_form
from nn.optim import SGD, Adam


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


def near(this, that):
    return np.allclose(this, that, rtol=1e-4, atol=1e-12)


from sklearn import linear_model
from sklearn.model_selection import cross_val_predict

# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(18, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(18, seed=1)[1])

# %%
xs = np.linspace(-1, 1, 10)
ys = np.sin(3 * xs) + 0.2 * (-1.0) ** np.arange(10)
between = (xs[:-1] + xs[1:]) / 2
truth = np.sin(3 * between)


def polynomial(degree):
    """Return the fitted polynomial as a function of one number or Value."""
    phi = features.poly(degree)
    theta = closed_form(phi(xs), ys).tolist()

    def fitted(x):
        return ag.dot(theta, phi(x))

    fitted.__name__ = f"degree {degree}"
    return fitted


viz.curve(polynomial(1), polynomial(3), low=-1, high=1, samples=(xs, ys))

# %% [markdown]
# ## Ten points
#
# Ten points on the curve $\sin(3x)$, each pushed up or down by 0.2 in turn. That is the *noise*. Between them
# lie nine points without noise: the *validation* set. No model gets to see those. The picture shows a straight line,
# which is too simple, and a cubic.
#
# The question of this lesson: **how does one know that a model has learned the curve, and not the noise?**

# %% [markdown]
# The models are polynomials; the degree says how complex a model is. Degree 9 has ten parameters.

# %% tags=["question"]
viz.exercise(
    "Degree 9 has ten parameters, and there are ten points. What is its training error?",
    answer=0,
    slips={
        0.2: "0.2 is the noise. Ten equations with ten unknowns can be solved exactly, noise included.",
        0.04: "0.04 is the square of the noise. Degree 9 fits the noise, too.",
        1: "It can do better: ten equations, ten unknowns.",
    },
    hints=["Ten equations, ten unknowns.", "The curve goes through all points.", "It is 0."],
)

# %% tags=["question"]
viz.exercise(
    "And its validation error, on the nine points in between: better or worse than that of degree 3?",
    answer="worse",
    choices={
        "better": "It goes through every point, and so through the noise. What does it do in between?",
        "worse": "Right: it swings from point to point.",
    },
    hints=["It goes through the noise.", "How must it move from a high point to the next low one?"],
)

# %%
training, validation = [], []
for degree in range(10):
    phi = features.poly(degree)
    theta = closed_form(phi(xs), ys)
    training.append(metrics.mse(phi(xs) @ theta, ys))
    validation.append(metrics.mse(phi(between) @ theta, truth))
    print(f"degree {degree}: training error {training[-1]:.6f}, validation error {validation[-1]:.6f}")

# %% tags=["check"] rows=["S000-38", "S000-40", "S004-41", "S004-42", "S004-43"]
shown = [0, 1, 3, 5, 7, 9]
assert near([training[d] for d in shown], [0.517814, 0.307881, 0.0311308, 0.0310956, 0.0215575, 0])
assert near([validation[d] for d in shown], [0.525103, 0.190011, 0.00200002, 0.0024683, 0.0294567, 2.08832])
assert int(np.argmin(np.round(validation, 9))) == 3

# %% [markdown]
# The training error only falls: more parameters fit more complex functions. The validation
# error falls, and then rises. Degrees 0 and 1 are bad on both: **underfitting**, the model is too simple.
# Degree 9 is perfect on the one and terrible on the other: **overfitting**, the model has memorised the
# noise. In between is the right number of parameters. (Even degrees add nothing: the sine and the noise are
# odd functions.) Here are degrees 0 to 8 (degree 9 would leave the picture on both sides):

# %% rows=["S000-38", "S000-40"]
viz.curves(np.round(training[:9], 9), np.round(validation[:9], 9), log=True, over="degree")

# %% [markdown]
# And the polynomials themselves, left, with their derivatives, right. Follow degree 9 between the points:

# %% rows=["S004-43"]
viz.curve(polynomial(1), polynomial(3), polynomial(9), low=-1, high=1, samples=(xs, ys))

# %% [markdown]
# Networks have many parameters, and so they *tend* to overfit. They need not: degree 3 above does not.

# %%
small, large = nn.MLP(4, [3, 2, 1]), nn.MLP(4, [16, 16, 16, 1])
print(f"parameters: 4-3-2-1 has {len(small.parameters())}, 4-16-16-16-1 has {len(large.parameters())}")
print(f"degree 3: training error {training[3]:.4f}, validation error {validation[3]:.4f}")

# %% tags=["check"] rows=["S004-41", "S004-42"] errata=["E-S004-15"]
assert (len(small.parameters()), len(large.parameters())) == (26, 641)
assert (len(nn.MLP(4, [3, 2, 1], bias=False).parameters()), 641 - 49) == (20, 592)
assert near([training[3], validation[3]], [0.0311308, 0.00200002])

# %% [markdown]
# ## Stop in time
#
# Even a model with the right size can overfit when it is trained for too long. Four points with two inputs
# show it: in the training targets the second input matters (it is noise), in the validation targets it does
# not.

# %% tags=["question"]
viz.exercise(
    "The first input is ±1, the second ±0.5. Which of the two weights is learned first?",
    answer="the first",
    choices={
        "the first": "Right: its gradient is larger, as it is weighted with the input.",
        "the second": "Its input is smaller, and so is its gradient.",
        "both at the same speed": "A gradient is weighted with the input.",
    },
    hints=["A gradient is the error times the input.", "Which input is larger?"],
)

# %% rows=["S000-39", "S000-40"]
X = np.array([[1.0, 0.5], [-1.0, 0.5], [1.0, -0.5], [-1.0, -0.5]])
seen, unseen = X @ [1.0, 0.8], X[:, 0]
model = nn.Linear(2, 1, bias=False, init="zeros")
history = nn.fit(
    model, losses.mse, SGD(model.parameters(), lr=0.1), (X, seen), epochs=120, validation=(X, unseen)
)
viz.curves(history)

# %% tags=["check"] rows=["S000-39", "S000-40"]
expected = [1, 0.1155622, 0.03729114, 0.03712804, 0.03852538, 0.06597937, 0.158111]
assert near(
    [history.loss[k] for k in (0, 5, 11, 20, 100)], [1.16, 0.203172, 0.0591441, 0.0206949, 5.60843e-06]
)
assert near([history.val_loss[k] for k in (0, 5, 10, 11, 12, 20, 100)], expected)
assert history.loss == sorted(history.loss, reverse=True)
assert history.best_epoch == 11

# %% [markdown]
# The first weight, whose input is larger, is nearly learned after ten epochs: $1 - 0.8^k$. The second follows
# slowly: $0.8 (1 - 0.95^k)$. That is why stopping works here: what matters is learned before the noise.
#
# To the left of the star the model underfits (trained too little), to the right it overfits. **Early
# stopping** waits for a while after the last improvement (here 20 epochs), stops, and puts the best
# parameters back:

# %%
model = nn.Linear(2, 1, bias=False, init="zeros")
optimizer = SGD(model.parameters(), lr=0.1)
stopped = nn.fit(
    model, losses.mse, optimizer, (X, seen), epochs=1000, validation=(X, unseen), early_stopping=20
)
print(stopped)
print("weights of epoch 11:", ag.data(model.parameters()).round(4))

# %% tags=["check"] rows=["S000-39"]
assert len(stopped.loss) == 11 + 20
assert close(ag.data(model.parameters()), [1 - 0.8**11, 0.8 * (1 - 0.95**11)])

# %% [markdown]
# ## Cross-validation
#
# A validation set costs data, and a small one may be lucky. **Cross-validation** uses everything: cut the
# data into $k$ folds, train on all but one, test on that one, in turn. Every sample is predicted once, by a
# model that has never seen it. With $k = n$ it is called *leave one out*. On the four points of
# [](gradient_descent) `metrics.out_of_fold` does it, with a function that trains, and returns the trained model:

# %% tags=["question"]
viz.exercise(
    "The training error is 0.05. Is the leave-one-out error smaller or larger?",
    answer="larger",
    choices={
        "smaller": "Each sample is predicted by a model that has not seen it.",
        "larger": "Right: each sample is predicted by a model that has not seen it.",
        "the same": "Each sample is predicted by a model that has not seen it.",
    },
    hints=[
        "Who predicts a sample?",
        "A model that has not seen it.",
        "Larger: each sample is predicted by a model that has not seen it.",
    ],
    hunch=True,
)


# %%
def least_squares(X, y):
    theta = closed_form(X, y)
    return lambda new: new @ theta


A, y = features.linear(np.array([1.0, 2.0, 3.0, 4.0])), np.array([2.0, 3.0, 5.0, 6.0])
found = metrics.out_of_fold(least_squares, A, y, KFold(4).split(A))
left_out = y - found
residuals = y - least_squares(A, y)(A)
print("errors of points that were seen:    ", residuals.round(4))
print("errors of points that were left out:", left_out.round(4))
print(f"mean squares: {np.mean(residuals**2):.4f} and {metrics.mse(found, y):.10f}")

# %% tags=["check"] rows=["S000-42"]
assert close(left_out, [1 / 3, -3 / 7, 3 / 7, -1 / 3])
assert close(metrics.mse(found, y), 0.1473922902)
assert close(np.mean(residuals**2), 0.05)

# %% [markdown]
# Three times as large, and the honest number of the two. (The folds come from scikit-learn.)

# %% tags=["check"]
theirs = linear_model.LinearRegression(fit_intercept=False)
assert close(cross_val_predict(theirs, A, y, cv=KFold(4)), found)

# %% [markdown]
# For least squares there is a short cut that needs no second training: divide each residual by $1 - h_i$, where $h_i$ is the diagonal of $A (A^T A)^{-1} A^T$, the
# weight of a point in its own prediction.

# %%
leverage = np.diag(A @ np.linalg.pinv(A))
print("h =", leverage.round(2), " e/(1 - h) =", (residuals / (1 - leverage)).round(4))

# %% tags=["check"] rows=["S000-42"]
assert close(residuals / (1 - leverage), left_out)

# %% [markdown]
# How you cut matters. These points are sorted: a fold of the first two leaves only the last two to learn
# from. `KFold` cuts into runs; dealt out in turn, like cards, the samples go to the folds 0, 1, 0, 1:

# %%
for folds in (KFold(2), PredefinedSplit([0, 1, 0, 1])):
    error = metrics.mse(metrics.out_of_fold(least_squares, A, y, folds.split(A)), y)
    print([fold.tolist() for _, fold in folds.split(A)], f"error {error:.2f}")

# %% tags=["check"] rows=["S000-42"]
for folds, expected in (KFold(2), 1.0), (PredefinedSplit([0, 1, 0, 1]), 0.25):
    error = metrics.mse(metrics.out_of_fold(least_squares, A, y, folds.split(A)), y)
    assert close(error, expected)

# %% [markdown]
# And it chooses the degree, without any validation set:

# %%
in_turn = PredefinedSplit(np.arange(10) % 5)
errors = {}
for degree in 0, 1, 3, 5, 7:
    found = metrics.out_of_fold(least_squares, features.poly(degree)(xs), ys, in_turn.split(xs))
    errors[degree] = metrics.mse(found, ys)
print(*(f"degree {degree}: {error:.4f}" for degree, error in errors.items()), sep="\n")

# %% tags=["check"] rows=["S000-42", "S004-42"]
assert near(list(errors.values()), [0.52055, 0.539158, 0.0875541, 0.234291, 23.9486])

# %% [markdown]
# ## A real set
#
# 569 samples, each with 30 measurements of cell nuclei; the label says whether the tumour was benign. A
# network with 16 hidden neurons trains on 341 samples and is watched on the other 228.

# %% tags=["question"]
viz.exercise(
    "A network with 16 hidden neurons trains on 341 patients. The training loss will go to nearly 0. And the validation loss?",
    answer="it falls, then rises",
    choices={
        "it falls to nearly 0, too": "The network will learn the 341 by heart. The others it has not seen.",
        "it falls, then rises": "Right: first it learns what is common, then the 341 by heart.",
        "it rises from the start": "What is common to all patients is learned first.",
    },
    hints=["What does it learn first?", "And what is left to learn when the training loss is small?"],
)

# %% rows=["S000-38", "S000-39"]
patients, benign = load_breast_cancer(return_X_y=True)
X_train, X_held, y_train, y_held = data.split(patients, benign, test_size=0.4, rng=0)
X_train, X_held = data.standardise(X_train, X_held)

net = nn.MLP(30, [16, 1], "relu", rng=0)
optimizer, watched = Adam(net.parameters(), lr=0.01), (X_held, y_held)
history = nn.fit(
    net, losses.bce_with_logits, optimizer, (X_train, y_train), epochs=100, batch_size=64, validation=watched
)
viz.curves(history, log=True)

# %% tags=["check"] rows=["S000-38", "S000-39"]
assert patients.shape == (569, 30)
assert history.loss[-1] < 0.01
assert history.best_epoch < 50
assert history.val_loss[-1] > 1.3 * min(history.val_loss)

# %% [markdown]
# The same figure as on ten points, on real patients. Early stopping would take the weights under the star.
# [Lesson](regularisation) does more: it holds the network back.

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. The model always says the mean of its training targets. The targets are 2, 3, 5, 6. What is its leave-one-out error at "
    "the first one, target minus guess?",
    answer=-2.667,
    slips={
        -2: "−2 is 2 − 4, with the mean of all four. The first must not be seen.",
        2.667: "The size is right. Target minus guess: the guess is too large.",
        4.667: "4.667 is the guess. Take it from the target.",
        -12: "−12 is 2 − 14. Take the mean of the three others.",
    },
    hints=["The mean of the three others.", "2 − (3 + 5 + 6) / 3", "2 − 4.667 = −2.667."],
)

# %% [markdown] tags=["solution"]
# The mean of the other three is $14/3 = 4.667$, so the error is $2 - 4.667 = -2.667$. With the first one among the training
# targets it would be only $-2$.

# %% tags=["exercise"]
viz.exercise(
    "2. The lowest validation loss comes after epoch 40, and early stopping waits for 15 epochs. After which epoch does it stop?",
    answer=55,
    slips={
        40: "40 is the best epoch. Nobody knows that it is the best before some more have passed.",
        15: "15 is how long it waits. It begins to wait at epoch 40.",
        25: "25 is 40 − 15. It waits after the best epoch, not before.",
        600: "600 is 40 · 15. It waits 15 epochs, once.",
    },
    hints=["When does the waiting begin?", "At epoch 40, and it takes 15 epochs.", "40 + 15 = 55."],
)

# %% [markdown] tags=["solution"]
# Only when 15 epochs have passed without a lower validation loss is it clear that epoch 40 was the best: it stops after epoch
# $40 + 15 = 55$, and puts the weights of epoch 40 back.

# %% tags=["exercise"]
viz.exercise(
    "3. A trap. 40 patients, 2000 measurements of pure noise, labels by coin toss. Somebody picks the 5 measurements that agree "
    "best with the labels of all 40, and then cross-validates a model on these 5. What will the accuracy be?",
    answer="far above one half, and worthless",
    choices={
        "about one half": "The labels of the held-out patients had a say in the picking.",
        "far above one half, and worthless": "Right: the picking has seen all labels. Done inside the folds, it is about one half.",
        "far above one half, and to be believed": "The data are noise. Where does the accuracy come from?",
        "far below one half": "The measurements were picked because they agree with the labels, also with those held out.",
    },
    hints=["What have the 5 measurements seen?", "The labels of all 40, those held out, too."],
)

# %% [markdown] tags=["solution"]
# Of 2000 measurements some agree with any 40 labels. The labels of the held-out patients had a say in the picking, so the
# accuracy is far above one half, of pure noise. Whatever is learned from data, the picking too, belongs inside the folds:

# %% tags=["solution"]
random = np.random.default_rng(0)
noise, coin = random.standard_normal((40, 2000)), random.permutation(40) % 2


def strongest(X, y):
    return np.argsort(-abs((y - y.mean()) @ X))[:5]


def picked_inside(X, y):
    chosen = strongest(X, y)
    model = LinearRegression().fit(X[:, chosen], y)
    return lambda new: model.predict(new[:, chosen])


def accuracy(train, X):
    return metrics.accuracy(metrics.out_of_fold(train, X, coin, KFold(5).split(X)) > 0.5, coin == 1)


print(
    "outside", accuracy(lambda X, y: LinearRegression().fit(X, y).predict, noise[:, strongest(noise, coin)])
)
print("inside ", accuracy(picked_inside, noise))

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(18, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Tell overfitting from underfitting by two curves, training and validation.
# * Stop in time, and say what early stopping waits for.
# * Cross-validate: predict every sample by a model that has not seen it.
# * Keep whatever is learned from data inside the folds.
#
# In PyTorch early stopping and cross-validation are loops that you write yourself, or take from scikit-learn (`KFold`,
# `cross_val_score`).
