"""What stands in single backticks: a link where it names something with a page, code where it does not."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.ext.autosummary import AutoLink


class Name(AutoLink):
    """The default role of docstrings and pages: autosummary's, without its italics for what is no name."""

    def run(self) -> tuple[list[Any], list[Any]]:
        """Return the link, or the text as code."""
        if self.text.startswith("."):  # an attribute of whatever the sentence is about, or a file's suffix
            return [nodes.literal(self.rawtext, self.text, classes=["xref"])], []
        found, messages = super().run()
        if isinstance(found[0], nodes.emphasis):
            found = [nodes.literal(self.rawtext, found[0].astext(), classes=["xref"])]
        elif isinstance(found[0], pending_xref):
            found[0]["or-code"] = True
        return found, messages


def code(app: Any, env: Any, node: Any, content: Any) -> Any:
    """Return the text of a name without a page, such as an attribute; None for any other reference."""
    return content if node.get("or-code") else None


def setup(app: Any) -> dict[str, bool]:
    """Register the role."""
    app.add_role("name", Name())
    app.connect("missing-reference", code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
