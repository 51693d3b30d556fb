"""Reads MathML back into a number, with SymPy: what a formula says, whoever printed it."""

import xml.etree.ElementTree as ET

import sympy

WORDS = {
    "σ": "sigma", "H": "heaviside", "π": "pi", "ln": "log", "∂": "d", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "arctan2": "atan2",
    "max": "Max", "min": "Min",
}  # fmt: skip
RELATIONS = {"<": "<", "≤": "<=", ">": ">", "≥": ">=", "=": "==", "≠": "!="}
SIGNS = {"−": "-", "·": "*", "⌊": "floor(", "⌋": ")", "stretchy": ""}


def expression(markup: str) -> str:
    """Return a formula as SymPy's parser takes it; reasons (what follows ", as") and remarks are left out."""
    return _inside(ET.fromstring(f"<math>{markup}</math>"))


def evaluated(markup: str, **known: float) -> float:
    """Return the number that a formula stands for."""
    names = {name: sympy.Float(x, 30) for name, x in known.items()}
    z = sympy.Symbol("z")
    functions = {
        "sigma": sympy.Lambda(z, 1 / (1 + sympy.exp(-z))),
        "logsigma": sympy.Lambda(z, -sympy.log(1 + sympy.exp(-z))),
        "heaviside": sympy.Lambda(z, sympy.Heaviside(z, 0)),
        "stop_gradient": sympy.Lambda(z, z),
        "log10": sympy.Lambda(z, sympy.log(z, 10)),
        "log2": sympy.Lambda(z, sympy.log(z, 2)),
        "e": sympy.E,
    }
    found = sympy.parse_expr(expression(markup), local_dict=functions | names)
    return (
        float(found)
        if isinstance(found, bool)
        else float(sympy.Integer(bool(found)) if found.is_Boolean else found.evalf(25))
    )


def _inside(parent: ET.Element) -> str:
    parts: list[str] = []
    bars, before = 0, ""
    for child in parent:
        if child.tag == "mtext" and (child.text or "").startswith((", as ", " (")):
            break
        if child.tag == "mo" and child.text == "|":
            parts.append(")" if bars % 2 else "Abs(")
            bars += 1
        else:
            part = _part(child)
            parts.append("*(" if before == "mfrac" and part == "(" else part)
        before = child.tag
    return "".join(parts)


def _part(element: ET.Element) -> str:
    text = element.text or ""
    match element.tag:
        case "mn":
            return text
        case "mi" | "mtext":
            return WORDS.get(text, text)
        case "mo":
            return SIGNS.get(text, RELATIONS.get(text, text))
        case "mrow":
            return _inside(element) if len(element) else ""
        case "mfrac":
            return "(({})/({}))".format(*map(_part, element))
        case "msup":
            base, power = map(_part, element)
            return f"(({base})**({power}))"
        case "msub":
            return "{}{}".format(*map(_part, element))
        case "msqrt":
            return f"sqrt({_inside(element)})"
        case "mroot":
            return f"cbrt({_part(element[0])})"
    raise ValueError(f"a formula is not expected to hold <{element.tag}>")
