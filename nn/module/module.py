"""Module: a tree of named parameters with a training mode; refuses to know what any layer computes."""

from __future__ import annotations

import copyreg
import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from inspect import Parameter, Signature, signature
from pkgutil import resolve_name
from typing import Any, ClassVar, Self

from autograd import Value
from autograd.text.numbers import counted
from nn.arguments import listed
from nn.module import state
from nn.module.walk import Branch, branches, join, leaves, named, slots

__all__ = ["Module", "Numbered"]

_ONE = [Parameter.POSITIONAL_OR_KEYWORD]  # the parameters of a `forward(self, x)`


class _ModuleType(type):
    """Marks an instance as built once `__init__` has returned: from then on a new name is a misspelling."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        module = super().__call__(*args, **kwargs)
        vars(module)["_built"] = True
        module._number_layers()
        return module

    @property
    def __signature__(cls) -> Signature:
        """What `help`, editors and `inspect` show: what the class takes, not what this `__call__` does."""
        shown: Signature = cls._signature()  # type: ignore[attr-defined]
        return shown


def _address(cls: _ModuleType) -> str | tuple[Any, ...]:
    """Name a class in a pickle: by its package where that shows it (`nn:MLP`), so that files can move."""
    package = cls.__module__.partition(".")[0]
    if getattr(sys.modules[package], cls.__name__, None) is cls:
        return resolve_name, (f"{package}:{cls.__name__}",)
    return cls.__qualname__


copyreg.pickle(_ModuleType, _address)


class Module(Branch, metaclass=_ModuleType):
    """Base of every layer and model: write `forward`, keep parameters and parts as attributes.

    Leaf `Value`s and other modules become part of the model by being attributes, or by standing in lists,
    tuples, dicts or object arrays that are attributes. There is nothing to register and no
    `super().__init__()` to forget. Values that an operation computed are not parameters.

    A misspelt attribute is an error, read or written: attributes are born in `__init__`, and later
    assignments to other names raise. `training` is True until `eval()`.

    Notes
    -----
    PyTorch's `Module` has the same names. There `parameters()` is a generator (here it is a list), and a list
    of modules must be a `ModuleList`, else its parameters are silently left out.

    Examples
    --------
    >>> import nn
    >>> class Line(nn.Module):
    ...     def __init__(self):
    ...         self.slope = Value(2.0, label="slope")
    ...         self.offset = Value(1.0, label="offset")
    ...     def forward(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line(3.0).data
    7.0
    >>> [name for name, _ in line.named_parameters()]
    ['slope', 'offset']
    >>> line.ofset = 0.0
    Traceback (most recent call last):
    AttributeError: Line has no attribute 'ofset' (did you mean 'offset'?). Attributes are born in __init__.
    """

    training: bool = True
    buffers: ClassVar[tuple[str, ...]] = ()
    """Names of attributes with plain numbers that belong to the saved state, such as running means."""

    @classmethod
    def _signature(cls) -> Signature:
        start = cls.__init__
        return Signature([] if start is object.__init__ else [*signature(start).parameters.values()][1:])

    def forward(self, x: Any) -> Any:
        """Compute the output for one sample; every subclass writes its own.

        Parameters
        ----------
        x : any
            One sample, whatever the subclass takes.

        Returns
        -------
        any
            Its output.
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward(self, x): write what it computes.")

    def __call__(self, *inputs: Any) -> Any:
        """Compute the output for one sample: `forward(x)`."""
        if len(inputs) != 1 and [p.kind for p in signature(self.forward).parameters.values()] == _ONE:
            raise TypeError(
                f"{self._headline()} takes one sample, and got {counted(len(inputs), 'argument')}. The "
                f"numbers of a sample go into one list: model([x1, x2])."
            )
        return self.forward(*inputs)

    def forward_batch(self, samples: Any) -> list[Any]:
        """Compute the outputs for a list of samples: one by one, unless a part mixes them (BatchNorm).

        Parameters
        ----------
        samples : sequence
            One sample each.

        Returns
        -------
        list
            One output per sample.
        """
        return [self(sample) for sample in listed(samples, self._headline(), "a list of samples")]

    @property
    def mixes_samples(self) -> bool:
        """Whether the output for one sample depends on the others (a BatchNorm in training mode does)."""
        return any(part.mixes_samples for _, part in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules directly inside this one, with their attribute names.

        Yields
        ------
        name : str
            The attribute; inside a list or dict with the place, as in ``layers.0``.
        module : Module
            The module there.
        """
        for name, value in vars(self).items():
            for path, part in branches(name, value):
                assert isinstance(part, Module)
                yield path, part

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """Yield this module (named `prefix`) and all modules inside it, each once, outermost first.

        Parameters
        ----------
        prefix : str
            What this module is called; the others are called after it.

        Yields
        ------
        name : str
            The path of attributes that leads there.
        module : Module
            The module there.
        """
        seen: set[int] = set()
        stack = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            yield path, module
            children = [(join(path, name), child) for name, child in module.named_children()]
            stack.extend(reversed(children))

    def modules(self) -> list[Module]:
        """Return this module and all modules inside it, each once, outermost first.

        Returns
        -------
        list of Module
            In the order of `named_modules`.
        """
        return [module for _, module in self.named_modules()]

    def _number_layers(self) -> None:
        """Number the layers inside from 1, in their order, where two have the same number.

        A model that is no `Sequential` may do anything with them, so no layer's output is its prediction.
        """
        layers = [part for part in self.modules() if isinstance(part, Numbered) and part is not self]
        clash = len({layer.number for layer in layers}) < len(layers)
        for number, layer in enumerate(layers, start=1):
            if clash or layer.predictor:
                layer.rename(number if clash else layer.number)

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return every parameter once, with its path: neuron by neuron, weights, then bias.

        Returns
        -------
        list of (str, Value)
            A parameter that two modules share bears the first of its paths.

        See Also
        --------
        parameters : Without the paths.
        state_dict : The numbers, to be saved.
        """
        found: dict[int, tuple[str, Value]] = {}
        for _, _, path, value in self._attributes():
            for part, parameter in named(path, value):
                found.setdefault(id(parameter), (part, parameter))
        return list(found.values())

    def parameters(self) -> list[Value]:
        """Return every parameter once, in the order of `named_parameters`.

        Returns
        -------
        list of Value
            What an optimiser takes.
        """
        found: dict[int, Value] = {}
        for module in self.modules():
            for value in vars(module).values():
                for parameter in leaves(value):
                    found[id(parameter)] = parameter
        return list(found.values())

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: `grad` is None, "not yet", as in PyTorch."""
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside to training mode (Dropout drops, BatchNorm uses the batch).

        Parameters
        ----------
        mode : bool
            True for training, False for inference.

        Returns
        -------
        Module
            This one.
        """
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Switch to inference: the same as `train(False)`.

        Returns
        -------
        Module
            This one.
        """
        return self.train(False)

    def state_dict(self) -> dict[str, state.Numbers]:
        """Return a copy of all numbers: one entry per attribute, a float or a (nested) list of floats.

        Returns
        -------
        dict
            By path, as in ``neurons.0.w``.

        See Also
        --------
        load_state_dict : Put them back.
        save : Write them to a file.

        Examples
        --------
        >>> import nn
        >>> nn.Linear(2, 1, init="zeros").state_dict()
        {'neurons.0.w': [0.0, 0.0], 'neurons.0.b': 0.0}
        """
        return state.read(self._slots())

    def load_state_dict(self, numbers: Mapping[str, Any]) -> Self:
        """Take over the numbers of a `state_dict`.

        Parameters
        ----------
        numbers : mapping
            What `state_dict` returned, for a model of the same shape.

        Returns
        -------
        Module
            This one.

        Raises
        ------
        StateError
            When keys are missing, unexpected, or of another shape. All of them are listed, and nothing was
            changed.
        """
        state.write(self._slots(), numbers, type(self).__name__)
        return self

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the numbers to a `.json` (readable) or `.npz` (compact) file, exact to the last bit.

        The file appears under its name only when it is complete: a killed save leaves the old file as it was.

        Parameters
        ----------
        path : str or Path
            Where to write; the ending says how.
        """
        state.save(path, self.state_dict(), self._headline())

    def load(self, path: str | os.PathLike[str]) -> Self:
        """Take over the numbers of a saved file; the model must have been built with the same shapes.

        Parameters
        ----------
        path : str or Path
            A file that `save` wrote.

        Returns
        -------
        Module
            This one.

        Raises
        ------
        StateError
            When the file is damaged, or its numbers do not fit. Nothing was changed, and no code from it was
            run.

        Examples
        --------
        >>> import nn, tempfile, pathlib
        >>> model = nn.MLP(2, [3, 1], rng=0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "model.json")
        ...     model.save(path)
        ...     copy = nn.MLP(2, [3, 1], rng=1).load(path)
        >>> copy([0.5, -1.0])[0].data == model([0.5, -1.0])[0].data
        True
        """
        return self.load_state_dict(state.load(path))

    def _slots(self) -> Iterator[state.Slot]:
        """Yield the state: one slot per attribute or list that holds nothing but parameters."""
        for module, name, path, value in self._attributes():
            if name in module.buffers:
                yield state.Slot(path, value, partial(setattr, module, name))
            else:
                for slot, content in slots(path, value):
                    yield state.Slot(slot, content)

    def _attributes(self) -> Iterator[tuple[Module, str, str, Any]]:
        """Yield the attributes of all modules: whose, its name, its path from here, its value."""
        for path, module in self.named_modules():
            for name, value in vars(module).items():
                yield module, name, join(path, name), value

    def _headline(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        """Show the name, the shapes of the parts, and how many parameters each holds."""
        count, children = len(self.parameters()), list(self.named_children())
        lines = [self._headline() + (f": {counted(count, 'parameter')}" if count or children else "")]
        for name, child in children:
            first, *rest = repr(child).splitlines()
            lines += [f"  {name}: {first}", *("  " + line for line in rest)]
        return "\n".join(lines)

    def __setattr__(self, name: str, value: Any) -> None:
        if "_built" in vars(self) and name not in vars(self) and not hasattr(type(self), name):
            raise AttributeError(self._no_attribute(name) + " Attributes are born in __init__.")
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(self._no_attribute(name))

    def _no_attribute(self, name: str) -> str:
        known = [attribute for attribute in dir(self) if not attribute.startswith("_")]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        return f"{type(self).__name__} has no attribute {name!r}{hint}."


class Numbered(Module):
    """A part of a model that has its number in its labels: a layer.

    Attributes
    ----------
    number : int
        Its place in the model, from 1.
    predictor : bool
        Whether it is a model by itself, so that its outputs are predictions.
    """

    number: int
    predictor: bool

    def rename(self, number: int, *, predictor: bool = False) -> None:
        """Take a number, and write it into all labels."""
        raise NotImplementedError
