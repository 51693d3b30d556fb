/* The panes of the workbench: graph, paths, why, steps, LaTeX, table. Each shows what the engine answered, and nothing else. */
const panes = (() => {
  let changed = () => {}, inspected = "", player = null;
  const tabs = PANES.map((name) => make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "pane", onclick: () => choose(name) }, say(`pane_${name}`)));
  $("tabs").append(...tabs);
  $("tabs").addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    choose(PANES[(PANES.indexOf(state.pane) + by + PANES.length) % PANES.length]);
    $(`tab-${state.pane}`).focus();
  });
  function choose(name) {
    state.pane = name;
    state.step = 0;
    mark();
    changed("pane");
  }
  function mark() {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", PANES[i] === state.pane);
      tab.tabIndex = PANES[i] === state.pane ? 0 : -1;
    });
    $("pane").setAttribute("aria-labelledby", `tab-${state.pane}`);
    shown($("save"), ["graph", "paths", "steps"].includes(state.pane) && !state.hide);
  }

  const sheet = make("div", { class: "sheet" }); // one for all drawings: it keeps its place and the focus
  async function inspect(id) {
    inspected = id;
    const svg = $("pane").querySelector("svg");
    if (!svg) return;
    if (!id) {
      picture.light(svg, [], "");
      shown($("about"), false);
      return;
    }
    const told = await engine.ask({ do: "inspect", id, notation: state.notation });
    if (told.error || told.stopped !== undefined || inspected !== id) return;
    if (told.leaf && told.leaf !== state.wrt) { // whoever clicks a leaf asks about it
      state.wrt = told.leaf;
      changed("wrt");
      return;
    }
    picture.light(svg, told.lit, id);
    $("about").replaceChildren(make("strong", {}, told.title), ...[...told.lines, ...told.share].map((line) => make("p", {}, line)));
    shown($("about"), true);
  }
  const DRAW = {
    practice: ({ pane }, into) => practice.show(pane, into, framed),
    graph({ pane }, into) {
      if (!sheet.isConnected || $("pane").querySelector(".paths")) into(make("p", { class: "small how" }, say("click")), sheet);
      picture.place(sheet, pane.svg, (id) => inspect(id === inspected ? "" : id));
      if (inspected) inspect(inspected);
    },
    paths({ pane, root, leaves: all, wrt }, into) {
      const leaf = all.find(({ name }) => name === wrt);
      let kept = -1; // the path that stays lit, and which of them one points at
      const point = (at) => {
        picture.light(sheet.querySelector("svg"), pane.paths[at]?.lit ?? [], "");
        rows.forEach((row, i) => row.setAttribute("aria-pressed", i === kept));
      };
      const rows = pane.paths.map(({ chain, product }, at) => make("button", {
        type: "button", class: "quiet",
        onclick: () => { kept = kept === at ? -1 : at; point(kept); },
        onpointerenter: () => point(at), onpointerleave: () => point(kept), onfocus: () => point(at), onblur: () => point(kept),
      }, make("span", {}, chain), " ", make("b", {}, product)));
      const list = make("ol", { class: "paths" }, ...rows.map((row) => make("li", {}, row)));
      into(make("p", { class: "small" }, say("paths_to", { root: root.name, name: leaf.label }), make("span", { class: "how" }, ` ${say("point")}`)), sheet, list, make("p", { class: "total" }, pane.total));
      picture.place(sheet, pane.svg, null);
    },
    explain: ({ pane }, into) => into(make("pre", { tabindex: 0 }, pane.text)),
    latex({ pane, leaves: all, wrt }, into) {
      const leaf = all.find(({ name }) => name === wrt);
      const text = make("textarea", { id: "latex", readonly: true, rows: 9, "aria-label": say("latex_what", { symbol: leaf.symbol }) }, pane.latex);
      into(make("p", { class: "small" }, say("latex_what", { symbol: leaf.symbol })), text, make("p", {}, make("button", { type: "button", "data-copy": "latex" }, say("copy"))));
    },
    table({ pane }, into) {
      const grid = (caption, heads, rows, look) => make("div", { class: "wide", tabindex: 0 }, make("table", { class: look }, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...rows)));
      const heads = ["function", "formula", "local", "domain", "kinks"].map((key) => say(key));
      const cells = (first, ...rest) => make("tr", {}, make("th", { scope: "row" }, first), ...rest.map((text) => make("td", {}, text)));
      into(
        grid(say("nodes"), ["node", "formula", "value", "its_gradient"].map((key) => say(key)), pane.nodes.map((node) => cells(node.name, node.formula, node.value, `${node.symbol} = ${node.gradient}`))),
        pane.more ? make("p", { class: "small" }, say("nodes_more", { count: pane.more })) : "",
        grid(say("rows"), heads, pane.rows.map((row) => {
          const made = cells(row.call, row.forward, row.partials.join("\n"), row.needs, row.kinks.join("\n"));
          [...made.cells].forEach((cell, i) => { cell.dataset.head = heads[i]; });
          if (row.used) { made.className = "used"; made.firstChild.append(make("span", { class: "tag" }, say("rows_used"))); }
          return made;
        }), "stacked"),
      );
    },
    /* The player has a document of its own, so that its keys and listeners end with it. On file:// not even its page may look
     * into it: both speak by messages. */
    steps({ pane, root }, into) {
      if (player?.html === pane.html && player.frame.isConnected) return; // it stays where it is
      const frame = make("iframe", { title: say("player_title", { root: root.name }), allow: "fullscreen" });
      frame.srcdoc = framed(pane.html, within, { step: state.step, hide: state.hide });
      player = { html: pane.html, frame };
      into(frame);
    },
  };
  const framed = (html, script, given = {}) => `<!doctype html><html lang="${WORDS.language}"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><style>body{margin:0}.cr-player{margin:0!important;max-width:none!important}</style>${html}<script>(${script})(${JSON.stringify(given)})<\/script>`;
  function within({ step, hide }) { // runs beside the player
    const root = document.querySelector(".cr-player"), slider = root.querySelector(".cr-slider");
    const told = () => parent.postMessage({ step: Number(slider.value), mode: root.dataset.mode, height: Math.ceil(root.getBoundingClientRect().height) }, "*");
    if (step) {
      slider.value = step;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (hide) root.querySelectorAll("button[data-mode=show], .cr-reveal").forEach((button) => { button.hidden = true; });
    new ResizeObserver(told).observe(root);
    new MutationObserver(told).observe(root, { subtree: true, characterData: true, childList: true, attributeFilter: ["data-mode"] });
    told();
  }
  addEventListener("message", ({ source, data }) => {
    if (!player || source !== player.frame.contentWindow) return;
    player.frame.style.height = `${data.height + 2}px`;
    if (state.step === data.step && state.guess === data.mode) return;
    state.step = data.step;
    state.guess = data.mode;
    changed("step");
  });
  return {
    on: (act) => { changed = act; practice.on(act); },
    mark,
    forget: () => { inspected = ""; shown($("about"), false); },
    show(answer) {
      mark();
      const into = (...children) => $("pane").replaceChildren(...children);
      if (state.pane !== "graph") { shown($("about"), false); inspected = ""; }
      DRAW[answer.pane.name](answer, into);
      $("notes").replaceChildren(...answer.notes.map((note) => make("li", {}, note)));
      shown($("notes"), answer.notes.length > 0);
    },
    /* While a number is being dragged, only what is quick to make follows at once. */
    follows: () => !["steps", "practice"].includes(state.pane),
    narrow: () => $("pane").clientWidth < 620,
  };
})();
