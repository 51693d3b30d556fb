/* The engine's thread: Python and Graphviz start here from the bytes that the page hands over, and answer one question at a
 * time. It asks nobody for anything: what Pyodide would fetch is already here, and everything else is refused.
 *
 * On file:// a browser runs no worker but a classic one made of a Blob; Pyodide looks for `importScripts` to refuse those, so
 * there is none. Its other files come as Blobs, too. These are private seams of Pyodide: its version is pinned. */
const NOWHERE = "https://here.invalid/";
self.importScripts = () => { throw new Error("There are no scripts but those of the page."); };
const told = (step) => self.postMessage({ progress: step });
let ask = null, python = null;

self.onmessage = async ({ data }) => {
  try {
    if (data.assets) await start(data.assets);
    else if (data.arrays) for (const [name, bytes] of Object.entries(data.arrays)) python.unpackArchive(bytes, name.split(".").pop());
    else self.postMessage({ id: data.id, answer: JSON.parse(ask(JSON.stringify(data.question))) });
  } catch (error) {
    self.postMessage({ id: data.id, died: String(error && error.message || error) });
  }
};

async function start(assets) {
  const module = (name) => import(URL.createObjectURL(new Blob([assets[name]], { type: "text/javascript" })));
  const served = { "pyodide.asm.wasm": "application/wasm", "stdlib.zip": "application/zip" };
  self.fetch = async (address) => {
    const name = String(address).replace(NOWHERE, "");
    if (!(name in served)) throw new Error("This page asks nobody for anything.");
    return new Response(assets[name], { headers: { "Content-Type": served[name] } });
  };
  told("python");
  const [{ loadPyodide }, { default: createPyodideModule }, { instance }] = await Promise.all(["pyodide.mjs", "pyodide.asm.mjs", "viz.mjs"].map(module));
  const [viz, started] = await Promise.all([
    instance(),
    loadPyodide({
      createPyodideModule, indexURL: NOWHERE, stdLibURL: `${NOWHERE}stdlib.zip`,
      lockFileContents: new TextDecoder().decode(assets["lock.json"]),
      stdout: () => {}, stderr: () => {},
    }),
  ]);
  python = started;
  told("engine");
  python.registerJsModule("graphviz_js", {
    layout(source, format, engine, attributes) {
      const { output, errors } = viz.render(source, { format, engine, graphAttributes: JSON.parse(attributes) });
      return JSON.stringify({ output: output ?? "", errors: errors.map(({ message }) => message) });
    },
  });
  python.unpackArchive(assets["chainrule.zip"], "zip"); // into site-packages: some of it reads files beside itself
  const answer = python.pyimport("bridge").answer;
  ask = (question) => answer(question, (printed) => self.postMessage({ printed }));
  self.postMessage({ ready: true });
}
