/* One card: reads its question, compares what is typed, pressed or clicked, and says what it is. The first thing that is done
 * with a question decides how it counts: "I don't know yet" and "show me" are help, never a wrong answer. */
function ask(root) {
  const part = (name) => root.querySelector(":scope > .cr-" + name + ", :scope > .cr-form .cr-" + name);
  const question = JSON.parse(part("data").textContent), { words, form } = question;
  const field = part("guess"), verdict = part("verdict"), solution = part("solution");
  const choices = [...root.querySelectorAll("[data-choice]")];
  const once = progress.get(question.id);
  let misses = 0, hints = 0, mark = "", open = true;
  const record = { tries: 0, answers: [], mark: "" };

  const say = (...texts) => { verdict.textContent = texts.filter(Boolean).join(" "); };
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
    choices.forEach((button) => { button.disabled = true; });
    solution.hidden = false;
    solution.open = true;
    if (question.solved) part("picture").innerHTML = question.solved;
    root.classList.add("settled");
  };
  const missed = (sentence) => {
    if (question.hunch) return settle(question.hunch, question.hints[2]);
    misses += 1;
    const more = misses > 1 ? question.hints[Math.min(misses, 3) - 1] : "";
    if (misses < 3) return say(sentence, more);
    return settle(sentence, more);
  };
  const help = (text) => { counts("helped"); keep(); say(text); };
  const right = (...texts) => { counts("right"); settle(...texts); };

  const typed = () => {
    let number;
    try { number = readNumber(field.value); } catch { return say(question.unreadable); }
    const near = (exact) => isNear(number, Number(exact), question.tolerance);
    if (question.accepted.some(near)) {
      right(words.right, question.hints[2]);
      return keep(field.value);
    }
    counts("wrong");
    keep(field.value);
    const slip = question.slips.find(([exact]) => near(exact));
    missed(slip ? slip[1] : question.otherwise.replaceAll("{n}", () => field.value.trim()));
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
    const way = part("way"), picked = document.createElement("span");
    let taken = [];
    const show = (text) => {
      const at = taken.length ? question.edges[taken.at(-1)][1] : start, ends = new Map();
      const listed = found.size ? words.found.replace("{paths}", [...found.values()].join("; ")) : words.none;
      way.textContent = `${text || ""} ${listed} ${words.begin.replace("{way}", spelled(taken))} `;
      picked.replaceChildren(...out(at).map((e) => {
        const target = question.edges[e][1], button = document.createElement("button");
        ends.set(target, (ends.get(target) || 0) + 1);
        button.type = "button";
        button.textContent = question.names[target] + (ends.get(target) > 1 ? ` (${ends.get(target)})` : "");
        button.addEventListener("click", () => step(e));
        return button;
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
    part("all").hidden = false;
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
  const drawn = (kind) => [...part("picture").querySelectorAll(`.${kind}[id]`)];
  const number = (element) => Number(/-[en]([0-9]+)$/.exec(element.id)?.[1] ?? -1);
  const light = (edges) => drawn("edge").forEach((element) => element.classList.toggle("cr-lit", edges.includes(number(element))));
  const clicked = (kind, act) => drawn(kind).forEach((element) => {
    element.classList.add("cr-clickable");
    element.addEventListener("click", () => act(number(element)));
  });

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

  const numeric = form === "number" || form === "paths";
  part("typed").hidden = part("check").hidden = !numeric;
  choices.forEach((button, k) => {
    button.disabled = false;
    button.addEventListener("click", () => chosen(k));
  });
  if (form === "node") clicked("node", (node) => {
    const k = question.alternatives.findIndex(([, , , place]) => place === node);
    if (k >= 0 && !choices[k].disabled) chosen(k);
  });
  const footer = part("progress"), link = document.createElement("button");
  link.type = "button";
  link.textContent = words.save;
  link.title = words.note;
  link.addEventListener("click", () => {
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob([progress.json()], { type: "application/json" }));
    file.download = "practice.json";
    file.click();
    URL.revokeObjectURL(file.href);
  });
  const status = () => {
    const all = progress.count(), helped = progress.count("helped");
    footer.hidden = !all;
    footer.textContent = words.progress.replace("{right}", progress.count("right")).replace("{all}", all)
      + (helped ? words.helped.replace("{}", helped) : "") + ". ";
    footer.append(link);
  };
  progress.listen(status);
  root.querySelectorAll(":scope > [data-js], .cr-form").forEach((element) => { element.hidden = false; });
  part("way").hidden = form !== "paths";
  solution.hidden = true;
  root.classList.add("ready");
  if (form === "paths") walk();
  if (once?.mark) say(words.before);
  status();
}
document.querySelectorAll(".cr-card:not(.ready)").forEach(ask);
