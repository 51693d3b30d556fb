"""The numbers of a model as a dictionary, a JSON file or an npz file, and back; refuses to know modules.

Files are exact and appear only when they are complete. Reading one never runs code from it.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autograd import Value
from autograd.text.numbers import counted

__all__ = ["Numbers", "Slot", "StateError", "load", "read", "save", "write"]

Numbers: TypeAlias = float | list[Any]
"""A float, or a list of floats, or a list of such lists."""

_FORMAT = "chainrule state 1"
_HEADER = "__chainrule__"

# What json, zipfile, zlib and NumPy raise on bytes that are not what they should be; RuntimeError stands for
# deep nesting, encryption and unknown compression.
_DAMAGE = (
    ValueError, LookupError, TypeError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


class StateError(ValueError):
    """Saved numbers do not fit the model, or a file with saved numbers cannot be read."""


class Slot(NamedTuple):
    """One entry of the state: what holds the numbers now, and how others are put in their place."""

    key: str
    content: Any
    replace: Callable[[Numbers], None] | None = None
    """None: the content holds `Value`s, each of which takes its number."""


def read(slots: Iterable[Slot]) -> dict[str, Numbers]:
    """Copy the numbers out."""
    return {slot.key: _floats(slot.content) for slot in slots}


def write(slots: Iterable[Slot], numbers: Mapping[str, Any], model: str) -> None:
    """Check all numbers against all slots, then copy them in: either everything is changed, or nothing."""
    if not isinstance(numbers, Mapping):
        raise TypeError(f"A state is a dictionary of names and numbers, see state_dict(), not {numbers!r}.")
    wanted = {slot.key: slot for slot in slots}
    misfits: dict[str, list[str]] = {
        "missing": [key for key in wanted if key not in numbers],
        "unexpected": [str(key) for key in numbers if key not in wanted],
        "mismatched": [],
    }
    ready: dict[str, Numbers] = {}
    for key in (key for key in wanted if key in numbers):
        try:
            ready[key] = _floats(numbers[key])
        except TypeError as error:
            misfits["mismatched"].append(f"{key}: {error}")
            continue
        have, need = _shape(ready[key]), _shape(_floats(wanted[key].content))
        if have != need:
            misfits["mismatched"].append(f"{key}: the model has {_words(need)}, the state {_words(have)}")
    told = "; ".join(f"{title}: {', '.join(keys)}" for title, keys in misfits.items() if keys)
    if told:
        raise StateError(
            f"This state does not fit the {model}; nothing was changed. {told}. "
            "Build the model with the shapes that it had when the state was taken."
        )
    for key, slot in wanted.items():
        if slot.replace is None:
            _assign(slot.content, ready[key])
        else:
            slot.replace(ready[key])


def save(path: str | os.PathLike[str], numbers: Mapping[str, Numbers], model: str) -> None:
    """Write numbers to `path`; its suffix, `.json` or `.npz`, says how.

    Floats are written by their shortest exact decimal (JSON) or their eight bytes (npz). The data goes to a
    file beside the target first and is renamed when it is complete, so a killed save leaves the old file as
    it was.

    Parameters
    ----------
    path : str or path
    numbers : mapping of str to float or nested list of floats
    model : str
        One line about the model, for the reader of the file.
    """
    target = Path(os.path.realpath(path))
    encode, _ = _codec(target)
    content = encode(numbers, model)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def load(path: str | os.PathLike[str]) -> dict[str, Numbers]:
    """Read the numbers of a file that `save` wrote.

    Raises
    ------
    StateError
        When the file is cut off, damaged, or no such file at all.
    FileNotFoundError
        When it does not exist.
    """
    source = Path(path)
    _, decode = _codec(source)
    content = source.read_bytes()
    try:
        return decode(content)
    except _DAMAGE as error:
        raise StateError(
            f"{source} ({len(content)} bytes) is damaged or was not written by save(): {error}. "
            "Nothing was loaded. Save the model again, or use a copy of the file."
        ) from error


_Encode: TypeAlias = Callable[[Mapping[str, Numbers], str], bytes]
_Decode: TypeAlias = Callable[[bytes], dict[str, Numbers]]


def _codec(path: Path) -> tuple[_Encode, _Decode]:
    codecs: dict[str, tuple[_Encode, _Decode]] = {
        ".json": (_to_json, _from_json),
        ".npz": (_to_npz, _from_npz),
    }
    if path.suffix not in codecs:
        raise ValueError(
            f"{path.name!r} ends in {path.suffix!r}. A model is saved as .json (readable) or .npz (compact)."
        )
    return codecs[path.suffix]


def _to_json(numbers: Mapping[str, Numbers], model: str) -> bytes:
    # JSON has no nan and no infinity: these become words.
    lines = [
        f"{json.dumps(key)}: {json.dumps(_each(lambda x: x if math.isfinite(x) else str(x), value))}"
        for key, value in numbers.items()
    ]
    head = f'{{\n"format": {json.dumps(_FORMAT)},\n"model": {json.dumps(model)},\n"state": {{\n'
    return (head + ",\n".join(lines) + "\n}}\n").encode()


def _from_json(content: bytes) -> dict[str, Numbers]:
    document = json.loads(content.decode())
    _check_format(isinstance(document, dict) and document.get("format"))
    state = document["state"]
    if not isinstance(state, dict):
        raise ValueError("its state is no table of names and numbers")
    return {key: _each(_number, value) for key, value in state.items()}


def _number(x: Any) -> float:
    if isinstance(x, bool) or not (isinstance(x, int | float) or x in {"nan", "inf", "-inf"}):
        raise ValueError(f"{x!r} stands where a number should be")
    return float(x)


def _to_npz(numbers: Mapping[str, Numbers], model: str) -> bytes:
    buffer = BytesIO()
    arrays = {key: np.asarray(value, dtype=np.float64) for key, value in numbers.items()}
    np.savez(buffer, allow_pickle=False, **{_HEADER: np.array([_FORMAT, model])}, **arrays)
    return buffer.getvalue()


def _from_npz(content: bytes) -> dict[str, Numbers]:
    with np.load(BytesIO(content), allow_pickle=False) as archive:
        _check_format(_HEADER in archive and str(archive[_HEADER][0]))
        arrays = {key: archive[key] for key in archive if key != _HEADER}
    for key, array in arrays.items():
        if array.dtype != np.float64:
            raise ValueError(f"{key} holds {array.dtype}, not float64")
    return {key: array.tolist() for key, array in arrays.items()}


def _check_format(said: Any) -> None:
    if said != _FORMAT:
        raise ValueError(f"it does not say that its format is {_FORMAT!r}")


def _each(function: Callable[[Any], Any], numbers: Any) -> Any:
    """Apply a function to every number of nested lists."""
    return [_each(function, item) for item in numbers] if isinstance(numbers, list) else function(numbers)


def _floats(content: Any) -> Numbers:
    """Return the floats in Values, numbers, and nested lists, tuples and arrays of them."""
    if hasattr(content, "ndim") and hasattr(content, "tolist"):  # an array, or another library's tensor
        content = content.tolist()
    if isinstance(content, list | tuple):
        return [_floats(item) for item in content]
    if isinstance(content, Value):
        return content.data
    if isinstance(content, bool | str) or not hasattr(content, "__float__"):
        raise TypeError(f"{content!r} is not a number")
    return float(content)


def _shape(numbers: Numbers) -> tuple[int, ...] | None:
    """Return the shape of nested lists, () for one number, None when the lists are ragged."""
    if not isinstance(numbers, list):
        return ()
    inner = {_shape(item) for item in numbers}
    if len(inner) > 1 or None in inner:
        return None
    return (len(numbers), *(inner.pop() if inner else ()))  # type: ignore[misc]


def _words(shape: tuple[int, ...] | None) -> str:
    if shape is None:
        return "lists of unequal length"
    sides = f" ({' x '.join(map(str, shape))})" if len(shape) > 1 else ""
    return f"{counted(math.prod(shape), 'number')}{sides}" if shape else "one number"


def _assign(content: Any, numbers: Numbers) -> None:
    if isinstance(numbers, list):
        for item, number in zip(content, numbers, strict=True):
            _assign(item, number)
    else:
        content.data = numbers
