/* The engine's thread: Python and Graphviz start here from the bytes that the page hands over, and answer one question at a
 * time. It asks nobody for anything: what Pyodide would fetch is already here, and everything else is refused.
 *
 * On file:// a browser runs no worker but a classic one made of a Blob; Pyodide looks for `importScripts` to refuse those, so
 * there is none. Its other files come as Blobs, too. Python begins from the memory that the build wrote down (snapshot.mjs), with
 * everything imported. These are private seams of Pyodide: its version is pinned. */
const NOWHERE = "https://here.invalid/";
self.importScripts = () => { throw new Error("There are no scripts but those of the page."); };
const told = (step) => self.postMessage({ progress: step });
const opened = (packed, type = "application/octet-stream") =>
  new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });
let ask = null, python = null, turn = Promise.resolve();

self.onmessage = ({ data }) => { turn = turn.then(() => take(data)); };
async function take(data) {
  try {
    if (data.assets) await start(data.assets);
    else if (data.arrays) for (const [name, packed] of Object.entries(data.arrays)) python.unpackArchive(await opened(packed).arrayBuffer(), name.split(".").pop());
    else self.postMessage({ id: data.id, answer: JSON.parse(ask(JSON.stringify(data.question))) });
  } catch (error) {
    self.postMessage({ id: data.id, died: String(error && error.message || error) });
  }
}

async function start(assets) {
  const module = async (name) => import(URL.createObjectURL(await opened(assets[name], "text/javascript").blob()));
  const served = { "pyodide.asm.wasm": "application/wasm", "stdlib.zip": "application/zip" };
  self.fetch = async (address) => {
    const name = String(address).replace(NOWHERE, "");
    if (!(name in served)) throw new Error("This page asks nobody for anything.");
    return opened(assets[name], served[name]);
  };
  told("python");
  const remembered = opened(assets["memory.bin"]).arrayBuffer(), ours = opened(assets["chainrule.zip"]).arrayBuffer(), lock = opened(assets["lock.json"]).text();
  const [{ loadPyodide }, { default: create }, { instance }] = await Promise.all(["pyodide.mjs", "pyodide.asm.mjs", "viz.mjs"].map(module));
  async function createPyodideModule(settings) {
    const made = await create(settings), more = (await remembered).byteLength - made.HEAP8.length;
    if (more > 0) made._free(made._malloc(more)); // what was remembered may be more than what a Python begins with
    return made;
  }
  const [viz, started] = await Promise.all([
    instance(),
    loadPyodide({
      createPyodideModule, _loadSnapshot: remembered, _snapshotDeserializer: () => null,
      indexURL: NOWHERE, stdLibURL: `${NOWHERE}stdlib.zip`, lockFileContents: await lock,
      stdout: () => {}, stderr: () => {},
    }),
  ]);
  python = started;
  told("engine");
  python.registerJsModule("graphviz_js", viz);
  python.FS.writeFile("/lib/chainrule.zip", new Uint8Array(await ours)); // for what is imported later
  python.pyimport("random").seed(); // chance was remembered, too
  const answer = python.pyimport("bridge").answer;
  ask = (question) => answer(question, (printed) => self.postMessage({ printed }));
  self.postMessage({ ready: true });
}
