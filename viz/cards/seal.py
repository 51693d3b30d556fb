"""Folds what would give a question away into one word, for a notebook whose code is read before it is run.

Anybody can unfold it: it is no secret, but nobody sees it by accident.
"""

from __future__ import annotations

import base64
import json
from typing import Any


def sealed(**told: Any) -> str:
    """Return arguments of `viz.exercise` as one word.

    Parameters
    ----------
    **told
        `answer`, `slips`, `hints`, `choices`: numbers, texts, and lists and mappings of them.

    Examples
    --------
    >>> opened(sealed(answer=12, slips={7: "7 is 3 + 4."}))
    {'answer': 12, 'slips': {7: '7 is 3 + 4.'}}
    """
    listed = {name: [*value.items()] if isinstance(value, dict) else value for name, value in told.items()}
    kinds = sorted(name for name, value in told.items() if isinstance(value, dict))
    text = json.dumps([listed, kinds], ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def opened(word: str) -> dict[str, Any]:
    """Return the arguments that `sealed` made a word of, for ``viz.exercise(text, **opened(word))``."""
    listed, kinds = json.loads(base64.b64decode(word))
    return {name: dict(value) if name in kinds else value for name, value in listed.items()}
