/* Says one step beside the picture: the formula in symbols and in numbers, the ledger of a node that several paths reach, and
 * the two counters of multiplications. `hidden` keeps the number of this step back until it has been guessed. */
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

  function say({ forward: evaluates, node, edge, amount, sum }, hidden) {
    if (evaluates) {
      const result = EQUALS + (hidden ? ASKED : number(data.values[node])), operation = data.kinds[node] >= 0;
      put("symbols", operation && !hidden ? chain([data.names[node], forward(node, false)]) : data.names[node] + result);
      put("numbers", ...(operation && !hidden ? [forward(node, true) + result] : []));
      const kept = hidden ? [] : operands[node].filter(({ e }) => data.edges[e][3] !== null);
      put("rule", ...kept.slice(0, 4).map(({ e }) => local(e)));
      part("kept").textContent = kept.length ? data.words.kept + (kept.length > 4 ? ` (4 / ${kept.length})` : "") : "";
      return;
    }
    part("kept").textContent = edge < 0 || hidden ? "" : data.words.rule;
    if (edge < 0) {
      put("symbols", adjoint(node) + EQUALS + number(sum));
      put("numbers");
      put("rule");
      return;
    }
    const giver = data.edges[edge][1], upstream = data.steps[last(arrivals[giver])].sum;
    put("symbols", adjoint(node) + `<mo>${arrivals[node].length > 1 ? "+=" : "="}</mo>` + adjoint(giver) + TIMES + partial(edge));
    put("numbers", factor(upstream) + TIMES + (hidden ? partial(edge) + EQUALS + ASKED
      : factor(data.edges[edge][3]) + EQUALS + number(amount)));
    put("rule", ...(hidden ? [] : [local(edge)]));
  }

  function ledger(k, hidden) {
    const { forward: evaluates, node } = data.steps[k];
    const entries = evaluates ? [] : arrivals[node].filter((j) => data.steps[j].edge >= 0);
    part("ledger").hidden = entries.length < 2;
    if (entries.length < 2) return;
    const size = (j) => Math.abs(data.steps[j].exact) || 0;
    const largest = Math.max(...entries.map(size)) || 1;
    part("ledger-of").innerHTML = `<math>${adjoint(node)}</math>`;
    part("entries").replaceChildren(...entries.map((j) => {
      const { amount, exact, edge } = data.steps[j], line = document.createElement("tr");
      const waits = j > k || (hidden && j === k);
      line.className = (waits ? "waits " : "") + (j === k ? "now" : "");
      line.insertCell().textContent = !waits ? signed(amount) : j === k ? "?" : data.notYet;
      line.insertCell().textContent = "via " + data.labels[data.edges[edge][1]];
      const bar = line.insertCell().appendChild(document.createElement("span"));
      bar.className = exact < 0 ? "minus" : "plus";
      bar.style.width = waits ? "0" : `${Math.max(2, (100 * size(j)) / largest)}%`;
      return line;
    }));
    const arrived = entries.filter((j) => j < k || (j === k && !hidden));
    part("sum").textContent = arrived.length ? "= " + signed(data.steps[last(arrived)].sum).replace("+", "") : data.notYet;
    const total = arrived.reduce((sum, j) => sum + size(j), 0);
    const left = Math.abs(arrived.reduce((sum, j) => sum + data.steps[j].exact, 0));
    const cancels = [-1, 1].every((sign) => arrived.some((j) => data.steps[j].exact * sign > 0));
    part("cancels").hidden = !cancels;
    part("cancels").textContent = cancels ? data.words.cancels.replace("{}", Math.round((100 * left) / total)) : "";
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
    show: (k, hidden) => {
      say(data.steps[k], hidden);
      ledger(k, hidden);
      count(hidden && k ? k - 1 : k);
    },
    hint: (k) => {
      const { forward: evaluates, node, edge } = data.steps[k];
      put("rule", evaluates ? chain([data.names[node], forward(node, false), forward(node, true)]) : local(edge));
    },
  };
}
