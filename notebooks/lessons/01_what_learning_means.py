# %% [markdown]
# # 1. What learning means: data, model, cost, update
#
# **What you will see** (about 30 minutes): a model with three numbers in it makes a prediction, is told how
# wrong it was, and becomes better. That is all of learning, and it is a loop with four stations. You run it
# by hand once, then let it run. After that come the words that you will meet everywhere: regression and
# classification, structured and unstructured data, convolutional and recurrent networks.
#
# You need nothing but a little Python. Where derivatives come from is lesson 2; here they are just *used*.

# %%
from functools import partial
from itertools import pairwise

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Graph, Value, values
from nn import data, features, linear, losses
from nn.data import toys
from nn.optim import SGD, Adam

close = partial(np.allclose, rtol=1e-8, atol=1e-12)

# %% [markdown]
# ## The loop
#
# The notes (000) draw the machine-learning process in their figure 1. The picture itself was lost in the
# scan; this is what it said:

# %% rows=["S000-44"]
process = viz.diagram("ml-process")
ways = {(arrow.source, arrow.target) for arrow in process.drawing.arrows}
assert ("data", "model") in ways
assert {("model", "cost"), ("cost", "update"), ("update", "model")} <= ways  # round and round
process

# %% [markdown]
# * **data**: examples, each with inputs $x$ and the right answer $y$.
# * **model**: a function with adjustable numbers in it, the *parameters*. It makes a guess $\hat{y}$.
# * **cost** $C$: one number for how bad the guesses are. Small is good.
# * **update**: change the parameters a little, so that $C$ becomes smaller. Then again.
#
# The slides (002) draw the same loop with one station more. Before the model sees $x$, somebody has chosen
# *features* $\phi(x)$. Which ones? That question waits until lesson 8.

# %% rows=["S002-01"]
workflow = viz.diagram("ml-workflow")
assert {box.id for box in workflow.drawing.boxes} == {"data", "phi", "predictor", "loss", "update"}
workflow

# %% [markdown]
# ## Data
#
# **Structured data** (notes 003) stand in a table whose columns have a clear meaning. Four flats:
#
# | rooms $x$ | price $y$ |
# |---|---|
# | 1 | 2 |
# | 2 | 3 |
# | 3 | 5 |
# | 4 | 6 |
#
# A row is an *example* (also: sample). Their number is called $m$. For the computer the inputs become a
# matrix $X$. Its first column is a constant 1, so that the model may have an offset; lesson 4 says why.

# %% rows=["S003-07", "S003-11"]
rooms, price = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 3.0, 5.0, 6.0])
X = features.linear(rooms)
m = len(price)
assert X.shape == (4, 2)
assert X.tolist() == [[1, 1], [1, 2], [1, 3], [1, 4]]
assert m == 4
print(X, "  m =", m)

# %% [markdown]
# (Notes 003 turn the table around: there every *column* of $X$ is an example. Lesson 4 compares the two.)
#
# Four examples are few. The notes say: on small sets the *skill* in training decides. You will see what they
# mean when we check a model on data that it has not seen (lesson 14).
#
# **Unstructured data** are images, sound and text. There are numbers in them too, but no single number means
# anything. Here is a picture of a boat, 6 × 8 pixels (the slides had one; like the other figures it is
# lost in the scan, E-S002-13, and like them it is drawn anew):

# %% rows=["S002-08", "S003-08"] errata=["E-S002-13"]
boat = [
    "........",
    "...#....",
    "...##...",
    "...###..",
    ".######.",
    "..####..",
]
pixels = np.array([[float(pixel == "#") for pixel in row] for row in boat])
assert pixels.shape == (6, 8)
assert data.flatten_image(pixels).shape == (48,)
assert data.flatten_image(np.zeros((64, 64, 3))).shape == (12288,)  # a colour image of 64 × 64 pixels
print(data.flatten_image(pixels).astype(int))
viz.image(pixels)

# %% [markdown]
# To a model the boat is this list of 48 numbers, and *boat* or *no boat* is the answer $y$, 1 or 0. A small
# colour photo, 64 × 64 pixels, is a list of 12288 numbers.
#
# ## Forward: predict, and measure
#
# The notes (000, section 2) begin with two examples. Each has two inputs, and the right answers are 5 and 8:
#
# $$x_1 = (1, 3), \; y_1 = 5 \qquad x_2 = (2, 4), \; y_2 = 8$$
#
# The model is $\hat{y} = w_1 x_1 + w_2 x_2 + b$. Its parameters are $w_1$, $w_2$ and $b$. The cost is the
# mean of the squared errors, $C = \frac{1}{2} \sum_i (y_i - \hat{y}_i)^2$.
#
# > **Predict**: with $w_1 = 0.5$, $w_2 = -1$ and $b = 0.25$, what does the model say for the first example?
# > And by how much is it wrong?

# %% rows=["S000-03"]
samples, answers = [(1.0, 3.0), (2.0, 4.0)], [5.0, 8.0]
w1, w2, b = values(w1=0.5, w2=-1.0, b=0.25)
guesses = [w1 * x1 + w2 * x2 + b for x1, x2 in samples]
C = losses.mse(guesses, answers)
C.label = "C"
assert ag.data(guesses).tolist() == [-2.25, -2.75]
assert C.data == 84.0625
print("guesses:", ag.data(guesses), "  right answers:", answers, "  cost:", C.data)

# %% [markdown]
# That was the *forward propagation*: parameters and data go in, a cost comes out. These parameters are bad.
# The notes propose to start with zeros, which is better here; and there are parameters without any error:

# %% rows=["S000-03"]
model = nn.Linear(2, 1)
for weights, bias, expected in ([0.5, -1], 0.25, 84.0625), ([0, 0], 0, 44.5), ([2, 1], 0, 0):
    model.assign([weights], [bias])
    cost = losses.mse([model(x) for x in samples], [[y] for y in answers])
    assert cost.data == expected
    print(f"w = {weights}, b = {bias}: C = {cost.data:g}")

# %% [markdown]
# ## What is a good cost?
#
# Large must mean bad; that is all that is asked of it. Which one to take depends on the problem. The squared
# error is for numbers. For probabilities there is the *cross entropy* (lesson 5): when the answer is 1, the
# guess 0.9 costs little and the guess 0.1 costs a lot.

# %% rows=["S001-11"]
assert losses.mse([5.0, 8.0], answers) == 0.0  # no error: no cost
assert losses.mse([5.0, 8.1], answers) > 0.0  # any error: some cost
assert close([losses.bce(0.9, 1), losses.bce(0.1, 1)], [0.1053605157, 2.302585093])
print(f"answer 1: guess 0.9 costs {losses.bce(0.9, 1):.5f}, guess 0.1 costs {losses.bce(0.1, 1):.5f}")

# %% [markdown]
# ## Backward: which way is better?
#
# There are three parameters. Should $w_1$ grow or shrink, and how strongly does $C$ answer? The *derivative*
# $\mathrm{d}C / \mathrm{d}w_1$ says so: it is the change of $C$ per change of $w_1$. `backward()` computes
# it for all parameters at once.
#
# > **Predict** the sign: both guesses are too small. If $w_1$ grows, does $C$ grow or fall?

# %% rows=["S000-04"]
C.backward()
assert (w1.grad, w2.grad, b.grad) == (-28.75, -64.75, -18.0)
w1, w2, b

# %% [markdown]
# All three are negative: $C$ falls when they grow. So we move every parameter *against* its derivative, by a
# small part of it, say a hundredth ($\alpha = 0.01$, the *learning rate*):
#
# $$w \leftarrow w - \alpha \frac{\mathrm{d}C}{\mathrm{d}w}$$

# %% rows=["S000-04"]
optimizer = SGD([w1, w2, b], lr=0.01)
optimizer.step()
assert close([w1.data, w2.data, b.data], [0.7875, -0.3525, 0.43])
assert close(C.forward(), 39.1298125)
print(f"w1 = {w1:.4f}, w2 = {w2:.4f}, b = {b:.2f}: the cost fell from 84.0625 to {C:.7f}")

# %% [markdown]
# One step, and the cost is less than half. This way of stepping is called *gradient descent*; lesson 6 is
# about nothing else.
#
# ## The loop
#
# Estimate, compute $C$, update, repeat:

# %% rows=["S000-05"]
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
assert close(costs, [84.0625, 39.1298125, 18.2373568, 8.52285639, 4.00575574, 1.90528377])
assert costs == sorted(costs, reverse=True)
print(*(f"after {step} updates: C = {cost:.6g}" for step, cost in enumerate(costs)), sep="\n")

# %% [markdown]
# The library has this loop under the name `nn.fit`. It does exactly the same, for any model and any data:

# %% rows=["S000-05"]
model = nn.Linear(2, 1).assign([[0.5, -1.0]], [0.25])
optimizer = SGD(model.parameters(), lr=0.01)
history = nn.fit(model, losses.mse, optimizer, (samples, answers), epochs=30, rng=None)
assert close(history.loss[:6], costs)
viz.curves(history, log=True)

# %% [markdown]
# ## Step through one round
#
# Look inside one round, one number at a time. First the values flow along the arrows: parameters,
# guesses, errors, cost. Then the derivatives flow back against them. Use the arrow keys. You need not
# understand every step yet: in lesson 3 you will.

# %%
w1, w2, b = values(w1=0.5, w2=-1.0, b=0.25)
guess_1, guess_2 = (w1 * x1 + w2 * x2 + b for x1, x2 in samples)
C = losses.mse([guess_1, guess_2], answers)
viz.walkthrough(C, names={"C": C, "ŷ1": guess_1, "ŷ2": guess_2})

# %% [markdown]
# ## What it is good for
#
# The purpose is not the small cost: it is to *predict new points*. Back to the flats. Training finds the
# line $\hat{y} = 0.5 + 1.4 x$. What will a flat with five rooms cost?
#
# > **Predict** it: put $x = 5$ into the line.

# %% rows=["S000-22"]
flats = linear.LinearRegression().fit(rooms[:, None], price)
assert close([flats.intercept_, *flats.coef_], [0.5, 1.4])
assert close(flats.predict([[5.0]]), 7.5)
print(f"five rooms: {flats.predict([[5.0]])[0]:.3f}")

# %% [markdown]
# "A program that learns from experience", say the notes. In human terms the update is the learning, and the
# data are the experience. Deep learning is a part of it: machine learning with deep networks as models. More
# experience helps. Here the model has seen two flats, then three, then all four, and estimates the fourth:

# %% rows=["S000-45"]
for seen, expected, error in (2, 5.0, 1.0), (3, 19 / 3, -1 / 3), (4, 6.1, -0.1):
    learned = linear.LinearRegression().fit(rooms[:seen, None], price[:seen])
    (estimate,) = learned.predict([[4.0]])
    assert close(estimate, expected)
    assert close(price[3] - estimate, error)
    print(f"after {seen} flats: {estimate:.3f}, the right price is 6, error {price[3] - estimate:+.3f}")

# %% [markdown]
# (The last line does not count: there the model has *seen* the flat that it estimates.)
#
# ## Numbers or kinds
#
# *Regression* predicts numbers, such as a price. *Classification* predicts a category: cat or no cat. The
# same sum $z$ serves both. For a category it is squeezed into a probability by the sigmoid, and above 0.5
# the answer is "class 1".
#
# > **Predict**: $z = 0.1$. Is the probability above or below one half?

# %% rows=["S000-41"]
x, weights = [1.0, 2.0], [0.5, -0.25]
regression = nn.Neuron(2, "linear", init=weights)
classifier = nn.Neuron(2, "sigmoid", init=weights)
regression.b.data = classifier.b.data = 0.1
assert close(regression(x).data, 0.1)
assert close(classifier(x).data, 0.5249791875)
assert classifier(x) > 0.5  # class 1
print(f"regression: {regression(x).data:.4g}   classification: {classifier(x).data:.10f}, so class 1")

# %% [markdown]
# ## Why *deep* learning?
#
# Because many patterns are not straight. The smallest one is "exclusive or": the answer is 1 when exactly
# one of the two inputs is 1. Look for the best plane $\theta_0 + \theta_1 x_1 + \theta_2 x_2$:
#
# > **Predict**: what will the best plane say for the four corners?

# %% rows=["S000-01"]
corners, targets = data.xor()
with_one = np.insert(corners, 0, 1.0, axis=1)
theta = linear.closed_form(with_one, targets)
assert close(theta, [0.5, 0, 0])
assert close(losses.mse(with_one @ theta, targets), 0.25)
print("the best plane says", (with_one @ theta).round(10), "and should say", targets)

# %% [markdown]
# "One half, whatever you ask": it has learned nothing. Now two *hidden* neurons in between. Each cuts its sum
# off below zero, $\text{relu}(z) = \max(0, z)$. With the weights below the net computes
# $\text{relu}(x_1 + x_2) - 2 \, \text{relu}(x_1 + x_2 - 1)$:

# %% rows=["S000-01"]
net = nn.MLP(2, [2, 1], activation="relu")
net.layers[0].assign([[1, 1], [1, 1]], [0, -1])
net.layers[1].assign([[1, -2]], [0])
outputs = [net(corner)[0].data for corner in corners]
assert outputs == [0, 1, 1, 0]
assert losses.mse(outputs, targets) == 0.0
viz.boundary(net, corners, targets)

# %% [markdown]
# The picture shows what the net answers everywhere. The line where it changes its mind is bent, and no plane
# can do that. We chose these weights by hand; in lesson 8 the net finds such weights by itself.
#
# ## A network, drawn
#
# Each circle is a number, each line a weight. Every neuron of a layer is connected to each neuron of the
# layer before it.

# %% rows=["S003-01"]
assert len(net.layers[0].neurons[0].w) == 2  # two inputs
assert len(net.parameters()) == 2 * 2 + 2 + 2 * 1 + 1  # weights and biases; the inputs are not among them
viz.network(net)

# %% [markdown]
# The notes (003) say of the first layer that each neuron "represents a particular *parameter*". It stands for
# an *input*. Inputs come from the data; parameters are what is learned (more below).
#
# ## Which network for which data
#
# Three kinds of network are named in the notes, and we shall build none of them in full. The ideas fit into
# a few lines each, because the engine does not care what it differentiates.
#
# **Convolutional networks** are for images. A few weights, the *kernel*, slide over all places of the input,
# so the same weights are used again and again. Here a kernel of two numbers slides over four:

# %% rows=["S000-43", "S003-03"]
signal = [1.0, 2.0, 3.0, 4.0]
kernel = ag.array([1.0, -1.0], label="k")
slid = [ag.dot(kernel, signal[place : place + 2]) for place in range(3)]
assert ag.data(slid).tolist() == [-1, -1, -1]
ag.sum(slid).backward()
assert ag.grads(kernel).tolist() == [6, 9]  # each weight was used three times: 1 + 2 + 3 and 2 + 3 + 4
print("output", ag.data(slid), "  derivative of its sum", ag.grads(kernel))

# %% [markdown]
# **Recurrent networks** (RNN) are for sequences that come in over time, such as sound. The network keeps a
# memory $h$ and mixes it with every new input, each time with the same two weights:
#
# $$h_t = \tanh(w h_{t-1} + u x_t)$$

# %% rows=["S003-04"]
w, u = values(w=0.5, u=1.0)
h, memory = 0.0, []
for sound in (1.0, -1.0, 2.0):
    h = ag.tanh(w * h + u * sound)
    memory.append(h)
h.backward()
assert close(ag.data(memory), [0.761594156, -0.5505728129, 0.9384281071])
assert close([w.grad, u.grad], [-0.03404021177, 0.2058514055])
print("memory", ag.data(memory), f"  dh3/dw = {w.grad:.6f}, dh3/du = {u.grad:.6f}")

# %% [markdown] rows=["S003-05", "S003-06"]
# **Translation** reads a text as a sequence of characters too. The notes name "advanced RNN" for it; today
# one takes transformers, which are trained by the same loop.
#
# **Self-driving** cars use *hybrid* networks, custom-made from several kinds: one part sees, one remembers,
# one decides. All parts are trained together, because derivatives flow through all of them.
#
# ## Bigger network, more data
#
# The most reliable way to a better result, say the notes (003), is a bigger network and more data. Here is
# the first half, with polynomials of rising degree, fitted to ten points of a noisy sine:

# %% rows=["S003-09"]
places = np.linspace(-1.0, 1.0, 10)
noisy = np.sin(3 * places) + 0.2 * (-1.0) ** np.arange(10)
errors = []
for degree in (0, 1, 3, 5, 7, 9):
    phi = features.poly(degree)(places)
    errors.append(losses.mse(phi @ linear.closed_form(phi, noisy), noisy))
    print(f"degree {degree}: training error {errors[-1]:.6f}")
expected = [0.517814, 0.307881, 0.0311308, 0.0310956, 0.0215575, 0]
assert np.allclose(errors, expected, rtol=1e-4, atol=1e-20)
assert errors == sorted(errors, reverse=True)

# %% [markdown]
# More capacity, less *training* error, down to none at all. On new points it is another story: degree 9 is
# terrible (lesson 14). Unless there is more data, the other half of the advice. Three networks learn which of
# two intertwined spirals a point belongs to, from 10, 100 and 1000 examples; then all are asked about 500 new
# points.
#
# > **Predict**: which network is best with 10 examples? Which one gains most from 1000?

# %% rows=["S003-09"]
spiral, new, arms, new_arms = data.split(*toys.spiral(1500, noise=0.1, rng=0), test_size=1 / 3, rng=0)
reached = {}
for name, widths in ("no hidden layer", [1]), ("4 hidden neurons", [4, 1]), ("16 + 16 hidden", [16, 16, 1]):
    reached[name] = {}
    for amount in (10, 100, 1000):
        net = nn.MLP(2, widths, rng=0)
        seen = spiral[:amount], arms[:amount]
        nn.fit(net, losses.bce_with_logits, Adam(net.parameters(), lr=0.03), seen, epochs=200)
        says = np.array([net(x)[0].data for x in new]) > 0
        reached[name][amount] = nn.metrics.accuracy(says, new_arms == 1)
assert reached["no hidden layer"][1000] < 0.6  # too small, whatever it is given
assert reached["16 + 16 hidden"][10] < reached["4 hidden neurons"][10]
assert reached["16 + 16 hidden"][1000] > 0.9 > reached["4 hidden neurons"][1000]
viz.performance(reached, over="examples", of="share of new points that are right")

# %% [markdown]
# That is the sketch in the notes: a small model is soon as good as it gets, a large one needs the data and
# goes on learning from it. And the notes add: "this only works up to a point, as we run out of data, or the
# network is so big that it takes too long". How big is the graph of a single example?

# %% rows=["S003-10"]
wide = {"activation": "tanh", "output": "tanh", "bias": False, "expand": True}
small = nn.MLP(4, [3, 2, 1], **wide)
large = nn.MLP(4, [16, 16, 16, 1], **wide)
cat = nn.Neuron(12288, "sigmoid", expand=True)  # one neuron that looks at a 64 × 64 colour image
for name, network, inputs, expected in (
    ("4-3-2-1", small, 4, 67),
    ("4-16-16-16-1", large, 4, 1783),
    ("one neuron on an image", cat, 12288, 49157),
):
    (output,) = np.atleast_1d(network([Value(0.5) for _ in range(inputs)]))
    graph = Graph(ag.square(Value(1.0) - output))
    assert len(graph) == expected
    print(f"{name}: {len(graph)} nodes")

# %% [markdown]
# ## Idea, code, experiment
#
# There is a second loop around the first: have an idea, write it down as code, try it. Deep learning is
# *empirical* (notes 004): experiments first, theory later. So here is an experiment. The cost is $\theta^2$,
# we start at $\theta = 1$ and take 20 steps. Only the learning rate changes. (`nn.minimise` is the loop above
# for a function of a few numbers; it returns the points that it visited.)
#
# > **Predict**: which of the five learning rates comes nearest to the minimum, $\theta = 0$? Is a larger one
# > always faster?

# %% rows=["S003-13", "S004-46"]
for lr, expected in (0.001, 0.960751), (0.1, 0.01152922), (0.5, 0.0), (1.0, 1.0), (1.1, 38.3376):
    way = nn.minimise(lambda theta: theta * theta, 1.0, lambda params, lr=lr: SGD(params, lr=lr), steps=20)
    assert np.isclose(way.points[-1], expected, rtol=1e-6, atol=0)
    print(f"lr = {lr:5}: θ = {way.points[-1]:.7g} after 20 steps")

# %% [markdown]
# Too small hardly moves, 0.5 happens to hit the minimum at once, 1 jumps to and fro for ever, and 1.1 runs
# away. No theory was needed to see it; lesson 6 has the theory.
#
# ## What the notes got wrong
#
# **First layer** (E-S003-01). "Each neuron in first layer of network represents a particular parameter." In
# the 4-3-2-1 network of notes 004, count both:

# %% errata=["E-S003-01"] rows=["S003-01"]
net = nn.MLP(4, [3, 2, 1])
weights = sum(layer.W.size for layer in net.layers)
assert net.layers[0].inputs == 4
assert (weights, len(net.parameters()) - weights) == (20, 6)
print(f"first layer: {net.layers[0].inputs} neurons, the inputs; parameters: {weights} weights + 6 biases")

# %% [markdown]
# **What a table holds** (E-S003-16). "Each column gives a parameter array, and the table includes all the
# middle parameters": a column is a *feature*, the last one is the target. What the hidden neurons say, and
# every parameter, is in no table. The parameters are learned:

# %% errata=["E-S003-16"]
computed = sum(len(layer.outputs) for layer in net.trace([0.5, -1.0, 1.5, 2.0]))
columns = net.layers[0].inputs, net.layers[-1].outputs
assert (weights, computed, columns) == (20, 6, (4, 1))
print(
    f"a row has {columns[0]} features and {columns[1]} target; {weights} weights, {computed} neurons' values"
)

# %% [markdown]
# **Starting with zeros** (E-S000-15). The notes initialise all parameters with 0. That is fine for the linear
# model above. A network with a hidden layer cannot learn from there: every derivative is 0, so no update
# changes anything. Other equal numbers are no better, because all hidden neurons then stay twins for ever:

# %% errata=["E-S000-15"]
for start, expected in (0.0, [[0, 0], [0, 0]]), (0.5, [[-0.01714034, -0.034280681]] * 2):
    net = nn.MLP(2, [2, 1], bias=False, init=lambda shape, start=start: np.full(shape, start))
    losses.mse(net([1.0, 2.0]), [1.0]).backward()
    rows = ag.grads(net.W(1))
    assert np.allclose(rows, expected, rtol=1e-7)
    print(f"all weights {start}: the derivatives of the hidden weights are {(rows + 0.0).round(6).tolist()}")

# %% [markdown] errata=["E-S003-14", "E-S003-12"]
# **Labels** (E-S003-14). "All data used must be labelled": yes for *supervised* learning, which is all that
# these lessons do. There are other kinds, which learn from data without answers.
#
# **Slips of the pen** (E-S003-12). "Convoluted" networks are *convolutional*; "train a bigger network on
# fewer more data" should read "throw more data at it".
#
# ## Exercises
#
# **1.** By hand: the two examples above, $w_1 = w_2 = 1$ and $b = 0$. What is $C$?

# %% tags=["solution"]
model = nn.Linear(2, 1).assign([[1.0, 1.0]], [0.0])
assert [model(x)[0].data for x in samples] == [4, 6]
assert losses.mse([model(x) for x in samples], [[y] for y in answers]).data == (1**2 + 2**2) / 2 == 2.5

# %% [markdown]
# **2.** In the loop above the learning rate was 0.01. Try 0.1. What happens to the cost, and why?

# %% tags=["solution"]
model = nn.Linear(2, 1).assign([[0.5, -1.0]], [0.25])
optimizer = SGD(model.parameters(), lr=0.1)
history = nn.fit(model, losses.mse, optimizer, (samples, answers), epochs=5, rng=None)
assert history.loss == sorted(history.loss)  # each step jumps over the minimum, and lands higher up

# %% [markdown]
# **3.** Change the weights of the XOR net so that it answers 1 when both inputs are *equal*, and 0 otherwise.

# %% tags=["solution"]
net = nn.MLP(2, [2, 1], activation="relu")
net.layers[0].assign([[1, 1], [1, 1]], [0, -1])
net.layers[1].assign([[-1, 2]], [1])  # 1 minus the exclusive or
assert [net(corner)[0].data for corner in corners] == [1, 0, 0, 1]

# %% [markdown]
# **4.** The costs of the loop fall by nearly the same *factor* at each step. Which factor? If that goes on,
# how many updates does it take from 84.0625 to below 0.01? Check it with `nn.fit`. It takes more: look at the
# curve above on its logarithmic axis, and say from where on you were wrong.

# %% tags=["solution"]
factors = [after / before for before, after in pairwise(costs)]
assert all(0.46 < factor < 0.48 for factor in factors)
promised = int(np.ceil(np.log(0.01 / costs[0]) / np.log(factors[0])))
model = nn.Linear(2, 1).assign([[0.5, -1.0]], [0.25])
optimizer = SGD(model.parameters(), lr=0.01)
history = nn.fit(model, losses.mse, optimizer, (samples, answers), epochs=1500, rng=None)
needed = int(np.argmax(np.array(history.loss) < 0.01))
assert promised == 12
assert needed > 10 * promised  # after the first few steps only the flat direction of the bowl is left

# %% [markdown]
# ## What to keep
#
# * Learning is a loop: data → model → cost → update → model.
# * Forward: compute the guess and its cost. Backward: compute how the cost answers to every parameter.
# * Parameters move against their derivative, by a small part of it.
# * The aim is a good answer for data that were not in the training set.
#
# Covered: S000-01, 03, 04, 05, 22, 41, 43, 44, 45; S001-11; S002-01, 08; S003-01, 03 to 11 and 13; S004-46;
# errata E-S000-15, E-S003-01, E-S003-12, E-S003-14. In PyTorch the loop is the same four lines:
# `loss = criterion(model(x), y)`, `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`.
