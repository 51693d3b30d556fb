"""A question about a graph as one object: what is asked, the answer, what slips give, the sentences, hints.

Everything that asks (a lesson, the player, a card, a worksheet, an exam) prints one of these, and a page
needs no more than its `data`. Finds no slip itself, and knows no picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.paths import Path
from autograd.graph.snapshot import Edge
from autograd.practice.reading import FOR_THESE, UNREADABLE, Formula, Reading, read
from autograd.practice.slips.table import Slip
from autograd.practice.slips.wording import said
from autograd.text.numbers import number

Form: TypeAlias = Literal["number", "choice", "node", "paths"]
Place: TypeAlias = "int | Edge | Path | tuple[int, ...] | None"

RIGHT = "Right."
HUNCH = "That was a hunch, and nobody could know."
NOT_THIS = "{typed} is not among the answers: {known}."
MORE = (
    "{} path is right, and there is more: does some way fork further on?",
    "{} paths are right, and there is more: does some way fork further on?",
)
NO_PATH = "{path} is no path: each arrow leads from a node to one that uses it."


@dataclass(frozen=True)
class Alternative:
    """One of the answers that can be chosen: a text, or a node that is clicked.

    Attributes
    ----------
    text : str
        What is read; of a node, its name.
    right : bool
    sentence : str
        What is said when it is chosen.
    node : int or None
        The node that it is, where the drawing is clicked.
    """

    text: str
    right: bool
    sentence: str
    node: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What an answer was found to be.

    Attributes
    ----------
    right : bool or None
        None where it could not be read, and of a hunch that is not right: neither is an attempt.
    sentence : str
        What is said.
    value : float or None
        The number that was read.
    kind : str
        The kind of slip; "" where it is right or nothing is known.
    """

    right: bool | None
    sentence: str
    value: float | None = None
    kind: str = ""

    def __bool__(self) -> bool:
        return bool(self.right)

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Question:
    """A graph, what is asked of it, the answer, what each slip gives, and hints.

    Attributes
    ----------
    kind : str
        A key of `autograd.practice.KINDS`.
    form : str
        How it is answered: a ``"number"`` is typed, one of several is a ``"choice"``, a ``"node"`` is
        clicked, all ``"paths"`` are clicked or counted.
    prompt, prompt_latex : str
        One sentence; in the second, formulas stand between dollar signs.
    given : tuple of str
        What is known, in lines: the operations, the numbers of the leaves.
    graph : Graph
    names : Names
        What the nodes are called.
    asked : int, Edge, Path, tuple of int or None
        The node, the arrow, the path or the nodes in question.
    answer : float
        The number; of a choice, the place of the right one; of paths, how many there are.
    hints : tuple of str
        Three: where to look, the rule with numbers, the worked step.
    otherwise : str
        What is said to a number that no slip explains, with ``{n}`` for the number.
    slips : tuple of Slip
        Wrong numbers, each once and none that counts as right.
    hides : tuple of str
        The kinds of slips that give the right answer here, so that they cannot be told.
    accepted : tuple of float
        Numbers that are right, too.
    alternatives : tuple of Alternative
    formula : Formula or None
        What a formula that is typed is compared with, where one is asked for; the alternatives help then.
    paths : tuple of tuple of Edge
        All of them, each from the leaf to the root, where they are asked.
    numbers : tuple of tuple
        Node and gradient, where a drawing shows some, be they those that the graph has or others.
    factors : tuple of Edge
        Arrows whose local derivative the drawing shows.
    veiled : tuple of int
        Nodes whose value the drawing does not show.
    hunch : bool
        Whether it is asked before anything was explained: then no answer is wrong, and the first one is
        followed by what is right.
    source : str
        Kind, level and seed of a question that was drawn; "" otherwise.
    tolerance : float
        The relative error at which a number still counts as right. Right to the two or more digits typed is
        right anyway, unless it is the number of a slip.

    Examples
    --------
    >>> from autograd import practice, values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> u.label, v.label, J.label = "u", "v", "J"
    >>> question = practice.gradient(J, b)
    >>> print(question)
    u = b·c, v = a + u, J = 3·v
    a = 5, b = 3, c = 2
    What is dJ/db?
    >>> print(question.check("2"))
    2 is the factor on the arrow b → u. Multiply it by the gradient that arrives at u.
    >>> print(question.check("3·1·2"))
    Right. dJ/db = 3·1·2 = 6.
    """

    kind: str
    form: Form
    prompt: str
    graph: Graph
    names: Names = field(repr=False, compare=False)
    asked: Place
    answer: float
    hints: tuple[str, str, str]
    otherwise: str = ""
    slips: tuple[Slip, ...] = ()
    hides: tuple[str, ...] = ()
    accepted: tuple[float, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    formula: Formula | None = None
    paths: tuple[tuple[Edge, ...], ...] = ()
    tolerance: float = 1e-9
    prompt_latex: str = ""
    given: tuple[str, ...] = ()
    numbers: tuple[tuple[int, float], ...] = ()
    factors: tuple[Edge, ...] = ()
    veiled: tuple[int, ...] = ()
    source: str = ""
    hunch: bool = False

    def __str__(self) -> str:
        listed = [f"{chr(97 + k)}) {choice.text}" for k, choice in enumerate(self.alternatives)]
        return "\n".join([*self.given, self.prompt, *(listed if self.form == "choice" else [])])

    @property
    def shown(self) -> str:
        """The answer in a few words, as a solution prints it."""
        if self.alternatives:
            return " or ".join(choice.text for choice in self.alternatives if choice.right)
        return number(self.answer)

    def right(self, reading: Reading) -> bool:
        """Say whether a number that was read is the answer.

        Parameters
        ----------
        reading : Reading
            As `read` returns it.

        Returns
        -------
        bool
            Whether it is right, also to the digits typed, unless these are the number of a slip.
        """
        return self._explained(reading) is True

    def _explained(self, reading: Reading) -> Slip | bool:
        """Return True for the answer, the slip that gives a number, or False.

        A number is taken as it stands first, and then to the digits typed: 3.0 is right for 3.04, unless a
        slip gives 3.
        """
        for taken in (Reading(reading.value), reading):
            if any(taken.near(exact, self.tolerance) for exact in (self.answer, *self.accepted)):
                return True
            for slip in self.slips:
                if taken.near(slip.answer, self.tolerance):
                    return slip
        return False

    def check(self, typed: object, attempt: int = 1) -> Verdict:
        """Compare an answer, and say in words what it is.

        Parameters
        ----------
        typed : str, float, Value, or a sequence of names
            A number, or how it comes about (``"3·1·2"``); a formula in any form; the text of a choice, or its
            letter; a node's name;
            paths, each a sequence of names, or their number.
        attempt : int
            The how-manieth it is: the first wrong one gets the sentence, the second also the rule with
            numbers, a further one the worked step.

        Returns
        -------
        Verdict
            Whether it is right, and what is said.
        """
        if self.alternatives:
            found = self._chosen(typed)
        elif self.paths and not isinstance(typed, (str, float, int)):
            found = self._traced(typed)
        else:
            found = self._compared(typed)
        if found.right:
            return found if self.alternatives else Verdict(True, f"{RIGHT} {self.hints[2]}", found.value)
        if self.hunch and found.right is not None:
            return Verdict(None, f"{HUNCH} {self.hints[2]}", found.value)
        if found.right is None or attempt < 2:
            return found
        more = self.hints[min(attempt, len(self.hints)) - 1]
        return Verdict(False, f"{found.sentence} {more}", found.value, found.kind)

    def _compared(self, typed: object) -> Verdict:
        data = getattr(typed, "data", typed)
        reading = Reading(float(data)) if isinstance(data, (int, float)) else read(str(typed))
        if reading is None:
            return Verdict(None, UNREADABLE)
        found = self._explained(reading)
        if found is True:
            return Verdict(True, RIGHT, reading.value)
        if found:
            return Verdict(False, found.sentence, reading.value, found.kind)
        shown = typed.strip() if isinstance(typed, str) else said(reading.value)
        return Verdict(False, self.otherwise.replace("{n}", shown), reading.value)

    def _chosen(self, typed: object) -> Verdict:
        wanted = str(getattr(typed, "label", typed)).strip()
        letters = "abcdefghijklmnopqrstuvwxyz" if self.form == "choice" else ""
        texts = [choice.text for choice in self.alternatives]
        if wanted in texts:
            choice = self.alternatives[texts.index(wanted)]
        elif len(wanted) == 1 and 0 <= letters.find(wanted) < len(texts):
            choice = self.alternatives[letters.index(wanted)]
        elif self.formula:
            right, sentence = self.formula.check(wanted)
            told = next(choice.sentence for choice in self.alternatives if choice.right)
            return Verdict(right, told if right else sentence)
        else:
            return Verdict(None, NOT_THIS.format(typed=wanted, known=", ".join(texts)))
        return Verdict(choice.right, choice.sentence)

    def _traced(self, typed: Any) -> Verdict:
        given = [typed] if typed and all(isinstance(x, str) for x in typed) else typed
        right = [self._called(path) for path in self.paths]
        found = {tuple(map(str, path)) for path in given}
        for path in found:
            if path not in right and path[::-1] not in right:
                return Verdict(False, NO_PATH.format(path=" → ".join(path)))
        traced = sum(path in found or path[::-1] in found for path in right)
        if traced < len(right):
            return Verdict(False, MORE[traced != 1].format(traced))
        return Verdict(True, RIGHT)

    def _called(self, path: Sequence[Edge]) -> tuple[str, ...]:
        return (self.names[path[0].source], *(self.names[edge.target] for edge in path))

    def data(self) -> dict[str, Any]:
        """Return all that a page needs to ask this and to answer.

        Returns
        -------
        dict
            Texts and numbers, ready for JSON: nan and infinities are texts.
        """
        found: dict[str, Any] = {
            "kind": self.kind,
            "form": self.form,
            "prompt": self.prompt,
            "given": list(self.given),
            "answer": json_number(self.answer),
            "shown": self.shown,
            "accepted": [json_number(x) for x in (self.answer, *self.accepted)],
            "tolerance": self.tolerance,
            "slips": [[json_number(slip.answer), slip.sentence, slip.kind] for slip in self.slips],
            "otherwise": self.otherwise,
            "hints": list(self.hints),
            "unreadable": UNREADABLE,
            "hunch": HUNCH if self.hunch else "",
        }
        if self.alternatives:
            found["alternatives"] = [[c.text, c.right, c.sentence, c.node] for c in self.alternatives]
        if self.formula:
            wrong = [[list(values), sentence] for values, sentence in self.formula.slips]
            found["formula"] = {
                "names": list(self.formula.names),
                "points": [list(point) for point in self.formula.points],
                "right": list(self.formula.right),
                "slips": wrong,
                "here": self.formula.here,
                "forThese": FOR_THESE,
                "otherwise": self.formula.otherwise,
                "unreadable": self.formula.unreadable,
            }
        if self.paths:
            places = {edge: k for k, edge in enumerate(self.graph.edges)}
            found["paths"] = [[places[edge] for edge in path] for path in self.paths]
            found["edges"] = [[edge.source, edge.target] for edge in self.graph.edges]
            found["names"] = list(self.names)
            found["more"] = list(MORE)
        return found


def json_number(x: float) -> float | str:
    """Return a number as JSON can hold it: nan and the infinities as texts that JavaScript's Number reads."""
    return x if x - x == 0 else "NaN" if x != x else "Infinity" if x > 0 else "-Infinity"
