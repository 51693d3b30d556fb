/* The questions: which number is asked next, whether an answer is right, hints in steps, and the score. The first thing that is
 * done with a question decides how it counts: "I don't know yet" and "show me" are help, never a wrong answer. */
function guessing(root, data, say, { redraw, goOn }) {
  const part = (name) => root.querySelector(".cr-" + name);
  const { words, steps } = data, field = part("guess");
  const questions = data.steps.map(() => []);
  data.questions.forEach(([k, kind, easy, accepted, slips = [], ...look], id) => questions[k].push({ id, kind, easy, k, accepted: [accepted].flat(), slips, look }));
  // Each kind of questions has a score of its own: neither a look at the numbers nor a slip of a key loses one.
  const scores = Object.fromEntries(["show", "ask", "exam"].map((name) => [name, { done: new Set(), marks: new Map() }]));
  let mode = "show", at = 0, level = 0, { done, marks } = scores.show;

  const isAsked = ({ easy }) => mode === "exam" || (mode === "ask" && easy === 1);
  const open = (k) => questions[k].find((question) => isAsked(question) && !done.has(question.id));

  const score = () => {
    const kinds = [...marks].filter(([id]) => done.has(id)).map(([, mark]) => mark), count = (kind) => kinds.filter((mark) => mark === kind).length;
    const some = (kind, text) => (count(kind) ? [text.replace("{}", count(kind))] : []);
    const head = words.score.replace("{right}", count("right")).replace("{all}", done.size);
    return [head, ...some("wrong", words.firstWrong), ...some("helped", words.helped)].join(", ");
  };
  const sheet = () => {
    const asked = questions.flat().filter(isAsked), left = asked.length - asked.filter(({ id }) => done.has(id)).length;
    const lines = asked.filter(({ id }) => done.has(id)).map((question) => (
      `${question.k + 1}. ${ask(question)} ${words.marks[marks.get(question.id)]}`));
    return [`${root.getAttribute("aria-label")}: ${mode}`, score() + (left ? ", " + words.left.replace("{}", left) : ""), ...lines].join("\n");
  };
  const ask = ({ kind, k }) => {
    const { node, edge } = steps[k];
    return words[kind].replace("{node}", () => data.labels[node]).replace("{giver}", () => (edge < 0 ? "" : say.giver(edge)));
  };

  const answer = (...texts) => { part("answer").textContent = texts.join(" "); };
  const mark = (question, as) => { if (!marks.has(question.id)) marks.set(question.id, as); };
  const settle = (question, ...texts) => {
    done.add(question.id);
    level = 0;
    field.value = "";
    redraw();
    answer(...texts);
  };
  const hint = (question, ...texts) => {
    level = mode === "exam" ? 3 : level + 1;
    if (level === 3) return settle(question, ...texts, words.hints[3]);
    redraw();
    const seed = question.kind === "gradient" && steps[question.k].edge < 0;
    answer(...texts, seed ? words.seed.replaceAll("{node}", () => data.labels[steps[question.k].node]) : words.hints[level]);
  };
  field.addEventListener("keydown", (event) => { // JupyterLab keeps the Enter key from forms
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    part("form").requestSubmit();
  });
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = open(at);
    if (!question) return goOn();
    let guess;
    try { guess = readNumber(field.value); } catch { return answer(words.unreadable); }
    const slip = explained(guess, question, data.tolerance);
    if (slip === true) {
      mark(question, "right");
      return settle(question, words.right);
    }
    mark(question, "wrong");
    const [, sentence, ...places] = (slip || []).map((place) => data.texts[place]), said = () => places.shift();
    const look = question.look.map((place) => data.texts[place]).join(": ").replace(/([^?])$/, "$1.");
    const unknown = () => words.unknown.replace("{n}", () => field.value.trim()) + look;
    hint(question, slip ? sentence.replaceAll("{}", said) : unknown());
    field.select();
  });
  // Who uses the keyboard goes on typing; a finger or a mouse is not made to open the keyboard of a phone.
  const help = (name, act) => part(name).addEventListener("click", ({ detail }) => {
    const question = open(at);
    mark(question, "helped");
    act(question);
    (detail === 0 ? field : root).focus({ preventScroll: true });
  });
  help("unknown", hint);
  help("reveal", settle);

  return {
    asks: (k) => Boolean(open(k)),
    first: (from, to) => { // the first step from here on that must be answered before going further
      for (let k = from; k < to; k += 1) if (open(k)) return k;
      return to;
    },
    question: (k) => ask(open(k)),
    hidden: (k) => (open(k) ? { kind: open(k).kind, level: k === at ? level : 0 } : null),
    arrive: (k) => {
      if (k !== at) {
        level = 0;
        field.value = "";
        answer();
      }
      at = k;
      const asks = Boolean(open(k)), last = k === steps.length - 1 && !asks, ended = mode !== "show" && last;
      part("form").hidden = mode === "show";
      field.readOnly = !asks;
      field.placeholder = asks ? "" : last ? words.ended : words.idle; // it stays where it is, so that Enter goes on
      part("check").textContent = asks ? words.check : words.goOn;
      part("check").hidden = last;
      part("unknown").hidden = part("reveal").hidden = !asks;
      part("score").textContent = done.size ? score() : "";
      part("result").hidden = !ended;
      part("sheet").value = ended ? sheet() : "";
    },
    turn: (wanted) => {
      mode = root.dataset.mode = wanted;
      ({ done, marks } = scores[mode]);
      level = 0;
      answer();
      root.querySelectorAll("button[data-mode]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.mode === mode));
    },
  };
}
