/* Says one step beside the picture: the formula in symbols and in numbers, the ledger of a node that several paths reach, and
 * the two counters of multiplications. `hidden` tells which number of this step is asked (`kind`: the value, the amount that
 * arrives, or the gradient) and how many hints were given (`level`: 1 shows the rule in symbols, 2 with numbers). */
function panel(root, data, operands, arrivals) {
  const part = (name) => root.querySelector(".cr-" + name);
  const { number, factor, adjoint, partial, forward, rule } = formulas(data, operands);
  const EQUALS = "<mo>=</mo>", TIMES = "<mo>·</mo>", ASKED = "<mo>?</mo>";
  const put = (name, ...lines) => {
    part(name).innerHTML = lines.map((line) => `<div><math displaystyle="true"><mrow>${line}</mrow></math></div>`).join("");
  };
  const chain = (pieces) => pieces.filter((piece, i) => piece && piece !== pieces[i - 1]).join(EQUALS);
  const local = (e) => chain([partial(e), rule(e), number(data.edges[e][3])]);
  const signed = (text) => (/^-/.test(text) ? "−" + text.slice(1) : "+" + text);
  const last = (list) => list[list.length - 1];
  const counts = { memoized: [], naive: [] };
  data.steps.reduce(([once, every], { paths }) => {
    const sum = [once + (paths > 0n ? 1n : 0n), every + paths];
    counts.memoized.push(sum[0]);
    counts.naive.push(sum[1]);
    return sum;
  }, [0n, 0n]);

  const giver = (e) => data.givers[e] ?? data.labels[data.edges[e][1]];
  const givers = (node) => arrivals[node].filter((j) => data.steps[j].edge >= 0);
  const upstream = (e) => data.steps[last(arrivals[data.edges[e][1]])].sum;
  const symbols = (e) => adjoint(data.edges[e][1]) + TIMES + partial(e);
  const joined = (terms) => (terms.length <= 6 ? terms : [...terms.slice(0, 6), "<mo>…</mo>"]).join("<mo>+</mo>");

  // Three lines: symbols, numbers, the local rules; a question shows as many of them as hints were given.
  function say({ forward: evaluates, node, together, edge, amount, sum }, hidden) {
    const { kind, level } = hidden || { kind: evaluates ? "value" : "amount", level: 3 };
    const result = (text) => EQUALS + (hidden ? ASKED : number(text));
    const more = kind === "amount" && arrivals[node].length > 1 ? "<mo>+=</mo>" : EQUALS;
    const write = (left, rule, numbers, locals = [], heading = "") => {
      const known = hidden ? more + ASKED : EQUALS + number(evaluates ? data.values[node] : sum);
      put("symbols", left + (!level || !rule ? known : rule === left ? "" : more + rule)); // an expression is its own name
      put("numbers", ...(level > 1 && numbers ? [numbers] : []));
      put("rule", ...(level ? locals.slice(0, 4) : []));
      part("kept").textContent = level && locals.length ? heading + (locals.length > 4 ? ` (4 / ${locals.length})` : "") : "";
    };
    if (kind === "value") {
      const operation = data.kinds[node] >= 0, kept = hidden ? [] : operands[node].filter(({ e }) => data.edges[e][3] !== null);
      if (together.length > 1) { // a few of them stand for all; the sentence says how many there are
        const some = together.slice(0, 3).map((one) => data.names[one] + EQUALS + number(data.values[one]));
        write("", "", "");
        return put("symbols", [...some, "<mo>…</mo>"].slice(0, together.length).join("<mo>,</mo>"));
      }
      if (!operation) return write(data.names[node], "", "");
      return write(data.names[node], forward(node, false), forward(node, true) + result(data.values[node]),
        kept.map(({ e }) => local(e)), data.words.kept);
    }
    if (edge < 0) { // where gradients begin, it is said how they differ from what stands on the arrows
      write(adjoint(node), "", "");
      part("kept").textContent = data.legend;
      return;
    }
    if (kind === "gradient") {
      return write(adjoint(node), joined(givers(node).map((j) => symbols(data.steps[j].edge))),
        joined(givers(node).map((j) => factor(data.steps[j].amount))) + result(sum));
    }
    const rules = chain([partial(edge), rule(edge), level > 1 && number(data.edges[edge][3])]);
    return write(adjoint(node), symbols(edge), factor(upstream(edge)) + TIMES + factor(data.edges[edge][3]) + result(amount), [rules], data.words.rule);
  }

  function ledger(k, hidden) {
    const { forward: evaluates, node } = data.steps[k], asked = hidden && hidden.kind;
    const entries = evaluates ? [] : givers(node);
    part("ledger").hidden = entries.length < 2;
    if (entries.length < 2) {
      ["entries", "sum", "cancels"].forEach((name) => part(name).replaceChildren()); // undone, they are unknown again
      return;
    }
    const size = (j) => Math.abs(data.steps[j].exact) || 0;
    const largest = Math.max(...entries.map(size)) || 1;
    part("ledger-of").innerHTML = `<math displaystyle="true">${adjoint(node)}</math>`;
    part("entries").replaceChildren(...entries.map((j) => {
      const { amount, exact, edge } = data.steps[j], line = document.createElement("tr");
      const waits = j > k || (asked === "amount" && j === k);
      line.className = (waits ? "waits " : "") + (j === k ? "now" : "");
      line.insertCell().textContent = !waits ? signed(amount) : j === k ? "?" : data.notYet;
      line.insertCell().textContent = "via " + giver(edge);
      const cell = line.insertCell(), bar = cell.appendChild(document.createElement("span"));
      cell.className = "cr-signed"; // from the middle, to the right or, below zero, to the left
      bar.className = waits ? "" : exact < 0 ? "minus" : "plus";
      bar.style.width = waits ? "0" : `${Math.max(1, (50 * size(j)) / largest)}%`;
      return line;
    }));
    const arrived = entries.filter((j) => j < k || (j === k && asked !== "amount"));
    part("sum").textContent = asked === "gradient" ? "= ?" : !arrived.length ? data.notYet
      : data.steps[last(arrived)].soFar || "= " + signed(data.steps[last(arrived)].sum).replace("+", "");
    const cancels = [-1, 1].every((sign) => arrived.some((j) => data.steps[j].exact * sign > 0));
    part("cancels").hidden = !cancels || Boolean(asked);
    part("cancels").textContent = cancels && !asked ? data.words.cancels : "";
  }

  function count(k) {
    const whole = Number(last(counts.naive)) || 1;
    ["memoized", "naive"].forEach((name) => {
      const now = counts[name][k];
      part(name).textContent = `${now.toLocaleString("en")} / ${last(counts[name]).toLocaleString("en")}`;
      part(name + "-bar").style.width = `${(100 * Number(now)) / whole}%`;
    });
  }

  return {
    arrivals,
    giver,
    rule: (e) => {
      part("kept").textContent = data.words.rule;
      put("rule", local(e));
    },
    show: (k, hidden) => {
      say(data.steps[k], hidden);
      ledger(k, hidden);
      count(hidden && k ? k - 1 : k);
    },
  };
}
