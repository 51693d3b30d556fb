/* The page as a whole: what happens when something is typed, dragged or chosen, and how it begins. */
const main = (() => {
  let root = "", drawing = false, pending = null, narrow = false, last = null, embedded = links.embedded(location.hash);
  const lessons = engine.data.lessons;

  // The engine ------------------------------------------------------------------------------------------------
  engine.on("progress", (step, share) => {
    const done = { load: 0.6 * share, python: 0.65, engine: 0.9 }[step];
    $("loading-words").textContent = say(`loading_${step}`, { share: `${Math.round(done * 100)} %` });
    $("loading-bar").value = done;
    shown($("loading"), true);
  });
  engine.on("ready", () => { shown($("loading"), false); document.body.dataset.engine = "ready"; });
  engine.on("died", (why) => {
    delete document.body.dataset.engine;
    error(why ? say("died", { why: why.trim().split("\n").pop() }) : say("stopped"));
  });
  let lump = "", lumping = 0; // a loop that prints must not drown the page
  function print() {
    clearTimeout(lumping);
    lumping = 0;
    if (!lump) return;
    shown($("output"), true);
    $("printed").append(lump);
    $("printed").scrollTop = $("printed").scrollHeight;
    lump = "";
  }
  engine.on("printed", (text) => {
    lump += text;
    lumping ||= setTimeout(print, 30);
  });
  async function begin() {
    try {
      await engine.start();
    } catch (failure) {
      const folder = location.protocol === "file:" && !engine.data.inside;
      $("loading-words").textContent = folder ? say("loading_folder") : say("loading_failed", { why: failure.message });
      shown($("loading-bar"), false);
      shown($("loading"), true);
    }
  }

  // Drawing ---------------------------------------------------------------------------------------------------
  function error(text) {
    $("error").textContent = text;
    shown($("error"), Boolean(text));
    $("text").setAttribute("aria-invalid", Boolean(text));
    $("shown").classList.toggle("stale", Boolean(text));
  }
  async function draw({ run = false } = {}) {
    if (!state.text.trim()) return error("");
    if (drawing) {
      pending = { run: run || pending?.run };
      if (run && !$("stop").hidden) engine.stop(); // nobody waits for what runs
      return;
    }
    drawing = true;
    await engine.start(); // before, there is nothing that could be stopped
    const slow = setTimeout(() => shown($("stop"), true), 400);
    if (run) { lump = $("printed").textContent = ""; shown($("output"), false); error(""); }
    narrow = panes.narrow();
    const asked = { ...state, do: "draw", run, ...(narrow && { direction: "down" }) };
    const before = performance.now();
    const told = await engine.ask(asked);
    document.body.dataset.took = (performance.now() - before).toFixed(1);
    clearTimeout(slow);
    shown($("stop"), false);
    drawing = false;
    print();
    if (told.error) { if (asked.text === state.text) error(told.error); }
    else if (told.stopped === undefined && ["text", "kind", "pane", "practice"].every((key) => asked[key] === state[key])) show(told);
    const next = pending;
    pending = null;
    if (next) draw(next);
    remember();
  }
  function show(told) {
    error("");
    root = told.root.name;
    last = told;
    state.wrt = told.wrt;
    // What was typed meanwhile holds; what nobody typed is filled in, and what no leaf bears is forgotten.
    state.numbers = Object.fromEntries(Object.entries(told.given).map(([name, x]) => [name, state.numbers[name] ?? x]));
    leaves.show(told, !pending);
    panes.show(told);
    announce(told);
    document.title = `${root} = ${told.root.shown} · chainrule`;
    document.body.dataset.drawn = `${told.root.name} = ${told.root.shown}`;
  }
  const announce = later((told) => {
    const gradients = secret() ? "" : told.leaves.slice(0, 6).map(({ symbol, gradient }) => `${symbol} = ${gradient}`).join(", ");
    $("said").textContent = say("said", { root: told.root.name, value: told.root.shown, gradients });
  }, 700);
  const remember = later(async () => {
    if (document.body.classList.contains("story")) return;
    history.replaceState(null, "", await links.write(state, embedded));
  }, 250);
  const soon = later(draw, 90), settled = later(draw, 180);

  // What is typed -----------------------------------------------------------------------------------------------
  function kind() {
    const program = state.kind === "program";
    document.querySelectorAll("[data-kind]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.kind === state.kind));
    $("text-label").textContent = say(program ? "text_program" : "text_expression");
    $("hint").textContent = program ? [say("hint_program"), hasArrays() ? "" : say("no_arrays")].join(" ") : say("hint_expression", { functions: "exp, log, sqrt, sin, tanh, sigmoid, relu, max, where, sum" });
    $("text").wrap = program ? "off" : "soft"; // lines of Python are lines
    $("text").rows = Math.max(program ? 10 : 2, Math.min(16, state.text.split("\n").length + 1));
    shown($("run"), program);
  }
  const hasArrays = () => Object.keys(engine.data.assets).some((name) => name.endsWith(".whl"));
  function load(found) {
    Object.assign(state, structuredClone(EMPTY), structuredClone(found));
    $("text").value = state.text;
    panes.forget();
    kind();
    lesson();
    hide();
  }
  function lesson() {
    const preset = engine.data.presets.find(({ text }) => text === state.text);
    $("preset").value = preset?.name ?? "";
    shown($("lesson"), Boolean(preset));
    if (!preset) return;
    $("lesson").textContent = say("lesson", { lesson: preset.title });
    if (lessons) $("lesson").href = `${lessons}tutorials/${preset.lesson}.html`;
  }
  function hide() {
    document.body.classList.toggle("hiding", state.hide);
    if (state.hide) { state.pane = "steps"; state.guess = state.guess === "show" ? "ask" : state.guess; }
    panes.mark();
  }
  $("text").addEventListener("input", () => {
    state.text = $("text").value;
    panes.forget();
    lesson();
    if (state.kind === "expression") soon();
    else remember();
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) { event.preventDefault(); draw({ run: true }); return; }
    if (state.kind !== "program" || event.shiftKey) return;
    const line = $("text").value.slice(0, $("text").selectionStart).split("\n").pop();
    event.preventDefault(); // a new line begins where Python wants it
    document.execCommand("insertText", false, `\n${/^ */.exec(line)[0]}${/:\s*$/.test(line) ? "    " : ""}`);
  });
  $("typed").addEventListener("submit", (event) => { event.preventDefault(); draw({ run: true }); });
  $("stop").addEventListener("click", () => { pending = null; engine.stop(); });
  document.querySelectorAll("[data-kind]").forEach((button) => button.addEventListener("click", () => {
    if (button.dataset.kind === state.kind) return;
    kept[state.kind] = { ...state, numbers: { ...state.numbers } };
    load(kept[button.dataset.kind]);
    draw({ run: state.kind === "program" });
    $("text").focus();
    $("text").setSelectionRange(0, 0);
    $("text").scrollTop = 0;
  }));
  const preset = (name) => {
    const { title, lesson: page, name: called, arrays, ...found } = engine.data.presets.find((one) => one.name === name);
    return found;
  };
  const kept = { program: preset("Gradient descent, by hand"), expression: preset("The first graph") };
  $("preset").append(make("option", { value: "" }, say("own")), ...engine.data.presets.filter(({ arrays }) => !arrays || hasArrays()).map(({ name }) => make("option", { value: name }, name)));
  $("preset").addEventListener("change", () => {
    if (!$("preset").value) return;
    load(preset($("preset").value));
    draw({ run: true });
  });
  $("results").addEventListener("change", () => { state.of = $("results").value; draw(); });
  leaves.on((what) => {
    if (what === "drag" && panes.follows()) draw();
    else if (what === "wrt") draw();
    else settled();
  });
  panes.on((what) => {
    if (what !== "step") return draw();
    leaves.show(last);
    remember();
  });

  // The workbench -------------------------------------------------------------------------------------------------
  function open(found, focus) {
    document.body.classList.remove("story");
    shown($("story"), false);
    shown($("bench"), true);
    shown($("tools"), !embedded);
    load(found);
    draw({ run: true });
    if (focus) { $("text").focus(); $("text").select(); }
  }
  story.on((found) => open(found, true));
  $("again").addEventListener("click", () => {
    history.replaceState(null, "", location.href.replace(/#.*/, ""));
    document.body.classList.add("story");
    shown($("bench"), false);
    shown($("tools"), false);
    shown($("story"), true);
    story.begin();
    $("story-slider").focus();
  });
  $("present").addEventListener("click", () => present(!document.body.classList.contains("presenting")));
  function present(on) {
    document.body.classList.toggle("presenting", on);
    $("present").setAttribute("aria-pressed", on);
    $("present").textContent = say(on ? "leave" : "present");
    if (on) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
  }
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape" && document.body.classList.contains("presenting")) present(false); });
  document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement) present(false); });
  addEventListener("resize", later(() => { // a drawing runs down where the page is narrow
    if (document.body.classList.contains("story")) return story.resized();
    if (narrow === panes.narrow()) return;
    narrow = panes.narrow();
    draw();
  }, 300));

  // How it begins ---------------------------------------------------------------------------------------------------
  async function arrive(hash = location.hash) {
    let found = null, bad = false;
    try {
      found = await links.read(hash);
    } catch {
      bad = true;
    }
    embedded = links.embedded(hash);
    document.body.classList.toggle("embed", embedded);
    shown($("notice"), bad);
    if (bad) {
      open(preset("The first graph"), false);
      $("notice").textContent = say("bad_link");
    } else if (found || embedded) open(found ?? preset("The first graph"), false);
  }
  addEventListener("hashchange", ({ newURL }) => arrive(new URL(newURL).hash));
  $("skip").addEventListener("click", (event) => { event.preventDefault(); $("main").focus(); });
  if (embedded && !document.hidden && "IntersectionObserver" in window) { // a frame that nobody looks at costs nothing
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      arrive();
      begin();
    });
    document.body.classList.remove("story");
    document.body.classList.add("embed");
    shown($("story"), false);
    seen.observe($("main"));
  } else {
    story.begin();
    arrive();
    begin();
  }
  return { root: () => root };
})();
