"""What a class leaves to other pages: the members of a public base, and methods that are operations."""

from __future__ import annotations

import inspect
from functools import cached_property
from importlib import import_module
from typing import Any

import autograd
import nn
import viz
from autograd import TABLE, Value, practice
from autograd.table import rows

NN = (getattr(nn, name) for name in nn.__all__)
PACKAGES = (autograd, practice, nn, viz, *filter(inspect.ismodule, NN))
PAGES = {
    getattr(package, name): f"{package.__name__}.{name}"
    for package in PACKAGES
    for name in package.__all__
    if inspect.isclass(getattr(package, name))
}


def shown(member: Any) -> bool:
    """Say whether a member has an entry on the page of its class: methods and properties have."""
    return bool(inspect.isroutine(member) or isinstance(member, property | cached_property))


def inherited(fullname: str) -> dict[str, list[str]]:
    """Return the public bases of a class, nearest first, with the members that it has from each.

    Examples
    --------
    >>> inherited("nn.ReLU")["nn.Activation"]
    ['one', 'forward']
    """
    module, name = fullname.rsplit(".", 1)
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    page = ""
    for kind in getattr(import_module(module), name).__mro__:
        page = PAGES.get(kind, page) if kind.__module__.split(".")[0] in ("autograd", "nn", "viz") else ""
        if page and page != fullname:
            own = [part for part in vars(kind) if part[0] != "_" and part not in seen]
            found.setdefault(page, []).extend(part for part in own if shown(getattr(kind, part)))
        seen |= vars(kind).keys()
    return found


def operations() -> dict[str, str]:
    """Return the operations that are methods of `Value`, each with its page or ""."""
    public = {name: f"autograd.{name}" for name, row in TABLE.items() if getattr(rows, name, None) is row}
    return {name: public.get(name, "") for name in TABLE if name in vars(Value)}


def setup(app: Any) -> dict[str, bool]:
    """Hand both to the template of classes, as plain data: Sphinx keeps its settings in a file."""
    bases = {page: inherited(page) for page in PAGES.values()}
    told = {"inherited": bases, "operations": {"autograd.Value": operations()}}
    app.connect("config-inited", lambda app, config: config.autosummary_context.update(told))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
