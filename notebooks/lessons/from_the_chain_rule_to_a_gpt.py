# %% [markdown]
# # From the chain rule to a GPT
#
# **What you will see**: a machine that has read 442 names, letter by letter, and invents
# new ones. It is a GPT, the kind of network behind the chatbots, only many million times smaller. Nothing
# in it is new: sums, dots, softmax, cross entropy, the chain rule. New is how they are wired, and you take
# that in three steps, each a graph of a few nodes: a letter becomes a vector, a position looks back at
# others (*attention*), a block is built from both.
#
# You need [](loss_functions_and_norms) (cross entropy), [](logistic_regression) (sigmoid), [](counting_paths) (paths and
# their products), [](why_deep_networks_are_hard) (the shortcut) and [](generalisation) (validation).

# %%
import math
from itertools import pairwise

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value, practice, values
from nn import data, losses
from nn.optim import Adam


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=1e-12):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %% [markdown]
# First two questions about what you know already.

# %% tags=["practice"]
viz.exercise(practice.review(20, seed=1)[0])

# %% tags=["practice"]
viz.exercise(practice.review(20, seed=1)[1])

# %%
names = data.given_names()
signs = ".abcdefghijklmnopqrstuvwxyz"
number = {sign: token for token, sign in enumerate(signs)}
follows = np.zeros((27, 27))
for name in names:
    for a, b in pairwise(f".{name}."):
        follows[number[a], number[b]] += 1
viz.image(follows, titles=["what follows what"], rows=signs, columns=signs)

# %% tags=["check"]
brightest = np.unravel_index(np.argmax(follows), follows.shape)
assert (signs[brightest[0]], signs[brightest[1]]) == ("a", ".")
assert follows[brightest] == 166

# %% [markdown]
# Given names from many languages, in small letters, were read sign by sign. The dot is a sign, too: it marks where a name
# begins and where it ends. Each row of the picture is a sign, from the dot to *z*, and shows how often each sign comes next. The
# brightest place is in the row of *a*, at the dot: 166 of the 442 names end in *a*.
#
# But a row knows one letter only, the one just before. The question of this lesson: **how can a machine look back at all letters
# so far, and learn where to look?**
#
# ## Letters as numbers
#
# Each of the 27 signs gets a number, its **token**.


# %%
def tokens(name):
    return [number[sign] for sign in f".{name}."]


print(names[::40])
print("ada:", tokens("ada"))

# %% tags=["check"]
assert len(names) == 442
assert tokens("ada") == [0, 1, 4, 1, 0]

# %% [markdown]
# The task: **which sign comes next?** It is classification with 27 classes, and the names themselves are the teacher. The
# machine gives each sign a number $z_k$, its *logit*, and **softmax** makes probabilities of them, positive and with the sum 1:
#
# $$p_k = \frac{e^{z_k}}{\sum_i e^{z_i}}$$
#
# With the logits 0 and 1 they are $1/(1 + e) = 0.27$ and $e/(1 + e) = 0.73$. (Of two classes that is the sigmoid of
# [](logistic_regression).) The loss is the cross entropy of [](loss_functions_and_norms): $-\log$ of the probability of the
# sign that really comes.

# %% tags=["question"]
viz.exercise(
    'How many such questions does the name "ada" ask? The dot marks its beginning and its end.',
    answer=4,
    slips={
        3: "3 is the number of letters. After the last one the dot is to be guessed, too.",
        5: "5 is the number of signs with both dots. The first dot is given.",
        2: "After the dot, after a, after ad and after ada something is to be guessed.",
    },
    hints=[
        "What is to be guessed after the dot, after a, after ad, after ada?",
        "a, d, a and the dot.",
        "4 questions.",
    ],
)

# %% tags=["question"]
viz.exercise(
    "What is the cross entropy of somebody who gives each of the 27 signs the same probability?",
    answer=3.296,
    slips={
        0.037: "0.037 is 1/27, the probability. Take −log of it.",
        27: "27 is the number of signs. −log(1/27) is asked for.",
        1.431: "1.431 is the logarithm to the base 10.",
        -3.296: "The size is right. The loss is minus the logarithm.",
    },
    hints=["−log of the probability of the right sign.", "−log(1/27) = log 27", "3.296."],
)

# %% tags=["tells"]
ada = tokens("ada")
questions = list(pairwise(ada))
nothing = losses.ce_with_logits([0.0] * 27, 1)
print(*(f"after {signs[a]} comes {signs[b]}" for a, b in questions), sep="\n")
print(f"who knows nothing has the loss log 27 = {nothing:.4f}")

# %% tags=["check"]
assert len(questions) == 4
assert close(nothing, math.log(27))

# %% [markdown]
# Some names are kept for validation ([](generalisation)). What can be had by counting alone? Count in the
# others which sign follows which (and add one everywhere, so that no probability is 0). This is called a
# *bigram* model:

# %%
order = np.random.default_rng(0).permutation(len(names))
train, unseen = ([names[i] for i in part] for part in (order[:400], order[400:]))
counts = np.ones((27, 27))
for name in train:
    for a, b in pairwise(tokens(name)):
        counts[a, b] += 1
shares = counts / counts.sum(axis=1, keepdims=True)
pairs = [pair for name in unseen for pair in pairwise(tokens(name))]
bigram = float(np.mean([-math.log(shares[a, b]) for a, b in pairs]))
print(f"bigrams have the loss {bigram:.2f} on names that they have not seen")

# %% tags=["check"]
assert 2.3 < bigram < 2.6

# %% [markdown]
# A bigram knows one letter. Whoever can look back at all letters so far should do better.
#
# ## A letter becomes a vector
#
# A token is a number, but no quantity: *c* is not three times *a*. So each token gets a few weights of its
# own, a vector that is learned. This is an **embedding**: a table, of which one row is looked up.

# %% tags=["question"]
viz.exercise(
    "The loss was computed from the row of b. What are the gradients of the rows of a and c?",
    answer="there are none: no path leads to them",
    choices={
        "there are none: no path leads to them": "Right: they were not looked up.",
        "the same as that of b": "Only the row of b was looked up.",
        "large numbers": "No arrow leads from the loss to these rows.",
    },
    hints=["Which rows are in the graph?", "Only the one that was looked up."],
)

# %%
table = nn.Embedding(3, 2, init=[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
b = table(1)
squares = losses.sse(b, [0.0, 0.0])
squares.backward()
found = [[weight.grad for weight in row] for row in table.table]
viz.graph(squares)

# %% tags=["check"]
assert found == [[None, None], [6.0, 8.0], [None, None]]

# %% [markdown]
# None: "not yet", the rows of the others are not in this graph at all. (If you come from another engine:
# there the gradient begins at 0. Here "nobody asked" and "the answer is 0" are two things.)
#
# The same letter should mean something else at the beginning of a name than at its end. So each *position*
# has a vector, too, and the two are added: $x_t = E_{\text{token}} + P_t$.
#
# ## Attention: a weighted sum
#
# Now the heart of it. At the third position of a name the machine wants to know something about the letters
# so far: has there been a vowel? One number per position is enough to see how it asks:
#
# * a **query** $q_3$: what position 3 looks for;
# * a **key** $k_j$ at each position: what is to be found there;
# * a **value** $v_j$ at each position: what it hands over when it is chosen.
#
# The score of position $j$ is the product (with vectors: the dot) $s_j = q_3 k_j$. Softmax turns the scores
# into weights $a_j$, positive and with the sum 1: $a_j = e^{s_j} / \sum_i e^{s_i}$. And what position 3 gets is the weighted sum
# $o_3 = a_1 v_1 + a_2 v_2 + a_3 v_3$.

# %% tags=["question"]
viz.exercise(
    "The keys are 2, 0 and 1, the query is 1. About how much of the weight does position 1 get?",
    answer="67 %",
    choices={
        "40 %": "The scores are 2, 0 and 1; softmax takes e to these powers.",
        "67 %": "Right: e² / (e² + 1 + e) = 7.4 / 11.1.",
        "100 %": "The other two get something, too.",
    },
    hints=["e² = 7.4, e⁰ = 1, e¹ = 2.7.", "7.4 / 11.1"],
)


# %%
def look_back(q, keys, vs):
    """Return the weighted sum, and the weights, with a label on every node."""
    scores = [q * k for k in keys]
    powers = [ag.exp(s) for s in scores]
    total = ag.sum(powers)
    weights = [power / total for power in powers]
    out = ag.dot(weights, vs)
    for letter, nodes in zip("sea", (scores, powers, weights), strict=True):
        for j, node in enumerate(nodes, 1):
            node.label = f"{letter}_{j}"
    total.label, out.label = "Z", "o_3"
    return out, weights


q, *keys = values(q_3=1.0, k_1=2.0, k_2=0.0, k_3=1.0)
vs = list(values(v_1=-1.0, v_2=1.0, v_3=2.0))
out, weights = look_back(q, keys, vs)
viz.graph(out, direction="down")

# %% tags=["check"]
assert close(ag.data(weights), [0.6652409558, 0.0900305732, 0.2447284711])
assert close(out.data, -0.6652409558 + 0.0900305732 + 2 * 0.2447284711)

# %% [markdown]
# The weights of a sum have always been parameters, the same for every sample. Here they are *computed*,
# anew for each name. That is all that attention is.
#
# ### One head, and the paths to one key
#
# Let the right answer at position 3 be class 1, with the logit $z_3 = o_3$ ([](logistic_regression): $L =
# -\log \sigma(z_3)$). The loss would like $o_3$ to be larger. Position 1 has the value -1 and most of the
# weight.

# %% tags=["question"]
viz.exercise(
    "k₁ moves the score s₁, and softmax makes all three weights of it; each weight has its value. Position 1 has the value −1 "
    "and most of the weight, and the loss would like a larger sum. Should k₁ answer the query more, or less?",
    answer="less",
    choices={
        "more": "Then position 1, whose value is −1, would get still more of the weight.",
        "less": "Right: so dL/dk₁ is positive, and a step makes k₁ smaller.",
        "it does not matter": "k₁ decides how much of the value −1 gets into the sum.",
    },
    hints=["What is the value of position 1?", "−1, and the sum should be larger."],
)

# %%
loss = losses.bce_with_logits(out, 1)
loss.label = "L_3"
loss.backward()
found = ag.paths(loss, keys[0])
viz.paths(loss, keys[0])

# %% tags=["check"]
assert found.count == 4

# %% [markdown]
# Four paths, ranked by size. One goes straight, by $a_1$: *more of $e_1$, more of $v_1$*. The other three
# go through the denominator $Z$ and take weight away from each of the three positions. Their sum is short:
#
# $$\frac{\mathrm{d}L_3}{\mathrm{d}k_1} = (\sigma(z_3) - 1) \cdot q_3 \cdot a_1 \cdot (v_1 - o_3)$$
#
# A key is pulled up if its value is better than what came out, and pushed down if it is worse. Here it is
# worse, the gradient is positive, and the next step makes $k_1$ smaller.

# %%
short = (ag.sigmoid(out.data) - 1) * q.data * weights[0].data * (vs[0].data - out.data)
print(f"sum of the paths {found.total:.6f}, backward {keys[0].grad:.6f}, by the formula {short:.6f}")

# %% tags=["check"]
assert close([found.total, keys[0].grad], short)
assert short > 0
assert [path.product for path in found] == sorted((path.product for path in found), key=abs, reverse=True)

# %% [markdown]
# And what does the key of position 3 get from a loss at position 1? Position 1 must not look ahead: it
# would see what it should predict. It gets only $k_1$ and $v_1$, and softmax of a single score is 1. This
# is called **causal** attention.

# %% tags=["question"]
viz.exercise(
    "Position 1 sees only itself, and softmax of a single score is 1. What is dL₁/dk₁?",
    answer=0,
    slips={
        1: "1 is the weight. Does it change when k₁ changes?",
        -1: "−1 is the value of position 1. Does its weight change when k₁ changes?",
        0.5: "0.5 is the query. What does softmax make of a single score?",
    },
    hints=["What is softmax of a single score?", "1, whatever the score is.", "So nothing moves: 0."],
)

# %%
first, alone = look_back(Value(0.5, label="q_1"), keys[:1], vs[:1])
first_loss = losses.bce_with_logits(first, 1)
first_loss.label = "L_1"
for key in keys:
    key.grad = None
first_loss.backward()
print(ag.explain(first_loss, keys[2]).why[0])
print("k_1:", keys[0].grad)

# %% tags=["check"]
assert alone[0].data == 1.0
assert keys[0].grad == 0.0
assert keys[2].grad is None

# %% [markdown]
# Two different zeros again ([](why_deep_networks_are_hard)): no path at all to $k_3$; two paths to $k_1$
# that cancel, for there is nothing to choose from.
#
# ### With vectors, for all positions, in several heads
#
# In earnest, queries, keys and values are vectors, each a matrix times $x_t$: $q_t = Q x_t$, $k_t = K x_t$,
# $v_t = V x_t$. The score is divided by $\sqrt d$, $d$ the length of a query, so that long vectors do not
# make softmax too sure of itself. Several **heads** do the same side by side, each with its part of the
# numbers: each can look for something else. A fourth matrix mixes what they have found.
# `nn.Attention` is all that; with numbers instead of vectors it is what we had:

# %%
layer = nn.Attention(1, init=[[1.0]])
positions = [[0.5], [-1.0], [2.0]]
trace = layer.trace(positions)
by_hand, _ = look_back(Value(2.0), [Value(x) for [x] in positions], [Value(x) for [x] in positions])
print("weights of position 3:", ag.data(trace.weights[0][2]).round(4))
print(layer)

# %% tags=["check"]
assert close(trace.outputs[2][0].data, by_hand.data)
assert [len(row) for row in trace.weights[0]] == [1, 2, 3]

# %% [markdown]
# ## A block
#
# One block of a GPT does two things, one after the other:
#
# 1. **attention**: every position takes from those before it, and itself;
# 2. a **network** with one hidden layer ([](features_and_networks)) that works at each position alone.
#
# Each *adds* its result to what came in: the shortcut of [](why_deep_networks_are_hard), whose path has the
# product 1. And before each, the vector is **normalised**: divided by the root of the mean of its squares,
# so that only its direction counts.

# %% tags=["question"]
viz.exercise(
    "The norm divides a vector by the root of the mean of its squares. What does it make of (3, 4) and of (30, 40)?",
    answer="the same of both",
    choices={
        "the same of both": "Right: only the direction counts.",
        "ten times as much of the second": "The root of the mean square is ten times as large, too.",
        "(3, 4) stays, (30, 40) becomes (3, 4)": "(3, 4) has the root mean square 3.5, and is divided by it.",
    },
    hints=[
        "What happens to the root of the mean square if a vector is ten times as long?",
        "It is ten times as large.",
    ],
)

# %%
norm = nn.RMSNorm(2)
short, long = (ag.data(norm(x)) for x in ([3.0, 4.0], [30.0, 40.0]))
root = math.sqrt((3**2 + 4**2) / 2)
print(short.round(4), long.round(4), "root of the mean square before:", round(root, 4))

# %% tags=["check"]
assert np.allclose(short, [3 / root, 4 / root], rtol=1e-5)
assert np.allclose(short, long, rtol=1e-5)

# %% [markdown]
# ## The whole machine
#
# Embeddings, a block, a last norm, and a matrix that makes 27 logits. Names have up to 7 letters, so there
# are 8 positions.

# %%
model = nn.Transformer(vocabulary=27, context=8, width=16, heads=4, hidden=64, rng=0)
model

# %% tags=["check"]
assert len(model.parameters()) == 27 * 16 + 8 * 16 + 4 * 16 * 16 + 2 * 64 * 16 + 27 * 16 + 3 * 16
assert len(model.parameters()) == 4112

# %% [markdown]
# It reads "ada" and says what it thinks of each of the four questions. Untrained it should know nothing,
# and perhaps be a little too sure of it:

# %%
before = losses.ce_with_logits(model(ada[:-1]), ada[1:])
print(f"loss {before.data:.4f}, of nothing {nothing:.4f}")

# %% tags=["check"]
assert 0.8 * nothing < before.data < 1.5 * nothing

# %% [markdown]
# How many paths lead from this one loss to a single weight? In [](counting_paths) there were two, and you summed them by hand.

# %% tags=["question"]
viz.exercise(
    'How many paths lead from the loss of "ada" to the first weight of a?',
    answer="trillions",
    choices={
        "thousands": "More: each position takes from those before it, by four heads, through three matrices.",
        "millions": "More: each position takes from those before it, by four heads, through three matrices.",
        "billions": "Still more.",
        "trillions": "Yes. And one sweep sums them all.",
    },
    hints=[
        "At every step the number of paths is multiplied.",
        "Positions, heads, matrices, softmax, the network of 64.",
        "Trillions: at every step the number of paths is multiplied. And one sweep sums them all.",
    ],
    hunch=True,
)

# %%
weight = model.tokens.table[number["a"]][0]
many = ag.paths(before, weight)
before.backward()
step = 1e-6
losses_near = []
for shift in (step, -step):
    weight.data += shift
    with ag.no_grad():
        losses_near.append(losses.ce_with_logits(model(ada[:-1]), ada[1:]).data)
    weight.data -= shift
difference = (losses_near[0] - losses_near[1]) / (2 * step)
print(f"{many.count:,} paths to {weight.label}")
print(f"one backward sweep: {weight.grad:.9f}; a nudge: {difference:.9f}")

# %% tags=["check"]
assert np.isclose(weight.grad, difference, rtol=1e-5, atol=1e-9)
assert many.count > 10**13

# %% [markdown]
# Trillions: each position takes from those before it, and each of these by four heads, through three
# matrices and a softmax. And one sweep of backpropagation has summed them all, for this weight and the 4111
# others at once. That is what the algorithm of these lessons is for.
#
# ## Training
#
# A name shorter than 7 letters leaves positions empty. They get the dot, and their questions the weight 0;
# the others share the weight 1. So the loss of a name is the mean over its own questions.

# %%
CONTEXT = model.context


def row(name):
    """Return the tokens of a name, those that follow, and the weight of each question, to 8 positions."""
    asked = len(name) + 1
    padded = tokens(name) + [0] * CONTEXT
    return padded[:CONTEXT], padded[1 : CONTEXT + 1] + [1 / asked] * asked + [0] * (CONTEXT - asked)


def loss_of(logits, target):
    following, shares = target[:CONTEXT], target[CONTEXT:]
    return ag.dot(shares, losses.ce_with_logits(logits, following, reduction="none"))


seen_rows, unseen_rows = (
    [np.array(column) for column in zip(*map(row, part), strict=True)] for part in (train, unseen)
)

# %% tags=["check"]
assert close(loss_of(model(row("ada")[0]), row("ada")[1]).data, before.data)

# %% tags=["question"]
viz.exercise(
    "Training for 14 rounds through 400 names: which of the two losses gets lower in the end?",
    answer="the training loss",
    choices={
        "the training loss": "Right, and the gap between the two says how much was learned by heart.",
        "the validation loss": "Those names it has not seen.",
        "both get to 0": "A name can go on in more than one way: no model can be sure.",
    },
    hints=["Which names has it seen?", "Some of it is learned by heart."],
)

# %%
optimizer = Adam(model.parameters(), lr=0.01)
history = nn.fit(
    model, loss_of, optimizer, seen_rows, epochs=14, batch_size=32, validation=unseen_rows, early_stopping=4
)
print(f"validation: {min(history.val_loss):.2f}, bigrams {bigram:.2f}, nothing {nothing:.2f}")
viz.curves(history)

# %% tags=["check"]
assert history.loss[-1] < history.loss[0] < nothing
assert min(history.val_loss) < bigram

# %% [markdown]
# It beats the bigrams on names that it has not seen. 400 names are few; soon it learns them by heart, the
# curves part, and early stopping puts the best weights back.
#
# ## New names
#
# Begin with the dot. Ask what comes next, draw a sign by the probabilities, append it, ask again, until a
# dot comes. The logits may be divided by a **temperature** first: below 1, what is likely becomes likelier.

# %% tags=["question"]
viz.exercise(
    "What happens to the invented names at a temperature near 0?",
    answer="always the same name",
    choices={
        "always the same name": "Right: the likeliest sign always wins.",
        "pure noise": "That is what a high temperature does.",
        "nothing": "The logits become very large, and softmax very sure.",
    },
    hints=[
        "Logits divided by a number near 0 become very large.",
        "Softmax of very large differences is nearly 1 for one sign.",
    ],
)


# %%
def invent(temperature, rng):
    """Draw a name, sign by sign."""
    text = [0]
    with ag.no_grad():
        while len(text) <= CONTEXT:
            logits = model(text)[-1]
            p = ag.data(ag.softmax([z / temperature for z in logits]))
            text.append(int(rng.choice(27, p=p / p.sum())))
            if text[-1] == 0:
                break
    return "".join(signs[token] for token in text).strip(".")


rng = np.random.default_rng(3)
invented = {temperature: [invent(temperature, rng) for _ in range(8)] for temperature in (0.01, 0.7, 2.0)}
for temperature, drawn in invented.items():
    print(f"temperature {temperature}:", *(name + "*" * (name in names) for name in drawn))

# %% tags=["check"]
assert len(set(invented[0.01])) < len(set(invented[0.7]))
assert any(name and name not in names for name in invented[0.7])

# %% [markdown]
# (A star marks a name of the list.) Near 0 the likeliest sign is always taken, and all names are the same.
# At 2 nearly everything is possible.
#
# ## What does it look at?
#
# The attention of the four heads while the machine reads ".martin". A row is a position that asks, a column
# one that answers; above the diagonal all is 0, as nobody looks ahead.

# %%
with ag.no_grad():
    heads = model.trace(tokens("martin")[:-1])[0].weights
squares = np.zeros((4, 7, 7))
for h, head in enumerate(heads):
    for t, weights in enumerate(head):
        squares[h, t, : t + 1] = ag.data(weights)
viz.image(squares, titles=[f"head {h}" for h in range(1, 5)], rows=".martin", columns=".martin")

# %% tags=["check"]
assert np.allclose(squares.sum(axis=2), 1.0)
assert np.allclose(np.triu(squares, 1), 0.0)

# %% [markdown]
# Nobody has told the heads what to look for. Compare them: does one look at the letter just before, one at
# the beginning? What they do is nothing but what the sums over all those paths made of 4112 random numbers.
#
# ## How far is it to the real ones?
#
# | | this lesson | a large GPT |
# |---|---|---|
# | tokens | 27 signs | 100 000 pieces of words |
# | numbers per vector | 16 | 10 000 and more |
# | blocks, heads | 1, 4 | 100, 100 |
# | parameters | 4112 | $10^{11}$ to $10^{12}$ |
# | text | 442 names | a good part of what people have written |
#
# The graph is the same, and so is the algorithm. (One step goes from there to a chatbot: it is trained
# further on conversations. The loss changes, the derivative does not.)

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. All scores are equal, and the values are 10 and 20. What does attention compute?",
    answer=15,
    slips={
        30: "30 is the sum. The weights sum to 1.",
        10: "10 is the first value. Both get the same weight.",
        20: "20 is the second value. Both get the same weight.",
        200: "200 is the product.",
    },
    hints=["Which weights does softmax make of equal scores?", "½ and ½.", "½ · 10 + ½ · 20 = 15, the mean."],
)

# %% [markdown] tags=["solution"]
# Softmax of equal scores gives equal weights, here $\frac{1}{2}$ each, so that attention computes the mean of the values:
# 15.

# %% tags=["solution"]
print(nn.attention([[0.0, 0.0]], keys=[[1.0, 2.0], [3.0, -1.0]], values=[[10.0], [20.0]]))

# %% tags=["exercise"]
viz.exercise(
    "2. All numbers of model.positions are set to 0. What does that do to the loss on the unseen names?",
    answer="it rises",
    choices={
        "it rises": "Right: it can no longer tell a first letter from a last one.",
        "it falls": "The model was trained with positions, and has learned to use them.",
        "nothing": "Without positions attention cannot tell which sign came first.",
        "it becomes that of knowing nothing, 3.3": "The letters are still there, and say a lot without their places.",
    },
    hints=["What do the positions tell?", "Where in the name a sign stands."],
)

# %% [markdown] tags=["solution"]
# Without positions the model cannot tell which sign came first, and the loss rises:

# %% tags=["solution"]
kept = model.state_dict()
for vector in model.positions.table:
    for entry in vector:
        entry.data = 0.0
with ag.no_grad():
    found = [loss_of(model(x), y).data for x, y in zip(*(part.tolist() for part in unseen_rows), strict=True)]
model.load_state_dict(kept)
print(f"without positions {np.mean(found):.2f}, with them {min(history.val_loss):.2f}")

# %% tags=["exercise"]
viz.exercise(
    "3. A transformer is trained with causal=False: each position may look ahead. Its training loss becomes very small. Why is it "
    "useless?",
    answer="it reads the answer, which is not there when it invents",
    choices={
        "it has more weights": "It has the same number.",
        "it reads the answer, which is not there when it invents": "Right: the next sign stands at the next position.",
        "it overfits, with dropout it would be fine": "It does not learn by heart: it copies what it may see.",
        "its gradients explode": "The training is calm: the loss becomes very small.",
    },
    hints=["What stands at the next position?", "The sign that it should guess."],
)

# %% [markdown] tags=["solution"]
# The sign that position $t$ should guess stands at position $t + 1$, and it may look there. When it invents, nothing stands
# there yet.

# %% tags=["solution"]
cheat = nn.Transformer(vocabulary=27, context=8, width=16, heads=4, hidden=64, causal=False, rng=0)
peeked = nn.fit(cheat, loss_of, Adam(cheat.parameters(), lr=0.01), seen_rows, epochs=14, batch_size=32)
print(f"loss {peeked.loss[-1]:.2f} with a look ahead, {history.loss[-1]:.2f} without")

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(20, seed=1, level=2)

# %% [markdown]
# ## What you can do now
#
# * A GPT predicts the next token; the text itself is the teacher, cross entropy the loss.
# * An embedding is a lookup: gradients reach the rows that were looked up, and no others.
# * Attention is a weighted sum whose weights are computed: softmax of dots of queries and keys. A key is
#   pulled up where its value is better than what came out.
# * Causal: no path leads from a loss to what comes later.
# * Norms keep the size of vectors, residual sums a path with the product 1.
# * Trillions of paths, one sweep: it is the chain rule of [](nudges_and_the_value_node).
#
# In PyTorch: `torch.nn.Embedding`, `torch.nn.RMSNorm`, `torch.nn.TransformerEncoderLayer`; attention is
# `scaled_dot_product_attention` in `torch.nn.functional`, with `is_causal=True`.
