"""The Graphviz of a browser: `viz.drawing.render` finds this module and asks it for every layout.

The layout itself is JavaScript's: a page registers viz.js as the module `graphviz_js`. That Graphviz has no
fonts, and takes a letter for as wide as its bytes in UTF-8 are many: `∂J/∂v₂` for nearly twice too wide. So
each letter that is no ASCII stands as an ASCII one while boxes are made, one that the text does not use
otherwise; drawings are set in a monospaced font, where all are as wide. It knows nothing of drawings.
"""

import json
import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

_INSIDE = re.compile(r"(?<=>)[^<>]+(?=</(?:text|title)>)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ENGINE = re.compile(r"\blayout=(\w+)")
_LETTERS = string.ascii_letters + string.digits + "!#$%*+,./:=?@^_`|~()"


def render(source: str, format: str, options: Sequence[str] = ()) -> str:
    """Return the picture of a DOT text.

    Parameters
    ----------
    source : str
    format : {"svg", "json"}
    options : sequence of str
        As on Graphviz's command line, such as `-Gviewport=300,200,1`.

    Raises
    ------
    ValueError
        Graphviz did not make it; the message is what it said.
    """
    import graphviz_js  # type: ignore[import-not-found]  # each page has its own
    from js import JSON  # type: ignore[import-not-found]

    engine = _ENGINE.search(_QUOTED.sub("", source))
    attributes = dict(option.removeprefix("-G").split("=", 1) for option in options)
    plain, letters = disguised(source)
    asked = {"format": format, "engine": engine[1] if engine else "dot", "graphAttributes": attributes}
    answer = graphviz_js.render(plain, JSON.parse(json.dumps(asked)))
    if answer.errors.length or not answer.output:
        raise ValueError("\n".join(error.message for error in answer.errors) or "nothing")
    return revealed(answer.output, letters, format)


def disguised(source: str) -> tuple[str, dict[int, str]]:
    """Return a text in ASCII of the same length, and what its stand-ins stand for.

    A letter for which no stand-in is left stays: its box is a little too wide.

    Examples
    --------
    >>> disguised("∂J = 3·∂v")
    ('aJ = 3bav', {97: '∂', 98: '·'})
    """
    foreign = dict.fromkeys(letter for letter in source if not letter.isascii())
    free = (letter for letter in _LETTERS if letter not in source)
    stands = dict(zip(foreign, free, strict=False))
    return source.translate(str.maketrans(stands)), {ord(new): old for old, new in stands.items()}


def revealed(output: str, letters: Mapping[int, str], format: str) -> str:
    """Return the picture with its letters put back, wherever it shows text."""
    if format == "json":
        return json.dumps(_shown(json.loads(output), letters), ensure_ascii=False)
    return _INSIDE.sub(lambda found: _translated(found[0], letters), output)


def _translated(text: str, letters: Mapping[int, str]) -> str:
    """Put letters back, but in what is escaped: `&#45;` is no text of ours."""
    return "".join(
        part if part[0] == "&" else part.translate(letters) for part in re.findall(r"&#?\w+;|[^&]+|&", text)
    )


def _shown(found: Any, letters: Mapping[int, str]) -> Any:
    """Put letters back in the labels and texts of a layout in JSON."""
    if isinstance(found, list):
        return [_shown(one, letters) for one in found]
    if isinstance(found, dict):
        return {
            key: x.translate(letters)
            if key in ("label", "xlabel", "text") and isinstance(x, str)
            else _shown(x, letters)
            for key, x in found.items()
        }
    return found
