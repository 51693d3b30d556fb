/* One card: puts its question, compares what is typed, pressed or clicked, and says what it is. The first thing that is done
 * with a question decides how it counts: "I don't know yet" and "show me" are help, never a wrong answer. */
function ask(root, question, words) {
  const { form: kind, math } = question, isTyped = kind === "number" || kind === "paths" || question.formula;
  const part = (name) => root.querySelector(".cr-" + name);
  const verdict = make("p", { class: "cr-verdict", tabindex: -1, "aria-live": "polite" }), way = make("p", { class: "cr-way", "aria-live": "polite" });
  const solution = part("solution"), letters = kind === "choice" ? "abcdefghijklmnopqrstuvwxyz" : "";
  const choices = (question.alternatives || []).map(([text], k) => {
    const button = make("button", { type: "button", "data-choice": k, click: () => chosen(k) });
    write(button, letters ? `${letters[k]}) ${text}` : text, math);
    return button;
  });
  const list = choices.length ? [make("ul", { class: "cr-choices" }, ...choices.map((button) => make("li", {}, button)))] : [];
  const once = progress.get(question.id);
  let misses = 0, hints = 0, mark = "", open = true;
  const record = { tries: 0, answers: [], mark: "" };

  const say = (...texts) => write(verdict, texts.filter(Boolean).join(" "), math);
  const counts = (as) => { mark ||= as === "wrong" && question.hunch ? "hunch" : as; };
  const keep = (answer) => {
    record.mark = mark;
    if (answer !== undefined) { record.tries += 1; record.answers.push(answer); }
    progress.set(question.id, { ...record });
  };
  const settle = (...texts) => {
    open = false;
    say(...texts);
    field.readOnly = true;
    for (const name of ["check", "all", "unknown", "reveal"]) part(name).hidden = true;
    if (document.activeElement?.hidden) verdict.focus();
    choices.forEach((button) => { button.disabled = true; });
    solution.hidden = false;
    solution.open = true;
    if (question.solved) part("picture").innerHTML = question.solved;
    root.classList.add("settled");
  };
  const missed = (sentence) => {
    if (question.hunch) return settle(question.hunch, question.hints[2]);
    misses += 1;
    list.forEach((shown) => { shown.hidden = false; });
    const more = misses > 1 ? question.hints[Math.min(misses, 3) - 1] : "";
    return misses < 3 ? say(sentence, more) : settle(sentence, more);
  };
  const help = (text) => {
    counts("helped");
    keep();
    list.forEach((shown) => { shown.hidden = false; });
    say(text);
  };
  const right = (...texts) => { counts("right"); settle(...texts); };

  const typed = () => {
    const found = judged(question, field.value, words.unreadable);
    if (found.right === null) return say(found.sentence);
    counts(found.right ? "right" : "wrong");
    if (found.right) right(words.right, question.hints[2]);
    keep(field.value);
    if (found.right) return undefined;
    missed(found.sentence);
    return field.select();
  };
  const chosen = (k) => {
    if (!open) return;
    const [text, isRight, sentence] = question.alternatives[k];
    choices[k].setAttribute("aria-pressed", "true");
    counts(isRight ? "right" : "wrong");
    keep(text);
    if (isRight) {
      choices[k].classList.add("right");
      return settle(sentence);
    }
    if (!question.hunch) choices[k].classList.add("wrong");
    choices[k].disabled = true;
    missed(sentence);
  };

  /* Ways are walked from node to node, upwards; each is remembered by its arrows. */
  const walk = () => {
    const found = new Map(), start = question.edges[question.paths[0][0]][0];
    const out = (node) => question.edges.flatMap(([source], e) => (source === node && question.paths.some((p) => p.includes(e)) ? [e] : []));
    const spelled = (way) => [question.names[start], ...way.map((e) => question.names[question.edges[e][1]])].join(" → ");
    const picked = make("span");
    let taken = [];
    const show = (text) => {
      const at = taken.length ? question.edges[taken.at(-1)][1] : start, ends = new Map();
      const listed = found.size ? words.found.replace("{paths}", [...found.values()].join("; ")) : words.none;
      way.textContent = `${text || ""} ${listed} ${words.begin.replace("{way}", spelled(taken))} `;
      picked.replaceChildren(...out(at).map((e) => {
        const target = question.edges[e][1];
        ends.set(target, (ends.get(target) || 0) + 1);
        const twin = ends.get(target) > 1 ? ` (${ends.get(target)})` : "";
        return make("button", { type: "button", click: () => step(e) }, question.names[target] + twin);
      }));
      way.append(picked);
      light(taken);
    };
    const step = (e) => {
      if (!open) return;
      taken.push(e);
      const key = taken.join(" ");
      if (out(question.edges[e][1]).length) {
        show();
      } else {
        const known = found.has(key);
        found.set(key, spelled(taken));
        light(taken);
        taken = [];
        show(known ? words.twice : "");
      }
      picked.querySelector("button")?.focus();
    };
    part("all").addEventListener("click", () => {
      if (found.size === question.paths.length) {
        right(words.right, question.hints[2]);
        return keep([...found.values()].join("; "));
      }
      counts("wrong");
      keep([...found.values()].join("; "));
      return missed(question.more[found.size === 1 ? 0 : 1].replace("{}", found.size));
    });
    clicked("node", (node) => {
      const at = taken.length ? question.edges[taken.at(-1)][1] : start;
      const e = out(at).find((one) => question.edges[one][1] === node);
      if (e !== undefined) step(e);
    });
    show();
  };
  const drawn = (what) => [...part("picture").querySelectorAll(`[data-${what}]`)];
  const light = (edges) => drawn("edge").forEach((shape) => shape.classList.toggle("cr-lit", edges.includes(Number(shape.dataset.edge))));
  const clicked = (what, act) => drawn(what).forEach((shape) => {
    shape.classList.add("cr-clickable");
    shape.addEventListener("click", () => act(Number(shape.dataset[what])));
  });

  if (question.picture) part("picture").innerHTML = question.picture;
  [...part("given").children].forEach((line) => write(line, line.textContent, math));
  [...part("steps").children].forEach((line) => write(line, line.textContent, math));
  write(part("answer"), part("answer").textContent, math);
  write(part("prompt"), question.prompt, math);
  part("choices")?.remove();
  solution.before(...(kind === "paths" ? [way] : []), ...list, form(words), verdict);
  solution.after(footer(words));
  const field = part("guess");
  field.setAttribute("aria-label", `${words.mine}: ${question.prompt}`);
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (open) typed();
  });
  part("unknown").addEventListener("click", () => {
    hints += 1;
    help(question.hints[Math.min(hints, 3) - 1]);
    if (hints > 2) settle(question.hints[2]);
  });
  part("reveal").addEventListener("click", () => { help(""); settle(words.shown); });
  part("typed").hidden = part("check").hidden = !isTyped;
  list.forEach((shown) => { shown.hidden = Boolean(question.formula); }); // where a formula is typed, they help
  part("all").hidden = kind !== "paths";
  if (kind === "node") clicked("node", (node) => {
    const k = question.alternatives.findIndex(([, , , place]) => place === node);
    if (k >= 0 && !choices[k].disabled) chosen(k);
  });
  solution.hidden = true;
  root.classList.add("ready");
  if (kind === "paths") walk();
  if (once?.mark) say(words.before);
}
