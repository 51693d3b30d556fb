/* One player: reads its data, moves through its steps by slider, buttons and keys, and lights paths. Everything is looked up
 * inside the player's own root, so that any number of players share a page. */
function play(root) {
  const part = (name) => root.querySelector(".cr-" + name);
  const data = JSON.parse(part("data").textContent);
  data.steps = data.steps.map(([forward, node, edge, amount, sum, paths, exact]) => ({
    forward: forward === 1, node, edge, amount, sum, paths: BigInt(paths), exact: Number(exact), value: Number(exact),
  }));
  const { steps } = data, end = steps.length - 1;
  const lines = [...part("steps").tBodies[0].rows];
  const operands = data.names.map(() => []), arrivals = data.names.map(() => []);
  data.edges.forEach(([source, target, slot], e) => { operands[target][slot] = { source, e }; });
  const previous = steps.map(({ forward, node }, k) => (forward ? -1 : (arrivals[node].push(k), arrivals[node].at(-2) ?? -1)));
  const drawn = picture(root, data, operands, previous);
  const said = panel(root, data, operands, arrivals);
  const guess = guessing(root, data, said, () => show(at));
  let at = 0, applied = -1, timer = 0;

  function show(wanted) {
    const k = guess.first(Math.min(at, wanted), Math.max(0, Math.min(end, wanted)));
    const hidden = guess.asks(k), until = hidden ? k - 1 : k;
    while (applied < until) drawn.apply(applied += 1);
    while (applied > until) { drawn.undo(applied); applied -= 1; }
    at = k;
    drawn.mark(k, lines[k]);
    said.show(k, hidden);
    guess.ask(k);
    root.classList.toggle("asking", hidden);
    root.classList.toggle("backward", !steps[k].forward);
    part("phase").textContent = data.words[steps[k].forward ? "forward" : "backward"];
    part("count").textContent = `${k + 1} / ${steps.length}`;
    part("slider").value = k;
    part("slider").setAttribute("aria-valuetext", part("count").textContent);
    part("words").textContent = hidden ? guess.question(k) : lines[k].cells[1].textContent;
    part("first").disabled = part("previous").disabled = k === 0;
    part("last").disabled = part("next").disabled = k === end;
    if (k === end || hidden) run(false);
  }
  function run(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => show(at + 1), 1200) : 0;
    part("play").classList.toggle("playing", on);
    part("play").setAttribute("aria-label", data.words[on ? "pause" : "play"]);
  }
  const moves = {
    first: () => show(0),
    previous: () => show(at - 1),
    next: () => show(at + 1),
    last: () => show(end),
    play: () => {
      if (!timer && at === end) show(0);
      run(!timer && !guess.asks(at));
    },
  };
  const move = (name) => { if (name !== "play") run(false); moves[name](); };
  Object.keys(moves).forEach((name) => part(name).addEventListener("click", () => move(name)));
  part("slider").max = end;
  part("slider").addEventListener("input", ({ target }) => { run(false); show(Number(target.value)); });
  lines.forEach((line, k) => line.addEventListener("click", () => { run(false); show(k); }));
  part("list").addEventListener("click", () => {
    part("list").setAttribute("aria-expanded", root.classList.toggle("listing"));
  });
  part("fit").addEventListener("click", () => part("fit").setAttribute("aria-pressed", root.classList.toggle("fitting")));

  const KEYS = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", " ": "play" };
  const press = (event) => {
    const name = KEYS[event.key], { target } = event;
    if (!name || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target.matches("select, input:not([type=range])") || (event.key === " " && target.matches("button"))) return;
    event.preventDefault();
    event.stopPropagation();
    move(name);
  };
  root.addEventListener("keydown", press);
  // While nothing has the focus, keys belong to the player clicked last; on a page of its own, to the only one.
  let mine = root.hasAttribute("data-page");
  document.addEventListener("pointerdown", ({ target }) => {
    const clicked = target.closest && target.closest(".cr-player");
    if (clicked) mine = clicked === root;
  }, true);
  document.addEventListener("keydown", (event) => { if (mine && event.target === document.body) press(event); });

  const path = (target) => { const item = target.closest("[data-path]"); return item ? JSON.parse(item.dataset.path) : []; };
  part("paths").addEventListener("pointerover", ({ target }) => drawn.trace(path(target)));
  part("paths").addEventListener("pointerleave", () => drawn.trace(path(document.activeElement)));
  part("paths").addEventListener("focusin", ({ target }) => drawn.trace(path(target)));
  part("paths").addEventListener("focusout", () => drawn.trace([]));
  const choice = part("leaf"), lists = [...root.querySelectorAll("[data-leaf]")];
  const choose = () => lists.forEach((list, i) => { list.hidden = i !== choice.selectedIndex; });
  if (choice) {
    choice.addEventListener("change", choose);
    choose();
  }
  root.querySelectorAll("[data-js]").forEach((element) => { element.hidden = false; });
  root.classList.add("ready");
  root.classList.toggle("calm", data.names.length > 200); // a thousand shapes that fade at once take their time
  root.classList.toggle("large", drawn.large());
  root.classList.toggle("wide", drawn.wide());
  part("fit").hidden = drawn.fits();
  drawn.clear();
  show(0);
}
document.querySelectorAll(".cr-player:not(.ready)").forEach(play);
