/* The first minute: one drawing, one slider, two questions; the word "gradient" comes last, and then the workbench. */
const story = (() => {
  const TEXT = "J = 3*(a + b*c)", numbers = { a: "5", b: "3", c: "2" };
  let stage = "drag", wrong = 0, wasNarrow = false, done = () => {}, tickets = 0, last = Promise.resolve();
  const slider = $("story-slider");
  /* One drawing after the other; of those that wait only the last is made. */
  function draw(path) {
    const ticket = tickets += 1;
    last = last.then(async () => {
      if (ticket !== tickets) return null;
      wasNarrow = narrow();
      const told = await engine.ask({ do: "story", text: TEXT, numbers, direction: narrow() ? "down" : "right", ...(path && { path }) });
      if (told.svg) picture.light(picture.place($("story-picture"), told.svg, null), told.lit, "");
      return told;
    });
    return last;
  }
  const narrow = () => $("main").clientWidth < 620;
  const question = (text) => { $("story-question").textContent = text; };
  const verdict = (text, right) => { $("story-verdict").textContent = text; $("story-verdict").classList.toggle("right", Boolean(right)); };
  const next = (text) => { $("story-next").textContent = text; shown($("story-next"), true); };

  slider.addEventListener("input", async () => {
    numbers.b = slider.value;
    $("story-number").textContent = slider.value;
    const told = await draw();
    if (!told || stage !== "drag" || !told.shown) return;
    const there = Number(slider.value) === 4;
    verdict(there ? say("moved_b") : say("drag_on", { b: numbers.b, J: told.shown }), there);
    if (there) { stage = "dragged"; next(say("ask_next")); }
  });
  async function askForC() {
    stage = "ask";
    numbers.b = "3";
    slider.value = 3;
    $("story-number").textContent = "3";
    shown($("story-slider-row"), false);
    shown($("story-next"), false);
    shown($("story-form"), true);
    question(say("ask_c"));
    verdict("");
    $("story-guess").focus();
    await draw();
  }
  $("story-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = $("story-guess").value.trim().replace(",", ".").replace("−", "-"), guess = Number(typed);
    if (!typed || !Number.isFinite(guess)) verdict(say("no_number"));
    else if (guess === 9) reached(say("right_c"));
    else if (guess === 42) verdict(say("wrong_new", { guess: typed }));
    else verdict(say((wrong += 1) > 1 ? "wrong_again" : "wrong_first"));
  });
  $("story-show").addEventListener("click", () => reached(say("shown_c")));
  async function reached(text) {
    stage = "reached";
    numbers.c = "3";
    verdict(text, true);
    shown($("story-form"), false);
    next(say("why"));
    $("story-next").focus();
    await draw();
  }
  async function because() {
    stage = "because";
    numbers.c = "2";
    const told = await draw("c");
    if (!told?.factors) return;
    const [factors, value, symbol] = told.factors;
    question(say("because", { factors: `${factors} = ${value}` }));
    verdict(say("gradient", { symbol, value }), true);
    next(say("to_bench"));
    $("story-next").focus();
  }
  const leave = () => done({ ...structuredClone(EMPTY), text: TEXT, numbers: { a: "5", b: "3", c: "2" }, wrt: "c" });
  $("story-next").addEventListener("click", () => ({ dragged: askForC, reached: because, because: leave }[stage]?.()));
  $("story-skip").addEventListener("click", leave);
  return {
    on: (act) => { done = act; },
    resized: () => { if (wasNarrow !== narrow()) draw(stage === "because" ? "c" : undefined); },
    begin() {
      stage = "drag";
      wrong = 0;
      Object.assign(numbers, { a: "5", b: "3", c: "2" });
      slider.value = 3;
      $("story-number").textContent = "3";
      $("story-guess").value = "";
      wasNarrow = narrow();
      picture.place($("story-picture"), engine.data.first[narrow() ? "down" : "story"].svg, null);
      shown($("story-slider-row"), true);
      shown($("story-form"), false);
      shown($("story-next"), false);
      question(say("drag_b"));
      verdict("");
    },
  };
})();
