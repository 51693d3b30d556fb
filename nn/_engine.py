"""Makes sure that `autograd` is chainrule's engine; knows nothing of what `nn` does with it.

Another project on PyPI, HIPS/autograd, installs an import package of the same name. Where Python finds that
one, or a learner's own `autograd.py`, this module raises first, so that the reader meets one clear sentence
and not a missing name.
"""

import autograd

if not hasattr(autograd, "Value"):
    raise ImportError(
        "`import nn` needs chainrule's own `autograd`, but Python found another one without a `Value`: "
        f"{getattr(autograd, '__file__', None)}. On PyPI `autograd` is HIPS/autograd, and the two cannot "
        "share an environment: make a fresh one with `python -m venv` and install chainrule there. "
        "A file of your own called autograd.py needs another name."
    )
