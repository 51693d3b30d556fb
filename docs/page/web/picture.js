/* A drawing on the page: its boxes and arrows can be clicked and walked over by keys; what belongs together lights up. It knows
 * no engine: who asks for a part gets its id, and says what shall light. */
const picture = (() => {
  const part = (shape) => /-([ne]\d+)$/.exec(shape.id)?.[1];
  const paths = (shape) => shape.id.split("-").filter((name) => /^p\d+$/.test(name)); // an arrow of a path has its number
  const called = (shape) => shape.id.slice(shape.id.indexOf("-") + 1);
  function light(svg, ids, chosen) {
    const lit = new Set(ids);
    svg.classList.toggle("tracing", lit.size > 0);
    svg.querySelectorAll("g.node, g.edge").forEach((shape) => {
      shape.classList.toggle("traced", lit.has(called(shape)) || paths(shape).some((name) => lit.has(name)));
      shape.classList.toggle("chosen", Boolean(chosen) && part(shape) === chosen);
    });
  }
  const wide = (svg) => svg.viewBox.baseVal.width;
  /* Puts a drawing in place. `pick` is called with the id of a part that was chosen. */
  function place(holder, markup, pick) {
    const left = holder.scrollLeft, focused = holder.contains(document.activeElement) && part(document.activeElement);
    holder.innerHTML = markup;
    const svg = holder.querySelector("svg");
    svg.style.setProperty("--wide", wide(svg));
    holder.scrollLeft = left;
    if (!pick) return svg;
    svg.setAttribute("role", "group"); // an image has no parts; this one has
    const all = [...svg.querySelectorAll("g.node, g.edge")].filter(part);
    all.forEach((shape, i) => {
      shape.setAttribute("tabindex", i ? "-1" : "0");
      shape.setAttribute("role", "button");
      const title = shape.querySelector("title")?.textContent, words = [...shape.querySelectorAll("text")].map((text) => text.textContent.trim());
      shape.setAttribute("aria-label", title && !/^\w+->\w+$/.test(title) ? title : words.join(" ") || say("arrow"));
      if (part(shape) === focused) step(all, shape, true);
      shape.addEventListener("click", () => { step(all, shape); pick(part(shape)); });
    });
    svg.addEventListener("keydown", (event) => {
      const at = all.indexOf(event.target), by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -at, End: all.length - 1 - at }[event.key];
      if (at < 0) return;
      if (by !== undefined) { event.preventDefault(); step(all, all[(at + by + all.length) % all.length], true); }
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(part(event.target)); }
      if (event.key === "Escape") pick("");
    });
    return svg;
  }
  function step(all, to, focus) {
    all.forEach((shape) => shape.setAttribute("tabindex", shape === to ? "0" : "-1"));
    if (focus) to.focus();
  }
  return { place, light };
})();
