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
from autograd import Value, values
from nn import data, features, linear, losses
from nn.data import toys
from nn.optim import Adam


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


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
# ## A picture is a list
#
# Images, sound and text are *unstructured* data. There are numbers in them, but no single number means
# anything. This boat has 6 × 8 pixels. To a model it is a list of 48 numbers, and the answer $y$ is 1 or 0,
# *boat* or *no boat*:

# %%
print(data.flatten_image(pixels).astype(int))

# %% [markdown]
# > **Predict**: how long is the list of a colour photograph of 64 × 64 pixels? Each pixel has three numbers,
# > for red, green and blue.

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
#
# > **Predict** the derivative with respect to the second weight $k_2$.

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
# the same loop; the last lesson builds one.
#
# **Self-driving** cars use *hybrid* networks, custom-made from several kinds: one part sees, one remembers,
# one decides. All parts are trained together, because derivatives flow through all of them.
#
# ## A bigger network
#
# What helps most? A bigger model, and more data. First the bigger model: polynomials of rising degree, fitted
# to ten points of a noisy sine. Their *training error* is the mean squared error on these ten points.
#
# > **Predict**: ten numbers to choose, ten points to meet. What is the training error of degree 9?

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
#
# **1.** The kernel $(1, 0, -1)$ slides over 1, 4, 9, 16, 25. What are the outputs? And what is the derivative
# of their sum with respect to the middle weight?

# %% tags=["solution"]
kernel = ag.array([1.0, 0.0, -1.0], label="k")
slid = [ag.dot(kernel, [1.0, 4.0, 9.0, 16.0, 25.0][place : place + 3]) for place in range(3)]
ag.sum(slid).backward()
assert ag.data(slid).tolist() == [1 - 9, 4 - 16, 9 - 25]
assert kernel[1].grad == 4 + 9 + 16  # what the middle weight was multiplied by

# %% [markdown]
# **2.** How many weights has a layer that connects all 12288 numbers of a photograph to 100 neurons? How many
# has a kernel of 5 × 5 weights for each of three colours?

# %% tags=["solution"]
assert 12288 * 100 == 1_228_800
assert 5 * 5 * 3 == 75  # the same 75 at every place of the picture

# %% [markdown]
# **3.** In the recurrent network, set $w = 0$. What is the derivative of $h_3$ with respect to the first
# sound? Say why before you compute it.

# %% tags=["solution"]
sounds = [Value(sound) for sound in (1.0, -1.0, 2.0)]
h = 0.0
for sound in sounds:
    h = ag.tanh(0.0 * h + 1.0 * sound)
h.backward()
assert sounds[0].grad == 0.0  # every path from h3 to the first sound goes over w, and w is 0
assert sounds[2].grad > 0.0

# %% [markdown]
# ## What you can do now
#
# * Say how a picture, a sound and a text become lists of numbers.
# * Compute the gradient of a weight that is used at several places: add its shares.
# * Say when a bigger network helps, and when it does not.
#
# In PyTorch these networks are `torch.nn.Conv2d`, `torch.nn.RNN` and `torch.nn.Transformer`.
