# %% [markdown]
# # Nudges, derivatives and the Value node
#
# **What you will see**: a derivative is the answer to a nudge. You nudge a number, watch
# the result, and divide. Then you meet `Value`, a number that remembers how it was made, and that knows the
# answer to a nudge without being nudged. At the end two such answers are chained, and gradients are *added*.
#
# You need [](what_learning_means): a cost goes down when the parameters move against their derivatives.

# %%
import numpy as np

import autograd as ag
import viz
from autograd import Value, values


# %% tags=["setup"]
def close(this, that, rtol=1e-8, atol=0):
    return np.allclose(this, that, rtol=rtol, atol=atol)


# %%
viz.curve(ag.square, low=-3, high=3)

# %% [markdown]
# The picture shows $a^2$, and how steep it is at every place: dashed, as the engine says it; as black dots, as one
# finds it by nudging $a$ a little and watching. Both are the same.
#
# The question of this lesson: **how can a number know the answer to a nudge without being nudged?**

# %% [markdown]
# ## A nudge
#
# If the derivative of $f$ at $a$ is $x$, and $a$ grows by a little, $\Delta a$, then $f(a)$ grows by about
# $x \cdot \Delta a$. Try it with $f(a) = a^2$ at $a = 2$. The derivative of $a^2$ is $2a$, here 4.

# %% tags=["question"]
viz.exercise(
    "f(a) = a². a goes from 2 to 2.001. By how much does f grow, exactly? Use a pencil: 2.001 · 2.001 − 4.",
    answer="0.004001",
    choices={
        "0.001": "0.001 is the nudge of a. f moves about four times as far.",
        "0.004": "That is 4 · 0.001, what the derivative says. Exactly, there is a little more.",
        "0.004001": "Right: 4 · 0.001 + 0.001².",
        "0.000001": "That is 0.001². The larger part is missing: 2 · 2 · 0.001.",
    },
    hints=["(2 + 0.001)² has three terms.", "4 + 2 · 2 · 0.001 + 0.001²"],
)

# %%
change = ag.square(2.001) - ag.square(2.0)
predicted = ag.grad(ag.square)(2.0) * 0.001
print(f"f grows by {change:.6f}; the derivative says {predicted:.6f}")

# %% tags=["check"] rows=["S003-38"] errata=["E-S003-10"]
assert close(change, 0.004001)
assert close(predicted, 0.004)

# %% [markdown]
# Nearly, but not quite: $2.001^2 - 2^2 = 4 \cdot 0.001 + 0.001^2$. The rest, $0.001^2$, is why the rule
# says "about". It is exact only where $f$ is a straight line, such as $J = 3v$:


# %%
def triple(v):
    return 3 * v


print(f"J = 3v grows by {triple(11.001) - triple(11.0):.6f}, and 3 · 0.001 is 0.003")

# %% tags=["check"] rows=["S003-38"]
assert close([triple(11.001) - triple(11.0), ag.grad(triple)(11.0) * 0.001], 0.003)

# %% [markdown]
# For all other functions the derivative is what the ratio $\Delta f / \Delta a$ comes *near*, when the nudge
# becomes small:

# %%
for nudge in (1.0, 0.1, 0.01, 0.001, 1e-6):
    ratio = ((2 + nudge) ** 2 - 2.0**2) / nudge
    print(f"nudge {nudge:8g}: Δf/Δa = {ratio:.7g}")

# %% tags=["check"] rows=["S003-38"]
for nudge in (1.0, 0.1, 0.01, 0.001, 1e-6):
    ratio = ((2 + nudge) ** 2 - 2.0**2) / nudge
    assert abs(ratio - (4 + nudge)) < 1e-9 / nudge**0.5

# %% [markdown]
# (Not *too* small. A nudge of $10^{-17}$ is lost altogether: to the computer $2 + 10^{-17}$ is 2. That is
# a weakness of nudging, and a reason to compute derivatives exactly.)

# %% tags=["check"]
assert 2.0 + 1e-17 == 2.0

# %% [markdown]
# ## A number that remembers
#
# `Value` is a number with a memory. Wrap two numbers, and calculate as usual. Here is a first
# computation graph, $z = xy + x$:

# %%
x, y = values(x=2.0, y=3.0)
z = x * y + x
z

# %% tags=["check"] rows=["S002-49"]
assert z.data == 8

# %% [markdown]
# The result is 8, and it knows where it came from: from an addition of two things, and the first of them came
# from a multiplication.

# %%
print("z was made by", z.op, "from", *z.parents)

# %% tags=["check"] rows=["S002-49"]
product, second = z.parents
assert (z.op.name, product.op.name) == ("add", "mul")
assert second is x
assert product.parents[0] is x

# %% [markdown]
# Draw it, from the numbers that we put in (round boxes) to the result. On each arrow stands a derivative,
# that of the box at its head with respect to the box at its tail: the *local derivative*. The engine wrote it
# down when it computed the box.

# %% tags=["question"]
viz.exercise(
    "z = x·y + x. How many ways lead from x to z?",
    answer=2,
    slips={
        1: "One leads through the product. Is x used anywhere else?",
        3: "3 is the number of arrows on these ways, together. Count the ways.",
        4: "4 is the number of all arrows in the graph. Begin at x.",
    },
    hints=["Where is x used?", "In the product, and in the sum.", "Twice: 2 ways."],
)

# %% rows=["S002-49"]
viz.graph(z, names=locals())

# %% [markdown]
# `backward()` computes the derivatives of $z$ with respect to everything:
#
# $$\frac{\mathrm{d}z}{\mathrm{d}x} = y + 1 = 4 \qquad \frac{\mathrm{d}z}{\mathrm{d}y} = x = 2$$
#
# Two numbers, two symbols. On the lower arrow $\partial z / \partial x$ is 1; in the box
# $\mathrm{d}z / \mathrm{d}x$ will be 4. **d counts every way from $x$ to $z$. ∂ counts this one arrow and
# holds everything else still. d is the sum over all paths of the products of the ∂.** So it is in every
# picture.

# %%
z.backward()
x, y

# %% tags=["check"] rows=["S002-49"]
assert (x.grad, y.grad) == (4, 2)
assert close((2.001 * 3 + 2.001 - 8) / 0.001, 4)  # nudge x
assert close((2 * 3.001 + 2 - 8) / 0.001, 2)  # nudge y

# %% [markdown]
# ## Local derivatives
#
# One operation at a time. A sum passes a nudge on unchanged: both local derivatives are 1.

# %% rows=["S002-50"]
x, y = values(x=2.0, y=3.0)
z = x + y
viz.graph(z, names=locals())

# %% tags=["check"] rows=["S002-50"]
assert z.data == 5
assert z.partials == (1, 1)

# %% [markdown]
# A product multiplies the nudge by the *other* factor.

# %% tags=["question"]
viz.exercise(
    "z = x·y with x = 5 and y = 4. Which number stands on the arrow from x to z?",
    answer=4,
    slips={
        5: "5 is x itself. In a product the arrow from x carries the other factor.",
        1: "1 is what a sum has on its arrows. Here z is a product.",
        20: "20 is z. How far does z move when x moves by 1?",
        9: "9 is x + y. Here it is x · y.",
    },
    hints=["How far does z move when x moves by 1?", "From 5 · 4 to 6 · 4.", "By 4: the other factor."],
)

# %% rows=["S002-51"]
x, y = values(x=5.0, y=4.0)
z = x * y
viz.graph(z, names=locals())

# %% tags=["check"] rows=["S002-51"]
assert z.partials == (4, 5)
x, y = values(x=2.0, y=3.0)
z = x * y
assert z.data == 6
assert z.partials == (3, 2)

# %% [markdown]
# A square multiplies it by $2x$:

# %% rows=["S002-52"]
x = Value(3.0, label="x")
z = ag.square(x)
viz.graph(z, names=locals())

# %% tags=["check"] rows=["S002-52"]
assert z.data == 9
assert z.partials == (6,)
assert (x**2).partials[0] == 6  # the same as a power; the exponent is a plain number and gets no derivative

# %% [markdown]
# The engine knows a derivative for each of its operations, as text, as in a textbook's table. Look up a few:

# %%
for row in (ag.TABLE["add"], ag.TABLE["mul"], ag.square, ag.sin, ag.log, ag.exp):
    print(f"{row.name:7} {row.forward:10} partials: {', '.join(row.partials)}")

# %% [markdown]
# The last line is remarkable. The derivative of $e^x$ is $e^x$, and that number is already there: it is the
# *output*. So the engine takes it instead of computing a second exponential.

# %%
x = Value(1.5, label="x")
z = ag.exp(x)
print(f"e^1.5 = {z.data:.10f}, and its derivative is {z.partials[0]:.10f}")

# %% tags=["check"]
assert z.partials[0] == z.data == np.exp(1.5)

# %% [markdown]
# ## Forward and backward
#
# There are two passes. The *forward* pass computes the output. The
# *backward* pass computes the derivatives. The graph explains why it goes in this order. Take two
# steps: $v = a + u$, then $J = 3v$.

# %% rows=["S003-39"]
a, u = values(a=5.0, u=6.0)
v = a + u
J = 3 * v
viz.graph(J, names=locals())

# %% tags=["check"] rows=["S003-39"]
assert (v.data, J.data) == (11, 33)
assert (a.grad, J.grad) == (None, None)  # "not yet": nobody has asked

# %% [markdown]
# After the forward pass every value is known, and every local derivative. No gradient is.

# %% tags=["question"]
viz.exercise("dJ/da", J, a, names=locals())

# %% rows=["S003-39", "S003-44"]
J.backward()
viz.graph(J, names=locals(), notation="dvar")

# %% tags=["check"] rows=["S003-39", "S003-44"]
assert v.partials == (1, 1)  # dv/da and dv/du
assert v.grad == 3
assert u.grad == 3
assert a.grad == 3

# %% [markdown]
# There is a short way of writing this. There is one *final output variable*, the last node of the
# graph, here $J$. All derivatives are derivatives of $J$, so in code one just writes `dvar` for
# $dJ/d\text{var}$: `da`, `du`, `dv`. In this library the number is called `a.grad`. And the last node's own
# is 1: a nudge of $J$ moves $J$ by just as much. With this 1 the backward pass begins.

# %%
print(f"dJ = {J.grad:g}, dv = {v.grad:g}, da = {a.grad:g}, du = {u.grad:g}")

# %% tags=["check"] rows=["S003-45"]
assert J.grad == 1

# %% [markdown]
# Step through both passes. "Ask" asks for numbers before they are shown, "exam" for every number.

# %%
viz.walkthrough(J, names=locals(), notation="dvar")

# %% [markdown]
# ## The chain rule
#
# $u = 3x + 1$ and $y = u^2$, at $x = 2$. A nudge of $x$ moves $u$ three times as far. A nudge of $u$ moves
# $y$ by $2u = 14$ times as far. So a nudge of $x$ moves $y$ by $14 \cdot 3$ times as far:
#
# $$\frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx}$$

# %% rows=["S001-25"]
x = Value(2.0, label="x")
u = 3 * x + 1
y = ag.square(u)
(path,) = ag.paths(y, x)
viz.paths(y, x, names=locals())

# %% tags=["check"] rows=["S001-25"]
assert path.partials == (14, 1, 3)  # y ← u, u ← 3x, 3x ← x
assert ag.paths(u, x).total == 3
assert path.product == 42

# %% [markdown]
# The same with primes: $h(x) = f(g(x))$ has the derivative
#
# $$h'(x) = f'(g(x)) \, g'(x)$$
#
# So $h(x) = \sin(x^2)$ has the derivative $\cos(x^2) \cdot 2x$. At $x = 1.3$:

# %%
x = Value(1.3, label="x")
h = ag.sin(x**2)
h.label = "h"
h.backward()
print(ag.explain(h, x))

# %% tags=["check"] rows=["S001-26"]
assert close([h.data, x.grad], [0.9929036511, -0.3091960802])
assert close(x.grad, np.cos(1.3**2) * 2 * 1.3)

# %% [markdown]
# Believe no derivative that you have not checked. `gradcheck` nudges every input, several times and with
# smaller and smaller nudges, and compares:

# %%
report = ag.gradcheck(lambda x: ag.sin(x**2), (1.3,))
report

# %% tags=["check"] rows=["S001-26"]
assert report

# %% [markdown]
# ## Why gradients are added
#
# In $z = x \cdot x$ the same $x$ is used *twice*. Two arrows leave its box.

# %% tags=["question"]
viz.exercise(
    "z = x·x at x = 3. What is dz/dx?",
    answer=6,
    slips={
        3: "3 comes over one of the two arrows. The other brings as much.",
        9: "9 is z itself, or 3 · 3. Where two arrows meet, add.",
        2: "2 is the number of arrows. Each carries 3.",
        1: "A product has the other factor on each arrow.",
    },
    hints=["Two arrows leave x.", "Each carries the other factor, 3.", "3 + 3 = 6."],
)

# %% rows=["S002-51"]
x = Value(3.0, label="x")
z = x * x
z.backward()
viz.graph(z, names=locals())

# %% tags=["check"] rows=["S002-51"]
assert z.partials == (3, 3)
assert x.grad == 3 + 3 == 6

# %% [markdown]
# A nudge of $x$ moves *both* factors, and both move $z$. So what arrives over the two arrows is added: that
# is why every engine has a `+=` where you might expect a `=`. With `=` the second arrival would wipe out
# the first, and 3 would remain. It is $2x = 6$, as it must be: $x \cdot x$ is $x^2$.
#
# For the same reason `backward()` *adds* to what a leaf already has. Call it twice, and you get twice the
# gradient. That is wanted when several losses share a parameter, and it is the most common mistake when you
# only forgot to clear the old one. `zero_grad()` does that:

# %%
z.backward()
print("called twice:", x.grad)
z.zero_grad()
print("cleared:     ", x.grad)
z.backward()
print("once again:  ", x.grad)

# %% tags=["check"]
assert x.grad == 6
z.backward()
assert x.grad == 12  # 6 from the first call, 6 from the second
z.zero_grad()
assert x.grad is None

# %% tags=["check"] errata=["E-S003-10"]
for nudge, change, rule in (0.001, 0.004001, 0.004), (0.1, 0.41, 0.4), (1.0, 5.0, 4.0):
    assert close(ag.square(2 + nudge) - 4, change)
    assert close(ag.jvp(ag.square, (2.0,), (nudge,))[1], rule)

# %% [markdown]
# ## Exercises

# %% tags=["exercise"]
viz.exercise(
    "1. z = x·y at x = 2 and y = 3. Both are nudged by 0.001. By how much does z grow, as the derivatives say it?",
    answer=0.005,
    slips={
        0.003: "0.003 comes from x alone. y is nudged, too.",
        0.002: "0.002 comes from y alone. x is nudged, too.",
        0.006: "0.006 is 6 · 0.001. The factors on the arrows are 3 and 2, not the value of z.",
        0.001: "0.001 is the nudge. Multiply it by the factors on the arrows.",
        0.000006: "Add what comes from x and from y. Do not multiply them.",
    },
    hints=["What comes from x, and what from y?", "3 · 0.001 and 2 · 0.001.", "0.003 + 0.002 = 0.005."],
)

# %% [markdown] tags=["solution"]
# From $x$ comes $3 \cdot 0.001$, from $y$ comes $2 \cdot 0.001$, together 0.005. Really it is $2.001 \cdot 3.001 - 6 =
# 0.005001$: the rest, $0.001 \cdot 0.001$, is what the derivatives leave out.

# %% tags=["exercise"]
viz.exercise(
    "2. z = x / y at x = 6 and y = 3. Which number stands on the arrow from y to z? Nudge in your head first: does z grow "
    "or fall when y grows?",
    answer="-2/3",
    slips={
        0.6667: "The size is right. When y grows, z falls.",
        0.3333: "1/3 stands on the arrow from x.",
        -0.3333: "The x in front is missing: −x / y².",
        2: "2 is z itself.",
        -6: "−6 is −x. Divide it by y².",
    },
    hints=["Write z = x · y⁻¹.", "The derivative of y⁻¹ is −1/y².", "−6 / 3² = −2/3."],
)

# %% [markdown] tags=["solution"]
# With $z = x \cdot y^{-1}$ the derivative by $y$ is $-x / y^2 = -6/9 = -2/3$. When $y$ grows, $z$ falls; by $x$ it is
# $1/y = 1/3$.

# %% tags=["solution"]
x, y = values(x=6.0, y=3.0)
print((x / y).partials)

# %% tags=["exercise"]
viz.exercise(
    "3. z = x·x·x at x = 2, that is (x·x)·x. What is dz/dx?",
    answer=12,
    slips={
        4: "4 comes over one of three ways. Add what comes over the others.",
        8: "8 is z, or what comes over two of the three ways.",
        6: "6 is 3 · 2. The derivative of x³ is 3x².",
        64: "64 is 4 · 4 · 4. Where ways meet, add.",
    },
    hints=["How many ways lead from x to z?", "Three, and each brings 2 · 2 = 4.", "4 + 4 + 4 = 12."],
)

# %% [markdown] tags=["solution"]
# Three ways lead from $x$ to $z$: two through the first product, one straight into the second. Each brings $2 \cdot 2 =
# 4$, and $4 + 4 + 4 = 12$. It is $3x^2$, as it must be.

# %% tags=["solution"]
x = Value(2.0, label="x")
print(ag.paths(x * x * x, x))

# %% tags=["exercise"]
viz.exercise(
    "4. u = −x² and h = e^u, at x = 1, so h = 0.3679. What is dh/dx?",
    answer=-0.7358,
    slips={
        0.7358: "The size is right. u falls when x grows.",
        0.3679: "0.3679 is dh/du, one factor of the chain. The other is du/dx.",
        -0.3679: "The derivative of x² is 2x: a factor 2 is missing.",
        -2: "−2 is du/dx, one factor of the chain. The other is dh/du = h.",
        -1.632: "−1.632 is the sum of the two factors. Along a chain multiply.",
    },
    hints=["dh/dx = dh/du · du/dx", "0.3679 · (−2)", "0.3679 · (−2) = −0.7358."],
)

# %% [markdown] tags=["solution"]
# The derivative of $e^u$ is $e^u$ again, here 0.3679. The derivative of $-x^2$ is $-2x = -2$. Along the chain
# $0.3679 \cdot (-2) = -0.7358$. `gradcheck` agrees:

# %% tags=["solution"]
print(ag.gradcheck(lambda x: ag.exp(-(x**2)), (1.0,)))

# %% [markdown]
# ## More
#
# Fresh questions, one after the other, as many as you like. They are drawn from a seed: another number gives others.

# %% tags=["practice"]
viz.stream(2, seed=1)

# %% [markdown]
# ## What you can do now
#
# * Say by how much a result moves when a number is nudged, and check a derivative by nudging.
# * Read a computation graph: boxes are numbers, arrows carry local derivatives.
# * One after the other: multiply. Over several ways: add.
# * Say what `backward()` does to `grad`, and why it is "not yet" (`None`) before.
#
# In PyTorch a tensor with `requires_grad=True` is the same kind of number. It adds up its `.grad` too, and is
# cleared with `optimizer.zero_grad()`; its memory is called `grad_fn`.
