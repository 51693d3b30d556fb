"""The engine in a page, where it was built before the site: carried along as `page/`, and linked to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any


def dist(app: Any) -> Path:
    """Return where `docs/page/build.py` writes."""
    return Path(app.srcdir) / "page" / "dist"


def live(app: Any) -> Path:
    """Return where it puts the lessons that run in a browser, if it was asked for them."""
    return dist(app) / "lessons"


def carry(app: Any, error: Exception | None) -> None:
    """Copy it beside the site's own pages."""
    if error is None and app.builder.format == "html" and dist(app).exists():
        shutil.copytree(dist(app), Path(app.outdir) / "page", dirs_exist_ok=True)


def setup(app: Any) -> dict[str, bool]:
    """Look for the page before anything is read; copy it at the end."""
    if (dist(app) / "index.html").exists():
        app.tags.add("page")
    if (live(app) / "index.html").exists():
        app.tags.add("live")
    app.connect("build-finished", carry)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
