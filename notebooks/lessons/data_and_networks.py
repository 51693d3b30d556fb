# %% [markdown]
# # Which data, which network
#
# **What you will see**: a picture, a sound and a text become lists of numbers. A *convolution* and a *memory*
# are a few lines each, because the engine does not care what it differentiates. And you try the oldest advice
# there is: take a bigger network and more data.
#
# You need [](features_and_networks): layers and activations.

# %%
import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, practice, values
from nn import data, features, linear, losses
from nn.data import toys
from nn.optim import Adam


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(10, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(10, seed=1)[1])

# %% rows=["S002-08", "S003-08"]
boat = [
    "........",
    "...#....",
    "...##...",
    "...###..",
    ".######.",
    "..####..",
]
pixels = np.array([[float(pixel == "#") for pixel in row] for row in boat])
viz.image(pixels)

# %% tags=["check"] rows=["S002-08", "S003-08"] errata=["E-S002-13"]
assert pixels.shape == (6, 8)
assert data.flatten_image(pixels).shape == (48,)
assert data.flatten_image(np.zeros((64, 64, 3))).shape == (12288,)  # a colour image of 64 × 64 pixels

# %% [markdown]
# Some pixels are dark, some are not, and you see a boat.
#
# The question of this lesson: **what must a network be told about a picture, a sound or a text, to see what you see?**
#
# ## A picture is a list
#
# Images, sound and text are *unstructured* data. There are numbers in them, but no single number means
# anything. This boat has 6 × 8 pixels. To a model it is a list of 48 numbers, and the answer $y$ is 1 or 0,
# *boat* or *no boat*:

# %%
print(data.flatten_image(pixels).astype(int))

# %% tags=["question"]
viz.exercise(
    "How long is the list of a colour photograph of 64 × 64 pixels? Each pixel has three numbers, for red, green and blue.",
    answer=12288,
    slips={
        4096: "4096 is the number of pixels. Each has three numbers.",
        192: "192 is 3 · 64. There are 64 rows of 64 pixels.",
        131: "131 is 64 + 64 + 3. Multiply.",
        384: "384 is 2 · 64 · 3. Rows times columns.",
    },
    hints=["Rows times columns times three.", "64 · 64 · 3", "4096 · 3 = 12288."],
)

# %%
print(len(data.flatten_image(np.zeros((64, 64, 3)))))

# %% [markdown]
# In a list like this a neighbour on the right is the next number, but a neighbour below is 8 places away. The
# network would have to learn which pixels are neighbours. Can one tell it?
#
# ## Convolution: the same weights everywhere
#
# **Convolutional networks** are for images. A few weights, the *kernel*, slide over all places of the
# input, so the same weights are used again and again. Here a kernel $k = (1, -1)$ of two numbers slides
# over the four numbers 1, 2, 3, 4. At each place it takes the difference of two neighbours, and that is
# $-1$ three times.
#
# The first weight $k_1$ was multiplied by 1, by 2 and by 3. So the derivative of the sum of all outputs
# with respect to $k_1$ is $1 + 2 + 3 = 6$: a weight that is used three times gets three shares, and they
# are added.

# %% tags=["question"]
viz.exercise(
    "What is the derivative of the sum of all outputs with respect to the second weight, k₂?",
    answer=9,
    slips={
        6: "6 belongs to k₁, which was multiplied by 1, 2 and 3.",
        10: "10 is 1 + 2 + 3 + 4. k₂ is never multiplied by 1.",
        24: "24 is 2 · 3 · 4. The shares of a weight are added.",
        -3: "−3 is the sum of the outputs.",
        4: "4 is the last share alone.",
    },
    hints=["By which numbers was k₂ multiplied?", "By 2, by 3 and by 4.", "2 + 3 + 4 = 9."],
)

# %%
signal = [1.0, 2.0, 3.0, 4.0]
kernel = ag.array([1.0, -1.0], label="k")
slid = [ag.dot(kernel, signal[place : place + 2]) for place in range(3)]
ag.sum(slid).backward()
print("output", ag.data(slid), "  derivative of its sum", ag.grads(kernel))

# %% tags=["check"] rows=["S000-43", "S003-03"]
assert ag.data(slid).tolist() == [-1, -1, -1]
assert ag.grads(kernel).tolist() == [6, 9]  # each weight was used three times: 1 + 2 + 3 and 2 + 3 + 4

# %% [markdown]
# ## Memory: the same weights again and again
#
# **Recurrent networks** (RNN) are for sequences that come in over time, such as sound. The network keeps a
# memory $h$ and mixes it with every new input, each time with the same two weights:
#
# $$h_t = \tanh(w h_{t-1} + u x_t)$$
#
# Three sounds come in, 1, $-1$ and 2. The graph is three steps long, and both weights lead into each of them:

# %%
w, u = values(w=0.5, u=1.0)
h, memory = 0.0, []
for sound in (1.0, -1.0, 2.0):
    h = ag.tanh(w * h + u * sound)
    memory.append(h)
h.backward()
print("memory", ag.data(memory), f"  dh3/dw = {w.grad:.6f}, dh3/du = {u.grad:.6f}")
viz.graph(h, names={"h_1": memory[0], "h_2": memory[1], "h_3": memory[2]})

# %% tags=["check"] rows=["S003-04"]
assert close(ag.data(memory), [0.761594156, -0.5505728129, 0.9384281071])
assert close([w.grad, u.grad], [-0.03404021177, 0.2058514055])

# %% [markdown] rows=["S003-05", "S003-06"]
# **Translation** reads a text as a sequence, too. Today one takes *transformers* for it, which are trained by
# the same loop; [](from_the_chain_rule_to_a_gpt) builds one.
#
# **Self-driving** cars use *hybrid* networks, custom-made from several kinds: one part sees, one remembers,
# one decides. All parts are trained together, because derivatives flow through all of them.
#
# ## A bigger network
#
# What helps most? A bigger model, and more data. First the bigger model: polynomials of rising degree, fitted
# to ten points of a noisy sine. Their *training error* is the mean squared error on these ten points. (With only two points
# a straight line, which has two numbers to choose, would meet both: training error 0.)

# %% tags=["question"]
viz.exercise(
    "A polynomial of degree 9 has ten numbers to choose, and there are ten points to meet. What is its training error?",
    answer=0,
    slips={
        1: "It can do better: ten equations, ten unknowns.",
        0.1: "It can do better: ten equations, ten unknowns.",
        9: "9 is the degree. How many points can it meet?",
    },
    hints=["Ten equations, ten unknowns.", "It goes through all points.", "It is 0."],
)

# %%
places = np.linspace(-1.0, 1.0, 10)
noisy = np.sin(3 * places) + 0.2 * (-1.0) ** np.arange(10)
errors = []
for degree in (0, 1, 3, 5, 7, 9):
    phi = features.poly(degree)(places)
    errors.append(losses.mse(phi @ linear.closed_form(phi, noisy), noisy))
    print(f"degree {degree}: training error {errors[-1]:.6f}")

# %% tags=["check"] rows=["S003-09"]
expected = [0.517814, 0.307881, 0.0311308, 0.0310956, 0.0215575, 0]
assert np.allclose(errors, expected, rtol=1e-4, atol=1e-20)
assert errors == sorted(errors, reverse=True)

# %% [markdown]
# More capacity, less *training* error, down to none at all. On new points it is another story: degree 9 is
# terrible ([](generalisation)). Unless there is more data.
#
# ## More data
#
# Three networks learn which of two intertwined spirals a point belongs to, from 10, 100 and 1000 examples;
# then all are asked about 500 new points.

# %% tags=["question"]
viz.exercise(
    "Three networks of different size learn from 10, 100 and 1000 examples. Which one gains most from 1000?",
    answer="the largest",
    choices={
        "the one without a hidden layer": "It is too small, whatever it is given.",
        "the one with 4 hidden neurons": "It gains, but is soon as good as it can be.",
        "the largest": "Right: it needs the data, and goes on learning from them.",
    },
    hints=[
        "Which one can bend most?",
        "Which one is as good as it gets from the start?",
        "The largest: it needs the data, and goes on learning from them.",
    ],
    hunch=True,
)

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
viz.performance(reached, over="examples", of="share of new points that are right")

# %% tags=["check"] rows=["S003-09"]
assert reached["no hidden layer"][1000] < 0.6  # too small, whatever it is given
assert reached["16 + 16 hidden"][10] < reached["4 hidden neurons"][10]
assert reached["16 + 16 hidden"][1000] > 0.9 > reached["4 hidden neurons"][1000]

# %% [markdown]
# A small model is soon as good as it gets. A large one needs the data, and goes on learning from it. It does
# not go on for ever: data run out, and a large network takes long to train.

# %% tags=["check"] errata=["E-S003-01"] rows=["S003-01"]
net = nn.MLP(4, [3, 2, 1])
weights = sum(layer.W.size for layer in net.layers)
assert net.layers[0].inputs == 4
assert (weights, len(net.parameters()) - weights) == (20, 6)

# %% tags=["check"] errata=["E-S003-16"]
net = nn.MLP(4, [3, 2, 1])
weights = sum(layer.W.size for layer in net.layers)
computed = sum(len(layer.outputs) for layer in net.trace([0.5, -1.0, 1.5, 2.0]))
columns = net.layers[0].inputs, net.layers[-1].outputs
assert (weights, computed, columns) == (20, 6, (4, 1))

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. The kernel (1, 0, −1) slides over 1, 4, 9, 16, 25. What is the derivative of the sum of the outputs with respect to the "
    "middle weight?",
    answer=29,
    slips={
        0: "0 is the middle weight itself. What was it multiplied by?",
        14: "14 belongs to the first weight, 1 + 4 + 9.",
        50: "50 belongs to the last weight, 9 + 16 + 25.",
        55: "55 is the sum of all five numbers. The middle weight never meets the first and the last.",
        576: "576 is 4 · 9 · 16. The shares are added.",
    },
    hints=["By which numbers was it multiplied?", "By 4, 9 and 16.", "4 + 9 + 16 = 29."],
)

# %% [markdown] tags=["solution"]
# The kernel stands at three places. There the middle weight is multiplied by 4, by 9 and by 16, and its shares are added,
# which makes 29. That it is 0 itself does not matter. The outputs are $1 - 9 = -8$, $4 - 16 = -12$ and $9 - 25 = -16$.

# %% tags=["solution"]
kernel = ag.array([1.0, 0.0, -1.0], label="k")
slid = [ag.dot(kernel, [1.0, 4.0, 9.0, 16.0, 25.0][place : place + 3]) for place in range(3)]
ag.sum(slid).backward()
print(ag.data(slid), ag.grads(kernel))

# %% tags=["exercise"]
viz.exercise(
    "2. How many weights has a kernel of 5 × 5 places for each of three colours?",
    answer=75,
    slips={
        25: "25 is for one colour.",
        15: "15 is 5 · 3. The kernel has rows and columns.",
        28: "28 is 25 + 3. Each colour has its own 25.",
        1228800: "That is a layer that connects all 12288 numbers to 100 neurons.",
    },
    hints=["5 · 5 for each colour.", "25 · 3", "25 · 3 = 75."],
)

# %% [markdown] tags=["solution"]
# $5 \cdot 5 \cdot 3 = 75$, the same 75 at every place of the picture. A layer that connects all 12288 numbers to 100 neurons
# has $1\,228\,800$ weights.

# %% tags=["exercise"]
viz.exercise(
    "3. In the recurrent network, w is set to 0. What is the derivative of h₃ with respect to the first sound?",
    answer=0,
    slips={
        1: "1 is u. Which other factors stand on the way?",
        0.25: "Two factors w stand on the way.",
        0.5: "0.5 was w before. Now it is 0.",
    },
    hints=[
        "Which way leads from h₃ to the first sound?",
        "Over h₂ and h₁, and both steps have the factor w.",
        "0: the network remembers nothing.",
    ],
)

# %% [markdown] tags=["solution"]
# The only way from $h_3$ to the first sound leads over $h_2$ and $h_1$, and each of these steps has the factor $w = 0$. The
# product is 0: the network remembers nothing.

# %% tags=["solution"]
sounds = [Value(sound) for sound in (1.0, -1.0, 2.0)]
h = 0.0
for sound in sounds:
    h = ag.tanh(0.0 * h + 1.0 * sound)
h.backward()
print([sound.grad for sound in sounds])

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(10, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * Say how a picture, a sound and a text become lists of numbers.
# * Compute the gradient of a weight that is used at several places: add its shares.
# * Say when a bigger network helps, and when it does not.
#
# In PyTorch these networks are `torch.nn.Conv2d`, `torch.nn.RNN` and `torch.nn.Transformer`.
