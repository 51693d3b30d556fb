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


# %% [markdown]
# ## A nudge
#
# If the derivative of $f$ at $a$ is $x$, and $a$ grows by a little, $\Delta a$, then $f(a)$ grows by about
# $x \cdot \Delta a$. Try it with $f(a) = a^2$ at $a = 2$. The derivative of $a^2$ is $2a$, here 4.
#
# > **Predict**: $a$ goes from 2 to 2.001. By how much does $f$ grow? Compute it exactly, with pencil.

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
#
# The picture shows $a^2$, its derivative as the engine computes it, and as black dots what nudging says, at
# every place:

# %%
viz.curve(ag.square, low=-3, high=3)

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
#
# > **Predict**: how many ways lead from $x$ to $z$?

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
#
# > **Predict** the two numbers on the arrows for $z = xy$ with $x = 2$, $y = 3$.

# %% rows=["S002-51"]
z = x * y
viz.graph(z, names=locals())

# %% tags=["check"] rows=["S002-51"]
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
#
# > **Predict** the local derivatives $dv/da$, $dv/du$ and $dJ/dv$. Then: what is $dJ/da$?

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
#
# > **Predict**: each arrow carries the local derivative "the other factor". What is $dz/dx$ at $x = 3$?

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
#
# **1.** $z = xy$ at $(2, 3)$. Nudge *both* by 0.001. What does the sum of the two answers predict, and what
# really happens?

# %% tags=["solution"]
predicted = ag.jvp(lambda x, y: x * y, (2.0, 3.0), (0.001, 0.001))[1]
assert np.allclose(predicted, (3 + 2) * 0.001)
assert np.allclose(2.001 * 3.001 - 6, 0.005001)  # the rest is 0.001 · 0.001

# %% [markdown]
# **2.** What are the two local derivatives of $z = x / y$ at $x = 6$, $y = 3$? Nudge in your head first: does
# $z$ grow or fall when $y$ grows?

# %% tags=["solution"]
x, y = values(x=6.0, y=3.0)
assert np.allclose((x / y).partials, (1 / 3, -6 / 9))

# %% [markdown]
# **3.** $z = x \cdot x \cdot x$ at $x = 2$. How many arrows leave $x$, what arrives over each, and what is
# the sum?

# %% tags=["solution"]
x = Value(2.0, label="x")
z = x * x * x  # (x·x)·x: x enters the first product twice, the second once
pieces = [path.product for path in ag.paths(z, x)]
assert pieces == [4, 4, 4]
assert sum(pieces) == 3 * 2**2 == 12

# %% [markdown]
# **4.** By the chain rule: what is the derivative of $h(x) = e^{-x^2}$ at $x = 1$? Check it with `gradcheck`.

# %% tags=["solution"]
x = Value(1.0, label="x")
h = ag.exp(-(x**2))
h.backward()
assert np.allclose(x.grad, -2 * np.exp(-1))
assert ag.gradcheck(lambda x: ag.exp(-(x**2)), (1.0,))

# %% [markdown]
# **5.** Nudging to both sides, $\frac{f(x + h) - f(x - h)}{2h}$, is better than to one side. How much
# better, for $\sin(x^2)$ at 1.3 with $h = 0.001$? And with $h = 0.0001$?

# %% tags=["solution"]
exact = ag.grad(lambda x: ag.sin(x**2))(1.3)
gain = []
for step in (1e-3, 1e-4):
    up, here, down = (np.sin(x**2) for x in (1.3 + step, 1.3, 1.3 - step))
    gain.append(abs((up - here) / step - exact) / abs((up - down) / (2 * step) - exact))
assert gain[0] > 500  # the error of one side shrinks with h, that of both with h²
assert 9 < gain[1] / gain[0] < 11

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
