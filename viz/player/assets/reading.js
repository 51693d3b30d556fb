/* Reads a number as a learner writes it: -0.25, 0,25, 1/4, 3·1·2, 2^3, (-2)·(1+0.5), inf; of an equation, what follows its last
 * sign. `size` is half a unit of the last digit typed if it is one number of two or more digits, else 0: that near, it is right
 * to the digits typed. With values for some names a formula is read: 2bc, b c², exp(x)·(1 - x). The same rules stand in
 * autograd/practice/reading.py; the tests compare the two. */
const FUNCTIONS = {
  exp: Math.exp, log: Math.log, ln: Math.log, sqrt: Math.sqrt, sin: Math.sin, cos: Math.cos, tan: Math.tan, sinh: Math.sinh,
  cosh: Math.cosh, tanh: Math.tanh, abs: Math.abs, sigmoid: (x) => 1 / (1 + Math.exp(-x)), σ: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(0, x),
};
function readNumber(typed, values = null) {
  const text = typed.split("=").at(-1).trim().replace(/[−–]/g, "-").replace(/[·×⋅∙∗]/g, "*").replace(/[:÷∕]/g, "/")
    .replaceAll("**", "^").replace(/∞|infinity/gi, "inf")
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, (high) => `^(${[...high].map((sign) => "0123456789-"["⁰¹²³⁴⁵⁶⁷⁸⁹⁻".indexOf(sign)]).join("")})`);
  const known = !values ? [] : [
    ...Object.keys(FUNCTIONS).filter((name) => !Object.hasOwn(values, name)).map((name) => `${name}(?=\\s*\\()`),
    ...Object.keys(values).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")),
  ].sort((a, b) => b.length - a.length);
  const number = "(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?|[iI][nN][fF]|[nN][aA][nN]|\\S";
  const tokens = text.match(new RegExp([...known, number].join("|"), "gu")) || [];
  const unreadable = () => { throw new SyntaxError(typed); };
  const isName = (token) => values !== null && token !== undefined && Object.hasOwn(values, token);
  const isFunction = (token) => values !== null && token !== undefined && Object.hasOwn(FUNCTIONS, token);
  let at = 0, depth = 0;
  const sum = () => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  const product = () => {
    let value = factor();
    for (;;) {
      const token = tokens[at];
      if (token === "*" || token === "/") at += 1;
      else if (!isName(token) && !isFunction(token) && !(values && token === "(")) return value;
      value = token === "/" ? value / factor() : value * factor();
    }
  };
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
    if (isName(token)) return values[token];
    if (isFunction(token)) return FUNCTIONS[token](atom());
    if (token === "(") {
      const value = sum();
      return tokens[at++] === ")" ? value : unreadable();
    }
    if (/^inf$/i.test(token)) return Infinity;
    if (/^nan$/i.test(token)) return NaN;
    return /^[.,]?[0-9]/.test(token) ? Number(token.replace(",", ".")) : unreadable();
  };
  const value = sum();
  if (at !== tokens.length || (!values && value !== value && !/nan|inf|[/*^]/i.test(text))) unreadable();
  const [, whole, part, power] = /^[-+]?([0-9]*)(?:[.,]([0-9]+))?(?:e([-+]?[0-9]+))?$/i.exec(text) || [];
  const places = part ? part.length : 0;
  const digits = `${whole || ""}${part || ""}`.replace(/^0+/, "");
  const size = digits.length < 2 ? 0 : 0.5 * 10 ** (Number(power || 0) - places);
  return { value, size };
}

/* Says whether a number that was read is an exact one: up to a relative error, or to the two or more digits typed. */
function isNear({ value, size }, exact, tolerance) {
  return value === exact || (value !== value && exact !== exact)
    || Math.abs(value - exact) <= Math.max(tolerance * Math.abs(exact), size * (1 + 1e-9));
}

/* Returns true for an answer, the slip that gives a number, or undefined: as it stands first, then to the digits typed. */
function explained(guess, { accepted, slips }, tolerance) {
  const found = ({ size }) => {
    const near = (exact) => isNear({ value: guess.value, size }, Number(exact), tolerance);
    return accepted.some(near) || slips.find(([exact]) => near(exact));
  };
  return found({ size: 0 }) || found(guess);
}
