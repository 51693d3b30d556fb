/* One question after the other, as long as there are some; it goes on where the reader left off. Those that stand on the page
 * without the script are for paper. */
function flow(root, { questions }, words) {
  const paper = [...root.querySelectorAll(".cr-card")], blank = paper[0].cloneNode(true);
  const place = make("div"), turn = make("p", { class: "cr-turn" }), told = make("span", { "aria-live": "polite" });
  let at = questions.findIndex(({ id }) => !progress.get(id)?.mark);
  const lines = (tag, texts) => texts.filter(Boolean).map((text) => make(tag, {}, text));
  const show = (k) => {
    const question = questions[k], card = blank.cloneNode(true), part = (name) => card.querySelector(".cr-" + name);
    card.setAttribute("aria-label", question.prompt);
    part("choices")?.remove();
    part("given").replaceChildren(...lines("p", question.given));
    part("picture").replaceChildren();
    part("steps").replaceChildren(...lines("li", [...new Set(question.hints)]));
    part("answer").textContent = question.shown;
    place.replaceChildren(card);
    ask(card, question, words);
    told.textContent = words.turn.replace("{k}", k + 1).replace("{all}", questions.length);
    another.textContent = k + 1 < questions.length ? words.another : words.first;
    end.hidden = k + 1 < questions.length;
    at = k;
    return card;
  };
  const another = make("button", { type: "button", class: "cr-another", click: () => {
    const card = show((at + 1) % questions.length);
    (card.querySelector(".cr-typed:not([hidden]) input, .cr-way button, [data-choice]") || card).focus();
  } });
  const end = make("p", { class: "cr-end" }, words.end.replace("{all}", questions.length));
  turn.append(told, " ", another);
  paper.forEach((card) => card.classList.add("cr-paper", "ready"));
  paper[0].before(place, turn, end);
  root.classList.add("ready");
  show(Math.max(0, at));
}
