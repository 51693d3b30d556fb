/* Takes things along: the link, its QR code, a frame for other pages, and files. */
const share = (() => {
  const dialog = $("share-dialog");
  async function write() {
    const from = { ...state, guess: $("share-guess").checked ? "ask" : "show", hide: $("share-hide").checked, ...(($("share-guess").checked || $("share-hide").checked) && { pane: "steps", step: 0 }) };
    if (from.hide) from.guess = from.guess === "show" ? "ask" : from.guess;
    const here = location.href.replace(/#.*/, ""), link = here + await links.write(from);
    $("share-link").value = link;
    const title = say("frame_title", { text: state.text.split("\n")[0] });
    $("share-embed").value = `<iframe src="${(here + await links.write(from, true)).replace(/&/g, "&amp;").replace(/"/g, "&quot;")}" title="${title.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}" loading="lazy" width="100%" height="640" style="border:0"></iframe>`;
    shown($("share-file"), location.protocol === "file:");
    const { renderSVG } = await engine.library("qr.mjs");
    try {
      $("share-qr").innerHTML = renderSVG(link, { border: 3 });
    } catch {
      $("share-qr").textContent = say("qr_long");
    }
  }
  async function copy(id) {
    const field = $(id);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // where there is no clipboard without it, as on file://
    }
    tell(say("copied"));
  }
  const tell = (text) => { $(dialog.open ? "share-said" : "said").textContent = text; };
  document.addEventListener("click", ({ target }) => { if (target.dataset?.copy) copy(target.dataset.copy); });
  $("share").addEventListener("click", async () => {
    $("share-guess").checked = state.guess !== "show";
    $("share-hide").checked = state.hide;
    $("share-said").textContent = "";
    dialog.showModal();
    await write();
  });
  $("share-guess").addEventListener("change", write);
  $("share-hide").addEventListener("change", write);
  $("share-close").addEventListener("click", () => dialog.close());

  function download(name, blob) {
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    tell(say("saved", { file: name }));
  }
  async function bitmap(svg) { // twice as fine as a screen
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = make("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
  const TYPES = { ".svg": "image/svg+xml", ".tex": "application/x-tex", ".html": "text/html", ".dot": "text/vnd.graphviz" };
  $("save").addEventListener("click", async ({ target }) => {
    const ending = target.dataset.ending;
    if (!ending) return;
    const png = ending === ".png";
    const told = await engine.ask({
      do: "save", ending: png ? ".svg" : ending, pane: state.pane, wrt: state.wrt, notation: state.notation, guess: state.guess,
      ...(png && { theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light" }),
    });
    if (told.content === undefined) return tell(told.error ?? "");
    const name = `${/^\w+/.exec(main.root())?.[0] ?? "graph"}${ending}`;
    download(name, png ? await bitmap(told.content) : new Blob([told.content], { type: TYPES[ending] }));
  });
  if (engine.data.inside) {
    $("licences").href = URL.createObjectURL(new Blob([document.querySelector("[data-licences]").textContent], { type: "text/plain;charset=utf-8" }));
  }
})();
