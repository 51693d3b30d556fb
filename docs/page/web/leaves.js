/* One row for each leaf: slider, field, gradient; and the nudge. It writes numbers into the state and says that it did. */
const leaves = (() => {
  const rows = new Map();
  let changed = () => {};
  const precise = (x) => String(Number(x.toPrecision(12)));
  function range(x) { // wide enough to be interesting, in steps that a reader can say
    const span = Math.max(5, 2 * Math.abs(x)), step = 10 ** Math.floor(Math.log10(span / 5)) / 10 || 0.1;
    return { min: Math.floor((x - span) / step) * step, max: Math.ceil((x + span) / step) * step, step };
  }
  function row(leaf) {
    const id = `leaf-${rows.size}`, name = leaf.name;
    const chosen = make("input", { type: "radio", name: "wrt", id: `${id}-wrt`, value: name, "aria-label": say("choose_leaf", { name }) });
    const slider = make("input", { type: "range", "aria-label": say("slider_of", { name }) });
    const field = make("input", { size: 7, inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-label": say("field_of", { name }) });
    const gradient = make("output", { for: `${id}-wrt` });
    const element = make("div", { class: "leaf" }, make("label", { class: "letter", for: `${id}-wrt` }, chosen, ` ${leaf.label}`), slider, field, gradient);
    const found = { element, chosen, slider, field, gradient };
    chosen.addEventListener("change", () => { state.wrt = name; changed("wrt"); });
    slider.addEventListener("input", () => {
      state.numbers[name] = field.value = precise(Number(slider.value));
      changed("drag");
    });
    slider.addEventListener("change", () => changed("number"));
    field.addEventListener("input", () => { state.numbers[name] = field.value.trim(); changed("typed"); });
    field.addEventListener("change", () => { place(found, Number(field.value)); changed("number"); });
    rows.set(name, found);
    if (typeof leaf.value === "number") place(found, leaf.value);
    return element;
  }
  function place({ slider }, x) {
    if (!Number.isFinite(x)) return;
    if (!slider.max || x < Number(slider.min) || x > Number(slider.max) || slider.step === "1") Object.assign(slider, range(x));
    slider.value = x;
  }
  $("nudge-by").addEventListener("input", () => { state.nudge = $("nudge-by").value.trim() || "0.1"; changed("typed"); });

  function nudge({ nudge: told, root, leaves: all }) {
    const leaf = told && all.find(({ name }) => name === told.leaf);
    shown($("nudge"), Boolean(leaf) && !secret());
    if (!leaf) return;
    $("nudge-what").textContent = say("nudge_what", { name: leaf.label, from: leaf.shown, to: precise(Number((leaf.value + Number(told.by)).toPrecision(6))), root: root.name });
    if (document.activeElement !== $("nudge-by")) $("nudge-by").value = state.nudge;
    const line = (head, number) => make("tr", {}, make("th", { scope: "row" }, head), make("td", {}, number));
    $("nudge-table").tBodies[0].replaceChildren(...(told.error ? [line(told.error, "")] : [
      line(say("predicted", { symbol: told.symbol, by: told.by }), signed(told.predicted)),
      line(say("really"), signed(told.really)),
      line(say("off"), told.exact ? say("off_exact") : signed(told.off)),
    ]));
  }
  const signed = (text) => (/^[-−]/.test(text) || Number(text) === 0 ? text : `+${text}`);

  return {
    on: (act) => { changed = act; },
    /* Shows an answer; rows stay as they are, and keep the focus, while the leaves are the same. */
    show(answer, settled = true) {
      const same = answer.leaves.length === rows.size && answer.leaves.every(({ name }) => rows.has(name));
      if (!same) {
        rows.clear();
        $("leaves").replaceChildren(...answer.leaves.map(row));
      }
      for (const leaf of answer.leaves) {
        const found = rows.get(leaf.name);
        found.chosen.checked = leaf.name === answer.wrt;
        if (settled && document.activeElement !== found.field) found.field.value = leaf.typed;
        if (settled && document.activeElement !== found.slider && typeof leaf.value === "number") place(found, leaf.value);
        found.gradient.textContent = `${leaf.symbol} = ${secret() ? say("hidden_gradient") : leaf.gradient}`;
      }
      $("result").textContent = say("value_of", { name: answer.root.name, value: answer.root.shown });
      $("leaves-more").textContent = say("leaves_more", { count: answer.hidden });
      shown($("leaves-more"), answer.hidden > 0);
      shown($("results-row"), answer.results.length > 0);
      $("results").replaceChildren(...answer.results.map((name) => make("option", { selected: name === answer.root.name }, name)));
      nudge(answer);
    },
  };
})();
