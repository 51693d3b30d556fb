/* Reads a number as a learner writes it: -0.25, 0,25, 1/4, 3·1·2, 2^3, (-2)·(1+0.5), inf; of an equation, what follows its last
 * sign. `size` is half a unit of the last digit typed if it is one number of two or more digits, else 0: that near, it is right
 * to the digits typed. The same rules stand in autograd/practice/reading.py; the tests compare the two. */
function readNumber(typed) {
  const text = typed.split("=").at(-1).trim().replace(/[−–]/g, "-").replace(/[·×⋅∙∗]/g, "*").replace(/[:÷∕]/g, "/")
    .replaceAll("**", "^").replace(/∞|infinity/gi, "inf");
  const tokens = text.match(/(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:e[-+]?[0-9]+)?|inf|nan|\S/gi) || [];
  const unreadable = () => { throw new SyntaxError(typed); };
  let at = 0, depth = 0;
  const chain = (signs, operand, apply) => {
    let value = operand();
    while (signs.includes(tokens[at])) value = apply(tokens[at++], value, operand());
    return value;
  };
  const sum = () => chain(["+", "-"], product, (sign, a, b) => (sign === "+" ? a + b : a - b));
  const product = () => chain(["*", "/"], factor, (sign, a, b) => (sign === "*" ? a * b : a / b));
  const factor = () => {
    depth += 1;
    if (depth > 100) unreadable();
    let value;
    if (tokens[at] === "-" || tokens[at] === "+") {
      value = tokens[at++] === "-" ? -factor() : factor();
    } else {
      value = atom();
      if (tokens[at] === "^") {
        at += 1;
        value **= factor();
      }
    }
    depth -= 1;
    return value;
  };
  const atom = () => {
    const token = tokens[at++] || "";
    if (token === "(") {
      const value = sum();
      return tokens[at++] === ")" ? value : unreadable();
    }
    if (/^inf$/i.test(token)) return Infinity;
    if (/^nan$/i.test(token)) return NaN;
    return /^[.,]?[0-9]/.test(token) ? Number(token.replace(",", ".")) : unreadable();
  };
  const value = sum();
  if (at !== tokens.length || (value !== value && !/nan|inf|[/*^]/i.test(text))) unreadable();
  const [, whole, part, power] = /^[-+]?([0-9]*)(?:[.,]([0-9]+))?(?:e([-+]?[0-9]+))?$/i.exec(text) || [];
  const places = part ? part.length : 0;
  const digits = `${whole || ""}${part || ""}`.replace(/^0+/, "");
  const certain = part ? digits : digits.replace(/0+$/, ""); // the zeros of 1200 may only hold the place
  const size = certain.length < 2 ? 0 : 0.5 * 10 ** (digits.length - certain.length - places + Number(power || 0));
  return { value, size };
}

/* Says whether a number that was read is an exact one: up to a relative error, or to the two or more digits typed. */
function isNear({ value, size }, exact, tolerance) {
  return value === exact || (value !== value && exact !== exact)
    || Math.abs(value - exact) <= Math.max(tolerance * Math.abs(exact), size * (1 + 1e-9));
}
