"""Makes sure that `autograd` is chainrule's engine; knows nothing of what `viz` does with it.

Another project on PyPI, HIPS/autograd, installs an import package of the same name. Where it was found instead of ours,
this module raises before anything else is imported, so that the reader meets one clear sentence and not a missing name.
"""

import autograd

if not hasattr(autograd, "Value"):
    raise ImportError(
        f"`import viz` needs chainrule's own `autograd`, but Python found another package of that name at "
        f"{getattr(autograd, '__file__', None)}: it has no `Value`. On PyPI `autograd` is HIPS/autograd, and the two cannot "
        "share an environment. Make a fresh one with `python -m venv` and install chainrule there."
    )
