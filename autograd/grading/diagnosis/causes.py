"""What each cause is called, and the sentence that tells it; knows no class and no number."""

from __future__ import annotations

KINDS = {  # of findings, with what each is in a few words
    "crash": "an exception, or the end of the process",
    "endless": "something does not come to an end",
    "unwrapped": "a plain number is not turned into a node",
    "reflected": "a number on the left is swapped",
    "missing": "an operation, or a number on the left, is missing",
    "forward": "a value is wrong",
    "seed": "the sweep does not begin with 1, or gradients not with 0",
    "rule": "a local derivative is wrong",
    "not stored": "a rule is not stored, or stored at another node",
    "upstream": "the gradient that arrives is not multiplied",
    "overwrite": "`=` for `+=`",
    "once per path": "a rule runs once per path",
    "order": "a node hands on before it has all",
    "stops early": "the sweep stops early",
    "same number": "nodes of equal value are taken for one",
    "counted once": "an operand on both sides is counted once",
    "disconnected": "an operand is not recorded",
    "sum": "the sum or the order is wrong, and no usual cause fits",
    "state": "something survives a sweep",
    "kink": "a choice at a kink",
    "convention": "a convention",
    "limit": "a limit",
    "rounding": "rounded numbers",
    "skipped": "what was not looked at",
}

SWEEP_KINDS = {  # of each faulty order the kind of the finding
    "paths": "once per path",
    "unvisited": "once per path",
    "outside": "once per path",
    "breadth paths": "once per path",
    "preorder": "order",
    "breadth": "order",
    "stack": "order",
    "not reversed": "stops early",
    "two levels": "stops early",
    "without last": "stops early",
    "without root": "stops early",
    "first operand": "stops early",
    "equal values": "same number",
    "reseeded": "once per path",
    "reseeded where 0": "once per path",
}

SWEEPS = {  # of each faulty order the sentence
    "paths": (
        "a node's rule runs once for every path that leads to it, each time with all that has been summed"
        " so far: visit each node once, after all that use it; run the rules in reverse topological order"
    ),
    "unvisited": (
        "a node's rule runs once for every path that leads to it, each time with the whole sum: keep a "
        "set of visited nodes when you sort"
    ),
    "outside": (
        "a node's rule runs once for every arrow to it: the loop over its operands, or the append, stands"
        " outside of `if v not in visited`"
    ),
    "breadth paths": (
        "a node enters the queue once for every path that leads to it, and its rule runs each time: keep "
        "a set of visited nodes, and run the rules in reverse topological order"
    ),
    "preorder": (
        "a node's rule runs as soon as the node is met, before all that use it have handed on theirs: run"
        " the rules in reverse topological order"
    ),
    "breadth": (
        "nodes are visited level by level, so a node hands on before a longer path has reached it: run "
        "the rules in reverse topological order"
    ),
    "stack": (
        "nodes are taken from a stack as they are met, before all that use them have handed on theirs: "
        "run the rules in reverse topological order"
    ),
    "not reversed": (
        "only the root's own rule has something to hand on: either the sorted list is walked from the "
        "leaves to the root (walk it in reverse), or no other rule runs"
    ),
    "two levels": "the sweep stops below the root's operands: their own operands' rules never run",
    "without last": "the node that is last in the sweep is left out, so its rule never runs",
    "without root": "the root's own rule never runs, so nothing flows",
    "first operand": (
        "only the first operand of each node is followed, so the rules below the others never run"
    ),
    "equal values": (
        "different nodes of equal value are taken for one, so one of them is skipped: a node is itself, "
        "not its number (look at `__eq__` and `__hash__`)"
    ),
    "reseeded": "every node's gradient becomes 1 again before its rule runs: only the root starts with 1",
    "reseeded where 0": (
        "backward() calls the backward() of the operands: a node's rule runs once for every path to "
        "it, each time with all that has been summed so far"
    ),
}

COLUMNS = {  # of each column of a model of the sweep: the kind of the finding, and the sentence
    "overwrites": (
        "overwrite",
        "a second path to the same node overwrites what the first has left: write `+=` for `=`",
    ),
    "unrecorded": ("disconnected", "an operand is not recorded, so the sweep never goes on to it"),
    "once": (
        "counted once",
        "an operand that stands on both sides, as in a * a, gets its gradient once, not twice",
    ),
    "misplaced": (
        "not stored",
        "the rule is stored at an operand (`self`), not at the node that it belongs to (`out`)",
    ),
}

UPSTREAM = {  # of what a rule does with the gradient that arrives
    "forgotten": (
        "the gradient that arrives from above is forgotten: multiply the local derivative by `out.grad`"
    ),
    "value": (
        "the local derivative is multiplied by the node's value, not by the gradient that arrives: "
        "`out.grad`, not `out.data`"
    ),
    "added": "the local derivative and the gradient that arrives are added: multiply them",
    "alone": "the gradient that arrives is handed on without the local derivative: multiply them",
    "squared": "the gradient that arrives is multiplied twice",
    "divided": "the local derivative is divided by the gradient that arrives: multiply them",
    "nothing": (
        "as soon as it is not the root, it hands on nothing: does its rule read the gradient of another "
        "node than `out`?"
    ),
}

SEEDS = {  # of what the root starts with
    "value": "the sweep begins with the root's value; dJ/dJ is 1, whatever J is",
    "zero": "the root's gradient is 0 when the sweep begins, so nothing flows: set it to 1",
    "two": "the sweep begins with 2; dJ/dJ is 1",
    "minus one": "the sweep begins with -1; dJ/dJ is 1",
}

RULES = {  # of each kind of slip; {} is the wrong formula, in the program's names
    "value": "your number is {}, the value itself: the derivative is how fast it changes",
    "operand": "your number is {}, the operand by which is differentiated",
    "other operand": "your number is {}, the other operand",
    "exchanged": "your number is {}: the operands are exchanged",
    "sign": "your number is {}: a sign is turned",
    "factor": "your number is {}: a factor is missing",
    "term": "your number is {}: a term is missing",
    "exponent": "your number is {}: the exponent is not lowered by one",
    "inverse": "your number is {}: a fraction is upside down",
    "input": "your number is {}: it puts in the operand where the value belongs",
    "output": "your number is {}: it puts in the value where the operand belongs",
    "case": "your number is {} here: the condition is missing or turned",
    "slot": "your number is {}, the derivative for the other operand",
    "neighbour": "your number is {}, the derivative of another function",
    "one": "your number is 1, whatever the operands are",
}

NOTHING = {  # why nothing arrives, as far as the text of the rule shows; {} is an operand
    "disconnected": "nothing arrives: the node that it makes does not keep {} among its operands",
    "not stored": "nothing arrives: is its rule there, and stored at the node that it makes?",
    "rule": "nothing arrives: its rule reads the gradient of {}, which is still 0, for another number",
}
