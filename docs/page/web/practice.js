/* The practice pane: which kind of question, on which level, the card itself in a document of its own, and a worksheet. What was
 * done with a question is told to the engine's ladder, which says where the learner stands; anybody may choose another level. */
const practice = (() => {
  let card = null, changed = () => {}, ladder = null, next = null, said = "", counted = "";
  const parts = () => state.practice.split(".");
  function ask(kind, number, level) {
    state.practice = [kind, number, level].join(".");
    changed("pane");
  }
  async function marked(mark) {
    if (counted === state.practice || !mark) return; // only what was done first counts
    counted = state.practice;
    const level = Number(parts()[2]);
    const told = await engine.ask({ do: "practised", mark, ladder: ladder?.level === level ? ladder : { level } });
    if (told.error || told.stopped !== undefined) return;
    ladder = told.ladder;
    next = ladder.level;
    said = told.said;
    if ($("practice-said")) $("practice-said").textContent = said;
  }
  function beside() { // runs beside the card
    const told = (mark) => parent.postMessage({ mark, height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
    document.body.style.display = "flow-root"; // its height is that of the card with its margins
    const known = globalThis.chainrulePractice, set = known.set;
    known.set = (id, record) => { set(id, record); told(record.mark); };
    new ResizeObserver(() => told("")).observe(document.body);
  }
  addEventListener("message", ({ source, data }) => {
    if (source !== card?.frame.contentWindow) return;
    card.frame.style.height = `${data.height + 2}px`;
    marked(data.mark);
  });
  async function print(framed) { // in a frame of its own: the browser's own dialog does the rest
    const told = await engine.ask({ do: "save", ending: "worksheet", notation: state.notation, practice: state.practice });
    if (told.error) $("practice-said").textContent = told.error;
    if (!told.content) return;
    const frame = make("iframe", { class: "heard", title: say("practice_print") });
    frame.srcdoc = framed(told.content, () => { addEventListener("load", () => print()); });
    document.body.append(frame);
    setTimeout(() => frame.remove(), 60000);
  }
  return {
    on: (act) => { changed = act; },
    show(pane, into, framed) {
      if (card?.html === pane.html && card.place === state.practice && card.frame.isConnected) return; // it stays where it is
      const [kind, number, level] = parts();
      const option = (value, text, chosen) => make("option", { value, selected: value === chosen }, text);
      const whole = ["whole", "own", "any"].map((name) => [name, say(`practice_${name}`)]);
      const kinds = make("select", { "aria-label": say("practice_kind") }, ...[...whole, ...Object.entries(pane.kinds)].map(([key, text]) => option(key, text, kind)));
      const levels = make("select", { "aria-label": say("practice_level") }, ...Object.entries(pane.levels).map(([n, what]) => option(n, say("practice_level_n", { n, what }), level)));
      const forth = () => ask(kinds.value, Number(number) + 1, next ?? levels.value);
      kinds.addEventListener("change", () => ask(kinds.value, number, level));
      levels.addEventListener("change", () => { ladder = next = null; ask(kinds.value, number, levels.value); });
      const frame = make("iframe", { title: say("pane_practice"), "data-place": state.practice });
      if (pane.html) frame.srcdoc = framed(pane.html, beside);
      card = { html: pane.html, frame, place: state.practice };
      next = null;
      into(
        make("div", { class: "kinds" }, kinds, levels, make("button", { type: "button", class: "main", onclick: forth }, say("practice_next")), make("button", { type: "button", onclick: () => print(framed) }, say("practice_print"))),
        make("p", { id: "practice-said", class: "small", "aria-live": "polite" }, pane.told || said),
        pane.html ? frame : "",
      );
      said = "";
    },
  };
})();
