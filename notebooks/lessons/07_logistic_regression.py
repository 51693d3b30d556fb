# %% [markdown]
# # 7. Logistic regression: one neuron, cat or no cat
#
# **What you will see** (about 40 minutes): one neuron that answers *yes* or *no* with a probability. You work
# out its derivative, which turns out to be the simplest formula of the whole course; you write its training
# loop as the notes have it, then without loops; and at the end the neuron looks at pictures with 12288
# numbers each and tells cats from no cats.
#
# You need lesson 5 (cross entropy) and lesson 6 (gradient descent).

# %%
from functools import partial

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value, values
from nn import data, features, losses
from nn.optim import SGD, Momentum

close = partial(np.allclose, rtol=1e-8, atol=1e-12)  # numbers that the notes' tables give in ten digits
near = partial(np.allclose, rtol=1e-4, atol=1e-12)  # and in six

# %% [markdown]
# ## Why not a line
#
# In *binary classification* the answer is 1 (cat) or 0 (no cat). Given the input $x$ we want the chance that
# it is a cat, $\hat{y} = P(y = 1 \text{ given } x)$, a number between 0 and 1. Linear regression would answer
# $w^T x + b$.
#
# > **Predict**: $w = (1, 2)$, $b = -1$ and $x = (2, 1)$. What is the "chance"? And for $w = (-2, -1)$,
# > $b = 0$ and $x = (1, 2)$?

# %% rows=["S003-21"]
for w, b, x, expected in ([1, 2], -1, [2, 1], 3), ([-2, -1], 0, [1, 2], -4):
    assert ag.dot(w, x, b) == expected
    print(f"a line says {ag.dot(w, x, b):g}, which is no chance; squeezed: {ag.sigmoid(ag.dot(w, x, b)):.4f}")

# %% [markdown]
# So the sum $z = w^T x + b$ is squeezed into (0, 1) by the *logistic function*, or sigmoid:
#
# $$\hat{y} = \sigma(z), \quad \sigma(z) = \frac{1}{1 + e^{-z}}$$

# %% rows=["S003-20"]
chances = [ag.sigmoid(float(z)) for z in range(-30, 31)]
assert all(0 < chance < 1 for chance in chances)
assert chances == sorted(chances)
viz.curve(ag.sigmoid, low=-8, high=8)

# %% [markdown]
# One neuron does all of it: the weighted sum, then the sigmoid. Two inputs, with numbers that we shall keep
# for a while:

# %% rows=["S001-08", "S003-16", "S003-22"]
neuron = nn.Neuron(2, "sigmoid", init=[0.5, -0.25])
neuron.b.data = 0.1
yhat = neuron([1.0, 2.0])
assert close(yhat.data, 0.5249791875)
assert yhat > 0.5  # so class 1: a cat
print(f"z = 0.5·1 − 0.25·2 + 0.1 = 0.1, ŷ = {yhat.data:.10f}: class {int(yhat > 0.5)}, just so")

# %% [markdown]
# ## The decision boundary
#
# Where does the neuron change its mind? Where $\hat{y} = 0.5$, and that is where $z = 0$. The slides (002)
# write it $\phi(x) \cdot w = 0$. For $\phi(x) = [1, x_1, x_2]$ this is a straight line.
#
# > **Predict**: $w = (-3, 1, 1)$. On which side of the line lies the point $(1, 2)$?

# %% rows=["S002-07"]
w = [-3.0, 1.0, 1.0]
points = [(1.0, 2.0), (2.0, 2.0), (0.0, 0.0)]
z = [ag.dot(w, [1.0, *point]) for point in points]
assert z == [0, 1, -3]
assert close([ag.sigmoid(number) for number in z], [0.5, 0.7310585786, 0.04742587318])

phi = features.poly(2)  # [1, x, x²] with w = (−1, 0, 1): two boundaries, at x = −1 and x = 1
assert [ag.dot([-1.0, 0.0, 1.0], phi(x)) for x in (-1.0, 0.0, 1.0, 2.0)] == [0, -1, 0, 3]
dots, classes = [(1, 3), (2, 2), (3, 1.5), (0, 0), (1, 1)], [1, 1, 1, 0, 0]
viz.boundary(lambda x: ag.sigmoid(ag.dot(w, [1.0, *x])), dots, classes)

# %% [markdown]
# ## One sample, forward and backward
#
# The loss is the cross entropy of lesson 5. The notes call the output $a$ ("activation"):
#
# $$z = w_1 x_1 + w_2 x_2 + b, \quad \hat{y} = a = \sigma(z), \quad L(a, y) = -(y \log a + (1 - y) \log(1 -
# a))$$

# %% rows=["S003-47", "S003-15"]
x1, w1, x2, w2, b = values(x1=1.0, w1=0.5, x2=2.0, w2=-0.25, b=0.1)
y = 1.0
z = w1 * x1 + w2 * x2 + b
a = ag.sigmoid(z)
L = losses.bce(a, y)
assert close([z.data, a.data, L.data], [0.1, 0.5249791875, 0.6443966601])
assert [leaf.grad for leaf in (w1, w2, b, z)] == [None] * 4  # forward first: no gradient exists yet
L.backward()
assert close(z.grad, -0.4750208125)  # then backward
viz.graph(L, keep=[x1, w1, x2, w2, b, z, a], names=locals(), notation="dvar")  # no box for each * and +

# %% [markdown]
# Read it from right to left, as the notes do. In their code `da` means $dL/da$, `dz` means $dL/dz$, and so
# on. First the loss:
#
# $$da = \frac{dL}{da} = -\frac{y}{a} + \frac{1 - y}{1 - a}$$

# %% rows=["S003-48"]
da = L.partials[0]
assert close(da, -y / a.data + (1 - y) / (1 - a.data))
assert close(da, -1.904837418)
assert close(losses.bce(a, 0.0).partials[0], 2.105170918)
print(f"da = {da:.9f}, and if the label were 0: {losses.bce(a, 0.0).partials[0]:.9f}")

# %% [markdown]
# Then the sigmoid. Its derivative can be written with its own output, $\partial a/\partial z = a(1 - a)$.
#
# > **Predict**: multiply the two for $y = 1$: $-\frac{1}{a} \cdot a (1 - a)$. What is left?

# %% rows=["S003-49"]
da_dz = a.partials[0]
assert close(da_dz, a.data * (1 - a.data))
assert close(da_dz, 0.2493760402)
assert close(da * da_dz, a.data - y)
assert close(da * da_dz, -0.4750208125)
assert close(ag.grad(lambda z: losses.bce(ag.sigmoid(z), 0.0))(0.1), 0.5249791875)  # a − 0
assert close(ag.grad(lambda z: losses.bce_with_logits(z, 1.0))(0.1), a.data - y)  # both functions in one node
print(f"dz = da · ∂a/∂z = {da * da_dz:.10f} = a − y")

# %% [markdown]
# $$dz = a - y$$
#
# *Prediction minus label.* Nothing simpler can be hoped for. Then come the inputs: $dw_1 = x_1 \, dz$, $dw_2
# = x_2 \, dz$, $db = dz$.

# %% rows=["S003-50"]
assert close([w1.grad, w2.grad, b.grad], [-0.4750208125, -0.950041625, -0.4750208125])
assert close([w1.grad, w2.grad, b.grad], [x1.data * z.grad, x2.data * z.grad, z.grad])
viz.paths(L, w2, names=locals())

# %% [markdown]
# And one step downhill, with $\alpha = 0.1$:

# %% rows=["S003-51"]
SGD([w1, w2, b], lr=0.1).step()
assert close([w1.data, w2.data, b.data], [0.5475020813, -0.1549958375, 0.1475020813])
assert close(L.forward(), 0.5190569368)
print(f"w1 = {w1.data:.4f}, w2 = {w2.data:.4f}, b = {b.data:.4f}: the loss fell from 0.6444 to {L.data:.4f}")

# %% [markdown]
# Step through a round of it yourself. (The player starts from the new parameters.)

# %%
viz.walkthrough(L, names={"L": L, "a": a, "z": z}, notation="dvar")

# %% [markdown]
# ## Many samples: the loop
#
# Four samples. The notes (003) write them as the columns of $X$, so $X$ has the shape $(n_x, m)$ and $Y$ the
# shape $(1, m)$.

# %% rows=["S003-19", "S003-26", "S003-27"]
X = np.array([[1.0, 2.0, -1.0, 0.0], [2.0, 0.5, 1.0, -2.0]])
Y = np.array([[1.0, 1.0, 0.0, 0.0]])
assert (X.shape, Y.shape) == ((2, 4), (1, 4))

w1, w2, b = values(w1=0.5, w2=-0.25, b=0.1)
A = [ag.sigmoid(w1 * x1 + w2 * x2 + b) for x1, x2 in X.T]
assert close(ag.data(A), [0.5249791875, 0.7261149813, 0.3429895373, 0.6456563062])
residuals = ag.data(A) - Y[0]  # we want these near zero
assert close(residuals, [-0.4750208125, -0.2738850187, 0.3429895373, 0.6456563062])
print("ŷ =", ag.data(A), "  ŷ − y =", residuals)

# %% [markdown]
# Now their algorithm, word for word. Begin with $J = 0, dw_1 = 0, dw_2 = 0, db = 0$. For each sample add its
# loss to $J$ and its derivatives to the accumulators. The accumulators need no code: a leaf's `grad` *is*
# one. Each `backward` adds (`+=`) to what is there.

# %% rows=["S003-53"]
J = 0.0
for (x1, x2), y in zip(X.T, Y[0], strict=True):
    z = w1 * x1 + w2 * x2 + b
    a = ag.sigmoid(z)
    loss = losses.bce(a, y)
    J += loss.data
    loss.backward()  # dw1 += x1·dz, dw2 += x2·dz, db += dz
    print(f"J = {J:.6f}  dz = {z.grad:+.6f}  dw1 = {w1.grad:+.6f}  dw2 = {w2.grad:+.6f}  db = {b.grad:+.6f}")
assert close(J, 2.421986847)
assert close([w1.grad, w2.grad, b.grad], [-1.365780387, -2.03530721, 0.2397400123])

# %% [markdown]
# Then divide everything by $m$: the derivative of the average is the average of the derivatives.

# %% rows=["S003-54", "S003-52"]
m = Y.size
J, dw1, dw2, db = J / m, w1.grad / m, w2.grad / m, b.grad / m
assert close(J, 0.6054967116)
assert close([dw1, dw2, db], [-0.3414450968, -0.5088268024, 0.05993500307])

cost = losses.bce(A, Y[0])  # the average in one graph
cost.zero_grad()
cost.backward()
assert close([w1.grad, w2.grad, b.grad], [dw1, dw2, db])
print(f"J = {J:.10f}   dw1 = {dw1:.6f}   dw2 = {dw2:.6f}   db = {db:.6f}")

# %% [markdown]
# With $n = 2$ features there are two `dw` to update, and $b$:

# %% rows=["S003-55"]
SGD([w1, w2, b], lr=0.1).step()
assert close([w1.data, w2.data, b.data], [0.5341445097, -0.1991173198, 0.09400649969])
assert close(cost.forward(), 0.5686406625)
print(f"J: 0.6054967116 → {cost.data:.10f}")

# %% [markdown]
# ## Without loops
#
# "Vectorization will help us do this without for loops." The same four lines with matrices:

# %% rows=["S003-56", "S003-14"]
w, b = np.array([[0.5, -0.25]]), 0.1
A = 1 / (1 + np.exp(-(w @ X + b)))
J_matrix = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
dZ = A - Y
dw, db_matrix = dZ @ X.T / m, dZ.mean()
assert np.abs(np.array([J_matrix - J, *(dw[0] - [dw1, dw2]), db_matrix - db])).max() < 1e-12
assert close(J_matrix, 0.6054967116)
print(f"J = {J_matrix:.10f}   dw = {dw[0]}   db = {db_matrix:.6f}")

# %% [markdown]
# You wrote the backward pass by hand there ($dZ = A - Y$). `nn.fit` spares you that: it records the graph of
# one sample and replays it as array operations over all samples.
#
# > **Predict**: is there a formula for the best $w$, as for the straight line? If not, what will the cost be
# > after 1000 steps: exactly 0?

# %% rows=["S001-10"]
model = nn.Layer(2, 1, "sigmoid").assign([[0.5, -0.25]], [0.1])
history = nn.fit(model, losses.bce, SGD(model.parameters(), lr=0.1), (X.T, Y[0]), epochs=1000)
assert close(history.loss[:2], [0.60549671, 0.56864066])
outputs = [model(x)[0].data for x in X.T]
assert close(losses.bce(outputs, Y[0]), 0.0096494351)
assert near(ag.data(model.parameters()), [3.6217534, 1.5167107, -1.7496101])
assert nn.metrics.accuracy(np.array(outputs) > 0.5, Y[0] == 1) == 1.0
print("after 1000 steps:", ag.data(model.parameters()), f"  J = {losses.bce(outputs, Y[0]):.6f}")
viz.boundary(model, X.T, Y[0].astype(int))

# %% [markdown]
# There is no formula: the equation "gradient = 0" cannot be solved for $w$. And here it has no solution at
# all. The four points can be told apart by a line, so larger weights are always a little better. They grow
# for ever, ever more slowly (exercise 4).
#
# ## Where the loss comes from
#
# Each sample has a chance $\hat{y}_i$ of being a 1. The chance that the model gives to the labels as they
# *are* is a product: $\hat{y}_i$ for each 1 and $1 - \hat{y}_i$ for each 0.
#
# $$\prod_i \hat{y}_i^{y_i} (1 - \hat{y}_i)^{1 - y_i}$$
#
# Make it large, or its negative logarithm small, and that is the sum of the cross entropies:

# %% rows=["S001-07"] errata=["E-S001-02"]
yhat, labels = [0.9, 0.2, 0.6], [1, 0, 1]
likelihood, printed = losses.likelihood(yhat, labels), np.prod(yhat)
assert close(likelihood, 0.432)
assert close(printed, 0.108)
assert close(-np.log(likelihood), 0.8393296907)
assert close(losses.bce(yhat, labels, reduction="sum"), 0.8393296907)
print(f"likelihood {likelihood:.3f}, its −log {-np.log(likelihood):.10f} = Σ BCE;  as printed {printed:.3f}")

# %% [markdown]
# (Erratum E-S001-02. Notes 001 print $\hat{y} = \prod_i p(y_i = 1)$. That is the chance that all labels are
# 1, and it is not $\hat{y}$, which has one entry for each sample.)
#
# ## Why not the squared error
#
# With the squared error $\frac{1}{2} (\hat{y} - y)^2$ "the optimization problem becomes nonconvex. We will
# end up with multiple local minima" (notes 003). Look at one sample with $y = 1$, as a function of $z$. A
# bowl bends upwards everywhere. This one does not:


# %% rows=["S003-28"]
def half_square(z):
    return 0.5 * losses.mse(ag.sigmoid(z), 1.0)


def cross_entropy(z):
    return losses.bce_with_logits(z, 1.0)


places = [-3.0, -2.0, -1.0, 0.0, 1.0]
bends = [ag.grad(ag.grad(half_square))(z) for z in places]
assert near(bends, [-0.036911325, -0.059407084, -0.027766084, 0.0625, 0.063091664])
bends = [ag.grad(ag.grad(cross_entropy))(z) for z in places]
assert near(bends, [0.04517666, 0.10499359, 0.19661193, 0.25, 0.19661193])
viz.curve(half_square, cross_entropy, low=-8, high=4)

# %% [markdown]
# Look at the right picture, far to the left. The model is *very* wrong there ($\hat{y}$ near 0, the label is
# 1), and the squared error has hardly any slope. The neuron is **saturated**: the sigmoid is flat, its local
# derivative kills the signal. Cross entropy undoes just that: $a(1 - a)$ cancels, and $a - y$ is left.

# %%
z = Value(-40.0, label="z")
print(ag.explain(half_square(z), z))
assert abs(ag.paths(half_square(z), z).total) < 1e-15
assert close(ag.paths(cross_entropy(z), z).total, -1)

# %% [markdown]
# One sample gives no second valley, only a plateau (E-S003-11): the curve above falls all the way. Take three
# samples, $x = 10, -1, 0.1$, all with the label 1, and one weight:

# %% rows=["S003-28"] errata=["E-S003-11"]
samples, labels = [[10.0], [-1.0], [0.1]], [1.0, 1.0, 1.0]


def squared_cost(w):
    return 0.5 * losses.mse([ag.sigmoid(w * x) for (x,) in samples], labels)


slopes = [ag.grad(half_square)(float(z)) for z in range(-30, 31)]
assert max(slopes) < 0  # one sample: downhill everywhere, so no local minimum
viz.curve(squared_cost, low=-4, high=2)

# %% [markdown]
# Two valleys. Start at $-3$ and you end in the wrong one. (On the left it is so flat that plain descent needs
# 20000 steps. Momentum, lesson 12, gets there in 1500.) The cross entropy has one valley, from wherever you
# start.


# %% rows=["S003-28"]
def end(start, loss, activation, optimizer):
    """Train the one weight from `start`; return where it ends."""
    model = nn.Layer(1, 1, activation, bias=False, init=[[start]])
    nn.fit(model, loss, optimizer(model.parameters()), (samples, labels), epochs=1500)
    return model.parameters()[0].data


def half_mse(prediction, target):
    return 0.5 * losses.mse(prediction, target)


left = end(-3.0, half_mse, "sigmoid", partial(Momentum, lr=1.0))
right = end(1.0, half_mse, "sigmoid", partial(SGD, lr=1.0))
assert close([left, right], [-1.949818107, 0.2006859611])
assert close([squared_cost(left), squared_cost(right)], [0.2194118703, 0.09359182378])
print(f"squared error: from −3 to {left:.6f}, from 1 to {right:.6f}")

ends = [end(start, losses.bce_with_logits, "linear", partial(SGD, lr=0.1)) for start in (-3.0, 1.0)]
assert close(ends, 0.2897718413)
print(f"cross entropy: from −3 to {ends[0]:.6f}, from 1 to {ends[1]:.6f}")

# %% [markdown]
# ## Cat or no cat
#
# Now pictures. A colour image of 64 × 64 pixels is three matrices in the computer: how much red, green and
# blue each pixel has. A neuron wants one list of numbers, so the three are written below each other.

# %% rows=["S003-17", "S002-35"]
image = np.zeros((64, 64, 3))
image[1, 2, 1] = 1.0  # a green dot in row 1, column 2, counted from 0
assert [plane.size for plane in np.moveaxis(image, 2, 0)] == [4096] * 3
x = data.flatten_image(image)
assert x.reshape(-1, 1).shape == (12288, 1)
assert int(np.argmax(x)) == 4096 + 1 * 64 + 2 == 4162
assert int(np.argmax(image.ravel())) == 199  # numpy's own order keeps the colours of a pixel together
viz.diagram("flatten")

# %% [markdown]
# Our pictures are made up, so that nothing has to be downloaded: coloured noise, and a "cat" has less red in
# its middle. Half of them are cats. A quarter is put aside for the test.

# %%
rng = np.random.default_rng(0)
labels = np.arange(40) % 2
images = rng.uniform(0.0, 1.0, (40, 64, 64, 3))
images[labels == 1, 16:48, 16:48, 0] *= 0.5
X, X_test, y, y_test = data.split(data.flatten_image(images), labels, test_size=0.25, rng=0)
mean = X.mean(axis=0)
X, X_test = X - mean, X_test - mean  # both by the numbers of the training set
print("training", X.shape, "  test", X_test.shape)
viz.image(images[:2], titles=["no cat", "cat"])

# %% [markdown]
# One neuron with 12288 weights. All weights start at 0; for a single neuron that is fine.
#
# > **Predict**: what does it answer before it has learned anything? What is the loss, and what is $dz$ for a
# > cat?

# %% rows=["S003-18"]
neuron = nn.Neuron(12288, "sigmoid", init="zeros", expand=True)  # every product and every sum is a node
inputs = [Value(number) for number in X[0]]
a = neuron(inputs)
loss = losses.bce(a, 1.0)
loss.backward()
assert len(inputs) == 12288
assert (a.data, neuron.b.grad) == (0.5, -0.5)
assert close(loss.data, 0.6931471806)
assert close([weight.grad for weight in neuron.w], -0.5 * X[0])

graph = Graph(ag.square(Value(1.0) - a))  # counted with the squared loss, as notes 004 have it
assert (len(graph), len(graph.edges), graph.depth + 1) == (49157, 49156, 12293)
print(f"a = {a.data}, L = {loss.data:.10f}, dz = {neuron.b.grad}")
print(f"the graph: {len(graph)} nodes, {len(graph.edges)} edges, {graph.depth + 1} nodes deep")

# %% [markdown]
# 12293 nodes deep: a program that walks such a graph by calling itself (as most small engines do) stops with
# an error at depth 1000. This one keeps its own list.
#
# Now train. `bce_with_logits` takes $z$ and does sigmoid and loss in one, which is exact in the tails too.

# %% rows=["S003-16", "S003-18"]
cat = nn.Linear(12288, 1, init="zeros")
history = nn.fit(cat, losses.bce_with_logits, SGD(cat.parameters(), lr=0.02), (X, y), epochs=20)
assert close(history.loss[0], np.log(2))
assert history.loss[-1] < 0.1
for name, pictures, answers in ("training", X, y), ("test", X_test, y_test):
    z = [cat(picture)[0].data for picture in pictures]
    accuracy = nn.metrics.accuracy(np.array(z) > 0, answers == 1)
    assert accuracy == 1.0
    print(f"{name}: {accuracy:.0%} of {len(answers)} pictures right")
viz.curves(history)

# %% [markdown]
# What has it learned? The weights have the shape of a picture. Look at them, and at their average inside the
# patch and around it, for each colour:

# %%
red, green, blue = ag.data(cat.W).reshape(3, 64, 64)
inside = np.zeros((64, 64), dtype=bool)
inside[16:48, 16:48] = True
for name, plane in ("red", red), ("green", green), ("blue", blue):
    print(f"{name:5}  inside {plane[inside].mean():+.6f}   around {plane[~inside].mean():+.6f}")
assert red[inside].mean() < -10 * max(abs(plane[~inside].mean()) for plane in (red, green, blue))
viz.image([red, green, blue], titles=["red", "green", "blue"])

# %% [markdown]
# "Less red in the middle": a negative weight there. Nobody told it where to look.
#
# ## What the notes got wrong
#
# **Too few pixels** (E-S003-02). Notes 003 write $x = [R_1 \dots R_{64}, G_1 \dots G_{64}, B_1 \dots B_{64}]$
# and, beside it, $64 \times 64 \times 3 = 12288$.

# %% errata=["E-S003-02"]
printed, right = 3 * 64, data.flatten_image(image).size
assert (printed, right) == (192, 12288)
print(f"printed list: {printed} entries, right: {right} (R_1 … R_4096, and so on)")

# %% [markdown]
# **A lost label** (E-S003-03). The printed cost is $-\frac{1}{m} \sum \log\hat{y} + (1 - y) \log(1 -
# \hat{y})$: there is no $y$ before the first logarithm, and no brackets. Read with brackets, or as it
# stands:

# %% errata=["E-S003-03"]
a, y = np.array(A[0]), Y[0]
right = losses.bce(a, y)
printed = -np.mean(np.log(a) + (1 - y) * np.log(1 - a))
literal = -np.mean(np.log(a)) + np.mean((1 - y) * np.log(1 - a))
assert close([right, printed, literal], [0.6054967116, 0.9823825332, 0.2536108901])
print(f"right {right:.10f}   printed {printed:.10f}, or without brackets {literal:.10f}")

# %% [markdown]
# **Which comes first** (E-X-04). The slides (002) have $(y - \hat{y})$ where notes 003 have $a - y$. Ask a
# nudge, which knows neither:

# %% errata=["E-X-04"]
nudge = 1e-6
slope = (losses.bce(ag.sigmoid(0.1 + nudge), 1.0) - losses.bce(ag.sigmoid(0.1 - nudge), 1.0)) / (2 * nudge)
notes_003, slides = ag.sigmoid(0.1) - 1.0, 1.0 - ag.sigmoid(0.1)
assert np.isclose(slope, notes_003, rtol=1e-6)
assert close([notes_003, slides], [-0.4750208125, 0.4750208125])
print(f"nudge {slope:.8f}   a − y = {notes_003:.8f}   y − a = {slides:.8f}")

# %% [markdown]
# **An illegible corner** (E-S003-09). Beside the graph the scan has `(-y + 1-y)/(a 1-a)`. It is $da =
# -\frac{y}{a} + \frac{1-y}{1-a}$, a sum of two fractions. Read as one fraction with the product $a(1 - a)$
# below it is wrong:

# %% errata=["E-S003-09"]
z = Value(0.1, label="z")
losses.bce(ag.sigmoid(z), 1.0).backward()
assert close([ag.grad(ag.sigmoid)(0.1), z.grad], [0.2493760402, -0.4750208125])
a, y = ag.sigmoid(0.1), 1.0
right, misread = -y / a + (1 - y) / (1 - a), (-y + 1 - y) / (a * (1 - a))
assert close([right, misread], [-1.904837418, -4.010008336])
print(f"right {right:.9f}   misread {misread:.9f}")

# %% [markdown]
# **A shape** (E-S003-15). "Y has the shape $(1 \times m)$": in NumPy that is `(1, m)`, and `(m,)` is
# something else. Mix it with a column, and NumPy silently makes a table of all pairs out of four
# differences.

# %% errata=["E-S003-15"]
row, flat, column = np.zeros((1, 4)), np.zeros(4), np.zeros((4, 1))
assert (row.shape, flat.shape) == ((1, 4), (4,))
assert (row - flat).shape == (1, 4)
assert (flat - column).shape == (4, 4)
print("(4,) minus (4, 1) has the shape", (flat - column).shape)

# %% [markdown] errata=["E-S003-13"]
# **Two names for one thing** (E-S003-13). The notes count samples with $(x_1, y_1)$ and with $x^{(i)}$. Read
# $x^{(i)}$ for sample $i$ and $x_j$ for feature $j$: in the four samples above, $x^{(2)} = (2, 0.5)$, and its
# $x_1$ is 2.
#
# ## Exercises
#
# **1.** The first sample again ($z = 0.1$), but it is *no* cat. By hand: $dz$, $dw_1$, $dw_2$, $db$.

# %% tags=["solution"]
w1, w2, b = values(w1=0.5, w2=-0.25, b=0.1)
losses.bce(ag.sigmoid(w1 * 1 + w2 * 2 + b), 0.0).backward()
dz = 0.5249791875 - 0
assert close([w1.grad, w2.grad, b.grad], [1 * dz, 2 * dz, dz])

# %% [markdown]
# **2.** The neuron says $z = -8$, and the label is 1. How strongly does each loss pull on $z$: the cross
# entropy, and half the squared error? How many times stronger is the first?

# %% tags=["solution"]
pulls = ag.grad(cross_entropy)(-8.0), ag.grad(half_square)(-8.0)
assert close(pulls, [-0.9996646499, -0.0003351252488])
assert 2900 < pulls[0] / pulls[1] < 3000

# %% [markdown]
# **3.** Train one neuron on AND (only 11 gives 1), on OR, and on XOR (`data.xor()`). Which of the three can
# it learn, and why? Look at `viz.boundary`.

# %% tags=["solution"]
corners, exclusive = data.xor()
scores = {}
for name, answers in ("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", exclusive):
    gate = nn.Layer(2, 1, "sigmoid", init="zeros")
    nn.fit(gate, losses.bce, SGD(gate.parameters(), lr=1.0), (corners, answers), epochs=500)
    said = np.array([gate(corner)[0].data for corner in corners]) > 0.5
    scores[name] = nn.metrics.accuracy(said, np.array(answers) == 1)
assert scores["and"] == scores["or"] == 1.0
assert scores["xor"] < 1.0  # no straight line has 01 and 10 on one side, and 00 and 11 on the other

# %% [markdown]
# **4.** Train the four samples for 500, 1000 and 2000 steps. How does the length of $w$ change? Add the
# penalty $0.1 (w_1^2 + w_2^2)$ (`nn.reg.l2`) and compare.

# %% tags=["solution"]
X, labels = np.array([[1.0, 2.0], [2.0, 0.5], [-1.0, 1.0], [0.0, -2.0]]), [1, 1, 0, 0]
lengths = {}
for strength in 0.0, 0.1:
    for epochs in 500, 1000, 2000:
        model = nn.Layer(2, 1, "sigmoid").assign([[0.5, -0.25]], [0.1])
        w = model.W[0]

        def punished(prediction, target, w=w, strength=strength):
            return losses.bce(prediction, target) + strength * nn.reg.l2(w)

        nn.fit(model, punished, SGD(model.parameters(), lr=0.1), (X, labels), epochs=epochs)
        lengths[strength, epochs] = np.linalg.norm(ag.data(w))
assert lengths[0.0, 2000] > lengths[0.0, 1000] + 0.4 > lengths[0.0, 500] + 0.8  # without end
assert near(lengths[0.1, 2000], lengths[0.1, 1000])  # the penalty ends it

# %% [markdown]
# ## What to keep
#
# * One neuron with a sigmoid gives a chance; it decides where $z = 0$, along a straight line.
# * With cross entropy, $dz = a - y$. Then $dw_j = x_j \, dz$ and $db = dz$.
# * Derivatives of samples are added up and divided by $m$, in a loop or as one matrix product.
# * Squared error and sigmoid do not go together: flat where the model is most wrong, several valleys.
# * An image is a list of numbers too: 64 × 64 × 3 = 12288.
#
# Covered: S001-07, 08, 10; S002-07, 35; S003-14 to 22, 26, 27, 28, 47 to 56; errata E-S001-02; E-S003-02, 03,
# 09, 11, 13, 15; E-X-04. In PyTorch: `torch.nn.Linear(12288, 1)` with `torch.nn.BCEWithLogitsLoss()`; the
# pictures are flattened by `torch.nn.Flatten()`.
