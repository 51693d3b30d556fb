"""Decides which numbers of a walkthrough are asked, and makes the forms of it in which no answer stands.

The questions themselves, what slips give and what is said to them, are those of `autograd.practice`; whether
an answer is right is found out on the page. It computes no number.
"""

import math
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from autograd import Graph, Step, practice
from autograd.graph.names import Names
from autograd.text.numbers import DIGITS, number, shown_digits
from viz.drawing.drawing import Arrow, Drawing
from viz.figures.names import brief
from viz.player.stage import NOT_YET, Stage

Mode = Literal["show", "ask", "exam"]
HIDDEN = "?"
MOST_TOLD = 60  # questions for the head: so many have a sentence for every slip
FEW = 2  # digits of each operand that can be worked with in the head; a result may have one more

WORDS: dict[str, Any] = {
    "turn": "Your turn:",
    "value": "what is the value of {node}?",
    "amount": "how much reaches {node} from {giver}?",
    "gradient": "all has arrived, what is the gradient of {node}?",
    "check": "check",
    "goOn": "go on",
    "idle": "not asked: go on",
    "ended": "the last step",
    "right": "Right.",
    "unreadable": practice.UNREADABLE,
    "unknown": practice.UNKNOWN,
    "hints": ["", "Here is the rule in symbols.", "Here is the rule with numbers.", "Here it is."],
    "seed": "How much does {node} change when {node} itself changes by one?",
    "score": "{right} of {all} at the first try",
    "firstWrong": "{} wrong at first",
    "helped": "{} with help",
    "left": "{} not answered",
    "marks": {"right": "right at the first try", "wrong": "wrong at first", "helped": "with help"},
    "copied": "Copied.",
}


def mode(guess: bool | str) -> Mode:
    """Return the mode that `guess=` asks for; a ValueError lists those there are.

    Examples
    --------
    >>> mode(False), mode(True), mode("exam")
    ('show', 'ask', 'exam')
    """
    if isinstance(guess, bool):
        return "ask" if guess else "show"
    if guess in ("show", "ask", "exam"):
        return guess  # type: ignore[return-value]  # a Literal cannot be narrowed by `in`
    raise ValueError(
        f'guess={guess!r} is no way to put questions: use "show" (no questions, as with False), "ask" (what '
        'can be answered in the head, as with True) or "exam" (every number).'
    )


def asked(graph: Graph, names: Names, steps: Sequence[Step]) -> list[list[Any]]:
    """Return every question: its step, what is asked, and whether it can be answered in the head.

    Asked are values, the amounts that reach a node, and gradients where several amounts merge; a leaf's value
    is given, not asked. A product can always be written by its factors, and a merge by its terms.
    """
    missing = Counter(step.node for step in steps if step.edge is not None)
    merges = {node for node, count in missing.items() if count > 1}
    questions: list[list[Any]] = []
    for k, step in enumerate(steps):
        if step.phase == "forward":
            if _computed(graph, names, step.node):
                questions.append([k, "value", int(_easy(graph, step.node))])
        elif step.edge is None:
            questions.append([k, "gradient", 0])
        else:
            questions.append([k, "amount", 1])
            missing[step.node] -= 1
            if step.node in merges and not missing[step.node]:
                questions.append([k, "gradient", 1])
    return questions


def told(graph: Graph, names: Names, steps: Sequence[Step], tolerance: float) -> dict[str, Any]:
    """Return the questions as the page reads them: as in `asked`, then what is right, and what is said else.

    Each text stands once: a slip is its number, the place of its sentence, and those of what its gaps are
    filled with; last come those of what to look at. Slips are told where one can work in the head, and of
    very many questions none, or the page would be too heavy.
    """
    listed = asked(graph, names, steps)
    few = sum(easy for *_, easy in listed) <= MOST_TOLD
    settings = [practice.Setting(graph, names, tolerance, slips=slips) for slips in (False, few)]
    texts: dict[str, int] = {}

    def place(text: str) -> int:
        return texts.setdefault(text, len(texts))

    questions = []
    for k, kind, easy in listed:
        question = _question(settings[easy], steps[k], kind)
        slips = [
            [_short(slip.answer), *map(place, (slip.template, *slip.places))]
            for slip in question.slips
            if math.isfinite(slip.answer)
        ]
        look = question.hints[0].removesuffix(".").partition(": ")[::2]
        right = _accepted(question)
        more = [slips, *map(place, look)] if slips else []
        questions.append([k, kind, easy, right if len(right) > 1 else right[0], *more])
    return {"questions": questions, "texts": list(texts)}


def _accepted(question: practice.Question) -> list[float | str]:
    """Return what is right; what is within the tolerance of the answer need not be told."""
    exact, *others = question.data()["accepted"]
    tolerance = question.tolerance * abs(question.answer)
    more = [x for x in others if isinstance(x, float) and not abs(x - question.answer) <= tolerance]
    return [exact if isinstance(exact, str) else _short(exact, 10), *more]


def _short(x: float, digits: int = DIGITS) -> float | int:
    """Return a number to some digits, by default as it is shown; a whole one without a point."""
    with shown_digits(digits):
        short = float(number(x))
    return int(short) if short == int(short) else short


def _question(setting: practice.Setting, step: Step, kind: str) -> practice.Question:
    node = setting.graph.nodes[step.node]
    if kind == "value":
        return practice.value(setting, node, inner=False)
    if kind == "amount":
        assert step.edge is not None
        return practice.share(setting, setting.graph.nodes[step.edge.target], step.edge.slot)
    if step.edge is None:  # where the sweep begins: the page has a hint of its own
        return practice.plain("", step.contribution)
    return practice.merge(setting, node)


def _computed(graph: Graph, names: Names, node: int) -> bool:
    """Say whether a node has a formula; the value of another one is given."""
    return graph.nodes[node].op is not None and bool(names.shown_operands(node))


def _easy(graph: Graph, node: int) -> bool:
    operands = [graph.nodes[edge.source].data for edge in graph.operands[node]]
    return _digits(graph.nodes[node].data) <= FEW + 1 and all(_digits(x) <= FEW for x in operands)


def _digits(x: float) -> int:
    """Count the digits that a number needs, zeros around them aside."""
    return len(re.sub(r"e.*|\D", "", f"{x:.12g}").strip("0"))


def worded(graph: Graph, names: Names, steps: Sequence[Step], sentences: Sequence[str]) -> list[str]:
    """Return the sentences of the steps with a question in place of every answer."""
    lines = [""] * len(steps)
    for k, kind, _ in asked(graph, names, steps):
        edge = steps[k].edge
        giver = "" if edge is None else names.giver(edge)
        node = names[steps[k].node]
        if kind == "value" and not names.spelled(steps[k].node):
            node += f" = {brief(names, steps[k].node)}"
        lines[k] += " " * bool(lines[k]) + WORDS[kind].format(node=node, giver=giver)
    return [line or sentence for line, sentence in zip(lines, sentences, strict=True)]


def veiled(layout: Stage, graph: Graph, names: Names) -> Drawing:
    """Return the drawing of a stage without its answers: values that are computed, ∂ and gradients."""
    drawing = layout.drawing
    boxes = []
    for box in drawing.boxes:
        node, lines, cells = int(box.id[1:]), list(box.lines), list(box.cells)
        for place, line in layout.lines[node].items():
            if line.kind == "gradient":
                lines[place] = cells[-1] = line.before + NOT_YET
            elif _computed(graph, names, node):
                lines[place] = line.before + HIDDEN
                cells[0] = cells[0].removesuffix(line.after) + HIDDEN
        boxes.append(replace(box, lines=tuple(lines), cells=tuple(cells)))
    return replace(drawing, boxes=tuple(boxes), arrows=tuple(map(_veiled_arrow, drawing.arrows)))


def _veiled_arrow(arrow: Arrow) -> Arrow:
    symbol, given, _ = arrow.label.partition(" = ")
    classes = tuple("flow" if name in ("zero", "none") else name for name in arrow.classes)
    return replace(arrow, label=symbol if given else "", classes=classes)


def blank(picture: str, computed: Sequence[bool]) -> tuple[str, dict[str, list[str]]]:
    """Return the player's picture without its answers, and the texts that its arrows bear."""
    root = ET.fromstring(picture)
    arrows: dict[str, list[str]] = {}
    for group in root.iter("g"):
        node = int(group.get("data-node", -1))
        if "data-edge" in group.attrib:
            texts = [child for child in group if child.tag in ("text", "title")]
            arrows[group.attrib["data-edge"]] = ["".join(text.itertext()) for text in texts]
            for text in texts:
                text[:], text.text = [], ""
        for line in group.iterfind("text[@data-line]") if node >= 0 else ():
            if line.get("data-line") == "gradient":
                line.text = line.get("data-before", "") + NOT_YET
            elif computed[node]:
                line.text = line.get("data-before", "") + HIDDEN
    return ET.tostring(root, encoding="unicode"), arrows
