/* Writes formulas: fills the templates that come with the data with names or with numbers. A template is a list of markup and
 * of holes [which, tight, needed]: hole i is operand i, hole -1 the node itself; a negative number has brackets in a tight hole,
 * and so has a name that holds together less tightly than needed. All markup was made, and escaped, where the data was made. */
function formulas(data, operands) {
  const inside = (piece) => `<mrow><mo stretchy="false">(</mo>${piece}<mo stretchy="false">)</mo></mrow>`;
  const number = (text) => (/^-/.test(text) ? `<mrow><mo>−</mo><mn>${text.slice(1)}</mn></mrow>` : `<mn>${text}</mn>`);
  const factor = (text, tight = true) => (tight && /^-/.test(text) ? inside(number(text)) : number(text));
  const name = (node, tight, needed) => {
    const loose = data.levels[node] < needed || (tight && /^-/.test(data.labels[node]));
    return loose ? inside(data.names[node]) : data.names[node];
  };
  const fill = (template, hole) => template.map((piece) => (typeof piece === "string" ? piece : hole(...piece))).join("");
  const operand = (node, hole) => (hole < 0 ? node : operands[node][hole].source);
  const named = (node) => (hole, tight, needed) => name(operand(node, hole), tight, needed);
  const numbered = (node) => (hole, tight) => factor(data.operands[node]?.[hole] ?? data.values[operand(node, hole)], tight);
  return {
    number,
    factor,
    adjoint: (node) => fill(data.adjoint, (_, tight, needed) => name(node, tight, needed)),
    partial: (e) => {
      const [source, target, slot] = data.edges[e];
      return operands[target].filter((other) => other.source === source).length > 1
        ? `<mrow><msub><mo>∂</mo><mn>${slot + 1}</mn></msub>${name(target, true, 9)}</mrow>`
        : fill(data.partial, (hole, tight, needed) => name(hole ? target : source, tight, needed));
    },
    forward: (node, numbers) => fill(data.forms[data.kinds[node]], (numbers ? numbered : named)(node)),
    rule: (e) => (data.edges[e][4] < 0 ? "" : fill(data.rules[data.edges[e][4]], named(data.edges[e][1]))),
  };
}
