/* Keeps the picture in step: what is known, what was reached, what happens now. The layout never changes; shapes get and lose
 * classes, and the numbers in them are written as they come to be known. */
function picture(root, data, operands, previous) {
  const nodes = [], edges = [];
  root.querySelectorAll("[data-node]").forEach((shape) => { nodes[shape.dataset.node] = shape; });
  root.querySelectorAll("[data-edge]").forEach((shape) => { edges[shape.dataset.edge] = shape; });
  const pane = root.querySelector(".cr-graph");
  const size = pane.firstElementChild.viewBox.baseVal;
  root.style.setProperty("--wide", size.width);
  root.style.setProperty("--high", size.height);
  const write = (node, line, text, instead) => {
    const element = nodes[node] && nodes[node].querySelector(`[data-line=${line}]`);
    if (element) element.textContent = instead || element.dataset.before + text;
  };
  const inscribe = (e, on) => { // what an arrow bears: its local derivative, in the picture and for those who ask for it
    if (!edges[e]) return;
    const texts = [...edges[e].children].filter((child) => child.matches("text, title"));
    texts.forEach((text, i) => { text.textContent = on ? data.arrows[e][i] : ""; });
    const ruled = on && data.edges[e][3] !== null;
    Object.entries({ tabindex: -1, role: "img", "aria-label": `${data.aloud[e]} = ${data.edges[e][3]}` }).forEach(([name, text]) => {
      if (ruled) edges[e].setAttribute(name, text); else edges[e].removeAttribute(name);
    });
  };
  const toggle = (shape, name, on) => { if (shape) shape.classList.toggle(name, on); };
  const know = (node, on) => {
    toggle(nodes[node], "known", on);
    write(node, "value", on ? data.values[node] : "?");
    operands[node].forEach(({ e }) => {
      toggle(edges[e], "known", on);
      inscribe(e, on);
    });
  };
  const reach = (node, edge, step, on) => { // a running sum stands without the gradient's name
    toggle(nodes[node], "reached", Boolean(step));
    write(node, "gradient", step ? step.sum : data.notYet, step && step.soFar);
    toggle(edges[edge], "used", on);
  };
  const snug = () => size.width * 0.9 <= pane.clientWidth; // a little smaller it needs no scrolling
  const fits = () => pane.scrollWidth <= pane.clientWidth + 1 && pane.scrollHeight <= pane.clientHeight + 1;
  const around = (shapes) => {
    const boxes = shapes.filter(Boolean).map((shape) => shape.getBoundingClientRect());
    const side = (name, of) => of(...boxes.map((box) => box[name]));
    return { left: side("left", Math.min), right: side("right", Math.max), top: side("top", Math.min), bottom: side("bottom", Math.max) };
  };
  const follow = (shape, givers) => { // brings into view what happens now, with those that it happens with if there is room
    if (!shape || fits()) return;
    const view = pane.getBoundingClientRect(), margin = 32, all = around([shape, ...givers]);
    const room = all.right - all.left + 2 * margin < view.width && all.bottom - all.top + 2 * margin < view.height;
    const box = room ? all : around([shape]);
    if (box.left < view.left + margin || box.right > view.right - margin) {
      pane.scrollLeft += (box.left + box.right - view.left - view.right) / 2;
    }
    if (box.top < view.top + margin || box.bottom > view.bottom - margin) {
      pane.scrollTop += (box.top + box.bottom - view.top - view.bottom) / 2;
    }
  };
  let marked = [], withheld = [];
  const light = (pairs) => {
    marked.forEach(([shape, name]) => shape.classList.remove(name));
    marked = pairs.filter(([shape]) => shape);
    marked.forEach(([shape, name]) => shape.classList.add(name));
  };
  return {
    fits,
    snug,
    ruled: () => edges.filter((shape) => shape && shape.hasAttribute("tabindex")),
    wide: () => size.width > 1.8 * size.height, // leaves more room below than beside it
    clear: () => data.names.forEach((_, node) => { know(node, false); reach(node, -1, null, false); }),
    apply: (k) => {
      const { forward, node, together, edge } = data.steps[k];
      if (forward) together.forEach((one) => know(one, true)); else reach(node, edge, data.steps[k], true);
    },
    undo: (k) => {
      const { forward, node, together, edge } = data.steps[k];
      if (forward) together.forEach((one) => know(one, false));
      else reach(node, edge, data.steps[previous[k]], false);
    },
    mark: (k, line, hidden) => {
      const { forward, node, together, edge } = data.steps[k];
      withheld.forEach(({ e }) => inscribe(e, edges[e] && edges[e].classList.contains("known")));
      // While a product is asked, so is its second factor, and that of a twin, an arrow between the same two boxes.
      const [from, to] = hidden && hidden.kind === "amount" ? data.edges[edge] : [];
      withheld = to === undefined ? [] : operands[to].filter(({ source }) => source === from);
      withheld.forEach(({ e }) => inscribe(e, false));
      const busy = forward ? operands[node].map(({ source, e }) => [edges[e], nodes[source]])
        : edge < 0 ? [] : [[edges[edge], nodes[data.edges[edge][1]]]];
      light([[line, "now"], ...busy.flatMap(([arrow, giver]) => [[giver, "giver"], [arrow, "now"]]),
        ...together.map((one) => [nodes[one], "now"])]);
      follow(nodes[node], busy.map(([, giver]) => giver));
    },
    trace: (path) => { // lights the edges of one path and the nodes that they join; [] ends it
      toggle(root, "tracing", path.length > 0);
      [...nodes, ...edges].forEach((shape) => toggle(shape, "traced", false));
      path.forEach((e) => {
        toggle(edges[e], "traced", true);
        data.edges[e].slice(0, 2).forEach((node) => toggle(nodes[node], "traced", true));
      });
    },
  };
}
