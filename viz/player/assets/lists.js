/* The two lists below the picture: every step in words, and the paths to each leaf. They fill as the walk goes on. What was not
 * reached yet, or not answered, is taken out of the page: neither a search, nor a screen reader, nor the printer finds it. */
function lists(root, arrivals, end) {
  const held = root.querySelector(".cr-answers");
  if (held) held.replaceWith(held.content);
  const part = (name) => root.querySelector(".cr-" + name);
  const rows = [...part("steps").tBodies[0].rows], reached = rows.map(() => true);
  const sentences = rows.map((row) => row.cells[1].textContent);
  const curtain = (element) => {
    const kept = [...element.childNodes];
    return (open) => element.replaceChildren(...(open ? kept : []));
  };
  const choice = part("leaf");
  const waiting = [], hide = (step, open) => waiting.push({ step, open });
  const leaves = [...root.querySelectorAll("[data-leaf]")].map((list, i) => {
    const option = choice.options[i], text = option.text;
    const told = curtain(list.querySelector("p"));
    hide(arrivals[list.dataset.leaf].at(-1) ?? end, (known) => {
      option.text = known ? text : text.replace(/ = .*/, "");
      told(known);
    });
    list.querySelectorAll("li button").forEach((button) => { // a path is known when its last arrow was walked
      const curtains = [...button.querySelectorAll(":scope > :not(.cr-chain)")].map(curtain);
      hide(Number(button.dataset.at), (known) => curtains.forEach((draw) => draw(known)));
    });
    return list;
  });
  const choose = () => leaves.forEach((list, i) => { list.hidden = i !== choice.selectedIndex; });
  if (choice) choice.addEventListener("change", choose);
  choose();
  return {
    rows,
    sentences,
    upto: (k, asks) => {
      const known = (step) => step <= k && !asks(step);
      rows.forEach((row, step) => {
        if (known(step) === reached[step]) return;
        reached[step] = known(step);
        row.hidden = !reached[step];
        row.cells[1].textContent = reached[step] ? sentences[step] : "";
      });
      waiting.forEach((one) => {
        if (known(one.step) !== one.known) one.open(one.known = known(one.step));
      });
    },
  };
}
