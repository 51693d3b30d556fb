/* One player: reads its data, moves through its steps by slider, buttons and keys, and lights paths. Everything is looked up
 * inside the player's own root, so that any number of players share a page. */
function play(root) {
  const part = (name) => root.querySelector(".cr-" + name);
  const data = JSON.parse(part("data").textContent);
  data.steps = data.steps.map(([forward, node, edge, amount, sum, paths, exact, more]) => ({
    forward: forward === 1, node, together: (forward && more) || [node], soFar: forward ? "" : more, edge, amount, sum, paths: BigInt(paths), exact: Number(exact),
  }));
  const { steps } = data, end = steps.length - 1, page = root.hasAttribute("data-page");
  const operands = data.names.map(() => []), arrivals = data.names.map(() => []);
  data.edges.forEach(([source, target, slot], e) => { operands[target][slot] = { source, e }; });
  const previous = steps.map(({ forward, node }, k) => (forward ? -1 : (arrivals[node].push(k), arrivals[node].at(-2) ?? -1)));
  const listed = lists(root, arrivals, end);
  const drawn = picture(root, data, operands, previous);
  const said = panel(root, data, operands, arrivals);
  const guess = guessing(root, data, said, { redraw: () => show(at), goOn: () => move("next") });
  let at = 0, applied = -1, timer = 0;

  function show(wanted) {
    const k = guess.first(Math.min(at, wanted), Math.max(0, Math.min(end, wanted)));
    const hidden = guess.hidden(k), until = hidden ? k - 1 : k;
    while (applied < until) drawn.apply(applied += 1);
    while (applied > until) { drawn.undo(applied); applied -= 1; }
    at = k;
    drawn.mark(k, listed.rows[k], hidden);
    said.show(k, hidden);
    guess.arrive(k);
    part("said").setAttribute("aria-live", hidden ? "polite" : "off"); // hints are heard, too
    listed.upto(k, guess.asks);
    root.classList.toggle("backward", !steps[k].forward);
    part("phase").textContent = data.words[steps[k].forward ? "forward" : "backward"];
    part("count").textContent = `${k + 1} / ${steps.length}`;
    part("slider").value = k;
    part("slider").setAttribute("aria-valuetext", part("count").textContent);
    const asks = hidden && `${data.words.turn} ${guess.question(k)}`;
    part("words").textContent = asks || listed.sentences[k];
    part("heard").textContent = asks || data.spoken[k] || listed.sentences[k];
    part("first").disabled = part("previous").disabled = k === 0;
    part("last").disabled = part("next").disabled = k === end;
    if (k === end || hidden) run(false);
  }
  function run(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => show(at + 1), 1200 / Number(part("speed").value)) : 0;
    part("play").classList.toggle("playing", on);
    part("play").setAttribute("aria-label", data.words[on ? "pause" : "play"]);
    part("heard").setAttribute("aria-live", on ? "off" : "polite"); // a reader of screens is not talked over
  }
  function turn(mode) {
    guess.turn(mode);
    if (page) history.replaceState(null, "", "#" + mode);
    show(at);
  }
  function present(on) {
    root.classList.toggle("presenting", on);
    part("present").setAttribute("aria-pressed", on);
    part("present").textContent = data.words[on ? "leave" : "present"];
    if (on) root.requestFullscreen?.().catch(() => {}); // where a page may not, the player still fills the window
    else if (document.fullscreenElement === root) document.exitFullscreen();
    show(at);
  }
  const faster = (by) => {
    const choice = part("speed");
    choice.selectedIndex = Math.max(0, Math.min(choice.options.length - 1, choice.selectedIndex + by));
    if (timer) run(true);
  };
  const moves = {
    first: () => show(0),
    previous: () => show(at - 1),
    next: () => { if (guess.asks(at)) part("guess").focus(); else show(at + 1); },
    last: () => show(end),
    play: () => {
      if (!timer && at === end) show(0);
      run(!timer && !guess.asks(at));
    },
    slower: () => faster(-1),
    faster: () => faster(1),
    show: () => turn("show"),
    ask: () => turn("ask"),
    exam: () => turn("exam"),
    rule: () => { // to the next arrow whose rule is known, beginning with the one walked now
      const arrows = guess.asks(at) ? [] : drawn.ruled(), on = arrows.indexOf(document.activeElement);
      const next = on < 0 ? arrows.find((arrow) => arrow.matches(".now")) ?? arrows[0] : arrows[(on + 1) % arrows.length];
      if (next) next.focus();
    },
    present: () => present(!root.classList.contains("presenting")),
    leave: () => { if (root.classList.contains("presenting")) present(false); },
  };
  const GOES_ON = ["play", "slower", "faster", "present", "leave"]; // everything else stops the playing
  const move = (name) => { if (!GOES_ON.includes(name)) run(false); moves[name](); };
  ["first", "previous", "next", "play", "last", "present"].forEach((name) => part(name).addEventListener("click", () => move(name)));
  root.querySelectorAll("button[data-mode]").forEach((button) => button.addEventListener("click", () => move(button.dataset.mode)));
  part("slider").max = end;
  part("slider").addEventListener("input", ({ target }) => { run(false); show(Number(target.value)); });
  part("speed").addEventListener("change", () => faster(0));
  listed.rows.forEach((row, k) => row.addEventListener("click", () => { run(false); show(k); }));
  part("fit").addEventListener("click", () => part("fit").setAttribute("aria-pressed", root.classList.toggle("fitting")));
  part("copy").addEventListener("click", () => {
    part("sheet").select();
    (navigator.clipboard ? navigator.clipboard.writeText(part("sheet").value) : Promise.reject())
      .catch(() => document.execCommand("copy"))
      .then(() => { part("copied").textContent = data.words.copied; });
  });
  part("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([part("sheet").value + "\n"], { type: "text/plain" }));
    link.download = "score.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  });

  const KEYS = {
    ArrowLeft: "previous", Backspace: "previous", u: "previous", ArrowRight: "next", Enter: "next", Home: "first", End: "last",
    " ": "play", "<": "slower", ">": "faster", s: "show", a: "ask", e: "exam", r: "rule", p: "present", Escape: "leave",
  };
  const PRESENTING = { " ": "next", PageDown: "next", PageUp: "previous" }; // the keys of a clicker, too
  const press = (event) => {
    const { target, key } = event, field = part("guess");
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (guess.asks(at) && target !== field && /^[-+.,(\d]$/.test(key) && !target.matches("select")) {
      field.focus(); // the key pressed is typed there
      event.stopPropagation();
      return;
    }
    const known = { ...KEYS, ...(root.classList.contains("presenting") && PRESENTING) };
    const name = known[key.length > 1 ? key : key.toLowerCase()];
    if (!name) return;
    if (target === field && key === "Escape") root.focus();
    const writes = target.matches("select, textarea, input:not([type=range])");
    if (writes && !(target === field && !field.value && /^(Arrow|Home|End)/.test(key))) return;
    if (/^( |Enter)$/.test(key) && target.matches("button, summary")) return;
    event.preventDefault();
    event.stopPropagation();
    move(name);
  };
  root.addEventListener("keydown", press);
  // While nothing has the focus, keys belong to the player clicked last; on a page of its own, to the only one.
  let mine = page;
  document.addEventListener("pointerdown", ({ target }) => {
    const clicked = target.closest && target.closest(".cr-player");
    if (clicked) mine = clicked === root;
  }, true);
  document.addEventListener("keydown", (event) => { if (mine && event.target === document.body) press(event); });
  document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement) moves.leave(); });

  const path = (target) => { const item = target.closest("[data-path]"); return item ? JSON.parse(item.dataset.path) : []; };
  part("paths").addEventListener("pointerover", ({ target }) => drawn.trace(path(target)));
  part("paths").addEventListener("pointerleave", () => drawn.trace(path(document.activeElement)));
  part("paths").addEventListener("focusin", ({ target }) => drawn.trace(path(target)));
  part("paths").addEventListener("focusout", () => drawn.trace([]));

  // An arrow that is pointed at or has the focus says its rule; with many arrows the drawing has room for numbers alone.
  const told = ({ target }) => {
    const arrow = target.closest(".edge.known");
    if (arrow && !guess.asks(at)) said.rule(Number(arrow.dataset.edge));
  };
  const untold = () => said.show(at, guess.hidden(at));
  [["pointerover", told], ["focusin", told], ["pointerleave", untold], ["focusout", untold]].forEach(([name, act]) => {
    part("graph").addEventListener(name, act);
  });

  // Paper shows the finished state, with every step in words; where questions are put, what was answered so far.
  let back = null;
  const printed = (on) => {
    if (on === Boolean(back)) return;
    if (on) {
      back = { at, open: part("list").open };
      part("list").open = true;
      if (root.dataset.mode === "show") show(end);
    } else {
      part("list").open = back.open;
      show(back.at);
      back = null;
    }
  };
  addEventListener("beforeprint", () => printed(true));
  addEventListener("afterprint", () => printed(false));
  matchMedia("print").addEventListener("change", ({ matches }) => printed(matches));

  root.querySelectorAll("[data-js]").forEach((element) => { element.hidden = false; });
  part("paths").open = part("list").open = false;
  root.classList.add("ready");
  const snug = () => root.classList.toggle("snug", drawn.snug());
  snug();
  root.classList.toggle("wide", drawn.wide());
  drawn.clear();
  const linked = () => { const name = location.hash.slice(1); return page && ["show", "ask", "exam"].includes(name) ? name : ""; };
  if (page) addEventListener("hashchange", () => { if (linked()) turn(linked()); });
  guess.turn(linked() || root.dataset.mode);
  show(0);
  const resized = () => {
    snug();
    part("fit").hidden = drawn.fits() && !root.classList.contains("fitting");
  };
  addEventListener("resize", resized);
  resized();
}
document.querySelectorAll(".cr-player:not(.ready)").forEach(play);
