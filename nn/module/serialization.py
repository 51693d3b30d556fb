"""Saved numbers as JSON or npz files, exact and atomic; knows no model, and never runs code from a file."""

from __future__ import annotations

import hashlib
import json
import math
import os
import secrets
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from nn.module.state import Numbers, StateError

__all__ = ["load", "save"]

_FORMAT = "chainrule state 1"
_HEADER = "__chainrule__"

# What json, zipfile, zlib and NumPy raise on bytes that are not what they should be; RuntimeError stands for
# deep nesting, encryption and unknown compression.
_DAMAGE = (
    ValueError, LookupError, TypeError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

_Encode: TypeAlias = Callable[[Mapping[str, Numbers], str], bytes]
_Decode: TypeAlias = Callable[[bytes], dict[str, Numbers]]


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
        When the file is cut off, changed, or no such file at all.
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
    body = {key: _readable(value) for key, value in numbers.items()}
    lines = [f"{json.dumps(key)}: {json.dumps(value, allow_nan=False)}" for key, value in body.items()]
    head = {"format": _FORMAT, "model": model, "sha256": _digest(body)}
    text = [f"{json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    return "\n".join(["{", *text, '"state": {', ",\n".join(lines), "}}", ""]).encode()


def _from_json(content: bytes) -> dict[str, Numbers]:
    document = json.loads(content.decode())
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise ValueError(f"it does not say that its format is {_FORMAT!r}")
    body = document["state"]
    if not isinstance(body, dict):
        raise ValueError("its state is no table of names and numbers")
    if "sha256" in document and document["sha256"] != _digest(body):
        raise ValueError(
            "its numbers are not the ones that were saved (the checksum differs); "
            "if you changed them on purpose, delete the line with sha256"
        )
    return {key: _number(value) for key, value in body.items()}


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _readable(value: Numbers) -> Any:
    """Return what JSON can hold: it has no nan and no infinity, so these become words."""
    if isinstance(value, list):
        return [_readable(item) for item in value]
    return value if math.isfinite(value) else str(value)


def _number(value: Any) -> Numbers:
    if isinstance(value, list):
        return [_number(item) for item in value]
    if isinstance(value, bool) or not (isinstance(value, int | float) or value in {"nan", "inf", "-inf"}):
        raise ValueError(f"{value!r} stands where a number should be")
    return float(value)


def _to_npz(numbers: Mapping[str, Numbers], model: str) -> bytes:
    buffer = BytesIO()
    arrays = {key: np.asarray(value, dtype=np.float64) for key, value in numbers.items()}
    np.savez(buffer, allow_pickle=False, **{_HEADER: np.array([_FORMAT, model])}, **arrays)
    return buffer.getvalue()


def _from_npz(content: bytes) -> dict[str, Numbers]:
    with np.load(BytesIO(content), allow_pickle=False) as archive:
        if _HEADER not in archive or str(archive[_HEADER][0]) != _FORMAT:
            raise ValueError(f"it does not say that its format is {_FORMAT!r}")
        arrays = {key: archive[key] for key in archive if key != _HEADER}
    for key, array in arrays.items():
        if array.dtype != np.float64:
            raise ValueError(f"{key} holds {array.dtype}, not float64")
    return {key: array.tolist() for key, array in arrays.items()}
