"""The gallery's second half: every figure of the course notes with the call that draws it, from a table."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from made_pages import keep

HEAD = """---
file_format: mystnb
kernelspec: {name: python3}
---

# The figures of the course notes

The notes that these lessons grew from refer to figures. Here is each of them, with the one call that draws it
and, folded away, what the call needs.

```{code-cell}
:tags: [remove-cell]
import numpy as np
import autograd as ag
import nn
import viz
```
"""
FIGURE = """
## {shows}

Notes {note}.

{setup}```{{code-cell}}{tags}
{call}
```
"""
SETUP = """```{{code-cell}}
:tags: [hide-cell]
:mystnb: {{code_prompt_show: "What the call needs", code_prompt_hide: "Hide it again"}}
{setup}
```

"""


def page(table: Path) -> str:
    """Return the page of a table of figures."""
    figures = tomllib.loads(table.read_text("utf-8"))["figure"]
    return HEAD + "".join(
        FIGURE.format(
            **{
                **figure,
                "setup": SETUP.format(setup=setup) if setup else "",
                "tags": "\n:tags: [photograph]" if figure["call"].startswith("viz.image(") else "",
            }
        )
        for figure in figures
        for setup in [figure.get("setup", "").strip()]
    )


def write(app: Any) -> None:
    """Write the page before Sphinx looks for it."""
    folder = Path(app.srcdir) / "gallery"
    keep(folder / "the-notes.md", page(folder / "figures.toml"))


def setup(app: Any) -> dict[str, bool]:
    """Write the page before Sphinx looks for pages."""
    app.connect("builder-inited", write, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
