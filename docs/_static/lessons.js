/* Once a question is answered, or given up, the output that answers it opens: all that is folded before the next question. */
addEventListener("DOMContentLoaded", () => {
  const cells = [...document.querySelectorAll("div.cell")];
  const answer = (card) => {
    for (const cell of cells.slice(cells.indexOf(card.closest("div.cell")) + 1)) {
      const folded = [...cell.querySelectorAll("details.hide")];
      if (folded.length) return cell.classList.contains("tag_solution") || folded.forEach((part) => { part.open = true; });
    }
  };
  for (const card of document.querySelectorAll("div.cell.tag_question .cr-card")) {
    const look = () => { if (card.classList.contains("settled")) answer(card); };
    new MutationObserver(look).observe(card, { attributes: true, attributeFilter: ["class"] });
    look();
  }
});
