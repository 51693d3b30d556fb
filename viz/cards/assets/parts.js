/* What all cards are made with: elements, sentences whose formulas are set as mathematics, the form for an answer, and whether a
 * number that was typed is right. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
/* `math` has pairs: a formula as it stands in a text, and as MathML. Who cannot see it hears the text. */
function write(element, text, math = []) {
  element.replaceChildren(text);
  for (const [plain, set] of math) {
    const whole = new RegExp(`(?<![\\p{L}\\p{N}])${plain.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "u");
    for (const node of [...element.childNodes].filter(({ nodeType }) => nodeType === 3)) {
      const texts = node.data.split(whole);
      if (texts.length < 2) continue;
      const pieces = texts.flatMap((between, i) => (i ? [formula(plain, set), between] : [between]));
      node.replaceWith(...pieces.filter(Boolean));
    }
  }
}
function formula(plain, set) {
  const made = make("span", { class: "cr-math", role: "math", "aria-label": plain });
  made.innerHTML = `<math displaystyle="true" aria-hidden="true">${set}</math>`;
  return made;
}
/* The form is the same on every card; what is not asked for stays hidden. */
function form(words) {
  const field = make("input", { class: "cr-guess", inputmode: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", size: 12 });
  field.addEventListener("keydown", (event) => { // JupyterLab keeps the Enter key from forms
    if (event.key !== "Enter") return;
    event.preventDefault();
    field.form.requestSubmit();
  });
  const button = (name, text, type = "button") => make("button", { type, class: `cr-${name}` }, text);
  return make(
    "form", { class: "cr-form" },
    make("label", { class: "cr-typed" }, words.mine, " ", field),
    button("check", words.check, "submit"), button("all", words.all), button("unknown", words.unknown), button("reveal", words.reveal),
  );
}
/* Returns whether an answer is right, null where it cannot be read, and what is said if it is not right. */
function judged(question, text, unreadable) {
  if (question.formula) return compared(question.formula, text);
  let number;
  try { number = readNumber(text); } catch { return { right: null, sentence: unreadable }; }
  const slip = explained(number, question, question.tolerance);
  if (slip === true) return { right: true };
  return { right: false, sentence: slip ? slip[1] : question.otherwise.replaceAll("{n}", () => text.trim()) };
}
/* A formula is right in any form that has the right values; the same rules stand in autograd/practice/reading.py. */
function compared({ names, points, right, slips, here, forThese, otherwise, unreadable }, text) {
  const alike = (found, values) => {
    const size = Math.min(1, Math.max(...values.map(Math.abs))) || 1;
    return values.every((y, i) => Math.abs(found[i] - y) <= 1e-6 * Math.max(size, Math.abs(y)));
  };
  let found;
  try {
    found = points.map((point) => readNumber(text, Object.fromEntries(names.map((name, i) => [name, point[i]]))).value);
  } catch { return { right: null, sentence: unreadable }; }
  if (alike(found, right)) return { right: true };
  if (alike(found, found.map(() => here))) return { right: false, sentence: forThese.replace("{typed}", () => text.trim()) };
  return { right: false, sentence: slips.find(([values]) => alike(found, values))?.[1] ?? otherwise };
}
/* How the practice of this page goes, in a line below a card, with a way to take it along. */
function footer(words) {
  const link = make("button", { type: "button", title: words.note, click: () => {
    const file = make("a", { download: "practice.json" });
    file.href = URL.createObjectURL(new Blob([progress.json()], { type: "application/json" }));
    file.click();
    URL.revokeObjectURL(file.href);
  } }, words.save);
  const line = make("p", { class: "cr-progress" });
  const status = () => {
    const all = progress.count(), helped = progress.count("helped");
    line.hidden = !all;
    const told = words.progress.replace("{right}", progress.count("right")).replace("{all}", all);
    line.replaceChildren(`${told}${helped ? words.helped.replace("{}", helped) : ""}. `, link);
  };
  progress.listen(status);
  status();
  return line;
}
/* Begins with every card of a kind that nobody has begun with. */
function begin(kind, act) {
  for (const root of document.querySelectorAll(`.cr-${kind}:not(.ready)`)) {
    const data = JSON.parse([...root.children].find((child) => child.matches(".cr-data")).textContent);
    act(root, data, data.words);
  }
}
