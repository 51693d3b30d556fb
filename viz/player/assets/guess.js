/* The learner's mode: keeps the next number back until she has guessed it or asked for it, and counts what was right at the
 * first try. The hint is the local rule. It knows which numbers may be asked; whether a step is hidden is its only verdict. */
function guessing(root, data, panel, redraw) {
  const part = (name) => root.querySelector(".cr-" + name);
  const field = part("guess"), answer = part("answer");
  const solved = new Set(), failed = new Set();
  let on = root.hasAttribute("data-guess"), at = 0, right = 0;
  const truth = (k) => (data.steps[k].forward ? data.steps[k].value : data.steps[k].exact);
  const asks = (k) => on && !solved.has(k) && (data.steps[k].forward ? data.kinds[data.steps[k].node] >= 0 : data.steps[k].edge >= 0);
  const read = (text) => {
    const clean = text.trim().replace(/−/g, "-").replace(",", ".");
    const [, top, bottom] = /^([^/]+)(?:\/([^/]+))?$/.exec(clean.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity")) || [];
    return top === undefined ? NaN : Number(top) / (bottom === undefined ? 1 : Number(bottom));
  };
  const close = (guess, k) => {
    const exact = truth(k);
    return guess === exact || (guess !== guess && exact !== exact) || Math.abs(guess - exact) <= data.tolerance * Math.abs(exact);
  };
  const score = () => {
    part("score").textContent = solved.size ? data.words.score.replace("{}", right).replace("{}", solved.size) : "";
  };
  const reveal = () => { solved.add(at); score(); redraw(); root.focus({ preventScroll: true }); };
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value, guess = read(text);
    if (!text.trim() || (guess !== guess && !/^nan$/i.test(text.trim()))) {
      answer.textContent = data.words.unreadable;
    } else if (close(guess, at)) {
      right += failed.has(at) ? 0 : 1;
      reveal();
      answer.textContent = data.words.right;
    } else {
      failed.add(at);
      answer.textContent = close(-guess, at) ? data.words.sign : data.words.wrong;
      field.select();
    }
  });
  part("hint").addEventListener("click", () => panel.hint(at));
  part("reveal").addEventListener("click", () => { failed.add(at); answer.textContent = ""; reveal(); });
  const box = part("guessing");
  box.checked = on;
  box.addEventListener("change", () => { on = box.checked; redraw(); });
  return {
    asks,
    first: (from, to) => { // the first step from here on that must be answered before going further
      for (let k = from; k < to; k += 1) if (asks(k)) return k;
      return to;
    },
    ask: (k) => {
      if (k !== at || !asks(k)) answer.textContent = "";
      if (k !== at) field.value = "";
      at = k;
      part("ask").hidden = !asks(k);
      root.classList.toggle("guesses", on);
      rowsHidden(k);
    },
    question: (k) => {
      const { forward, node, edge } = data.steps[k];
      const say = forward ? data.words.askValue : data.words.askAmount;
      return say.replace("{node}", () => data.labels[node]).replace("{giver}", () => (forward ? "" : data.labels[data.edges[edge][1]]));
    },
  };
  function rowsHidden(k) {
    root.querySelectorAll(".cr-steps tbody tr").forEach((row, i) => { row.hidden = on && (i > k || asks(i)); });
  }
}
