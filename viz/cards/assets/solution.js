/* A solution with blanks: asks for one after the other, in the order in which they are found, and fills them in. It counts as
 * right if each was right at once, as wrong if one was wrong twice, as helped if a hint was taken, else as tried. */
function work(root, { cells, id, math, picture }, words) {
  const part = (name) => root.querySelector(".cr-" + name);
  const open = cells.map((cell, k) => k).filter((k) => cells[k].question), asked = open.length;
  const verdict = make("p", { class: "cr-verdict", tabindex: -1, "aria-live": "polite" });
  const record = { tries: 0, answers: [], mark: "" };
  let at = 0, misses = 0, hints = 0, slipped = false, failed = false, helped = false;
  part("picture").innerHTML = picture;
  const boxes = [...root.querySelectorAll("[data-cell]")];
  const shapes = boxes.map((box, k) => [...part("picture").querySelectorAll(`[data-fill="${k}"]`)]);

  const say = (...texts) => write(verdict, texts.filter(Boolean).join(" "), math);
  const fill = (k, text, how) => {
    boxes[k].querySelector("b").textContent = text;
    boxes[k].replaceChildren(...boxes[k].querySelector("button").childNodes);
    boxes[k].classList.add(how);
    shapes[k].forEach((shape) => { shape.textContent = shape.textContent.replace(/\?$/, () => text); });
  };
  const aim = () => {
    misses = hints = 0;
    boxes.forEach((box) => box.removeAttribute("aria-current"));
    part("picture").querySelectorAll(".cr-now").forEach((shape) => shape.classList.remove("cr-now"));
    if (!open.length) return end();
    const k = open[at];
    boxes[k].setAttribute("aria-current", "true");
    shapes[k].forEach((shape) => shape.closest(".node, .edge").classList.add("cr-now"));
    write(part("prompt"), cells[k].question.prompt, math);
    field.value = "";
    field.setAttribute("aria-label", `${words.mine}: ${cells[k].question.prompt}`);
    return undefined;
  };
  const found = (how, ...texts) => {
    const [k] = open.splice(at, 1);
    fill(k, cells[k].shown, how);
    at = open.length ? at % open.length : 0;
    aim();
    say(...texts, open.length ? words.next.replace("{symbol}", cells[open[at]].symbol) : words.done);
  };
  const end = () => {
    part("prompt").textContent = "";
    part("form").hidden = true;
    verdict.focus();
    root.classList.add("settled");
    record.mark = helped ? "helped" : failed ? "wrong" : slipped ? "tried" : asked ? "right" : "read";
    progress.set(id, { ...record });
  };
  const help = (text) => { helped = true; say(text); };
  const here = () => cells[open[at]].question;

  part("prompt").after(form(words), verdict);
  root.append(footer(words));
  const field = part("guess");
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!asked) return end();
    if (!open.length) return undefined;
    const question = here(), answer = judged(question, field.value, words.unreadable);
    if (answer.right === null) return say(answer.sentence);
    record.tries += 1;
    record.answers.push(`${cells[open[at]].symbol} = ${field.value}`);
    if (answer.right) return found("right", words.right, question.hints[2]);
    misses += 1;
    slipped = true;
    failed ||= misses > 1;
    if (misses > 2) return found("shown", answer.sentence, question.hints[2]);
    say(answer.sentence, misses > 1 ? question.hints[1] : "");
    return field.select();
  });
  part("unknown").addEventListener("click", () => {
    const question = here();
    hints += 1;
    helped = true;
    if (hints > 2) found("shown", question.hints[2]);
    else help(question.hints[hints - 1]);
    field.focus();
  });
  part("reveal").addEventListener("click", () => {
    helped = true;
    found("shown", here().hints[2]);
    field.focus();
  });
  boxes.forEach((box, k) => {
    write(box.querySelector("span"), cells[k].symbol, math);
    if (!cells[k].question) return;
    const button = make("button", { type: "button", click: () => {
      if (!open.includes(k)) return;
      at = open.indexOf(k);
      aim();
      say(words.next.replace("{symbol}", cells[k].symbol));
      field.focus();
    } }, ...box.childNodes);
    box.append(button);
  });
  part("all").hidden = true;
  part("solution")?.remove();
  root.classList.add("ready");
  if (asked) return aim();
  part("prompt").textContent = words.reading;
  part("typed").hidden = part("unknown").hidden = part("reveal").hidden = true;
  part("check").textContent = words.read;
  return undefined;
}
